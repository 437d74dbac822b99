"""What an amendment would change in this database, subject by subject, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions, new_run
from crf_app.clinical.form_state import form_address
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import event_keys, visit_date, window
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.amendments.judging import Judged
from crf_app.services.amendments.loading import need_version, version_of
from crf_app.services.amendments.migrating import Case, plan_move, read_case
from crf_app.services.digests import form_digest
from crf_app.services.findings import as_record
from crf_app.services.workspace import Workspace
from crf_app.services.writing import finding_address
from crf_app.store.signatures import StoredSignature, read_signatures
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import EventDef, FormDef, ItemDef
from crf_app.study.item_types import format_value
from crf_app.study.texts import EMPTY, Text

KINDS = (
    "visit_new", "visit_gone", "visit_moved", "visit_judged", "form_new", "form_gone", "item_new", "item_gone", "code_gone", "unit_gone",
    "finding_new", "finding_changed", "finding_gone", "required_missing", "derived", "signature_void",
)  # fmt: skip
"""What a line can say, in the order of the report."""
HIDDEN = Text("…", "…")
"""In place of what only those may read who may read casebooks."""


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """One consequence for one subject. `visits` and `form` say where, `label` what; `count` stored values it touches.

    `address` is that of the value or finding, "" where the line speaks of more than one.
    """

    kind: str
    visits: tuple[str, ...] = ()
    form: str = ""
    label: Text = EMPTY
    old: Text = EMPTY
    new: Text = EMPTY
    count: int = 0
    rule: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SubjectImpact:
    """All consequences for one subject, or why it cannot follow the version."""

    subject: str
    here: str
    from_event: str
    lines: tuple[ImpactLine, ...]
    refused: ExpectedError | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """The report on a version: for each subject asked for, in order of enrolment."""

    version: str
    subjects: tuple[SubjectImpact, ...]

    def count(self, kind: str) -> int:
        """How many lines of a kind there are."""
        return sum(1 for subject in self.subjects for line in subject.lines if line.kind == kind)


Progress = Callable[[int, int], None]


def amendable(work: Workspace, version: str) -> tuple[str, ...]:
    """The subjects that do not follow the version yet, in order of enrolment."""
    return tuple(one.number for one in read_subjects(work.database) if version_of(work, one.number) != version)


@dataclass(frozen=True)
class ImpactCase:
    """One subject of a report, read at one moment. `here`: the version it follows; `veiled`: values are left out."""

    case: Case
    here: str
    before: Conditions
    today: date
    signatures: tuple[StoredSignature, ...]
    names: Mapping[str, Text]
    veiled: bool

    def work_out(self) -> SubjectImpact:
        """The consequences; nothing is read any more."""
        move = self.case.move
        try:
            judged = self.case.judged()
        except ExpectedError as error:
            return SubjectImpact(move.subject, self.here, move.from_event, (), error)
        found = SubjectImpact(move.subject, self.here, move.from_event, tuple(_Comparison(self, judged).lines()))
        return _veiled(found) if self.veiled else found


def amendment_impact(work: Workspace, version: str, subjects: Sequence[str] | None = None, from_event: str = "", progress: Progress | None = None) -> Impact:
    """What would change if these subjects (None: all that do not follow it yet) followed a loaded version from a visit on.

    Its rules are run on each casebook; nothing is stored. Without the right to read casebooks, values are left out.
    Raises ExpectedError "no_right", "amendment_unknown".
    """
    return work_out(version, read_cases(work, version, subjects, from_event), progress)


def read_cases(work: Workspace, version: str, subjects: Sequence[str] | None = None, from_event: str = "") -> tuple[ImpactCase | SubjectImpact, ...]:
    """The first half of `amendment_impact`: read all that decides; a subject that cannot follow is told at once."""
    actor = work.need(Right.AMEND)
    need_version(work, version)
    veiled = not actor.user.may(Right.READ)
    return tuple(_read_case(work, one, version, from_event, veiled=veiled) for one in (amendable(work, version) if subjects is None else subjects))


def _read_case(work: Workspace, subject: str, version: str, from_event: str, *, veiled: bool) -> ImpactCase | SubjectImpact:
    here = version_of(work, subject)
    try:
        case = read_case(work, plan_move(work, subject, version, from_event))
    except ExpectedError as error:
        return SubjectImpact(subject, here, from_event, (), error)
    signatures = read_signatures(work.database, subject)
    names = {one.user_id: work.name_of(one.user_id) for one in signatures}
    return ImpactCase(case, here, work.conditions(), work.clock.today(), signatures, names, veiled)


def work_out(version: str, cases: Sequence[ImpactCase | SubjectImpact], progress: Progress | None = None) -> Impact:
    """The second half: needs neither database nor window."""
    found = []
    for number, one in enumerate(cases, 1):
        found.append(one.work_out() if isinstance(one, ImpactCase) else one)
        if progress is not None:
            progress(number, len(cases))
    return Impact(version, tuple(found))


def _veiled(impact: SubjectImpact) -> SubjectImpact:
    """Without what was entered: counts, places and rules remain."""
    told = ("derived", "code_gone", "unit_gone", "finding_new", "finding_changed", "finding_gone")
    return replace(impact, lines=tuple(replace(one, old=HIDDEN, new=HIDDEN) if one.kind in told else one for one in impact.lines))


class _Comparison:
    """A subject's casebook before and after."""

    def __init__(self, given: ImpactCase, judged: Judged) -> None:
        case = given.case
        self.given = given
        self.judged = judged
        self.casebook: Casebook = case.casebook
        self.old: SubjectRules = case.old
        self.new: SubjectRules = case.new
        self.before: Run = new_run(case.old, case.casebook, given.before)
        self.after: Run = judged.run
        self.today: date = given.today

    def lines(self) -> Iterator[ImpactLine]:
        """Every consequence, in the order of KINDS."""
        found = [*self._visits(), *self._forms(), *self._items(), *self._values(), *self._findings(), *self._derived(), *self._signatures()]
        order = {one.oid: one.order for one in self.new.study.events}
        yield from sorted(found, key=lambda one: (KINDS.index(one.kind), one.form, min((order.get(visit, 0) for visit in one.visits), default=0)))

    def _visits(self) -> Iterator[ImpactLine]:
        before, after = ({one.oid: one for one, _ in event_keys(run) if _is_asked(run.rules, one)} for run in (self.before, self.after))
        for oid, event in after.items():
            if oid not in before:
                yield ImpactLine("visit_new", (oid,), label=event.name)
        for oid, event in before.items():
            if oid not in after:
                yield ImpactLine("visit_gone", (oid,), label=event.name, count=sum(self._held(form) for form in self.casebook.forms if form.event == oid))
            elif event.kind == "scheduled":
                yield from self._window(event, after[oid])

    def _window(self, old: EventDef, new: EventDef) -> Iterator[ImpactLine]:
        day = visit_date(self.before, self.casebook.subject, old.oid, 1)
        before, after = window(self.before, old, day, self.today), window(self.after, new, day, self.today)
        if day:
            if before.state != after.state:
                yield ImpactLine("visit_judged", (old.oid,), label=old.name, old=Text(before.state, before.state), new=Text(after.state, after.state), count=1)
        elif (before.target, before.earliest, before.latest) != (after.target, after.earliest, after.latest):
            texts = [" ".join(f"{one:%Y-%m-%d}" if one is not None else "–" for one in (span.earliest, span.target, span.latest)) for span in (before, after)]
            yield ImpactLine("visit_moved", (old.oid,), label=old.name, old=Text(texts[0], texts[0]), new=Text(texts[1], texts[1]))

    def _forms(self) -> Iterator[ImpactLine]:
        fresh: dict[str, list[str]] = {}
        gone: dict[str, list[str]] = {}
        for event in self.new.study.events:
            old = self.old.events.get(event.oid)
            if old is None or not _is_asked(self.old, old) or not _is_asked(self.new, event):
                continue
            for form in {place.form: None for place in (*event.forms, *old.forms)}:
                asked = self.old.is_asked(form, event.oid), self.new.is_asked(form, event.oid)
                if asked[0] != asked[1]:
                    (fresh if asked[1] else gone).setdefault(form, []).append(event.oid)
        for form, visits in fresh.items():
            yield ImpactLine("form_new", tuple(visits), form, self.new.study.forms[form].name)
        for form, visits in gone.items():
            held = sum(self._held(key) for key in self.casebook.forms if key.form == form and key.event in visits)
            yield ImpactLine("form_gone", tuple(visits), form, self.old.study.forms[form].name, count=held)

    def _key(self, event: EventDef, form: str) -> FormKey:
        repeats = [key.event_repeat for key in self.casebook.forms if key.event == event.oid]
        repeat = max(repeats, default=0) + 1 if event.kind == "unscheduled" else 1
        return FormKey(self.casebook.subject, event.oid, repeat, form, 1)

    def _items(self) -> Iterator[ImpactLine]:
        pairs: dict[str, tuple[FormDef, FormDef, list[str]]] = {}
        for event in self.new.study.events:
            for place in event.forms:
                key = self._key(event, place.form)
                before, after = self.old.at(key), self.new.at(key)
                if before is not after and place.form in before.study.forms and place.form in after.study.forms:
                    pairs.setdefault(place.form, (before.study.forms[place.form], after.study.forms[place.form], []))[2].append(event.oid)
        for oid, (old, new, visits) in pairs.items():
            for item in new.items:
                if item.oid not in old.index:
                    yield ImpactLine("item_new", tuple(visits), oid, item.label, address=item.oid)
            for item in old.items:
                if item.oid not in new.index:
                    held = sum(1 for form in self.judged.moved if form.form == oid for slot, value in self.casebook.forms[form].items() if slot[2] == item.oid and not value.is_blank)
                    yield ImpactLine("item_gone", tuple(visits), oid, item.label, count=held, address=item.oid)

    def _values(self) -> Iterator[ImpactLine]:
        for form in sorted(self.judged.moved):
            for (group, row, oid), value in self.casebook.forms[form].items():
                old, new = self.old.own_item(form, oid), self.new.own_item(form, oid)
                if old is None or new is None or value.is_blank or (form, group, row) in self.casebook.deleted:
                    continue
                where = ((form.event,), form.form, old.label)
                address = ItemKey(*form, group, row, oid).address
                if new.codes and any(new.code(code) is None for code in value.text.split(";") if code):
                    yield ImpactLine("code_gone", *where, self._shown(old, value), count=1, address=address)
                if value.unit and value.unit not in (new.unit, *new.units):
                    yield ImpactLine("unit_gone", *where, Text(value.unit, value.unit), Text(new.unit, new.unit), 1, address=address)

    def _findings(self) -> Iterator[ImpactLine]:
        stored = self.given.case.stored
        asked = {(one.rule, finding_address(one.key)) for one in self.judged.asked}
        for place, finding in self.judged.findings.items():
            old = stored.get(place)
            if place in asked:
                yield self._finding("required_missing", finding)
            elif place not in self.judged.kept:
                yield self._finding("finding_changed" if old is not None else "finding_new", finding, as_record(old).message if old is not None else EMPTY)
        for place, one in stored.items():
            if place not in self.judged.kept and place not in self.judged.findings:
                gone = as_record(one)
                yield replace(self._finding("finding_gone", gone), old=gone.message, new=EMPTY)

    def _finding(self, kind: str, finding: Finding, old: Text = EMPTY) -> ImpactLine:
        key = finding.key
        item = self.after.own_item(key.form_key, key.item) or self.before.own_item(key.form_key, key.item)
        label = item.label if item is not None else self._name(key.form_key)
        return ImpactLine(kind, (key.event,), key.form, label, old, finding.message, 1, finding.rule, finding_address(key))

    def _name(self, form: FormKey) -> Text:
        found = self.new.study.forms.get(form.form)
        return found.name if found is not None else EMPTY

    def _derived(self) -> Iterator[ImpactLine]:
        for key, value in self.judged.derived:
            item, old = self.after.own_item(key.form_key, key.item), self.before.own_item(key.form_key, key.item)
            if item is not None:
                was = self.casebook.value(key)
                before, after = self._shown(old or item, was), self._shown(item, value)
                if before == after:  # rounded, they look alike
                    before, after = Text(was.exact, was.exact), Text(value.exact, value.exact)
                yield ImpactLine("derived", (key.event,), key.form, item.label, before, after, 1, address=key.address)

    def _signatures(self) -> Iterator[ImpactLine]:
        by_address = {form_address(form): form for form in self.casebook.forms}
        for one in self.given.signatures:
            form = by_address.get(one.record)
            if form is None or form_digest(self.old.at(form).study, self.casebook, form) != one.digest:
                continue
            if form_digest(self.new.at(form).study, self.judged.casebook, form) != one.digest:
                yield ImpactLine("signature_void", (form.event,), form.form, self._name(form), self.given.names[one.user_id], count=1, address=one.record)

    def _held(self, form: FormKey) -> int:
        return sum(1 for value in self.casebook.forms[form].values() if not value.is_blank)

    @staticmethod
    def _shown(item: ItemDef, value: Value) -> Text:
        return Text(format_value(item, value, "en"), format_value(item, value, "zh"))


def _is_asked(rules: SubjectRules, event: EventDef) -> bool:
    return any(rules.is_asked(place.form, event.oid) for place in event.forms)
