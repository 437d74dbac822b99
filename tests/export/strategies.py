"""Subjects made by chance over the sample study: every kind of value, every visibility, any text a person can type."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from crf_app.clinical.record import EventRecord, FormRecord, RowRecord, SubjectRecord, Visibility
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import EventDef, FormDef, ItemDef, ItemType
from tests.export import sample

TYPED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
DECIMALS = st.decimals(-999, 999, places=2).map(str)
DAYS = st.dates().map(lambda day: day.isoformat())

TEXTS: dict[ItemType, st.SearchStrategy[str]] = {
    ItemType.TEXT: TYPED,
    ItemType.INT: st.integers(0, 999).map(str),
    ItemType.DEC: DECIMALS,
    ItemType.DATE: DAYS,
    ItemType.PDATE: st.tuples(DAYS, st.sampled_from((4, 7, 10))).map(lambda pair: pair[0][: pair[1]]),
    ItemType.TIME: st.times().map(lambda time: f"{time:%H:%M}"),
    ItemType.DATETIME: st.datetimes().map(lambda moment: moment.isoformat()[:16]),
    ItemType.LINK: st.just("SCR/LB/LB#1"),
    ItemType.PHOTO: st.just("ef" * 32),
    ItemType.MAP: st.just("FOOT;L;0.25;0.5;HEEL"),
}


def texts(item: ItemDef) -> st.SearchStrategy[str]:
    """A canonical text of the item's type."""
    codes = [code.code for code in item.codes]
    if item.type is ItemType.MULTI:
        return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(";".join)
    return st.sampled_from(codes) if item.type is ItemType.SINGLE else TEXTS[item.type]


@st.composite
def values(draw: st.DrawFn, item: ItemDef) -> Value:
    """A value of `item` with everything that may stand beside it, a missing code, or nothing."""
    if item.is_derived and draw(st.booleans()):
        return Value(status=draw(st.sampled_from(("MISSING", "ERROR", "NA"))), code="TOO_FEW")
    if item.missing and not item.is_derived and draw(st.booleans()):
        return Value(missing=draw(st.sampled_from(("ND", "UK", "NA"))), reason=draw(TYPED))
    if draw(st.booleans()):
        return BLANK
    value = Value(draw(texts(item)))
    if item.operator:
        value = replace(value, operator=draw(st.sampled_from(("", "<", ">"))))
    if item.units:
        unit = draw(st.sampled_from((item.unit, *item.units)))
        value = replace(value, unit=unit, standard=draw(DECIMALS), standard_unit=item.unit)
    if item.is_derived:
        value = replace(value, exact=draw(DECIMALS), status="OK", flags=draw(st.sampled_from(("", "A", "A;B"))))
    return value


@st.composite
def forms(draw: st.DrawFn, subject: str, event: EventDef, definition: FormDef, repeat: int) -> FormRecord:
    """A form with one or more rows, some of them deleted, some items hidden."""
    group = definition.groups[0]
    count = draw(st.integers(1, 3)) if group.repeating != "no" else 1
    deleted = draw(st.sets(st.integers(1, count), max_size=1)) if group.repeating != "no" else set()
    rows = [{item.oid: draw(values(item)) for item in group.items} for _row in range(count)]
    made = sample.form(subject, event, definition, rows, event_repeat=repeat, deleted=deleted)
    rows_seen = tuple(_with_visibility(draw, row) for row in made.groups[0].rows)
    return replace(made, groups=(replace(made.groups[0], rows=rows_seen),))


def _with_visibility(draw: st.DrawFn, row: RowRecord) -> RowRecord:
    choice = st.sampled_from((Visibility.SHOWN, Visibility.SHOWN, *Visibility))
    return replace(row, items=tuple(replace(item, visibility=draw(choice)) for item in row.items))


@st.composite
def events(draw: st.DrawFn, subject: str, definition: EventDef, repeat: int) -> EventRecord:
    """A visit with all its forms."""
    places = [sample.STUDY.forms[place.form] for place in definition.forms]
    return sample.event(definition, [draw(forms(subject, definition, form, repeat)) for form in places], repeat)


@st.composite
def subjects(draw: st.DrawFn) -> SubjectRecord:
    """A subject with every visit, the unscheduled one up to twice."""
    name = draw(st.sampled_from(("01-001", "01-002", "张-03")))
    scr, uns, log = sample.EVENTS
    places = [(scr, 1), *((uns, repeat) for repeat in range(1, draw(st.integers(0, 2)) + 1)), (log, 1)]
    return SubjectRecord(name, "enrolled", tuple(draw(events(name, event, repeat)) for event, repeat in places))
