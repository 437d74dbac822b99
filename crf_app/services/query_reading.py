"""Reading queries for people: records, the thread of one, those of an item, ages for charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.queries import Act
from crf_app.clinical.query_record import QueryRecord, QueryThread, ThreadLine
from crf_app.clinical.record import Visibility
from crf_app.clinical.values import BLANK
from crf_app.errors import ExpectedError
from crf_app.services.queries import may_do
from crf_app.services.workspace import Workspace
from crf_app.store.item_values import ItemChange, read_form_history, read_history
from crf_app.store.ledger import parse_utc
from crf_app.store.queries import (
    StoredMessage,
    StoredQuery,
    read_messages,
    read_queries,
    read_query,
    unresolved_on_form,
)
from crf_app.store.query_search import read_query_times
from crf_app.study.definition import StudyDef
from crf_app.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class QueryAge:
    """How old a query is in whole days (closed ones: how old it became), for figures and charts."""

    state: str
    kind: str
    subject: str
    days: int


def query_record(work: Workspace, stored: StoredQuery) -> QueryRecord:
    """A stored query in the words of the study, its age as of now."""
    key = parse_address(stored.subject, stored.address)
    study = work.study_at(key.form_key) if key.form else work.study_of(stored.subject)
    opened, closed = _here(work, stored.opened_at), _moment(work, stored.closed_at)
    until = closed or work.clock.now()
    return QueryRecord(
        stored.id, key, visit_name(study, key.event, key.event_repeat), form_name(study, key.form, key.form_repeat), _place(study, key), stored.rule, stored.kind,
        stored.state, stored.opened_role, Text(str(stored.text.get("en", "")), str(stored.text.get("zh", ""))), stored.assigned, stored.priority,
        work.name_of(stored.opened_by) if stored.opened_by else EMPTY, opened, _moment(work, stored.answered_at), closed, max((until - opened).days, 0),
        stored.answer, stored.muted,
    )  # fmt: skip


def visit_name(study: StudyDef, event: str, repeat: int) -> Text:
    """A visit's name with its repeat; the bare OID for a visit that this version of the study does not have."""
    found = next((one for one in study.events if one.oid == event), None)
    if found is None:
        return Text(event, event)
    return found.name if repeat == 1 and found.kind != "unscheduled" else _numbered(found.name, repeat)


def form_name(study: StudyDef, form: str, repeat: int) -> Text:
    """A form's name with its repeat; "" for none."""
    found = study.forms.get(form)
    name = found.name if found is not None else Text(form, form)
    return name if repeat == 1 else _numbered(name, repeat)


def _place(study: StudyDef, key: ItemKey) -> Text:
    form = study.forms.get(key.form)
    if form is None or not key.group:
        return EMPTY
    group = next((one for one in form.groups if one.oid == key.group), None)
    row = f" #{key.row}" if group is not None and group.repeating != "no" else ""
    if not key.item:
        name = group.name if group is not None else Text(key.group, key.group)
        return Text(f"{name.en}{row}", f"{name.zh}{row}")
    item = form.index.get(key.item)
    label = item.label if item is not None else Text(key.item, key.item)
    return Text(f"{label.en}{row}", f"{label.zh}{row}")


def _numbered(name: Text, number: int) -> Text:
    return Text(f"{name.en} {number}", f"{name.zh} {number}")


def read_thread(work: Workspace, number: int) -> QueryThread:
    """A query with all that happened to it, changes of its value after it was opened included.

    Raises ExpectedError "no_right", "locked", "no_query".
    """
    work.need(Right.READ)
    stored = read_query(work.database, number)
    if stored is None:
        raise ExpectedError("no_query", query=number)
    return _thread(work, stored)


def threads_at(work: Workspace, key: ItemKey) -> tuple[QueryThread, ...]:
    """The threads on exactly this place (an item, a row, a form or a visit), unresolved ones first, newest first.

    Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    address = key.address if key.item else key.row_address
    found = [one for one in read_queries(work.database, key.subject) if one.address == address]
    return tuple(_thread(work, one) for one in sorted(found, key=lambda one: (not one.unresolved, -one.id)))


def unresolved_by_place(work: Workspace, form: FormKey) -> Mapping[ItemKey, tuple[int, int]]:
    """Open and answered queries on a form by their place: item, row (no item) and the form itself (no group).

    Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    found: dict[ItemKey, tuple[int, int]] = {}
    for address, state in unresolved_on_form(work.database, form):
        key = parse_address(form.subject, address)
        opened, answered = found.get(key, (0, 0))
        found[key] = (opened + (state == "open"), answered + (state == "answered"))
    return found


