"""Reading queries and their threads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crf_app.clinical.keys import FormKey
from crf_app.store.connection import Reader

_COLUMNS = """id, subject, address, rule, kind, state, text, answer, opened_entry, closed_entry, event, event_repeat,
 form, form_repeat, item, assigned, priority, opened_by, opened_role, opened_at, answered_at, closed_at, muted"""
_QUERIES = f"SELECT {_COLUMNS} FROM query"  # noqa: S608  the columns above
_MESSAGES = "SELECT query_id, number, user_id, role, at, act, text, details, entry_no FROM query_message"
_MESSAGES_OF = """SELECT m.query_id, m.number, m.user_id, m.role, m.at, m.act, m.text, m.details, m.entry_no FROM query_message m
 JOIN query q ON q.id = m.query_id WHERE q.subject = ? ORDER BY m.query_id, m.number"""
_COUNTS = """SELECT subject, event, event_repeat, form, form_repeat, sum(state = 'open'), sum(state = 'answered')
 FROM query WHERE state IN ('open', 'answered')"""
_ON_FORM = """SELECT address, state FROM query WHERE state IN ('open', 'answered') AND subject = ? AND event = ?
 AND event_repeat = ? AND form = ? AND form_repeat = ? ORDER BY state, id"""
_TEXT = 6
_SOME = 500


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query at `address`. `text` holds its sentence by language; `answer` the last answer; `closed_entry` 0 = not closed.

    Times are UTC texts as `ledger.utc_text` writes them, "" for what has not happened. `opened_role` is "system" for what
    a check opened. `muted` is the reason why it is not to be asked again, "" when it is not muted.
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
    event: str
    event_repeat: int
    form: str
    form_repeat: int
    item: str
    assigned: str
    priority: str
    opened_by: str
    opened_role: str
    opened_at: str
    answered_at: str
    closed_at: str
    muted: str

    @property
    def unresolved(self) -> bool:
        """Is it open or answered?"""
        return self.state in ("open", "answered")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a thread. `role` is "system" for what the program did by itself, within an act of `user_id`."""

    query_id: int
    number: int
    user_id: str
    role: str
    at: str
    act: str
    text: str
    details: Mapping[str, object]
    entry_no: int


@dataclass(frozen=True, slots=True)
class QueryCount:
    """How many open and answered queries stand on one form; `form` has the form "" for those on the visit itself."""

    form: FormKey
    open: int
    answered: int


def read_queries(db: Reader, subject: str) -> tuple[StoredQuery, ...]:
    """All queries of a subject, closed ones included, in the order of their making."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE subject = ? ORDER BY id", (subject,)))


def states_by_rule(db: Reader, subject: str) -> dict[tuple[str, str], str]:
    """The state of the newest query that each rule has at each address of a subject."""
    return {(row[0], row[1]): row[2] for row in db.rows("SELECT rule, address, state FROM query WHERE subject = ? AND rule <> '' ORDER BY id", (subject,))}


def unresolved_of_rule(db: Reader, subject: str, rule: str, address: str) -> tuple[StoredQuery, ...]:
    """The open and answered queries of a rule at an address, in the order of their making."""
    where = " WHERE subject = ? AND state IN ('open', 'answered') AND rule = ? AND address = ? ORDER BY id"
    return tuple(_query(row) for row in db.rows(_QUERIES + where, (subject, rule, address)))


def read_open_queries(db: Reader) -> tuple[StoredQuery, ...]:
    """All open queries of the workspace, in the order of their making."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE state = 'open' ORDER BY id"))


