"""Queries from the first question to the last word: what people ask, what checks ask, and what stays on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.clinical.queries import Act, Priority, visit_key
from crf_app.errors import ExpectedError
from crf_app.services.forms import complete_form, confirm_finding, delete_row
from crf_app.services.matrix import with_open_queries
from crf_app.services.progress import form_progress
from crf_app.services.queries import (
    NewQuery,
    answer_query,
    assign_query,
    cancel_query,
    close_queries,
    close_query,
    comment_query,
    mute_query,
    open_query,
    reopen_query,
    unmute_query,
)
from crf_app.services.query_list import closable
from crf_app.services.query_reading import ages, ages_by_state, read_thread, threads_at, unresolved_by_place
from crf_app.services.today import today
from crf_app.store.queries import (
    count_open,
    counts_by_subject,
    counts_by_visit,
    query_counts,
    read_messages,
    read_query,
)
from crf_app.store.subjects import read_event
from crf_app.study.definition import Severity
from tests.services.world import World

TEMP = "SCR/VS/VS#1/TEMP"


def ask(world: World, address: str = TEMP, text: str = "Please check against the chart.", role: Role = Role.MONITOR, **more: str) -> int:
    """A person's query on an item."""
    world.clock.advance(timedelta(minutes=1))
    new = NewQuery(world.key(address), text, more.get("assigned", ""), Priority(more.get("priority", "normal")))
    return open_query(world.work, new, actor=world.actor(role))[1]


def acts(world: World, number: int) -> list[str]:
    return [one.act for one in read_messages(world.work.database, number)]


def state(world: World, number: int) -> str:
    found = read_query(world.work.database, number)
    assert found is not None
    return found.state


def unusual(world: World, text: str = "39") -> int:
    """A complete form of vital signs with an unusual temperature, and the number of the query that it opened."""
    world.enter({"SCR/VS/VSPERF": "Y", "SCR/VS/VSDAT": "2026-01-05", TEMP: text, "SCR/VS/WEIGHT": "70", "SCR/DM/SEX": "M"})
    assert complete_form(world.work, world.form("SCR", "VS")).completed
    return next(one.id for one in reversed(world.queries("SOFT")) if one.unresolved)


def refused(world: World, code: str, act: Callable[..., object], *arguments: object, **named: object) -> None:
    head = world.work.database.head
    with pytest.raises(ExpectedError) as caught:
        act(world.work, *arguments, **named)
    assert caught.value.code == code
    assert world.work.database.head == head


def test_a_question_is_asked_answered_reopened_answered_and_closed(world: World) -> None:
    number = ask(world, priority="high")
    answer_query(world.work, number, "measured twice")
    reopen_query(world.work, number, "which thermometer?", actor=world.actor(Role.MONITOR))
    comment_query(world.work, number, "asking the ward")
    assign_query(world.work, number, "investigator", actor=world.actor(Role.COORDINATOR))
    answer_query(world.work, number, "ear", actor=world.actor(Role.INVESTIGATOR))
    close_query(world.work, number, actor=world.actor(Role.MONITOR))
    thread = read_thread(world.work, number)
    assert [(one.act, one.role, one.said.en) for one in thread.lines] == [
        (Act.OPEN, "monitor", "Please check against the chart."), (Act.ANSWER, "coordinator", "measured twice"), (Act.REOPEN, "monitor", "which thermometer?"),
        (Act.COMMENT, "coordinator", "asking the ward"), (Act.ASSIGN, "coordinator", ""), (Act.ANSWER, "investigator", "ear"), (Act.CLOSE, "monitor", ""),
    ]  # fmt: skip
    assert thread.lines[4].assigned == "investigator"
    record = thread.record
    assert (record.state, record.answer, record.priority, record.opened_by.en) == ("closed", "ear", "high", "Demo monitor")
    assert (record.visit.en, record.form.en, record.place.en, record.level) == ("SCR", "VS form", "TEMP #1", "item")
    assert record.closed_at is not None
    world.check()


