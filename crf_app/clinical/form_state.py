"""evaluate_form: how one form stands, as a FormRecord; the view of `evaluate` that screens, paper and exports share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crf_app.clinical.derived import shown_operand
from crf_app.clinical.eligibility import criteria_table
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.laboratory_grades import proposed_grade
from crf_app.clinical.messages import M_REQ, filled
from crf_app.clinical.record import (
    ChangeRecord,
    Finding,
    FormRecord,
    FormStatus,
    GroupRecord,
    ItemRecord,
    RowRecord,
    SignatureRecord,
    Visibility,
)
from crf_app.clinical.rules.builtins import interval_of
from crf_app.clinical.rules.kinds import Absent, truth
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.values import BLANK, Value
from crf_app.study.decimals import round_half_away
from crf_app.study.definition import FormDef, GroupDef, ItemDef, Severity
from crf_app.study.item_types import format_value, plain_decimal
from crf_app.study.texts import EMPTY, Text
from crf_app.study.units import canonical_unit, convert_back


@dataclass(frozen=True)
class Surroundings:
    """What the store knows around a form's values; all parts may be left empty. `sources` tells defaults and derived from typed."""

    findings: Mapping[FormKey, tuple[Finding, ...]] = field(default_factory=dict)
    changes: Mapping[ItemKey, tuple[ChangeRecord, ...]] = field(default_factory=dict)
    signatures: Mapping[str, tuple[SignatureRecord, ...]] = field(default_factory=dict)
    sources: Mapping[ItemKey, str] = field(default_factory=dict)
    names: Callable[[str], Text] = lambda user: Text(user, user)
    deleted_reasons: Mapping[tuple[FormKey, str, int], str] = field(default_factory=dict)
    queries: Mapping[ItemKey, str] = field(default_factory=dict)
    with_previous: bool = True
    spare_rows: bool = True
    with_tables: bool = False


def evaluate_form(run: Run, form: FormKey, around: Surroundings, *, optional: bool = False) -> FormRecord:
    """The record of one form: what is visible and required, values, findings, last visit's values, counts."""
    definition, rules = run.definition(form), run.rules.at(form)
    by_item: dict[ItemKey, list[Finding]] = {}
    at_form: list[Finding] = []
    meta = run.casebook.form_meta.get(form)
    complete = meta is not None and bool(meta.first_completed_at)
    for finding in around.findings.get(form, ()):
        check = rules.checks.get(finding.rule)
        if check is not None and check.check.at_complete and not complete:
            continue
        if finding.key.group:
            by_item.setdefault(finding.key, []).append(finding)
        if not finding.key.item:
            at_form.append(finding)
    previous = _previous(run, form) if around.with_previous else None
    builder = _Builder(run, form, definition, around, by_item, previous, complete)
    groups = tuple(builder.group(group) for group in definition.groups)
    answered, total = builder.counts()
    return FormRecord(
        key=form, form=definition, title=form_title(run, form), status=form_status(run, form), optional=optional, groups=groups,
        answered=answered, total=total, form_version=meta.form_version if meta is not None and meta.form_version else definition.version,
        completed_at=_moment(meta.completed_at if meta is not None else ""),
        completed_by=around.names(meta.completed_by) if meta is not None and meta.completed_by else EMPTY,
        first_completed_at=_moment(meta.first_completed_at if meta is not None else ""), findings=tuple(at_form),
        signatures=around.signatures.get(form_address(form), ()),
        tables=(criteria_table(run),) if form.form == run.study.eligibility_form and around.with_tables else (), study_version=rules.study.version,
        left=_left(run, form, definition) if run.rules.amended else (),
    )


def _left(run: Run, form: FormKey, definition: FormDef) -> tuple[tuple[ItemKey, Value], ...]:
    """Values of items that the form's version does not have."""
    stored = sorted(run.casebook.forms.get(form, {}).items())
    return tuple((item_key(form, *slot), value) for slot, value in stored if slot[2] not in definition.index and not value.is_blank)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def form_address(form: FormKey) -> str:
    """The address of a whole form, as signatures name it: EVENT[#n]/FORM[#n]."""
    return form.form_address


