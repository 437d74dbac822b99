"""Who is in the cohort and what happens to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

SCREENING_DAYS = 9


@dataclass(frozen=True, slots=True)
class Course:
    """What every trial's plan of a subject tells. Days count from the first treatment; `day0` says how many days ago that was.

    `name` is a key of words (`cli.story_<name>`). `failure`: what screening failed for. `gaps`: some values are missing;
    `other_units`: some results come in other units.
    """

    name: str
    day0: int
    young: bool = False
    failure: str = ""
    gaps: bool = False
    other_units: bool = False


@dataclass(frozen=True, slots=True)
class Plan(Course):
    """The course of one subject of the first trial.

    `until`: where screening stands still although today is later; `next_visit`: the visit that has not taken place yet, due or
    overdue.
    """

    ulcers: int = 1
    area: float = 7.0
    weekly: float = 0.93
    healing_day: int | None = None
    until: str = ""
    next_visit: str = ""
    extension: bool = False
    leaves_on: int | None = None
    missed: tuple[str, ...] = ()
    late: Mapping[str, int] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    half_filled: str = ""
    doubtful: str = ""
    corrected: str = ""
    unscheduled_on: int | None = None
    weak_product: str = ""

    @property
    def injected(self) -> bool:
        """Does the story come to an injection?"""
        return not self.failure and not self.until


# The first twelve, in the order in which a smaller cohort takes them.
_PLANS = (
    Plan("completer", 118, area=8.4, weekly=0.90, events=("bruise",), corrected="W2", late={"W8": 4}, unscheduled_on=46, gaps=True),
    Plan("serious", 40, area=11.2, weekly=0.97, events=("serious",)),
    Plan("healed", 104, area=4.1, healing_day=40, other_units=True),
    Plan("due", 8, area=6.3, next_visit="W1"),
    Plan("creatinine", 75, failure="creatinine"),
    Plan("overdue", 32, area=5.6, weekly=0.94, next_visit="W4"),
    Plan("screening", 4, until="screening", young=True),
    Plan("left", 66, area=7.7, leaves_on=36, corrected="W1", weak_product="W2"),
    Plan("extension", 160, area=12.6, weekly=0.93, extension=True, missed=("W17",), events=("cold",)),
    Plan("busy", 63, area=6.9, ulcers=2, missed=("W5",), late={"W6": 3}, half_filled="W8", doubtful="W7", next_visit="W9", gaps=True),
    Plan("ready", 12, until="ready"),
    Plan("wagner", 52, failure="wagner"),
)


def plans(subjects: int, seed: int) -> tuple[Plan, ...]:
    """The courses of `subjects` people: each of the twelve once, then again with other dates and figures."""
    random = Random(f"{seed}:plans")  # noqa: S311  invented data, nothing secret
    found = []
    for number in range(subjects):
        plan = _PLANS[number % len(_PLANS)]
        if number >= len(_PLANS) and plan.injected and not plan.next_visit and "serious" not in plan.events:
            plan = replace(plan, day0=plan.day0 + random.randint(0, 40), area=round(plan.area * random.uniform(0.8, 1.2), 1))
        found.append(plan)
    return tuple(found)
