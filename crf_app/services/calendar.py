"""The calendar across all subjects: visits made on their day, visits planned on their target, for any span of days.

Opening it reads each subject's plan basis and the visits begun once; a month then costs a look at a few numbers a subject, never a casebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from crf_app.admin.roles import Right
from crf_app.clinical.plan import Basis, Span, Why
from crf_app.services.matrix import PENDING_GLYPHS
from crf_app.services.plans import FOLLOWED, basis_of_subject, time_left
from crf_app.services.states import visit_glyph, visit_states
from crf_app.services.workspace import Workspace
from crf_app.store.matrix import BegunVisits, begun_visits, visits_between
from crf_app.store.subjects import Subject, read_subjects
from crf_app.study.definition import EventDef
from crf_app.study.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One visit on one day. `glyph` is a status glyph name; `earliest`, `latest` its window, None for a visit made; `left` days to the end of the window."""

    day: date
    subject: str
    event: EventDef
    repeat: int
    glyph: str
    earliest: date | None = None
    latest: date | None = None
    left: int | None = None
    why: Why = Why.WAITING
    out_of_window: bool = False
    open_queries: int = 0

    @property
    def when(self) -> Text:
        """How long its window still lasts or has been over; empty unless it is open or was left open."""
        return time_left(self.left) if self.left is not None and self.glyph in ("due", "overdue") else EMPTY

    @property
    def made(self) -> bool:
        """Does the day say when the visit took place, not when it is planned?"""
        return self.earliest is None


@dataclass(frozen=True, slots=True)
class _Followed:
    """A subject with visits ahead."""

    number: str
    begun: BegunVisits
    basis: Basis


@dataclass(frozen=True, slots=True)
class Calendar:
    """All subjects as they were when it was read; `today` is the day by which visits are due."""

    today: date = date.min
    order: dict[str, int] | None = None
    followed: tuple[_Followed, ...] = ()

    @property
    def empty(self) -> bool:
        """Is there no subject at all?"""
        return not self.order


def read_calendar(work: Workspace) -> Calendar:
    """What the calendar rests on. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    subjects = read_subjects(work.database)
    begun, nothing = begun_visits(work.database), BegunVisits()
    ends = tuple(dict.fromkeys(one.oid for study in work.studies_in_use for one in study.events if one.kind == "termination"))
    followed = tuple(_followed(work, one, begun.get(one.number, nothing), ends) for one in subjects if one.state in FOLLOWED)
    return Calendar(work.clock.today(), {one.number: one.ordinal for one in subjects}, followed)


def _followed(work: Workspace, subject: Subject, begun: BegunVisits, ends: tuple[str, ...]) -> _Followed:
    # What was made counts only while day 0 lies ahead.
    dates = {} if subject.details.get("anchor") else begun.dates()
    return _Followed(subject.number, begun, basis_of_subject(work, subject, dates, any(begun.state_of(one) for one in ends)))


def calendar_entries(work: Workspace, calendar: Calendar, first: date, last: date) -> tuple[CalendarEntry, ...]:
    """The visits from `first` to `last`, by day, subject and schedule. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    order = calendar.order or {}
    found = [*_made(work, first, last), *_planned(work, calendar, first, last)]
    return tuple(sorted(found, key=lambda one: (one.day, order.get(one.subject, 0), one.event.order, one.repeat)))


def _made(work: Workspace, first: date, last: date) -> Iterator[CalendarEntry]:
    role = work.user.role
    known: dict[str, Mapping[tuple[str, int], int]] = {}
    for subject, cell in visits_between(work.database, first.isoformat(), last.isoformat()):
        event = work.rules_of(subject).events.get(cell.event)
        if event is not None and event.kind != "log":
            if subject not in known:
                known[subject] = visit_states(work, subject)
            glyph = visit_glyph(role, cell.state, known[subject].get((cell.event, cell.event_repeat), 0), cell.worst_form_state)
            day = date.fromisoformat(cell.visit_date)
            yield CalendarEntry(day, subject, event, cell.event_repeat, glyph, out_of_window=bool(cell.out_of_window), open_queries=cell.open_queries)


def _planned(work: Workspace, calendar: Calendar, first: date, last: date) -> Iterator[CalendarEntry]:
    for one in calendar.followed:
        for event, span in work.rules_of(one.number).schedule.between(one.basis, first, last):
            state = one.begun.state_of(event.oid)
            if not state:
                yield _entry(one.number, event, span, PENDING_GLYPHS[span.status(calendar.today)], calendar.today)
            elif state == "missed":
                yield _entry(one.number, event, span, visit_glyph(work.user.role, state, 0), calendar.today)


def _entry(subject: str, event: EventDef, span: Span, glyph: str, today: date) -> CalendarEntry:
    return CalendarEntry(span.day or today, subject, event, 1, glyph, span.earliest, span.latest, span.left(today), span.why)
