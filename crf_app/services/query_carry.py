"""Queries from before they had threads: place, role and times into columns, their one answer into a message (docs/adr/0072)."""

from __future__ import annotations

from collections.abc import Mapping

from crf_app.clinical.keys import parse_address
from crf_app.clinical.queries import SYSTEM, Act, QueryState
from crf_app.services.query_writing import assignee, place_cells
from crf_app.services.workspace import Workspace
from crf_app.store.ledger import utc_text
from crf_app.store.ledger_reading import Entry, entries_of_command, read_entry
from crf_app.store.queries import StoredQuery, first_is_of_old_format, queries_of_old_format
from crf_app.store.unit import Unit

_ALL = 2**31
_Answers = Mapping[tuple[str, str], list[Entry]]
"""The confirmations of findings, newest first, by what they were about and the rule."""


def carry_over_queries(work: Workspace) -> None:
    """Once after an upgrade: one command that gives every old query its place, its times and its thread, from what the ledger says.

    Nothing of an old query is changed or left out. Does nothing when there is none.
    """
    if not first_is_of_old_format(work.database):
        return
    answers: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries_of_command(work.database, "confirm_finding", _ALL):
        answers.setdefault((entry.object, str(entry.details.get("rule", ""))), []).append(entry)
    with work.begin(work.command("carry_over_queries", work.session)) as unit:
        for query in queries_of_old_format(work.database):
            _carry(work, unit, query, answers)


def _carry(work: Workspace, unit: Unit, query: StoredQuery, answers: _Answers) -> None:
    key = parse_address(query.subject, query.address)
    opened, closed = read_entry(work.database, query.opened_entry), read_entry(work.database, query.closed_entry)
    answered = _answer(query, answers)
    cells = {
        **place_cells(key), "assigned": assignee(work, key), "opened_at": _at(opened), "answered_at": _at(answered) if query.state == QueryState.ANSWERED else "",
        "closed_at": _at(closed),
    }  # fmt: skip
    unit.patch("query", (query.id,), cells)
    _message(unit, query, 1, Act.OPEN, opened, details=query.text)
    number = 1
    if query.answer:
        number += 1
        _message(unit, query, number, Act.ANSWER, answered or opened, text=query.answer)
    if closed is not None:
        _message(unit, query, number + 1, Act.AUTO_CLOSE, closed)


def _answer(query: StoredQuery, answers: _Answers) -> Entry | None:
    """The confirmation that answered it: the newest one while it was open."""
    found = answers.get((f"{query.subject}:{query.address}", query.rule), [])
    return next((one for one in found if one.no > query.opened_entry and (not query.closed_entry or one.no <= query.closed_entry)), None)


def _message(unit: Unit, query: StoredQuery, number: int, act: Act, entry: Entry | None, text: str = "", details: Mapping[str, object] | None = None) -> None:
    person = entry.role if entry is not None and act is Act.ANSWER else SYSTEM
    unit.put(
        "query_message",
        {
            "query_id": query.id, "number": number, "user_id": entry.user_id if entry is not None else "", "role": person, "at": _at(entry) or utc_text(unit.at),
            "act": act, "text": text, "details": dict(details or {}), "entry_no": entry.no if entry is not None else unit.entry_no,
        },
    )  # fmt: skip


def _at(entry: Entry | None) -> str:
    return utc_text(entry.at) if entry is not None else ""
