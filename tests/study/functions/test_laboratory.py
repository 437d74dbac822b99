"""D13, D14, D32, D33."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.study.functions.support import exact, output, said


@pytest.mark.parametrize(
    ("value", "operator", "exceeds"),
    [
        ("150.1", None, True),
        ("150", "<", False),
        ("151", "<", None),
        ("150", ">", True),
        ("149", ">", None),
        ("150.01", None, True),  # shown as 3.00, decided unrounded
    ],
)
def test_operators(value: str, operator: str | None, exceeds: bool | None) -> None:
    inputs = {"VALUE": value, "ULN": "50", "K": "3", "OPERATOR": operator}
    assert output("D13", "exceeds", **inputs) is exceeds
    assert output("D13", "operator", **inputs) == operator


def test_ratio_needs_no_multiple_to_be_shown() -> None:
    assert said("D13", VALUE="150.01", ULN="50") == "3.00"
    assert output("D13", "exceeds", VALUE="150", ULN="50") is None
    assert output("D13", "exceeds", VALUE="150", K="3") is None
    assert said("D13", VALUE="150", ULN="-1", K="3") == "ERROR NON_POSITIVE"
    assert said("D13", VALUE="150", ULN="50", K="3", OPERATOR="~") == "ERROR RANGE"


@pytest.mark.parametrize(
    ("test", "unit", "value", "answer"),
    [
        ("GLUC", "mmol/L", "7", "7.00"),
        ("HBA1C", "% NGSP", "12.0", "108"),
        ("HBA1C", "mmol/mol", "108", "12.0"),
        ("HBA1C", "g/L", "108", "ERROR UNIT_NOT_CONVERTIBLE"),
        ("TEMP", "°F", "-40", "-40.0"),
        ("XYZ", "mg/dL", "1", "ERROR UNIT_NOT_CONVERTIBLE"),
        ("GLUC", None, "1", "MISSING"),
        ("GLUC", "mg/dL", None, "MISSING"),
        (None, "mg/dL", "1", "MISSING"),
    ],
)
def test_units(test: str | None, unit: str | None, value: str | None, answer: str) -> None:
    assert said("D14", TEST=test, UNIT=unit, VALUE=value) == answer


def test_decisions_see_the_unrounded_conversion() -> None:
    assert exact("D14", TEST="HBA1C", UNIT="mmol/mol", VALUE="108") == Decimal("12.032")


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        ({"RESULT": "ANC", "WBC": "2.5", "NEUT_PCT": "59.9"}, "1.50"),
        ({"RESULT": "ANC", "WBC": "2.5", "NEUT_PCT": "100.1"}, "ERROR RANGE"),
        ({"RESULT": "ANC", "WBC": "2.5", "NEUT_PCT": "-0.1"}, "ERROR RANGE"),
        ({"RESULT": "ANC", "NEUT_PCT": "50"}, "MISSING"),
        ({"RESULT": "NONHDL", "CHOL": "5.2", "HDL": "1.1"}, "4.10"),
        ({"RESULT": "NONHDL", "CHOL": "1.0", "HDL": "1.1"}, "ERROR PART_GT_WHOLE"),
        ({"RESULT": "IBIL", "BILI": "5", "BILDIR": "5.1"}, "ERROR PART_GT_WHOLE"),
        ({"RESULT": "GLOB", "PROT": "41", "ALB": "41"}, "0.0"),
        ({"RESULT": "GLOB", "PROT": "41"}, "MISSING"),
        ({"RESULT": "AG", "PROT": "41", "ALB": "41.0"}, "ERROR ZERO_DENOMINATOR"),
        ({"RESULT": "AG", "PROT": "40", "ALB": "41"}, "ERROR PART_GT_WHOLE"),
        ({"RESULT": "AG", "ALB": "41"}, "MISSING"),
        ({"RESULT": "LDL"}, "ERROR RANGE"),
        ({}, "MISSING"),
    ],
)
def test_identities(inputs: dict[str, str], answer: str) -> None:
    assert said("D32", **inputs) == answer


def test_neutrophils_are_decided_unrounded() -> None:
    assert output("D32", "excluded_lt1_5", RESULT="ANC", WBC="2.5", NEUT_PCT="59.9") is True  # 1.4975
    assert output("D32", "excluded_lt1_5", RESULT="ANC", WBC="2.5", NEUT_PCT="60") is False
    assert output("D32", "excluded_lt1_5", RESULT="ANC", WBC="2.5") is None


@pytest.mark.parametrize(
    ("test", "steps"),
    [
        # value on 100 as the limit -> grade; each bound itself belongs to the grade below
        ("ALT", {"100": 0, "100.1": 1, "300": 1, "300.1": 2, "500": 2, "500.1": 3, "2000": 3, "2000.1": 4}),
        ("AST", {"100": 0, "2000.1": 4}),
        ("ALP", {"100": 0, "250": 1, "251": 2, "501": 3, "2001": 4}),
        ("BILI", {"100": 0, "150": 1, "151": 2, "301": 3, "1001": 4}),
        ("CK", {"100": 0, "250": 1, "251": 2, "501": 3, "1000": 3, "1001": 4}),
    ],
)
def test_grades_above_the_limit(test: str, steps: dict[str, int]) -> None:
    for value, grade in steps.items():
        assert said("D33", TEST=test, VALUE=value, ULN="100") == str(grade), value


@pytest.mark.parametrize(
    ("test", "baseline", "steps"),
    [
        # On an abnormal baseline of 200 (limit 100); grade 1 begins at its multiple.
        ("ALT", "200", {"200": 0, "299": 0, "300": 1, "600": 1, "601": 2, "1001": 3, "4001": 4}),
        ("ALP", "200", {"399": 0, "400": 1, "500": 1, "501": 2, "1001": 3, "4001": 4}),
        ("BILI", "200", {"200": 0, "201": 1, "301": 2, "601": 3, "2001": 4}),
    ],
)
def test_grades_on_an_abnormal_baseline(test: str, baseline: str, steps: dict[str, int]) -> None:
    for value, grade in steps.items():
        inputs = {"TEST": test, "VALUE": value, "ULN": "100", "BASELINE": baseline}
        assert said("D33", **inputs) == str(grade), value
        assert output("D33", "basis", **inputs) == "BASELINE"


def test_a_normal_baseline_or_a_test_without_one_leaves_the_limit() -> None:
    assert output("D33", "basis", TEST="ALT", VALUE="200", ULN="100", BASELINE="100") == "ULN"
    assert output("D33", "basis", TEST="CK", VALUE="200", ULN="100", BASELINE="500") == "ULN"


@pytest.mark.parametrize(
    ("test", "limit", "steps"),
    [
        ("HGB", "130", {"130": 0, "129": 1, "100": 1, "99": 2, "80": 2, "79": 3, "10": 3}),
        ("PLAT", "125", {"125": 0, "124": 1, "75": 1, "74": 2, "50": 2, "49": 3, "25": 3, "24": 4}),
        ("NEUT", "1.8", {"1.8": 0, "1.79": 1, "1.5": 1, "1.49": 2, "0.99": 3, "0.5": 3, "0.49": 4}),
        ("WBC", "3.5", {"3.5": 0, "3.49": 1, "2.99": 2, "1.99": 3, "1": 3, "0.99": 4}),
    ],
)
def test_grades_below_the_limit(test: str, limit: str, steps: dict[str, int]) -> None:
    for value, grade in steps.items():
        assert said("D33", TEST=test, VALUE=value, LLN=limit) == str(grade), value


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        ({"TEST": "HGB", "VALUE": "79"}, "MISSING"),
        ({"TEST": "HGB", "LLN": "130"}, "MISSING"),
        ({"TEST": "HGB", "VALUE": "79", "LLN": "0"}, "ERROR NON_POSITIVE"),
        ({"TEST": "ALT", "VALUE": "79", "ULN": "0"}, "ERROR NON_POSITIVE"),
        ({"TEST": "ALT", "ULN": "50"}, "MISSING"),
        ({"TEST": "SODIUM", "VALUE": "130", "LLN": "137"}, "NA"),
        ({"VALUE": "79"}, "MISSING"),
    ],
)
def test_grades_without_sense(inputs: dict[str, str], answer: str) -> None:
    assert said("D33", **inputs) == answer
