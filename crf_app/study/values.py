"""What one item holds: a value, a reason why there is none, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

MISSING_CODES = ("ND", "UK", "NA")


@dataclass(frozen=True, slots=True)
class Value:
    """The content of one item, as stored.

    `text` is canonical: numbers as typed with a point and trailing zeros kept ("12.50"), dates "2026-03-17" or partial
    "2026-03", times "14:32", date-times "2026-03-17T14:32", codes, several codes joined by ";", links as addresses joined
    by ";", attachments as SHA-256 joined by ";", a map point as "VIEW;SIDE;x;y;REGION" with x, y from 0 to 1.
    `missing` is ND, UK or NA with `reason` (free text); then `text` is "". A blank item has no Value at all, or one that
    is empty after a value was cleared. `operator` is "<" or ">" before a number. `unit` is the unit entered; `standard` and
    `standard_unit` the same in the item's standard unit, exact. Derived items add `exact` (unrounded), `status`
    (OK, MISSING, ERROR, NA), `code` and `flags` (content of section 1.3, ";" between flags).
    """

    text: str = ""
    missing: str = ""
    reason: str = ""
    operator: str = ""
    unit: str = ""
    standard: str = ""
    standard_unit: str = ""
    exact: str = ""
    status: str = ""
    code: str = ""
    flags: str = ""

    @property
    def is_blank(self) -> bool:
        """Neither a value nor a missing code."""
        return not self.text and not self.missing


BLANK = Value()
