"""Annexes of a casebook: every correction and every signature in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from crf_app.clinical.record import ChangeRecord, EventRecord, FormRecord, ItemRecord, SignatureRecord, SubjectRecord
from crf_app.clinical.trail import place_name
from crf_app.pdf.blocks import Block, right_of, struck
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.notes import change_text, corrections
from crf_app.pdf.ruled import Cell, Ruled, annex_title, named, person
from crf_app.pdf.signing import DIGEST_SHOWN, void_text
from crf_app.study.texts import Text

_CORRECTIONS = (("annex_place", 62), ("annex_change", 0))
_SIGNATURES = (("signed_record", 42), ("trail_who", 39), ("trail_when", 34), ("signed_meaning_head", 0), ("signed_proof", 25))


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
    """The subject's and the forms' signatures by the moment they were given, those of one act in the order of the casebook; each once."""
    found = [*subject.signatures]
    found += [signature for event in events for form in event.forms for signature in form.signatures]
    return tuple(sorted({one.id: one for one in found}.values(), key=attrgetter("when")))


def correction_blocks(desk: Desk, found: Sequence[Correction], width: float) -> list[Block]:
    """Place on the left, change on the right."""
    table = Ruled(desk, _CORRECTIONS, width, "corrections")
    blocks = [annex_title(desk, "corrections", width), table.head]
    for event, form, record, change in found:
        visit = event.event.short if event.event.short.en else event.title
        label = record.item.label
        place = Text(f"{visit.en} | {form.title.en} | {label.en}", f"{visit.zh} | {form.title.zh} | {label.zh}")
        blocks += table.row((place, change_text(desk, record.item, change)))
    return blocks


def signature_list(desk: Desk, names: Mapping[str, Text], found: Sequence[SignatureRecord], width: float) -> list[Block]:
    """Every signature on a line: for what, who, when, what it means, its proof. One that is void is struck through, with the cause."""
    table = Ruled(desk, _SIGNATURES, width, "signatures")
    blocks = [annex_title(desk, "signatures", width), table.head]
    for one in found:
        blocks += table.row((place_name(names, one.record), *_signed(desk, table, one)))
    return blocks


def _signed(desk: Desk, table: Ruled, one: SignatureRecord) -> tuple[Cell, ...]:
    who = table.lines(1, person(desk, one.user_name, one.role))
    when = table.lines(2, moment(one.when))
    meaning = table.lines(3, named(desk, f"meaning.{one.meaning}", one.meaning))
    if one.void_since is not None:
        who, when, meaning = ([struck(strip, 0, right_of(strip)) for strip in cell] for cell in (who, when, meaning))
    note = void_text(desk, one) if one.void_since is not None else one.reason
    proof = [*table.lines(4, one.digest[:DIGEST_SHOWN]), *table.lines(4, f"#{one.entry_no}")]
    return who, when, [*meaning, *(table.lines(3, note) if note else ())], proof
