"""The rectangle that values are drawn in: from numbers to places, and rows of labels that do not meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crf_app.clinical.charts import glyphs
from crf_app.clinical.charts.drawing import Ink, Measure, Path, Scale, Shape, Words
from crf_app.clinical.charts.model import Axis, Chart, Tick


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot of a chart with its axes and what its text is measured by."""

    left: float
    top: float
    right: float
    bottom: float
    x_axis: Axis
    y_axis: Axis | None
    scale: Scale
    measure: Measure
    lang: str

    def x(self, value: float) -> float:
        """The place of a number of the x axis."""
        return self.left + self.x_axis.share(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        """The place of a number of the y axis."""
        return self.bottom - (self.y_axis.share(value) if self.y_axis is not None else 0.0) * (self.bottom - self.top)

    @property
    def brief(self) -> str:
        """The language of labels that stand close together: one of the two where both are wanted."""
        return "en" if self.lang == "both" else self.lang

    def wide(self, text: str) -> float:
        """The width of a label."""
        return self.measure(text, self.scale.text, False)


def draw_moments(chart: Chart, frame: Frame) -> Iterator[Shape]:
    """Upright lines at the days of treatment."""
    for one in chart.moments:
        x = frame.x(one.x)
        yield Path(((x, frame.top), (x, frame.bottom)), Ink.MOMENT, frame.scale.line, glyphs.dashed(glyphs.MOMENT_DASH, frame.scale))
        yield glyphs.moment_head(x, frame.top, frame.scale)


def row_of_labels(ticks: Sequence[Tick], frame: Frame, base: float, ink: Ink) -> Iterator[Words]:
    """Labels centred under their ticks; where two would meet, the one of less weight, else the later one, is left out."""
    taken: list[tuple[float, float]] = []
    gap = frame.scale.gap * 0.6
    for tick in sorted(ticks, key=lambda one: (-one.weight, one.at)):
        text = tick.text.get(frame.brief)
        wide = frame.wide(text)
        start = frame.x(tick.at) - wide / 2
        if all(start > end + gap or start + wide < begin - gap for begin, end in taken):
            taken.append((start, start + wide))
            yield Words(start, base, text, frame.scale.text, ink)


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Heights of labels that stand at least `apart`, as near to where they belong as that allows, between `low` and `high`."""
    order = sorted(range(len(wanted)), key=lambda one: wanted[one])
    found = [0.0] * len(wanted)
    last = low - apart
    for at in order:
        found[at] = last = max(wanted[at], last + apart)
    ceiling = high + apart
    for at in reversed(order):
        found[at] = ceiling = min(found[at], ceiling - apart)
    return found
