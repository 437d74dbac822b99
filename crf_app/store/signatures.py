"""Reading signatures, and the snapshots that some of them fix."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_SIGNATURES = "SELECT id, subject, record, meaning, user_id, signed_at, digest, entry_no, reason FROM signature"
_SNAPSHOTS = "SELECT id, subject, kind, content, entry_no FROM snapshot WHERE subject = ?"


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """Who signed which record with what meaning; `digest` is the SHA-256 of what was signed, `signed_at` ISO with
    zone.
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
    return tuple(StoredSignature(*row) for row in db.rows(_SIGNATURES + " WHERE subject = ? ORDER BY id", (subject,)))


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
