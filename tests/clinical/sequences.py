"""Random sequences of entries over a study, and what has to hold after each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from crf_app.clinical.casebook import Casebook, make_casebook
from crf_app.clinical.evaluation import Conditions, FindingKey, evaluate, new_run
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.study.definition import FormDef, ItemDef, ItemType, StudyDef

SUBJECT = "001-001"
Entry = tuple[ItemKey, Value]


@dataclass(frozen=True)
class Removal:
    """A command that deletes a row of a log."""

    form: FormKey
    group: str
    row: int


Step = tuple[Entry, ...] | Removal

_TEXTS: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.INT: ("0", "1", "2", "7", "95", "120"), ItemType.DEC: ("0", "1.5", "5", "36.5", "41.0", "60", "110", "400"),
    ItemType.DATE: ("2026-01-05", "2026-02-01", "2026-02-02", "2026-02-08", "2026-03-01"),
    ItemType.PDATE: ("1940", "1970-05", "2026-01", "2026-02-02", "2026-02-08"), ItemType.TIME: ("08:00", "23:59"),
    ItemType.DATETIME: ("2026-02-01T08:00", "2026-02-02T09:30"), ItemType.TEXT: ("x", "LAB", "SITE"),
}  # fmt: skip


def values_of(item: ItemDef, links: Sequence[str]) -> st.SearchStrategy[Value]:
    """Values such an item may hold: blank, coded, and texts of its type."""
    texts = tuple(code.code for code in item.codes) or _TEXTS.get(item.type, ())
    if item.type is ItemType.LINK:
        texts = (*links, ";".join(links[:2]))
    unit = item.unit if item.type in (ItemType.INT, ItemType.DEC) else ""
    known = [Value(text=one, unit=unit, standard=one if unit else "", standard_unit=unit) for one in texts]
    less = [Value(text="50", operator="<", unit=unit, standard="50", standard_unit=unit)] if item.operator else []
    return st.sampled_from([*known, *known, *less, Value(), Value(missing="UK")])


def entries(study: StudyDef, items: Sequence[tuple[str, ItemDef]], links: Sequence[str]) -> st.SearchStrategy[Entry]:
    """One entry into one of the items (event and item)."""

    def one(place: tuple[str, ItemDef]) -> st.SearchStrategy[Entry]:
        event, item = place
        form = study.forms[item.form]
        repeats = st.integers(1, 2)
        rows = repeats if form.group(item.group).repeating != "no" else st.just(1)
        again = repeats if study.event(event).kind == "unscheduled" else st.just(1)
        keys = st.builds(
            lambda row, number, time: item_key(FormKey(SUBJECT, event, time, item.form, number), item.group, row, item.oid),
            rows, repeats if form.repeat_for else st.just(1), again,
        )  # fmt: skip
        return st.tuples(keys, values_of(item, links))

    return st.sampled_from(items).flatmap(one)


def steps(study: StudyDef, items: Sequence[tuple[str, ItemDef]], links: Sequence[str], least: int, most: int) -> st.SearchStrategy[list[Step]]:
    """Commands one after the other: one entry, several at once, or the removal of a row of a log."""
    logs = [
        Removal(FormKey(SUBJECT, event, 1, item.form, 1), item.group, row)
        for event, item in {(event, item.group): (event, item) for event, item in items}.values()
        if study.forms[item.form].group(item.group).repeating == "log"
        for row in (1, 2)
    ]
    command: st.SearchStrategy[Step] = st.lists(entries(study, items, links), min_size=1, max_size=3, unique_by=lambda one: one[0]).map(tuple)
    if logs:
        command = st.one_of(command, command, command, command, st.sampled_from(logs))
    return st.lists(command, min_size=least, max_size=most)


def entered_items(study: StudyDef, forms: Sequence[str] = ()) -> list[tuple[str, ItemDef]]:
    """Every (event, item) that a person fills in."""
    return [
        (event.oid, item)
        for event in study.events
        for place in event.forms
        if not forms or place.form in forms
        for item in study.forms[place.form].items
        if not _given(study.forms[place.form], item) and (not item.is_derived or item.computed_unless_typed)
        and item.type not in (ItemType.PHOTO, ItemType.FILE, ItemType.MAP) and item.group != "CO"
    ]  # fmt: skip


def _given(form: FormDef, item: ItemDef) -> bool:
    group = form.group(item.group)
    return item.oid in group.rows_key or item.oid == group.row_number


@dataclass
class Follower:
    """Follows a sequence as the services do: incremental evaluation, findings kept from one command to the next."""

    rules: CompiledStudy
    conditions: Conditions
    casebook: Casebook = field(init=False)
    findings: dict[FindingKey, Finding] = field(default_factory=dict)
    entered: dict[ItemKey, Value] = field(default_factory=dict)
    run: Run | None = None

    def __post_init__(self) -> None:
        self.casebook = make_casebook(self.rules.study, SUBJECT, {})

    def follow(self, step: Step) -> None:
        """One command."""
        if isinstance(step, Removal):
            self._delete(step)
        else:
            self._enter(step)

    def _delete(self, row: Removal) -> None:
        if row.row not in self.casebook.rows(row.form, row.group):
            return
        self.casebook = self.casebook.with_deleted(row.form, row.group, row.row)
        self.findings = {name: one for name, one in self.findings.items() if (name[1].form_key, name[1].group, name[1].row) != (row.form, row.group, row.row)}
        group = self.rules.study.forms[row.form.form].group(row.group)
        self._settle([item_key(row.form, row.group, row.row, item.oid) for item in group.items])

    def _enter(self, step: Sequence[Entry]) -> None:
        written: dict[ItemKey, Value] = {}
        for key, value in step:
            if (key.form_key, key.group, key.row) in self.casebook.deleted:
                continue
            written.update({given: one for given, one in self._given(key) if self.casebook.value(given).is_blank})
            if self.casebook.value(key) != value:
                written[key] = value
        self.entered.update(written)
        self.casebook = self.casebook.with_changes(self.rules.study, written.items())
        self._settle(list(written))

    def _given(self, key: ItemKey) -> list[Entry]:
        """What a row gives by itself: its number, its fixed codes."""
        group = self.rules.study.forms[key.form].group(key.group)
        found = [(key._replace(item=group.row_number), Value(text=str(key.row)))] if group.row_number else []
        for name in group.rows_key:
            item = self.rules.study.item(key.form, name)
            if len(item.codes) >= key.row:
                found.append((key._replace(item=name), Value(text=item.codes[key.row - 1].code)))
        return found

    def _settle(self, changed: list[ItemKey]) -> None:
        evaluation = evaluate(self.rules, self.casebook, changed, self.conditions, self.run)
        self.casebook, self.run = evaluation.casebook, evaluation.run
        self.findings = {name: one for name, one in self.findings.items() if name not in evaluation.checked} | dict(evaluation.findings)

    def check(self) -> None:
        """What was followed step by step equals what is evaluated afresh, and what is made afresh from the entries alone."""
        whole = evaluate(self.rules, self.casebook, None, self.conditions)
        assert dict(whole.derived) == {}, "a derived item is behind"
        assert _told(whole.findings) == _told(self.findings)
        fresh = make_casebook(self.rules.study, SUBJECT, self.entered, deleted=self.casebook.deleted)
        again = evaluate(self.rules, fresh, None, self.conditions)
        assert _held(again.casebook) == _held(self.casebook)
        assert _told(again.findings) == _told(self.findings)
        if self.run is not None:
            own, fresh_run = self.run, new_run(self.rules, self.casebook, self.conditions)
            seen = {place: (own.own_item(place[0], place[3]), shown) for place, shown in own.visible.items()}
            assert {place: shown for place, (_, shown) in seen.items()} == {
                place: fresh_run.visibility(place[0], item, place[2]) for place, (item, _) in seen.items() if item is not None
            }, "what is remembered of items being asked is behind"


def _told(findings: Mapping[FindingKey, Finding]) -> dict[FindingKey, str]:
    return {key: one.message.en for key, one in findings.items()}


def _held(casebook: Casebook) -> dict[ItemKey, Value]:
    return {key: value for key, value in casebook.items() if value != Value()}
