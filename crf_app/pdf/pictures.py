"""The annex of photographs: each with its file name, its hash and the place where it was taken up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from PIL import Image

from crf_app.clinical.record import EventRecord, FormRecord, ItemRecord
from crf_app.pdf.blocks import Block, Box, Picture, Strip, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.ruled import annex_title, title_again
from crf_app.pdf.signing import framed_pairs
from crf_app.pdf.styles import BOX_WIDTH, CELL, LABEL_SECOND, MM, SMALL
from crf_app.pdf.typeset import Span
from crf_app.study.definition import ItemType
from crf_app.study.texts import Text

_HIGH = 48 * MM
_PAD = 2.2 * MM


class Photograph(NamedTuple):
    """A photograph and where it is."""

    event: EventRecord
    form: FormRecord
    record: ItemRecord
    row: Text
    sha256: str


def all_photographs(events: Iterable[EventRecord]) -> Iterator[Photograph]:
    """Every photograph of the visits in the order of the casebook; also those of items that no longer apply. A deleted row prints the hash itself."""
    for event in events:
        for form in event.forms:
            for group in form.groups:
                for row in group.rows:
                    for record in row.items:
                        if record.item.type is ItemType.PHOTO and record.value.text and not row.deleted:
                            for sha256 in record.value.text.split(";"):
                                yield Photograph(event, form, record, row.label, sha256)


def photograph_blocks(desk: Desk, found: Iterable[Photograph], width: float) -> list[Block]:
    """Every photograph in a frame, two on a line. One that cannot be drawn says so in its place."""
    inner = width / 2 - 2 * _PAD
    framed = framed_pairs([_cell(desk, one, inner) for one in found], width)
    for block in framed:
        block.heads = (title_again(desk, "photographs", width),)
    return [annex_title(desk, "photographs", width), *framed]


def _cell(desk: Desk, one: Photograph, width: float) -> list[Strip]:
    short = one.event.event.short.get("zh" if desk.lang == "zh" else "en")
    visit = f"{short} #{one.event.repeat}" if one.event.repeat > 1 else short
    place = [visit, one.event.visit_date, one.form.title.get(desk.lang), one.row.get(desk.lang)]
    place.append(one.record.item.label.get(desk.lang))
    name = desk.file_names.get(one.sha256, "") or desk.say("photograph_unnamed")
    strips = [_image(desk, one.sha256, width)]
    strips += strips_of(desk.wrap([Span(name, CELL)], width), CELL)
    strips += strips_of(desk.wrap([Span(" | ".join(part for part in place if part), CELL)], width), CELL)
    return strips + list(strips_of(desk.wrap([Span(f"SHA-256 {one.sha256}", SMALL)], width), SMALL))


def _image(desk: Desk, sha256: str, width: float) -> Strip:
    content = (desk.pictures or {}).get(sha256, b"")
    size = image_size(content)
    if size is None:
        why = "unreadable" if content else "absent" if desk.pictures is not None else "not_given"
        said = desk.say(f"photograph_{why}")
        lines = strips_of(desk.wrap([Span(said, LABEL_SECOND)], width - 4 * MM), LABEL_SECOND)
        words = tuple(
            word._replace(x=word.x + 2 * MM, y=word.y + 2 * MM + place * LABEL_SECOND.leading)
            for place, strip in enumerate(lines)
            for word in strip.words
        )
        return Strip(_HIGH + 1 * MM, words, (Box(0, 0, width, _HIGH - 1 * MM, BOX_WIDTH),))
    scale = min(width / size[0], (_HIGH - 1 * MM) / size[1])
    return Strip(_HIGH + 1 * MM, (), (Picture(0, 0, size[0] * scale, size[1] * scale, content),))


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of an image that can be read to its end; None for anything else."""
    if not content:
        return None
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
