"""The life of a query as one table: which act leads from which state to which, and who may do it (docs/adr/0072).

ICH E6(R3) 3.11.4 has the monitor raise discrepancies and follow them up, 4.2.2 asks for metadata that say who did what and
when, 4.2.4 that corrections be justified by the site that holds the source. GCDMP (Data Validation and Query Management) has whoever asks decide whether
the answer settles the question, and never whoever answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crf_app.admin.roles import Right, Role
from crf_app.clinical.keys import ItemKey

SYSTEM = "system"
"""The role of what the program does by itself, and the origin of a query that a failed check opened."""


class QueryState(StrEnum):
    """Where a query stands. Reopening is an act, not a state (decisions 2)."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to a query; each leaves a message in its thread."""

    OPEN = "open"
    ANSWER = "answer"
    COMMENT = "comment"
    CLOSE = "close"
    AUTO_CLOSE = "auto_close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    ASSIGN = "assign"
    MUTE = "mute"
    UNMUTE = "unmute"
    RESTATE = "restate"


class Priority(StrEnum):
    """How urgent whoever asks finds it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


ACT_RIGHTS: Mapping[Act, Right] = {
    Act.OPEN: Right.QUERY_OPEN, Act.ANSWER: Right.QUERY_ANSWER, Act.COMMENT: Right.QUERY_DISCUSS, Act.CLOSE: Right.QUERY_CLOSE,
    Act.REOPEN: Right.QUERY_CLOSE, Act.CANCEL: Right.QUERY_CLOSE, Act.ASSIGN: Right.QUERY_DISCUSS, Act.MUTE: Right.QUERY_MUTE,
    Act.UNMUTE: Right.QUERY_MUTE,
}  # fmt: skip
"""The right each act of a person needs; what the program does by itself needs none."""

NEEDS_TEXT = frozenset({Act.OPEN, Act.ANSWER, Act.COMMENT, Act.REOPEN, Act.CANCEL, Act.MUTE})
"""Acts that say why or what."""

ANSWERERS = (Role.COORDINATOR, Role.INVESTIGATOR)
"""The roles a query can be assigned to."""

_SITE = frozenset({Role.COORDINATOR, Role.INVESTIGATOR})
_SPONSOR = frozenset({Role.MONITOR, Role.DATA_MANAGER})
_ASKERS = frozenset({*_SPONSOR, Role.INVESTIGATOR})
_ALL = frozenset({*_SITE, *_SPONSOR})
_BY_PEOPLE = (Role.MONITOR, Role.DATA_MANAGER, Role.INVESTIGATOR)
_ORIGINS = (SYSTEM, *_BY_PEOPLE)

_Cell = tuple[Act, str, str]
"""Act, state before ("" there was none) and origin of the query."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an act makes of a state, and the roles that may do it."""

    to: QueryState
    roles: frozenset[str]


def _own_or_sponsor(origin: str) -> frozenset[str]:
    """Who judges an answer: the sponsor's side any, an investigator that to a question from his own role."""
    return _ASKERS if origin == Role.INVESTIGATOR else _SPONSOR


def _steps() -> dict[_Cell, Step]:
    opened, answered, closed, cancelled = QueryState.OPEN, QueryState.ANSWERED, QueryState.CLOSED, QueryState.CANCELLED
    program = frozenset({SYSTEM})
    found: dict[_Cell, Step] = {(Act.OPEN, "", SYSTEM): Step(opened, program)}
    found |= {(Act.OPEN, "", origin): Step(opened, frozenset({origin})) for origin in _BY_PEOPLE}
    for origin in _ORIGINS:
        judges = _own_or_sponsor(origin)
        found[Act.ANSWER, opened, origin] = Step(answered, _SITE)
        found[Act.CLOSE, answered, origin] = Step(closed, judges)
        found[Act.REOPEN, answered, origin] = Step(opened, judges)
        found[Act.REOPEN, closed, origin] = Step(opened, judges)
        for state in (opened, answered):
            found[Act.COMMENT, state, origin] = Step(state, _ALL)
        found[Act.ASSIGN, opened, origin] = Step(opened, _ALL)
    for origin in _BY_PEOPLE:
        for state in (opened, answered):
            found[Act.CANCEL, state, origin] = Step(cancelled, frozenset({origin}))
    for state in (opened, answered):
        found[Act.AUTO_CLOSE, state, SYSTEM] = Step(closed, program)
        found[Act.RESTATE, state, SYSTEM] = Step(opened, program)
    for state in (opened, answered, closed):
        found[Act.MUTE, state, SYSTEM] = Step(closed, _SPONSOR)
    found[Act.UNMUTE, closed, SYSTEM] = Step(opened, _SPONSOR)
    return found


TRANSITIONS: Mapping[_Cell, Step] = _steps()
"""Every cell that is allowed; what is not here is refused. That a query is muted or not is asked beside it: `allowed`."""


def transition(act: Act, state: str, origin: str, role: str) -> QueryState | None:
    """The state that `act` of `role` leads to; None when the table does not allow it. `origin`: the role that opened it."""
    step = TRANSITIONS.get((act, state, origin))
    return step.to if step is not None and role in step.roles else None


def allowed(state: str, origin: str, role: str, *, muted: bool = False) -> frozenset[Act]:
    """What a role may do with a query as it stands. A muted one can only be taken back; only a muted one can be."""
    found = {act for act in Act if act is not Act.OPEN and transition(act, state, origin, role) is not None}
    return frozenset(found & {Act.UNMUTE}) if muted else frozenset(found - {Act.UNMUTE})


def waits_for(state: str, origin: str, assigned: str) -> frozenset[str]:
    """The roles whose turn it is: an open query waits for whom it is assigned to, an answered one for who may close it."""
    if state == QueryState.OPEN:
        return frozenset({assigned})
    step = TRANSITIONS.get((Act.CLOSE, state, origin))
    if step is None:
        return frozenset()
    return frozenset({origin}) if origin in step.roles else step.roles


def level(key: ItemKey) -> str:
    """What a query stands on: "item", "row", "form" or "visit"."""
    if key.item:
        return "item"
    if key.group:
        return "row"
    return "form" if key.form else "visit"


def visit_key(subject: str, event: str, repeat: int) -> ItemKey:
    """The place of a query on a whole visit."""
    return ItemKey(subject, event, repeat, "", 1, "", 1, "")


def origins_waiting(role: str) -> tuple[str, ...]:
    """The origins whose answered queries wait for `role`."""
    return tuple(origin for origin in _ORIGINS if role in waits_for(QueryState.ANSWERED, origin, ""))
