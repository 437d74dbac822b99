"""The list of queries: one typed line as a filter, ids in order, records page by page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from crf_app.admin.roles import Right, Role
from crf_app.clinical.queries import ANSWERERS, Act, Priority, QueryState, allowed, origins_waiting
from crf_app.clinical.query_record import QueryRecord
from crf_app.services.query_reading import query_record
from crf_app.services.workspace import Workspace
from crf_app.store.ledger import utc_text
from crf_app.store.queries import read_queries_by_id
from crf_app.store.query_search import QuerySearch, Word, find_queries
from crf_app.study.definition import StudyDef

UNRESOLVED = frozenset({QueryState.OPEN, QueryState.ANSWERED})
ALL_STATES = frozenset(QueryState)

_AGE = re.compile(r"([<>])(\d{1,4})(?:d|天)?")
_NUMBER = re.compile(r"#(\d{1,9})")
_PART = re.compile(r'(?:[^\s":]+:)?"[^"]*"|\S+')
_KEYS: Mapping[str, str] = {
    "form": "form", "表单": "form", "visit": "visit", "访视": "visit", "subject": "subject", "受试者": "subject", "state": "state", "状态": "state",
    "to": "to", "答复人": "to", "priority": "priority", "优先级": "priority",
}  # fmt: skip
_STATES: Mapping[str, frozenset[QueryState]] = {
    **{str(one): frozenset({one}) for one in QueryState}, "待答复": frozenset({QueryState.OPEN}), "已答复": frozenset({QueryState.ANSWERED}),
    "已关闭": frozenset({QueryState.CLOSED}), "已取消": frozenset({QueryState.CANCELLED}), "unresolved": UNRESOLVED, "待处理": UNRESOLVED, "all": ALL_STATES,
    "全部": ALL_STATES,
}  # fmt: skip
_ROLES: Mapping[str, str] = {**{str(one): str(one) for one in ANSWERERS}, "协调员": str(Role.COORDINATOR), "研究者": str(Role.INVESTIGATOR)}
_PRIORITIES: Mapping[str, str] = {**{str(one): str(one) for one in Priority}, "低": "low", "普通": "normal", "高": "high"}
_FLAGS: Mapping[str, str] = {
    "mine": "mine", "我的": "mine", "waiting": "waiting", "待我处理": "waiting", "system": "system", "系统": "system", "people": "person", "人工": "person",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """A filter line as it was understood. `states` None: the line names none. `unknown`: parts that mean nothing here."""

    search: QuerySearch = field(default_factory=QuerySearch)
    states: frozenset[QueryState] | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryList:
    """The numbers of the queries that fit, in order, and how many there are in each state whatever is shown."""

    numbers: tuple[int, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def parse_filter(work: Workspace, line: str) -> QueryFilter:
    """Read a filter line: `<7` younger than 7 days, `>14`, mine, waiting, system, people, form: visit: subject: state: to: priority:, #12, words.

    All parts must fit; keys and their words are known in both languages, full-width characters and case do not matter. What
    a key does not know is told in `unknown` and finds nothing. Raises ExpectedError "locked".
    """
    found = QueryFilter()
    for part in _PART.findall(unicodedata.normalize("NFKC", line)):
        found = _understood(work, found, part)
    return found


def find(work: Workspace, line: str, shown: frozenset[QueryState] = UNRESOLVED) -> QueryList:
    """The queries that a filter line leaves. `shown` are the states looked at when the line names none.

    Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    read = parse_filter(work, line)
    wanted = read.states or shown
    by_state = find_queries(work.database, read.search)
    counts = {state: len(found) for state, found in by_state.items()}
    # What is waited for stands first; what is over follows together, each with the newest first.
    over = sorted((number for state in ("closed", "cancelled") if state in wanted for number in by_state[state]), reverse=True)
    parts = [by_state[state] if state in wanted else [] for state in ("open", "answered")]
    return QueryList((*parts[0], *parts[1], *over), counts, read.unknown)


def read_page(work: Workspace, numbers: Sequence[int]) -> tuple[QueryRecord, ...]:
    """The records of some queries in the order of their numbers. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return tuple(query_record(work, one) for one in read_queries_by_id(work.database, numbers))


def waiting(work: Workspace) -> QueryList:
    """The queries whose turn it is for the role at work. Raises ExpectedError "no_right", "locked"."""
    return find(work, "waiting")


def closable(work: Workspace, numbers: Sequence[int]) -> tuple[int, ...]:
    """Those of `numbers` that the person at work may close now. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    if not work.user.may(Right.QUERY_CLOSE):
        return ()
    role = work.user.role
    return tuple(one.id for one in read_queries_by_id(work.database, numbers) if Act.CLOSE in allowed(one.state, one.opened_role, role, muted=bool(one.muted)))


