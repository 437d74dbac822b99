"""What fingers and Chinese input methods produce, normalised before it is parsed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.entry_text import halfwidth, plain_number, read_date, read_datetime, read_time
from crf_app.study.partial_dates import parse_iso

TODAY = date(2026, 3, 17)
NOW = datetime(2026, 3, 17, 14, 5)  # noqa: DTZ001  typed times are local and naive

DATES = [
    ("20231105", "2023-11-05"), ("2023-11-05", "2023-11-05"), ("2023/11/5", "2023-11-05"), ("2023.11.5", "2023-11-05"),
    ("2023年11月5日", "2023-11-05"), ("2023年11月", "2023-11"), ("2023年", "2023"), ("2023-11", "2023-11"), ("202311", "2023-11"),
    ("2023", "2023"), ("2023-11-UN", "2023-11"), ("2023-UN-UN", "2023"), ("2023-UK", "2023"), ("t", "2026-03-17"), ("T", "2026-03-17"),
    ("今天", "2026-03-17"), ("-1", "2026-03-16"), ("+1", "2026-03-18"), ("t-7", "2026-03-10"), ("2024-02-29", "2024-02-29"),
    ("2023-02-29", None), ("2023-13-01", None), ("20231301", None), ("2023-11-05-01", None), ("0000", None), ("abc", None), ("", None),
    ("1", None), ("31", None), ("2023-UN-05", None), ("２０２３", None), ("2023-1-1x", None), ("202", None), ("2023-11-005", None),
    ("+", None), ("-", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), DATES, ids=[one for one, _ in DATES])
def test_dates(text: str, canonical: str | None) -> None:
    assert read_date(text, TODAY, day_first=False) == canonical


@pytest.mark.parametrize(
    ("text", "day_first", "canonical"),
    [
        ("5/11", True, "2025-11-05"), ("5/11", False, "2025-05-11"), ("17/3", True, "2026-03-17"), ("18/3", True, "2025-03-18"),
        ("3/17", False, "2026-03-17"), ("17/3", False, None), ("29/2", True, None),
    ],
)  # fmt: skip
def test_a_short_date_is_this_year_or_last_never_the_future(text: str, day_first: bool, canonical: str | None) -> None:
    assert read_date(text, TODAY, day_first=day_first) == canonical


@given(st.text(alphabet="0123456789-/.年月日tT今天+UNuk ", max_size=14), st.booleans())
def test_a_date_read_is_a_date(text: str, day_first: bool) -> None:
    found = read_date(text, TODAY, day_first=day_first)
    if found is not None:
        assert str(parse_iso(found)) == found


@given(st.dates(min_value=date(1900, 1, 1)))
def test_canonical_dates_read_as_themselves(day: date) -> None:
    assert read_date(day.isoformat(), TODAY, day_first=True) == day.isoformat()
    assert read_date(f"{day:%Y%m%d}", TODAY, day_first=True) == day.isoformat()
    assert read_date(f"{day.year}年{day.month}月{day.day}日", TODAY, day_first=True) == day.isoformat()


TIMES = [
    ("1432", "14:32"), ("932", "09:32"), ("14:32", "14:32"), ("9:05", "09:05"), ("14.32", "14:32"), ("14时32分", "14:32"), ("14h32", "14:32"),
    ("n", "14:05"), ("now", "14:05"), ("0000", "00:00"), ("24:00", None), ("2360", None), ("14", None), ("14:5", None), ("", None), ("14:32:10", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), TIMES, ids=[one for one, _ in TIMES])
def test_times(text: str, canonical: str | None) -> None:
    assert read_time(text, NOW) == canonical


MOMENTS = [
    ("2026-03-17 14:32", "2026-03-17T14:32"), ("2026-03-17T1432", "2026-03-17T14:32"), ("t 932", "2026-03-17T09:32"), ("n", "2026-03-17T14:05"),
    ("2026-03 14:32", None), ("2026-03-17", None), ("14:32", None), ("", None), ("2026-03-17 14:32 x", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), MOMENTS, ids=[one for one, _ in MOMENTS])
def test_moments(text: str, canonical: str | None) -> None:
    assert read_datetime(text, NOW, day_first=False) == canonical


@pytest.mark.parametrize(("text", "plain"), [("１２．５", "12.5"), (" 12。5 ", "12.5"), ("−3", "-3"), ("ＡＢ", "AB"), ("＜０.５", "<0.5"), ("14：32", "14:32")])
def test_full_width_signs(text: str, plain: str) -> None:
    assert halfwidth(text) == plain


@pytest.mark.parametrize(("text", "plain"), [("12,5", "12.5"), ("1 200", "1200"), ("1,200.5", "1,200.5"), ("1,2,3", "1,2,3")])
def test_decimal_commas_are_read_thousands_are_not_guessed(text: str, plain: str) -> None:
    assert plain_number(text) == plain
