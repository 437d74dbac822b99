"""Reading subjects and the states of their visits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_SUBJECTS = "SELECT number, ordinal, state, arm, details FROM subject"
_EVENTS = """SELECT subject, event, event_repeat, state, reason, visit_date, worst_form_state, open_queries,
 out_of_window, details FROM event_state WHERE subject = ?"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as enrolled. `ordinal` counts from 1 in order of creation; `details` is what the services keep
    there.
    """

    number: str
    ordinal: int
    state: str
    arm: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EventState:
    """Where one visit of one subject stands. `visit_date` is ISO text or ""; `open_queries` counts."""

    subject: str
    event: str
    event_repeat: int
    state: str
    reason: str
    visit_date: str
    worst_form_state: str
    open_queries: int
    out_of_window: bool
    details: Mapping[str, object]


def read_subjects(db: Reader) -> tuple[Subject, ...]:
    """All subjects in order of creation."""
    return tuple(_subject(row) for row in db.rows(_SUBJECTS + " ORDER BY ordinal"))


def read_subject(db: Reader, number: str) -> Subject | None:
    """One subject, or None."""
    row = db.one(_SUBJECTS + " WHERE number = ?", (number,))
    return _subject(row) if row else None


def next_ordinal(db: Reader) -> int:
    """The number of the next subject, from 1. Subjects are never deleted, so it is never used again."""
    row = db.one("SELECT coalesce(max(ordinal), 0) + 1 FROM subject")
    return int(row[0]) if row else 1


def read_events(db: Reader, subject: str) -> tuple[EventState, ...]:
    """All visits of a subject, by event and repeat."""
    return tuple(_event(row) for row in db.rows(_EVENTS + " ORDER BY event, event_repeat", (subject,)))


def read_event(db: Reader, subject: str, event: str, repeat: int) -> EventState | None:
    """One visit of a subject; None when it has no state yet."""
    row = db.one(_EVENTS + " AND event = ? AND event_repeat = ?", (subject, event, repeat))
    return _event(row) if row else None


def find_subjects(db: Reader, text: str, limit: int = 50) -> tuple[Subject, ...]:
    """Subjects whose number contains `text` (case does not matter; no character has a special meaning)."""
    rows = db.rows(_SUBJECTS + " WHERE instr(lower(number), lower(?)) > 0 ORDER BY ordinal LIMIT ?", (text, limit))
    return tuple(_subject(row) for row in rows)


def _event(row: tuple[Any, ...]) -> EventState:
    return EventState(*(*row[:8], bool(row[8]), json.loads(row[9])))


def _subject(row: tuple[Any, ...]) -> Subject:
    return Subject(*(*row[:4], json.loads(row[4])))
