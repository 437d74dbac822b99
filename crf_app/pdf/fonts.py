"""The two embedded faces: registering them, what they can draw, and how wide it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from crf_app.paths import resources_folder
from crf_app.pdf.styles import BOLD, REGULAR

_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"})
"""Kinds of character that leave no mark of their own or move to another letter: always shown by their code point."""


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make both faces known to the PDF writer, once for the process. Raises FileNotFoundError when one is missing."""
    folder: Path = resources_folder() / "fonts"
    for name, file in _FILES.items():
        path = folder / file
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: reinstall the program")
        # Without `shapable` the writer needs no shaping engine; neither Latin nor Chinese needs one.
        pdfmetrics.registerFont(TTFont(name, str(path), shapable=False))


@lru_cache(maxsize=2)
def coverage(font: str) -> frozenset[str]:
    """The characters that `font` draws visibly, or as the space that they are."""
    register_fonts()
    registered: Any = pdfmetrics.getFont(font)
    return frozenset(
        character
        for character in map(chr, registered.face.charToGlyph)
        if unicodedata.category(character) not in _UNSEEN
    )


@lru_cache(maxsize=1)
def _any_coverage() -> frozenset[str]:
    return coverage(REGULAR) | coverage(BOLD)


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of `text` that no shipped font has, each once, in order; line breaks and tabs are layout."""
    if _any_coverage().issuperset(text):
        return ()
    return tuple(dict.fromkeys(one for one in text if one not in "\n\t" and one not in _any_coverage()))


def is_covered(text: str, font: str) -> bool:
    """Can `font` draw every character of `text`?"""
    return coverage(font).issuperset(text)


def code_point(character: str) -> str:
    """U+20BB7, the name that stands for a character which cannot be drawn."""
    return f"U+{ord(character):04X}"


def text_width(text: str, font: str, size: float) -> float:
    """Width in points."""
    return float(pdfmetrics.stringWidth(text, font, size))
