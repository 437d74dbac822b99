"""Make the two fonts of this folder from the full Noto Sans SC (static TrueType, Regular and Bold).

    python resources/fonts/make_subset.py REGULAR.ttf BOLD.ttf [FOLDER]

Regular holds every character of GBK, as names of people and drugs use rare ones; Bold, which sets only our own
headings, holds GB2312, the rarer words of medicine and every character of forms/ and resources/words/. Both keep glyf
outlines, which the PDF writer needs, and the family name: the licence reserves only the name "Source". The source lacks
most raised and lowered figures (10⁹/L, CO₂); all are drawn here from its own. Needs fontTools (the group `dev`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Latin with accents, Greek, Cyrillic, punctuation to mathematical signs, enclosed numbers, boxes, CJK punctuation and
# wide forms.
_RANGES = (
    (0x20, 0x7F),
    (0xA0, 0x250),
    (0x2B0, 0x300),
    (0x370, 0x460),
    (0x1E00, 0x1F00),
    (0x2000, 0x2400),
    (0x2460, 0x2700),
    (0x3000, 0x3100),
    (0x3200, 0x3400),
    (0xFF00, 0xFFF0),
)
# Radicals of air (gases), illness, body, alcohol (chemistry) and bone, whose rarer characters GB2312 lacks: 腘, 胬 ...
_MEDICAL = ((0x6C14, 0x6C33), (0x7592, 0x7676), (0x8089, 0x81E3), (0x9149, 0x91C6), (0x9AA8, 0x9AE8))
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+−=()ni", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+−=()", strict=True))
# Size and shift, as parts of the full figure and of the em.
_SMALL = 0.6
_RAISED_BY = 0.35
_LOWERED_BY = -0.14
_DROPPED_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG", "STAT", "meta")


def encoded(encoding: str) -> Iterator[int]:
    """The code points of every two-byte character of `encoding` ("gb2312" or "gbk")."""
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                character = bytes((lead, trail)).decode(encoding)
            except UnicodeDecodeError:
                continue
            yield from map(ord, character)


def common() -> set[int]:
    """The code points that both faces hold as far as the source has them."""
    return {code for first, end in _RANGES for code in range(first, end)}


def medical() -> set[int]:
    """The code points that a new form's heading is likely to need beyond GB2312."""
    return {code for first, end in _MEDICAL for code in range(first, end)}


def own_texts() -> set[int]:
    """The code points of every definition and word catalogue of the project."""
    folders = (ROOT / "forms", ROOT / "resources" / "words")
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*.toml"))
    return {ord(character) for path in files for character in path.read_text(encoding="utf-8")}


def add_small_figures(font: TTFont) -> None:
    """Draw every raised and lowered figure anew, also the few that `font` has: 10⁻⁴ must look like one number."""
    for figures, shift in ((_RAISED, _RAISED_BY), (_LOWERED, _LOWERED_BY)):
        for character, base in figures.items():
            _add_small_figure(font, ord(character), ord(base), round(shift * font["head"].unitsPerEm))


def _add_small_figure(font: TTFont, code: int, base_code: int, shift: int) -> None:
    cmap = font.getBestCmap()
    name, base = f"small{code:04X}", cmap[base_code]
    pen = TTGlyphPen(None)
    font.getGlyphSet()[base].draw(TransformPen(pen, (_SMALL, 0, 0, _SMALL, 0, shift)))
    glyph = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (round(font["hmtx"][base][0] * _SMALL), glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def make(source: Path, target: Path, wanted: set[int]) -> None:
    """Write the subset of `source` that holds `wanted` to `target`: no hints, no layout tables; repeatable."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += list(_DROPPED_TABLES)
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    add_small_figures(font)
    subset.save_font(font, str(target), options)
    held = set(TTFont(target, lazy=True).getBestCmap())
    size = target.stat().st_size / 1e6
    absent = len(wanted - held)
    print(f"{target.name}: {size:.1f} MB, {len(held)} characters; {absent} wanted ones are not in the source")


def main(arguments: list[str]) -> int:
    """Make both faces; returns 2 with a line of help when the arguments are not two files and a folder."""
    if len(arguments) not in {2, 3}:
        print(__doc__)
        return 2
    folder = Path(arguments[2]) if len(arguments) == 3 else HERE
    make(Path(arguments[0]), folder / "NotoSansSC-Regular.ttf", common() | set(encoded("gbk")) | own_texts())
    bold = common() | set(encoded("gb2312")) | medical() | own_texts()
    make(Path(arguments[1]), folder / "NotoSansSC-Bold.ttf", bold)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
