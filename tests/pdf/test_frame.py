"""Header and identity box."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crf_app.clinical.record import Window
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper

LONG = Text("Baseline, debridement and third injection", "基线、清创及第三次注射")
WIDE = Window(date(2026, 12, 30), date(2026, 12, 28), date(2027, 1, 2), "LATE", 3)


def _paper(words: Words, lang: str) -> Paper:
    subject = sample.subject_record()
    visit = replace(subject.events[0], title=LONG, window=WIDE)
    subject = replace(subject, events=(visit, *subject.events[1:]))
    return Paper(render_casebook(subject, sample.CONTEXT, words, lang, selection=Selection(form="WND")))


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_the_identity_box_has_one_line_of_labels_and_one_of_values(words: Words, lang: str) -> None:
    paper = _paper(words, lang)
    title = LONG.zh if lang == "zh" else LONG.en
    found = [paper.find(text)[0] for text in ("NJ01", sample.SUBJECT, title, "2026-03-17", "2026-12-28 – 2027-01-02")]
    assert {page for page, _ in found} == {0}
    middles = [word.middle for _, word in found]
    assert max(middles) - min(middles) < 2, "all values stand on one line"
    lefts = [word.left for _, word in found]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_the_header_has_two_lines_and_the_long_title_stands_on_the_cover(words: Words, lang: str) -> None:
    paper = _paper(words, lang)
    title = sample.STUDY.title
    assert title.en not in paper.text(0)
    assert title.zh not in paper.text(0)
    height = paper.size(0)[1]
    tops = {round(word.middle) for text in ("CASE REPORT FORM", "Confidential", "SYNTHETIC", "NCT05999656", "V1.2")
            for page, word in paper.find(text) if page == 0 and word.top > height - 80}  # fmt: skip
    assert max(tops) - min(tops) < 15
    whole = Paper(render_casebook(sample.subject_record(), sample.CONTEXT, words, lang))
    assert "".join((title.zh if lang == "zh" else title.en).split()) in whole.flat(0)
