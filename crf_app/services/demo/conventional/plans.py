"""Who is in the cohort and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.services.demo.neuropathy.plans import RandomisedCourse, repeated

PLANNED = {"D7": 7, "D28": 28, "W8": 56, "W12": 84, "W16": 112, "W24": 168, "W36": 252, "W52": 364, "W78": 546, "W104": 728}
SESSIONS = ("D0", "D7", "D28")


@dataclass(frozen=True, slots=True)
class Plan(RandomisedCourse):
    """The course of one subject. `dies_on`: the day of death; `not_injected`: sessions that were not given; `weak_session`: cells below
    the limit of viability, injected on the investigator's signature; `undone`: visits without nerve conduction; `ultrasound`: the
    optional flow of the leg arteries is measured; `unscheduled_on`: the day of a visit that was not planned.
    """

    arm: str = "EXP"
    dies_on: int | None = None
    not_injected: tuple[str, ...] = ()
    weak_session: str = ""
    undone: tuple[str, ...] = ()
    ultrasound: bool = False
    unscheduled_on: int | None = None


# The first thirteen, in the order in which a smaller cohort takes them.
_PLANS = (
    Plan("cells_two_years", 745, bruise=True, corrected="W12", late={"W36": 16}, gaps=True, ultrasound=True, unscheduled_on=61),
    Plan("control_two_years", 752, arm="CON", missed=("W78",), undone=("W12",)),
    Plan("serious", 61, serious=True),
    Plan("second_session", 7, next_visit="D7"),
    Plan("hba1c", 75, failure="hba1c"),
    Plan("died", 200, arm="CON", dies_on=131),
    Plan("screening", 4, until="screening", young=True),
    Plan("left_early", 150, leaves_on=100, not_injected=("D28",)),
    Plan("half_year", 182, other_units=True, weak_session="D7", ultrasound=True),
    Plan("unfinished", 92, arm="CON", half_filled="W12", doubtful="W8", late={"W8": 9}, gaps=True),
    Plan("unallocated", 12, until="ready"),
    Plan("persist", 52, failure="tcss"),
    Plan("visit_overdue", 104, arm="CON", next_visit="W12"),
)


def plans(subjects: int, seed: int) -> tuple[Plan, ...]:
    """The courses of `subjects` people: each of the thirteen once, then again with other dates."""
    return repeated(_PLANS, subjects, seed)
