"""D05, D06, D06b, D35."""

from __future__ import annotations

import pytest

from tests.study.functions.support import said


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        ({"HEALED": "Y"}, "0.00"),
        ({"HEALED": "Y", "METHOD": "LXW", "L": "-1", "W": "2"}, "0.00"),
        ({"HEALED": "N", "METHOD": "LXW", "L": "2", "W": "2"}, "4.00"),
        ({"HEALED": "N"}, "MISSING"),
        ({"METHOD": "PHOTO", "L": "2", "W": "2"}, "ERROR RANGE"),
        # One method is never put in the place of another.
        ({"METHOD": "PLANIMETRY", "L": "4", "W": "3"}, "MISSING"),
        ({"METHOD": "ELLIPSE", "PLAN": "9.4"}, "MISSING"),
        ({"METHOD": "PLANIMETRY", "PLAN": "9.375", "L": "2", "W": "3"}, "9.38 LENGTH_LT_WIDTH"),
        ({"METHOD": "PLANIMETRY", "PLAN": "-0.1"}, "ERROR NEGATIVE"),
        ({"METHOD": "LXW", "L": "2", "W": "-2"}, "ERROR NEGATIVE"),
        ({"METHOD": "ELLIPSE", "L": "1.5", "W": "3.0"}, "3.53 LENGTH_LT_WIDTH"),
        ({"METHOD": "LXW", "L": "0", "W": "0"}, "0.00"),
    ],
)
def test_area(inputs: dict[str, str], answer: str) -> None:
    assert said("D05", **inputs) == answer


@pytest.mark.parametrize(
    ("base", "now", "answer"),
    [
        ("0", "0", "ERROR ZERO_BASELINE"),
        ("0.00", "3", "ERROR ZERO_BASELINE"),
        ("-1", "3", "ERROR NEGATIVE"),
        ("1", "-3", "ERROR NEGATIVE"),
        (None, "3", "MISSING"),
        ("2000", "1999", "-0.1"),  # -0.05 %: half away from zero
        ("2001", "2000", "0.0"),
        ("3", "1", "-66.7"),
    ],
)
def test_change(base: str | None, now: str, answer: str) -> None:
    assert said("D06", A_0=base, A_T=now) == answer


def test_change_between_methods_is_flagged() -> None:
    assert said("D06", A_0="4", A_T="2", METHOD_0="LXW", METHOD_T="ELLIPSE") == "-50.0 METHOD_MISMATCH"
    assert said("D06", A_0="4", A_T="2", METHOD_0="LXW", METHOD_T="LXW") == "-50.0"
    assert said("D06", A_0="4", A_T="0", METHOD_0="LXW", METHOD_T=None) == "-100.0"
    assert said("D06", A_0="4", A_T=None, METHOD_0="LXW", METHOD_T="ELLIPSE") == "MISSING"


@pytest.mark.parametrize(
    ("base", "now", "answer"),
    [
        (["0", "0"], ["1", "1"], "ERROR ZERO_BASELINE"),
        (["0", "4"], ["1", "1"], "-50.0"),
        (["5", "-1"], ["1", "1"], "ERROR NEGATIVE"),
        (["5", "1"], ["-1", "3"], "ERROR NEGATIVE"),
        (["5", None], ["1", "1"], "MISSING"),
        (["5", "5"], ["1"], "MISSING"),
        ([], [], "MISSING"),
        (None, ["1"], "MISSING"),
    ],
)
def test_change_of_several_ulcers(base: list[str] | None, now: list[str], answer: str) -> None:
    assert said("D06b", BASE=base, NOW=now) == answer


@pytest.mark.parametrize(
    ("areas", "answer"),
    [
        (["10", "10.5", "9.5", "10"], "Y"),
        (["10", "10.51", "9.5", "10"], "N"),
        (["99", "10", "10.5", "9.5", "10"], "Y"),
        # Against the first of the four, not step by step.
        (["10", "10.4", "10.8", "11.2"], "N"),
        (["10", None, "10", "10"], "MISSING"),
        ([None, "10", "10", "10", "10"], "Y"),
        (["10", "10", "10"], "MISSING TOO_FEW"),
        ([], "MISSING TOO_FEW"),
        (None, "MISSING"),
        (["0", "0", "0", "0"], "NA HEALED"),
        (["10", "10", "10", "0"], "N"),
        (["10", "10", "10", "-1"], "ERROR NEGATIVE"),
    ],
)
def test_plateau(areas: list[str | None] | None, answer: str) -> None:
    assert said("D35", AREAS=areas) == answer
