"""Reading which version of the study each subject follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crf_app.store.connection import Reader

_ROWS = "SELECT subject, number, version, from_event, kept, entry_no, reason FROM subject_version ORDER BY subject, number"


@dataclass(frozen=True, slots=True)
class SubjectVersion:
    """From `from_event` on the subject follows `version`; the first of a subject has "" there. `kept`: of visits without a planned
    day, by event the highest repeat that stays with the version before.
    """

    subject: str
    number: int
    version: str
    from_event: str
    kept: Mapping[str, int]
    entry_no: int
    reason: str


def read_subject_versions(db: Reader) -> dict[str, tuple[SubjectVersion, ...]]:
    """By subject all versions it followed, oldest first. A subject that is not there follows the workspace's own."""
    found: dict[str, list[SubjectVersion]] = {}
    for row in db.rows(_ROWS):
        found.setdefault(row[0], []).append(SubjectVersion(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5], row[6]))
    return {subject: tuple(rows) for subject, rows in found.items()}
