"""Every cell of act, state, origin and role, through the use cases themselves: what is not in the table is refused and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crf_app.admin.roles import RIGHTS, Role
from crf_app.clinical.queries import ACT_RIGHTS, SYSTEM, TRANSITIONS, Act, QueryState
from crf_app.errors import ExpectedError
from crf_app.services import queries
from crf_app.services.query_writing import move, put_query
from crf_app.store.queries import read_query
from crf_app.texts import Text
from tests.services.world import World, make_world

ORIGINS = (SYSTEM, "monitor", "data_manager", "investigator")
SITE, SPONSOR, JUDGES, READERS = "coordinator investigator", "monitor data_manager", "monitor data_manager investigator", "coordinator investigator monitor data_manager"
# act, state before: for each origin (system, monitor, data manager, investigator) who may and what becomes of it; "" nobody.
TABLE: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("answer", "open"): ((SITE, "answered"),) * 4,
    ("comment", "open"): ((READERS, "open"),) * 4,
    ("comment", "answered"): ((READERS, "answered"),) * 4,
    ("assign", "open"): ((READERS, "open"),) * 4,
    ("close", "answered"): ((SPONSOR, "closed"), (SPONSOR, "closed"), (SPONSOR, "closed"), (JUDGES, "closed")),
    ("reopen", "answered"): ((SPONSOR, "open"), (SPONSOR, "open"), (SPONSOR, "open"), (JUDGES, "open")),
    ("reopen", "closed"): ((SPONSOR, "open"), (SPONSOR, "open"), (SPONSOR, "open"), (JUDGES, "open")),
    ("cancel", "open"): (("", ""), ("monitor", "cancelled"), ("data_manager", "cancelled"), ("investigator", "cancelled")),
    ("cancel", "answered"): (("", ""), ("monitor", "cancelled"), ("data_manager", "cancelled"), ("investigator", "cancelled")),
    ("mute", "open"): ((SPONSOR, "closed"), ("", ""), ("", ""), ("", "")),
    ("mute", "answered"): ((SPONSOR, "closed"), ("", ""), ("", ""), ("", "")),
    ("mute", "closed"): ((SPONSOR, "closed"), ("", ""), ("", ""), ("", "")),
    ("unmute", "muted"): ((SPONSOR, "open"), ("", ""), ("", ""), ("", "")),
}
ACTS: dict[str, Callable[[World, int, Role], object]] = {
    "answer": lambda w, n, r: queries.answer_query(w.work, n, "said", actor=w.actor(r)),
    "comment": lambda w, n, r: queries.comment_query(w.work, n, "said", actor=w.actor(r)),
    "assign": lambda w, n, r: queries.assign_query(w.work, n, "investigator", actor=w.actor(r)),
    "close": lambda w, n, r: queries.close_query(w.work, n, actor=w.actor(r)),
    "reopen": lambda w, n, r: queries.reopen_query(w.work, n, "said", actor=w.actor(r)),
    "cancel": lambda w, n, r: queries.cancel_query(w.work, n, "said", actor=w.actor(r)),
    "mute": lambda w, n, r: queries.mute_query(w.work, n, "said", actor=w.actor(r)),
    "unmute": lambda w, n, r: queries.unmute_query(w.work, n, actor=w.actor(r)),
}
PATHS: dict[str, tuple[str, ...]] = {
    "open": (), "answered": ("answer",), "closed": ("answer", "close"), "cancelled": ("cancel",), "muted": ("mute",),
}  # fmt: skip
"""How a query comes into a state; a muted one is closed and not to be asked again."""
TEMP = "SCR/VS/VS#1/TEMP"


def made(world: World, origin: str, state: str) -> int:
    """A query of that origin on the temperature, brought into a state by acts that are allowed."""
    if origin == SYSTEM:
        with world.work.begin(world.work.command("fill", world.work.session)) as unit:
            number = put_query(world.work, unit, world.key(TEMP), Text("unusual", "不常见"), origin=SYSTEM, rule="SOFT", assigned="coordinator")
    else:
        new = queries.NewQuery(world.key(TEMP), "please check")
        _, number = queries.open_query(world.work, new, actor=world.actor(Role(origin)))
    for act in PATHS[state]:
        role = Role.COORDINATOR if act == "answer" else Role.MONITOR if origin == SYSTEM else Role(origin)
        ACTS[act](world, number, role)
    return number


def finish(world: World, number: int) -> None:
    """Out of the way: a second unresolved query of a check at the same place would change what the next cell may do."""
    query = read_query(world.work.database, number)
    if query is not None and query.kind == SYSTEM and query.unresolved:
        with world.work.begin(world.work.command("fill", world.work.session)) as unit:
            move(world.work, unit, query, Act.AUTO_CLOSE, SYSTEM)


def attempt(world: World, act: str, number: int, role: Role) -> str:
    """The code with which it was refused, "" when it was done."""
    try:
        ACTS[act](world, number, role)
    except ExpectedError as error:
        return error.code
    return ""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = make_world(Path(tmp_path_factory.mktemp("cells")) / "workspace")
    world.enter({TEMP: "39"})
    return world


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("act", ACTS)
def test_each_cell(desk: World, act: str, origin: str, state: str) -> None:
    if (state == "muted" and origin != SYSTEM) or (state == "cancelled" and origin == SYSTEM):
        return  # nothing of that kind can be in that state: the cells of mute and cancel say so
    may, to = TABLE.get((act, state), (("", ""),) * 4)[ORIGINS.index(origin)]
    for role in Role:
        number = made(desk, origin, state)
        head = desk.work.database.head
        refusal = attempt(desk, act, number, role)
        done = not refusal
        assert done or (refusal in ("no_right", "query_step") and desk.work.database.head == head), f"{role} {act} {state} {origin}: {refusal}"
        found = read_query(desk.work.database, number)
        assert found is not None
        assert done == (role in may.split()), f"{role} {act} {state} {origin}"
        assert found.state == (to if done else "closed" if state == "muted" else state), f"{role} {act} {state} {origin}"
        finish(desk, number)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_ask(desk: World, role: Role) -> None:
    new = queries.NewQuery(desk.key(TEMP), "please check")
    if role in (Role.MONITOR, Role.DATA_MANAGER, Role.INVESTIGATOR):
        _, number = queries.open_query(desk.work, new, actor=desk.actor(role))
        found = read_query(desk.work.database, number)
        assert found is not None
        assert (found.state, found.kind, found.opened_role) == ("open", "person", role)
        return
    with pytest.raises(ExpectedError) as caught:
        queries.open_query(desk.work, new, actor=desk.actor(role))
    assert caught.value.code == "no_right"


def test_the_table_names_no_role_without_the_right() -> None:
    """Else a cell would promise what `Workspace.need` refuses."""
    for (act, _, _), step in TRANSITIONS.items():
        for role in step.roles - {SYSTEM}:
            assert Role(role) in {one for one in Role if ACT_RIGHTS[act] in RIGHTS[one]}, (act, role)


def test_nothing_leads_out_of_cancelled() -> None:
    assert {act for act, state, _ in TRANSITIONS if state == QueryState.CANCELLED} == set()
