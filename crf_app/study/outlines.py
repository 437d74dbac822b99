"""Our own outline drawings of foot and lower leg, in unit coordinates (x, y from 0 to 1, y downward), with named regions.

Drawn for the left limb as the examiner sees it, toes up: dorsal with the hallux at the right, plantar at the left;
medial in profile with the toes at the right, lateral at the left; the leg from the front with its lateral side at the
right, from behind at the left. Right limbs are the mirror image. Plain numbers: screen and paper draw the same curves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]


class Piece(NamedTuple):
    """A cubic Bezier piece: from the end of the piece before, by two handles, to `end`."""

    first: Point
    second: Point
    end: Point


class MapPoint(NamedTuple):
    """A stored point of a map: which drawing, which limb, where on the left limb's drawing, and the region's code."""

    view: str
    side: str
    x: float
    y: float
    region: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the drawing with a code of FOOTREG or LEGREG: an ellipse (centre, half axes)."""

    code: str
    x: float
    y: float
    half_width: float
    half_height: float
    own_outline: bool = False

    def contains(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return ((x - self.x) / self.half_width) ** 2 + ((y - self.y) / self.half_height) ** 2 <= 1


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed outline as a smooth curve through points, its regions (first hit wins), the code of the rest."""

    points: tuple[tuple[float, float], ...]
    regions: tuple[Region, ...]
    rest: str


def _flipped(outline: Outline) -> Outline:
    """The mirror image."""
    regions = tuple(replace(one, x=1 - one.x) for one in outline.regions)
    return Outline(tuple((1 - x, y) for x, y in outline.points), regions, outline.rest)


_TOES = (
    Region("HALLUX", 0.70, 0.115, 0.125, 0.105, own_outline=True),
    Region("TOE2", 0.525, 0.095, 0.070, 0.085, own_outline=True),
    Region("TOE3", 0.400, 0.120, 0.060, 0.075, own_outline=True),
    Region("TOE4", 0.290, 0.155, 0.055, 0.066, own_outline=True),
    Region("TOE5", 0.195, 0.205, 0.052, 0.060, own_outline=True),
)
_SOLE = (
    (0.84, 0.235), (0.72, 0.215), (0.56, 0.190), (0.40, 0.200), (0.26, 0.235), (0.155, 0.285), (0.130, 0.36),
    (0.155, 0.46), (0.195, 0.58), (0.225, 0.70), (0.235, 0.82), (0.275, 0.93),
    (0.385, 0.985), (0.50, 0.965), (0.575, 0.88), (0.585, 0.76), (0.60, 0.64), (0.665, 0.52),
    (0.77, 0.42), (0.845, 0.33),
)  # fmt: skip
_PROFILE = (
    (0.36, 0.02), (0.37, 0.22), (0.345, 0.36), (0.375, 0.45), (0.52, 0.55), (0.70, 0.66), (0.86, 0.73), (0.955, 0.79),
    (0.965, 0.88), (0.88, 0.925), (0.70, 0.925), (0.50, 0.90), (0.32, 0.93), (0.16, 0.95), (0.065, 0.90), (0.05, 0.79),
    (0.085, 0.66), (0.095, 0.48), (0.07, 0.26), (0.08, 0.02),
)  # fmt: skip
_LEG = (
    (0.28, 0.02), (0.24, 0.14), (0.27, 0.26), (0.24, 0.36), (0.26, 0.50), (0.33, 0.68), (0.365, 0.80), (0.34, 0.90),
    (0.30, 0.975), (0.48, 0.99), (0.66, 0.975), (0.63, 0.90), (0.61, 0.80), (0.665, 0.66),
    (0.735, 0.50), (0.745, 0.36), (0.70, 0.26), (0.75, 0.14), (0.74, 0.02),
)  # fmt: skip

FOOT: Mapping[str, Outline] = {
    "PLANTAR": _flipped(
        Outline(
            _SOLE,
            (
                *_TOES,
                Region("MTH1", 0.70, 0.315, 0.105, 0.075),
                Region("MTH2", 0.545, 0.285, 0.062, 0.065),
                Region("MTH3", 0.425, 0.300, 0.058, 0.062),
                Region("MTH4", 0.315, 0.325, 0.054, 0.060),
                Region("MTH5", 0.215, 0.365, 0.052, 0.060),
                Region("HEEL", 0.405, 0.855, 0.175, 0.125),
                Region("MEDFOOT", 0.665, 0.47, 0.075, 0.11),
                Region("LATFOOT", 0.205, 0.56, 0.055, 0.16),
            ),
            "ARCH",
        )
    ),
    "DORSAL": Outline(
        _SOLE,
        (
            *_TOES,
            Region("MEDFOOT", 0.73, 0.40, 0.085, 0.12),
            Region("LATFOOT", 0.185, 0.46, 0.055, 0.16),
        ),
        "DORSUM",
    ),
    "MEDIAL": Outline(
        _PROFILE,
        (
            Region("MEDMAL", 0.245, 0.52, 0.075, 0.07),
            Region("HALLUX", 0.905, 0.835, 0.065, 0.085),
            Region("MTH1", 0.76, 0.825, 0.070, 0.085),
            Region("HEEL", 0.145, 0.835, 0.095, 0.115),
            Region("ARCH", 0.46, 0.865, 0.14, 0.055),
            Region("DORSUM", 0.55, 0.645, 0.13, 0.075),
        ),
        "MEDFOOT",
    ),
    "LATERAL": _flipped(
        Outline(
            _PROFILE,
            (
                Region("LATMAL", 0.245, 0.55, 0.075, 0.07),
                Region("TOE5", 0.875, 0.850, 0.070, 0.070),
                Region("MTH5", 0.735, 0.845, 0.068, 0.075),
                Region("HEEL", 0.145, 0.835, 0.095, 0.115),
                Region("DORSUM", 0.55, 0.645, 0.13, 0.075),
            ),
            "LATFOOT",
        )
    ),
}
LEG: Mapping[str, Outline] = {
    "ANTERIOR": Outline(
        _LEG,
        (
            Region("THIGHANT", 0.50, 0.12, 0.23, 0.10),
            Region("TA", 0.54, 0.46, 0.085, 0.18),
            Region("PER", 0.68, 0.48, 0.055, 0.18),
            Region("FOOT", 0.48, 0.94, 0.18, 0.06),
        ),
        "OTH",
    ),
    "POSTERIOR": Outline(
        _LEG,
        (
            Region("THIGHPOST", 0.50, 0.12, 0.23, 0.10),
            Region("GAL", 0.385, 0.42, 0.105, 0.12),
            Region("GAM", 0.605, 0.42, 0.105, 0.12),
            Region("SOL", 0.49, 0.64, 0.13, 0.10),
            Region("FOOT", 0.48, 0.94, 0.18, 0.06),
        ),
        "OTH",
    ),
    "MEDIAL": Outline(_LEG, (Region("GAM", 0.38, 0.40, 0.11, 0.13), Region("SOL", 0.42, 0.62, 0.10, 0.12)), "OTH"),
    "LATERAL": Outline(
        _LEG,
        (
            Region("PER", 0.48, 0.48, 0.08, 0.18),
            Region("TA", 0.34, 0.46, 0.07, 0.16),
            Region("GAL", 0.64, 0.40, 0.09, 0.13),
        ),
        "OTH",
    ),
}

OUTLINES: Mapping[str, Mapping[str, Outline]] = {"FOOTVIEW": FOOT, "LEGVIEW": LEG}
"""The drawings by the code list of their views, which a map item names; the foot when it names none."""


def drawings(codelist: str) -> Mapping[str, Outline]:
    """The drawings of a map item by the list of views it names, for screen and paper alike."""
    return OUTLINES.get(codelist, FOOT)


def curve(points: Sequence[Point]) -> tuple[Piece, ...]:
    """The closed smooth curve through `points` (Catmull-Rom as Bezier pieces), beginning and ending at the first."""
    count = len(points)
    pieces = []
    for place in range(count):
        before, start, end, after = (points[(place + step) % count] for step in (-1, 0, 1, 2))
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        pieces.append(Piece(first, second, end))
    return tuple(pieces)


def region_at(outline: Outline, x: float, y: float) -> str:
    """The region code at unit coordinates, "" outside the drawing."""
    for region in outline.regions:
        if region.contains(x, y) and (region.own_outline or _inside(outline, x, y)):
            return region.code
    return outline.rest if _inside(outline, x, y) else ""


def read_point(text: str) -> MapPoint | None:
    """A stored map value "VIEW;SIDE;x;y;REGION" in its parts; None when it holds no point."""
    parts = text.split(";")
    try:
        return MapPoint(parts[0], parts[1], float(parts[2]), float(parts[3]), parts[4] if len(parts) > 4 else "")
    except (IndexError, ValueError):
        return None


_STEPS = 12
"""Straight pieces that stand for one Bezier piece when asking whether a point lies inside."""


@lru_cache(maxsize=32)
def _polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    corners, start = [], points[0]
    for first, second, end in curve(points):
        for step in range(_STEPS):
            t = step / _STEPS
            u = 1 - t
            weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            four = (start, first, second, end)
            corners.append((sum(w * p[0] for w, p in zip(weights, four, strict=True)),
                            sum(w * p[1] for w, p in zip(weights, four, strict=True))))  # fmt: skip
        start = end
    return (*corners, corners[0])


def _inside(outline: Outline, x: float, y: float) -> bool:
    """Does a ray to the right cross the outline an odd number of times?"""
    odd = False
    for (x1, y1), (x2, y2) in pairwise(_polygon(outline.points)):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd
