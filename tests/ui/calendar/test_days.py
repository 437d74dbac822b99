"""Which days the views of the calendar show, and where they lie."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from crf_app.ui.calendar.days import add_months, month_of, span_of
from crf_app.ui.calendar.grid import Cell, cells_of, lines_of

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(DAYS)
def test_a_view_shows_the_day_itself_and_whole_weeks(day: date) -> None:
    for view in ("month", "week", "agenda"):
        first, last = span_of(view, day)
        assert first <= day <= last
    for view in ("month", "week"):
        first, last = span_of(view, day)
        assert (first.weekday(), last.weekday()) == (0, 6)
    first, last = span_of("month", day)
    assert first <= month_of(day)[0] <= month_of(day)[1] <= last < first + timedelta(days=42)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-01-15", -1, "2025-12-15"), ("2026-12-31", 2, "2027-02-28"), ("2026-03-31", -13, "2025-02-28")],
)
def test_the_same_day_of_another_month(day: str, months: int, found: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == found


@given(DAYS, st.integers(200, 2000), st.integers(200, 1500))
def test_the_cells_fill_the_area_without_overlap(day: date, width: int, height: int) -> None:
    first, last = span_of("month", day)
    cells = cells_of(QRect(0, 0, width, height), first, last)
    assert [one.day for one in cells] == [first + timedelta(days=number) for number in range(len(cells))]
    assert sum(one.rect.width() * one.rect.height() for one in cells) == width * (height - 28)
    assert not any(one.rect.intersects(other.rect) for one, other in itertools.pairwise(cells))


@given(st.integers(1, 400), st.integers(0, 399), st.integers(30, 400), st.sampled_from(["month", "week"]))
def test_the_visit_the_cursor_is_on_is_always_shown_and_the_rest_is_counted(count: int, pick: int, height: int, view: str) -> None:
    pick = min(pick, count - 1)
    lines = lines_of(Cell(date(2026, 3, 2), QRect(0, 0, 150, height)), view, count, pick)
    shown = [one.at for one in lines if one.at >= 0]
    assert pick in shown
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    assert shown[0] >= 0
    assert shown[-1] < count
    if len(lines) > 1:
        assert lines[-1].rect.bottom() <= height
        assert (lines[-1].at == -1) == (len(shown) < count)
