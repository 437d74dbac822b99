"""Item rows: number, question, answer, marks; and the grey band above a group."""

from __future__ import annotations

from collections.abc import Sequence

from crf_app.clinical.record import ItemRecord
from crf_app.pdf.annotated import annotation_strips
from crf_app.pdf.answers import answer_strips
from crf_app.pdf.blocks import (
    Block,
    Box,
    Column,
    Placed,
    Rule,
    Strip,
    aligned_right,
    height_of,
    moved,
    row_blocks,
    stacked,
    strip_of,
    strips_of,
)
from crf_app.pdf.desk import Desk
from crf_app.pdf.notes import Notes
from crf_app.pdf.styles import (
    BAND,
    BAND_GREY,
    BAND_SIDE,
    CELL_PAD,
    CONTINUED,
    CONTINUED_SECOND,
    LABEL,
    LABEL_SECOND,
    MARK,
    MARK_COLUMN,
    MM,
    NUMBER,
    NUMBER_COLUMN,
    QUESTION_COLUMN,
    ROW_WIDTH,
    SECTION_WIDTH,
    SMALL,
)
from crf_app.pdf.typeset import Span, styled
from crf_app.study.definition import ItemDef
from crf_app.study.pairs import part_labels, shared_label
from crf_app.study.texts import Text

_BAND_GAP = 2.6 * MM
_BAND_PAD = 2 * MM
ANSWER_AT = NUMBER_COLUMN + QUESTION_COLUMN
_QUESTION_ROOM = QUESTION_COLUMN - CELL_PAD
_SHORT_NAME = 9.5 * MM
"""Points before an answer for its number and side."""


class RowSetter:
    """Sets the item rows of one form in a column of `width` points."""

    def __init__(self, desk: Desk, notes: Notes, width: float) -> None:
        self.desk = desk
        self.notes = notes
        self.width = width
        self._answer_width = width - ANSWER_AT - MARK_COLUMN

    def item(self, record: ItemRecord, heads: tuple[Block, ...], row: str = "") -> list[Block]:
        """An item as a row of its own. `row` names the table row it belongs to, for the notes."""
        columns = [
            Column(0, self._number(record.item)),
            Column(NUMBER_COLUMN, self._question(record.item)),
            Column(ANSWER_AT, answer_strips(self.desk, record, self._answer_width)),
        ]
        marks = mark_strips(self.desk, self.notes.marks(record, row), self.width)
        if marks:
            columns.append(Column(0, marks))
        return row_blocks(columns, self.width, heads=heads)

    def pair(self, first: ItemRecord, second: ItemRecord, heads: tuple[Block, ...]) -> list[Block]:
        """Two sides of one thing on one row: what they share as the question, each half named before its answer."""
        desk, half = self.desk, self._answer_width / 2
        question = desk.wrap_text(shared_label(first.item, second.item), LABEL, _QUESTION_ROOM, LABEL_SECOND)
        said = strips_of(question, LABEL) + self.annotation(first.item, _QUESTION_ROOM) + self.annotation(second.item, _QUESTION_ROOM)
        columns = [Column(0, self._number(first.item)), Column(NUMBER_COLUMN, said)]
        names = part_labels(first.item, second.item)
        number = Span(f"{self.notes.number(second.item)}  ", NUMBER)
        marks: list[str] = []
        for place, (record, name) in enumerate(zip((first, second), names, strict=True)):
            lead = (number,) if place else ()
            columns.append(Column(ANSWER_AT + place * half, self._half(record, name, lead, half - CELL_PAD)))
            marks += [mark for mark in self.notes.marks(record) if mark != "ƒ" or mark not in marks]
        if marks:
            columns.append(Column(0, mark_strips(desk, tuple(marks), self.width)))
        return row_blocks(columns, self.width, heads=heads)

    def _half(self, record: ItemRecord, name: Text, lead: tuple[Span, ...], width: float) -> list[Strip]:
        """A short name stands before the answer; a long one, or one of options, above it."""
        said = self.desk.line([*lead, *self.desk.spans(name, SMALL)])
        if said.width > _SHORT_NAME or record.item.codes:
            return [*strips_of(self.desk.wrap([*lead, *self.desk.spans(name, SMALL)], width), SMALL),
                    *answer_strips(self.desk, record, width)]  # fmt: skip
        strips = [moved(strip, _SHORT_NAME) for strip in answer_strips(self.desk, record, width - _SHORT_NAME)]
        base = strips[0].height / 2 + SMALL.size * 0.3665
        named = strip_of(said, strips[0].height, base)
        strips[0] = strips[0]._replace(words=(*named.words, *strips[0].words))
        return strips

    def _number(self, item: ItemDef) -> tuple[Strip, ...]:
        number = self.notes.number(item)
        found = self.desk.numbers.get(number)
        if found is None:
            found = self.desk.numbers[number] = strips_of((self.desk.line([Span(str(number), NUMBER)]),), NUMBER)
        return found

    def _question(self, item: ItemDef) -> tuple[Strip, ...]:
        """The label's lines, set once for a document (unless a character in it must be reported on each form)."""
        found = self.desk.questions.get(id(item))
        if found is None:
            hint = (Span("  ", SMALL), *self.desk.spans(item.hint, SMALL)) if item.hint.en else ()
            lines = self.desk.wrap_text(item.label, LABEL, _QUESTION_ROOM, LABEL_SECOND, hint)
            found = strips_of(lines, LABEL) + self.annotation(item, _QUESTION_ROOM)
            if not any(piece.framed for line in lines for piece in line.pieces):
                self.desk.questions[id(item)] = found
                self.desk.kept.append(item)
        return found

    def annotation(self, item: ItemDef, width: float) -> tuple[Strip, ...]:
        """The names of an item on an annotated form; nothing on any other."""
        return annotation_strips(self.desk, self.notes.form, item, width) if self.desk.annotated else ()

    def sentence(self, text: str, heads: tuple[Block, ...] = ()) -> list[Block]:
        """A row with one remark across the page."""
        strips = strips_of(self.desk.wrap([Span(text, LABEL_SECOND)], self.width - NUMBER_COLUMN), LABEL)
        return row_blocks([Column(NUMBER_COLUMN, strips)], self.width, heads=heads)


