"""When the open queries were raised, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crf_app.store.connection import Reader
from crf_app.store.ledger import parse_utc

_OPEN = """SELECT q.id, q.kind, e.utc, e.body ->> 'offset', e.body ->> 'role' FROM query q
 JOIN ledger_entry e ON e.no = q.opened_entry WHERE q.state = 'open' ORDER BY q.id"""


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """An open query with the moment (aware, in the zone of then) and the role of the act that raised it."""

    id: int
    kind: str
    at: datetime
    role: str


def read_query_ages(db: Reader) -> tuple[OpenQuery, ...]:
    """All open queries of the workspace, in the order of their making."""
    return tuple(OpenQuery(row[0], row[1], parse_utc(row[2]).astimezone(timezone(timedelta(minutes=row[3]))), row[4]) for row in db.rows(_OPEN))
