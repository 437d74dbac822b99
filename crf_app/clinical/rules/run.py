"""One evaluation over one casebook: finds the values that references mean and decides what is visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from crf_app.clinical.casebook import Casebook
from crf_app.clinical.derived import derived_value
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Visibility
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.kinds import BLANK, Absent, Links, Operand, Span
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.values import Value
from crf_app.study.definition import EventDef, FormDef, GroupDef, ItemDef, ItemType, StudyDef
from crf_app.study.functions.result import FunctionDef
from crf_app.study.partial_dates import PartialDate, parse_iso

MAX_STEPS = 10_000
"""Rows that the loops of one rule may read. Outside loops the size of a rule bounds its work."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is being read: a row of a group of a form, and the row outside when inside a loop."""

    form: FormKey | None = None
    group: str = ""
    row: int = 1
    outer: Place | None = None


NOWHERE = Place()
_NOTHING: tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]] = (frozenset(), frozenset())


@dataclass
class Run:
    """The state of one evaluation: nothing in it outlives it, so that nothing in it can be stale."""

    rules: SubjectRules
    casebook: Casebook
    now: datetime
    parameters: Mapping[str, str]
    references: ReferenceTable
    visible: dict[tuple[FormKey, str, int, str], Visibility] = field(default_factory=dict)
    conditions: dict[tuple[FormKey, str, int, str], Visibility] = field(default_factory=dict)
    """What the show condition of a form ("") or a group ("group:..") says, as seen from a row: shared by the items that stand there."""
    memo: dict[str, object] = field(default_factory=dict)
    dates: dict[FormKey, date | None] = field(default_factory=dict)
    rows: dict[tuple[FormKey, str], tuple[int, ...]] = field(default_factory=dict)
    computed_by: Run | None = None
    """Where items that are computed on reading are computed: None for here."""
    asked_the_minute: bool = False
    """Did anything read more of the present moment than its day?"""
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

    def moment(self) -> datetime:
        """The present moment, without zone, as typed times are."""
        self.asked_the_minute = True
        return self.now.replace(tzinfo=None)

    def step(self) -> bool:
        """Count one row that a loop reads; False when the rule at hand has read its share (reliability, section 7)."""
        self.steps += 1
        return self.steps <= MAX_STEPS

    def changed(self, casebook: Casebook, name: str, keys: Iterable[ItemKey]) -> None:
        """Go on with another casebook, in which these items of that name differ: what could depend on them is forgotten."""
        self.casebook = casebook
        self.forget_shown({name: keys})
        self.memo.clear()
        self.dates.clear()
        self.rows.clear()

    def same_values(self, other: Run) -> bool:
        """Does the other read the same values by the same rules, at the same moment as far as it asked? States of forms do not count: they are read anew each time."""
        mine, its = self.casebook, other.casebook
        same_time = self.now.replace(second=0, microsecond=0) == other.now.replace(second=0, microsecond=0) if other.asked_the_minute else self.now.date() == other.now.date()
        same_conditions = self.parameters is other.parameters and self.references is other.references
        return mine.forms is its.forms and mine.deleted == its.deleted and self.rules is other.rules and same_time and same_conditions

    def take_over(self, other: Run) -> None:
        """Know what another run over the same values knows, without sharing what either finds from here on."""
        self.visible, self.conditions = dict(other.visible), dict(other.conditions)
        self.memo, self.dates, self.rows = dict(other.memo), dict(other.dates), dict(other.rows)
        self.asked_the_minute = other.asked_the_minute

    def forget_shown(self, touched: Mapping[str, Iterable[ItemKey]]) -> None:
        """Forget of which items it is known whether they are asked, as far as changes at these keys, by name, can decide it."""
        if not self.visible or self.rules.shown_by.isdisjoint(touched):
            return
        anywhere: set[tuple[str, str]] = set()
        on_form: set[tuple[FormKey, str]] = set()
        for version in self.rules.members:
            for name, keys in touched.items():
                far, own = version.decided_by.get(name, _NOTHING)
                anywhere |= far
                on_form.update((form, oid) for form in {key.form_key for key in keys} for kind, oid in own if kind == form.form)
        kept = self.visible.items()
        self.visible = {key: seen for key, seen in kept if (key[0].form, key[3]) not in anywhere and (key[0], key[3]) not in on_form}
        # what a form or its groups say is kept under no item
        known = self.conditions.items()
        self.conditions = {key: seen for key, seen in known if (key[0].form, "") not in anywhere and (key[0], "") not in on_form}

    def remembered(self, name: str, make: Callable[[], object]) -> object:
        """What `make` gives, computed once an evaluation."""
        if name not in self.memo:
            self.memo[name] = BLANK  # a rule that needs itself finds nothing
            self.memo[name] = make()
        return self.memo[name]

    def event(self, form: FormKey) -> EventDef:
        """The event a form stands at."""
        return self.rules.events[form.event]

    def read(self, form: FormKey, item: ItemDef, row: int) -> Operand:
        """The value of one item as an operand; what is hidden is not applicable, what is not asked or undecided is unknown."""
        rules = self.rules.at(form)
        if self.rules.amended:
            # what was collected is read as it was collected; what its version did not ask is not known
            own = self.rules.own_item(form, item.oid)
            if own is None:
                return Absent("unknown")
            item = own
        seen = self.visibility(form, item, row)
        if seen is not Visibility.SHOWN:
            return Absent("na") if seen is Visibility.HIDDEN else Absent("unknown")
        values = self.casebook.forms.get(form)
        value = values.get((item.group, row, item.oid)) if values is not None else None
        if values is not None and item.name in rules.timed:
            value = self.value_now(form, item, row)
        found = operand(item, value) if value is not None else BLANK
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
        key = (form, item.group, row, item.oid)
        seen = self.visible.get(key)
        if seen is None:
            self.visible[key] = Visibility.SHOWN  # a condition that asks for its own item finds it shown
            trace, self.trace = self.trace, None
            seen = self.rules.at(form).visibility(self, form, item, row)
            self.trace = trace
            self.visible[key] = seen
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
        return self.plain("sex")

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


