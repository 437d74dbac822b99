"""Who is in the cohort and what happens to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from crf_app.services.demo.plans import Course

SCREENING_DAYS = 9
INFUSIONS = 15
WEEKS = (4, 12, 24, 36, 48, 72, 96)


@dataclass(frozen=True, slots=True)
class RandomisedCourse(Course):
    """What the plans of both randomised trials tell. `until`: where screening stands still although today is later; `next_visit`: the
    visit that has not taken place yet; `missed`, `late`: visits that did not take place, or so many days later than planned; `bruise`,
    `serious`: adverse events; `half_filled`, `doubtful`: visits whose vital signs were begun only, or hold what asks for a query;
    `corrected`: the visit after which a pressure was corrected.
    """

    arm: str = ""
    until: str = ""
    next_visit: str = ""
    leaves_on: int | None = None
    missed: tuple[str, ...] = ()
    late: Mapping[str, int] = field(default_factory=dict)
    bruise: bool = False
    serious: bool = False
    corrected: str = ""
    half_filled: str = ""
    doubtful: str = ""

    @property
    def treated(self) -> bool:
        """Does the story come to a treatment?"""
        return not self.failure and not self.until


AnyPlan = TypeVar("AnyPlan", bound=RandomisedCourse)


@dataclass(frozen=True, slots=True)
class Plan(RandomisedCourse):
    """The course of one subject. `skipped`: the day whose infusion was not given; `reaction`: the day with an infusion reaction;
    `weak_product`: cells below the limit of viability, injected on the investigator's signature.
    """

    arm: str = "MSC"
    skipped: int = 0
    reaction: int = 0
    weak_product: bool = False


# The first twelve, in the order in which a smaller cohort takes them.
_PLANS = (
    Plan("cells_completed", 690, bruise=True, corrected="W12", late={"W36": 16}, gaps=True),
    Plan("infusions_completed", 682, arm="LA", skipped=8, missed=("W72",)),
    Plan("serious", 61, serious=True),
    Plan("infusing", 6, arm="LA"),
    Plan("pressure", 75, failure="abi"),
    Plan("visit_overdue", 96, arm="LA", next_visit="W12", reaction=3),
    Plan("screening", 4, until="screening", young=True),
    Plan("left_early", 150, arm="LA", leaves_on=112),
    Plan("half_year", 182, other_units=True, weak_product=True),
    Plan("unfinished", 90, half_filled="W12", doubtful="W4", late={"W4": 4}, gaps=True),
    Plan("unallocated", 12, until="ready"),
    Plan("score", 52, failure="tcss"),
)


def plans(subjects: int, seed: int) -> tuple[Plan, ...]:
    """The courses of `subjects` people: each of the twelve once, then again with other dates."""
    return repeated(_PLANS, subjects, seed)


def repeated(plans: Sequence[AnyPlan], subjects: int, seed: int) -> tuple[AnyPlan, ...]:
    """As many courses as asked for: each of `plans` once, then again, those under treatment for long with other dates."""
    random = Random(f"{seed}:plans")  # noqa: S311  invented data, nothing secret
    found = []
    for number in range(subjects):
        plan = plans[number % len(plans)]
        if number >= len(plans) and plan.treated and plan.day0 > 100:
            plan = replace(plan, day0=plan.day0 + random.randint(0, 20))
        found.append(plan)
    return tuple(found)
