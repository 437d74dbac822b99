"""What a page is made of: strips (a line of a cell), blocks (never broken between pages) and their drawing marks.

All places are points from the left edge of the content and downward from the top of the strip or block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crf_app.pdf.fonts import text_width
from crf_app.pdf.styles import BOX_WIDTH, CELL_PAD, ROW_LEAST, ROW_WIDTH, RULE_GREY, Style
from crf_app.pdf.typeset import Line, Piece

LONGEST_ROW = 320.0
"""Points. A row that needs more is broken between pages, line by line."""
_FRAME_PAD = 1.2
_QUARTER = 0.5523
"""Length of the handles of a Bezier piece that stands for a quarter of a circle of radius 1."""


class Words(NamedTuple):
    """Text at its baseline."""

    x: float
    y: float
    text: str
    style: Style


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    grey: float = 0.0


class Box(NamedTuple):
    """A rectangle from its top left corner; `width` 0 draws no edge, `fill` is a grey or None."""

    x: float
    y: float
    wide: float
    high: float
    width: float
    fill: float | None = None


class Stroke(NamedTuple):
    """A line through several points: the tick in a box, an outline, a curve of a chart. `width` 0 draws no line, `fill` is a grey or None."""

    points: tuple[tuple[float, float], ...]
    width: float
    closed: bool = False
    grey: float = 0.0
    dash: tuple[float, ...] = ()
    fill: float | None = None


class Link(NamedTuple):
    """A place that leads to another page of the document."""

    x: float
    y: float
    wide: float
    high: float
    target: str


class Curve(NamedTuple):
    """A closed smooth outline: from `start` by cubic pieces (two handles and an end); `fill` is a grey or None."""

    start: tuple[float, float]
    pieces: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    grey: float = 0.0
    fill: float | None = None


class Picture(NamedTuple):
    """An image file that the PDF writer can read, scaled into a rectangle from its top left corner."""

    x: float
    y: float
    wide: float
    high: float
    content: bytes


class Code(NamedTuple):
    """A square code of black and white cells from its top left corner; each row is a bitmap, its first cell the highest bit."""

    x: float
    y: float
    size: float
    cells: int
    rows: bytes


class Reserved(NamedTuple):
    """A place in a block where a signature may be shown later: its name and what it says to a screen reader."""

    x: float
    y: float
    wide: float
    high: float
    name: str
    said: str


Shape = Rule | Box | Stroke | Curve | Picture | Code


class Strip(NamedTuple):
    """One line of content, cut nowhere."""

    height: float
    words: tuple[Words, ...] = ()
    shapes: tuple[Shape, ...] = ()


class Placed(NamedTuple):
    """A strip at its place in a block."""

    x: float
    y: float
    strip: Strip


@dataclass(slots=True)
class Block:
    """A part of a page that stays whole.

    `keep_next`: never the last of its page; `gap`: space above unless first on the page; `heads` stand above it again when it begins a page; `landscape` asks for a page of that kind.
    """

    height: float
    parts: list[Placed] = field(default_factory=list)
    gap: float = 0.0
    keep_next: bool = False
    heads: tuple[Block, ...] = ()
    landscape: bool = False
    links: tuple[Link, ...] = ()
    anchor: str = ""
    reserved: tuple[Reserved, ...] = ()


def baseline(style: Style) -> float:
    """Where the baseline lies below the top of a line of `style`: the capitals stand in its middle."""
    return style.leading / 2 + style.size * 0.3665


def words_of(line: Line, x: float, y: float) -> tuple[tuple[Words, ...], tuple[Shape, ...]]:
    """The marks of a line whose baseline is at y."""
    words: list[Words] = []
    shapes: list[Shape] = []
    for piece in line.pieces:
        if piece.framed:
            words.append(Words(x + piece.x + _FRAME_PAD + 0.5, y - 0.4, piece.text, piece.style))
            shapes.append(_frame(piece, x, y))
        elif piece.text:
            words.append(Words(x + piece.x, y, piece.text, piece.style))
    return tuple(words), tuple(shapes)


def _frame(piece: Piece, x: float, y: float) -> Box:
    size = piece.style.size
    return Box(x + piece.x + 0.5, y - size * 0.95, piece.width - 1, size * 1.2, ROW_WIDTH)


def strip_of(line: Line, leading: float, base: float, x: float = 0.0) -> Strip:
    """A line as a strip of height `leading` with its baseline at `base`."""
    words, shapes = words_of(line, x, base)
    return Strip(leading, words, shapes)


def strips_of(lines: Iterable[Line], style: Style, x: float = 0.0) -> tuple[Strip, ...]:
    """Lines under each other in the line height of `style`."""
    base = baseline(style)
    return tuple(strip_of(line, style.leading, base, x) for line in lines)


def aligned_right(line: Line, right: float, style: Style) -> Strip:
    """A line that ends at `right`."""
    return strip_of(line, style.leading, baseline(style), right - line.width)


def height_of(strips: Sequence[Strip]) -> float:
    """Height of strips under each other."""
    return sum(strip.height for strip in strips)


def stacked(strips: Sequence[Strip], x: float = 0.0, y: float = 0.0) -> list[Placed]:
    """Strips under each other from (x, y)."""
    placed = []
    for strip in strips:
        placed.append(Placed(x, y, strip))
        y += strip.height
    return placed


def ellipse(
    x: float, y: float, across: float, down: float, width: float, *, grey: float = 0.0, fill: float | None = None
) -> Curve:
    """An ellipse around (x, y) with the given half axes."""
    k = _QUARTER
    pieces = (
        ((x + across, y + k * down), (x + k * across, y + down), (x, y + down)),
        ((x - k * across, y + down), (x - across, y + k * down), (x - across, y)),
        ((x - across, y - k * down), (x - k * across, y - down), (x, y - down)),
        ((x + k * across, y - down), (x + across, y - k * down), (x + across, y)),
    )
    return Curve((x + across, y), pieces, width, grey, fill)


def moved(strip: Strip, x: float) -> Strip:
    """The strip with everything in it `x` points further to the right."""
    words = tuple(word._replace(x=word.x + x) for word in strip.words)
    return strip._replace(words=words, shapes=tuple(_moved(shape, x) for shape in strip.shapes))


def _moved(shape: Shape, x: float) -> Shape:
    if isinstance(shape, Rule):
        return shape._replace(x1=shape.x1 + x, x2=shape.x2 + x)
    if isinstance(shape, Stroke):
        return shape._replace(points=tuple((left + x, y) for left, y in shape.points))
    if isinstance(shape, Curve):
        pieces = tuple(tuple((left + x, y) for left, y in piece) for piece in shape.pieces)
        return shape._replace(start=(shape.start[0] + x, shape.start[1]), pieces=pieces)
    return shape._replace(x=shape.x + x)


def right_of(strip: Strip) -> float:
    """Where the last word of a strip ends."""
    return max((word.x + text_width(word.text, word.style.font, word.style.size) for word in strip.words), default=0.0)


def struck(strip: Strip, left: float, right: float) -> Strip:
    """The strip with a line through it from `left` to `right`."""
    middle = strip.height / 2
    return strip._replace(shapes=(*strip.shapes, Rule(left, middle, right, middle, BOX_WIDTH)))


class Column(NamedTuple):
    """A cell of a row: where it stands and what it holds."""

    x: float
    strips: Sequence[Strip]


def row_blocks(
    columns: Sequence[Column],
    width: float,
    *,
    least: float = ROW_LEAST,
    pad: float = CELL_PAD / 2,
    verticals: Sequence[float] = (),
    heads: tuple[Block, ...] = (),
    landscape: bool = False,
) -> list[Block]:
    """A ruled row of cells; more than one block only when it is too high to stay whole."""
    inner = max(height_of(column.strips) for column in columns)
    if inner <= LONGEST_ROW:
        return [_row(columns, width, max(least, inner + 2 * pad), pad, verticals, heads, landscape)]
    blocks = []
    rest = list(columns)
    while any(column.strips for column in rest):
        taken, rest = _first_part(rest)
        high = max(height_of(column.strips) for column in taken) + 2 * pad
        ends = not any(column.strips for column in rest)
        blocks.append(_row(taken, width, max(least, high), pad, verticals, heads, landscape, ruled=ends))
    return blocks


def _first_part(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    taken, rest = [], []
    for column in columns:
        count = 0
        used = 0.0
        while count < len(column.strips) and (count == 0 or used + column.strips[count].height <= LONGEST_ROW):
            used += column.strips[count].height
            count += 1
        taken.append(Column(column.x, column.strips[:count]))
        rest.append(Column(column.x, column.strips[count:]))
    return taken, rest


def _row(
    columns: Sequence[Column],
    width: float,
    height: float,
    pad: float,
    verticals: Sequence[float],
    heads: tuple[Block, ...],
    landscape: bool,
    *,
    ruled: bool = True,
) -> Block:
    """`ruled`: with a line under it; a part of a row that goes on has none."""
    one_line = all(len(column.strips) <= 1 for column in columns)
    parts: list[Placed] = []
    for x, strips in columns:
        y = (height - strips[0].height) / 2 if one_line and strips else pad
        for strip in strips:
            parts.append(Placed(x, y, strip))
            y += strip.height
    rules: list[Shape] = [Rule(0, height, width, height, ROW_WIDTH, RULE_GREY)] if ruled else []
    rules += [Rule(x, 0, x, height, ROW_WIDTH, RULE_GREY) for x in verticals]
    parts.append(Placed(0, 0, Strip(height, (), tuple(rules))))
    return Block(height, parts, heads=heads, landscape=landscape)
