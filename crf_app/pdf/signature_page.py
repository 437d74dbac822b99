"""The page where a document is signed: places that stay empty until somebody signs, and what is then shown in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crf_app.pdf.blocks import Block, Box, Placed, Reserved, Strip, height_of, stacked, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.painter import drawn_strips
from crf_app.pdf.styles import FRAME_WIDTH, LABEL, LABEL_SECOND, MM, SIGNED, SIGNED_BOLD, SMALL, TITLE, TITLE_SECOND
from crf_app.pdf.typeset import Span
from crf_app.study.texts import Text

PLACES = 5
FIELD = "signed_"
"""The fields of the places are signed_1, signed_2 ..."""
_HIGH = 36 * MM
_PAD = 2.2 * MM
_CAPTION = 6 * MM


@dataclass(frozen=True, slots=True)
class SignedFacts:
    """What a place shows. `fingerprint`: SHA-256 of the certificate."""

    name: Text
    role: str
    meaning: str
    when: datetime
    reason: str
    fingerprint: str
    issuer: str


def signature_page_blocks(desk: Desk, width: float) -> list[Block]:
    """Title, what a signature here covers, and the places."""
    title = strips_of(desk.wrap(desk.said("signature_page", TITLE, TITLE_SECOND), width), TITLE)
    note = strips_of(desk.wrap(desk.said("signature_page_note", LABEL, LABEL_SECOND), width), LABEL)
    blocks = [Block(height_of(title) + 2 * MM, stacked(title), keep_next=True), Block(height_of(note) + 2 * MM, stacked(note))]
    for number in range(1, PLACES + 1):
        caption = strips_of((desk.line([Span(f"{number} | ", SIGNED), *desk.said("electronic_signature", SIGNED)]),), SIGNED)
        frame = Strip(_HIGH, (), (Box(0, 0, width, _HIGH, FRAME_WIDTH),))
        place = Reserved(_PAD, _CAPTION, width - 2 * _PAD, _HIGH - _CAPTION - 1, f"{FIELD}{number}", desk.say("signature_place", number=number))
        blocks.append(Block(_HIGH, [Placed(0, 0, frame), *stacked(caption, _PAD, 1.2 * MM)], gap=2 * MM, reserved=(place,)))
    return blocks


def render_signed_place(desk: Desk, facts: SignedFacts, size: tuple[float, float]) -> bytes:
    """What a place of that size shows once it is signed, as a PDF of one page: both languages, whatever the document's."""
    width = size[0]
    name = facts.name.en if facts.name.en == facts.name.zh else f"{facts.name.en} {facts.name.zh}"
    role = desk.words.text(f"pdf.role.{facts.role}", "both") if desk.words.has(f"pdf.role.{facts.role}") else facts.role
    key = f"pdf.meaning.{facts.meaning}"
    meaning = desk.words.text(key, "both") if desk.words.has(key) else facts.meaning
    lines = (
        ([Span(name, SIGNED_BOLD._replace(font=SIGNED.font)), Span(f", {role}", SIGNED)], SIGNED_BOLD),
        ([Span(f"{desk.say_both('signed_at')} {moment(facts.when)}", SIGNED)], SIGNED),
        ([Span(f"{desk.say_both('signed_meaning')} {meaning}" + (f" | {facts.reason}" if facts.reason else ""), SIGNED)], SIGNED),
        ([Span(f"{desk.say_both('certificate_fingerprint')} SHA-256 {spaced(facts.fingerprint)}", SMALL)], SMALL),
        ([Span(facts.issuer, SMALL)], SMALL),
    )
    strips = [strip for spans, style in lines for strip in strips_of(desk.wrap(spans, width), style)]
    return drawn_strips(strips, size)


def spaced(digest: str) -> str:
    """A fingerprint in groups of four, as it is read aloud and compared."""
    return " ".join(digest[at : at + 4].upper() for at in range(0, len(digest), 4))
