"""D01, D20, D21: dates of which a part may be unknown."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, output, said


@pytest.mark.parametrize(
    ("birth", "reference", "answer"),
    [
        ("2000-02-29", "2018-02-28", "17"),
        ("2000-02-29", "2018-03-01", "18"),
        ("2000-02-29", "2020-02-29", "20"),
        ("1970-05", "2024-05-31", "54"),
        ("1970-05", "2024-05-30", "MISSING PARTIAL_DATE"),
        ("1970", "2024-12-31", "54"),
        ("1970", "2024-12-30", "MISSING PARTIAL_DATE"),
        ("2024", "2024-06-01", "0"),
        ("2024-06", "2024-06-01", "0"),
        ("2024-06-02", "2024-06-01", "ERROR DATE_ORDER"),
        ("2024-07", "2024-06-01", "ERROR DATE_ORDER"),
        ("2024-06-01", "2024-06-01", "0"),
        ("1970-05-10", "2024-06", "54"),
        ("1970-06-10", "2024-06", "MISSING PARTIAL_DATE"),
        ("2024-06-15", "2024-06", "0"),
        (None, "2024", "MISSING"),
        ("1970", None, "MISSING"),
        ("UK", "2024-01-01", "MISSING"),
    ],
)
def test_age(birth: str | None, reference: str | None, answer: str) -> None:
    assert said("D01", BIRTH=birth, REF=reference) == answer


@pytest.mark.parametrize(
    ("event", "months", "reference", "answer", "free_from"),
    [
        ("2023-08-31", 6, "2024-02-28", "Y", "2024-02-29"),
        ("2023-08-31", 6, "2024-02-29", "N", "2024-02-29"),
        ("2022-08-31", 6, "2023-02-28", "N", "2023-02-28"),
        ("2024-01", 6, "2024-07-15", "MISSING PARTIAL_DATE", "2024-07-31"),
        ("2024-01", 6, "2024-06-30", "Y", "2024-07-31"),
        ("2024-01", 6, "2024-07-31", "N", "2024-07-31"),
        # The latest possible day is cut at the reference date.
        ("2024", 6, "2024-06-20", "Y", "2024-12-20"),
        ("2024", 6, "2024-08-20", "MISSING PARTIAL_DATE", "2025-02-20"),
        ("2020-01-01", 6, "2024", "N", "2020-07-01"),
        ("2024-01-15", 6, "2024-07", "MISSING PARTIAL_DATE", "2024-07-15"),
    ],
)
def test_look_back(event: str, months: int, reference: str, answer: str, free_from: str) -> None:
    assert said("D20", EVENT=event, N_MONTHS=months, REF=reference) == answer
    assert str(output("D20", "free_from", EVENT=event, N_MONTHS=months, REF=reference)) == free_from


def test_look_back_wants_a_past_event_and_all_inputs() -> None:
    assert said("D20", EVENT="2024-07-16", N_MONTHS=6, REF="2024-07-15") == "ERROR DATE_ORDER"
    assert said("D20", EVENT="2024-07-15", N_MONTHS=6, REF="2024-07-15") == "Y"
    assert said("D20", EVENT="2024-07-15", REF="2024-07-15") == "MISSING"
    assert said("D20", EVENT="2024-07-15", N_MONTHS=6) == "MISSING"
    assert said("D20", EVENT="2024-07-15", N_MONTHS=120_000, REF="2024-07-15") == "ERROR RANGE"


@pytest.mark.parametrize(
    ("start", "reference", "answer", "criterion", "least", "most"),
    [
        ("2024-01", "2024-03-27", "MISSING PARTIAL_DATE", "MET", 56, 86),
        ("2024-01", "2024-03-26", "MISSING PARTIAL_DATE", "UNKNOWN", 55, 85),
        ("2024-02", "2024-03-27", "MISSING PARTIAL_DATE", "NOT_MET", 27, 55),
        ("2024-03", "2024-03-01", "0.0", "NOT_MET", 0, 0),
        ("2024-01-01", "2024-03", "MISSING PARTIAL_DATE", "MET", 60, 90),
        ("2024-03-10", "2024-03", "MISSING PARTIAL_DATE", "NOT_MET", 0, 21),
    ],
)
def test_ulcer_of_uncertain_age(start: str, reference: str, answer: str, criterion: str, least: int, most: int) -> None:
    inputs = {"START": start, "REF": reference}
    assert said("D21", **inputs) == answer
    assert [output("D21", name, **inputs) for name in ("criterion", "days_min", "days_max")] == [criterion, least, most]


def test_ulcer_dates() -> None:
    assert said("D21", START="2024-03-02", REF="2024-03-01") == "ERROR DATE_ORDER"
    assert ask("D21", START="2024-01-01").outputs["criterion"] == "UNKNOWN"
    assert said("D21", REF="2024-01-01") == "MISSING"
