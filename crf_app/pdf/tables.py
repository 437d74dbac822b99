"""Groups with rows: a table when its columns fit upright or across, else each row as a list of its items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crf_app.clinical.record import GroupRecord, RowRecord
from crf_app.pdf.annotated import annotation_strips
from crf_app.pdf.answers import CHOSEN, TABLE, answer_strips, value_text
from crf_app.pdf.blocks import Block, Column, Strip, row_blocks, strips_of, struck
from crf_app.pdf.derivations import function_label
from crf_app.pdf.desk import Desk
from crf_app.pdf.notes import Notes
from crf_app.pdf.rows import RowSetter, band, head_block, mark_strips, sub_band
from crf_app.pdf.styles import (
    BOX,
    BOX_GAP,
    CELL,
    CELL_PAD,
    HEAD,
    HEAD_SECOND,
    MM,
    NUMBER,
)
from crf_app.pdf.typeset import Span
from crf_app.study.definition import Code, ItemDef, ItemType
from crf_app.study.units import display_unit

_LABEL_WIDTH = 24 * MM
_NUMBER_WIDTH = 6 * MM
_LANDSCAPE_ROWS = 4
"""Fewer rows are easier to read as lists than on a page turned for them."""
_FEW_ROWS = 2
_FEW_OPTIONS = 6
_HEAD_LINES = 4
_WIDEST_HEAD = 36 * MM
_LISTED_WIDTH = 26 * MM
_LEAST = {
    ItemType.TEXT: 26 * MM,
    ItemType.LINK: 26 * MM,
    ItemType.PHOTO: 30 * MM,
    ItemType.FILE: 30 * MM,
    ItemType.MAP: 30 * MM,
    ItemType.DATETIME: 30 * MM,
    ItemType.DATE: 21 * MM,
    ItemType.PDATE: 21 * MM,
    ItemType.TIME: 12 * MM,
    ItemType.INT: 12 * MM,
    ItemType.DEC: 14 * MM,
}


class TablePlan(NamedTuple):
    """Columns and where they begin; `landscape`: only fits across; None instead of a plan: rows are set as lists."""

    items: tuple[ItemDef, ...]
    starts: tuple[float, ...]
    widths: tuple[float, ...]
    width: float
    landscape: bool
    label_width: float
    listed: frozenset[str]
    """Items whose options stand in a legend under the table, the cell holds the chosen one alone."""


def plan_table(desk: Desk, group: GroupRecord, upright: float, across: float) -> TablePlan | None:
    """Choose the columns for a page of either kind; None when neither is wide enough or worth turning the page."""
    keys = group.group.rows_key
    items = tuple(item for item in group.group.items if item.oid not in keys and item.oid != group.group.row_number)
    listed = frozenset(item.oid for item in items if _is_listed(desk, group, item))
    least = [_least_width(desk, item, listed=item.oid in listed) for item in items]
    label_width = _LABEL_WIDTH if group.group.repeating == "fixed" else 0.0
    lead = _NUMBER_WIDTH + label_width
    kinds = ((upright, False), (across, True)) if len(group.rows) >= _LANDSCAPE_ROWS else ((upright, False),)
    easy = [max(one, _head_width(desk, item, one)) for one, item in zip(least, items, strict=True)]
    for width, landscape in kinds:
        if lead + sum(least) <= width:
            begun = easy if lead + sum(easy) <= width else least
            spare = (width - lead - sum(begun)) / sum(_weight(item, listed) for item in items)
            widths = tuple(one + spare * _weight(item, listed) for one, item in zip(begun, items, strict=True))
            return TablePlan(items, _starts(widths, lead), widths, width, landscape, label_width, listed)
    return None


def _is_listed(desk: Desk, group: GroupRecord, item: ItemDef) -> bool:
    many = len(group.rows) > _FEW_ROWS or (desk.blank and group.group.repeating == "log")
    return many and len(item.codes) > _FEW_OPTIONS


def _weight(item: ItemDef, listed: frozenset[str]) -> float:
    """How much of the room to spare a column gets: long lists of options and free text become less high by it."""
    if item.oid in listed:
        return 3.0
    if item.codes:
        return len(item.codes)
    return 4.0 if item.type in (ItemType.TEXT, ItemType.LINK, ItemType.MAP) else 1.0


def _starts(widths: Sequence[float], x: float) -> tuple[float, ...]:
    starts = []
    for width in widths:
        starts.append(x)
        x += width
    return tuple(starts)


def _least_width(desk: Desk, item: ItemDef, *, listed: bool) -> float:
    """What a column needs: its longest option or the room of its type, and the longest word of its head."""
    words = item.label.get("zh" if desk.lang == "zh" else "en").split()
    head = max((desk.line([Span(word, HEAD)]).width for word in words), default=0.0)
    if listed:
        body = _LISTED_WIDTH
    elif item.codes:
        labels = (desk.line(desk.spans(TABLE.label(code), CELL)) for code in item.codes)
        body = BOX + BOX_GAP + max(line.width for line in labels)
    else:
        body = _LEAST[item.type]
    return min(max(head, body), 44 * MM) + 2 * CELL_PAD


def _head_width(desk: Desk, item: ItemDef, least: float) -> float:
    """The least width at which the head of a column is not a tower of words."""
    width = least
    while width < _WIDEST_HEAD and len(desk.wrap_text(item.label, HEAD, width - 2 * CELL_PAD, HEAD_SECOND)) > _HEAD_LINES:
        width += 2 * MM
    return width


def table_blocks(desk: Desk, notes: Notes, group: GroupRecord, plan: TablePlan) -> list[Block]:
    """The group as a table with its head repeated on every page."""
    title = band(desk, group.group.name, plan.width)
    title.landscape = plan.landscape
    again = band(desk, group.group.name, plan.width, continued=True)
    head = _head(desk, notes, plan)
    heads = (again, head)
    blocks = [title, head]
    for row in group.rows:
        if row.deleted:
            blocks += deleted_row(desk, row, plan.width, heads, landscape=plan.landscape)
        else:
            blocks += _row(desk, notes, row, plan, heads)
    if len(blocks) == 2:
        blocks += _nothing(desk, notes, plan)
    return blocks + _legends(desk, notes, plan, (again,)) + _names(desk, notes, group, plan.width, (again,), landscape=plan.landscape)


def _legends(desk: Desk, notes: Notes, plan: TablePlan, heads: tuple[Block, ...]) -> list[Block]:
    """What could be chosen and how columns are calculated, once under the table."""
    owners: dict[tuple[Code, ...], list[ItemDef]] = {}
    for item in plan.items:
        if item.oid in plan.listed:
            owners.setdefault(item.codes, []).append(item)
    blocks: list[Block] = []
    setter = RowSetter(desk, notes, plan.width)
    for codes, items in owners.items():
        said = ", ".join(f"{notes.number(item)} {item.label.get(desk.lang)}" for item in items)
        offered = "; ".join(f"{code.code} {code.text.get(desk.lang)}" if desk.blank else code.text.get(desk.lang) for code in codes)
        blocks += setter.sentence(f"{said}: {offered}", heads)
    formulas: dict[str, list[ItemDef]] = {}
    for item in plan.items:
        if item.derive:
            formulas.setdefault(function_label(item.derive, desk), []).append(item)
    for formula, items in formulas.items():
        said = ", ".join(f"{notes.number(item)} {item.label.get(desk.lang)}" for item in items)
        blocks += setter.sentence(f"ƒ {said}: {formula}", heads)
    for block in blocks:
        block.landscape = plan.landscape
    return blocks


def _names(
    desk: Desk, notes: Notes, group: GroupRecord, width: float, heads: tuple[Block, ...], *, landscape: bool = False, only: frozenset[str] = frozenset()
) -> list[Block]:
    """On an annotated form the names of the group's items by their numbers, those that stand for the row among them; `only`: these alone."""
    blocks: list[Block] = []
    for item in group.group.items if desk.annotated else ():
        if only and item.oid not in only:
            continue
        number = strips_of((desk.line([Span(str(notes.number(item)), NUMBER)]),), NUMBER._replace(leading=8.6))
        names = annotation_strips(desk, notes.form, item, width - _NUMBER_WIDTH)
        blocks += row_blocks([Column(0, number), Column(_NUMBER_WIDTH, names)], width, least=0, pad=0.8, heads=heads, landscape=landscape)
    return blocks


