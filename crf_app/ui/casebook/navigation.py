"""The order of a casebook: which form comes before, after, and which is due next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import EventRecord, EventStatus, FormRecord, FormStatus, SubjectRecord

_BEGUN = (EventStatus.STARTED, EventStatus.DUE, EventStatus.OVERDUE)


def forms_in_order(record: SubjectRecord) -> list[tuple[EventRecord, FormRecord]]:
    """Every form, visit by visit as the schedule has them, logs last."""
    visits = sorted(record.events, key=lambda one: one.event.kind == "log")
    return [(event, form) for event in visits for form in event.forms]


def neighbour(record: SubjectRecord, form: FormKey, step: int) -> FormKey | None:
    """The form `step` places away, None at the ends."""
    keys = [one.key for _, one in forms_in_order(record)]
    if form not in keys:
        return keys[0] if keys else None
    there = keys.index(form) + step
    return keys[there] if 0 <= there < len(keys) else None


def next_due(record: SubjectRecord, form: FormKey) -> FormKey | None:
    """The next form that waits: first the rest of this visit, then what was left open before, then visits that are due."""
    here = [one for event in record.events if (event.event.oid, event.repeat) == (form.event, form.event_repeat) for one in event.forms]
    places = [one.key for one in here]
    start = places.index(form) + 1 if form in places else 0
    ordered = [*here[start:], *here[:start]]
    found = next((one.key for one in ordered if one.key != form and _waits(one)), None)
    return found or next(_elsewhere(record, form), None)


def _elsewhere(record: SubjectRecord, form: FormKey) -> Iterator[FormKey]:
    for event in record.events:
        if event.event.kind == "log" or event.status not in _BEGUN:
            continue
        yield from (one.key for one in event.forms if one.key != form and _waits(one))


def _waits(form: FormRecord) -> bool:
    return form.status is FormStatus.IN_PROGRESS or (form.status is FormStatus.NOT_STARTED and not form.optional)


def first_to_open(record: SubjectRecord, event: str = "", repeat: int = 1) -> FormKey | None:
    """Where work goes on: in the named visit, else in the first visit that was begun or is due, else at the very first form."""
    events = [one for one in record.events if not event or (one.event.oid, one.repeat) == (event, repeat)]
    waiting = next((form.key for one in events if one.event.kind != "log" and (event or one.status in _BEGUN) for form in one.forms if _waits(form)), None)
    return waiting or next((form.key for one in events for form in one.forms), None)


def next_visit(events: Sequence[EventRecord]) -> EventRecord | None:
    """The next scheduled visit that has not taken place."""
    coming = (EventStatus.PLANNED, EventStatus.DUE, EventStatus.OVERDUE)
    return next((one for one in events if one.event.kind == "scheduled" and one.status in coming and one.window.target is not None), None)
