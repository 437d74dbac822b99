"""The clock that stands still until told, and the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clock import Clock, SteppedClock, SystemClock, zoned, zoned_text

SHANGHAI = timezone(timedelta(hours=8))
START = datetime(2026, 3, 1, 9, 30, tzinfo=SHANGHAI)


def test_the_machines_clock_is_aware_and_agrees_with_itself() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert now.tzinfo is not None
    assert before <= now <= datetime.now(UTC)
    assert clock.today() - now.date() <= timedelta(days=1)
    first = clock.monotonic()
    assert clock.monotonic() >= first


def test_a_stepped_clock_stands_still() -> None:
    clock: Clock = SteppedClock(START)
    assert (clock.now(), clock.today(), clock.monotonic()) == (START, START.date(), 0.0)
    assert clock.now() == clock.now()


def test_the_day_is_the_local_one() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)
    clock = SteppedClock(late)
    clock.advance(timedelta(hours=1))
    assert clock.today().isoformat() == "2026-03-02"
    assert clock.now().astimezone(UTC).date().isoformat() == "2026-03-01"


def test_a_stepped_clock_does_not_run_back_and_stays_where_it_was() -> None:
    clock = SteppedClock(START)
    with pytest.raises(ValueError, match="run back"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="run back"):
        clock.advance(timedelta(seconds=-1))
    assert (clock.now(), clock.monotonic()) == (START, 0.0)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SteppedClock(START.replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        SteppedClock(START).set(START.replace(tzinfo=None) + timedelta(days=1))


@given(st.lists(st.integers(min_value=0, max_value=10**7), max_size=20))
def test_both_times_move_by_the_same_seconds(steps: list[int]) -> None:
    clock = SteppedClock(START)
    for seconds in steps:
        clock.advance(timedelta(seconds=seconds))
    assert clock.now() - START == timedelta(seconds=sum(steps))
    assert clock.monotonic() == sum(steps)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (START, "2026-03-01 09:30 +08:00"),
        (START.astimezone(UTC), "2026-03-01 01:30 +00:00"),
        (START.astimezone(timezone(-timedelta(hours=3, minutes=30))), "2026-02-28 22:00 -03:30"),
    ],
)
def test_a_moment_is_told_with_its_zone(moment: datetime, said: str) -> None:
    assert zoned(moment) == zoned_text(moment.isoformat()) == said


def test_a_moment_without_zone_is_told_by_nobody() -> None:
    with pytest.raises(ValueError, match="without zone"):
        zoned(datetime(2026, 3, 1))  # noqa: DTZ001  that is the point
