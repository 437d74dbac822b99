"""Laboratory panels: result, reference interval, flag and significance of an analyte on one line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from crf_app.clinical.record import GroupRecord, ItemRecord
from crf_app.clinical.values import Value
from crf_app.pdf.annotated import annotation_strips
from crf_app.pdf.answers import TIGHT, TIGHTEST, answer_strips
from crf_app.pdf.blocks import Block, Column, Rule, Strip, row_blocks, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.notes import Notes
from crf_app.pdf.rows import RowSetter, band, head_block, mark_strips
from crf_app.pdf.styles import (
    CELL,
    CELL_PAD,
    HEAD,
    HEAD_SECOND,
    LABEL,
    LABEL_SECOND,
    MARK_COLUMN,
    MM,
    NUMBER,
    NUMBER_COLUMN,
    ROW_WIDTH,
)
from crf_app.pdf.typeset import Span
from crf_app.study.item_types import format_value

RESULT = "_LBORRES"
FLAG = "_LBNRIND"
SIGNIFICANCE = "_LBCLSIG"
_ARROWS = {"LOW": "↓ ", "HIGH": "↑ ", "ABNORMAL": "! "}
_SHARES = (("lab_analyte", 46 * MM), ("lab_result", 32 * MM), ("lab_interval", 30 * MM), ("lab_flag", 21 * MM))


class Analyte(NamedTuple):
    """The three items of one analyte; the flag and the judgement may be missing from a panel."""

    result: ItemRecord
    flag: ItemRecord | None
    significance: ItemRecord | None


def split_panel(records: tuple[ItemRecord, ...]) -> tuple[list[Analyte], list[ItemRecord]]:
    """The analytes of a panel, and the items that belong to none."""
    by_name = {record.item.oid: record for record in records}
    analytes, taken = [], set()
    for record in records:
        if not record.item.oid.endswith(RESULT):
            continue
        stem = record.item.oid.removesuffix(RESULT)
        flag, significance = by_name.get(stem + FLAG), by_name.get(stem + SIGNIFICANCE)
        analytes.append(Analyte(record, flag, significance))
        taken |= {one.item.oid for one in (record, flag, significance) if one is not None}
    return analytes, [record for record in records if record.item.oid not in taken]


def laboratory_blocks(desk: Desk, notes: Notes, group: GroupRecord, width: float) -> list[Block]:
    """A panel as a table; items that are no analytes follow as rows."""
    title = band(desk, group.group.name, width)
    again = band(desk, group.group.name, width, continued=True)
    head = _head(desk, width)
    blocks = [title, head]
    for row in group.rows:
        analytes, others = split_panel(row.items)
        for analyte in analytes:
            blocks += _analyte(desk, notes, analyte, width, (again, head))
        setter = RowSetter(desk, notes, width)
        blocks += _legend(desk, setter, analytes, (again,))
        for record in others:
            blocks += setter.item(record, (again,))
    return blocks


def _legend(desk: Desk, setter: RowSetter, analytes: list[Analyte], heads: tuple[Block, ...]) -> list[Block]:
    """What the codes of the judgement mean, once under the table instead of in every row."""
    judged = next((one.significance for one in analytes if one.significance is not None), None)
    if judged is None:
        return []
    meanings = ", ".join(f"{code.code} {code.text.get(desk.lang)}" for code in judged.item.codes)
    return setter.sentence(f"{desk.say('lab_significance')}: {meanings}", heads)


@lru_cache(maxsize=8)
def _columns(width: float) -> list[tuple[str, float, float]]:
    x = NUMBER_COLUMN
    found = []
    for key, wide in _SHARES:
        found.append((key, x, wide))
        x += wide
    found.append(("lab_significance", x, width - x - MARK_COLUMN))
    return found


def _head(desk: Desk, width: float) -> Block:
    cells = [
        (x, strips_of(desk.wrap_text(desk.both(key), HEAD, wide - CELL_PAD, HEAD_SECOND), HEAD))
        for key, x, wide in _columns(width)
    ]
    return head_block(cells, width)


def _analyte(desk: Desk, notes: Notes, analyte: Analyte, width: float, heads: tuple[Block, ...]) -> list[Block]:
    result = analyte.result
    name, value, interval, flag, judged = ((x, wide - CELL_PAD) for _, x, wide in _columns(width))
    columns = [
        Column(0, strips_of((desk.line([Span(str(notes.number(result.item)), NUMBER)]),), NUMBER)),
        Column(name[0], strips_of(desk.wrap_text(result.item.label, LABEL, name[1], LABEL_SECOND), LABEL)),
        Column(value[0], answer_strips(desk, result, value[1], TIGHT)),
        Column(interval[0], _interval(desk, result, interval[1])),
    ]
    marks = notes.marks(result)
    if analyte.flag is not None:
        columns.append(Column(flag[0], _flag(desk, analyte.flag, flag[1])))
        marks += tuple(mark for mark in notes.marks(analyte.flag) if mark != "ƒ")
    if analyte.significance is not None:
        columns.append(Column(judged[0], answer_strips(desk, analyte.significance, judged[1], TIGHTEST)))
        marks += notes.marks(analyte.significance)
    columns.append(Column(0, mark_strips(desk, marks, width)))
    blocks = row_blocks([column for column in columns if column.strips], width, heads=heads)
    if desk.annotated:
        blocks[-1].keep_next = True
        blocks[-1].parts = blocks[-1].parts[:-1]  # the rule comes after the names
        blocks += _names(desk, notes, analyte, width, heads)
    return blocks


def _names(desk: Desk, notes: Notes, analyte: Analyte, width: float, heads: tuple[Block, ...]) -> list[Block]:
    """The names of all items of the line, below it."""
    records = [one for one in analyte if one is not None]
    strips = [strip for record in records for strip in annotation_strips(desk, notes.form, record.item, width - NUMBER_COLUMN)]
    return row_blocks([Column(NUMBER_COLUMN, strips)], width, least=0, pad=1.0, heads=heads)


def _interval(desk: Desk, result: ItemRecord, width: float) -> Sequence[Strip]:
    """The reference interval; on blank paper room for the laboratory's own."""
    text = result.limits.get(desk.lang)
    if text or not desk.blank:
        return strips_of(desk.wrap([Span(text, CELL)], width), CELL)
    return [Strip(CELL.leading, (), (Rule(0, CELL.leading - 1.5, width - CELL_PAD, CELL.leading - 1.5, ROW_WIDTH),))]


def _flag(desk: Desk, record: ItemRecord, width: float) -> tuple[Strip, ...] | list[Strip]:
    """The flag in words with an arrow; boxes would say no more, as nobody ticks it."""
    if not record.collected or record.value.missing or not record.item.code(record.value.text):
        return answer_strips(desk, record, width, TIGHT) if not record.value.is_blank else []
    return strips_of(desk.wrap([Span(_flag_text(desk, record.value, record), CELL)], width), CELL)


def _flag_text(desk: Desk, value: Value, record: ItemRecord) -> str:
    return _ARROWS.get(value.text, "") + format_value(record.item, value, desk.lang)
