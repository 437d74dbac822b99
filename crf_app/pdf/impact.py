"""The report on an amendment on paper: a table, a row a consequence, lying across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crf_app.clinical.record import OutputContext
from crf_app.pdf.blocks import Block, Column, Placed, Rule, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import FrameMaker, content_width, page_number
from crf_app.pdf.paging import paginate
from crf_app.pdf.painter import Painter
from crf_app.pdf.styles import CELL, HEAD, MM, SECTION_WIDTH, TITLE, Style
from crf_app.pdf.typeset import styled
from crf_app.words import Words

_GAP = 6.0


@dataclass(frozen=True)
class ImpactTable:
    """What is printed: texts in one language. `shares` say how wide the columns are, in parts of the page."""

    title: str
    heads: Sequence[str]
    shares: Sequence[int]
    rows: Sequence[Sequence[str]]


def render_impact(table: ImpactTable, context: OutputContext, words: Words, lang: str) -> bytes:
    """The table as PDF; `lang` is "en" or "zh"."""
    desk = Desk(context, words, lang)
    width = content_width(landscape=True)
    edges = [width * sum(table.shares[:number]) / sum(table.shares) for number in range(len(table.shares) + 1)]
    head = _head(desk, table.heads, edges)
    blocks = [_title(desk, table.title, width), head]
    for cells in table.rows:
        blocks += row_blocks(_columns(desk, cells, edges, CELL), width, pad=2.5, heads=(head,), landscape=True)
    maker = FrameMaker(desk)
    frame = maker.frame((), table.title, landscape=True)
    pages = paginate(blocks, lambda _landscape: frame, lambda _landscape: None)
    painter = Painter(table.title, context.produced_by.get("both"), lang)
    for number, page in enumerate(pages, 1):
        painter.page(page, page_number(desk, page.frame, number, len(pages)))
    return painter.finish()


def _columns(desk: Desk, cells: Sequence[str], edges: Sequence[float], style: Style) -> list[Column]:
    places = zip(cells, edges, edges[1:], strict=False)
    return [Column(left, strips_of(desk.wrap([styled(cell, style)], right - left - _GAP) if cell else (), style)) for cell, left, right in places]


def _head(desk: Desk, heads: Sequence[str], edges: Sequence[float]) -> Block:
    columns = _columns(desk, heads, edges, HEAD)
    high = max(height_of(column.strips) for column in columns) + 4
    parts = [one for column in columns for one in stacked(column.strips, column.x)]
    parts.append(Placed(0, 0, Strip(0, (), (Rule(0, high, edges[-1], high, SECTION_WIDTH),))))
    return Block(high, parts, keep_next=True, landscape=True)


def _title(desk: Desk, title: str, width: float) -> Block:
    strips = strips_of(desk.wrap([styled(title, TITLE)], width), TITLE)
    return Block(height_of(strips) + 2 * MM, stacked(strips), keep_next=True, landscape=True)
