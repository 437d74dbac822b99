"""Charts to drawings: margins from the text they hold, labels that do not meet, a legend that wraps. One layout for screen and paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crf_app.clinical.charts import glyphs
from crf_app.clinical.charts.bars import HIGHEST, draw_bars
from crf_app.clinical.charts.curves import draw_curves
from crf_app.clinical.charts.drawing import Drawing, Ink, Measure, Path, Scale, Shape, Stop, Words, box
from crf_app.clinical.charts.frame import Frame, row_of_labels
from crf_app.clinical.charts.model import Chart, Key, Sign

_LANE_SHARE = 0.36
"""Names of lanes take at most this part of the width."""


@dataclass(frozen=True, slots=True)
class _Sample:
    shapes: tuple[Shape, ...]
    text: str
    width: float


def lay_out(chart: Chart, width: float, height: float, lang: str, scale: Scale, measure: Measure) -> Drawing:
    """The chart in a rectangle. `lang` is "en", "zh" or "both"; a chart of bars is as high as its lanes, whatever height is given."""
    return _Layout(chart, width, height, lang, scale, measure).drawing()


def least_height(chart: Chart, width: float, lang: str, scale: Scale, measure: Measure) -> float:
    """The height below which lanes, or curves, could not be read."""
    return _Layout(chart, width, 0.0, lang, scale, measure).needed()
_SAMPLE = 2.4
"""Room for the sample of a key before its text, in sizes of the text."""


class _Layout:
    def __init__(self, chart: Chart, width: float, height: float, lang: str, scale: Scale, measure: Measure) -> None:
        self.chart, self.width, self.lang, self.scale, self.measure = chart, width, lang, scale, measure
        self.legend = self._legend_rows()
        self.height = max(min(height, self._most()), self.needed())

    def needed(self) -> float:
        """Least height."""
        inner = len(self.chart.lanes) * self.scale.lane if self.chart.y is None else self.scale.text * 9
        return self._top() + max(inner, self.scale.text * 5) + self._bottom()

    def _most(self) -> float:
        """Bars leave free what they do not need; curves take all there is."""
        if self.chart.y is not None or not self.chart.lanes:
            return float("inf")
        return self._top() + max(len(self.chart.lanes) * self.scale.lane * HIGHEST, self.scale.text * 5) + self._bottom()

    def _top(self) -> float:
        """Room above the plot: the name of the y axis, and the heads of upright lines."""
        return (self.scale.row if self.chart.y is not None else 0.0) + self.scale.mark * 3

    def _bottom(self) -> float:
        """Room below it: visits, numbers, the name of the x axis, the legend."""
        rows = 2 + bool(self.chart.x.places)
        return rows * self.scale.row + self.scale.gap + len(self.legend) * self.scale.row * 1.15 + self.scale.gap * 0.5

    def drawing(self) -> Drawing:
        """Everything at its place."""
        frame = self._frame()
        shapes: list[Shape] = [*self._x_axis(frame)]
        stops: tuple[Stop, ...]
        if self.chart.y is not None:
            drawn, stops = draw_curves(self.chart, frame)
        else:
            drawn, stops = draw_bars(self.chart, frame)
        shapes = [*self._grounds(frame), *drawn, *shapes, *self._legend(frame)]
        if self.chart.empty.en:
            shapes += self._sentence(frame)
        return Drawing(self.width, self.height, tuple(shapes), stops)

    # The frame

    def _frame(self) -> Frame:
        scale, chart, brief = self.scale, self.chart, "en" if self.lang == "both" else self.lang
        left, right = scale.gap, scale.gap
        if chart.y is not None:
            left += max((self._wide(tick.text.get(self.lang)) for tick in chart.y.ticks), default=0.0) + scale.gap * 0.75
            beside = [one.name.get(self.lang) for one in chart.bands if one.named] + _shared(chart, brief)
            right += max((self._wide(text) for text in beside), default=0.0) + (scale.gap * 0.75 if beside else 0.0)
        else:
            names = max((self._wide(one.name.get(self.lang)) for one in chart.lanes), default=0.0)
            left += min(names, self.width * _LANE_SHARE) + scale.gap
            right += max((self._wide(one.total.get(self.lang)) for one in chart.lanes), default=0.0) + scale.mark * 5
        top = self._top()
        return Frame(left, top, self.width - right, self.height - self._bottom(), chart.x, chart.y, scale, self.measure, self.lang)

    def _wide(self, text: str) -> float:
        return self.measure(text, self.scale.text, False)

    def _grounds(self, frame: Frame) -> Iterable[Shape]:
        yield box(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top, None, 0, fill=Ink.SURFACE)

    # The x axis

    def _x_axis(self, frame: Frame) -> Iterable[Shape]:
        scale, y = self.scale, frame.bottom
        yield Path(((frame.left, y), (frame.right, y)), Ink.AXIS, scale.line)
        base = y + scale.gap * 0.4 + scale.text
        if self.chart.x.places:
            for tick in self.chart.x.places:
                at = frame.x(tick.at)
                yield Path(((at, y), (at, y + scale.gap * 0.45)), Ink.AXIS, scale.line)
            yield from row_of_labels(self.chart.x.places, frame, base, Ink.TEXT)
            base += scale.row
        elif self.chart.x.ticks:
            for tick in self.chart.x.ticks:
                at = frame.x(tick.at)
                yield Path(((at, y), (at, y + scale.gap * 0.45)), Ink.AXIS, scale.line)
        yield from row_of_labels(self.chart.x.ticks, frame, base, Ink.QUIET)
        base += scale.row
        name = self.chart.x.name.get(self.lang)
        yield Words(frame.left + (frame.right - frame.left - self._wide(name)) / 2, base, name, scale.text, Ink.QUIET)

    # The sentence of an empty chart

    def _sentence(self, frame: Frame) -> Iterable[Shape]:
        text, wide = self.chart.empty.get(self.lang), frame.right - frame.left - 2 * self.scale.gap
        lines = broken(text, wide, self.measure, self.scale.text)
        y = (frame.top + frame.bottom) / 2 - (len(lines) - 1) * self.scale.row / 2
        for line in lines:
            x = frame.left + (frame.right - frame.left - self._wide(line)) / 2
            yield box(x - self.scale.gap, y - self.scale.text * 1.1, self._wide(line) + 2 * self.scale.gap, self.scale.row, None, 0, fill=Ink.SURFACE)
            yield Words(x, y, line, self.scale.text, Ink.TEXT)
            y += self.scale.row

    # The legend

    def _legend_rows(self) -> list[list[_Sample]]:
        named = [one for one in self.chart.series if one.name.en]
        samples = [self._series_sample(number, one.name.get(self.lang)) for number, one in enumerate(self.chart.series) if one in named]
        samples += [self._key_sample(one) for one in self.chart.keys]
        rows: list[list[_Sample]] = []
        used = self.width
        for sample in samples:
            if used + sample.width > self.width - 2 * self.scale.gap:
                rows.append([])
                used = 0.0
            rows[-1].append(sample)
            used += sample.width
        return rows

    def _sample(self, shapes: Sequence[Shape], text: str) -> _Sample:
        return _Sample(tuple(shapes), text, self.scale.text * _SAMPLE + self._wide(text) + self.scale.gap * 2)

    def _series_sample(self, number: int, text: str) -> _Sample:
        wide = self.scale.text * 1.8
        line = Path(((0.0, 0.0), (wide, 0.0)), glyphs.series_ink(number), self.scale.line * 1.5, glyphs.dash_of(number, self.scale))
        return self._sample((line, *glyphs.mark(number, Sign.PLAIN, (wide / 2, 0.0), self.scale)), text)

    def _key_sample(self, key: Key) -> _Sample:
        return self._sample(tuple(_key_shapes(key.what, self.scale)), key.name.get(self.lang))

    def _legend(self, frame: Frame) -> Iterable[Shape]:
        scale = self.scale
        y = self.height - len(self.legend) * scale.row * 1.15 + scale.row * 0.5
        for row in self.legend:
            x = min(frame.left, max(self.width - sum(one.width for one in row), scale.gap))
            for one in row:
                yield from (_moved(shape, x, y) for shape in one.shapes)
                yield Words(x + scale.text * _SAMPLE, y + scale.text * 0.36, one.text, scale.text, Ink.TEXT)
                x += one.width
            y += scale.row * 1.15


def _shared(chart: Chart, lang: str) -> list[str]:
    """The labels of lines, those at one height together."""
    found: dict[float, list[str]] = {}
    for one in chart.lines:
        found.setdefault(one.parts[-1][2], []).append(one.short.get(lang))
    return ["/".join(texts) for texts in found.values()]


def _key_shapes(what: str, scale: Scale) -> Iterable[Shape]:
    """The sample of a key around the middle of its line."""
    wide, high = scale.text * 1.8, scale.text * 0.8
    middle = (wide / 2, 0.0)
    if what in ("high", "low"):
        yield from glyphs.mark(0, Sign(what), middle, scale)
    elif what == "missing":
        yield from glyphs.cross(middle, Ink.MISSING, scale)
    elif what == "band":
        yield box(0.0, -high / 2, wide, high, Ink.BAND_EDGE, scale.line * 0.7, fill=Ink.BAND)
    elif what == "line":
        yield Path(((0.0, 0.0), (wide, 0.0)), Ink.LIMIT, scale.line, glyphs.dashed(glyphs.LIMIT_DASH, scale))
    elif what == "moment":
        yield Path(((wide / 2, -high * 0.2), (wide / 2, high * 0.75)), Ink.MOMENT, scale.line, glyphs.dashed(glyphs.MOMENT_DASH, scale))
        yield glyphs.moment_head(wide / 2, 0.0, scale)
    elif what == "strong":
        yield glyphs.diamond(middle, scale.mark * 1.1, Ink.TEXT, Ink.TEXT, scale)
    elif what == "open":
        yield Path(((wide * 0.1, 0.0), (wide * 0.8, 0.0)), Ink.TEXT, scale.line * 1.2)
        yield Path(((wide * 0.6, -high * 0.4), (wide * 0.9, 0.0), (wide * 0.6, high * 0.4)), Ink.TEXT, scale.line * 1.2)
    elif what == "loose":
        yield Path(((wide * 0.3, -high / 2), (wide * 0.3, high / 2)), Ink.TEXT, scale.line, glyphs.dashed((2.0, 2.0), scale))
        yield Path(((wide, -high / 2), (wide * 0.3, -high / 2)), Ink.TEXT, scale.line)
        yield Path(((wide, high / 2), (wide * 0.3, high / 2)), Ink.TEXT, scale.line)
    else:
        yield from glyphs.patterned(0.0, -high / 2, wide, high, int(what), scale)
        yield box(0.0, -high / 2, wide, high, Ink.TEXT, scale.line)


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Path):
        return replace(shape, places=tuple((one + x, other + y) for one, other in shape.places))
    return replace(shape, x=shape.x + x, y=shape.y + y)


def broken(text: str, wide: float, measure: Measure, size: float) -> list[str]:
    """Lines of a short text: Latin between words, Chinese anywhere."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measure((line + piece).rstrip(), size, False) > wide:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if character >= "\u2e80":
            if word:
                yield word
            word = ""
            yield character
        else:
            word += character
            if character == " ":
                yield word
                word = ""
    if word:
        yield word
