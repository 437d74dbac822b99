"""Reading the site's own tables: laboratories and ranges, consent versions, delegation list, half-lives, storage
limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_ROWS = "SELECT kind, row_id, version, active, content FROM site_row WHERE kind = ?"
_NEWEST = """ AND version = (SELECT max(n.version) FROM site_row n WHERE n.kind = site_row.kind
 AND n.row_id = site_row.row_id)"""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One version of a row of a site table. A change is a new version; an inactive newest version means withdrawn."""

    kind: str
    row_id: str
    version: int
    active: bool
    content: Mapping[str, object]


def read_site_rows(db: Reader, kind: str) -> tuple[SiteRow, ...]:
    """The newest version of each row of a kind, withdrawn ones included, by id."""
    return tuple(_row(row) for row in db.rows(_ROWS + _NEWEST + " ORDER BY row_id", (kind,)))


def read_site_row_versions(db: Reader, kind: str, row_id: str) -> tuple[SiteRow, ...]:
    """All versions of one row, oldest first."""
    return tuple(_row(row) for row in db.rows(_ROWS + " AND row_id = ? ORDER BY version", (kind, row_id)))


def _row(row: tuple[Any, ...]) -> SiteRow:
    return SiteRow(row[0], row[1], row[2], bool(row[3]), json.loads(row[4]))
