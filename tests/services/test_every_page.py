"""Rules that every form of every trial keeps on paper, in each language: nothing beyond its page, signatures with what is signed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import takewhile

import pytest

from crf_app.clinical.evaluation import Conditions
from crf_app.clinical.record import FormRecord, OutputContext
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.paths import resources_folder
from crf_app.pdf.blocks import Block, right_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.form_blocks import form_blocks
from crf_app.pdf.frame import content_width
from crf_app.services.reading import empty_events
from crf_app.services.studies import find_study
from crf_app.study.definition import StudyDef
from crf_app.study.texts import EMPTY
from crf_app.words import load_words

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
WORDS = load_words(resources_folder() / "words")
TRIALS = ("NCT05999656", "NCT05507697", "NCT07183761")
UPRIGHT, ACROSS = content_width(landscape=False), content_width(landscape=True)


@pytest.fixture(scope="module", params=TRIALS)
def study(request: pytest.FixtureRequest) -> StudyDef:
    return find_study(request.param)


def each_form(study: StudyDef) -> list[FormRecord]:
    """Every form once, empty."""
    parameters = {one.oid: one.value for one in study.parameters}
    events = empty_events(CompiledStudy(study), Conditions(NOW.replace(tzinfo=None), parameters, ReferenceTable(())), NOW.date())
    return list({form.form.oid: form for event in events for form in event.forms}.values())


def a_desk(study: StudyDef, lang: str, *, annotated: bool = False) -> Desk:
    """Blank paper of that study."""
    parameters = {one.oid: one.value for one in study.parameters}
    context = OutputContext(study, "01", EMPTY, NOW, EMPTY, NOW, 0, "0" * 64, False, parameters)
    return Desk(context, WORDS, lang, blank=True, annotated=annotated)


@pytest.mark.parametrize(("lang", "annotated"), [("en", False), ("zh", False), ("both", False), ("both", True)])
def test_no_word_of_any_form_runs_past_its_page(study: StudyDef, lang: str, annotated: bool) -> None:
    desk = a_desk(study, lang, annotated=annotated)
    past = [
        (form.form.oid, word.text)
        for form in each_form(study)
        for block in form_blocks(desk, form, UPRIGHT, ACROSS)
        for placed in block.parts
        for word in placed.strip.words
        if placed.x + right_of(placed.strip._replace(words=(word,))) > (ACROSS if block.landscape else UPRIGHT) + 0.5
    ]
    assert past == []


def test_signatures_stand_with_rows_of_their_form(study: StudyDef) -> None:
    desk = a_desk(study, "both")
    for form in each_form(study):
        *before, last = form_blocks(desk, form, UPRIGHT, ACROSS)
        assert "Signature" in said(last) or "签名" in said(last)
        held = list(takewhile(lambda block: block.keep_next and not block.landscape, reversed(before)))
        rows = [block for block in held if not said(block).startswith("ƒ")]
        assert len(rows) >= 2, form.form.oid


def said(block: Block) -> str:
    """The words of a block in their order."""
    return " ".join(word.text for placed in block.parts for word in placed.strip.words)