def operand(item: ItemDef, value: Value) -> Operand:
    """A stored value as the rules read it: exact, in the standard unit."""
    if value.missing:
        return Absent("coded", value.missing)
    if value.status and value.status != "OK" and not value.text:
        return Absent("na" if value.status == "NA" else "unknown" if value.status == "MISSING" else "error", value.code)
    text = value.exact or value.standard or value.text
    if not text:
        return BLANK
    return _READERS[item.type](item, text, value)


def _number(_item: ItemDef, text: str, value: Value) -> Operand:
    number = Decimal(text)
    if value.operator == "<":
        return Span(None, number, high_open=True, operator="<")
    if value.operator == ">":
        return Span(number, None, low_open=True, operator=">")
    return number


def _code(item: ItemDef, _text: str, value: Value) -> Operand:
    found = item.code(value.text)
    return Absent("coded", value.text) if found is not None and found.missing else value.text


_READERS: Mapping[ItemType, Callable[[ItemDef, str, Value], Operand]] = {
    ItemType.INT: _number, ItemType.DEC: _number, ItemType.SINGLE: _code,
    ItemType.DATE: lambda _i, text, _v: parse_iso(text), ItemType.PDATE: lambda _i, text, _v: parse_iso(text),
    ItemType.TIME: lambda _i, text, _v: time.fromisoformat(text), ItemType.DATETIME: lambda _i, text, _v: datetime.fromisoformat(text),
    ItemType.MULTI: lambda _i, text, _v: tuple(text.split(";")), ItemType.TEXT: lambda _i, text, _v: text,
    ItemType.LINK: lambda _i, text, _v: Links(tuple(text.split(";"))), ItemType.MAP: lambda _i, text, _v: text,
    ItemType.PHOTO: lambda _i, text, _v: tuple(text.split(";")), ItemType.FILE: lambda _i, text, _v: tuple(text.split(";")),
}  # fmt: skip


def address_of(place: Place) -> str:
    """The row a place stands on, as link values write it."""
    return ItemKey(*place.form, place.group, place.row, "").row_address if place.form is not None else ""

