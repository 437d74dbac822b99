"""The report of a serious adverse event on paper: the pages of a form, with lines for signatures by hand at the end."""

from __future__ import annotations

from crf_app.clinical.record import OutputContext, SubjectRecord
from crf_app.clinical.sae_report import SaeReport
from crf_app.pdf.blocks import Block, Strip, strips_of
from crf_app.pdf.casebook import draw_form
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import Identity, subject_identity
from crf_app.pdf.signing import framed_pairs, handwritten
from crf_app.pdf.styles import IDENTITY, IDENTITY_BOLD, MM, SIGNED_BOLD
from crf_app.pdf.typeset import Span, styled
from crf_app.words import Words

_PAD = 2.2 * MM


def render_sae_report(report: SaeReport, subject: SubjectRecord, context: OutputContext, words: Words, lang: str) -> bytes:
    """The report as PDF; `lang` is "en", "zh" or "both"."""
    desk = Desk(context, words, lang, subject)
    title = f"{context.study.name.en} {subject.subject} SAE {report.row} {report.title.en}"
    return draw_form(desk, report.form, _identity(desk, report, subject), title, _by_hand)


def _identity(desk: Desk, report: SaeReport, subject: SubjectRecord) -> tuple[Identity, ...]:
    facts = subject.facts
    sex = facts.get("sex", "")
    person = [desk.named(f"fact_value.sex.{sex}", sex), facts.get("age", ""), facts.get("arm", "")]
    return (
        *subject_identity(desk),
        Identity(desk.say("sae_number"), (styled(str(report.row), IDENTITY_BOLD),)),
        Identity(desk.say("sae_report"), desk.spans(report.title, IDENTITY)),
        Identity(desk.say("sae_person"), (Span(" | ".join(one for one in person if one), IDENTITY),)),
    )


def _by_hand(desk: Desk, width: float) -> list[Block]:
    """Reporter and investigator sign what is sent, on paper."""
    inner = width / 2 - 2 * _PAD
    return framed_pairs([_cell(desk, "sae_reporter", inner), _cell(desk, "investigator", inner)], width)


def _cell(desk: Desk, key: str, width: float) -> list[Strip]:
    head = strips_of(desk.wrap(desk.said(key, SIGNED_BOLD), width), SIGNED_BOLD)
    return [*head, *handwritten(desk, width)]
