"""Lists of what happened: every change of every value, acts out of the ledger, queries, attached files. Heads are repeated on each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from crf_app.clinical.trail import ActRecord, AttachedRecord, PlacedChange, QueryRecord, place_name
from crf_app.pdf.annex import annex_title
from crf_app.pdf.blocks import Block, Box, Column, Placed, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.notes import with_unit
from crf_app.pdf.rows import head_block
from crf_app.pdf.styles import BAND_GREY, HEAD, HEAD_SECOND, MM, NOTE
from crf_app.pdf.typeset import Span, styled
from crf_app.study.texts import Text

_GAP = 1.6 * MM
_MOST_PLACES = 12
_CHANGES = (("trail_no", 17), ("trail_place", 68), ("trail_change", 0), ("trail_source", 30))
_ACTS = (("trail_no", 13), ("trail_when", 27), ("trail_who", 36), ("trail_act", 26), ("trail_place", 0), ("trail_reason", 26))
_QUERIES = (("query_no", 12), ("query_place", 40), ("query_text", 0), ("query_state", 20), ("query_opened", 27), ("query_answer", 32))
_FILES = (("file_name", 40), ("file_place", 0), ("file_kind", 24), ("file_size", 15), ("file_hash", 50))
Columns = Sequence[tuple[str, float]]


class Ruled:
    """A table of fixed columns (millimetres; 0 takes the rest), ruled and with its head above it on every page."""

    def __init__(self, desk: Desk, columns: Columns, width: float) -> None:
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

    def row(self, texts: Sequence[str], heads: tuple[Block, ...] = ()) -> list[Block]:
        """One row; a cell is broken into lines, nothing is cut. `heads`: what stands above it when it begins a page, by default the head of the table."""
        columns = [
            Column(x, self._cell(text, wide)) for text, x, wide in zip(texts, self._at, self._wide, strict=True)
        ]
        return row_blocks(columns, self._width, least=0, pad=1.6, heads=heads or (self.head,))

    def _cell(self, text: str, wide: float) -> tuple[Strip, ...]:
        return strips_of(self._desk.wrap([Span(text, NOTE)], wide), NOTE)


def empty_note(desk: Desk, key: str, width: float) -> list[Block]:
    """One sentence where a list has no entry."""
    strips = strips_of(desk.wrap([Span(desk.say(key), NOTE)], width), NOTE)
    return row_blocks([Column(0, strips)], width, pad=2.0)


def change_blocks(desk: Desk, found: Sequence[PlacedChange], width: float, title: str) -> list[Block]:
    """Changes of values in the order of the ledger (21 CFR 11.10(e); E6(R3) 4.2.2)."""
    blocks = [annex_title(desk, title, width)]
    if not found:
        return blocks + empty_note(desk, "trail_none", width)
    table = Ruled(desk, _CHANGES, width)
    blocks.append(table.head)
    for _, together in groupby(found, key=lambda one: one.change.entry_no):
        changes = list(together)
        act, again = (_act_line(desk, changes[0], width, continued=continued) for continued in (False, True))
        act.heads = (table.head,)
        blocks.append(act)
        for one in changes:
            blocks += table.row(_change_texts(desk, one), (table.head, again))
    return blocks


def _act_line(desk: Desk, one: PlacedChange, width: float, *, continued: bool) -> Block:
    """Who made the changes below it, when and why: they are of one act."""
    change = one.change
    parts = [moment(change.when), _person(desk, change.user_name.get(desk.lang), change.role), change.reason]
    spans = [styled(f"{change.entry_no} | {' | '.join(part for part in parts if part)}", NOTE)]
    if continued:
        spans.append(Span(f"  {desk.say('continued')}", NOTE))
    strips = strips_of(desk.wrap(spans, width), NOTE)
    height = height_of(strips) + 3
    ground = Strip(0, (), (Box(0, 0, width, height, 0, BAND_GREY),))
    return Block(height, [Placed(0, 0, ground), *stacked(strips, 1.5, 1.5)], keep_next=True)


def _change_texts(desk: Desk, one: PlacedChange) -> tuple[str, ...]:
    change, item = one.change, one.record.item
    short = one.event.event.short.get("zh" if desk.lang == "zh" else "en")
    visit = f"{short} #{one.event.repeat}" if one.event.repeat > 1 else short
    row = f" #{one.row.number}" if one.row.number > 1 or (len(one.form.form.groups) > 1 and one.row.label.en) else ""
    place = f"{visit} | {one.form.form.oid}{row} | {item.label.get(desk.lang)}"
    said = f"{with_unit(desk, item, change.old)} → {with_unit(desk, item, change.new)}"
    source = "" if change.source == "typed" else desk.named(f"source.{change.source}", change.source)
    return (
        f"{change.entry_no}.{change.change_no}", place, said, source,
    )  # fmt: skip


def act_blocks(desk: Desk, names: Mapping[str, Text], acts: Sequence[ActRecord], width: float) -> list[Block]:
    """What was done with forms beside changing values: completed, opened again, signed, confirmed, printed."""
    if not acts:
        return []
    table = Ruled(desk, _ACTS, width)
    title = annex_title(desk, "acts", width)
    title.gap = 6 * MM
    blocks = [title, table.head]
    for act in acts:
        place = _places(names, act.about, desk.lang)
        done = desk.named(f"act.{act.command}", act.command)
        blocks += table.row((str(act.entry_no), moment(act.when), _person(desk, act.who.get(desk.lang), act.role), done, place, act.reason))
    return blocks


def _places(names: Mapping[str, Text], about: Sequence[str], lang: str) -> str:
    """What an act was done to; of very many the first ones and how many more, as the entry of the ledger names them all."""
    shown = [place_name(names, one).get(lang) for one in about[:_MOST_PLACES]]
    more = [f"+{len(about) - _MOST_PLACES}"] if len(about) > _MOST_PLACES else []
    return "; ".join([*filter(None, shown), *more])


def query_blocks(desk: Desk, names: Mapping[str, Text], queries: Sequence[QueryRecord], width: float, title: str) -> list[Block]:
    """Queries with place, text, state, when opened and by whom, answer, when closed."""
    blocks = [annex_title(desk, title, width)]
    if not queries:
        return blocks + empty_note(desk, "queries_none", width)
    table = Ruled(desk, _QUERIES, width)
    blocks.append(table.head)
    for one in queries:
        text = " | ".join(part for part in (one.rule, one.text.get(desk.lang)) if part)
        state = desk.named(f"query_is.{one.state}", one.state)
        closed = f"{state} {_act(desk, one.closed)}" if one.closed is not None else state
        blocks += table.row((f"Q{one.id}", place_name(names, one.address).get(desk.lang), text, closed, _act(desk, one.opened), one.answer))
    return blocks


def attached_list(desk: Desk, attached: Sequence[AttachedRecord], width: float) -> list[Block]:
    """Every attached file with its hash; filed scans with the pages that belong to the form."""
    blocks = [annex_title(desk, "attachments", width)]
    if not attached:
        return blocks + empty_note(desk, "attachments_none", width)
    table = Ruled(desk, _FILES, width)
    blocks.append(table.head)
    for one in attached:
        place = one.place.get(desk.lang)
        if one.pages:
            place += f" | {desk.say('scan_pages')} {one.pages}"
        if one.filed is not None:
            place += f" | {_act(desk, one.filed)}"
        blocks += table.row((one.file_name, place, one.media_type, size_text(one.size), one.sha256))
    return blocks


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size} B" if size < 1000 else f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def _act(desk: Desk, act: ActRecord | None) -> str:
    return "" if act is None else f"{moment(act.when)} {act.who.get(desk.lang)}"


def _person(desk: Desk, name: str, role: str) -> str:
    return f"{name}, {desk.named(f'role.{role}', role)}" if role else name
