"""D15, D15b, D36."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, output, said


def test_no_response_is_abnormal_without_a_score() -> None:
    found = ask("D15", NO_RESPONSE="Y", MEAN="48", SD="0")
    assert (found.value, found.status, found.flags, found.outputs["abnormal"]) == (None, "OK", ("NO_RESPONSE",), "Y")


@pytest.mark.parametrize(
    ("velocity", "abnormal"), [("39.6", "N"), ("39.45", "Y"), ("39.46", "N"), ("39.4", "Y"), ("60", "N")]
)
def test_abnormal_is_decided_unrounded(velocity: str, abnormal: str) -> None:
    # Mean 48.03, SD 4.29: −2 SD is 39.45 exactly; 39.46 is shown as −2.00 too.
    assert output("D15", "abnormal", CV=velocity, MEAN="48.03", SD="4.29", NO_RESPONSE="N") == abnormal


def test_score_needs_all_three() -> None:
    assert said("D15", CV="39.46", MEAN="48.03", SD="4.29") == "-2.00"
    assert said("D15", CV="40", MEAN=None, SD="4") == "MISSING"
    assert said("D15", CV="40", MEAN="48", SD="-1") == "ERROR NON_POSITIVE"
    assert output("D15", "abnormal", CV="40", MEAN="48") is None


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (["Y", None, None, None, None, None], "MET"),
        (["N"] * 5, "UNKNOWN"),
        ([], "UNKNOWN"),
        (None, "UNKNOWN"),
        (["N", "N", "U", "N", "N", "N"], "UNKNOWN"),
        (["X"] * 6, "ERROR RANGE"),
    ],
)
def test_six_nerve_sides(answers: list[str | None] | None, verdict: str) -> None:
    assert said("D15b", ABNORMAL=answers) == verdict


@pytest.mark.parametrize(
    ("symptomatic", "tests", "verdict"),
    [
        ("Y", ["Y", None, None, None, None], "MET"),
        ("Y", ["N", "N", "N", "N", None], "UNKNOWN"),
        ("Y", ["N"] * 5, "NOT_MET"),
        ("N", ["Y", "N", "N", "N", "N"], "NOT_MET"),
        ("N", ["N", "N", "N", "N", None], "NOT_MET"),
        ("N", ["N", "N", "N", None, None], "UNKNOWN"),
        ("N", ["N", "N", "N"], "UNKNOWN"),
        (None, ["Y", "Y", None, None, None], "MET"),
        (None, ["Y", "N", "N", "N", "N"], "UNKNOWN"),
        (None, ["N"] * 5, "NOT_MET"),
        ("U", ["N", "N", "N", "N", None], "UNKNOWN"),
        ("Y", None, "UNKNOWN"),
        ("X", ["N"] * 5, "ERROR RANGE"),
        ("Y", ["Y", "2"], "ERROR RANGE"),
    ],
)
def test_five_tests(symptomatic: str | None, tests: list[str | None] | None, verdict: str) -> None:
    assert said("D36", SYMPTOMATIC=symptomatic, TESTS=tests) == verdict
