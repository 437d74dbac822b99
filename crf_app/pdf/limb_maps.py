"""The drawings of foot and leg with the points of a group on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crf_app.clinical.record import GroupRecord, ItemRecord
from crf_app.pdf.blocks import Block, Curve, Placed, Shape, Strip, Words, ellipse, height_of, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.fonts import text_width
from crf_app.pdf.styles import BOX_WIDTH, HEAD, HEAD_SECOND, MM, POINT, ROW_WIDTH, RULE_GREY
from crf_app.pdf.typeset import Span
from crf_app.study.definition import ItemType
from crf_app.study.outlines import Outline, curve, drawings, read_point

_HIGH = 50 * MM
_WIDE = _HIGH * 0.762
"""The proportions of the drawing on screen (160 by 210)."""
_ON_A_LINE = 4
_RADIUS = 3.4
_SIDES = ("RIGHT", "LEFT")


class _Mark(NamedTuple):
    """A point on a drawing with its number."""

    number: int
    x: float
    y: float


def map_blocks(desk: Desk, group: GroupRecord, width: float, *, landscape: bool = False) -> list[Block]:
    """Every drawing on which the group has a point, the points numbered like their rows.

    Blank pages of a group laid out as a map get all drawings of both sides, right before left, to be marked by hand.
    """
    items = tuple(item for item in group.group.items if item.type is ItemType.MAP)
    if not items:
        return []
    found: dict[tuple[str, str], list[_Mark]] = {}
    if desk.blank and group.group.layout == "map":
        found = {(view, side): [] for view in drawings(items[0].codelist) for side in _SIDES}
    for number, record in _points(group):
        point = read_point(record.value.text)
        if point is not None and point.view in drawings(record.item.codelist):
            found.setdefault((point.view, point.side), []).append(_Mark(number, point.x, point.y))
    views = {view: outline for item in items for view, outline in drawings(item.codelist).items()}
    order = sorted(found, key=lambda key: (list(views).index(key[0]), key[1] != "RIGHT"))
    return _lines(desk, [(views[view], side, view, found[view, side]) for view, side in order], width, landscape)


def _points(group: GroupRecord) -> Iterator[tuple[int, ItemRecord]]:
    for row in group.rows:
        for record in row.items:
            if record.item.type is ItemType.MAP and not row.deleted and record.collected and not record.value.missing:
                yield row.number, record


def _lines(
    desk: Desk, figures: Sequence[tuple[Outline, str, str, list[_Mark]]], width: float, landscape: bool
) -> list[Block]:
    blocks = []
    each = width / _ON_A_LINE
    for first in range(0, len(figures), _ON_A_LINE):
        parts: list[Placed] = []
        height = 0.0
        for place, (outline, side, view, marks) in enumerate(figures[first : first + _ON_A_LINE]):
            said = f"{desk.map_word(side)} | {desk.map_word(view)}"
            strips = [*strips_of(desk.wrap([Span(said, HEAD_SECOND)], each), HEAD)]
            strips.append(Strip(1.5 * MM))
            strips.append(Strip(_HIGH, _numbers(marks, side), tuple(_drawing(outline, side, marks))))
            parts += stacked(strips, place * each + 2 * MM, 2 * MM)
            height = max(height, height_of(strips))
        blocks.append(Block(height + 4 * MM, parts, landscape=landscape))
    return blocks


def _at(x: float, y: float, side: str) -> tuple[float, float]:
    """Unit coordinates to points from the drawing's corner; the right limb is the mirror image of the left."""
    return (1 - x if side == "RIGHT" else x) * _WIDE, y * _HIGH


def _drawing(outline: Outline, side: str, marks: Sequence[_Mark]) -> Iterator[Shape]:
    pieces = tuple(tuple(_at(*point, side) for point in piece) for piece in curve(outline.points))
    yield Curve(_at(*outline.points[0], side), pieces, BOX_WIDTH, fill=1.0)
    for region in outline.regions:
        width, grey = (BOX_WIDTH, 0.0) if region.own_outline else (ROW_WIDTH, RULE_GREY)
        across, down = region.half_width * _WIDE, region.half_height * _HIGH
        yield ellipse(*_at(region.x, region.y, side), across, down, width, grey=grey, fill=1.0)
    for mark in marks:
        yield ellipse(*_at(mark.x, mark.y, side), _RADIUS, _RADIUS, BOX_WIDTH, fill=1.0)


def _numbers(marks: Sequence[_Mark], side: str) -> tuple[Words, ...]:
    words = []
    for mark in marks:
        said = str(mark.number)
        x, y = _at(mark.x, mark.y, side)
        words.append(Words(x - text_width(said, POINT.font, POINT.size) / 2, y + POINT.size * 0.3665, said, POINT))
    return tuple(words)
