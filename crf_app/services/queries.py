"""Acts on queries: ask, answer, remark, close, reopen, cancel, assign, and not to be asked again (docs/adr/0072)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.clinical.queries import ACT_RIGHTS, ANSWERERS, NEEDS_TEXT, SYSTEM, Act, Priority, allowed
from crf_app.clinical.record import Finding
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes, merged
from crf_app.services.findings import findings_by_form
from crf_app.services.forms import confirm_finding
from crf_app.services.query_writing import assignee, move, put_query
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import finding_address, put_finding, remove_finding, store_event
from crf_app.store.ledger import object_of
from crf_app.store.queries import StoredQuery, read_queries, read_queries_by_id, read_query
from crf_app.store.unit import Unit
from crf_app.texts import Text


@dataclass(frozen=True, slots=True)
class NewQuery:
    """What is asked, where, of whom. `assigned` "" leaves it to who may enter the item."""

    key: ItemKey
    text: str
    assigned: str = ""
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class _Doing:
    """An act on queries as it was asked for."""

    act: Act
    text: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    cells: Mapping[str, object] = field(default_factory=dict)


def open_query(work: Workspace, new: NewQuery, *, actor: Actor | None = None) -> tuple[Changes, int]:
    """Ask about an item, a row, a form (no group) or a visit (no form); returns the number of the query.

    Raises ExpectedError "no_right", "query_text", "query_place", "query_assignee", "no_subject" and those of the disk.
    """
    chosen, text = work.need(ACT_RIGHTS[Act.OPEN], actor), _text(Act.OPEN, new.text)
    assigned = new.assigned or assignee(work, new.key)
    _check_assignee(assigned)
    _check_place(work, new.key)
    address, casebook = finding_address(new.key), work.casebook(new.key.subject)
    with work.begin(work.command("open_query", chosen, about=f"{new.key.subject}:{address}"), chosen.signer) as unit:
        number = put_query(work, unit, new.key, Text(text, text), origin=chosen.user.role, assigned=assigned, priority=new.priority)
        run = work.run_over(casebook)
        store_event(work, run, unit, new.key.event, new.key.event_repeat)
        return _changes(unit, new.key), number


def answer_query(work: Workspace, number: int, text: str, *, actor: Actor | None = None) -> Changes:
    """Answer an open query. Answering one of the system confirms its finding with that reason (decisions 2).

    Raises ExpectedError "no_right", "query_text", "no_query", "query_step", "no_finding", "not_confirmable".
    """
    chosen, query = _asked(work, number, Act.ANSWER, actor)
    if query.kind == SYSTEM:
        _check_step(query, Act.ANSWER, chosen)
        return confirm_finding(work, query.subject, query.rule, query.address, _text(Act.ANSWER, text), actor=chosen)
    return _do(work, [query], _Doing(Act.ANSWER, text), chosen)


def comment_query(work: Workspace, number: int, text: str, *, actor: Actor | None = None) -> Changes:
    """Add a remark to the thread; the state stays. Raises as `answer_query`."""
    chosen, query = _asked(work, number, Act.COMMENT, actor)
    return _do(work, [query], _Doing(Act.COMMENT, text), chosen)


def close_query(work: Workspace, number: int, text: str = "", *, actor: Actor | None = None) -> Changes:
    """Close an answered query: the answer settles it. Raises as `answer_query`."""
    chosen, query = _asked(work, number, Act.CLOSE, actor)
    return _do(work, [query], _Doing(Act.CLOSE, text), chosen)


def close_queries(work: Workspace, numbers: Sequence[int], text: str = "", *, actor: Actor | None = None) -> Changes:
    """Close several answered queries in one command: all of them or, when one may not be closed, none.

    Raises ExpectedError "no_right", "no_query", "query_bulk" (how many may not be closed, and the first of them).
    """
    chosen, queries = work.need(ACT_RIGHTS[Act.CLOSE], actor), read_queries_by_id(work.database, list(dict.fromkeys(numbers)))
    if len(queries) < len(set(numbers)) or not queries:
        raise ExpectedError("no_query", query=next((one for one in numbers if one not in {found.id for found in queries}), 0))
    wrong = [one for one in queries if not _may(one, Act.CLOSE, chosen)]
    if wrong:
        raise ExpectedError("query_bulk", count=len(wrong), of=len(queries), query=wrong[0].id)
    return _do(work, queries, _Doing(Act.CLOSE, text), chosen)


def reopen_query(work: Workspace, number: int, text: str, *, actor: Actor | None = None) -> Changes:
    """Open again what was answered or closed, saying why. One of the system only while its cause stands: its finding is unconfirmed again.

    Raises ExpectedError "query_cause_gone" and as `answer_query`.
    """
    chosen, query = _asked(work, number, Act.REOPEN, actor)
    if query.kind == SYSTEM and not _cause_stands(work, query):
        raise ExpectedError("query_cause_gone", query=number)
    return _do(work, [query], _Doing(Act.REOPEN, text), chosen)


def cancel_query(work: Workspace, number: int, text: str, *, actor: Actor | None = None) -> Changes:
    """Take a question back that should not have been asked, saying why; only the role that asked. Raises as `answer_query`."""
    chosen, query = _asked(work, number, Act.CANCEL, actor)
    return _do(work, [query], _Doing(Act.CANCEL, text), chosen)


def assign_query(work: Workspace, number: int, assigned: str, priority: Priority | None = None, text: str = "", *, actor: Actor | None = None) -> Changes:
    """Say which role is to answer, and how urgent it is (None: as it was). Raises ExpectedError "query_assignee" and as `answer_query`."""
    chosen, query = _asked(work, number, Act.ASSIGN, actor)
    _check_assignee(assigned)
    cells = {"assigned": assigned, "priority": priority or query.priority}
    return _do(work, [query], _Doing(Act.ASSIGN, text, cells, cells), chosen)


def mute_query(work: Workspace, number: int, text: str, *, actor: Actor | None = None) -> Changes:
    """Not to be asked again: the check is not asked there any more while its sentence stays the same. Raises as `answer_query`."""
    chosen, query = _asked(work, number, Act.MUTE, actor)
    return _do(work, [query], _Doing(Act.MUTE, text, cells={"muted": text.strip()}), chosen)


def unmute_query(work: Workspace, number: int, text: str = "", *, actor: Actor | None = None) -> Changes:
    """Take "not to be asked again" back: the query is open again, and closes by itself where its cause is gone. Raises as `answer_query`."""
    chosen, query = _asked(work, number, Act.UNMUTE, actor)
    return _do(work, [query], _Doing(Act.UNMUTE, text, cells={"muted": ""}), chosen)


def may_do(work: Workspace, query: StoredQuery) -> frozenset[Act]:
    """What the person at work may do with a query. Raises ExpectedError "locked"."""
    user = work.user
    return frozenset(act for act in allowed(query.state, query.opened_role, user.role, muted=bool(query.muted)) if user.may(ACT_RIGHTS[act]))


def _do(work: Workspace, queries: Sequence[StoredQuery], doing: _Doing, chosen: Actor) -> Changes:
    """One command for all of `queries`: every one of them takes the step, or none does."""
    text = _text(doing.act, doing.text)
    for query in queries:
        _check_step(query, doing.act, chosen)
    numbers = [one.id for one in queries]
    about = object_of((one.subject, one.address) for one in queries)
    name = f"{doing.act}_query" if len(queries) == 1 else f"{doing.act}_queries"
    command = work.command(name, chosen, about=about, reason=text, details={"queries": numbers})
    with work.begin(command, chosen.signer) as unit:
        for query in queries:
            move(work, unit, query, doing.act, chosen.user.role, text, doing.details, doing.cells)
            _follow(work, unit, query, doing.act)
        return merged([_changes(unit, parse_address(one.subject, one.address)) for one in queries])


def _follow(work: Workspace, unit: Unit, query: StoredQuery, act: Act) -> None:
    """What an act on a query of the system means for its finding."""
    if query.kind != SYSTEM or act not in (Act.REOPEN, Act.UNMUTE):
        return
    if not _cause_stands(work, query):
        again = read_query(work.database, query.id)
        if again is not None:
            move(work, unit, again, Act.AUTO_CLOSE, SYSTEM)
        return
    stored = work.stored_findings(query.subject).get((query.rule, query.address))
    if stored is None or stored.state != "confirmed":
        return
    found = _finding_of(work, query)
    if found is not None and work.rules_of(query.subject).goes_by_clock(query.rule, found.key):
        remove_finding(work, unit, query.subject, query.rule, query.address)
    elif found is not None:
        put_finding(work, unit, found, since=stored.since_entry)


def _finding_of(work: Workspace, query: StoredQuery) -> Finding | None:
    form = parse_address(query.subject, query.address).form_key
    found = findings_by_form(work, work.run(query.subject), [form]).get(form, ())
    return next((one for one in found if (one.rule, finding_address(one.key)) == (query.rule, query.address)), None)


def _cause_stands(work: Workspace, query: StoredQuery) -> bool:
    """Does the check still say so there, and has it not been asked anew by a later query?"""
    others = (one for one in read_queries(work.database, query.subject) if one.rule == query.rule and one.address == query.address and one.id != query.id)
    return _finding_of(work, query) is not None and not any(one.unresolved for one in others)


def _asked(work: Workspace, number: int, act: Act, actor: Actor | None) -> tuple[Actor, StoredQuery]:
    """Who acts, if the right is his, and the query. Raises ExpectedError "no_right", "locked", "no_query"."""
    chosen, found = work.need(ACT_RIGHTS[act], actor), read_query(work.database, number)
    if found is None:
        raise ExpectedError("no_query", query=number)
    return chosen, found


def _may(query: StoredQuery, act: Act, actor: Actor) -> bool:
    return act in allowed(query.state, query.opened_role, actor.user.role, muted=bool(query.muted))


def _check_step(query: StoredQuery, act: Act, actor: Actor) -> None:
    if not _may(query, act, actor):
        raise ExpectedError("query_step", query=query.id, act=act, state=query.state, role=actor.user.role)


def _check_assignee(role: str) -> None:
    if role not in ANSWERERS:
        raise ExpectedError("query_assignee", role=role)


def _text(act: Act, text: str) -> str:
    if act in NEEDS_TEXT and not text.strip():
        raise ExpectedError("query_text")
    return text.strip()


def _check_place(work: Workspace, key: ItemKey) -> None:
    """Does the study have such a place, and the subject such a row?"""
    event = work.rules_of(key.subject).events.get(key.event)
    known = event is not None and key.event_repeat >= 1
    if event is not None and (event.kind in ("unscheduled", "termination") or key.event_repeat > 1):
        # such a visit exists from its first value on; a question must not bring it about
        known = any((one.event, one.event_repeat) == (key.event, key.event_repeat) for one in work.casebook(key.subject).forms)
    form = work.study_at(key.form_key).forms.get(key.form) if key.form else None
    if key.form:
        known = known and form is not None and (work.rules_at(key.form_key).stands_at(key.form, key.event) or key.form_key in work.casebook(key.subject).forms)
    if form is not None and key.group:
        group = next((one for one in form.groups if one.oid == key.group), None)
        known = known and group is not None and (not key.item or key.item in {one.oid for one in group.items})
    if not known or (key.item and not key.group) or (key.group and not key.form):
        raise ExpectedError("query_place", place=finding_address(key))


def _changes(unit: Unit, key: ItemKey) -> Changes:
    return Changes(
        frozenset({key.subject}), frozenset({key.form_key}) if key.form else frozenset(), frozenset({key}) if key.item else frozenset(),
        entry_no=unit.entry_no, saved_at=unit.at.strftime("%H:%M:%S"),
    )

