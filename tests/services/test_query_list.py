"""The filter line, what it leaves, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.queries import Priority, QueryState, visit_key
from crf_app.services.queries import NewQuery, answer_query, cancel_query, close_query, open_query
from crf_app.services.query_list import ALL_STATES, find, parse_filter, read_page
from crf_app.services.subjects import create_subject
from tests.services.world import World, make_world


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Six queries, one a week; the newest is a day old.

    #1 temperature, closed · #2 temperature, answered · #3 weight, open, high · #4 visit D0, cancelled · #5 investigator's · #6 another subject, to the investigator.
    """
    world = make_world(tmp_path_factory.mktemp("list") / "workspace")
    monitor, investigator = world.actor(Role.MONITOR), world.actor(Role.INVESTIGATOR)
    other, _ = create_subject(world.work, "2026-01-06")
    temp, weight = world.key("SCR/VS/VS#1/TEMP"), world.key("SCR/VS/WEIGHT")
    asked = [
        (NewQuery(temp, "Temperature differs from the chart"), monitor), (NewQuery(temp, "Unit of the reading?"), monitor),
        (NewQuery(weight, "体重较上次下降 10%", priority=Priority.HIGH), monitor), (NewQuery(visit_key(world.subject, "D0", 1), "Why so late?"), monitor),
        (NewQuery(weight, "Scale calibrated?"), investigator), (NewQuery(temp._replace(subject=other), "Fever?", "investigator"), monitor),
    ]  # fmt: skip
    for new, actor in asked:
        world.clock.advance(timedelta(days=7))
        open_query(world.work, new, actor=actor)
    answer_query(world.work, 1, "transcribed wrongly")
    close_query(world.work, 1, actor=monitor)
    answer_query(world.work, 2, "in degrees")
    cancel_query(world.work, 4, "asked by mistake", actor=monitor)
    world.clock.advance(timedelta(days=1))
    yield world
    world.work.close()


CASES = [
    ("", (6, 5, 3, 2)),
    ("state:open", (6, 5, 3)),
    ("状态：待答复", (6, 5, 3)),
    ("state:closed", (1,)),
    ("state:closed state:cancelled", (4, 1)),
    ("state:all", (6, 5, 3, 2, 4, 1)),
    ("<7", (6,)),
    ("＜8天", (6,)),
    ("<9", (6, 5)),
    (">21", (3, 2)),
    (">22", (2,)),
    ("state:all >28", (2, 1)),
    ("form:VS", (6, 5, 3, 2)),
    ("form:表VS", (6, 5, 3, 2)),
    ('form:"VS form" weight', (5, 3)),
    ("form:DM", ()),
    ("visit:D0 state:all", (4,)),
    ("访视:访视SCR", (6, 5, 3, 2)),
    ("subject:002", (6,)),
    ("002", (6,)),
    ("priority:high", (3,)),
    ("优先级:高", (3,)),
    ("to:investigator", (6,)),
    ("答复人:研究者", (6,)),
    ("people", (6, 5, 3, 2)),
    ("system", ()),
    ("#3 #2", (3, 2)),
    ("#3 #1", (3,)),
    ("体重", (3,)),
    ("UNIT reading", (2,)),
    ("degrees", (2,)),
    ("weight", (5, 3)),
    ("WEIGHT calibrated", (5,)),
    ("'; DROP TABLE query; --", ()),
    ("100%", ()),
    ("10%", (3,)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "numbers"), CASES)
def test_the_line_leaves(desk: World, line: str, numbers: tuple[int, ...]) -> None:
    desk.be(Role.COORDINATOR)
    assert find(desk.work, line).numbers == numbers


@pytest.mark.parametrize(("role", "mine", "waiting"), [
    (Role.COORDINATOR, (5, 3), (5, 3)), (Role.INVESTIGATOR, (6, 5), (6,)), (Role.MONITOR, (6, 3, 2), (2,)), (Role.DATA_MANAGER, (), ()),
])  # fmt: skip
def test_mine_is_what_waits_for_my_role_or_what_i_asked(desk: World, role: Role, mine: tuple[int, ...], waiting: tuple[int, ...]) -> None:
    desk.be(role)
    assert find(desk.work, "mine").numbers == find(desk.work, "我的").numbers == mine
    assert find(desk.work, "waiting").numbers == waiting


def test_what_a_key_does_not_know_is_told_and_finds_nothing(desk: World) -> None:
    desk.be(Role.COORDINATOR)
    found = find(desk.work, "form:nowhere state:asleep to:sponsor priority:urgent visit:W99 39")
    assert found.unknown == ("form:nowhere", "state:asleep", "to:sponsor", "priority:urgent", "visit:W99")
    assert found.numbers == ()
    assert parse_filter(desk.work, "why: not").unknown == (), "a colon after another word is part of a text"


def test_counts_are_of_all_states_whatever_is_shown(desk: World) -> None:
    desk.be(Role.COORDINATOR)
    found = find(desk.work, "", frozenset({QueryState.CLOSED}))
    assert found.numbers == (1,)
    assert found.counts == {"open": 3, "answered": 1, "closed": 1, "cancelled": 1}
    assert find(desk.work, "weight", ALL_STATES).counts["open"] == 2


def test_a_page_is_read_in_its_order(desk: World) -> None:
    desk.be(Role.COORDINATOR)
    page = read_page(desk.work, (3, 1, 99, 2))
    assert [one.number for one in page] == [3, 1, 2]
    assert (page[0].text.zh, page[0].priority, page[0].age_days, page[1].state) == ("体重较上次下降 10%", "high", 22, "closed")
