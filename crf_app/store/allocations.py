"""Reading allocation lists, their sealed codes and what was dealt of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader
from crf_app.store.sealing import Code, CodePlace, commitment

_LISTS = "SELECT list_id, source, state, size, details, secret, made_by, made_at, reason FROM allocation_list"
_DEALT = "SELECT list_id, place, subject, number, arm, salt, entry_no FROM allocation"
_NEXT = """SELECT c.place, c.cipher, c.commitment FROM allocation_code c LEFT JOIN allocation a
 ON a.list_id = c.list_id AND a.place = c.place WHERE c.list_id = ? AND c.stratum = ? AND a.place IS NULL
 ORDER BY c.place LIMIT 1"""
_LEFT = """SELECT c.stratum, count(*), count(a.place) FROM allocation_code c LEFT JOIN allocation a
 ON a.list_id = c.list_id AND a.place = c.place WHERE c.list_id = ? GROUP BY c.stratum ORDER BY c.stratum"""
_PROOFS = """SELECT a.list_id, a.place, c.stratum, a.number, a.arm, a.salt, c.commitment, a.entry_no FROM allocation a
 JOIN allocation_code c ON c.list_id = a.list_id AND c.place = a.place ORDER BY a.list_id, a.place"""
_REPORTED = "SELECT subject, number, arm, method, stratum, allocated_at, informed_by, entry_no FROM reported_allocation"
_ERRORS = "SELECT id, subject, given, found_on, description, entry_no FROM allocation_error"


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list. `source` imported or made; `state` active or withdrawn; `details` what everybody may know; `secret` is sealed."""

    list_id: int
    source: str
    state: str
    size: int
    details: Mapping[str, Any]
    secret: bytes
    made_by: str
    made_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class SealedCode:
    """A code not yet dealt."""

    place: int
    cipher: bytes
    commitment: str


@dataclass(frozen=True, slots=True)
class StoredAllocation:
    """A code that was dealt: to whom, and in which entry of the ledger."""

    list_id: int
    place: int
    subject: str
    number: str
    arm: str
    salt: str
    entry_no: int


@dataclass(frozen=True, slots=True)
class StoredAllocationError:
    """A subject was given another arm than the allocated one. `found_on` is an ISO date."""

    id: int
    subject: str
    given: str
    found_on: str
    description: str
    entry_no: int


@dataclass(frozen=True, slots=True)
class ReportedAllocation:
    """An allocation made outside the application. `method` ENVELOPE or CENTRAL; `allocated_at` local, 2026-03-02T09:40."""

    subject: str
    number: str
    arm: str
    method: str
    stratum: str
    allocated_at: str
    informed_by: str
    entry_no: int


def read_lists(db: Reader) -> tuple[StoredList, ...]:
    """All lists, the oldest first."""
    return tuple(StoredList(*(*row[:4], json.loads(row[4]), *row[5:])) for row in db.rows(_LISTS + " ORDER BY list_id"))


def active_list(db: Reader) -> StoredList | None:
    """The list in force."""
    return next((one for one in read_lists(db) if one.state == "active"), None)


def next_code(db: Reader, list_id: int, stratum: str) -> SealedCode | None:
    """The next free code of a stratum, still sealed; None when all were dealt."""
    row = db.one(_NEXT, (list_id, stratum))
    return SealedCode(*row) if row else None


def places_by_stratum(db: Reader, list_id: int) -> tuple[tuple[str, int, int], ...]:
    """Stratum, how many codes it has, how many of them were dealt."""
    return tuple((str(row[0]), int(row[1]), int(row[2])) for row in db.rows(_LEFT, (list_id,)))


def read_allocations(db: Reader) -> tuple[StoredAllocation, ...]:
    """What was dealt, in the order of the acts."""
    return tuple(StoredAllocation(*row) for row in db.rows(_DEALT + " ORDER BY entry_no"))


def allocation_of(db: Reader, subject: str) -> StoredAllocation | None:
    """What a subject was dealt."""
    row = db.one(_DEALT + " WHERE subject = ?", (subject,))
    return StoredAllocation(*row) if row else None


def reported_allocation_of(db: Reader, subject: str) -> ReportedAllocation | None:
    """What was reported of a subject's allocation."""
    row = db.one(_REPORTED + " WHERE subject = ?", (subject,))
    return ReportedAllocation(*row) if row else None


def read_reported_allocations(db: Reader) -> tuple[ReportedAllocation, ...]:
    """What was reported, in the order of the acts."""
    return tuple(ReportedAllocation(*row) for row in db.rows(_REPORTED + " ORDER BY entry_no"))


def read_allocation_errors(db: Reader, subject: str) -> tuple[StoredAllocationError, ...]:
    """Recorded wrong allocations of a subject, the oldest first."""
    return tuple(StoredAllocationError(*row) for row in db.rows(_ERRORS + " WHERE subject = ? ORDER BY id", (subject,)))


def next_allocation_error_id(db: Reader) -> int:
    """The id of the next record of a wrong allocation."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM allocation_error")
    return int(row[0]) if row else 1


def false_allocations(db: Reader, study: str) -> Iterator[tuple[int, int, int]]:
    """List, place and entry of each dealt code that is not the one the list committed to."""
    for list_id, place, stratum, number, arm, salt, committed, entry_no in db.stream(_PROOFS):
        if not _is_hex(salt) or commitment(CodePlace(study, list_id, place, stratum), Code(number, arm, salt)) != committed:
            yield list_id, place, entry_no


def _is_hex(text: str) -> bool:
    return len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")
