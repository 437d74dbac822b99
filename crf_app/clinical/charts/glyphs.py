"""The marks of charts: each series, flag and grade has a shape of its own, so that nothing hangs on colour."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.clinical.charts.drawing import FILLS, SERIES, Disc, Ink, Path, Place, Scale, Shape, box
from crf_app.clinical.charts.model import Sign

DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.5), (8.0, 3.0, 2.0, 3.0))
LIMIT_DASH = (4.0, 3.0)
MOMENT_DASH = (1.5, 2.5)
STEP = {1: 6.0, 2: 4.0, 3: 3.0, 4: 3.0}
"""Distance of the hatching of a pattern in pixels: 1 and 2 slanting, 3 crossed, 4 crossed and framed; 5 is solid."""


def series_ink(number: int) -> Ink:
    """The ink of a series."""
    return SERIES[number % len(SERIES)]


def dash_of(number: int, scale: Scale) -> tuple[float, ...]:
    """The dashes of a series."""
    return dashed(DASHES[number % len(DASHES)], scale)


def dashed(pattern: tuple[float, ...], scale: Scale) -> tuple[float, ...]:
    """A pattern of dashes made for the screen, in the measures at hand."""
    return tuple(one * scale.mark / 4.0 for one in pattern)


def mark(number: int, sign: Sign, at: Place, scale: Scale, *, hollow: bool = False) -> tuple[Shape, ...]:
    """The mark of a value: disc, square, triangle, diamond by series; a result outside its interval points up or down."""
    ink, r = series_ink(number), scale.mark
    if sign is Sign.MISSING:
        return cross(at, ink if number else Ink.MISSING, scale)
    fill = Ink.SURFACE if hollow else ink
    if sign in (Sign.HIGH, Sign.LOW):
        return (_triangle(at, r * 1.35, ink, fill, scale, up=sign is Sign.HIGH),)
    kind = number % len(SERIES)
    x, y = at
    if kind == 1:
        side = r * 0.88
        return (Path(((x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side)), ink, scale.line, closed=True, fill=fill),)
    if kind == 2:
        return (_triangle(at, r * 1.2, ink, fill, scale, up=True),)
    if kind == 3:
        return (diamond(at, r * 1.2, ink, fill, scale),)
    return (Disc(x, y, r, ink, scale.line * 1.2, fill),)


def _triangle(at: Place, r: float, ink: Ink, fill: Ink, scale: Scale, *, up: bool) -> Path:
    x, y = at
    sign = -1.0 if up else 1.0
    return Path(((x, y + sign * r), (x + r * 0.95, y - sign * r * 0.7), (x - r * 0.95, y - sign * r * 0.7)), ink, scale.line, closed=True, fill=fill)


def diamond(at: Place, r: float, ink: Ink, fill: Ink, scale: Scale) -> Path:
    """A square on its corner."""
    x, y = at
    return Path(((x, y - r), (x + r, y), (x, y + r), (x - r, y)), ink, scale.line, closed=True, fill=fill)


def cross(at: Place, ink: Ink, scale: Scale) -> tuple[Shape, ...]:
    """Two strokes: a value that is missing."""
    x, y, r = *at, scale.mark * 0.8
    return (Path(((x - r, y - r), (x + r, y + r)), ink, scale.line * 1.5), Path(((x - r, y + r), (x + r, y - r)), ink, scale.line * 1.5))


def bound_arrow(at: Place, bound: str, ink: Ink, scale: Scale) -> tuple[Shape, ...]:
    """An arrow down from a value known only to lie below, up from one that lies above."""
    x, y = at
    sign, r = (1.0 if bound == "<" else -1.0), scale.mark
    tip = y + sign * r * 3.4
    return (
        Path(((x, y + sign * r), (x, tip)), ink, scale.line),
        Path(((x - r * 0.6, tip - sign * r * 0.9), (x, tip), (x + r * 0.6, tip - sign * r * 0.9)), ink, scale.line),
    )


def moment_head(x: float, top: float, scale: Scale) -> Path:
    """The head of an upright line at a day of treatment."""
    r = scale.mark * 0.9
    return Path(((x - r, top - r * 1.5), (x + r, top - r * 1.5), (x, top)), Ink.MOMENT, scale.line, closed=True, fill=Ink.MOMENT)


def patterned(x: float, y: float, wide: float, high: float, pattern: int, scale: Scale) -> Iterator[Shape]:
    """A box in the pattern of a grade: its ground, then its hatching; the frame is drawn by whoever knows its edges."""
    fill = FILLS[min(max(pattern, 0), len(FILLS) - 1)]
    yield box(x, y, wide, high, None, 0, fill=fill)
    step = STEP.get(pattern)
    if step is None:
        return
    apart = step * scale.mark / 4.0
    slants = ("up", "down") if pattern >= 3 else ("up",)
    for slant in slants:
        yield from _hatching(x, y, wide, high, apart * (1.0 if pattern != 3 else 1.6), slant, scale)


def _hatching(x: float, y: float, wide: float, high: float, apart: float, slant: str, scale: Scale) -> Iterator[Shape]:
    """Slanting lines inside a box, each cut at its edges."""
    offset = apart
    while offset < wide + high:
        start, end = max(0.0, offset - high), min(offset, wide)
        if end - start > 0.2:
            low, up = offset - start, offset - end
            if slant == "up":
                yield Path(((x + start, y + low), (x + end, y + up)), Ink.AXIS, scale.line * 0.7)
            else:
                yield Path(((x + start, y + high - low), (x + end, y + high - up)), Ink.AXIS, scale.line * 0.7)
        offset += apart
