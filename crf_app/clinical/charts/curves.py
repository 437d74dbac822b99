"""Series, bands, limits and gaps inside the frame."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.clinical.charts import glyphs
from crf_app.clinical.charts.drawing import Ink, Path, Place, Shape, Stop, Words, box
from crf_app.clinical.charts.frame import Frame, draw_moments, spread
from crf_app.clinical.charts.model import Chart, Point, Series


def draw_curves(chart: Chart, frame: Frame) -> tuple[list[Shape], tuple[Stop, ...]]:
    """Grounds first, then the grid, lines across, series; and the stops of every point, missing ones included."""
    shapes = [*_bands(chart, frame), *_grid(frame), *_lines(chart, frame), *draw_moments(chart, frame)]
    for number, series in enumerate(chart.series):
        shapes += _line(number, series, frame)
    stops: list[Stop] = []
    for number, series in enumerate(chart.series):
        shapes += _marks(number, series, frame)
        stops += [_stop(number, point, frame) for point in series.points]
    return shapes + list(_notes(chart, frame)), tuple(stops)


def _place(number: int, point: Point, frame: Frame) -> Place:
    """Where a point is drawn; a missing one at the foot of the plot, each series a little higher."""
    if point.y is None:
        r = frame.scale.mark
        return frame.x(point.x), frame.bottom - r * 1.6 - number * r * 2.4
    return frame.x(point.x), frame.y(point.y)


def _stop(number: int, point: Point, frame: Frame) -> Stop:
    x, y = _place(number, point, frame)
    return Stop(number, x, y, point.said, point.form, frame.scale.mark * 2)


# Behind


def _bands(chart: Chart, frame: Frame) -> Iterator[Shape]:
    axis, scale = frame.y_axis, frame.scale
    if axis is None:
        return
    for number, band in enumerate(chart.bands):
        for reach in band.reaches:
            left, right = frame.x(reach.start), frame.x(reach.end)
            top = frame.y(min(axis.high if reach.high is None else reach.high, axis.high))
            bottom = frame.y(max(axis.low if reach.low is None else reach.low, axis.low))
            if not band.named or number % 2:
                yield box(left, top, right - left, bottom - top, None, 0, fill=Ink.ZONE if band.named else Ink.BAND)
            edges = [] if band.named else [(top, reach.high), (bottom, reach.low)]
            yield from (Path(((left, y), (right, y)), Ink.BAND_EDGE, scale.line * 0.7) for y, end in edges if end is not None and axis.low < end < axis.high)
    named = [(one.name.get(frame.lang), one.reaches[0]) for one in chart.bands if one.named]
    middles = [frame.y((max(reach.low or axis.low, axis.low) + min(axis.high if reach.high is None else reach.high, axis.high)) / 2) for _, reach in named]
    for (text, _), y in zip(named, spread(middles, scale.row, frame.top, frame.bottom), strict=True):
        yield Words(frame.right + scale.gap * 0.75, y + scale.text * 0.36, text, scale.text, Ink.QUIET)


def _grid(frame: Frame) -> Iterator[Shape]:
    axis, scale = frame.y_axis, frame.scale
    if axis is None:
        return
    last = frame.bottom + scale.row * 2
    for tick in sorted(axis.ticks, key=lambda one: one.at):
        y, text = frame.y(tick.at), tick.text.get(frame.lang)
        yield Path(((frame.left, y), (frame.right, y)), Ink.GRID, scale.line * 0.7)
        if last - y >= scale.row * 0.95:
            yield Words(frame.left - scale.gap * 0.75 - frame.wide(text), y + scale.text * 0.36, text, scale.text, Ink.QUIET)
            last = y
    yield Path(((frame.left, frame.top), (frame.left, frame.bottom)), Ink.AXIS, scale.line)
    yield Words(scale.gap * 0.5, frame.top - scale.mark * 3, axis.name.get(frame.lang), scale.text, Ink.QUIET)


def _lines(chart: Chart, frame: Frame) -> Iterator[Shape]:
    scale = frame.scale
    labels: dict[float, str] = {}  # limits at one height share a label
    for line in chart.lines:
        for start, end, at in line.parts:
            y = frame.y(at)
            yield Path(((frame.x(start), y), (frame.x(end), y)), Ink.LIMIT, scale.line, glyphs.dashed(glyphs.LIMIT_DASH, scale))
        y, text = frame.y(line.parts[-1][2]), line.short.get(frame.brief)
        labels[y] = f"{labels[y]}/{text}" if y in labels else text
    for text, y in zip(labels.values(), spread(list(labels), scale.row, frame.top, frame.bottom), strict=True):
        yield Words(frame.right + scale.gap * 0.75, y + scale.text * 0.36, text, scale.text, Ink.LIMIT)


# Series


def _line(number: int, series: Series, frame: Frame) -> Iterator[Shape]:
    """The line, whole only between values that follow each other: a missing one breaks it."""
    stretch: list[Place] = []
    for point in (*series.points, None):
        if point is not None and point.y is not None:
            here = frame.x(point.x), frame.y(point.y)
            if series.steps and stretch:
                stretch.append((here[0], stretch[-1][1]))
            stretch.append(here)
            continue
        if len(stretch) > 1:
            yield Path(tuple(stretch), glyphs.series_ink(number), frame.scale.line * 1.6, glyphs.dash_of(number, frame.scale))
        stretch = []


def _marks(number: int, series: Series, frame: Frame) -> Iterator[Shape]:
    for point in series.points:
        at = _place(number, point, frame)
        if point.bound and point.y is not None:
            yield from glyphs.bound_arrow(at, point.bound, glyphs.series_ink(number), frame.scale)
        yield from glyphs.mark(number, point.sign, at, frame.scale, hollow=bool(point.bound))


def _notes(chart: Chart, frame: Frame) -> Iterator[Shape]:
    """Short texts over their points; one that would meet another is left out (the point says it)."""
    taken: list[tuple[float, float, float]] = []
    for number, series in enumerate(chart.series):
        for point in series.points:
            text = point.note.get(frame.brief)
            if not text or point.y is None:
                continue
            x, y = _place(number, point, frame)
            wide, base = frame.wide(text), y - frame.scale.mark * 2
            if base - frame.scale.text < frame.top:
                base = y + frame.scale.mark * 2 + frame.scale.text
            start = min(x - wide / 2, frame.right - wide)
            if all(abs(base - other) > frame.scale.row or start > end or start + wide < begin for begin, end, other in taken):
                taken.append((start, start + wide, base))
                yield Words(start, base, text, frame.scale.text, Ink.TEXT, bold=True)
