"""Item rows: number, question, answer, marks; and the grey band above a group."""

from __future__ import annotations

from crf_app.clinical.record import ItemRecord
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
from crf_app.study.texts import Text

_BAND_GAP = 2.6 * MM
_BAND_PAD = 2 * MM
ANSWER_AT = NUMBER_COLUMN + QUESTION_COLUMN


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
            lines = self.desk.wrap(self._label(item), QUESTION_COLUMN - CELL_PAD)
            found = strips_of(lines, LABEL)
            if not any(piece.framed for line in lines for piece in line.pieces):
                self.desk.questions[id(item)] = found
                self.desk.kept.append(item)
        return found

    def _label(self, item: ItemDef) -> tuple[Span, ...]:
        spans = self.desk.spans(item.label, LABEL, LABEL_SECOND)
        if item.hint.en:
            spans += (Span("  ", SMALL), *self.desk.spans(item.hint, SMALL))
        return spans

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
