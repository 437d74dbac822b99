"""Reading findings: what the checks say about stored values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.clinical.keys import FormKey
from crf_app.store.connection import Reader

_FINDINGS = """SELECT subject, rule, address, severity, at_event, at_event_repeat, at_form, at_form_repeat, parameters,
 state, reason, since_entry FROM finding"""
_IN_ORDER = " ORDER BY subject, rule, address"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding of `rule` at `address`, shown on `form`; `state` is open or confirmed (with `reason`); since which
    entry.
    """

    subject: str
    rule: str
    address: str
    severity: str
    form: FormKey
    parameters: Mapping[str, object]
    state: str
    reason: str
    since_entry: int


def read_findings(db: Reader, subject: str) -> tuple[StoredFinding, ...]:
    """All findings of a subject, by rule and address."""
    return tuple(_finding(row) for row in db.rows(_FINDINGS + " WHERE subject = ?" + _IN_ORDER, (subject,)))


def read_all_findings(db: Reader) -> tuple[StoredFinding, ...]:
    """All findings of the workspace, by subject, rule and address."""
    return tuple(_finding(row) for row in db.rows(_FINDINGS + _IN_ORDER))


def count_findings(db: Reader) -> dict[tuple[str, str], int]:
    """How many findings there are, by severity and state."""
    return {(row[0], row[1]): row[2] for row in
            db.rows("SELECT severity, state, count(*) FROM finding GROUP BY severity, state")}


def _finding(row: tuple[Any, ...]) -> StoredFinding:
    form = FormKey(row[0], *row[4:8])
    return StoredFinding(*(*row[:4], form, json.loads(row[8]), *row[9:]))