def ages(work: Workspace) -> tuple[QueryAge, ...]:
    """The age of every query of the workspace. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    now = work.clock.now()
    return tuple(_age(row, now) for row in read_query_times(work.database))


def ages_by_state(work: Workspace) -> Mapping[str, tuple[int, ...]]:
    """The ages in days by state, youngest first. Raises ExpectedError "no_right", "locked"."""
    found: dict[str, list[int]] = {}
    for one in ages(work):
        found.setdefault(one.state, []).append(one.days)
    return {state: tuple(sorted(days)) for state, days in found.items()}


def _age(row: tuple[str, str, str, str, str], now: datetime) -> QueryAge:
    state, kind, subject, opened, closed = row
    until = parse_utc(closed) if closed else now
    return QueryAge(state, kind, subject, max((until - parse_utc(opened)).days, 0))


def _thread(work: Workspace, stored: StoredQuery) -> QueryThread:
    record = query_record(work, stored)
    form = work.study_at(record.key.form_key).forms.get(record.key.form)
    item = form.index.get(record.key.item) if form is not None else None
    said = [(one.entry_no, 1, one.number, _message(work, one)) for one in read_messages(work.database, stored.id)]
    changed = [(one.entry_no, 0, one.change_no, _change(work, one)) for one in _changes_since(work, stored, record.key)]
    lines = tuple(line for *_, line in sorted([*said, *changed], key=lambda one: one[:3]))
    value = work.casebook(stored.subject).value(record.key) if item is not None else BLANK
    return QueryThread(record, lines, item, value, _in_use(work, record.key), may_do(work, stored))


def _message(work: Workspace, one: StoredMessage) -> ThreadLine:
    said = Text(one.text, one.text) if one.text else Text(str(one.details.get("en", "")), str(one.details.get("zh", "")))
    return ThreadLine(
        Act(one.act), _here(work, one.at), work.name_of(one.user_id), one.role, said, str(one.details.get("assigned", "")), str(one.details.get("priority", ""))
    )


def _change(work: Workspace, one: ItemChange) -> ThreadLine:
    form = work.study_at(one.key.form_key).forms.get(one.key.form)
    item = form.index.get(one.key.item) if form is not None else None
    return ThreadLine(None, one.at, work.name_of(one.user_id), one.role, Text(one.reason, one.reason), item=item, old=one.old or BLANK, new=one.new)


def _changes_since(work: Workspace, stored: StoredQuery, key: ItemKey) -> Iterator[ItemChange]:
    """Changes of the item, or of any item of the row, after the query was opened; for form and visit there are too many to tell here."""
    found: Iterable[ItemChange] = ()
    if key.item:
        found = read_history(work.database, key)
    elif key.group:
        found = (one for one in read_form_history(work.database, key.form_key) if (one.key.group, one.key.row) == (key.group, key.row))
    return (one for one in found if one.entry_no > stored.opened_entry and one.source != "derived")


def _in_use(work: Workspace, key: ItemKey) -> bool:
    form = work.study_at(key.form_key).forms.get(key.form)
    if not key.form:
        return True
    if form is None or (key.form_key, key.group, key.row) in work.casebook(key.subject).deleted:
        return False
    run = work.run(key.subject)
    if run.rules.form_visibility(run, key.form_key) is Visibility.HIDDEN and key.form_key not in run.casebook.forms:
        return False
    item = form.index.get(key.item)
    return item is not None and run.visibility(key.form_key, item, key.row) not in (Visibility.HIDDEN, Visibility.NOT_ASKED) if key.item else True


def _here(work: Workspace, text: str) -> datetime:
    """A stored moment in the zone of the site's clock, so that a thread tells its times as signatures and histories do."""
    return parse_utc(text).astimezone(work.clock.now().tzinfo)


def _moment(work: Workspace, text: str) -> datetime | None:
    return _here(work, text) if text else None
