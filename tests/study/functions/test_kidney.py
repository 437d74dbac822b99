"""D02, D03, D04."""

from __future__ import annotations

import pytest

from crf_app.study.decimals import quantized_text
from tests.study.functions.support import exact, output, said


@pytest.mark.parametrize(
    ("height", "weight", "answer"),
    [("170", "0", "ERROR NON_POSITIVE"), ("-1", "60", "ERROR NON_POSITIVE"), ("200", "90.2", "22.6"), (None, "60", "MISSING")],
)
def test_body_mass_index(height: str | None, weight: str, answer: str) -> None:
    # 90.2 kg at 2 m is 22.55: half away from zero, where binary floats give 22.5.
    assert said("D02", H=height, W=weight) == answer


MAN = {"CREAT": "100", "AGE": 55, "SEX": "M"}


def test_version_of_the_rate() -> None:
    assert said("D03", **MAN) == said("D03", **MAN, VERSION="MDRD175") == "67.3"
    assert said("D03", **MAN, VERSION="CKDEPI") == "ERROR RANGE"
    assert said("D03", **{**MAN, "SEX": "X"}) == "ERROR RANGE"
    assert said("D03", **{**MAN, "SEX": "U"}) == "MISSING"


@pytest.mark.parametrize("version", ["MDRD175", "CMDRD"])
def test_women_have_their_factor(version: str) -> None:
    factor = {"MDRD175": "0.742", "CMDRD": "0.79"}[version]
    man, woman = (exact("D03", **{**MAN, "SEX": sex}, VERSION=version) for sex in "MF")
    assert quantized_text(woman / man, 6).rstrip("0") == factor


def test_children_have_no_adult_rate() -> None:
    assert said("D03", **{**MAN, "AGE": 17}) == "NA AGE_UNDER_18"
    assert said("D03", **{**MAN, "AGE": 18, "CREAT": "-5"}) == "ERROR NON_POSITIVE"
    assert said("D03", **{**MAN, "AGE": None}) == "MISSING"


def test_decision_uses_the_unrounded_rate() -> None:
    """A rate shown as 30.0 that is below 30 excludes."""
    below = {"CREAT": "204.5", "AGE": 55, "SEX": "M"}
    assert said("D03", **below) == "29.5"
    near = next(
        inputs
        for tenth in range(1900, 2100)
        if said("D03", **(inputs := {"CREAT": f"{tenth / 10:.1f}", "AGE": 55, "SEX": "M"})) == "30.0"
        and exact("D03", **inputs) < 30
    )
    assert output("D03", "excluded_lt30", **near) is True


def test_clearance_is_exact_at_the_limit() -> None:
    exactly = {"CREAT": "88.4", "AGE": 100, "SEX": "M", "W": "81"}  # 40 × 81 ÷ 72
    assert said("D04", **exactly) == "45.0"
    assert output("D04", "excluded_lt45", **exactly) is False
    below = {**exactly, "W": "80.99"}
    assert said("D04", **below) == "45.0"
    assert output("D04", "excluded_lt45", **below) is True
    assert said("D04", **{**exactly, "SEX": "F"}) == "38.3"
    assert said("D04", **{**exactly, "W": "0"}) == "ERROR NON_POSITIVE"
    assert said("D04", **{**exactly, "SEX": "X"}) == "ERROR RANGE"
    assert said("D04", **{**exactly, "AGE": None}) == "MISSING"
    assert output("D04", "excluded_lt45", **{**exactly, "AGE": None}) is None
