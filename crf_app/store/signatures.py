"""Reading signatures, and the snapshots that some of them fix."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_WITH_VOID = """SELECT s.id, s.subject, s.record, s.meaning, s.user_id, s.signed_at, s.digest, s.entry_no, s.reason,
 coalesce(v.cause, ''), coalesce(v.address, ''), coalesce(v.at, '') FROM signature s LEFT JOIN signature_void v ON v.signature_id = s.id"""
_SNAPSHOTS = "SELECT id, subject, kind, content, entry_no FROM snapshot WHERE subject = ?"


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """Who signed which record with what meaning; `digest` is the SHA-256 of what was signed, `signed_at` ISO with
    zone. A signature that something ended later has `void_cause`, where, and when.
    """

    id: int
    subject: str
    record: str
    meaning: str
    user_id: str
    signed_at: str
    digest: str
    entry_no: int
    reason: str
    void_cause: str = ""
    void_address: str = ""
    void_at: str = ""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """Something frozen at a moment, such as the eligibility verdicts at their confirmation."""

    id: int
    subject: str
    kind: str
    content: Mapping[str, object]
    entry_no: int


def read_signatures(db: Reader, subject: str) -> tuple[StoredSignature, ...]:
    """All signatures on records of a subject, oldest first."""
    return tuple(StoredSignature(*row) for row in db.rows(_WITH_VOID + " WHERE s.subject = ? ORDER BY s.id", (subject,)))


def read_signatures_on(db: Reader, subject: str, record: str) -> tuple[StoredSignature, ...]:
    """The signatures on one record of a subject, oldest first."""
    return tuple(StoredSignature(*row) for row in db.rows(_WITH_VOID + " WHERE s.subject = ? AND s.record = ? ORDER BY s.id", (subject, record)))


def read_all_signatures(db: Reader) -> tuple[StoredSignature, ...]:
    """All signatures of the workspace, oldest first."""
    return tuple(StoredSignature(*row) for row in db.rows(_WITH_VOID + " ORDER BY s.id"))


def next_signature_id(db: Reader) -> int:
    """The id of the next signature, from 1."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM signature")
    return int(row[0]) if row else 1


def read_snapshots(db: Reader, subject: str) -> tuple[StoredSnapshot, ...]:
    """All snapshots of a subject, oldest first."""
    return tuple(_snapshot(row) for row in db.rows(_SNAPSHOTS + " ORDER BY id", (subject,)))


def latest_snapshot(db: Reader, subject: str, kind: str) -> StoredSnapshot | None:
    """The newest snapshot of a kind, or None."""
    row = db.one(_SNAPSHOTS + " AND kind = ? ORDER BY id DESC LIMIT 1", (subject, kind))
    return _snapshot(row) if row else None


def next_snapshot_id(db: Reader) -> int:
    """The id of the next snapshot, from 1."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM snapshot")
    return int(row[0]) if row else 1


def _snapshot(row: tuple[Any, ...]) -> StoredSnapshot:
    return StoredSnapshot(*(*row[:3], json.loads(row[3]), row[4]))