def read_unresolved_queries(db: Reader) -> tuple[StoredQuery, ...]:
    """All open and answered queries of the workspace, in the order of their making."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE state IN ('open', 'answered') ORDER BY id"))


def read_query(db: Reader, query_id: int) -> StoredQuery | None:
    """One query, or None."""
    row = db.one(_QUERIES + " WHERE id = ?", (query_id,))
    return _query(row) if row else None


def read_queries_by_id(db: Reader, ids: Sequence[int]) -> tuple[StoredQuery, ...]:
    """The queries with these ids, in the order of the ids; unknown ones are left out."""
    found: dict[int, StoredQuery] = {}
    for start in range(0, len(ids), _SOME):
        some = tuple(ids[start : start + _SOME])
        marks = ", ".join("?" * len(some))
        found |= {row[0]: _query(row) for row in db.rows(f"{_QUERIES} WHERE id IN ({marks})", some)}
    return tuple(found[one] for one in ids if one in found)


def read_messages(db: Reader, query_id: int) -> tuple[StoredMessage, ...]:
    """The thread of a query, oldest first."""
    rows = db.rows(_MESSAGES + " WHERE query_id = ? ORDER BY number", (query_id,))
    return tuple(StoredMessage(*(*row[:7], json.loads(row[7]), row[8])) for row in rows)


def read_messages_of(db: Reader, subject: str) -> tuple[StoredMessage, ...]:
    """The threads of all queries of a subject, by query and number."""
    rows = db.rows(_MESSAGES_OF, (subject,))
    return tuple(StoredMessage(*(*row[:7], json.loads(row[7]), row[8])) for row in rows)


def query_counts(db: Reader, subject: str = "") -> tuple[QueryCount, ...]:
    """Open and answered queries by form, of one subject or (subject "") of all; forms without any are left out.

    Those on a visit stand under its form "". Read from one index.
    """
    where, given = (" AND subject = ?", (subject,)) if subject else ("", ())
    rows = db.rows(f"{_COUNTS}{where} GROUP BY subject, event, event_repeat, form, form_repeat", given)
    return tuple(QueryCount(FormKey(*row[:5]), row[5], row[6]) for row in rows)


def unresolved_on_form(db: Reader, form: FormKey) -> tuple[tuple[str, str], ...]:
    """Address and state of each open or answered query on a form, answered ones first."""
    return tuple((row[0], row[1]) for row in db.rows(_ON_FORM, form))


def counts_by_visit(counts: Iterable[QueryCount]) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Open and answered by subject, visit and its repeat, those on the visit itself included."""
    found: dict[tuple[str, str, int], tuple[int, int]] = {}
    for one in counts:
        visit = one.form[:3]
        before = found.get(visit, (0, 0))
        found[visit] = (before[0] + one.open, before[1] + one.answered)
    return found


def counts_by_subject(counts: Iterable[QueryCount]) -> dict[str, tuple[int, int]]:
    """Open and answered by subject."""
    found: dict[str, tuple[int, int]] = {}
    for one in counts:
        before = found.get(one.form.subject, (0, 0))
        found[one.form.subject] = (before[0] + one.open, before[1] + one.answered)
    return found


def count_open(db: Reader, subject: str, event: str, repeat: int) -> int:
    """How many queries of one visit are open."""
    row = db.one("SELECT count(*) FROM query WHERE state = 'open' AND subject = ? AND event = ? AND event_repeat = ?", (subject, event, repeat))
    return int(row[0]) if row else 0


def subjects_with_open(db: Reader) -> frozenset[str]:
    """The subjects with at least one open query."""
    return frozenset(row[0] for row in db.rows("SELECT DISTINCT subject FROM query WHERE state = 'open'"))


def next_query_id(db: Reader) -> int:
    """The id of the next query, from 1; queries are never removed."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM query")
    return int(row[0]) if row else 1


def next_message(db: Reader, query_id: int) -> int:
    """The number of the next message in a thread, from 1; messages are never removed."""
    row = db.one("SELECT coalesce(max(number), 0) + 1 FROM query_message WHERE query_id = ?", (query_id,))
    return int(row[0]) if row else 1


def first_is_of_old_format(db: Reader) -> bool:
    """Was the oldest query stored before queries had threads and not yet carried over?"""
    row = db.one("SELECT opened_at FROM query ORDER BY id LIMIT 1")
    return row is not None and row[0] == ""


def queries_of_old_format(db: Reader) -> tuple[StoredQuery, ...]:
    """The queries that were stored before queries had threads and not yet carried over."""
    return tuple(_query(row) for row in db.rows(_QUERIES + " WHERE opened_at = '' ORDER BY id"))


def _query(row: tuple[Any, ...]) -> StoredQuery:
    return StoredQuery(*(*row[:_TEXT], json.loads(row[_TEXT]), *row[_TEXT + 1 :]))
