"""One evaluation over one casebook: finds the values that references mean and decides what is visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from crf_app.clinical.casebook import Casebook
from crf_app.clinical.derived import derived_value
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Visibility
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.kinds import BLANK, NOT_APPLICABLE, UNKNOWN, Operand
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.operands import operand
from crf_app.clinical.values import Value
from crf_app.study.definition import EventDef, FormDef, GroupDef, ItemDef, StudyDef
from crf_app.study.dependencies import CLOCK
from crf_app.study.functions.result import FunctionDef
from crf_app.study.partial_dates import PartialDate, parse_iso

MAX_STEPS = 10_000
"""Rows that the loops of one rule may read. Outside loops the size of a rule bounds its work."""


class Place(NamedTuple):
    """Where a rule is being read: a row of a group of a form, and the row outside when inside a loop."""

    form: FormKey | None = None
    group: str = ""
    row: int = 1
    outer: Place | None = None


NOWHERE = Place()


@dataclass(slots=True)
class Known:
    """What one evaluation, or several in which it is the same, found out of a form, by the row and OID of an item."""

    visible: dict[tuple[int, str], Visibility] = field(default_factory=dict)
    """Whether the item of a row is asked."""
    conditions: dict[tuple[str, int, str], Visibility] = field(default_factory=dict)
    """What the show condition of the form ("") or of a group ("group:..") says, as seen from the row of a group: shared by the items there."""
    operands: dict[tuple[int, str], Operand] = field(default_factory=dict)
    """What reading the item of a row has given."""

    def without(self, keys: Iterable[ItemKey]) -> Known:
        """The same, but for the values at `keys`."""
        gone = {(key.row, key.item) for key in keys}
        return Known(dict(self.visible), dict(self.conditions), {at: found for at, found in self.operands.items() if at not in gone})


@dataclass
class Run:
    """The state of one evaluation. What outlives it (`take_over`) is what the next one's change does not reach, so that nothing in it can be stale."""

    rules: SubjectRules
    casebook: Casebook
    now: datetime
    parameters: Mapping[str, str]
    references: ReferenceTable
    known: dict[FormKey, Known] = field(default_factory=dict)
    """What was found out of each form. Runs share it where none of their changes reaches: then it is true of all of them."""
    judging: set[tuple[FormKey, int, str]] = field(default_factory=set)
    """Items of which it is just being found out whether they are asked: what is read of them meanwhile is not remembered."""
    memo: dict[str, object] = field(default_factory=dict)
    found: dict[tuple[object, ...], object] = field(default_factory=dict)
    """What expressions gave that may be asked again from other places: by the expression and as much of the place as it goes by."""
    pending: int = 0
    """How many of the values in `memo` are being computed just now."""
    dates: dict[FormKey, date | None] = field(default_factory=dict)
    rows: dict[tuple[FormKey, str], tuple[int, ...]] = field(default_factory=dict)
    computed_by: Run | None = None
    """Where items that are computed on reading are computed: None for here."""
    asked_the_minute: bool = False
    """Did anything that is remembered, or may be, read more of the present moment than its day?"""
    steps: int = 0
    trace: list[tuple[FormKey, ItemDef, int, Operand]] | None = None
    """What is read, in order, while somebody wants to know it; what only decides whether an item is asked is left out."""

    @property
    def study(self) -> StudyDef:
        """The definition of the subject as a whole; what belongs to one form is in `definition`."""
        return self.rules.study

    def definition(self, form: FormKey) -> FormDef:
        """A form as the version it belongs to defines it. KeyError when no version has it."""
        return self.rules.at(form).study.forms[form.form]

    def own_item(self, form: FormKey, oid: str) -> ItemDef | None:
        """An item as the version of its form defines it, None when that has none."""
        return self.rules.own_item(form, oid)

    @property
    def registry(self) -> Mapping[str, FunctionDef]:
        """The registry of derivations in force."""
        return self.rules.registry

    def step(self) -> bool:
        """Count one row that a loop reads; False when the rule at hand has read its share (reliability, section 7)."""
        self.steps += 1
        return self.steps <= MAX_STEPS

    def moment(self) -> datetime:
        """The present moment, without zone, as typed times are."""
        self.asked_the_minute = True
        return self.now.replace(tzinfo=None)

    def same_values(self, other: Run) -> bool:
        """Does the other read the same values by the same rules, at the same moment as far as it asked? States of forms do not count: they are read anew each time."""
        mine, its = self.casebook, other.casebook
        same_time = self.now.replace(second=0, microsecond=0) == other.now.replace(second=0, microsecond=0) if other.asked_the_minute else self.now.date() == other.now.date()
        same_conditions = self.parameters is other.parameters and self.references is other.references
        return mine.forms is its.forms and mine.deleted == its.deleted and self.rules is other.rules and same_time and same_conditions

    def know_as(self, other: Run) -> None:
        """Remember all that a run over the same values does (`same_values`)."""
        self.known, self.memo, self.found = dict(other.known), dict(other.memo), dict(other.found)
        self.dates, self.rows, self.asked_the_minute = dict(other.dates), dict(other.rows), other.asked_the_minute

    def take_over(self, before: Run, touched: Mapping[str, Iterable[ItemKey]]) -> None:
        """Remember what an evaluation of the casebook without the change found out of items, where the change of what is `touched` cannot reach.

        `touched`: by the name of an item, or of the extent of a form, what has changed.
        """
        forms, instances = self._reached(touched)
        self.known = {form: known for form, known in before.known.items() if form.form not in forms and form not in instances}
        self._forget(key for keys in touched.values() for key in keys)
        self.asked_the_minute = before.asked_the_minute and CLOCK in self.rules.shown_by

    def changed(self, casebook: Casebook, name: str, keys: Iterable[ItemKey]) -> None:
        """Go on with another casebook, in which items of that name differ at `keys`: what could depend on them is forgotten."""
        self.casebook = casebook
        if name in self.rules.shown_by:
            forms, instances = self._reached({name: keys})
            for form in [one for one in self.known if one.form in forms or one in instances]:
                del self.known[form]
        self._forget(keys)
        self.memo.clear()
        self.found.clear()
        self.dates.clear()
        self.rows.clear()

    def _reached(self, touched: Mapping[str, Iterable[ItemKey]]) -> tuple[set[str], set[FormKey]]:
        """Forms on which a change can decide whether something is asked: by their OID all instances of them, and single ones."""
        forms, instances = set[str](), set[FormKey]()
        for name in touched.keys() & self.rules.shown_by.keys():
            reach = self.rules.shown_by[name]
            forms |= reach.forms
            instances.update(one for key in touched[name] if (one := key.form_key).form in reach.own)
        return forms, instances

    def _forget(self, keys: Iterable[ItemKey]) -> None:
        by_form: dict[FormKey, list[ItemKey]] = {}
        for key in keys:
            by_form.setdefault(key.form_key, []).append(key)
        for form, changed in by_form.items():
            if form in self.known:
                self.known[form] = self.known[form].without(changed)

    def known_of(self, form: FormKey) -> Known:
        """What was found out of a form so far."""
        known = self.known.get(form)
        if known is None:
            known = self.known[form] = Known()
        return known

    def remembered(self, name: str, make: Callable[[], object]) -> object:
        """What `make` gives, computed once an evaluation."""
        if name not in self.memo:
            self.memo[name] = BLANK  # a rule that needs itself finds nothing
            self.pending += 1
            self.memo[name] = make()
            self.pending -= 1
        return self.memo[name]

    @property
    def settled(self) -> bool:
        """Is what is read now the same whenever it is read: is nobody following what is read, and nothing it may go by still being found out?"""
        return self.trace is None and not self.judging and not self.pending

    def event(self, form: FormKey) -> EventDef:
        """The event a form stands at."""
        return self.rules.events[form.event]

    def read(self, form: FormKey, item: ItemDef, row: int) -> Operand:
        """The value of one item as an operand; what is hidden is not applicable, what is not asked or undecided is unknown."""
        known = self.known.get(form)
        if known is not None and self.trace is None:
            found = known.operands.get((row, item.oid))
            if found is not None:
                return found
        return self._read(form, item, row)

    def _read(self, form: FormKey, item: ItemDef, row: int) -> Operand:
        rules = self.rules.at(form)
        if self.rules.amended:
            # what was collected is read as it was collected; what its version did not ask is not known
            own = self.rules.own_item(form, item.oid)
            if own is None:
                return UNKNOWN
            item = own
        seen = self.visibility(form, item, row)
        if seen is not Visibility.SHOWN:
            found: Operand = NOT_APPLICABLE if seen is Visibility.HIDDEN else UNKNOWN
        else:
            values = self.casebook.forms.get(form)
            value = values.get((item.group, row, item.oid)) if values is not None else None
            if rules.timed and item.name in rules.timed:
                # the moment is not among what makes the remembered be forgotten
                return self._traced(form, item, row, operand(item, self.value_now(form, item, row)) if values is not None else BLANK)
            found = self._traced(form, item, row, operand(item, value) if value is not None else BLANK)
        if not self.judging or (form, row, item.oid) not in self.judging:
            self.known_of(form).operands[row, item.oid] = found
        return found

    def _traced(self, form: FormKey, item: ItemDef, row: int, found: Operand) -> Operand:
        if self.trace is not None:
            self.trace.append((form, item, row, found))
        return found

    def value_now(self, form: FormKey, item: ItemDef, row: int) -> Value:
        """The value of a derived item that goes by the present moment, of a form that was begun: computed here, stored nowhere."""
        if self.computed_by is not None:
            return self.computed_by.value_now(form, item, row)
        place = Place(form, item.group, row)
        found = self.remembered(f"now:{form}:{row}:{item.oid}", lambda: derived_value(item, *self.rules.at(form).derivations[item.name](self, place)))
        return found if isinstance(found, Value) else Value()

    def visibility(self, form: FormKey, item: ItemDef, row: int) -> Visibility:
        """Is the item asked in that row? Judged once an evaluation."""
        known = self.known.get(form)
        seen = known.visible.get((row, item.oid)) if known is not None else None
        return seen if seen is not None else self._judge(form, item, row)

    def _judge(self, form: FormKey, item: ItemDef, row: int) -> Visibility:
        visible, mark = self.known_of(form).visible, (form, row, item.oid)
        visible[row, item.oid] = Visibility.SHOWN  # a condition that asks for its own item finds it shown
        trace, self.trace = self.trace, None
        self.judging.add(mark)
        seen = self.rules.at(form).visibility(self, form, item, row)
        self.judging.discard(mark)
        self.trace = trace
        visible[row, item.oid] = seen
        return seen

    def date_of(self, form: FormKey) -> date | None:
        """The day a form was filled at: its own date, else the visit's."""
        if form not in self.dates:
            self.dates[form] = self._date_of(form)
        return self.dates[form]

    def _date_of(self, form: FormKey) -> date | None:
        header = FormKey(form.subject, form.event, form.event_repeat, self.study.header_form, 1)
        for key, item in ((form, self.own_item(form, self.definition(form).date)), (header, self.own_landmark(header, "visit_date"))):
            if item is not None:
                for row in self._rows_with(key, item):
                    text = self.casebook.forms[key][(item.group, row, item.oid)].text[:10]
                    if len(text) == 10:
                        return date.fromisoformat(text)
        return None

    def _rows_with(self, form: FormKey, item: ItemDef) -> Iterable[int]:
        values = self.casebook.forms.get(form)
        if values is None:
            return ()
        if (item.group, 1, item.oid) in values:
            return (1,)
        return (row for row in self.casebook.rows(form, item.group) if (item.group, row, item.oid) in values)

    def ordered(self, form: str) -> tuple[FormKey, ...]:
        """Instances of a form by the day they were filled at, undated ones by the schedule."""
        name = f"ordered:{form}"
        if name not in self.memo:
            keys = self.casebook.instances(form)
            last = date.min
            placed = []
            for number, key in enumerate(keys):
                day = self.date_of(key)
                unscheduled = self.event(key).kind == "unscheduled"
                if day is not None and not unscheduled:
                    last = max(last, day)
                placed.append((day or last, self.event(key).order, number, key))
            # unscheduled visits stand where their date puts them
            self.memo[name] = tuple(one[3] for one in sorted(placed, key=lambda one: (one[0], one[1], one[2])))
        found = self.memo[name]
        return found if isinstance(found, tuple) else ()

    def in_window(self, form: str, event: str) -> tuple[FormKey, ...]:
        """Instances of a form filled inside the window of a visit, the one closest to its planned day first.

        Whatever visit they were entered at; as close: that visit's own first, then the earlier.
        """
        definition = self.rules.events.get(event)
        planned = self.planned(definition) if definition is not None else BLANK
        if definition is None or not isinstance(planned, PartialDate) or not planned.is_full:
            return ()
        found = []
        for number, key in enumerate(self.ordered(form)):
            day = self.date_of(key)
            off = (day - planned.earliest).days if day is not None else None
            if off is not None and -definition.minus <= off <= definition.plus:
                found.append((abs(off), key.event != event, number, key))
        return tuple(one[3] for one in sorted(found, key=lambda one: one[:3]))

    def first_treatment(self) -> date | None:
        """The day of the first study treatment, None before it."""
        found = self.remembered("first_treatment", lambda: self.rules.first_treatment(self, NOWHERE))
        return found.earliest if isinstance(found, PartialDate) and found.is_full else None

    def anchor(self) -> Operand:
        """Day 0 of the schedule, blank before it."""
        found = self.remembered("anchor", lambda: self.rules.anchor(self, NOWHERE))
        return found if isinstance(found, PartialDate) else BLANK

    def planned(self, event: EventDef) -> Operand:
        """The target day of a visit, blank while it is unknown."""
        found = self.remembered(f"planned:{event.oid}", lambda: self._planned(event))
        return found if isinstance(found, PartialDate) else BLANK

    def _planned(self, event: EventDef) -> Operand:
        if event.after:
            return self.rules.after[event.oid](self, NOWHERE)
        anchor = self.anchor()
        if event.day is None or not isinstance(anchor, PartialDate) or not anchor.is_full:
            return BLANK
        return PartialDate.of(anchor.earliest + timedelta(days=event.day))

    def before_treatment(self, form: FormKey, group: GroupDef, row: int) -> bool:
        """Does a row count as before the first treatment? Same day: yes, but rows POST... (content, section 1.7.6)."""
        treated = self.first_treatment()
        day = self.date_of(form)
        if treated is None:
            return True
        if day is None or day > treated:
            return False
        if day < treated or not group.rows_key:
            return True
        values = self.casebook.forms.get(form, {})
        key = values.get((group.oid, row, group.rows_key[0]))
        return key is None or not key.text.startswith("POST")

    def group_rows(self, form: FormKey, group: GroupDef) -> tuple[int, ...]:
        """Rows of a group that exist: active log rows, filled fixed rows, row 1 of a group that does not repeat."""
        if group.repeating == "no":
            return (1,)
        found = self.rows.get((form, group.oid))
        if found is None:
            found = self.rows[form, group.oid] = self.casebook.rows(form, group.oid)
        return found

    def sex(self) -> str:
        """The subject's sex, "" when unknown."""
        return str(self.remembered("sex", lambda: self.plain("sex")))

    def age_on(self, day: date) -> int | None:
        """Completed years on `day` from the date of birth; None when unknown or in doubt."""
        found = self.remembered(f"age:{day}", lambda: self._age_on(day))
        return found if isinstance(found, int) else None

    def _age_on(self, day: date) -> int | None:
        text = self.plain("birth_date")
        if not text:
            return None
        birth = parse_iso(text)
        ages = {(day.year - one.year) - ((day.month, day.day) < (one.month, one.day)) for one in (birth.earliest, birth.latest)}
        return ages.pop() if len(ages) == 1 else None

    def own_landmark(self, form: FormKey, name: str) -> ItemDef | None:
        """The item that is a landmark (crf_app.study.landmarks), as the version of that form defines it; None on another form and without."""
        item = self.study.landmark(name)
        return self.own_item(form, item.oid) if item is not None and item.form == form.form else None

    def plain(self, landmark: str) -> str:
        """The latest text stored in a landmark, "" without."""
        for key in reversed(self.casebook.instances(self.study.home(landmark))):
            item = self.own_landmark(key, landmark)
            value = self.casebook.forms[key].get((item.group, 1, item.oid)) if item is not None else None
            if value is not None and value.text:
                return value.text
        return ""


def address_of(place: Place) -> str:
    """The row a place stands on, as link values write it."""
    return ItemKey(*place.form, place.group, place.row, "").row_address if place.form is not None else ""