def test_a_query_stands_on_an_item_a_row_a_form_or_a_visit_and_is_counted_there(world: World) -> None:
    world.enter({TEMP: "37"})
    item, form = world.key(TEMP), world.form("SCR", "VS")
    places = (item, item._replace(item=""), ItemKey(*form, "", 1, ""), visit_key(world.subject, "SCR", 1))
    for key in places:
        open_query(world.work, NewQuery(key, "why?"), actor=world.actor(Role.MONITOR))
    assert [threads_at(world.work, key)[0].record.level for key in places] == ["item", "row", "form", "visit"]
    assert [len(threads_at(world.work, key)) for key in places] == [1, 1, 1, 1]
    counts = query_counts(world.work.database, world.subject)
    assert {one.form.form: one.open for one in counts} == {"VS": 3, "": 1}
    assert counts_by_visit(counts) == {(world.subject, "SCR", 1): (4, 0)}
    assert counts_by_subject(query_counts(world.work.database)) == {world.subject: (4, 0)}
    assert form_progress(world.work, world.subject)[form].open_queries == 3
    assert unresolved_by_place(world.work, form) == dict.fromkeys(places[:3], (1, 0))
    event = read_event(world.work.database, world.subject, "SCR", 1)
    assert event is not None
    assert event.open_queries == count_open(world.work.database, world.subject, "SCR", 1) == 4
    assert with_open_queries(world.work) == {world.subject}
    world.check()


def test_a_visit_that_has_not_begun_can_be_asked_about(world: World) -> None:
    open_query(world.work, NewQuery(visit_key(world.subject, "D0", 1), "Why was it put off?"), actor=world.actor(Role.MONITOR))
    event = read_event(world.work.database, world.subject, "D0", 1)
    assert event is not None
    assert (event.state, event.open_queries) == ("planned", 1)


@pytest.mark.parametrize("address", ["NOWHERE/VS/VS#1/TEMP", "SCR/NOFORM/VS#1/TEMP", "SCR/VS/VS#1/NOITEM", "SCR/VS/NOGROUP#1", "D0/ICF/ICF#1/RFICDAT", "UNS//#1", "ET//#1", "SCR#2//#1"])
def test_a_place_that_is_none_is_refused(world: World, address: str) -> None:
    refused(world, "query_place", open_query, NewQuery(parse_address(world.subject, address), "why?"), actor=world.actor(Role.MONITOR))


def test_what_is_not_said_or_not_there_is_refused(world: World) -> None:
    number = ask(world)
    monitor = world.actor(Role.MONITOR)
    refused(world, "query_text", open_query, NewQuery(world.key(TEMP), "  "), actor=monitor)
    refused(world, "query_text", answer_query, number, " ")
    refused(world, "query_text", cancel_query, number, "", actor=monitor)
    refused(world, "query_assignee", assign_query, number, "monitor", actor=monitor)
    refused(world, "query_assignee", open_query, NewQuery(world.key(TEMP), "why?", "sponsor"), actor=monitor)
    refused(world, "no_query", answer_query, 99, "yes")
    refused(world, "no_subject", open_query, NewQuery(world.key(TEMP)._replace(subject="99-999"), "why?"), actor=monitor)


def test_it_goes_to_whom_may_enter_the_item(world: World) -> None:
    world.enter({"LOG/AE/AE#1/AETERM": "fall"})
    stored = read_query(world.work.database, ask(world, "LOG/AE/AE#1/AEREL"))
    assert stored is not None
    assert stored.assigned == "investigator"


def test_a_value_changed_after_the_question_stands_in_its_thread(world: World) -> None:
    world.enter({TEMP: "37.2"})
    number = ask(world)
    world.enter({TEMP: "37.5"}, "transcription")
    answer_query(world.work, number, "corrected")
    thread = read_thread(world.work, number)
    assert [one.act for one in thread.lines] == [Act.OPEN, None, Act.ANSWER]
    change = thread.lines[1]
    assert (change.old.text, change.new.text, change.said.en, change.user.en) == ("37.2", "37.5", "transcription", "Demo coordinator")
    assert (thread.first_value.text, thread.value.text) == ("37.2", "37.5")


