"""Visits as an iCalendar file (RFC 5545): one all-day event a visit, with an identifier that stays, so that importing again updates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

_PRODUCT = "-//crf-app//Visit calendar//EN"
STATUSES = {"planned": "TENTATIVE", "made": "CONFIRMED", "gone": "CANCELLED"}
"""What RFC 5545 calls a visit that is planned, that took place, and that will not (section 3.8.1.11)."""


@dataclass(frozen=True, slots=True)
class CalendarVisit:
    """One visit: `uid` is the same in every export of the workspace, `state` planned, made or gone."""

    uid: str
    day: date
    title: str
    description: str
    state: str


def calendar_bytes(visits: Iterable[CalendarVisit], name: str, produced_at: datetime, revision: int) -> bytes:
    """The file. `revision` must not fall from one export to the next: a reader keeps the higher one (RFC 5545, section 3.8.7.4)."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    stamp = produced_at.astimezone(UTC).replace(microsecond=0)
    for one in visits:
        calendar.add_component(_event(one, stamp, revision))
    content: bytes = calendar.to_ical()
    return content


def _event(visit: CalendarVisit, stamp: datetime, revision: int) -> Event:
    event = Event()
    event.add("uid", visit.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", revision)
    event.add("dtstart", visit.day)
    event.add("dtend", visit.day + timedelta(days=1))
    event.add("summary", visit.title)
    event.add("description", visit.description)
    event.add("status", STATUSES[visit.state])
    event.add("transp", "TRANSPARENT")
    return event