def _nothing(desk: Desk, notes: Notes, plan: TablePlan) -> list[Block]:
    blocks = RowSetter(desk, notes, plan.width).sentence(desk.say("no_rows"))
    for block in blocks:
        block.landscape = plan.landscape
    return blocks


def _head(desk: Desk, notes: Notes, plan: TablePlan) -> Block:
    cells: list[tuple[float, list[Strip]]] = []
    for item, x, width in zip(plan.items, plan.starts, plan.widths, strict=True):
        strips = list(strips_of((desk.line([Span(str(notes.number(item)), NUMBER)]),), NUMBER._replace(leading=8.0)))
        unit = (Span(f" ({display_unit(item.unit, item.test)})", HEAD_SECOND),) if item.unit else ()
        strips += strips_of(desk.wrap_text(item.label, HEAD, width - 2 * CELL_PAD, HEAD_SECOND, unit), HEAD)
        cells.append((x + CELL_PAD, strips))
    return head_block(cells, plan.width, landscape=plan.landscape)


def _row(desk: Desk, notes: Notes, row: RowRecord, plan: TablePlan, heads: tuple[Block, ...]) -> list[Block]:
    columns = [
        Column(0, strips_of((desk.line([Span(str(row.number), NUMBER)]),), NUMBER)),
    ]
    if plan.label_width:
        label = desk.wrap_text(row.label, CELL, plan.label_width - CELL_PAD)
        columns.append(Column(_NUMBER_WIDTH, strips_of(label, CELL)))
    by_item = {record.item.oid: record for record in row.items}
    for item, x, width in zip(plan.items, plan.starts, plan.widths, strict=True):
        record = by_item.get(item.oid)
        if record is not None:
            manner = CHOSEN if item.oid in plan.listed else TABLE
            cell = answer_strips(desk, record, width - 2 * CELL_PAD, manner)
            cell += mark_strips(desk, notes.marks(record, f"#{row.number}"), width - 2 * CELL_PAD)
            columns.append(Column(x + CELL_PAD, cell))
    return row_blocks(columns, plan.width, pad=2.0, verticals=plan.starts, heads=heads, landscape=plan.landscape)