def test_a_query_on_what_is_asked_no_more_stays_and_says_so(world: World) -> None:
    world.enter({"SCR/DM/SEX": "F", "SCR/DM/CHILDBP": "Y", "LOG/CM/CM#1/CMTRT": "a"})
    hidden, removed = ask(world, "SCR/DM/CHILDBP"), ask(world, "LOG/CM/CM#1/CMTRT")
    assert read_thread(world.work, hidden).in_use
    world.enter({"SCR/DM/SEX": "M"}, "wrong person")
    delete_row(world.work, world.form("LOG", "CM"), "CM", 1, "twice")
    for number in (hidden, removed):
        thread = read_thread(world.work, number)
        assert (thread.record.state, thread.in_use) == ("open", False)


def test_confirming_a_finding_is_an_answer_in_the_same_thread(world: World) -> None:
    number = unusual(world)
    confirm_finding(world.work, world.subject, "SOFT", world.key(TEMP).address, "fever, seen by the physician")
    thread = read_thread(world.work, number)
    assert [(one.act, one.role, one.said.en) for one in thread.lines][1:] == [(Act.ANSWER, "coordinator", "fever, seen by the physician")]
    assert thread.lines[0].role == "system"
    assert thread.lines[0].said.zh
    assert (thread.record.state, thread.record.answer) == ("answered", "fever, seen by the physician")


def test_answering_a_query_of_the_system_confirms_its_finding(world: World) -> None:
    number = unusual(world)
    answer_query(world.work, number, "fever")
    assert world.found()[f"SOFT@{TEMP}"].state == "confirmed"
    assert state(world, number) == "answered"
    world.check()


def test_an_answer_that_is_not_accepted_leaves_the_finding_unconfirmed_again(world: World) -> None:
    number = unusual(world)
    answer_query(world.work, number, "fever")
    reopen_query(world.work, number, "no fever in the chart", actor=world.actor(Role.MONITOR))
    assert world.found()[f"SOFT@{TEMP}"].state == "open"
    assert state(world, number) == "open"
    world.check()


def test_when_the_cause_is_gone_it_closes_by_itself_and_both_facts_stay(world: World) -> None:
    number = unusual(world)
    answer_query(world.work, number, "fever")
    world.enter({TEMP: "37"}, "transcription")
    assert acts(world, number) == ["open", "answer", "auto_close"]
    assert [one.act for one in read_thread(world.work, number).lines] == [Act.OPEN, Act.ANSWER, None, Act.AUTO_CLOSE]
    refused(world, "query_cause_gone", reopen_query, number, "still?", actor=world.actor(Role.MONITOR))
    event = read_event(world.work.database, world.subject, "SCR", 1)
    assert event is not None
    assert event.open_queries == 0


def test_an_answer_holds_for_the_sentence_it_was_given_to(world: World) -> None:
    number = unusual(world)
    answer_query(world.work, number, "fever")
    world.enter({TEMP: "39.5"}, "second reading")
    assert (state(world, number), acts(world, number)) == ("open", ["open", "answer", "restate"])
    stored = read_query(world.work.database, number)
    assert stored is not None
    assert "39.5" in str(stored.text["en"])
    assert "39.5" in read_thread(world.work, number).lines[-1].said.en
    world.check()


def test_not_to_be_asked_again_holds_while_the_sentence_is_the_same(world: World) -> None:
    number = unusual(world)
    mute_query(world.work, number, "known thermometer", actor=world.actor(Role.DATA_MANAGER))
    assert (state(world, number), read_thread(world.work, number).record.muted) == ("closed", "known thermometer")
    assert complete_form(world.work, world.form("SCR", "VS")).queries == ()
    world.enter({TEMP: "39.6"}, "second reading")
    asked = complete_form(world.work, world.form("SCR", "VS")).queries
    assert [one.severity for one in asked] == [Severity.SOFT]
    assert world.states("SOFT") == ["closed", "open"]
    world.enter({TEMP: "39"}, "first reading was right")
    muted, asked_anew = world.queries("SOFT")
    assert (muted.text, asked_anew.state) == (asked_anew.text, "open"), "what was asked in between goes on"
    world.check()


