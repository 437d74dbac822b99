"""Reading queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_QUERIES = """SELECT id, subject, address, rule, kind, state, text, answer, opened_entry, closed_entry FROM query"""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query at `address`. `text` is what the services store (rule parameters, texts by language); `closed_entry` 0
    = open.
    """

    id: int
    subject: str
    address: str
    rule: str
    kind: str
    state: str
    text: Mapping[str, object]
    answer: str
    opened_entry: int
    closed_entry: int


def read_queries(db: Reader, subject: str) -> tuple[StoredQuery, ...]:
    """All queries of a subject, closed ones included, in the order of their making."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE subject = ? ORDER BY id", (subject,)))


def read_open_queries(db: Reader) -> tuple[StoredQuery, ...]:
    """All open queries of the workspace, in the order of their making."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE state = 'open' ORDER BY id"))


def next_query_id(db: Reader) -> int:
    """The id of the next query, from 1; queries are never removed."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM query")
    return int(row[0]) if row else 1


def _query(row: tuple[Any, ...]) -> StoredQuery:
    return StoredQuery(*(*row[:6], json.loads(row[6]), *row[7:]))
