"""Lanes and their bars inside the frame."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.clinical.charts import glyphs
from crf_app.clinical.charts.drawing import Ink, Path, Shape, Stop, Words, box
from crf_app.clinical.charts.frame import Frame, draw_moments
from crf_app.clinical.charts.model import Bar, Chart

HIGHEST = 1.6
"""A lane grows to this many times its least height where there is room."""


def draw_bars(chart: Chart, frame: Frame) -> tuple[list[Shape], tuple[Stop, ...]]:
    """Lanes from above with their names, upright lines, bars with pattern and edges; and the stop of every bar."""
    lane = min((frame.bottom - frame.top) / max(len(chart.lanes), 1), frame.scale.lane * HIGHEST)
    shapes: list[Shape] = [*_grid(frame), *_lanes(chart, frame, lane), *draw_moments(chart, frame)]
    stops: list[Stop] = []
    for bar in sorted(chart.bars, key=lambda one: (one.lane, one.start)):
        y = frame.top + bar.lane * lane + lane * 0.18
        shapes += _bar(bar, frame, y, lane * 0.64)
        middle = (frame.x(bar.start) + frame.x(bar.end)) / 2
        stops.append(Stop(bar.lane, middle, y + lane * 0.32, bar.said, bar.form, lane * 0.5))
    return shapes, tuple(stops)


def _grid(frame: Frame) -> Iterator[Shape]:
    for tick in frame.x_axis.ticks:
        x = frame.x(tick.at)
        yield Path(((x, frame.top), (x, frame.bottom)), Ink.GRID, frame.scale.line * 0.7)
    yield Path(((frame.left, frame.top), (frame.left, frame.bottom)), Ink.AXIS, frame.scale.line)


def _lanes(chart: Chart, frame: Frame, lane: float) -> Iterator[Shape]:
    scale = frame.scale
    room = frame.left - 2 * scale.gap
    for number, one in enumerate(chart.lanes):
        y = frame.top + (number + 0.5) * lane + scale.text * 0.36
        text = elided(one.name.get(frame.lang), room, frame)
        yield Words(frame.left - scale.gap - frame.wide(text), y, text, scale.text, Ink.TEXT)
        total = one.total.get(frame.lang)
        if total:
            ends = [bar.end for bar in chart.bars if bar.lane == number] or [frame.x_axis.low]
            yield Words(frame.x(max(ends)) + scale.gap * 0.75, y, total, scale.text, Ink.TEXT, bold=True)


def elided(text: str, room: float, frame: Frame) -> str:
    """The text, cut with dots where it is wider than `room`."""
    if frame.wide(text) <= room:
        return text
    while text and frame.wide(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _bar(bar: Bar, frame: Frame, y: float, high: float) -> Iterator[Shape]:
    scale = frame.scale
    left, right = frame.x(bar.start), frame.x(bar.end)
    right = max(right, left + scale.mark)
    yield from glyphs.patterned(left, y, right - left, high, bar.pattern, scale)
    width, dash = scale.line * (2.0 if bar.strong else 1.0), glyphs.dashed((2.0, 2.0), scale)
    yield Path(((left, y), (right, y)), Ink.TEXT, width)
    yield Path(((left, y + high), (right, y + high)), Ink.TEXT, width)
    yield Path(((left, y), (left, y + high)), Ink.TEXT, width, dash if bar.loose_start else ())
    if bar.open_end:
        tip = right + scale.mark * 1.6
        yield Path(((right, y - scale.mark * 0.4), (tip, y + high / 2), (right, y + high + scale.mark * 0.4)), Ink.TEXT, width, closed=True, fill=Ink.SURFACE)
        right = tip
    else:
        yield Path(((right, y), (right, y + high)), Ink.TEXT, width, dash if bar.loose_end else ())
    yield from _said(bar, frame, (left, frame.x(bar.end), right), y + high / 2)


def _said(bar: Bar, frame: Frame, ends: tuple[float, float, float], middle: float) -> Iterator[Shape]:
    """The short text in the bar on a plate of its own, or behind it; then the mark of what is serious."""
    scale, text = frame.scale, bar.inside.get(frame.lang)
    left, inner, right = ends
    wide = frame.wide(text)
    if text and inner - left >= wide + scale.gap:
        x = (left + inner - wide) / 2
        yield box(x - scale.gap * 0.25, middle - scale.text * 0.5, wide + scale.gap * 0.5, scale.text, None, 0, fill=Ink.SURFACE)
        yield Words(x, middle + scale.text * 0.36, text, scale.text, Ink.TEXT, bold=bar.strong)
    elif text:
        yield Words(right + scale.gap * 0.4, middle + scale.text * 0.36, text, scale.text, Ink.TEXT, bold=bar.strong)
        right += scale.gap * 0.4 + wide
    if bar.strong:
        yield glyphs.diamond((right + scale.mark * 2, middle), scale.mark * 1.1, Ink.TEXT, Ink.TEXT, scale)
