"""Finding queries by what a filter line says: ids in order, and how many stand in each state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crf_app.store.connection import Reader

_STATES = ("open", "answered", "closed", "cancelled")
# One text a state instead of a row a query: fifty thousand rows cost more to hand over than to find.
_OF_STATE = ", ".join(f"group_concat(id) FILTER (WHERE state = '{state}')" for state in _STATES)
_FIND = f"SELECT {_OF_STATE} FROM query"  # noqa: S608  the states above
_TIMES = "SELECT state, kind, subject, opened_at, closed_at FROM query ORDER BY id"

Fragment = tuple[str, tuple[str | int, ...]]
"""A condition and its parameters."""


@dataclass(frozen=True, slots=True)
class Word:
    """A free word: part of the sentence, the last answer or the subject's number; or of the names of these forms, visits, items."""

    text: str
    forms: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuerySearch:
    """What is asked for; what is empty or None asks nothing. `forms`, `events` None: any; empty: none at all.

    `opened_after` and `opened_before` are UTC texts. `mine`: role, origins whose answers wait for it, and user.
    """

    numbers: tuple[int, ...] = ()
    subject: str = ""
    forms: tuple[str, ...] | None = None
    events: tuple[str, ...] | None = None
    kind: str = ""
    assigned: str = ""
    priority: str = ""
    opened_after: str = ""
    opened_before: str = ""
    mine: tuple[str, tuple[str, ...], str] | None = None
    waiting: tuple[str, tuple[str, ...]] | None = None
    words: tuple[Word, ...] = ()


def find_queries(db: Reader, search: QuerySearch) -> dict[str, list[int]]:
    """The ids of the queries that fit by their state, the newest first. Every state has its list."""
    parts = list(_conditions(search))
    where = " WHERE " + " AND ".join(f"({text})" for text, _ in parts) if parts else ""
    # Words stand in the rows themselves; all else stands in one index.
    through = " NOT INDEXED" if search.words else ""
    row = db.one(_FIND + through + where, tuple(one for _, given in parts for one in given))
    texts = row if row is not None else ("",) * len(_STATES)
    return {state: sorted(map(int, text.split(",")), reverse=True) if text else [] for state, text in zip(_STATES, texts, strict=True)}


def read_query_times(db: Reader) -> tuple[tuple[str, str, str, str, str], ...]:
    """State, kind, subject, time of opening and of closing ("" not closed) of every query."""
    return tuple((row[0], row[1], row[2], row[3], row[4]) for row in db.rows(_TIMES))


def _conditions(search: QuerySearch) -> Iterator[Fragment]:
    """Fixed texts with a mark for each parameter; nothing that was typed becomes SQL."""
    for column, value in (("kind", search.kind), ("assigned", search.assigned), ("priority", search.priority)):
        if value:
            yield f"{column} = ?", (value,)
    if search.numbers:
        yield _among("id", search.numbers)
    if search.subject:
        yield "subject LIKE ? ESCAPE '^'", (_pattern(search.subject),)
    if search.forms is not None:
        yield _among("form", search.forms)
    if search.events is not None:
        yield _among("event", search.events)
    if search.opened_after:
        yield "opened_at > ?", (search.opened_after,)
    if search.opened_before:
        yield "opened_at <= ?", (search.opened_before,)
    if search.waiting is not None:
        yield _waiting(*search.waiting)
    if search.mine is not None:
        role, origins, user = search.mine
        text, given = _waiting(role, origins)
        yield f"{text} OR opened_by = ?", (*given, user)
    for word in search.words:
        yield _word(word)


def _among(column: str, values: tuple[str, ...] | tuple[int, ...]) -> Fragment:
    return (f"{column} IN ({', '.join('?' * len(values))})", values) if values else ("0", ())


def _waiting(role: str, origins: tuple[str, ...]) -> Fragment:
    text, given = _among("opened_role", origins)
    return f"(state = 'open' AND assigned = ?) OR (state = 'answered' AND {text})", (role, *given)


def _word(word: Word) -> Fragment:
    parts: list[Fragment] = [(" OR ".join(f"{column} LIKE ? ESCAPE '^'" for column in ("text", "answer", "subject")), (_pattern(word.text),) * 3)]
    parts += [_among(column, values) for column, values in (("form", word.forms), ("event", word.events), ("item", word.items)) if values]
    return " OR ".join(text for text, _ in parts), tuple(one for _, given in parts for one in given)


def _pattern(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere and means its characters as they are."""
    return "%" + "".join(f"^{one}" if one in "%_^" else one for one in text) + "%"