def _understood(work: Workspace, found: QueryFilter, part: str) -> QueryFilter:
    key, colon, rest = part.partition(":")
    value = rest.strip('"').strip()
    if colon and key.casefold() in _KEYS and value:
        after = _KEYED[_KEYS[key.casefold()]](work, found, value)
        return after if after is not None else _nothing(found, part)
    if match := _AGE.fullmatch(part):
        return _with_age(work, found, match[1], int(match[2]))
    if match := _NUMBER.fullmatch(part):
        return _with(found, numbers=(*found.search.numbers, int(match[1])))
    if flag := _FLAGS.get(part.casefold()):
        return _with_flag(work, found, flag)
    text = part.strip('"').strip()
    return _with(found, words=(*found.search.words, _word(work.study, text))) if text else found


def _with(found: QueryFilter, **changes: Any) -> QueryFilter:
    return replace(found, search=replace(found.search, **changes))


def _with_age(work: Workspace, found: QueryFilter, sign: str, days: int) -> QueryFilter:
    """Ages are whole days: younger than 7 is opened less than 7 days ago, older than 14 at least 15 days ago."""
    if sign == "<":
        return _with(found, opened_after=utc_text(work.clock.now() - timedelta(days=days)))
    return _with(found, opened_before=utc_text(work.clock.now() - timedelta(days=days + 1)))


def _with_flag(work: Workspace, found: QueryFilter, flag: str) -> QueryFilter:
    role = str(work.user.role)
    if flag == "mine":
        return _with(found, mine=(role, origins_waiting(role), work.user.user_id))
    if flag == "waiting":
        return _with(found, waiting=(role, origins_waiting(role)))
    return _with(found, kind=flag)


def _with_state(_work: Workspace, found: QueryFilter, value: str) -> QueryFilter | None:
    states = _STATES.get(value.casefold())
    return replace(found, states=states | (found.states or frozenset())) if states else None


def _with_form(work: Workspace, found: QueryFilter, value: str) -> QueryFilter | None:
    forms = tuple(one.oid for one in work.study.forms.values() if _names(value, one.oid, one.name.en, one.name.zh))
    return _with(found, forms=_both(found.search.forms, forms)) if forms else None


def _with_visit(work: Workspace, found: QueryFilter, value: str) -> QueryFilter | None:
    events = tuple(one.oid for one in work.study.events if _names(value, one.oid, one.name.en, one.name.zh, one.short.en, one.short.zh))
    return _with(found, events=_both(found.search.events, events)) if events else None


def _with_subject(_work: Workspace, found: QueryFilter, value: str) -> QueryFilter:
    return _with(found, subject=value)


def _with_role(_work: Workspace, found: QueryFilter, value: str) -> QueryFilter | None:
    role = _ROLES.get(value.casefold())
    return _with(found, assigned=role) if role else None


def _with_priority(_work: Workspace, found: QueryFilter, value: str) -> QueryFilter | None:
    priority = _PRIORITIES.get(value.casefold())
    return _with(found, priority=priority) if priority else None


_KEYED: Mapping[str, Callable[[Workspace, QueryFilter, str], QueryFilter | None]] = {
    "form": _with_form, "visit": _with_visit, "subject": _with_subject, "state": _with_state, "to": _with_role, "priority": _with_priority,
}  # fmt: skip
"""What each key means; None: it does not know that value."""


def _nothing(found: QueryFilter, part: str) -> QueryFilter:
    return replace(_with(found, forms=()), unknown=(*found.unknown, part))


def _both(before: tuple[str, ...] | None, now: tuple[str, ...]) -> tuple[str, ...]:
    return now if before is None else tuple(one for one in now if one in before)


def _word(study: StudyDef, text: str) -> Word:
    """A word in both of its meanings: as typed, and as part of the names that the study gives to forms, visits and items."""
    forms = [one for one in study.forms.values() if _names(text, one.name.en, one.name.zh)]
    events = tuple(one.oid for one in study.events if _names(text, one.name.en, one.name.zh))
    items = {item.oid for form in study.forms.values() for item in form.items if _names(text, item.label.en, item.label.zh)}
    return Word(text, tuple(one.oid for one in forms), events, tuple(sorted(items)))


def _names(value: str, *names: str) -> bool:
    return any(value.casefold() in name.casefold() for name in names)
