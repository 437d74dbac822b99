"""Measures of the page, read back from the finished file: the look of the paper, in figures instead of bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.pdf.styles import MM
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper, darkness

LEFT, RIGHT = 20 * MM, 195 * MM
LABELS = (
    "Area method",
    "Greatest length",
    "Greatest width at right angles",
    "Undermining or sinus",
    "Area by planimetry",
)


def test_pages_are_a4(casebook: Paper) -> None:
    for page in range(len(casebook)):
        width, height = sorted(casebook.size(page))
        assert (width, height) == pytest.approx((210 * MM, 297 * MM), abs=0.1)


def test_columns_stand_where_the_design_has_them(casebook: Paper) -> None:
    _, label = casebook.one("Greatest length")
    _, value = casebook.one("−32.0")
    mark = max((word for page, word in casebook.find("△1") if page == 2), key=lambda word: word.left)
    assert label.left == pytest.approx(LEFT + 7 * MM, abs=1.5), "question after the 7 mm of the number"
    assert value.left == pytest.approx(LEFT + 70 * MM, abs=1.5), "answer after the 63 mm of the question"
    assert mark.right == pytest.approx(RIGHT, abs=1.5), "marks end at the right margin"


def test_rows_are_at_least_as_high_as_the_design_asks(casebook: Paper) -> None:
    heights = [next(word.middle for page, word in casebook.find(label) if page == 2) for label in LABELS]
    for upper, lower in pairwise(heights):
        assert upper - lower >= 6.3 * MM - 2, "the words of a label sit a little differently in their line"


def test_margins_stay_white(casebook: Paper) -> None:
    for page in range(len(casebook)):
        width, height = casebook.size(page)
        image = casebook.image(page, 2.0)
        for box in (
            (0, 0, LEFT - 1, height),
            (width - 15 * MM + 1, 0, width, height),
            (0, height - 11 * MM, width, height),
        ):
            assert darkness(image, box, 2.0) == 0, page


def test_identity_values_stand_under_their_labels(casebook: Paper) -> None:
    for label, value in (("Subject 受试者", sample.SUBJECT), ("Visit date", "2026-03-17")):
        above = next(word for page, word in casebook.find(label) if page == 2)
        below = next(word for page, word in casebook.find(value) if page == 2 and abs(word.left - above.left) < 2)
        assert 5 < above.middle - below.middle < 16


@pytest.mark.parametrize(("lang", "pages"), [("en", 1), ("zh", 1), ("both", 1)])
def test_the_wound_form_takes_as_many_pages_as_it_did(words: Words, lang: str, pages: int) -> None:
    content = render_casebook(sample.subject_record(), sample.CONTEXT, words, lang, selection=Selection(form="WND"))
    assert len(Paper(content)) == pages


def test_a_page_weighs_little(casebook: Paper) -> None:
    with casebook.inside() as pdf:
        streams = [len(page.Contents.read_raw_bytes()) for page in pdf.pages]
    assert max(streams) < 12_000
