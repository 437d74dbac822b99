"""Reading the ledger as a list of acts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from crf_app.store.connection import Reader
from crf_app.store.ledger import addresses_in, parse_utc

_ENTRIES = "SELECT no, body, hash FROM ledger_entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `at` and `entered_at` are aware, in the zone of then; `clock_jump` is empty unless the clock
    disagreed.

    `changes` counts changed items; `content` is the whole entry as JSON gave it (docs/file-format.md).
    """

    no: int
    hash: bytes
    at: datetime
    entered_at: datetime
    user_id: str
    role: str
    organisation: str
    command: str
    object: str
    reason: str
    details: Mapping[str, Any]
    changes: int
    clock_jump: Mapping[str, Any]
    content: Mapping[str, Any]


def entries(db: Reader, after: int = 0, limit: int = 200) -> tuple[Entry, ...]:
    """Up to `limit` entries that follow number `after`, in order."""
    return tuple(_entry(row) for row in db.rows(_ENTRIES + " WHERE no > ? ORDER BY no LIMIT ?", (after, limit)))


def newest_entries(db: Reader, limit: int = 200, before: int | None = None) -> tuple[Entry, ...]:
    """Up to `limit` entries, newest first, older than number `before` when it is given."""
    rows = db.rows(_ENTRIES + " WHERE no < ? ORDER BY no DESC LIMIT ?", (before or 2**62, limit))
    return tuple(_entry(row) for row in rows)


def entries_of_command(db: Reader, command: str, limit: int = 200) -> tuple[Entry, ...]:
    """The newest entries of one kind of command, newest first."""
    rows = db.rows(_ENTRIES + " WHERE command = ? ORDER BY no DESC LIMIT ?", (command, limit))
    return tuple(_entry(row) for row in rows)


def entries_about(db: Reader, subject: str) -> tuple[Entry, ...]:
    """Every act on a subject, oldest first: `object` names its number, or that and an address inside it, alone or among others."""
    rows = db.rows(f"{_ENTRIES} WHERE instr(object, ?) > 0 ORDER BY no", (subject,))
    return tuple(entry for entry in map(_entry, rows) if addresses_in(entry.object, subject))


def printed_as(db: Reader, sha256: str) -> Entry | None:
    """The print event of a document with this SHA-256, or None."""
    row = db.one(_ENTRIES + " WHERE command = 'print' AND body -> 'details' ->> 'sha256' = ? ORDER BY no DESC LIMIT 1", (sha256,))
    return _entry(row) if row else None


def read_entry(db: Reader, no: int) -> Entry | None:
    """One entry, or None."""
    row = db.one(_ENTRIES + " WHERE no = ?", (no,))
    return _entry(row) if row else None


def clock_jumps(db: Reader, limit: int = 50) -> tuple[Entry, ...]:
    """The newest entries whose time disagreed with the entry before them or with monotonic time, newest first."""
    rows = db.rows(_ENTRIES + " WHERE body ->> 'clock_jump' IS NOT NULL ORDER BY no DESC LIMIT ?", (limit,))
    return tuple(_entry(row) for row in rows)


def _entry(row: tuple[Any, ...]) -> Entry:
    content = json.loads(row[1])
    at = parse_utc(content["utc"]).astimezone(timezone(timedelta(minutes=content["offset"])))
    return Entry(row[0], row[2], at, datetime.fromisoformat(content["entered_at"]), content["user"], content["role"],
                 content["organisation"], content["command"], content["object"], content["reason"], content["details"],
                 len(content["changes"]), content.get("clock_jump", {}), content)
