"""The fonts hold what the screen and the paper may show, in a form that the PDF writer can embed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from crf_app.paths import resources_folder

FONTS = resources_folder() / "fonts"
SYMBOLS = "≥≤±×÷−–—…·△ƒ℃²³⁹µμ⁶¹⁰⁻⁺₂αβγδ°‰→↑↓■□●○▲▼①⑩“”‘’、。，；：？！（）【】《》Ω≈≠"


def _font(face: str) -> Any:
    return TTFont(BytesIO((FONTS / f"NotoSansSC-{face}.ttf").read_bytes()), lazy=True)


def _characters_of(encoding: str) -> str:
    pairs = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_outlines_can_be_embedded(face: str) -> None:
    font = _font(face)
    assert "glyf" in font, "the PDF writer refuses CFF outlines"
    assert font["OS/2"].fsType == 0, "the font forbids embedding"
    assert font["name"].getDebugName(1) == "Noto Sans SC"


@pytest.mark.parametrize("face, encoding, may_lack", [("Regular", "gbk", 1), ("Bold", "gb2312", 0)])
def test_chinese_is_covered(face: str, encoding: str, may_lack: int) -> None:
    held = _font(face).getBestCmap()
    # Ideographs only: GBK also has box drawings and compatibility forms that no form prints.
    lacking = {one for one in _characters_of(encoding) if "\u4e00" <= one <= "\u9fff" and ord(one) not in held}
    assert len(lacking) <= may_lack, "".join(sorted(lacking))


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_latin_and_symbols_are_covered(face: str) -> None:
    held = _font(face).getBestCmap()
    wanted = {*SYMBOLS, *(chr(code) for code in range(0x20, 0x7F)), *(chr(code) for code in range(0xA1, 0x100))}
    assert sorted(one for one in wanted if ord(one) not in held) == []


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_our_own_texts_are_covered(face: str) -> None:
    held = _font(face).getBestCmap()
    folders = (resources_folder() / "words", resources_folder().parent / "forms")
    files = [path for folder in folders for path in folder.rglob("*.toml")]
    texts = {one for path in files for one in path.read_text(encoding="utf-8")} - set("\n\t")
    assert sorted(one for one in texts if ord(one) not in held) == []


def test_raised_figures_stand_above_and_are_smaller() -> None:
    font = _font("Regular")
    cmap, glyphs = font.getBestCmap(), font["glyf"]
    full, raised, lowered = (glyphs[cmap[ord(one)]] for one in "9⁹₉")
    assert raised.yMax - raised.yMin < 0.7 * (full.yMax - full.yMin)
    assert raised.yMin > 0.3 * full.yMax
    assert lowered.yMin < full.yMin


def test_the_licence_comes_with_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
