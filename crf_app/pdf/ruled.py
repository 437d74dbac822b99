"""What lists on paper are made of: a title that stands again on later pages, and tables of fixed columns with their head on every page."""

from __future__ import annotations

from collections.abc import Sequence

from crf_app.pdf.blocks import Block, Column, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.rows import continued_line, head_block
from crf_app.pdf.styles import HEAD, HEAD_SECOND, MM, NOTE, TITLE, TITLE_SECOND
from crf_app.pdf.typeset import Span
from crf_app.study.texts import Text

_GAP = 1.6 * MM
Columns = Sequence[tuple[str, float]]
Cell = str | Text | Sequence[Strip]
"""Of a cell: as it stands, in the language of the document, or lines that were set already."""


def annex_title(desk: Desk, key: str, width: float) -> Block:
    """The title of a list; never the last of its page."""
    strips = strips_of(desk.wrap_text(desk.both(key), TITLE, width, TITLE_SECOND), TITLE)
    return Block(height_of(strips) + 2 * MM, stacked(strips), keep_next=True)


def title_again(desk: Desk, key: str, width: float) -> Block:
    """What stands above a list on its later pages."""
    return continued_line(desk, desk.both(key), width)


class Ruled:
    """A table of fixed columns (millimetres; 0 takes the rest), ruled, with its head above it on every page and from the second page on the title of the list."""

    def __init__(self, desk: Desk, columns: Columns, width: float, title: str = "") -> None:
        self._desk = desk
        self._width = width
        rest = width - sum(wide * MM for _, wide in columns)
        self._wide = [(wide * MM if wide else rest) - _GAP for _, wide in columns]
        self._at = [sum(wide + _GAP for wide in self._wide[:place]) for place in range(len(columns))]
        cells = [
            (x, strips_of(desk.wrap_text(desk.both(key), HEAD, wide, HEAD_SECOND), HEAD))
            for (key, _), x, wide in zip(columns, self._at, self._wide, strict=True)
        ]
        self.head = head_block(cells, width)
        self.heads: tuple[Block, ...] = (title_again(desk, title, width), self.head) if title else (self.head,)
        """What stands above a row that begins a page."""

    def lines(self, place: int, cell: str | Text) -> list[Strip]:
        """The lines of a text in the column at `place`, for a cell of several parts."""
        return [*self._cell(cell, self._wide[place])]

    def row(self, cells: Sequence[Cell], more: tuple[Block, ...] = ()) -> list[Block]:
        """One row; a cell is broken into lines, nothing is cut. `more` stands between the heads and a row that begins a page."""
        columns = [Column(x, self._cell(cell, wide)) for cell, x, wide in zip(cells, self._at, self._wide, strict=True)]
        return row_blocks(columns, self._width, least=0, pad=1.6, heads=(*self.heads, *more))

    def _cell(self, cell: Cell, wide: float) -> Sequence[Strip]:
        if isinstance(cell, str):
            return strips_of(self._desk.wrap([Span(cell, NOTE)], wide), NOTE)
        if isinstance(cell, Text):
            return strips_of(self._desk.wrap_text(cell, NOTE, wide, NOTE, more=1), NOTE)
        return cell


def empty_note(desk: Desk, key: str, width: float) -> list[Block]:
    """One sentence where a list has no entry."""
    strips = strips_of(desk.wrap([Span(desk.say(key), NOTE)], width), NOTE)
    return row_blocks([Column(0, strips)], width, pad=2.0)


def named(desk: Desk, key: str, fallback: str) -> Text:
    """The word `pdf.<key>` in each language when there is one, else `fallback` as it stands."""
    return desk.both(key) if desk.words.has(f"pdf.{key}") else Text(fallback, fallback)


def person(desk: Desk, name: Text, role: str) -> Text:
    """A person with the role of the moment."""
    said = named(desk, f"role.{role}", role)
    return Text(f"{name.en}, {said.en}", f"{name.zh}，{said.zh}") if role else name
