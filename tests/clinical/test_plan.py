"""The plan of a subject: targets, windows, what moves them, and how each visit stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crf_app.clinical.plan import CLOSING_DAYS, Basis, Begun, Schedule, Span, Why
from crf_app.clinical.record import EventStatus
from crf_app.study.definition import EventDef
from crf_app.study.texts import Text

DAY0 = date(2026, 3, 2)
NAME = Text("Visit", "访视")


def event(oid: str, order: int, day: int | None, minus: int = 0, plus: int = 0, **more: object) -> EventDef:
    """A visit of the schedule."""
    made = EventDef(oid, NAME, NAME, str(more.pop("kind", "scheduled")), order, (), day, minus, plus)
    return EventDef(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, **more})


SCHEDULE = Schedule(
    (
        event("SCR", 0, -28, 0, 27), event("RND", 1, 0, 3, 0), event("D0", 2, 0), event("W1", 3, 7, 1, 1), event("W2", 4, 14, 1, 1, within=("a", "b")),
        event("W12", 5, 84, 3, 3), event("EXT", 6, 91, 3, 3, show="x"), event("HC", 7, None, 0, 7, after="y", show="z"), event("UNS", 8, None, kind="unscheduled"),
        event("ET", 9, None, kind="termination"), event("LOG", 10, None, kind="log"),
    )
)  # fmt: skip


def on(day: int) -> date:
    """A day counted from day 0."""
    return DAY0 + timedelta(days=day)


def span(oid: str, basis: Basis) -> Span:
    """The days of one visit."""
    return SCHEDULE.span(next(one for one in SCHEDULE.events if one.oid == oid), basis)


@pytest.mark.parametrize(
    "day,status",
    [(80, "planned"), (81, "due"), (84, "due"), (87, "due"), (88, "overdue")],
)
def test_a_visit_stands_by_its_window_from_the_anchor(day: int, status: str) -> None:
    found = span("W12", Basis(DAY0))
    assert (found.target, found.earliest, found.latest, found.why) == (on(84), on(81), on(87), Why.ANCHOR)
    assert found.status(on(day)) == status
    assert found.left(on(day)) == 87 - day
    assert found.closing(on(day)) == (87 - CLOSING_DAYS <= day <= 87)


@pytest.mark.parametrize(
    "left,days,why",
    [
        ((12, 16), (14, 13, 15), Why.ANCHOR),  # both windows allow all
        ((14, 16), (14, 14, 15), Why.SESSION),  # the session before came a day late
        ((15, 17), (15, 15, 15), Why.SESSION),
        ((16, 18), (16, 16, 18), Why.SESSION),  # they do not meet: the session before counts
        ((11, 13), (13, 13, 13), Why.SESSION),  # it came early
    ],
)
def test_a_shifted_session_moves_the_next(left: tuple[int, int], days: tuple[int, int, int], why: Why) -> None:
    basis = Basis(DAY0, within={"W2": (on(left[0]), on(left[1]))})
    assert span("W2", basis) == Span(on(days[0]), on(days[1]), on(days[2]), why)
    assert span("W12", basis).target == on(84)


def test_conditional_visits_and_those_with_a_rule_of_their_own() -> None:
    assert span("EXT", Basis(DAY0)).why is Why.CONDITION
    assert span("EXT", Basis(DAY0)).status(on(400)) is EventStatus.NOT_APPLICABLE
    assert span("EXT", Basis(DAY0, {"EXT": on(91)})).earliest == on(88)
    assert span("HC", Basis(DAY0, {"HC": on(40)})) == Span(on(40), on(40), on(47), Why.RULE)
    assert span("HC", Basis(DAY0, {"HC": None})).why is Why.WAITING


def test_before_day_0_the_visits_made_leave_days_for_the_others() -> None:
    screened = Basis(made={"SCR": on(-20)})
    assert span("D0", screened) == Span(None, on(-19), on(8), Why.EARLIER)
    assert span("D0", screened).status(on(8)) is EventStatus.DUE
    assert span("D0", screened).status(on(9)) is EventStatus.OVERDUE
    assert span("D0", screened).day == on(8)
    assert span("W1", screened).why is Why.WAITING
    randomised = Basis(made={"SCR": on(-20), "RND": on(-2)})
    assert span("D0", randomised) == Span(None, on(-2), on(1), Why.EARLIER)
    assert span("D0", Basis()).why is Why.WAITING


def test_a_randomisation_after_the_screening_ran_out_counts_by_itself() -> None:
    late = Basis(made={"SCR": on(-60), "RND": on(0)})
    assert span("D0", late) == Span(None, on(0), on(3), Why.EARLIER)


@pytest.mark.parametrize("over", [Why.ENDED, Why.SCREEN_FAILURE, Why.TERMINATED])
def test_what_ended_has_no_more_visits(over: Why) -> None:
    plan = SCHEDULE.plan("1", Basis(DAY0, over=over), {("D0", 1): Begun(EventStatus.DONE, DAY0.isoformat())}, on(10))
    assert plan.waiting() == ()
    assert plan.visit("D0").status is EventStatus.DONE
    assert plan.visit("W12").status is EventStatus.NOT_APPLICABLE
    assert plan.visit("W12").span.why is over


def test_a_plan_holds_what_was_begun_what_waits_and_each_unscheduled_visit() -> None:
    begun = {
        ("D0", 1): Begun(EventStatus.DONE, DAY0.isoformat()), ("W1", 1): Begun(EventStatus.MISSED, "", "HEALTH"),
        ("UNS", 1): Begun(EventStatus.STARTED, on(9).isoformat()), ("UNS", 2): Begun(EventStatus.STARTED), ("LOG", 1): Begun(EventStatus.STARTED),
    }  # fmt: skip
    plan = SCHEDULE.plan("1", Basis(DAY0), begun, on(14))
    assert [(one.event.oid, one.repeat) for one in plan.visits] == [
        ("SCR", 1), ("RND", 1), ("D0", 1), ("W1", 1), ("W2", 1), ("W12", 1), ("EXT", 1), ("HC", 1), ("UNS", 1), ("UNS", 2),
    ]  # fmt: skip
    assert [one.event.oid for one in plan.waiting()] == ["SCR", "RND", "W2", "W12"]
    missed = plan.visit("W1")
    assert (missed.status, missed.begun) == (EventStatus.MISSED, Begun(EventStatus.MISSED, "", "HEALTH"))
    with pytest.raises(KeyError):
        plan.visit("ET")


def test_between_gives_the_visits_whose_day_lies_in_a_month_and_no_other() -> None:
    basis = Basis(DAY0, {"EXT": on(91), "HC": on(20)}, {"W2": (on(16), on(18))})
    for first, last in ((-40, 400), (0, 0), (7, 16), (15, 16), (17, 90), (91, 91)):
        near = {one.oid for one, _ in SCHEDULE.between(basis, on(first), on(last))}
        days = {one.oid: SCHEDULE.span(one, basis).day for one in SCHEDULE.scheduled}
        assert near == {oid for oid, day in days.items() if day is not None and on(first) <= day <= on(last)}
    assert {one.oid for one, _ in SCHEDULE.between(Basis(made={"SCR": on(-20)}), on(8), on(8))} == {"RND", "D0"}
    assert not list(SCHEDULE.between(Basis(DAY0, over=Why.ENDED), on(-40), on(400)))
