"""Tables that belong to a form without being asked on it: the criteria with their evidence and verdict."""

from __future__ import annotations

import re

from crf_app.clinical.record import TableRecord
from crf_app.pdf.blocks import Block, Column, row_blocks, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.rows import band, head_block
from crf_app.pdf.styles import CELL, CELL_PAD, CELL_SECOND, HEAD, HEAD_SECOND, MM
from crf_app.pdf.typeset import Span

_RUNS = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]{1,4}|[^\u2e80-\u9fff\uff00-\uffef]+")
_LONGEST_WORD = 30 * MM
_SHORT_TEXT = 22 * MM
_LONGEST_TEXT = 200 * MM


def attached_blocks(desk: Desk, table: TableRecord, width: float) -> list[Block]:
    """The table in a page's width: cells are broken where they must, the head is repeated on every page."""
    widths = column_widths(desk, table, width)
    starts = [sum(widths[:place]) for place in range(len(widths))]
    again = band(desk, table.name, width, continued=True)
    cells = [
        (x + CELL_PAD, strips_of(desk.wrap_text(head, HEAD, wide - 2 * CELL_PAD, HEAD_SECOND), HEAD))
        for head, x, wide in zip(table.heads, starts, widths, strict=True)
    ]
    head = head_block(cells, width)
    blocks = [band(desk, table.name, width), head]
    for row in table.rows:
        columns = [
            Column(x + CELL_PAD, strips_of(desk.wrap_text(text, CELL, wide - 2 * CELL_PAD, CELL_SECOND, more=1), CELL))
            for text, x, wide in zip(row, starts, widths, strict=True)
        ]
        blocks += row_blocks(columns, width, pad=2.0, verticals=starts[1:], heads=(again, head))
    return blocks


def column_widths(desk: Desk, table: TableRecord, width: float) -> list[float]:
    """Every column as wide as its longest word and its short texts; the room to spare goes where the texts are long."""
    least, wanted = [], []
    for place, head in enumerate(table.heads):
        cells = [span for row in table.rows for span in desk.spans(row[place], CELL, CELL_SECOND)]
        top = desk.spans(head, HEAD, HEAD_SECOND)
        lines = [desk.line(desk.spans(row[place], CELL, CELL_SECOND)).width for row in table.rows] + [desk.line(top).width]
        short = max((one for one in lines if one <= _SHORT_TEXT), default=0.0)
        longest = max(_longest_word(desk, span) for span in (*cells, *top))
        natural = max(desk.line([Span(span.text.strip(), span.style)]).width for span in (*cells, *top))
        least.append(max(min(longest, _LONGEST_WORD), short) + 2 * CELL_PAD + 0.5)
        wanted.append(max(min(natural, _LONGEST_TEXT) + 2 * CELL_PAD, least[-1]))
    spare = width - sum(least)
    wish = [most - little for most, little in zip(wanted, least, strict=True)]
    if not sum(wish):
        return [little + spare / len(least) for little in least]
    return [little + spare * one / sum(wish) for little, one in zip(least, wish, strict=True)]


def _longest_word(desk: Desk, span: Span) -> float:
    """Width of the longest run that a line break would tear; Chinese may break anywhere, but not into single signs."""
    words = (word for part in span.text.split() for word in _RUNS.findall(part))
    return max((desk.line([Span(word, span.style)]).width for word in words), default=0.0)
