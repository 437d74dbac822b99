"""A form as blocks: title, groups, notes, signatures."""

from __future__ import annotations

from dataclasses import replace

from crf_app.clinical.keys import item_key
from crf_app.clinical.record import FormRecord, FormStatus, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.pdf.attached import attached_blocks
from crf_app.pdf.blocks import Block, height_of, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.laboratory import laboratory_blocks
from crf_app.pdf.limb_maps import map_blocks
from crf_app.pdf.notes import Notes
from crf_app.pdf.rows import RowSetter, band, continued_line
from crf_app.pdf.signing import signature_blocks
from crf_app.pdf.styles import MM, SUBTITLE, TITLE, TITLE_SECOND
from crf_app.pdf.tables import plan_table, stacked_rows, table_blocks
from crf_app.pdf.typeset import Span
from crf_app.study.pairs import paired
from crf_app.study.texts import EMPTY

_BLANK_TABLE_ROWS = 12
_BLANK_LIST_ROWS = 2
_HELD = 70 * MM
_HELD_ROWS = 2
"""Rows of the form that stand on the page of its signatures, as long as they and the notes are not higher than that."""
_TABLES = frozenset({"table", "log", "map"})


def form_blocks(desk: Desk, form: FormRecord, upright: float, across: float) -> list[Block]:
    """Everything a form prints, in order. `upright` and `across` are the widths of the two kinds of page.

    The notes hold what was drawn as a code point on this form: the typesetter's list is emptied first.
    """
    desk.typesetter.forget_missing()
    notes = Notes(desk, form)
    blocks = [title_block(desk, form, upright)]
    for group in form.groups:
        blocks += _group(desk, notes, form, group if desk.annotated else without_uncoded(group), upright, across)
    for table in form.tables:
        blocks += attached_blocks(desk, table, upright)
    noted = notes.blocks(upright)
    signatures = signature_blocks(desk, form, upright)
    for block in signatures[:-1]:
        block.keep_next = True
    _hold(blocks[1:], noted)
    return blocks + noted + signatures


def _hold(rows: list[Block], noted: list[Block]) -> None:
    """Keep the end of the form with the signatures: who signs a page must see on it what is signed, not the meaning of a mark alone."""
    held, wanted = 0.0, len(noted) + _HELD_ROWS
    for block in reversed([*rows, *noted]):
        wanted -= not block.keep_next  # titles stand with their rows anyway
        block.keep_next = True
        held += block.height + block.gap
        if held > _HELD or wanted <= 0:
            return


def title_block(desk: Desk, form: FormRecord, width: float) -> Block:
    """The form's name, its OID, its note, and why it holds nothing when it was not done."""
    strips = list(strips_of(desk.wrap_text(form.title, TITLE, width, TITLE_SECOND), TITLE))
    about = form.form.oid + (f" | {form.form.note.get(desk.lang)}" if form.form.note.en else "")
    if form.status in (FormStatus.NOT_DONE, FormStatus.NOT_APPLICABLE):
        about += " | " + desk.say(f"form_status.{form.status.value}")
    strips += strips_of(desk.wrap([Span(about, SUBTITLE)], width), SUBTITLE)
    return Block(height_of(strips) + 1 * MM, stacked(strips), keep_next=True)


def continued_title(desk: Desk, form: FormRecord, width: float) -> Block:
    """The title on the second and later pages of a form."""
    return continued_line(desk, form.title, width)


