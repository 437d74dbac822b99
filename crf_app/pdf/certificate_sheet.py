"""The sheet with the fingerprint of a person's certificate: signed by hand once, it binds the certificate to the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crf_app.clinical.record import OutputContext
from crf_app.pdf.blocks import Block, Column, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.frame import FrameMaker, Identity, content_width, page_number
from crf_app.pdf.paging import paginate
from crf_app.pdf.painter import Painter
from crf_app.pdf.signature_page import spaced
from crf_app.pdf.signing import framed_pairs, handwritten
from crf_app.pdf.styles import COVER_SUBJECT, IDENTITY_BOLD, LABEL, LABEL_SECOND, MM, SIGNED_BOLD, TITLE, TITLE_SECOND
from crf_app.pdf.typeset import Span, styled
from crf_app.study.texts import Text
from crf_app.words import Words

_LABEL = 52 * MM
_PAD = 2.2 * MM


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Whose certificate it is and what it says."""

    name: Text
    role: str
    fingerprint: str
    subject: str
    not_before: datetime
    not_after: datetime


def render_certificate_sheet(facts: SheetFacts, context: OutputContext, words: Words, lang: str) -> bytes:
    """The sheet as PDF; the same facts give the same bytes."""
    desk = Desk(context, words, lang)
    width = content_width(landscape=False)
    site = Identity(desk.say("site"), (styled(f"{context.site_code} | {context.site_name.get(lang)}", IDENTITY_BOLD),))
    frame = FrameMaker(desk).frame((site,), desk.say("sheet.title"), landscape=False)
    pages = paginate(_blocks(desk, facts, width), lambda _landscape: frame, lambda _landscape: None)
    painter = Painter(f"{desk.say('sheet.title')} {facts.name.en}", context.produced_by.get("both"), lang)
    for number, page in enumerate(pages, 1):
        painter.page(page, page_number(desk, page.frame, number, len(pages)))
    return painter.finish()


def _blocks(desk: Desk, facts: SheetFacts, width: float) -> list[Block]:
    title = strips_of(desk.wrap(desk.said("sheet.title", TITLE, TITLE_SECOND), width), TITLE)
    blocks = [Block(height_of(title) + 3 * MM, stacked(title), keep_next=True)]
    role = desk.named(f"role.{facts.role}", facts.role)
    rows = (
        ("sheet.person", [Span(f"{facts.name.get(desk.lang)}, {role}", LABEL)]), ("sheet.certificate", [Span(facts.subject, LABEL)]),
        ("sheet.validity", [Span(f"{moment(facts.not_before)} – {moment(facts.not_after)}", LABEL)]),
    )  # fmt: skip
    for key, spans in rows:
        blocks += _row(desk, key, spans, width)
    digest = strips_of(desk.wrap([Span(spaced(facts.fingerprint), COVER_SUBJECT)], width - _LABEL), COVER_SUBJECT)
    label = strips_of(desk.wrap(desk.said("sheet.fingerprint", LABEL, LABEL_SECOND), _LABEL - 4), LABEL)
    blocks += row_blocks([Column(0, label), Column(_LABEL, digest)], width, least=9 * MM, pad=4)
    note = strips_of(desk.wrap(desk.said("sheet.note", LABEL, LABEL_SECOND), width), LABEL)
    blocks.append(Block(height_of(note) + 6 * MM, stacked(note, 0, 3 * MM)))
    inner = width / 2 - 2 * _PAD
    cells = [[*strips_of(desk.wrap(desk.said(key, SIGNED_BOLD), inner), SIGNED_BOLD), *handwritten(desk, inner)] for key in ("sheet.holder", "sheet.witness")]
    return blocks + framed_pairs(cells, width)


def _row(desk: Desk, key: str, spans: list[Span], width: float) -> list[Block]:
    label = strips_of(desk.wrap(desk.said(key, LABEL, LABEL_SECOND), _LABEL - 4), LABEL)
    said = strips_of(desk.wrap(spans, width - _LABEL), LABEL)
    return row_blocks([Column(0, label), Column(_LABEL, said)], width, least=9 * MM, pad=4)
