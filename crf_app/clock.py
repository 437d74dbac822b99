"""The one source of time: injected, so that demonstrations and tests can move it."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. `now` is aware (local zone), `monotonic` counts seconds and never goes back."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in the machine's zone, to the microsecond."""
        return datetime.now().astimezone()

    def today(self) -> date:
        """The local calendar day of `now`."""
        return self.now().date()

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; unaffected by changes of the wall clock."""
        return time.monotonic()


class SteppedClock:
    """A clock that stands still until it is told to move: for demonstrations and tests."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("SteppedClock needs an aware start time")
        self._now = start
        self._steps = 0.0

    def now(self) -> datetime:
        """The moment last set."""
        return self._now

    def today(self) -> date:
        """The calendar day of the moment last set."""
        return self._now.date()

    def monotonic(self) -> float:
        """Seconds moved forward since the start."""
        return self._steps

    def set(self, moment: datetime) -> None:
        """Move to `moment`. Raises ValueError when it has no zone or is earlier: clinical time does not run back."""
        if moment.tzinfo is None:
            raise ValueError("SteppedClock needs an aware moment")
        if moment < self._now:
            raise ValueError(f"clock would run back from {self._now} to {moment}")
        self._steps += (moment - self._now).total_seconds()
        self._now = moment

    def advance(self, step: timedelta) -> None:
        """Move forward by `step`."""
        self.set(self._now + step)


def zoned(when: datetime) -> str:
    """A moment as people read it, on screen, on paper and in lists: to the minute, with the zone it is told in (21 CFR 11.50): 2026-03-18 16:04 +08:00.

    Raises ValueError for a moment without a zone: it would mean another one elsewhere.
    """
    zone = when.strftime("%z")
    if not zone:
        raise ValueError(f"a moment without zone: {when}")
    return f"{when:%Y-%m-%d %H:%M} {zone[:3]}:{zone[3:5]}"


def zoned_text(stored: str) -> str:
    """The same of a moment as it is stored (ISO with offset)."""
    return zoned(datetime.fromisoformat(stored))
