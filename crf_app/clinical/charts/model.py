"""What a chart says, before anybody draws it: axes, series with their gaps, bands, lines, bars. Screen and paper draw this and nothing else.

A missing value is a Point without `y`: it breaks the line of its series and is marked where it is missing, never drawn as zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from crf_app.clinical.keys import FormKey
from crf_app.study.texts import EMPTY, Text


class Sign(StrEnum):
    """What a point is beside its value; each has a shape of its own."""

    PLAIN = "plain"
    HIGH = "high"
    LOW = "low"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with its label; the larger `weight` wins where labels would meet."""

    at: float
    text: Text
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` with its ticks. `name` carries the unit. `log`: equal ratios take equal lengths, and the name says so.

    `places` are named places beside the numbers (visits), drawn as a second row.
    """

    name: Text
    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    places: tuple[Tick, ...] = ()
    log: bool = False

    def share(self, value: float) -> float:
        """Where `value` lies: 0 at `low`, 1 at `high`; outside them when it lies outside."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Point:
    """One value at `x`; `y` is None where it is missing.

    `said` is the whole of it in words: visit, date, value, unit, grade. `bound` is "<" or ">" for a value known only to lie below or above `y`.
    `note` is a short text drawn beside it (a grade). `form` is where it was entered.
    """

    x: float
    y: float | None
    said: Text
    sign: Sign = Sign.PLAIN
    bound: str = ""
    note: Text = EMPTY
    form: FormKey | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of x that belong together. `steps`: the value holds until the next one (a count)."""

    name: Text
    points: tuple[Point, ...]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of the x axis and what holds there: from `low` to `high`, None where it is open."""

    start: float
    end: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Band:
    """An area that means something: a reference interval as it was in force, or a named part of a scale (`named`: its name stands beside it)."""

    name: Text
    reaches: tuple[Reach, ...]
    named: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line at a value: (start, end, y) for each part of the x axis; `short` is its label in the chart, `name` what it means."""

    name: Text
    short: Text
    parts: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """An upright line at a day: a treatment."""

    x: float
    said: Text


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a lane. `pattern` 0 to 5 fills it (grade, role); `inside` is written into it where it fits; `strong` marks what is serious.

    `open_end`: it goes on (an arrow); `loose_start`, `loose_end`: that end is not exactly known (a dashed edge).
    """

    lane: int
    start: float
    end: float
    said: Text
    pattern: int = 0
    inside: Text = EMPTY
    strong: bool = False
    open_end: bool = False
    loose_start: bool = False
    loose_end: bool = False
    form: FormKey | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of a chart of bars; `total` stands behind its last bar."""

    name: Text
    total: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend for a pattern, or for "moment", "strong", "missing", "high", "low", "open", "loose"."""

    what: str
    name: Text


@dataclass(frozen=True)
class Chart:
    """One chart. A chart with lanes has no y axis. `empty` says what is missing when there is nothing to draw; `notes` stand beneath."""

    oid: str
    title: Text
    x: Axis
    y: Axis | None = None
    series: tuple[Series, ...] = ()
    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    moments: tuple[Moment, ...] = ()
    lanes: tuple[Lane, ...] = ()
    bars: tuple[Bar, ...] = ()
    keys: tuple[Key, ...] = ()
    notes: tuple[Text, ...] = ()
    empty: Text = EMPTY
    group: Text = field(default=EMPTY)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to draw?"""
        return not self.bars and not any(point.y is not None for one in self.series for point in one.points)

    @property
    def count(self) -> int:
        """How many values or bars it shows; missing ones do not count."""
        return len(self.bars) + sum(1 for one in self.series for point in one.points if point.y is not None)