def form_status(run: Run, form: FormKey) -> FormStatus:
    """not_started, in_progress, complete, not_done or not_applicable (decisions 6)."""
    meta = run.casebook.form_meta.get(form)
    if meta is not None and meta.status == "complete":
        return FormStatus.NOT_DONE if not_performed(run, form) else FormStatus.COMPLETE
    if form not in run.casebook.forms:
        hidden = run.rules.form_visibility(run, form) is Visibility.HIDDEN
        return FormStatus.NOT_APPLICABLE if hidden else FormStatus.NOT_STARTED
    return FormStatus.NOT_DONE if not_performed(run, form) else FormStatus.IN_PROGRESS


def not_performed(run: Run, form: FormKey) -> bool:
    """Was the form marked not done?"""
    definition = run.definition(form)
    return bool(definition.performed) and run.read(form, definition.index[definition.performed], 1) == "N"


def form_title(run: Run, form: FormKey) -> Text:
    """The form's name, with what tells its repeats apart."""
    definition, label = run.definition(form), repeat_label(run, form)
    if not label.en:
        return definition.name
    between = " · " if label.en != str(form.form_repeat) else " "
    return Text(f"{definition.name.en}{between}{label.en}", f"{definition.name.zh}{between}{label.zh}")


def repeat_label(run: Run, form: FormKey) -> Text:
    """What tells the repeats of a form apart: the label of the row it is repeated for (the ulcer), else its number; empty for a form without repeats."""
    definition = run.definition(form)
    if not definition.repeat_for:
        return EMPTY
    name, _, group_oid = definition.repeat_for.partition(".")
    for key in run.casebook.instances(name):
        label = row_label(run, key, run.definition(key).group(group_oid), form.form_repeat)
        if label.en:
            return label
    return Text(str(form.form_repeat), str(form.form_repeat))


def row_label(run: Run, form: FormKey, group: GroupDef, row: int) -> Text:
    """What a row is, in words: the items its group names as label, "" while they are blank."""
    names = group.row_label or group.rows_key
    values = run.casebook.forms.get(form, {})
    parts = []
    for name in names:
        item = group.item(name)
        value = values.get((group.oid, row, name), BLANK)
        if item is not None and not value.is_blank:
            parts.append((format_value(item, value, "en"), format_value(item, value, "zh")))
    return Text(" ".join(one[0] for one in parts), " ".join(one[1] for one in parts))


def count_items(run: Run, form: FormKey, *, spare_rows: bool = False) -> tuple[int, int]:
    """How many questions of a form are answered, of how many: what its record says, without making the record."""
    around = Surroundings(with_previous=False, spare_rows=spare_rows)
    return _Builder(run, form, run.definition(form), around, {}, None, complete=False).counts()


def _previous(run: Run, form: FormKey) -> FormKey | None:
    """The same form (and repeat) at the last earlier visit."""
    keys = [key for key in run.ordered(form.form) if key.form_repeat == form.form_repeat]
    if form in keys:
        keys = keys[: keys.index(form)]
    else:
        order = run.event(form).order
        keys = [key for key in keys if run.event(key).order < order]
    return keys[-1] if keys else None


