"""Tables of reference intervals: what one row may say, overlaps, gaps, and which row applies to a result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.intervals import ended_before, gaps, overlap, overlaps, row_faults
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.study.units import TESTS, convert, convert_back

CREAT = ReferenceInterval("SITE", "CREAT", "umol/L", "M", 18, 60, "57", "97", "2026-01-01", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"low": "97", "high": "57"}, "exchanged"), ({"low": "", "high": ""}, "no_end"), ({"low": "5,7"}, "number"), ({"high": "1e3"}, "number"), ({"unit": "g/L"}, "unit"),
        ({"sex": "X"}, "sex"), ({"from_age": 60, "to_age": 18}, "ages"), ({"to_age": 400}, "ages"), ({"valid_from": "2026-02-30"}, "date"), ({"valid_to": "2026"}, "date"),
        ({"valid_to": "2025-12-31"}, "dates_exchanged"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_why(change: dict[str, Any], code: str) -> None:
    assert [one.code for one in row_faults(replace(CREAT, **change))] == [code]
    assert not list(row_faults(CREAT))


@pytest.mark.parametrize(
    ("change", "meets"),
    [
        ({}, True), ({"sex": "F"}, False), ({"sex": "ALL"}, True), ({"from_age": 60, "to_age": 0}, False), ({"from_age": 59, "to_age": 0}, True), ({"to_age": 18, "from_age": 0}, False),
        ({"valid_from": "", "valid_to": "2025-12-31"}, False), ({"valid_from": "", "valid_to": "2026-01-01"}, True), ({"unit": "mg/dL"}, False), ({"laboratory": "B"}, False),
        ({"assumed": True}, False),
    ],
)  # fmt: skip
def test_two_rows_overlap_when_both_could_apply(change: dict[str, Any], meets: bool) -> None:
    other = replace(CREAT, **change)
    assert overlap(CREAT, other) is meets
    assert [(one.row, one.other) for one in overlaps([CREAT, other])] == ([(1, 0)] if meets else [])


def test_an_interval_ends_the_one_before_it() -> None:
    ended = ended_before(CREAT, "2026-07-01")
    assert ended is not None
    assert ended.valid_to == "2026-06-30"
    assert not overlap(ended, replace(CREAT, valid_from="2026-07-01"))
    assert ended_before(CREAT, "2026-01-01") is None
    assert ended_before(CREAT, "") is None


def test_gaps_in_ages_days_and_sexes_are_named() -> None:
    women = replace(CREAT, sex="F")
    assert list(gaps([CREAT, women])) == []
    assert [(one.code, one.parameters["sex"]) for one in gaps([CREAT])] == [("gap_sex", "F")]
    older = [replace(one, from_age=65, to_age=0) for one in (CREAT, women)]
    found = list(gaps([CREAT, women, *older]))
    assert [(one.code, one.parameters["sex"], one.parameters["from"], one.parameters["to"]) for one in found] == [("gap_age", "M", 60, 65), ("gap_age", "F", 60, 65)]
    first = [replace(one, valid_to="2026-03-31") for one in (CREAT, women)]
    later = [replace(one, valid_from="2026-05-01") for one in (CREAT, women)]
    found = list(gaps([*first, *later]))
    assert [(one.code, one.parameters["from"], one.parameters["to"]) for one in found] == [("gap_days", "2026-04-01", "2026-05-01")] * 2


def test_start_up_intervals_leave_no_gap_to_speak_of() -> None:
    assert list(gaps([replace(CREAT, assumed=True)])) == []


def test_the_interval_is_that_of_the_day_and_of_the_unit() -> None:
    old = replace(CREAT, valid_to="2026-03-31")
    new = replace(CREAT, low="60", high="100", valid_from="2026-04-01")
    table = ReferenceTable((old, new, replace(new, unit="mg/dL", low="0.7", high="1.2")))
    for day, unit, low in ((date(2026, 3, 31), "umol/L", "57"), (date(2026, 4, 1), "umol/L", "60"), (date(2026, 4, 1), "µmol/L", "60"), (date(2026, 4, 1), "mg/dL", "61.88")):
        found = table.find("SITE", "CREAT", "M", 40, day, unit)
        assert found is not None
        assert found.low == Decimal(low)
    assert table.find("SITE", "CREAT", "M", 40, date(2025, 12, 31)) is None
    assert table.find("SITE", "CREAT", "M", 60, date(2026, 4, 1)) is None
    assert table.find("SITE", "CREAT", "M", None, date(2026, 4, 1)) is None
    assert table.find("SITE", "CREAT", "", 40, date(2026, 4, 1)) is None


def test_a_row_in_a_unit_that_no_test_has_is_never_used() -> None:
    assert ReferenceTable((replace(CREAT, unit="g/L"),)).find("SITE", "CREAT", "M", 40, date(2026, 4, 1)) is None


TEST_UNITS = [(test, unit) for test, known in TESTS.items() for unit in (known.unit, *known.others) if test not in ("TEMP", "WEIGHT")]
numbers = st.decimals(min_value=0, max_value=100_000, places=3)


@given(st.sampled_from(TEST_UNITS), numbers, numbers)
def test_conversion_keeps_the_order_of_results_and_limits(case: tuple[str, str], one: Decimal, other: Decimal) -> None:
    test, unit = case
    assert (one < other) is (convert(test, unit, one) < convert(test, unit, other))


@given(st.sampled_from(TEST_UNITS), numbers)
def test_conversion_and_back_gives_the_result(case: tuple[str, str], value: Decimal) -> None:
    test, unit = case
    assert abs(convert_back(test, unit, convert(test, unit, value)) - value) < Decimal("1e-15")


@given(st.sampled_from(TEST_UNITS), numbers, numbers)
def test_an_interval_in_another_unit_judges_as_in_its_own(case: tuple[str, str], limit: Decimal, result: Decimal) -> None:
    test, unit = case
    row = ReferenceInterval("SITE", test, unit, high=f"{limit:f}")
    found = ReferenceTable((row,)).find("SITE", test, "F", 30, date(2026, 3, 17), unit)
    assert found is not None
    assert found.high is not None
    assert (convert(test, unit, result) > found.high) is (result > limit)


bands = st.builds(
    lambda sex, low, width, start, days: ReferenceInterval(
        "SITE", "CREAT", "umol/L", sex, low, low + width, "1", "2", start.isoformat(), (start + timedelta(days=days)).isoformat()
    ),
    st.sampled_from(["M", "F", "ALL"]), st.integers(0, 90), st.integers(1, 30), st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 400),
)  # fmt: skip


@given(bands, bands, st.sampled_from(["M", "F"]), st.integers(0, 120), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_rows_that_do_not_overlap_never_both_apply(one: ReferenceInterval, other: ReferenceInterval, sex: str, age: int, day: date) -> None:
    both = all(row.sex in ("ALL", sex) and row.from_age <= age < row.to_age and row.valid_on(day) for row in (one, other))
    if both:
        assert overlap(one, other)
