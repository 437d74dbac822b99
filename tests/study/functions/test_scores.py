"""D07, D08, D16, D17."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, said


@pytest.mark.parametrize(
    ("items", "answer"),
    [
        # A contradiction is said before what is missing.
        ([[0, 2], [None, None], [1, 1], [1, 1]], "ERROR CONFLICT"),
        ([[1, None], [1, 1], [1, 1], [1, 1]], "MISSING"),
        ([[None, 1], [1, 1], [1, 1], [1, 1]], "MISSING"),
        ([[1, 1], [1, 1], [1, 1]], "MISSING"),
        ([[4, 1], [1, 1], [1, 1], [1, 1]], "ERROR RANGE"),
        ([[1, 4], [1, 1], [1, 1], [1, 1]], "ERROR RANGE"),
        ([[1, 1]] * 5, "ERROR RANGE"),
        ([["1", "3"], ["0", None], ["0", None], ["0", None]], "1.66"),
        (None, "MISSING"),
    ],
)
def test_symptom_score(items: list[list[object]] | None, answer: str) -> None:
    assert said("D07", ITEMS=items) == answer


FULL = {"SYMPTOMS": [1] * 6, "REFLEXES": [1] * 4, "SENSORY": [1] * 5}


@pytest.mark.parametrize(
    ("symptoms", "sensory", "band"),
    [(0, 1, "NONE"), (1, 1, "MILD"), (2, 2, "MILD"), (3, 2, "MODERATE"), (6, 1, "MODERATE"), (6, 2, "SEVERE")],
)
def test_bands(symptoms: int, sensory: int, band: str) -> None:
    inputs = {
        "SYMPTOMS": [1] * symptoms + [0] * (6 - symptoms),
        "REFLEXES": [1] * 4,
        "SENSORY": [1] * sensory + [0] * (5 - sensory),
    }
    assert (said("D08", **inputs), ask("D08", **inputs).outputs["band"]) == (str(symptoms + 4 + sensory), band)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"SYMPTOMS": [2, 0, 0, 0, 0, 0]}, "ERROR RANGE"),
        ({"REFLEXES": [3, 0, 0, 0]}, "ERROR RANGE"),
        ({"SENSORY": [0, 0, 0, 0, -1]}, "ERROR RANGE"),
        ({"SENSORY": [0] * 6}, "ERROR RANGE"),
        ({"SENSORY": [0] * 4}, "MISSING"),
        ({"SENSORY": None}, "MISSING"),
        ({"SENSORY": [2, None, 0, 0, 0]}, "ERROR RANGE"),
    ],
)
def test_codes_and_gaps(change: dict[str, object], answer: str) -> None:
    assert said("D08", **{**FULL, **change}) == answer


def test_complete_sections_keep_their_score() -> None:
    found = ask("D08", **{**FULL, "REFLEXES": [1, 1, 1, None]}).outputs
    assert dict(found) == {"symptom": 6, "reflex": None, "sensory": 5, "band": None}


@pytest.mark.parametrize(
    ("baseline", "now", "answer"),
    [("0", "3", "3"), ("6.50", "4.2", "-2.30"), ("48.3", "48.3", "0.0"), (None, "1", "MISSING")],
)
def test_change_keeps_its_decimals(baseline: str | None, now: str, answer: str) -> None:
    assert said("D16", BASELINE=baseline, NOW=now) == answer


@pytest.mark.parametrize(
    ("before", "now", "months", "rule", "answer", "criterion"),
    [
        ("10", "13", "6", "PCT30", "-30.0", "MET"),
        ("20", "14", "5.9", "PCT30", "30.0", "NOT_MET"),
        ("0", "3", "6", "PCT30", "ERROR ZERO_BASELINE", None),
        ("0", "3", "3", "PTS2", "-3", "MET"),
        ("12", "11", "2.9", "PTS2", "1", "NOT_MET"),
        # 30.04 % is shown as 30.0 and does not meet.
        ("2500", "1749", "6", "PCT30", "30.0", "NOT_MET"),
        ("12", "11", "3", "OTHER", "ERROR RANGE", None),
        ("12", "11", None, "PTS2", "MISSING", "UNKNOWN"),
        ("12", "11", "3", None, "MISSING", "UNKNOWN"),
    ],
)
def test_earlier_response(
    before: str, now: str, months: str | None, rule: str | None, answer: str, criterion: str | None
) -> None:
    inputs = {"PRE": before, "CUR": now, "MONTHS": months, "RULE": rule}
    assert said("D17", **inputs) == answer
    assert ask("D17", **inputs).outputs.get("criterion") == criterion