def mark_strips(desk: Desk, marks: tuple[str, ...], right: float) -> list[Strip]:
    """Marks under each other, two on a line, ending at `right`."""
    pairs = [" ".join(marks[first : first + 2]) for first in range(0, len(marks), 2)]
    return [aligned_right(desk.line([Span(pair, MARK)]), right, MARK) for pair in pairs]


def band(desk: Desk, name: Text, width: float, side: str = "", *, continued: bool = False) -> Block:
    """The grey title of a group, `side` at its right end."""
    spans = desk.spans(name, BAND, BAND)
    if continued:
        spans += (styled("  ", BAND_SIDE), *desk.said("continued", BAND_SIDE))
    side_line = desk.line([Span(side, BAND_SIDE)])
    room = width - 2 * _BAND_PAD - (side_line.width + 8 if side else 0)
    strips = list(strips_of(desk.wrap(spans, room), BAND))
    height = height_of(strips) + 4
    ground = Strip(
        height,
        (),
        (
            Box(0, 0, width, height, 0, BAND_GREY),
            Rule(0, 0, width, 0, SECTION_WIDTH),
            Rule(0, height, width, height, ROW_WIDTH),
        ),
    )
    parts = [Placed(0, 0, ground), *stacked(strips, _BAND_PAD, 2)]
    if side:
        parts.append(Placed(0, 2, aligned_right(side_line, width - _BAND_PAD, BAND_SIDE)))
    return Block(height, parts, gap=0 if continued else _BAND_GAP, keep_next=True)


def continued_line(desk: Desk, title: Text, width: float) -> Block:
    """A title as it stands on the second and later pages of what it names."""
    tail = (styled("  ", CONTINUED_SECOND), *desk.said("continued", CONTINUED_SECOND))
    strips = strips_of(desk.wrap_text(title, CONTINUED, width, CONTINUED_SECOND, tail), CONTINUED)
    return Block(height_of(strips) + 1.5 * MM, stacked(strips))


def sub_band(desk: Desk, text: str, width: float, *, struck_out: bool = False) -> Block:
    """The title of one row that is set as a list of its items."""
    lines = desk.wrap([Span(text, LABEL)], width - 2 * _BAND_PAD)
    strips = [strip_of(line, LABEL.leading, LABEL.leading * 0.78) for line in lines]
    height = height_of(strips) + 5
    shapes = [Rule(0, height, width, height, SECTION_WIDTH)]
    if struck_out:
        shapes.append(Rule(_BAND_PAD, height / 2, _BAND_PAD + lines[0].width, height / 2, SECTION_WIDTH))
    parts = [Placed(0, 0, Strip(height, (), tuple(shapes))), *stacked(strips, _BAND_PAD, 2.5)]
    return Block(height, parts, gap=1.5 * MM, keep_next=True)


def head_block(cells: Sequence[tuple[float, Sequence[Strip]]], width: float, *, landscape: bool = False) -> Block:
    """The head of a table: cells at their places (points from the left) above a rule."""
    height = max(height_of(strips) for _, strips in cells) + 4
    parts: list[Placed] = []
    for x, strips in cells:
        parts += stacked(strips, x, 2)
    parts.append(Placed(0, 0, Strip(height, (), (Rule(0, height, width, height, SECTION_WIDTH),))))
    return Block(height, parts, keep_next=True, landscape=landscape)
