"""Breaking text into lines."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.pdf.fonts import code_point, coverage, text_width
from crf_app.pdf.styles import ANSWER, BOLD, LABEL, REGULAR, TITLE
from crf_app.pdf.typeset import Line, Span, Typesetter, styled

WIDTHS = st.sampled_from([20.0, 60.0, 120.0, 272.0])


def text_of(lines: tuple[Line, ...]) -> list[str]:
    """The text of each line."""
    return ["".join(piece.text for piece in line.pieces) for line in lines]


def wrap(text: str, width: float) -> list[str]:
    """The lines of a text in the answer style."""
    return text_of(Typesetter().wrap([Span(text, ANSWER)], width))


def test_english_breaks_between_words() -> None:
    assert wrap("Greatest width at right angles", 64) == ["Greatest width", "at right angles"]


def test_chinese_breaks_between_characters_but_not_before_closing_signs() -> None:
    width = text_width("伤口清洁", REGULAR, ANSWER.size) + 1
    lines = wrap("伤口清洁，无异味。", width)
    assert lines[0] == "伤口清"
    assert lines[1].startswith("洁，")
    assert all(line[0] not in "，。" for line in lines)


def test_a_paragraph_does_not_end_with_a_single_chinese_sign() -> None:
    width = text_width("伤口清洁无明显异", REGULAR, ANSWER.size) + 1
    assert wrap("伤口清洁无明显异味", width) == ["伤口清洁无明显", "异味"]
    assert wrap("伤口清洁无明显异味。", width) == ["伤口清洁无明显", "异味。"]
    assert wrap("伤口清洁无明显异味淡", width) == ["伤口清洁无明显异", "味淡"]


def test_opening_bracket_does_not_end_a_line() -> None:
    width = text_width("第一行（", REGULAR, ANSWER.size) + 0.5
    assert wrap("第一行（续）", width)[0] == "第一行"


def test_typed_line_breaks_are_kept() -> None:
    assert wrap("one\ntwo\n\nthree", 200) == ["one", "two", "", "three"]


def test_a_word_wider_than_the_column_is_broken_and_nothing_lost() -> None:
    word = "A" * 400
    lines = wrap(word, 50)
    assert "".join(lines) == word
    assert len(lines) > 20


def test_empty_text_is_one_empty_line() -> None:
    assert wrap("", 50) == [""]


def test_characters_no_font_has_are_framed_and_counted() -> None:
    setter = Typesetter()
    lines = setter.wrap([Span("family 𠮷 name", ANSWER)], 300)
    framed = [piece.text for line in lines for piece in line.pieces if piece.framed]
    assert framed == ["U+20BB7"]
    assert list(setter.missing) == ["𠮷"]
    setter.forget_missing()
    setter.wrap([Span("family 𠮷 name", ANSWER)], 300)
    assert list(setter.missing) == ["𠮷"], "also when the lines were remembered"


def test_a_rare_character_in_a_bold_span_is_drawn_regular() -> None:
    rare = "龘"
    assert rare in coverage(REGULAR)
    assert rare not in coverage(BOLD)
    (line,) = Typesetter().wrap([Span(f"王{rare}", TITLE)], 300)
    assert [(piece.text, piece.style.font) for piece in line.pieces] == [("王", BOLD), (rare, REGULAR)]
    assert styled(rare, TITLE).style.font == REGULAR


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80), WIDTHS)
def test_no_character_is_dropped(text: str, width: float) -> None:
    pieces = [piece for line in Typesetter().wrap([Span(text, ANSWER)], width) for piece in line.pieces]
    shown = "".join(piece.text for piece in pieces)
    wanted = "".join(
        character if character in coverage(REGULAR) or character in coverage(BOLD) else code_point(character)
        for character in text
        if character not in "\n\t"
    )
    spaces = " \u00a0\u3000\t\n"
    assert shown.translate(str.maketrans("", "", spaces)) == wanted.translate(str.maketrans("", "", spaces))


@given(st.text(alphabet="ab，。（）字 \n<&>1.5", max_size=120), WIDTHS)
def test_no_line_is_wider_than_its_column(text: str, width: float) -> None:
    for line in Typesetter().wrap([Span(text, ANSWER), Span(text, LABEL)], width):
        assert line.width <= width + ANSWER.size + 0.02, "one closing sign may hang over in a column of its own width"


@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_everything_said_to_be_drawable_leaves_ink_or_is_a_space(font: str) -> None:
    kinds = {unicodedata.category(character) for character in coverage(font)}
    assert kinds.isdisjoint({"Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Mn", "Me"})