class _Builder:
    """Builds the records of one form."""

    def __init__(
        self, run: Run, form: FormKey, definition: FormDef, around: Surroundings, findings: Mapping[ItemKey, list[Finding]],
        previous: FormKey | None, complete: bool,
    ) -> None:  # fmt: skip
        self.run = run
        self.rules = run.rules.at(form)
        self.form = form
        self.definition = definition
        self.around = around
        self.findings = findings
        self.previous = previous
        self.complete = complete
        self.values = run.casebook.forms.get(form, {})

    def counts(self) -> tuple[int, int]:
        """Answered and asked. A question is what is shown, not computed, not given by the row, not the free comment."""
        answered = total = 0
        for group in self.definition.groups:
            if group.oid == "CO":
                continue
            items = [item for item in group.items if not item.is_derived and self._may_edit(item, group)]
            for row in self._rows(group):
                for item in items:
                    if self.run.visibility(self.form, item, row) is Visibility.SHOWN and not is_locked(self.run, self.form, item, row):
                        total += 1
                        value = self.values.get((group.oid, row, item.oid))
                        answered += value is not None and not value.is_blank
        return answered, total

    def group(self, group: GroupDef) -> GroupRecord:
        seen = self.rules.group_visibility(self.run, self.form, group)
        return GroupRecord(group, tuple(self.row(group, number) for number in self._rows(group)) + self._deleted(group), seen)

    def _rows(self, group: GroupDef) -> Iterable[int]:
        if group.repeating == "no":
            return (1,)
        if group.repeating == "fixed":
            planned = len(self.rules.fixed_rows(self.run, self.form, group))
            return sorted(set(range(1, planned + 1)) | set(self.run.casebook.rows(self.form, group.oid)))
        rows = self.run.casebook.rows(self.form, group.oid)
        if not self.around.spare_rows or (group.opening and self._opening(group) != "Y" and not rows and self._opening(group) is not None):
            return rows
        return (*rows, self.run.casebook.last_row(self.form, group.oid) + 1)

    def _opening(self, group: GroupDef) -> str | None:
        item = self.definition.index.get(group.opening)
        if item is None:
            return None
        value = self.run.read(self.form, item, 1)
        return value if isinstance(value, str) else ""

    def _deleted(self, group: GroupDef) -> tuple[RowRecord, ...]:
        numbers = sorted(row for form, oid, row in self.run.casebook.deleted if form == self.form and oid == group.oid)
        return tuple(
            replace(
                self.row(group, number), label=row_label(self.run, self.form, group, number), deleted=True,
                reason=self.around.deleted_reasons.get((self.form, group.oid, number), ""),
            )
            for number in numbers
        )  # fmt: skip

    def row(self, group: GroupDef, number: int) -> RowRecord:
        key = item_key(self.form, group.oid, number, "")
        return RowRecord(
            number, self._label(group, number), tuple(self.item(item, number) for item in group.items), findings=tuple(self.findings.get(key, ())),
            query=self.around.queries.get(key, ""),
        )

    def _label(self, group: GroupDef, number: int) -> Text:
        if group.repeating != "fixed":
            return row_label(self.run, self.form, group, number)
        planned = self._planned(group, number)
        items = [item for name in group.rows_key if (item := group.item(name)) is not None]
        codes = [(item, self.values.get((group.oid, number, item.oid), BLANK).text or planned.get(item.oid, "")) for item in items]
        texts = [_key_text(item, code) for item, code in codes if code]
        return Text(" ".join(one.en for one in texts), " ".join(one.zh for one in texts))

    def _planned(self, group: GroupDef, number: int) -> dict[str, str]:
        rows = self.rules.fixed_rows(self.run, self.form, group)
        return dict(zip(group.rows_key, rows[number - 1], strict=False)) if number <= len(rows) else {}

    def item(self, item: ItemDef, row: int) -> ItemRecord:
        key = item_key(self.form, item.group, row, item.oid)
        value = self.values.get((item.group, row, item.oid), BLANK)
        group = self.definition.group(item.group)
        if value.is_blank and item.oid in group.rows_key:
            value = Value(text=self._planned(group, row).get(item.oid, ""))
        elif value.is_blank and item.oid == group.row_number:
            value = Value(text=str(row))
        seen = self.run.visibility(self.form, item, row)
        if item.name in self.rules.timed:
            value = self.run.value_now(self.form, item, row) if self.values and seen is Visibility.SHOWN else BLANK
        changes = self.around.changes.get(key, ())
        previous = self._previous_value(item, row)
        return ItemRecord(
            key=key, item=item, value=value, visibility=seen, required=self.required(item, row, seen), editable=self.editable(item, group, row),
            prefilled=self.around.sources.get(key) == "default", corrected=self._corrected(changes), changes=changes,
            findings=tuple(self.findings.get(key, ())), previous=previous,
            previous_event=self.previous.event if self.previous is not None and not previous.is_blank else "", limits=self._limits(item, row),
            grade=proposed_grade(self.run, self.form, item, row) if self.around.with_previous else None, query=self.around.queries.get(key, ""),
        )

    def required(self, item: ItemDef, row: int, seen: Visibility) -> bool:
        return is_required(self.run, self.form, item, row, seen)

    def editable(self, item: ItemDef, group: GroupDef, row: int) -> bool:
        """May it be typed? What only a signed act enters (confirmation, allocation) is shown as locked."""
        return self._may_edit(item, group) and "by_signature" not in item.tags and not is_locked(self.run, self.form, item, row)

    @staticmethod
    def _may_edit(item: ItemDef, group: GroupDef) -> bool:
        computed = item.is_derived and not item.computed_unless_typed
        return not computed and "coded" not in item.tags and item.oid not in group.rows_key and item.oid != group.row_number

    def _corrected(self, changes: tuple[ChangeRecord, ...]) -> bool:
        return any(change.reason and not change.old.is_blank and change.source != "derived" for change in changes)

    def _previous_value(self, item: ItemDef, row: int) -> Value:
        if self.previous is None:
            return BLANK
        return self.run.casebook.forms[self.previous].get((item.group, row, item.oid), BLANK)

    def _interval(self, item: ItemDef, row: int) -> Text:
        """A laboratory result shows the site's reference interval: what a reader compares it with.

        As the laboratory gives it; where the result came in another unit, about the same in that one (the flag is decided exactly).
        """
        interval = interval_of(self.run, item, (self.form, row))
        if interval is None or interval.row is None:
            return EMPTY
        entered = self.values.get((item.group, row, item.oid), BLANK).unit or item.unit
        if canonical_unit(interval.row.unit) == canonical_unit(entered):
            text = _interval_text(interval.row.low, interval.row.high)
        else:
            ends = [None if end is None else convert_back(item.test, entered, end) for end in (interval.low, interval.high)]
            text = f"≈ {_interval_text(*('' if end is None else plain_decimal(round_half_away(end, item.decimals)) for end in ends))}"
        return Text(text, text)

    def _limits(self, item: ItemDef, row: int) -> Text:
        if item.test and item.operator:
            return self._interval(item, row)
        limits = self.rules.limits.get(item.name)
        if limits is None or not self.around.with_previous:
            return EMPTY
        place = Place(self.form, item.group, row)
        shown = []
        for low, high in ((limits.soft_low, limits.soft_high), (limits.hard_low, limits.hard_high)):
            ends = ["" if code is None or isinstance(found := code(self.run, place), Absent) else shown_operand(found) for code in (low, high)]
            shown.append(_interval_text(*ends))
        text = "; ".join(f"{name} {one}" for name, one in zip(("expected", "possible"), shown, strict=True) if one)
        chinese = "；".join(f"{name} {one}" for name, one in zip(("预期", "可能"), shown, strict=True) if one)
        return Text(text, chinese)


