"""D09 and D27: windows and study days."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, said

WINDOW = {"ANCHOR": "2024-03-01", "OFFSET": 28, "W_MINUS": 3, "W_PLUS": 5}  # 26 March, 29 March, 3 April


@pytest.mark.parametrize(
    ("actual", "today", "state", "outside", "deviation"),
    [
        ("2024-03-25", None, "EARLY", 1, -4),
        ("2024-03-26", None, "IN_WINDOW", 0, -3),
        ("2024-04-03", None, "IN_WINDOW", 0, 5),
        ("2024-04-05", None, "LATE", 2, 7),
        (None, "2024-03-25", "NOT_DUE", None, None),
        (None, "2024-03-26", "DUE", None, None),
        (None, "2024-04-03", "DUE", None, None),
        (None, "2024-04-04", "OVERDUE", None, None),
        (None, "2024-04", None, None, None),
        (None, "2024-05", "OVERDUE", None, None),
        (None, None, None, None, None),
        # A partial actual date: its days up to today decide when they agree.
        ("2024-05", None, "LATE", None, None),
        ("2024-03", None, None, None, None),
        ("2024-03", "2024-03-20", "EARLY", None, None),
        ("2024-03", "2024-03-01", "EARLY", 25, -28),
    ],
)
def test_states(actual: str | None, today: str | None, state: str | None, outside: int | None, deviation: int | None) -> None:
    found = ask("D09", **WINDOW, ACTUAL=actual, TODAY=today).outputs
    assert (found["state"], found["days_outside"], found["deviation_days"]) == (state, outside, deviation)


def test_target_needs_anchor_offset_and_window() -> None:
    assert said("D09", **WINDOW) == "2024-03-29"
    assert said("D09", **{**WINDOW, "ANCHOR": "2024-03"}) == "MISSING PARTIAL_DATE"
    for name in WINDOW:
        assert said("D09", **{**WINDOW, name: None}) == "MISSING"
    assert said("D09", **{**WINDOW, "OFFSET": 10**7}) == "ERROR RANGE"


@pytest.mark.parametrize(("day", "protocol", "sdtm"), [("2024-03-02", "1", 2), ("2024-02-28", "-2", -2), ("2024-03-01", "0", 1)])
def test_there_is_no_sdtm_day_zero(day: str, protocol: str, sdtm: int) -> None:
    assert said("D27", ANCHOR="2024-03-01", DATE=day) == protocol
    assert ask("D27", ANCHOR="2024-03-01", DATE=day).outputs["sdtm_dy"] == sdtm


def test_study_day_wants_full_dates() -> None:
    assert said("D27", ANCHOR="2024-03", DATE="2024-03-01") == "MISSING PARTIAL_DATE"
    assert said("D27", DATE="2024-03-01") == "MISSING"
