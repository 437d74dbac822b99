"""D30: what is blank may or may not change the grade."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, said

CALM = {"SWELLING": "N", "ERYTHEMA_CM": "0", "TENDER": "N", "WARM": "N", "PUS": "N", "DEEP": "N", "OSTEO": "N"}
WELL = {"TEMP": "37.0", "HR": 80, "RR": 16, "WBC": "7"}
TWO = {"SWELLING": "Y", "TENDER": "Y"}


@pytest.mark.parametrize(
    ("changes", "answer", "osteo"),
    [
        # Local signs: erythema above 0.5 cm is one, exactly 0.5 is none.
        ({"SWELLING": "Y", "ERYTHEMA_CM": "0.5"}, "1", ""),
        ({"SWELLING": "Y", "ERYTHEMA_CM": "0.6"}, "2", ""),
        ({**TWO, "ERYTHEMA_CM": "1.9"}, "2", ""),
        ({**TWO, "ERYTHEMA_CM": "2.0"}, "3", ""),
        ({**TWO, "DEEP": "Y"}, "3", ""),
        # Without infection deep structures, wide erythema and fever do not grade.
        ({"DEEP": "Y", "ERYTHEMA_CM": "3", "TEMP": "39", "HR": 120}, "1", ""),
        # Osteomyelitis alone is 3O, with two systemic signs 4O.
        ({"OSTEO": "Y"}, "3", "O"),
        ({"OSTEO": "Y", "TEMP": "38.1", "HR": 91}, "4", "O"),
        # Systemic limits are open: 38, 36, 90, 20, 12 and 4 are still normal.
        ({**TWO, "TEMP": "38", "HR": 90, "RR": 20, "WBC": "12"}, "2", ""),
        ({**TWO, "TEMP": "36", "WBC": "4"}, "2", ""),
        ({**TWO, "TEMP": "35.9", "WBC": "3.9"}, "4", ""),
        ({**TWO, "RR": 21, "WBC": "12.1"}, "4", ""),
        ({**TWO, "RR": 21}, "2", ""),
        # Blank, but nothing can change any more.
        ({"SWELLING": None}, "1", ""),
        ({**TWO, "PUS": None, "WARM": None}, "2", ""),
        ({"ERYTHEMA_CM": None}, "1", ""),
        ({**TWO, "DEEP": "Y", "ERYTHEMA_CM": None}, "3", ""),
        ({**TWO, "TEMP": "39", "HR": 100, "RR": None, "WBC": None, "DEEP": None}, "4", ""),
        ({**TWO, "WBC": None}, "2", ""),
        # Blank, and it could.
        ({"SWELLING": "Y", "TENDER": None}, "MISSING", None),
        ({"SWELLING": "Y", "ERYTHEMA_CM": None}, "MISSING", None),
        ({**TWO, "ERYTHEMA_CM": None}, "MISSING", None),
        ({**TWO, "DEEP": None}, "MISSING", None),
        ({"OSTEO": None}, "MISSING", None),
        ({"OSTEO": "U"}, "MISSING", None),
        ({**TWO, "WBC": None, "TEMP": "39"}, "MISSING SIRS_INCOMPLETE", None),
        ({**TWO, "WBC": None, "TEMP": None}, "MISSING SIRS_INCOMPLETE", None),
        ({"SWELLING": "Y", "PUS": None, "TEMP": None, "HR": None}, "MISSING SIRS_INCOMPLETE", None),
        ({"PUS": "X"}, "ERROR RANGE", None),
        ({"ERYTHEMA_CM": "-1"}, "ERROR NEGATIVE", None),
    ],
)
def test_grades(changes: dict[str, object], answer: str, osteo: str | None) -> None:
    inputs = {**CALM, **WELL, **changes}
    assert said("D30", **inputs) == answer
    assert ask("D30", **inputs).outputs.get("osteo") == osteo


def test_signs_are_counted() -> None:
    assert ask("D30", **{**CALM, **WELL, **TWO, "ERYTHEMA_CM": "0.6", "PUS": None}).outputs["signs"] == 3
