"""Lists of what happened: every change of every value, acts out of the ledger, queries, attached files. Heads are repeated on each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from crf_app.clinical.trail import ActRecord, AttachedRecord, PlacedChange, QueryRecord, place_name
from crf_app.pdf.blocks import Block, Box, Placed, Strip, height_of, stacked, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.notes import with_unit
from crf_app.pdf.ruled import Cell, Ruled, annex_title, empty_note, named, person
from crf_app.pdf.styles import BAND_GREY, MM, NOTE
from crf_app.pdf.typeset import Span, styled
from crf_app.study.texts import Text

_MOST_PLACES = 12
_CHANGES = (("trail_no", 17), ("trail_place", 68), ("trail_change", 0), ("trail_source", 30))
_ACTS = (("trail_no", 12), ("trail_when", 34), ("trail_who", 32), ("trail_act", 26), ("trail_place", 0), ("trail_reason", 26))
_QUERIES = (("query_no", 10), ("query_place", 36), ("query_text", 0), ("query_state", 34), ("query_opened", 34), ("query_answer", 28))
_FILES = (("file_name", 34), ("file_place", 0), ("file_kind", 18), ("file_size", 13), ("file_hash", 50))


def change_blocks(desk: Desk, found: Sequence[PlacedChange], width: float, title: str) -> list[Block]:
    """Changes of values in the order of the ledger (21 CFR 11.10(e); E6(R3) 4.2.2)."""
    blocks = [annex_title(desk, title, width)]
    if not found:
        return blocks + empty_note(desk, "trail_none", width)
    table = Ruled(desk, _CHANGES, width, title)
    blocks.append(table.head)
    for _, together in groupby(found, key=lambda one: one.change.entry_no):
        changes = list(together)
        act, again = (_act_line(desk, changes[0], width, continued=continued) for continued in (False, True))
        act.heads = table.heads
        blocks.append(act)
        for one in changes:
            blocks += table.row(_change_texts(desk, one), (again,))
    return blocks


def _act_line(desk: Desk, one: PlacedChange, width: float, *, continued: bool) -> Block:
    """Who made the changes below it, when and why: they are of one act."""
    change = one.change
    parts = [moment(change.when), person(desk, change.user_name, change.role).get(desk.lang), change.reason]
    spans = [styled(f"{change.entry_no} | {' | '.join(part for part in parts if part)}", NOTE)]
    if continued:
        spans.append(Span(f"  {desk.say('continued')}", NOTE))
    strips = strips_of(desk.wrap(spans, width), NOTE)
    height = height_of(strips) + 3
    ground = Strip(0, (), (Box(0, 0, width, height, 0, BAND_GREY),))
    return Block(height, [Placed(0, 0, ground), *stacked(strips, 1.5, 1.5)], keep_next=True)


def _change_texts(desk: Desk, one: PlacedChange) -> tuple[Cell, ...]:
    change, item = one.change, one.record.item
    short = one.event.event.short.get("zh" if desk.lang == "zh" else "en")
    visit = f"{short} #{one.event.repeat}" if one.event.repeat > 1 else short
    row = f" #{one.row.number}" if one.row.number > 1 or (len(one.form.form.groups) > 1 and one.row.label.en) else ""
    at = f"{visit} | {one.form.form.oid}{row} | "
    place = Text(at + item.label.en, item.label.zh if desk.lang == "both" else at + item.label.zh)
    said = f"{with_unit(desk, item, change.old)} → {with_unit(desk, item, change.new)}"
    source = "" if change.source == "typed" else desk.named(f"source.{change.source}", change.source)
    return (
        f"{change.entry_no}.{change.change_no}", place, said, source,
    )  # fmt: skip


def act_blocks(desk: Desk, names: Mapping[str, Text], acts: Sequence[ActRecord], width: float) -> list[Block]:
    """What was done with forms beside changing values: completed, opened again, signed, confirmed, printed."""
    if not acts:
        return []
    table = Ruled(desk, _ACTS, width, "acts")
    title = annex_title(desk, "acts", width)
    title.gap = 6 * MM
    blocks = [title, table.head]
    for act in acts:
        place, done = _places(names, act.about), named(desk, f"act.{act.command}", act.command)
        blocks += table.row((str(act.entry_no), moment(act.when), person(desk, act.who, act.role), done, place, act.reason))
    return blocks


def _places(names: Mapping[str, Text], about: Sequence[str]) -> Text:
    """What an act was done to; of very many the first ones and how many more, as the entry of the ledger names them all."""
    shown = [place_name(names, one) for one in about[:_MOST_PLACES]]
    more = [f"+{len(about) - _MOST_PLACES}"] if len(about) > _MOST_PLACES else []
    return Text("; ".join([*filter(None, (one.en for one in shown)), *more]), "; ".join([*filter(None, (one.zh for one in shown)), *more]))


def query_blocks(desk: Desk, names: Mapping[str, Text], queries: Sequence[QueryRecord], width: float, title: str) -> list[Block]:
    """Queries with place, text, state, when opened and by whom, answer, when closed."""
    blocks = [annex_title(desk, title, width)]
    if not queries:
        return blocks + empty_note(desk, "queries_none", width)
    table = Ruled(desk, _QUERIES, width, title)
    blocks.append(table.head)
    for one in queries:
        ruled = f"{one.rule} | " if one.rule else ""
        text = Text(ruled + one.text.en, one.text.zh if desk.lang == "both" and one.text.en != one.text.zh else ruled + one.text.zh)
        state = [*table.lines(3, named(desk, f"query_is.{one.state}", one.state)), *_act_lines(table, 3, one.closed)]
        blocks += table.row((f"Q{one.id}", place_name(names, one.address), text, state, _act_lines(table, 4, one.opened), one.answer))
    return blocks


def attached_list(desk: Desk, attached: Sequence[AttachedRecord], width: float) -> list[Block]:
    """Every attached file with its hash; filed scans with the pages that belong to the form."""
    blocks = [annex_title(desk, "attachments", width)]
    if not attached:
        return blocks + empty_note(desk, "attachments_none", width)
    table = Ruled(desk, _FILES, width, "attachments")
    blocks.append(table.head)
    for one in attached:
        place = table.lines(1, one.place)
        if one.pages:
            place += table.lines(1, f"{desk.say('scan_pages')} {one.pages}")
        place += _act_lines(table, 1, one.filed)
        blocks += table.row((one.file_name, place, one.media_type, size_text(one.size), one.sha256))
    return blocks


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size} B" if size < 1000 else f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def _act_lines(table: Ruled, place: int, act: ActRecord | None) -> list[Strip]:
    """When, and by whom below it, in the column at `place`."""
    return [] if act is None else [*table.lines(place, moment(act.when)), *table.lines(place, act.who)]