def _key_text(item: ItemDef, code: str) -> Text:
    """What a fixed row is called by one of its keys: the words of a code, or the question with its number ("Day 3")."""
    found = item.code(code)
    return found.text if found is not None else Text(f"{item.label.en} {code}", f"{item.label.zh} {code}")


def is_required(run: Run, form: FormKey, item: ItemDef, row: int, seen: Visibility) -> bool:
    """Must the item be filled before the form can be complete? Never what is not certainly asked."""
    if seen is not Visibility.SHOWN or (item.is_derived and not item.computed_unless_typed):
        return False
    rule = run.rules.at(form).required[item.name]
    return rule if isinstance(rule, bool) else truth(rule(run, Place(form, item.group, row))) is True


def _interval_text(low: str, high: str) -> str:
    """Two ends of which one, or both, may be open; a single expected value is no range."""
    if low == high:
        return low
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""


def is_locked(run: Run, form: FormKey, item: ItemDef, row: int) -> bool:
    """May the item no longer be changed (locked_after)?"""
    code = run.rules.at(form).locked.get(item.name)
    return code is not None and truth(code(run, Place(form, item.group, row))) is True


def missing_items(record: FormRecord) -> tuple[Finding, ...]:
    """M-REQ for every required item that is blank (content, section 1.4)."""
    found: list[Finding] = []
    for group in record.groups:
        for row in group.rows:
            if row.deleted or (group.group.repeating == "log" and all(item.value.is_blank or not item.editable for item in row.items)):
                continue
            found.extend(_missing(item) for item in row.items if item.required and item.value.is_blank)
    return tuple(found)


def _missing(item: ItemRecord) -> Finding:
    label = item.item.label
    return Finding("M-REQ", Severity.SOFT, item.key, filled(M_REQ, {"label": label.en}, {"label": label.zh}))
