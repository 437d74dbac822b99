"""Choices as boxes: every option prints, the chosen ones ticked, so that blank and filled pages look alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from crf_app.pdf.blocks import Box, Strip, Stroke, strip_of
from crf_app.pdf.styles import BOX, BOX_GAP, BOX_WIDTH, OPTION_GAP, Style
from crf_app.pdf.typeset import Line

_TICK = ((0.19, 0.52), (0.41, 0.77), (0.83, 0.20))
"""The tick in parts of the box, from its top left corner."""
TICK_WIDTH = 1.25


class OptionLines(NamedTuple):
    """An option's code and its label, broken to the column where it must be."""

    code: str
    lines: tuple[Line, ...]


class ChoiceLayout(NamedTuple):
    """The boxes of an item laid out in a column: lines without ticks, and where each code's box is (line, x)."""

    strips: tuple[Strip, ...]
    places: Mapping[str, tuple[int, float]]
    box_top: float


def lay_out(options: Sequence[OptionLines], width: float, style: Style) -> ChoiceLayout:
    """Options side by side as far as they fit; an option is broken only when it is wider than the column itself."""
    lead = BOX + BOX_GAP
    box_top = (style.leading - BOX) / 2
    base = style.leading / 2 + style.size * 0.3665
    strips: list[Strip] = []
    places: dict[str, tuple[int, float]] = {}
    x = 0.0
    fresh = True
    for code, lines in options:
        wide = lead + max(line.width for line in lines)
        if fresh or x + wide > width + 0.01 or len(lines) > 1:
            x = 0.0
            strips.append(Strip(style.leading))
        fresh = len(lines) > 1
        places[code] = (len(strips) - 1, x)
        strips[-1] = _added(strips[-1], strip_of(lines[0], style.leading, base, x + lead), x, box_top)
        strips.extend(strip_of(line, style.leading, base, lead) for line in lines[1:])
        x += wide + OPTION_GAP
    return ChoiceLayout(tuple(strips), places, box_top)


def _added(strip: Strip, option: Strip, x: float, box_top: float) -> Strip:
    box = Box(x, box_top, BOX, BOX, BOX_WIDTH)
    return Strip(strip.height, strip.words + option.words, (*strip.shapes, box, *option.shapes))


def ticked(layout: ChoiceLayout, chosen: Collection[str]) -> list[Strip]:
    """The laid-out options with a tick in the box of every chosen code that is offered."""
    strips = list(layout.strips)
    for code in chosen:
        if code in layout.places:
            number, x = layout.places[code]
            strip = strips[number]
            strips[number] = strip._replace(shapes=(*strip.shapes, tick(x, layout.box_top)))
    return strips


def tick(x: float, y: float) -> Stroke:
    """A drawn tick for the box whose top left corner is (x, y): no font is asked for a check mark."""
    return Stroke(tuple((x + across * BOX, y + down * BOX) for across, down in _TICK), TICK_WIDTH)