def test_not_to_be_asked_again_can_be_taken_back(world: World) -> None:
    number = unusual(world)
    data_manager = world.actor(Role.DATA_MANAGER)
    mute_query(world.work, number, "known thermometer", actor=data_manager)
    refused(world, "query_step", reopen_query, number, "no", actor=data_manager)
    unmute_query(world.work, number, "it was repaired", actor=data_manager)
    assert (state(world, number), read_thread(world.work, number).record.muted) == ("open", "")
    mute_query(world.work, number, "again", actor=data_manager)
    world.enter({TEMP: "37"}, "transcription")
    unmute_query(world.work, number, actor=data_manager)
    assert (state(world, number), acts(world, number)[-2:]) == ("closed", ["unmute", "auto_close"])
    world.check()


def test_several_are_closed_in_one_command_or_none(world: World) -> None:
    numbers = [ask(world, text=f"question {one}") for one in range(4)]
    for number in numbers[:3]:
        answer_query(world.work, number, "yes")
    monitor = world.actor(Role.MONITOR)
    refused(world, "query_bulk", close_queries, numbers, actor=monitor)
    refused(world, "no_query", close_queries, [*numbers[:3], 99], actor=monitor)
    world.be(Role.MONITOR)
    assert closable(world.work, numbers) == tuple(numbers[:3])
    before = world.work.database.head.no
    close_queries(world.work, numbers[:3], "monitoring visit 2")
    assert world.work.database.head.no == before + 1
    assert [state(world, one) for one in numbers] == ["closed"] * 3 + ["open"]
    assert [one.text for one in read_messages(world.work.database, numbers[0])][-1] == "monitoring visit 2"
    world.be(Role.COORDINATOR)
    assert closable(world.work, numbers) == ()


def test_ages_are_whole_days_until_it_was_closed(world: World) -> None:
    first = ask(world)
    world.clock.advance(timedelta(days=3))
    answer_query(world.work, first, "yes")
    close_query(world.work, first, actor=world.actor(Role.MONITOR))
    ask(world)
    world.clock.advance(timedelta(days=8, hours=23))
    assert [(one.state, one.days) for one in ages(world.work)] == [("closed", 3), ("open", 8)]
    assert ages_by_state(world.work) == {"closed": (3,), "open": (8,)}


def test_today_names_the_queries_that_wait_for_the_role_at_work(world: World) -> None:
    mine, other = ask(world), ask(world, assigned="investigator", text="For the physician.")
    assert [one.why.en for one in today(world.work).of("queries")] == ["Please check against the chart."]
    answer_query(world.work, mine, "yes")
    answer_query(world.work, other, "yes", actor=world.actor(Role.INVESTIGATOR))
    assert today(world.work).of("queries") == ()
    world.be(Role.MONITOR)
    assert [(one.state, one.query) for one in today(world.work).of("queries")] == [("query_answered", mine), ("query_answered", other)]
    world.be(Role.DATA_MANAGER)
    assert today(world.work).of("queries") == (), "what the monitor asked is his to close"


def test_a_query_of_the_system_once_answered_waits_for_monitor_and_data_manager(world: World) -> None:
    number = unusual(world)
    answer_query(world.work, number, "fever")
    for role in (Role.MONITOR, Role.DATA_MANAGER):
        world.be(role)
        assert [one.query for one in today(world.work).of("queries")] == [number]
    close_query(world.work, number)
    assert state(world, number) == "closed"
    world.be(Role.COORDINATOR)
    assert complete_form(world.work, world.form("SCR", "VS")).queries == (), "the confirmation stands"
