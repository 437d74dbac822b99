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
    assert basis_of_subject(work, subject, dates, terminated(work, states)) == basis_of(work.run(bench.subject))


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
