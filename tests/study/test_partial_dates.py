"""Partial dates are intervals; months are calendar months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.partial_dates import (
    PartialDate,
    add_days,
    add_months,
    after,
    before,
    days_between,
    interval,
    months_between,
    on_or_after,
    on_or_before,
    parse_iso,
    same_day,
    years_between,
)

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
partials = st.one_of(
    days.map(PartialDate.of),
    days.map(lambda day: PartialDate(day.year, day.month)),
    days.map(lambda day: PartialDate(day.year)),
)


@pytest.mark.parametrize("text", ["2024", "2024-02", "2024-02-29", "0001-01-01", "9999-12"])
def test_text_survives(text: str) -> None:
    assert str(parse_iso(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-2", "2024-13", "2023-02-29", "2024-02-30", "0000", "2024-00", "2024-01-00", "2024-01-01 ", "２０２４"],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_iso(text)


def test_a_day_needs_its_month() -> None:
    with pytest.raises(ValueError, match="without a month"):
        PartialDate(2024, None, 3)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-03-05", date(2024, 3, 5), date(2024, 3, 5)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_the_days_it_can_mean(text: str, first: date, last: date) -> None:
    day = parse_iso(text)
    assert (day.earliest, day.latest) == (first, last)
    assert day.is_full == (first == last)


def test_the_latest_day_is_cut_at_the_reference() -> None:
    assert interval(parse_iso("2024"), date(2024, 6, 1)) == (date(2024, 1, 1), date(2024, 6, 1))
    assert interval(parse_iso("2024-05"), date(2024, 6, 1)) == (date(2024, 5, 1), date(2024, 5, 31))
    assert interval(parse_iso("2024-07"), date(2024, 6, 1)) == (date(2024, 7, 1), date(2024, 7, 31))


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("2024-03-01", "2024-03-02", True),
        ("2024-03-02", "2024-03-02", False),
        ("2024-02", "2024-03", True),
        ("2024-03", "2024-02", False),
        ("2024-03", "2024-03-15", None),
        ("2024-03", "2024-03-01", False),
        ("2024-03", "2024-03-31", None),
        ("2024", "2024", None),
    ],
)
def test_before_is_three_valued(a: str, b: str, answer: bool | None) -> None:
    first, second = parse_iso(a), parse_iso(b)
    assert before(first, second) is answer
    assert after(second, first) is answer
    opposite = None if answer is None else not answer
    assert on_or_after(first, second) is opposite
    assert on_or_before(second, first) is opposite


def test_same_day() -> None:
    assert same_day(parse_iso("2024-03-01"), date(2024, 3, 1)) is True
    assert same_day(parse_iso("2024-03-01"), parse_iso("2024-03-02")) is False
    assert same_day(parse_iso("2024-04"), parse_iso("2024-03")) is False
    assert same_day(parse_iso("2024-03"), parse_iso("2024-03")) is None


@given(partials, partials)
def test_before_is_what_all_days_say(a: PartialDate, b: PartialDate) -> None:
    """The ends of both intervals decide: the three-valued answer is that of every pair of days, or None."""
    pairs = {first < second for first in (a.earliest, a.latest) for second in (b.earliest, b.latest)}
    assert before(a, b) is (pairs.pop() if len(pairs) == 1 else None)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2023-08-31", 6, "2024-02-29"),
        ("2022-08-31", 6, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-05-15", -17, "2022-12-15"),
        ("2024-05-15", 0, "2024-05-15"),
    ],
)
def test_months_clamp_to_the_last_day(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@pytest.mark.parametrize("months", [12 * 9000, -12 * 9000])
def test_no_date_outside_the_calendar(months: int) -> None:
    with pytest.raises(OverflowError):
        add_months(date(2024, 1, 1), months)
    with pytest.raises(OverflowError):
        add_days(date(2024, 1, 1), months * 40)


@given(days, st.integers(-600, 600))
def test_months_between_undoes_add_months(day: date, months: int) -> None:
    counted = months_between(day, add_months(day, months))
    assert counted == months
    assert months_between(day, add_months(day, months) - timedelta(days=1)) == months - 1


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        ("2000-02-29", "2023-02-28", 22),
        ("2000-02-29", "2023-03-01", 23),
        ("2000-02-29", "2024-02-28", 23),
        ("2000-02-29", "2024-02-29", 24),
        ("2000-03-01", "2024-02-29", 23),
    ],
)
def test_birthdays_of_leap_days(birth: str, day: str, years: int) -> None:
    assert years_between(date.fromisoformat(birth), date.fromisoformat(day)) == years


def test_days_between_counts_back_too() -> None:
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_between(date(2024, 3, 1), date(2024, 2, 28)) == -2
