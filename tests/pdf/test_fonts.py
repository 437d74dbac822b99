"""What the shipped fonts can draw."""

from __future__ import annotations

from crf_app.paths import forms_folder, resources_folder
from crf_app.pdf.fonts import code_point, coverage, is_covered, unprintable
from crf_app.pdf.styles import REGULAR


def test_unprintable_names_each_character_once_in_order() -> None:
    assert unprintable("王𠮷 and 𠮷 ש\u0301") == ("𠮷", "ש", "\u0301")


def test_ordinary_text_is_printable() -> None:
    assert unprintable("Haemoglobin 血红蛋白 10⁹/L ≤ ≥ ± µ ℃ → △ ƒ “x”\tand\nmore") == ()


def test_invisible_and_directing_characters_are_never_printable() -> None:
    for character in "\x07\u200b\u202e\u2066\ufeff\u00ad\u2028":
        assert unprintable(character) == (character,), code_point(character)


def test_both_faces_cover_our_own_texts() -> None:
    files = [*(resources_folder() / "words").glob("pdf.toml"), *forms_folder().rglob("*.toml")]
    text = "".join(path.read_text(encoding="utf-8") for path in files).replace("\n", "").replace("\t", "")
    assert is_covered(text, REGULAR), sorted(set(text) - coverage(REGULAR))


def test_code_point_names() -> None:
    assert code_point("𠮷") == "U+20BB7"
    assert code_point("\x07") == "U+0007"