def deleted_row(
    desk: Desk, row: RowRecord, width: float, heads: tuple[Block, ...], *, landscape: bool = False
) -> list[Block]:
    """A deleted row: what it held, struck through, and why it was deleted."""
    held = [value_text(desk, record.item, record.value) for record in row.items if not record.value.is_blank]
    text = f"{row.number}  {row.label.get(desk.lang)}  " + " | ".join(held)
    lines = desk.wrap([Span(text.replace("\n", " "), CELL)], width - 2 * CELL_PAD)
    strips = [struck(strip, 0, line.width) for strip, line in zip(strips_of(lines, CELL), lines, strict=True)]
    why = desk.say("row_deleted") + (f": {row.reason}" if row.reason else "")
    strips += strips_of(desk.wrap([Span(why, CELL)], width - 2 * CELL_PAD), CELL)
    return row_blocks([Column(CELL_PAD, strips)], width, pad=2.0, heads=heads, landscape=landscape)


def stacked_rows(desk: Desk, notes: Notes, group: GroupRecord, width: float) -> list[Block]:
    """Each row as a list of its items: nothing is too wide for the page."""
    blocks = [band(desk, group.group.name, width)]
    again = band(desk, group.group.name, width, continued=True)
    setter = RowSetter(desk, notes, width)
    for row in group.rows:
        name = f"#{row.number}  {row.label.get(desk.lang)}"
        if row.deleted:
            blocks += deleted_row(desk, row, width, (again,))
            continue
        title = sub_band(desk, name, width)
        title.heads = (again,)
        blocks.append(title)
        heads = (again, sub_band(desk, f"{name}  {desk.say('continued')}", width))
        for record in row.items:
            if record.item.oid not in group.group.rows_key and record.item.oid != group.group.row_number:
                blocks += setter.item(record, heads, f"#{row.number}")
    hidden = frozenset({*group.group.rows_key, group.group.row_number} & {item.oid for item in group.group.items})
    blocks = blocks if len(blocks) > 1 else blocks + setter.sentence(desk.say("no_rows"))
    shown = {record.item.oid for row in group.rows for record in row.items} - hidden
    rest = frozenset(item.oid for item in group.group.items) - shown
    return blocks + _names(desk, notes, group, width, (again,), only=rest) if rest else blocks
