"""Plans of the trials: what is kept beside a subject gives the same plan as its casebook, and a shifted session moves the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from crf_app.clinical.plan import Why
from crf_app.clinical.record import EventStatus
from crf_app.clinical.schedule import basis_of
from crf_app.services.plans import basis_of_subject, read_plan, terminated
from crf_app.store.subjects import read_events, read_subject
from tests.services.rules.cases import NOW, TRIALS, Spot
from tests.services.rules.world import Bench, Stories

DAY0 = date(2026, 3, 2)


def same(bench: Bench) -> None:
    """The stored basis of a plan is that of the casebook."""
    work, subject = bench.work, read_subject(bench.work.database, bench.subject)
    assert subject is not None
    states = read_events(work.database, bench.subject)
    dates = {one.event: one.visit_date for one in states if one.event_repeat == 1}
    assert "visits" in subject.details
    assert basis_of_subject(work, subject, dates, terminated(work.study, states)) == basis_of(work.run(bench.subject))


@pytest.mark.parametrize("trial", TRIALS)
def test_what_is_kept_beside_a_subject_gives_the_plan_of_its_casebook(shelf: Mapping[str, Stories], trial: str) -> None:
    for name in shelf[trial].bases:
        with shelf[trial].copy(name, "2026-12-01T12:00:00", {}) as bench:
            same(bench)


def session(bench: Bench, visit: str, day: int) -> None:
    """An injection given on a day."""
    when = (DAY0 + timedelta(days=day)).isoformat()
    bench.type({"EXPERF": "Y", "EXSTDAT": when}, Spot("INJ", visit))


@pytest.mark.parametrize("given,days", [(7, (14, 13, 15)), (8, (14, 14, 15)), (10, (16, 16, 18)), (6, (14, 13, 14))])
def test_an_injection_given_early_or_late_moves_the_next_one(stories: Stories, given: int, days: tuple[int, int, int]) -> None:
    """Injection 3 falls on day 14 within a day, and 7 days within a day after injection 2 (content, section 3.3)."""
    with stories.copy("week1", NOW, {}) as bench:
        session(bench, "W1", given)
        same(bench)
        span = read_plan(bench.work, bench.subject).visit("W2").span
        found = [(one - DAY0).days for one in (span.target, span.earliest, span.latest) if one is not None]
        assert tuple(found) == days
        assert span.why is (Why.RULE if given == 7 else Why.SESSION)


def test_a_missed_visit_keeps_its_reason_and_the_visit_of_early_termination_ends_the_plan(stories: Stories) -> None:
    with stories.copy("week1", NOW, {}) as bench:
        bench.type({"SVOCCUR": "N", "SVREASOC": "HEALTH"}, Spot("SV", "W3"))
        same(bench)
        missed = read_plan(bench.work, bench.subject).visit("W3")
        assert missed.status is EventStatus.MISSED
        assert missed.begun is not None
        assert missed.begun.reason == "HEALTH"
        assert read_plan(bench.work, bench.subject).waiting()
        bench.type({"SVOCCUR": "Y", "VISDAT": bench.work.clock.today().isoformat()}, Spot("SV", "ET"))
        same(bench)
        plan = read_plan(bench.work, bench.subject)
        assert plan.waiting() == ()
        assert plan.visit("W12").span.why is Why.TERMINATED


# content, sections 4.1 and 4.2: screening on day -28 to -1, randomisation on day -3 to 0, then windows from day 0.
_WINDOWS = {
    "NCT05507697": {"D15": (14, 15, 17), "W4": (25, 28, 31), "W12": (77, 84, 91), "W24": (161, 168, 175), "W36": (238, 252, 266), "W48": (322, 336, 350),
                    "W72": (490, 504, 518), "W96": (658, 672, 686)},
    "NCT07183761": {"D7": (6, 7, 8), "D28": (25, 28, 31), "W8": (49, 56, 63), "W12": (77, 84, 91), "W16": (105, 112, 119), "W24": (161, 168, 175),
                    "W36": (238, 252, 266), "W52": (350, 364, 378), "W78": (532, 546, 560), "W104": (714, 728, 742)},
}  # fmt: skip


def relative(bench: Bench, visit: str, day0: date) -> tuple[int, ...]:
    """First day, target (left out while there is none) and last day of a visit, counted from a day."""
    span = read_plan(bench.work, bench.subject).visit(visit).span
    return tuple((one - day0).days for one in (span.earliest, span.target, span.latest) if one is not None)


@pytest.mark.parametrize(
    ("trial", "screened", "randomised", "drawn", "first"), [("NCT05507697", "screened", "enrolled", "BL", "T0"), ("NCT07183761", "screened", "randomised", "RND", "D0")]
)
def test_before_day_0_each_visit_made_leaves_days_for_the_next(shelf: Mapping[str, Stories], trial: str, screened: str, randomised: str, drawn: str, first: str) -> None:
    with shelf[trial].copy(screened, "2026-03-01T12:00:00", {}) as bench:
        made = date.fromisoformat(bench.work.casebook(bench.subject).value(bench.key("SV.VISDAT@SCR", Spot("SV", "SCR"))).text)
        assert relative(bench, first, made) == (1, 28)
        assert relative(bench, drawn, made) == (0, 28)
    with shelf[trial].copy(randomised, "2026-03-01T12:00:00", {}) as bench:
        day = date.fromisoformat(bench.work.casebook(bench.subject).value(bench.key(f"SV.VISDAT@{drawn}", Spot("SV", drawn))).text)
        left = relative(bench, first, day)
        assert left[0] == 0
        assert left[-1] == min(3, (made - day).days + 28)


@pytest.mark.parametrize(("trial", "story"), [("NCT05507697", "injected"), ("NCT05507697", "infused"), ("NCT07183761", "injected"), ("NCT07183761", "control_day0")])
def test_every_window_after_day_0_in_both_arms(shelf: Mapping[str, Stories], trial: str, story: str) -> None:
    with shelf[trial].copy(story, "2026-12-01T12:00:00", {}) as bench:
        anchor = basis_of(bench.work.run(bench.subject)).anchor
        assert anchor is not None
        assert {visit: relative(bench, visit, anchor) for visit in _WINDOWS[trial]} == _WINDOWS[trial]


def test_the_extension_and_the_healing_confirmation_come_and_go_with_what_is_recorded(stories: Stories) -> None:
    """content, section 3.3: weeks 13 to 24 when EXT24 = Y, until healing is confirmed; HC 14 days after healing was first seen, 0 to 7 days later."""
    with stories.copy("week1", "2026-12-01T12:00:00", {}) as bench:
        plan = read_plan(bench.work, bench.subject)
        assert {plan.visit(visit).span.why for visit in ("W13", "W24", "HC")} == {Why.CONDITION}
        bench.type({"WNDDAT": (DAY0 + timedelta(days=84)).isoformat(), "WNDHEAL": "N"}, Spot("WND", "W12"))
        bench.type({"SVOCCUR": "Y", "VISDAT": (DAY0 + timedelta(days=84)).isoformat(), "EXT24": "Y", "EXT24RS": "still open"}, Spot("SV", "W12"))
        same(bench)
        assert relative(bench, "W13", DAY0) == (88, 91, 94)
        assert relative(bench, "W24", DAY0) == (165, 168, 171)
        for visit, day in (("W14", 98), ("W16", 112)):
            bench.type({"WNDDAT": (DAY0 + timedelta(days=day)).isoformat(), "WNDHEAL": "Y"}, Spot("WND", visit))
        same(bench)
        assert relative(bench, "HC", DAY0) == (112, 112, 119)
        assert read_plan(bench.work, bench.subject).visit("W17").span.why is Why.CONDITION
