"""The plan of a subject: for each visit its target, its window, how it stands on a day, and why; worked out in one place for every screen and file.

What a plan rests on (`Basis`) is small and changes with data alone, so that it can be kept beside the subject and thousands of plans can be read without
opening a casebook; the day comes from whoever reads.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from crf_app.clinical.record import EventStatus
from crf_app.study.definition import EventDef

CLOSING_DAYS = 2
"""A window closes soon when it ends today or within this many days."""


class Why(StrEnum):
    """What decided the days of a visit, or that it will not be."""

    ANCHOR = "anchor"
    RULE = "rule"
    SESSION = "session"
    EARLIER = "earlier"
    WAITING = "waiting"
    CONDITION = "condition"
    TERMINATED = "terminated"
    ENDED = "ended"
    SCREEN_FAILURE = "screen_failure"


NEVER = (Why.CONDITION, Why.TERMINATED, Why.ENDED, Why.SCREEN_FAILURE)
"""Reasons for which a visit that was not begun will not take place."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the plan of one subject rests on beside the day.

    `own`: the visits with a condition or a rule of their own that belong to the subject, each with its target or None; `within`: first and last day that
    the session before leaves for a visit; `made`: days on which scheduled visits took place; `over`: why nothing more is planned, if so.
    """

    anchor: date | None = None
    own: Mapping[str, date | None] = field(default_factory=dict)
    within: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    made: Mapping[str, date] = field(default_factory=dict)
    over: Why | None = None


class Span(NamedTuple):
    """Target and window of a visit that was not begun. Without a target the window may be known all the same: what earlier visits leave."""

    target: date | None
    earliest: date | None
    latest: date | None
    why: Why

    @property
    def day(self) -> date | None:
        """Where a calendar puts it: the target, else the last day that is left."""
        return self.target or self.latest

    def status(self, day: date) -> EventStatus:
        """How the visit stands on `day` while nothing was entered for it."""
        if self.why in NEVER:
            return EventStatus.NOT_APPLICABLE
        if self.earliest is None or self.latest is None or day < self.earliest:
            return EventStatus.PLANNED
        return EventStatus.OVERDUE if day > self.latest else EventStatus.DUE

    def left(self, day: date) -> int | None:
        """Days from `day` to the end of the window, negative after it; None without a window."""
        return (self.latest - day).days if self.latest is not None else None

    def closing(self, day: date) -> bool:
        """Is the window open and about to close?"""
        left = self.left(day)
        return self.status(day) is EventStatus.DUE and left is not None and left <= CLOSING_DAYS


@dataclass(frozen=True, slots=True)
class Begun:
    """What is stored of a visit for which something was entered. `reason`: a code or text, why it was missed or cancelled."""

    status: EventStatus
    visit_date: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of a plan. `begun` is None while nothing was entered."""

    event: EventDef
    repeat: int
    status: EventStatus
    span: Span
    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All visits of a subject as they stand on `day`, in the order of the schedule; unscheduled ones once they were begun."""

    subject: str
    day: date
    visits: tuple[PlannedVisit, ...]

    def visit(self, event: str, repeat: int = 1) -> PlannedVisit:
        """The visit with that OID; KeyError when the plan has none."""
        for one in self.visits:
            if one.event.oid == event and one.repeat == repeat:
                return one
        raise KeyError(event)

    def waiting(self) -> tuple[PlannedVisit, ...]:
        """The visits that were not begun and still may take place."""
        return tuple(one for one in self.visits if one.begun is None and one.status is not EventStatus.NOT_APPLICABLE)


class Schedule:
    """The visits of a study, arranged so that the plan of a subject is read quickly."""

    def __init__(self, events: Iterable[EventDef]) -> None:
        self.events = tuple(events)
        self.scheduled = tuple(one for one in self.events if one.kind == "scheduled")
        self._early = tuple(one for one in self.scheduled if one.day is not None and one.day <= 0)
        self._own = tuple(one for one in self.scheduled if has_own_rule(one))
        plain = sorted((one for one in self.scheduled if not has_own_rule(one) and one.day is not None), key=lambda one: (one.day or 0, one.order))
        self._plain = tuple(plain)
        self._days = [one.day or 0 for one in plain]

    def plan(self, subject: str, basis: Basis, begun: Mapping[tuple[str, int], Begun], day: date) -> Plan:
        """The plan of a subject on `day`."""
        found = []
        for event in self.events:
            repeats = sorted(repeat for oid, repeat in begun if oid == event.oid)
            if event.kind == "scheduled" and 1 not in repeats:
                span = self.span(event, basis)
                found.append(PlannedVisit(event, 1, span.status(day), span))
            if event.kind != "log":
                found.extend(self._begun(event, repeat, basis, begun[event.oid, repeat]) for repeat in repeats)
        return Plan(subject, day, tuple(found))

    def _begun(self, event: EventDef, repeat: int, basis: Basis, begun: Begun) -> PlannedVisit:
        return PlannedVisit(event, repeat, begun.status, self._days_of(event, basis), begun)

    def span(self, event: EventDef, basis: Basis) -> Span:
        """Target and window of a visit that was not begun (D09), narrowed by the session before it."""
        if basis.over is not None:
            return Span(None, None, None, basis.over)
        if event.show and event.oid not in basis.own:
            return Span(None, None, None, Why.CONDITION)
        return self._days_of(event, basis)

    def _days_of(self, event: EventDef, basis: Basis) -> Span:
        target = _target(event, basis)
        if target is None:
            return self._before_day_0(event, basis)
        earliest, latest = target - timedelta(days=event.minus), target + timedelta(days=event.plus)
        why = Why.RULE if event.after else Why.ANCHOR
        if event.oid not in basis.within:
            return Span(target, earliest, latest, why)
        first, last = basis.within[event.oid]
        if first <= earliest and last >= latest:
            return Span(target, earliest, latest, why)
        # What the session before leaves counts; the protocol's own window narrows it while the two meet.
        if max(first, earliest) <= min(last, latest):
            first, last = max(first, earliest), min(last, latest)
        return Span(min(max(target, first), last), first, last, Why.SESSION)

    def _before_day_0(self, event: EventDef, basis: Basis) -> Span:
        """A visit up to day 0 while day 0 lies ahead: the days that the visits already made leave for it."""
        if event.day is None or event.day > 0 or basis.anchor is not None:
            return Span(None, None, None, Why.WAITING)
        first, last = date.min, date.max
        made = sorted((basis.made[one.oid], one.order, one) for one in self._early if one.oid in basis.made)
        for day, _, one in made:
            lo, hi = day - timedelta(days=(one.day or 0) + one.plus), day - timedelta(days=(one.day or 0) - one.minus)
            first, last = (max(first, lo), min(last, hi)) if max(first, lo) <= min(last, hi) else (lo, hi)
        if not made:
            return Span(None, None, None, Why.WAITING)
        earliest = max(first + timedelta(days=event.day - event.minus), made[-1][0])
        return Span(None, earliest, max(last + timedelta(days=event.day + event.plus), earliest), Why.EARLIER)

    def between(self, basis: Basis, first: date, last: date) -> Iterator[tuple[EventDef, Span]]:
        """The scheduled visits whose day lies from `first` to `last`, whether begun or not."""
        if basis.over is not None:
            return
        for event in self._near(basis, first, last):
            span = self.span(event, basis)
            if span.day is not None and first <= span.day <= last:
                yield event, span

    def _near(self, basis: Basis, first: date, last: date) -> Iterator[EventDef]:
        if basis.anchor is None:
            yield from self.scheduled
            return
        for event in self._own:
            target = _target(event, basis)
            if target is not None and (event.oid in basis.within or first <= target <= last):
                yield event
        low, high = (first - basis.anchor).days, (last - basis.anchor).days
        yield from self._plain[bisect_left(self._days, low) : bisect_right(self._days, high)]


def has_own_rule(event: EventDef) -> bool:
    """Does the visit depend on more of the subject's data than day 0?"""
    return bool(event.show or event.after or event.within)


def _target(event: EventDef, basis: Basis) -> date | None:
    if event.show or event.after:
        return basis.own.get(event.oid)
    return basis.anchor + timedelta(days=event.day) if basis.anchor is not None and event.day is not None else None
