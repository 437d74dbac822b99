"""The block at the end of a form: who completed it and who signed it."""

from __future__ import annotations

from collections.abc import Sequence

from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.clinical.record import FormRecord, SignatureRecord
from crf_app.pdf.blocks import Block, Box, Placed, Rule, Strip, height_of, stacked, strip_of, strips_of, struck
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.styles import FRAME_WIDTH, MM, ROW_WIDTH, SIGNED, SIGNED_BOLD, SMALL
from crf_app.pdf.typeset import Span

_PAD = 2.2 * MM
_GAP = 2.5 * MM
DIGEST_SHOWN = 16


def signature_blocks(desk: Desk, form: FormRecord, width: float) -> list[Block]:
    """Completion on the left, signatures on the right, further signatures in rows below."""
    inner = width / 2 - 2 * _PAD
    cells = [_completed(desk, form, inner)]
    cells += [signature_cell(desk, signature, inner) for signature in form.signatures]
    if not form.signatures:
        cells.append(_unsigned(desk, inner))
    return framed_pairs(cells, width)


def framed_pairs(cells: Sequence[Sequence[Strip]], width: float) -> list[Block]:
    """Cells two and two in frames, each pair a block of its own."""
    blocks: list[Block] = []
    for first in range(0, len(cells), 2):
        pair = cells[first : first + 2]
        height = max(height_of(cell) for cell in pair) + 2 * _PAD
        parts: list[Placed] = []
        for place, cell in enumerate(pair):
            parts += stacked(cell, place * width / 2 + _PAD, _PAD)
        edges = (Box(0, 0, width, height, FRAME_WIDTH), Rule(width / 2, 0, width / 2, height, ROW_WIDTH, 0.4))
        parts.append(Placed(0, 0, Strip(height, (), edges)))
        blocks.append(Block(height, parts, gap=0.0 if blocks else _GAP))
    return blocks


def _completed(desk: Desk, form: FormRecord, width: float) -> list[Strip]:
    strips = list(strips_of(desk.wrap(desk.said("completed_by", SIGNED), width), SIGNED))
    if desk.blank:
        return strips + handwritten(desk, width)
    if form.completed_at is None:
        state = [Span(desk.say(f"form_status.{form.status.value}"), SIGNED_BOLD)]
        return strips + list(strips_of(desk.wrap(state, width), SIGNED_BOLD))
    who = [Span(form.completed_by.get(desk.lang), SIGNED_BOLD._replace(font=SIGNED.font))]
    strips += strips_of(desk.wrap(who, width), SIGNED_BOLD)
    return strips + list(strips_of(desk.wrap([Span(moment(form.completed_at), SIGNED)], width), SIGNED))


def signature_cell(desk: Desk, signature: SignatureRecord, width: float) -> list[Strip]:
    """One electronic signature: who, role, when with zone, meaning; struck through with the moment when it is void."""
    strips = list(strips_of(desk.wrap(desk.said("signed_electronically", SIGNED), width), SIGNED))
    name = Span(signature.user_name.get(desk.lang), SIGNED_BOLD._replace(font=SIGNED.font))
    role = Span(f", {desk.named(f'role.{signature.role}', signature.role)}", SIGNED)
    lines = desk.wrap([name, role], width)
    meaning = desk.named(f"meaning.{signature.meaning}", signature.meaning)
    said = desk.wrap([Span(f"{moment(signature.when)} | {meaning}", SIGNED)], width)
    body = list(zip(strips_of(lines, SIGNED_BOLD), lines, strict=True)) + list(
        zip(strips_of(said, SIGNED), said, strict=True)
    )
    void = signature.void_since
    strips += [struck(strip, 0, line.width) if void else strip for strip, line in body]
    if void:
        strips += strips_of(desk.wrap([Span(void_text(desk, signature), SIGNED)], width), SIGNED)
    elif signature.reason:
        strips += strips_of(desk.wrap([Span(signature.reason, SIGNED)], width), SIGNED)
    digest, entry = signature.digest[:DIGEST_SHOWN], signature.entry_no
    proof = f"{desk.say('signature_digest')} {digest} | {desk.say('ledger_entry')} #{entry}"
    return strips + list(strips_of(desk.wrap([Span(proof, SMALL)], width), SMALL))


def void_text(desk: Desk, signature: SignatureRecord) -> str:
    """Since when a signature is void, and why."""
    since = moment(signature.void_since) if signature.void_since is not None else ""
    why = ": ".join(part for part in (f"{desk.say('signature_void')} {since}", signature.reason) if part)
    cause = void_cause(desk, signature)
    return f"{why} ({cause})" if cause else why


def void_cause(desk: Desk, signature: SignatureRecord) -> str:
    """What ended the signature, as the window says it: the item that changed, a row removed, the form reopened; "" where it is not known."""
    words = f"workflow.void.{signature.void_cause}"
    if not signature.void_cause or not desk.words.has(words):
        return ""
    item = _item_label(desk, parse_address("", signature.void_address)) if signature.void_cause == "value" else ""
    return desk.words.text(words, desk.lang, item=item)


def _item_label(desk: Desk, key: ItemKey) -> str:
    """The question, in the newest version of the study that asks it."""
    forms = (study.forms[key.form] for study in reversed(desk.context.studies) if key.form in study.forms)
    return next((form.index[key.item].label.get(desk.lang) for form in forms if key.item in form.index), key.item)


def _unsigned(desk: Desk, width: float) -> list[Strip]:
    strips = list(strips_of(desk.wrap(desk.said("electronic_signature", SIGNED), width), SIGNED))
    if desk.blank:
        return strips + handwritten(desk, width)
    return strips + list(strips_of(desk.wrap([Span(desk.say_both("not_signed"), SIGNED_BOLD)], width), SIGNED_BOLD))


def handwritten(desk: Desk, width: float) -> list[Strip]:
    """Lines for name, date and signature by hand, in a cell of that width."""
    strips = []
    for key in ("sign_name", "sign_date", "sign_hand"):
        label = desk.line(desk.said(key, SIGNED))
        strip = strip_of(label, 18.0, 13.0)
        strips.append(strip._replace(shapes=(Rule(label.width + 5, 15.0, width, 15.0, ROW_WIDTH),)))
    return strips
