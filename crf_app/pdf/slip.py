"""The randomisation slip: one page that says what a subject was allocated, for the source documents and the pharmacy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crf_app.clinical.record import OutputContext, SignatureRecord, SubjectRecord
from crf_app.pdf.blocks import Block, Column, Rule, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import FrameMaker, content_width, page_number, subject_identity
from crf_app.pdf.paging import paginate
from crf_app.pdf.painter import Painter
from crf_app.pdf.signing import framed_pairs, signature_cell
from crf_app.pdf.styles import (
    COVER_SUBJECT,
    FRAME_WIDTH,
    LABEL,
    LABEL_SECOND,
    MM,
    SIGNED,
    SIGNED_BOLD,
    TITLE,
    TITLE_SECOND,
)
from crf_app.pdf.typeset import Span
from crf_app.study.texts import Text
from crf_app.words import Words

_LABEL = 62 * MM


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What the slip says. `moment` as date and time; `stratum` "" without; `wrong`: what was recorded as given otherwise, day and arm;
    `informed_by`: the envelope or service that told it, "" when the list dealt it (then place, commitment and salt are its).
    """

    number: str
    arm: Text
    stratum: str
    moment: str
    person: str
    place: str
    commitment: str
    salt: str
    signature: SignatureRecord | None
    wrong: tuple[tuple[str, Text], ...] = ()
    informed_by: str = ""


def render_slip(subject: SubjectRecord, facts: SlipFacts, context: OutputContext, words: Words, lang: str) -> bytes:
    """The slip as PDF. `lang` is "en", "zh" or "both". The same facts give the same bytes."""
    desk = Desk(context, words, lang, subject)
    width = content_width(landscape=False)
    frame = FrameMaker(desk).frame(subject_identity(desk), desk.say("slip.title"), landscape=False)
    pages = paginate([*_blocks(desk, facts, width)], lambda _landscape: frame, lambda _landscape: None)
    painter = Painter(f"{context.study.name.en} {subject.subject}", context.produced_by.get("both"), lang)
    for number, page in enumerate(pages, 1):
        painter.page(page, page_number(desk, page.frame, number, len(pages)))
    return painter.finish()


def _blocks(desk: Desk, facts: SlipFacts, width: float) -> list[Block]:
    title = strips_of(desk.wrap(desk.said("slip.title", TITLE, TITLE_SECOND), width), TITLE)
    blocks = [Block(height_of(title) + 3 * MM, stacked(title), keep_next=True)]
    blocks += _row(desk, "slip.number", [Span(facts.number, COVER_SUBJECT)], width, strong=True)
    blocks += _row(desk, "slip.arm", desk.spans(facts.arm, COVER_SUBJECT), width, strong=True)
    plain = (
        ("slip.stratum", facts.stratum), ("slip.moment", facts.moment), ("slip.person", facts.person), ("slip.informed_by", facts.informed_by), ("slip.place", facts.place),
        ("slip.commitment", facts.commitment), ("slip.salt", facts.salt),
    )  # fmt: skip
    for key, said in plain:
        blocks += _row(desk, key, [Span(said, LABEL)], width) if said else []
    for day, arm in facts.wrong:
        blocks += _row(desk, "slip.wrong", [Span(f"{day} ", LABEL), *desk.spans(arm, LABEL)], width)
    note = strips_of(desk.wrap(desk.said("slip.note", LABEL), width), LABEL)
    blocks.append(Block(height_of(note) + 3 * MM, stacked(note, 0, 3 * MM)))
    cells = [signature_cell(desk, facts.signature, width / 2 - 6 * MM)] if facts.signature is not None else []
    return blocks + framed_pairs([*cells, _received(desk, width / 2 - 6 * MM)], width)


def _row(desk: Desk, key: str, value: Sequence[Span], width: float, *, strong: bool = False) -> list[Block]:
    label = strips_of(desk.wrap(desk.said(key, LABEL, LABEL_SECOND), _LABEL - 4), LABEL)
    style = COVER_SUBJECT if strong else LABEL
    said = strips_of(desk.wrap(value, width - _LABEL), style)
    return row_blocks([Column(0, label), Column(_LABEL, said)], width, least=9 * MM, pad=4)


def _received(desk: Desk, width: float) -> list[Strip]:
    """Lines for the hand of who took the slip."""
    strips = list(strips_of(desk.wrap(desk.said("slip.received", SIGNED), width), SIGNED_BOLD))
    for key in ("sign_name", "sign_date", "sign_hand"):
        line = desk.line(desk.said(key, SIGNED))
        said = strips_of((line,), SIGNED)[0]
        rule = Rule(line.width + 5, 16.0, width, 16.0, FRAME_WIDTH / 2)
        words = tuple(one._replace(y=one.y + 5) for one in said.words)
        strips.append(Strip(20.0, words, (rule,)))
    return strips
