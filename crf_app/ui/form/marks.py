"""Which status glyphs stand in the gutter of an item, and at a row of a table."""

from __future__ import annotations

from collections.abc import Iterable

from crf_app.clinical.record import Finding, ItemRecord, RowRecord, Visibility
from crf_app.study.definition import Severity

MOST = 3
_OF_ROWS = ("impossible", "unusual_to_confirm", "query_open", "query_answered", "signature_void", "check_again", "frozen", "locked")
"""What a row says of itself and of all its items, those without a column included, the most urgent first."""


def marks_of(record: ItemRecord) -> tuple[str, ...]:
    """Glyph names, the most urgent first, at most three."""
    return tuple(_all_marks(record))[:MOST]


def row_marks(row: RowRecord) -> tuple[str, ...]:
    """Glyph names of a row: findings and queries on it or on any of its items, a signature that ended here, what holds it; at most three."""
    found = {mark for item in row.items for mark in _all_marks(item) if mark != "locked"} if not row.deleted else set()
    found |= {*_of_findings(row.findings), f"query_{row.query}" if row.query else "", "signature_void" if row.void else "", row.held}
    if not row.held and _is_closed(row):
        found.add("locked")
    return tuple(mark for mark in _OF_ROWS if mark in found)[:MOST]


def _is_closed(row: RowRecord) -> bool:
    """Has the stage of the study closed everything that a person once typed into the row?"""
    typed = [one for one in row.items if one.collected and not one.item.is_derived and not one.value.is_blank and (one.editable or one.item.locked_after)]
    return bool(typed) and not row.deleted and not any(one.editable or one.closed for one in typed)


def _of_findings(findings: Iterable[Finding]) -> set[str]:
    severities = {one.severity for one in findings if not one.confirmed}
    found = {f"query_{one.query}" for one in findings if one.query in ("open", "answered")}
    if severities & {Severity.HARD, Severity.STOP}:
        found.add("impossible")
    if severities & {Severity.SOFT, Severity.DEV}:
        found.add("unusual_to_confirm")
    return found


def _all_marks(record: ItemRecord) -> list[str]:
    said = _of_findings(record.findings)
    confirmed = any(one.confirmed for one in record.findings)
    shown = record.visibility not in (Visibility.HIDDEN, Visibility.NOT_ASKED)
    wanted = (
        ("impossible", "impossible" in said),
        ("unusual_to_confirm", "unusual_to_confirm" in said),
        ("query_open", "query_open" in said or record.query == "open"),
        ("query_answered", "query_answered" in said or record.query == "answered"),
        ("check_again", record.check == "changed"),
        ("changed", record.corrected),
        ("unusual_confirmed", confirmed),
        ("derived", record.item.is_derived),
        ("source_checked", record.check == "checked"),
        ("locked", shown and not record.editable and not record.closed and not record.item.is_derived),
    )
    return [name for name, yes in wanted if yes]