def _group(
    desk: Desk, notes: Notes, form: FormRecord, group: GroupRecord, upright: float, across: float
) -> list[Block]:
    if _is_empty(group):
        setter = RowSetter(desk, notes, upright)
        state = group.visibility if group.visibility is not Visibility.SHOWN else _first_state(group)
        return [
            band(desk, group.group.name, upright),
            *setter.sentence("— " + desk.say(f"not_collected.{state.value}")),
        ]
    if group.group.layout == "lab":
        _share_numbers(notes, group)
        return laboratory_blocks(desk, notes, group, upright)
    if group.group.repeating != "no" or group.group.layout in _TABLES:
        plan = plan_table(desk, group, upright, across)
        if desk.blank and group.group.repeating == "log":
            group = _with_room(form, group, _BLANK_TABLE_ROWS if plan else _BLANK_LIST_ROWS)
        blocks = table_blocks(desk, notes, group, plan) if plan else stacked_rows(desk, notes, group, upright)
        landscape = plan is not None and plan.landscape
        return _with_maps(blocks, map_blocks(desk, group, plan.width if plan else upright, landscape=landscape))
    return _plain_rows(desk, notes, group, upright)


def without_uncoded(group: GroupRecord) -> GroupRecord:
    """The group without the dictionary's terms as long as no row has one: nobody fills them in by hand."""
    idle = {one.oid for one in group.group.items if "coded" in one.tags}
    idle -= {one.item.oid for row in group.rows for one in row.items if not one.value.is_blank}
    if not idle:
        return group
    kept = replace(group.group, items=tuple(one for one in group.group.items if one.oid not in idle))
    rows = tuple(replace(row, items=tuple(one for one in row.items if one.item.oid not in idle)) for row in group.rows)
    return replace(group, group=kept, rows=rows)


def _with_room(form: FormRecord, group: GroupRecord, count: int) -> GroupRecord:
    """A log with rows to write in."""
    first = len(group.rows) + 1
    rows = tuple(
        RowRecord(
            number,
            EMPTY,
            tuple(
                ItemRecord(item_key(form.key, group.group.oid, number, item.oid), item) for item in group.group.items
            ),
        )
        for number in range(first, count + 1)
    )
    return replace(group, rows=group.rows + rows)


def _plain_rows(desk: Desk, notes: Notes, group: GroupRecord, width: float) -> list[Block]:
    again = (band(desk, group.group.name, width, continued=True),)
    blocks = [band(desk, group.group.name, width)]
    setter = RowSetter(desk, notes, width)
    for row in group.rows:
        shown = {record.item.oid: record for record in row.items if not _switched_off(desk, record)}
        for items in paired(tuple(record.item for record in shown.values())):
            first, *others = (shown[item.oid] for item in items)
            blocks += setter.pair(first, others[0], again) if others else setter.item(first, again)
    return blocks if len(blocks) > 1 else []


def _switched_off(desk: Desk, record: ItemRecord) -> bool:
    """Does a study parameter say that this is not asked? What was entered before prints all the same."""
    switch = record.item.switch
    return bool(switch) and not desk.annotated and desk.context.parameters.get(switch) == "N" and record.value.is_blank


def _with_maps(blocks: list[Block], maps: list[Block]) -> list[Block]:
    """The drawings between the title of the group and its table or lists."""
    return [blocks[0], *maps, *blocks[1:]]


def _share_numbers(notes: Notes, group: GroupRecord) -> None:
    """The flag and the judgement of an analyte go by the number of its result."""
    for item in group.group.items:
        stem = item.oid.rpartition("_")[0]
        result = group.group.item(f"{stem}_LBORRES") if stem else None
        if result is not None:
            notes.share_number(result, item)


def _is_empty(group: GroupRecord) -> bool:
    """Nothing asked and nothing held: one remark says so instead of a page of dashes."""
    if group.visibility in (Visibility.HIDDEN, Visibility.NOT_ASKED) and not _holds(group.rows):
        return True
    records = [record for row in group.rows for record in row.items]
    return bool(records) and not any(record.collected or not record.value.is_blank for record in records)


def _holds(rows: tuple[RowRecord, ...]) -> bool:
    return any(not record.value.is_blank for row in rows for record in row.items)


def _first_state(group: GroupRecord) -> Visibility:
    return group.rows[0].items[0].visibility
