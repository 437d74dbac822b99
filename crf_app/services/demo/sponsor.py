"""The sponsor of a demonstration: a list whose first codes are the arms that the stories tell, in the order in which they come to be randomised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crf_app.services.allocation_lists import arms_of, import_list, randomises, scheme_of
from crf_app.services.demo.neuropathy.plans import RandomisedCourse
from crf_app.services.demo.plans import Course
from crf_app.services.signing import Credentials
from crf_app.services.workspace import Workspace


def take_in_list(work: Workspace, cohort: Sequence[Course], administrator: Credentials) -> tuple[Course, ...]:
    """The administrator imports the sponsor's list; nothing for a study that does not randomise. Returns the cohort as it can be told.

    Whoever would come when an arm has its planned number is still to be randomised: his course stands still before it.
    """
    if not randomises(work):
        return tuple(cohort)
    planned = dict(zip((one.code for one in arms_of(work)), scheme_of(work).planned, strict=True))
    order = sorted(range(len(cohort)), key=lambda number: (-cohort[number].day0, number))
    told, given = list(cohort), list[str]()
    for number in order:
        course = cohort[number]
        if not isinstance(course, RandomisedCourse) or not course.treated:
            continue
        if given.count(course.arm) < planned[course.arm]:
            given.append(course.arm)
        else:
            told[number] = replace(course, until="ready")
    import_list(work, sponsors_list(given, planned).encode(), administrator)
    return tuple(told)


def sponsors_list(first: Sequence[str], planned: dict[str, int]) -> str:
    """A list that begins with those arms and goes on until each has its planned number, the arms in turn."""
    left = Counter(planned)
    left.subtract(first)
    rest = sorted((place / planned[arm], arm) for arm, count in left.items() for place in range(planned[arm] - count, planned[arm]))
    arms = [*first, *(arm for _, arm in rest)]
    return "\n".join(["number,arm", *(f"R{number:03},{arm}" for number, arm in enumerate(arms, 1)), ""])
