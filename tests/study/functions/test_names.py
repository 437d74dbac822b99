"""D31 and D37."""

from __future__ import annotations

import pytest

from tests.study.functions.support import said


@pytest.mark.parametrize(
    ("syllables", "answer"),
    [
        (["E", "LI"], "E-LI"),
        (["li", "e"], "LIE-"),
        (["OU", "YANG", "E"], "OYE-"),
        (["NA", "NA"], "NANA"),  # a syllable here, though elsewhere a missing code
        (["A", "BU", "DU", "LA", "HE"], "ABDL"),
        (["LI"], "ERROR ONE_SYLLABLE"),
        (["LI", None], "MISSING"),
        (["LI", ""], "MISSING"),
        ([], "MISSING"),
        (None, "MISSING"),
    ],
)
def test_initials(syllables: list[str | None] | None, answer: str) -> None:
    assert said("D31", SYLLABLES=syllables) == answer


@pytest.mark.parametrize(
    ("inclusion", "exclusion", "answer"),
    [
        (["MET", None], ["ABSENT"], "INCOMPLETE"),
        (["MET"], ["UNKNOWN"], "INCOMPLETE"),
        # One that certainly excludes is enough, whatever else is unknown.
        ([None, "UNKNOWN"], ["PRESENT"], "INELIGIBLE"),
        (["NOT_MET"], None, "INELIGIBLE"),
        (["MET"], None, "INCOMPLETE"),
        (None, ["ABSENT"], "INCOMPLETE"),
        (["MET"], [], "ELIGIBLE"),
        ([], [], "INCOMPLETE"),
        (["PRESENT"], ["ABSENT"], "ERROR RANGE"),
        (["MET"], ["MET"], "ERROR RANGE"),
    ],
)
def test_verdict(inclusion: list[str | None] | None, exclusion: list[str | None] | None, answer: str) -> None:
    assert said("D37", INCLUSION=inclusion, EXCLUSION=exclusion) == answer
