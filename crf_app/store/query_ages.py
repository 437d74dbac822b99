"""When the unresolved queries were raised, and what tells whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crf_app.store.connection import Reader
from crf_app.store.ledger import parse_utc

_UNRESOLVED = """SELECT q.id, q.state, q.opened_role, q.assigned, e.utc, e.body ->> 'offset' FROM query q
 JOIN ledger_entry e ON e.no = q.opened_entry WHERE q.state IN ('open', 'answered') ORDER BY q.id"""


@dataclass(frozen=True, slots=True)
class UnresolvedQuery:
    """An open or answered query: who asked (a role, or "system"), whom it is assigned to, the moment it was raised (aware, in the zone of then)."""

    id: int
    state: str
    origin: str
    assigned: str
    at: datetime


def read_query_ages(db: Reader) -> tuple[UnresolvedQuery, ...]:
    """All unresolved queries of the workspace, in the order of their making."""
    return tuple(
        UnresolvedQuery(row[0], row[1], row[2], row[3], parse_utc(row[4]).astimezone(timezone(timedelta(minutes=row[5])))) for row in db.rows(_UNRESOLVED)
    )
