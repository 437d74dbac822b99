"""Charts on paper: the same layout as on screen, in black and greys, in the embedded faces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from crf_app.clinical.charts.drawing import PAPER, Disc, Drawing, Ink, Measure, Path
from crf_app.clinical.charts.layout import lay_out
from crf_app.clinical.charts.model import Chart
from crf_app.pdf.blocks import Block, Placed, Shape, Strip, Stroke, ellipse, height_of, stacked, strips_of, words_of
from crf_app.pdf.blocks import Words as Set
from crf_app.pdf.desk import Desk
from crf_app.pdf.ruled import annex_title, title_again
from crf_app.pdf.styles import BAND, BOLD, CELL, MM, NOTE, REGULAR, SOFT, Style
from crf_app.pdf.typeset import Line, styled
from crf_app.study.texts import Text

GREYS: Mapping[Ink, float] = {
    Ink.TEXT: 0.0, Ink.QUIET: SOFT, Ink.AXIS: 0.3, Ink.GRID: 0.8, Ink.SURFACE: 1.0, Ink.BAND: 0.925, Ink.ZONE: 0.925, Ink.BAND_EDGE: 0.5, Ink.LIMIT: 0.0,
    Ink.MOMENT: SOFT, Ink.MISSING: 0.0, Ink.SERIES_1: 0.0, Ink.SERIES_2: 0.0, Ink.SERIES_3: 0.0, Ink.SERIES_4: 0.0,
    Ink.FILL_0: 1.0, Ink.FILL_1: 1.0, Ink.FILL_2: 1.0, Ink.FILL_3: 1.0, Ink.FILL_4: 1.0, Ink.FILL_5: 0.4,
}  # fmt: skip
_HIGH, _HIGH_PAIRED, _HIGH_ALONE = 150.0, 112.0, 300.0
_GAP = 6 * MM
MOST_LANES = 45
"""Lanes on one page; more are drawn in parts."""


def chart_blocks(desk: Desk, charts: Sequence[Chart], width: float, *, alone: bool = False) -> list[Block]:
    """The charts one below the other, those of a group two on a line; those without values are named at the end. `alone`: large, empty ones too."""
    if alone:
        return [_block([_cell(desk, part, width, _HIGH_ALONE)], width) for chart in charts for part in _parts(chart)]
    blocks = [annex_title(desk, "charts", width)]
    drawn = [one for one in charts if not one.is_empty]
    for group, found in groupby(drawn, key=lambda one: one.group):
        members = list(found)
        if not group.en:
            blocks += [_block([_cell(desk, part, width, _HIGH)], width) for chart in members for part in _parts(chart)]
            continue
        blocks.append(_group_head(desk, group, width))
        half = (width - _GAP) / 2
        cells = [_cell(desk, one, half, _HIGH_PAIRED) for one in members]
        blocks += [_block(cells[at : at + 2], width) for at in range(0, len(cells), 2)]
    again = title_again(desk, "charts", width)
    for block in blocks[1:]:
        block.heads = (again,)
    return [*blocks, *_without(desk, [one for one in charts if one.is_empty], width)]


def _parts(chart: Chart) -> Iterator[Chart]:
    """A chart with more lanes than a page holds in several."""
    if len(chart.lanes) <= MOST_LANES:
        yield chart
        return
    for first in range(0, len(chart.lanes), MOST_LANES):
        lanes = chart.lanes[first : first + MOST_LANES]
        bars = tuple(replace(bar, lane=bar.lane - first) for bar in chart.bars if first <= bar.lane < first + len(lanes))
        said = f"{first + 1}–{first + len(lanes)} / {len(chart.lanes)}"
        yield replace(chart, lanes=lanes, bars=bars, title=Text(f"{chart.title.en} ({said})", f"{chart.title.zh}（{said}）"))


def _group_head(desk: Desk, text: Text, width: float) -> Block:
    strips = strips_of(desk.wrap(desk.spans(text, BAND), width), BAND)
    return Block(height_of(strips) + 1 * MM, stacked(strips), gap=4 * MM, keep_next=True)


def _without(desk: Desk, charts: Sequence[Chart], width: float) -> list[Block]:
    if not charts:
        return []
    names = ("; " if desk.lang == "en" else "；").join(one.title.get(desk.lang) for one in charts)
    strips = strips_of(desk.wrap([styled(desk.say("charts_without", names=names), NOTE)], width), NOTE)
    return [Block(height_of(strips), stacked(strips), gap=4 * MM)]


def _cell(desk: Desk, chart: Chart, width: float, high: float) -> list[Strip]:
    """Title, drawing, notes."""
    strips = [*strips_of(desk.wrap(desk.spans(chart.title, CELL._replace(font=BOLD), CELL), width), CELL)]
    drawing = lay_out(chart, width, high, desk.lang, PAPER, measure_by(desk))
    strips.append(drawn_strip(desk, drawing))
    for note in chart.notes:
        strips += strips_of(desk.wrap(desk.spans(note, NOTE), width), NOTE)
    return strips


def _block(cells: Sequence[Sequence[Strip]], width: float) -> Block:
    parts: list[Placed] = []
    for number, strips in enumerate(cells):
        parts += stacked(list(strips), number * (width + _GAP) / 2)
    return Block(max(height_of(strips) for strips in cells), parts, gap=5 * MM)


# A drawing in the marks of a page


def measure_by(desk: Desk) -> Measure:
    """Widths in the embedded faces, a character that none has in its frame."""

    def width(text: str, size: float, bold: bool) -> float:
        return _line(desk, text, size, bold, 0.0).width

    return width


def _line(desk: Desk, text: str, size: float, bold: bool, grey: float) -> Line:
    return desk.line([styled(text, Style(BOLD if bold else REGULAR, size, size * 1.45, grey))])


def drawn_strip(desk: Desk, drawing: Drawing) -> Strip:
    """The drawing as one strip of its height."""
    words: list[Set] = []
    shapes: list[Shape] = []
    for shape in drawing.shapes:
        if isinstance(shape, Path):
            shapes.append(_stroke(shape))
        elif isinstance(shape, Disc):
            fill = GREYS[shape.fill] if shape.fill is not None else None
            shapes.append(ellipse(shape.x, shape.y, shape.radius, shape.radius, shape.width, grey=GREYS[shape.ink], fill=fill))
        else:
            placed, frames = words_of(_line(desk, shape.text, shape.size, shape.bold, GREYS[shape.ink]), shape.x, shape.y)
            words += placed
            shapes += frames
    return Strip(drawing.height, tuple(words), tuple(shapes))


def _stroke(path: Path) -> Stroke:
    fill = GREYS[path.fill] if path.fill is not None else None
    if path.ink is None:
        return Stroke(path.places, 0.0, path.closed, 0.0, (), fill)
    return Stroke(path.places, path.width, path.closed, GREYS[path.ink], path.dash, fill)
