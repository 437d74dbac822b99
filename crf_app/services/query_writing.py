"""What a command under way writes of queries: a new one, each step of its life with its message, what checks do by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.queries import SYSTEM, Act, Priority, QueryState, transition
from crf_app.clinical.record import Finding
from crf_app.errors import ExpectedError
from crf_app.services.workspace import Workspace
from crf_app.store.ledger import utc_text
from crf_app.store.queries import StoredQuery, count_open, next_message, next_query_id, unresolved_of_rule
from crf_app.store.subjects import read_event
from crf_app.store.unit import Unit
from crf_app.texts import Text


def put_query(
    work: Workspace, unit: Unit, key: ItemKey, said: Text, *, origin: str, rule: str = "", assigned: str, priority: Priority = Priority.NORMAL
) -> int:  # fmt: skip
    """Open a query at `key` with the message that opens its thread; returns its number. `origin`: the role that asks, or SYSTEM."""
    query_id, now = next_query_id(work.database), utc_text(unit.at)
    unit.put(
        "query",
        {
            "id": query_id, "subject": key.subject, "address": key.address if key.item else key.row_address, "rule": rule,
            "kind": "system" if origin == SYSTEM else "person", "state": QueryState.OPEN, "text": {"en": said.en, "zh": said.zh}, "opened_entry": unit.entry_no,
            **place_cells(key), "assigned": assigned, "priority": priority, "opened_by": "" if origin == SYSTEM else unit.command.user_id,
            "opened_role": origin, "opened_at": now,
        },
    )  # fmt: skip
    text, details = ("", {"en": said.en, "zh": said.zh}) if origin == SYSTEM else (said.en, {"assigned": assigned, "priority": priority})
    put_message(work, unit, query_id, Act.OPEN, origin, text, details)
    return query_id


def place_cells(key: ItemKey) -> dict[str, object]:
    """The columns that say where a query stands."""
    return {"event": key.event, "event_repeat": key.event_repeat, "form": key.form, "form_repeat": key.form_repeat, "item": key.item}


def put_message(work: Workspace, unit: Unit, query_id: int, act: Act, role: str, text: str = "", details: Mapping[str, object] | None = None) -> None:
    """Add a message to a thread: it can never be changed or removed."""
    unit.put(
        "query_message",
        {
            "query_id": query_id, "number": next_message(work.database, query_id), "user_id": unit.command.user_id, "role": role, "at": utc_text(unit.at),
            "act": act, "text": text, "details": details or {}, "entry_no": unit.entry_no,
        },
    )  # fmt: skip


def move(
    work: Workspace, unit: Unit, query: StoredQuery, act: Act, role: str, text: str = "", details: Mapping[str, object] | None = None,
    cells: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Take a query one step on: its state, its message, the count of its visit. `cells` are other columns that change.

    Raises ExpectedError "query_step" when the table of transitions does not allow it (clinical.queries).
    """
    to = transition(act, query.state, query.opened_role, role)
    if to is None:
        raise ExpectedError("query_step", query=query.id, act=act, state=query.state, role=role)
    unit.patch("query", (query.id,), {"state": to, **_times(unit, query, act, to, text), **(cells or {})})
    put_message(work, unit, query.id, act, role, text, details)
    recount(work, unit, query.subject, query.event, query.event_repeat)


def _times(unit: Unit, query: StoredQuery, act: Act, to: QueryState, text: str) -> dict[str, object]:
    now = utc_text(unit.at)
    if act is Act.ANSWER:
        return {"answer": text, "answered_at": now}
    if to == query.state and act is not Act.MUTE:
        return {}
    if to is QueryState.OPEN:
        return {"answered_at": "", "closed_at": "", "closed_entry": 0}
    return {"closed_at": query.closed_at or now, "closed_entry": query.closed_entry or unit.entry_no}


def recount(work: Workspace, unit: Unit, subject: str, event: str, repeat: int) -> None:
    """Bring the number of open queries of a visit up to date, if the visit has a state."""
    if read_event(work.database, subject, event, repeat) is not None:
        unit.patch("event_state", (subject, event, repeat), {"open_queries": count_open(work.database, subject, event, repeat)})


def open_system_query(work: Workspace, unit: Unit, finding: Finding, known: Iterable[StoredQuery]) -> bool:
    """Open a query for a finding, unless one is open or answered already, or this very sentence is not to be asked again.

    Returns whether it did. It goes to the coordinator, to the investigator where only he may enter the item.
    """
    address = _address(finding.key)
    for one in known:
        if one.rule == finding.rule and one.address == address and (one.unresolved or (one.muted and _same(one, finding.message))):
            return False
    put_query(work, unit, finding.key, finding.message, origin=SYSTEM, rule=finding.rule, assigned=assignee(work, finding.key))
    return True


def assignee(work: Workspace, key: ItemKey) -> str:
    """Who answers for a place: who may enter the item there, else the coordinator."""
    form = work.study_at(key.form_key).forms.get(key.form)
    item = form.index.get(key.item) if form is not None else None
    return "investigator" if item is not None and item.role == "investigator" else "coordinator"


def close_system_queries(work: Workspace, unit: Unit, subject: str, rule: str, address: str) -> None:
    """The cause is gone: its system query closes by itself, both facts in its thread (decisions 2)."""
    for query in _unresolved(work, subject, rule, address):
        move(work, unit, query, Act.AUTO_CLOSE, SYSTEM)


def restate_system_queries(work: Workspace, unit: Unit, finding: Finding) -> None:
    """The check says something else now: what was said of the old sentence no longer answers its query."""
    said = {"en": finding.message.en, "zh": finding.message.zh}
    for query in _unresolved(work, finding.key.subject, finding.rule, _address(finding.key)):
        if not _same(query, finding.message):
            move(work, unit, query, Act.RESTATE, SYSTEM, details=said, cells={"text": said})


def _unresolved(work: Workspace, subject: str, rule: str, address: str) -> list[StoredQuery]:
    return list(unresolved_of_rule(work.database, subject, rule, address))


def _same(query: StoredQuery, message: Text) -> bool:
    return (query.text.get("en"), query.text.get("zh")) == (message.en, message.zh)


def _address(key: ItemKey) -> str:
    return key.address if key.item else key.row_address
