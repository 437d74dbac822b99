"""Cover and table of contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crf_app.pdf.blocks import (
    Block,
    Column,
    Link,
    Placed,
    Rule,
    Strip,
    aligned_right,
    height_of,
    row_blocks,
    stacked,
    strips_of,
)
from crf_app.pdf.desk import Desk
from crf_app.pdf.rows import continued_line
from crf_app.pdf.signing import framed_pairs
from crf_app.pdf.styles import (
    CELL,
    CELL_BOLD,
    COVER_KIND,
    COVER_SUBJECT,
    COVER_TITLE,
    COVER_TITLE_SECOND,
    FRAME_WIDTH,
    HEAD,
    HEAD_SECOND,
    LABEL,
    LABEL_SECOND,
    MM,
    SECTION_WIDTH,
    SIGNED,
    SIGNED_BOLD,
    TITLE,
    TITLE_SECOND,
    Style,
)
from crf_app.pdf.typeset import Span, styled
from crf_app.study.texts import Text

_COVER_LABEL = 52 * MM
_COLUMNS = (0.0, 20 * MM, 104 * MM, 128 * MM, 160 * MM)
_ROW = 14.5
_BOOK_VISITS = 84 * MM


class _Manner(NamedTuple):
    """Of a cover: room above the title, its style, height and padding of the rows."""

    above: float
    title: Style
    row: float
    pad: float


_ROOMY = _Manner(32 * MM, COVER_TITLE, 9 * MM, 4)
_CLOSE = _Manner(10 * MM, COVER_TITLE._replace(size=18.0, leading=24.0), 7.4 * MM, 2)
_COVER_ROOM = 232 * MM


class ContentsEntry(NamedTuple):
    """A line of the contents: visit (empty when the same as above), what, when, in what state, where ("" = no page)."""

    visit: str
    name: Text
    date: str
    state: str
    target: str


class CoverFact(NamedTuple):
    """A line of the cover."""

    label: str
    text: str
    strong: bool = False


def cover_blocks(
    desk: Desk, facts: Sequence[CoverFact], boxes: Sequence[tuple[str, Sequence[str]]], width: float, kind: str = "case_report_form"
) -> list[Block]:
    """Title of the trial, the facts about the subject, and what the casebook holds; `kind` is the word for the document.

    A long title or many facts stand closer, so that all of it is one page.
    """
    roomy = _cover(desk, facts, boxes, width, kind, _ROOMY)
    return roomy if sum(block.height + block.gap for block in roomy) <= _COVER_ROOM else _cover(desk, facts, boxes, width, kind, _CLOSE)


def _cover(desk: Desk, facts: Sequence[CoverFact], boxes: Sequence[tuple[str, Sequence[str]]], width: float, kind: str, manner: _Manner) -> list[Block]:
    study = desk.context.study
    strips = [Strip(manner.above)]
    strips += strips_of(desk.wrap([styled(desk.say_both(kind), COVER_KIND)], width), COVER_KIND)
    first, second = (
        (study.title.zh, "") if desk.lang == "zh" else (study.title.en, study.title.zh if desk.lang == "both" else "")
    )
    strips += strips_of(desk.wrap([styled(first, manner.title)], width), manner.title)
    if second and second != first:
        strips += strips_of(desk.wrap([styled(second, COVER_TITLE_SECOND)], width), COVER_TITLE_SECOND)
    height = height_of(strips) + 8 * MM
    rule = Strip(0, (), (Rule(0, height, width, height, FRAME_WIDTH),))
    blocks = [Block(height, [*stacked(strips), Placed(0, 0, rule)])]
    for fact in facts:
        label = strips_of(desk.wrap([Span(fact.label, LABEL_SECOND)], _COVER_LABEL - 4), LABEL)
        style = COVER_SUBJECT if fact.strong else LABEL
        value = strips_of(desk.wrap([Span(fact.text, style)], width - _COVER_LABEL), style)
        blocks += row_blocks([Column(0, label), Column(_COVER_LABEL, value)], width, least=manner.row, pad=manner.pad)
    cells = []
    for head, lines in boxes:
        cell = list(strips_of(desk.wrap([styled(head, SIGNED_BOLD)], width / 2 - 12), SIGNED_BOLD))
        for line in lines:
            cell += strips_of(desk.wrap([Span(line, SIGNED)], width / 2 - 6 * MM), SIGNED)
        cells.append(cell)
    framed = framed_pairs(cells, width)
    framed[0].gap = 12 * MM
    return blocks + framed


def contents_blocks(desk: Desk, entries: Sequence[ContentsEntry], numbers: Sequence[int], width: float) -> list[Block]:
    """The table of contents. The numbers do not change its height, so it can be laid out before they are known.

    Of annotated forms it says at which visits each is used.
    """
    if desk.annotated:
        return _book_contents(desk, entries, numbers, width)
    head = _contents_head(desk, width)
    title = Block(
        TITLE.leading + 3 * MM,
        stacked(strips_of(desk.wrap(desk.said("contents", TITLE, TITLE_SECOND), width), TITLE)),
        keep_next=True,
    )
    blocks = [title, head]
    heads = (continued_line(desk, desk.both("contents"), width), head)
    for entry, number in zip(entries, numbers, strict=True):
        blocks.append(_contents_row(desk, entry, number, width, heads))
    return blocks


def _contents_head(desk: Desk, width: float) -> Block:
    keys = ("contents_visit", "contents_form", "contents_date", "contents_state")
    parts: list[Placed] = []
    for key, x in zip(keys, _COLUMNS, strict=False):
        parts += stacked(strips_of((desk.line(desk.said(key, HEAD, HEAD_SECOND)),), HEAD), x)
    parts.append(Placed(0, 0, aligned_right(desk.line(desk.said("contents_page", HEAD, HEAD_SECOND)), width, HEAD)))
    height = HEAD.leading + 4
    parts.append(Placed(0, 0, Strip(0, (), (Rule(0, height, width, height, SECTION_WIDTH),))))
    return Block(height, parts, keep_next=True)


def _contents_row(desk: Desk, entry: ContentsEntry, number: int, width: float, heads: tuple[Block, ...]) -> Block:
    visit = strips_of(desk.wrap([styled(entry.visit, CELL_BOLD)], _COLUMNS[1] - 4), CELL)
    columns = [
        Column(0, visit if entry.visit else ()),
        Column(_COLUMNS[1], strips_of(desk.wrap_text(entry.name, CELL, _COLUMNS[2] - _COLUMNS[1] - 4), CELL)),
        Column(_COLUMNS[2], strips_of(desk.wrap([Span(entry.date, CELL)], _COLUMNS[3] - _COLUMNS[2] - 2), CELL)),
        Column(_COLUMNS[3], strips_of(desk.wrap([Span(entry.state, CELL)], _COLUMNS[4] - _COLUMNS[3] - 2), CELL)),
        Column(0, [aligned_right(desk.line([Span(str(number) if entry.target else "–", CELL)]), width, CELL)]),
    ]
    block = row_blocks(columns, width, least=_ROW, pad=2, heads=heads)[0]
    if entry.target:
        block.links = (Link(0, 0, width, block.height, entry.target),)
    return block


def _book_contents(desk: Desk, entries: Sequence[ContentsEntry], numbers: Sequence[int], width: float) -> list[Block]:
    """Form, the visits where it is used, page."""
    title = strips_of(desk.wrap(desk.said("contents", TITLE, TITLE_SECOND), width), TITLE)
    parts = [
        *stacked(strips_of((desk.line(desk.said("contents_form", HEAD, HEAD_SECOND)),), HEAD)),
        *stacked(strips_of((desk.line(desk.said("contents_visits", HEAD, HEAD_SECOND)),), HEAD), _BOOK_VISITS),
        Placed(0, 0, aligned_right(desk.line(desk.said("contents_page", HEAD, HEAD_SECOND)), width, HEAD)),
    ]
    height = HEAD.leading + 4
    parts.append(Placed(0, 0, Strip(0, (), (Rule(0, height, width, height, SECTION_WIDTH),))))
    head = Block(height, parts, keep_next=True)
    blocks = [Block(TITLE.leading + 3 * MM, stacked(title), keep_next=True), head]
    heads = (continued_line(desk, desk.both("contents"), width), head)
    for entry, number in zip(entries, numbers, strict=True):
        columns = [
            Column(0, strips_of(desk.wrap_text(entry.name, CELL, _BOOK_VISITS - 4), CELL)),
            Column(_BOOK_VISITS, strips_of(desk.wrap([Span(entry.state, CELL)], width - _BOOK_VISITS - 12 * MM), CELL)),
            Column(0, [aligned_right(desk.line([Span(str(number), CELL)]), width, CELL)]),
        ]
        block = row_blocks(columns, width, least=_ROW, pad=2, heads=heads)[0]
        block.links = (Link(0, 0, width, block.height, entry.target),)
        blocks.append(block)
    return blocks
