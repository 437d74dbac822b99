"""Initials of a name: D31."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, items
from crf_app.study.functions.result import FunctionDef, Inputs, Result, error, missing, ok
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTERS = 4
NO_LETTER = "-"
# How many letters each syllable gives, by number of syllables.
_TAKEN = {2: (2, 2), 3: (1, 1, 2)}


def initials(inputs: Inputs) -> Result:
    """Four letters of the pinyin syllables of a name (content, D31; Chinese CRF practice).

    Two syllables give two letters each; three give one, one, two; four and more the first of each of the first four. A
    letter that a syllable does not have is "-". A single syllable cannot give initials: ONE_SYLLABLE.
    """
    syllables = Reader(inputs).codes("SYLLABLES")
    if not syllables:
        return missing()
    known = [one for one in syllables if one is not None]
    if len(known) < len(syllables):
        return missing()
    return error("ONE_SYLLABLE") if len(known) == 1 else ok(_letters(known))


def _letters(syllables: Sequence[str]) -> str:
    taken = _TAKEN.get(len(syllables), (1,) * LETTERS)
    return "".join(one.upper()[:count].ljust(count, NO_LETTER) for one, count in zip(syllables, taken, strict=False))


FUNCTIONS = (
    FunctionDef(
        id="D31",
        version="1",
        title=Text("Initials (four letters)", "姓名拼音缩写（四位）"),
        # Text, not code: NA, a missing code, is a syllable too.
        inputs=(items("SYLLABLES", "text"),),
        outputs=(),
        source="Practice of Chinese case report forms; content, section 7 (D31)",
        formula=Text(
            "Two syllables: two letters each; three: 1, 1 and 2 letters; four: one each",
            "两字：各取前两个字母；三字：各取1、1、2个字母；四字：各取首字母",
        ),
        decimals=None,
        codes=("ONE_SYLLABLE",),
        flags=(),
        compute=initials,
        kind="text",
    ),
)
