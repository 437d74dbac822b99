"""Text that tries to be something else prints as it was typed, or its characters are named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crf_app.clinical.values import Value
from crf_app.paths import resources_folder
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.pdf.fonts import code_point, coverage
from crf_app.pdf.styles import REGULAR
from crf_app.study.texts import Text
from crf_app.words import Words, load_words
from tests.pdf import sample
from tests.pdf.reading import Paper

WORDS = load_words(resources_folder() / "words")
HOSTILE = [
    '<para><b>bold</b><img src="file:///etc/passwd"/></para>',
    "<font color=red>&amp;&lt;&#x41;",
    "(unbalanced ) \\ parentheses ((",
    "%PDF-1.7 endstream endobj",
    "{placeholder} %s %(x)s {0.__class__}",
    "=HYPERLINK(1)",
    "A" * 900,
    "字" * 900,
    "\u202egpj.exe",
    "שלום עולם",
    "مرحبا",
    "e\u0301 decomposed",
    "zero\u200bwidth\ufeff",
    "\x07bell\x00nul",
    "👩\u200d⚕️ family 👨\u200d👩\u200d👧",
    "𠮷野家",
    "tab\tand\nline",
    "\ue000private",
]


def shown(text: str) -> str:
    """What the paper must show of a text, without white space."""
    return "".join(
        one if one in coverage(REGULAR) else code_point(one) for one in text if one not in "\n\t \u00a0\u3000"
    )


def comment(text: str) -> Paper:
    """The wound form with that comment."""
    form = sample.plain_form(sample.WOUND, "W4", {"WND_COVAL": Value(text)})
    subject = sample.subject_record(wound=form)
    return Paper(render_casebook(subject, sample.CONTEXT, WORDS, "en", selection=Selection(form="WND")))


def body(paper: Paper) -> str:
    """The text of all pages without white space, furniture between two pages of a broken row left out."""
    return paper.flat()


@pytest.mark.requirement("R27")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_comment_prints_as_typed(text: str) -> None:
    paper = comment(text)
    assert shown(text) in body(paper)
    for character in text:
        if character not in coverage(REGULAR) and character not in "\n\t":
            assert body(paper).count(code_point(character)) >= 2, "in its place and in the note"


def test_hostile_text_everywhere_else(words: Words) -> None:
    text = "<b>&\\() \u202e𠮷"
    form = sample.wound_form(
        WNDUND=Value(missing="NA", reason=text),
        SPOT=Value(f"{text};{text};0.1;0.2"),
        EXUDAMT=Value(text),
        WNDULC=Value(text),
    )
    form = replace(form, title=Text(text, text), completed_by=Text(text, text))
    signature = replace(form.signatures[0], user_name=Text(text, text), meaning=text, role=text, reason=text)
    form = replace(form, signatures=(signature,))
    subject = replace(
        sample.subject_record(wound=form), subject=text, facts={"initials": text, "arm": text}, state=text
    )
    context = replace(sample.CONTEXT, site_code=text, produced_by=Text(text, text), ledger_hash=text)
    for lang in ("en", "zh", "both"):
        flat = Paper(render_casebook(subject, context, words, lang)).flat()
        assert flat.count(shown(text)) > 8


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_comment_prints_as_typed(text: str) -> None:
    assert shown(text) in body(comment(text))


def test_a_very_long_comment_crosses_pages_whole() -> None:
    words = [f"word{number}" for number in range(1500)]
    flat = body(comment(" ".join(words)))
    assert all(word in flat for word in words)
