"""Which status glyphs stand in the gutter of an item."""

from __future__ import annotations

from crf_app.clinical.record import ItemRecord, Visibility
from crf_app.study.definition import Severity

MOST = 3


def marks_of(record: ItemRecord) -> tuple[str, ...]:
    """Glyph names, the most urgent first, at most three."""
    severities = {one.severity for one in record.findings if not one.confirmed}
    confirmed = any(one.confirmed for one in record.findings)
    queries = {record.query, *(one.query for one in record.findings)}
    shown = record.visibility not in (Visibility.HIDDEN, Visibility.NOT_ASKED)
    wanted = (
        ("impossible", Severity.HARD in severities or Severity.STOP in severities),
        ("unusual_to_confirm", bool({Severity.SOFT, Severity.DEV} & severities)),
        ("query_open", "open" in queries),
        ("query_answered", "answered" in queries),
        ("check_again", record.check == "changed"),
        ("changed", record.corrected),
        ("unusual_confirmed", confirmed),
        ("derived", record.item.is_derived),
        ("source_checked", record.check == "checked"),
        ("locked", shown and not record.editable and not record.closed and not record.item.is_derived),
    )
    return tuple(name for name, yes in wanted if yes)[:MOST]
