"""Annexes of a casebook: every correction and every signature in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crf_app.clinical.record import ChangeRecord, EventRecord, FormRecord, ItemRecord, SignatureRecord, SubjectRecord
from crf_app.pdf.blocks import Block, Column, Placed, Rule, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.notes import change_text, corrections
from crf_app.pdf.signing import framed_pairs, signature_cell
from crf_app.pdf.styles import CELL, HEAD, MM, SECTION_WIDTH, TITLE, TITLE_SECOND
from crf_app.pdf.typeset import Span

_PLACE_WIDTH = 62 * MM
_PAD = 2.2 * MM


class Correction(NamedTuple):
    """A correction with the place where it was made."""

    event: EventRecord
    form: FormRecord
    record: ItemRecord
    change: ChangeRecord


def all_corrections(events: Iterable[EventRecord]) -> Iterator[Correction]:
    """Every correction of the visits in the order of the casebook."""
    for event in events:
        for form in event.forms:
            for record in form.items():
                for change in corrections(form, record):
                    yield Correction(event, form, record, change)


def all_signatures(subject: SubjectRecord, events: Iterable[EventRecord]) -> tuple[SignatureRecord, ...]:
    """The subject's and the forms' signatures by the moment they were given, each once."""
    found = [*subject.signatures]
    found += [signature for event in events for form in event.forms for signature in form.signatures]
    return tuple(sorted({one.id: one for one in found}.values(), key=lambda one: (one.when, one.id)))


def correction_blocks(desk: Desk, found: Sequence[Correction], width: float) -> list[Block]:
    """Place on the left, change on the right."""
    head = _head(desk, ("annex_place", "annex_change"), width)
    blocks = [annex_title(desk, "corrections", width), head]
    for event, form, record, change in found:
        short = event.event.short.get("zh" if desk.lang == "zh" else "en")
        place = f"{short} | {form.title.get(desk.lang)} | {record.item.label.get(desk.lang)}"
        columns = [
            Column(0, strips_of(desk.wrap([Span(place, CELL)], _PLACE_WIDTH - 6), CELL)),
            Column(
                _PLACE_WIDTH,
                strips_of(desk.wrap([Span(change_text(desk, record.item, change), CELL)], width - _PLACE_WIDTH), CELL),
            ),
        ]
        blocks += row_blocks(columns, width, pad=2.5, heads=(head,))
    return blocks


def signature_list(desk: Desk, found: Sequence[SignatureRecord], width: float) -> list[Block]:
    """Every signature in a frame, two on a line."""
    inner = width / 2 - 2 * _PAD
    cells = []
    for one in found:
        cell = signature_cell(desk, one, inner)
        cell += strips_of(desk.wrap([Span(f"{desk.say('signed_record')} {one.record}", CELL)], inner), CELL)
        cells.append(cell)
    return [annex_title(desk, "signatures", width), *framed_pairs(cells, width)]


def annex_title(desk: Desk, key: str, width: float) -> Block:
    """The title of a list; never the last of its page."""
    strips = strips_of(desk.wrap(desk.said(key, TITLE, TITLE_SECOND), width), TITLE)
    return Block(height_of(strips) + 2 * MM, stacked(strips), keep_next=True)


def _head(desk: Desk, keys: Sequence[str], width: float) -> Block:
    parts: list[Placed] = []
    for key, x in zip(keys, (0.0, _PLACE_WIDTH), strict=True):
        parts += stacked(strips_of((desk.line(desk.said(key, HEAD)),), HEAD), x)
    height = HEAD.leading + 4
    parts.append(Placed(0, 0, Strip(0, (), (Rule(0, height, width, height, SECTION_WIDTH),))))
    return Block(height, parts, keep_next=True)
