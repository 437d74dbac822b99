"""Which studies have a demonstration, and who tells its stories: a package or modules of plans, pages and a story for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from crf_app.services.demo import plans, story
from crf_app.services.demo.conventional import plans as conventional_plans
from crf_app.services.demo.conventional import story as conventional_story
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.neuropathy import plans as neuropathy_plans
from crf_app.services.demo.neuropathy import story as neuropathy_story
from crf_app.services.demo.plans import Course

DEFAULT = "NCT05999656"
"""The study of a demonstration when none is named."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """How one study is demonstrated. `confirmed`: parameters that the site has confirmed; `chosen`: with another value than the default."""

    plans: Callable[[int, int], Sequence[Course]]
    tell: Callable[[Desk, Course, datetime, Random], Iterator[datetime]]
    confirmed: tuple[str, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)


def _foot(desk: Desk, course: Course, now: datetime, random: Random) -> Iterator[datetime]:
    if not isinstance(course, plans.Plan):
        raise TypeError(f"{course.name} is no plan of this study")
    return story.Story(desk, course, now, random).told()


def _neuropathy(desk: Desk, course: Course, now: datetime, random: Random) -> Iterator[datetime]:
    if not isinstance(course, neuropathy_plans.Plan):
        raise TypeError(f"{course.name} is no plan of this study")
    return neuropathy_story.Story(desk, course, now, random).told()


def _conventional(desk: Desk, course: Course, now: datetime, random: Random) -> Iterator[datetime]:
    if not isinstance(course, conventional_plans.Plan):
        raise TypeError(f"{course.name} is no plan of this study")
    return conventional_story.Story(desk, course, now, random).told()


_DOSE = {"cells_per_session": "100", "volume_per_session": "20", "points_per_session": "20", "volume_per_point": "1"}
_COLD = {"product_temp_min": "2.0", "product_temp_max": "8.0"}
DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "HCBMNC-DF": Demonstration(plans.plans, _foot, ("volume_per_point", "anchor", "viability_limit", "ctcae_version", *_COLD), _COLD),
    "HUCMSC-DPN": Demonstration(
        neuropathy_plans.plans, _neuropathy, ("n_sessions", "viability_limit", "ncs_nerves", "randomisation_days", "ctcae_version", *_COLD), _COLD
    ),
    "UCMSC-DPN": Demonstration(
        conventional_plans.plans, _conventional, (*_DOSE, "viability_limit", "ncs_nerves", "randomisation_days", "ctcae_version", *_COLD),
        {**_DOSE, **_COLD},
    ),
}
"""By the short code of the study."""
