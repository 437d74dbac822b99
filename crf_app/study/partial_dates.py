"""Dates of which only the year, or year and month, may be known; calendar arithmetic.

A partial date is the interval [earliest, latest] of the days it can mean (content, section 1.3). Comparisons are
three-valued: True, False, or None when the unknown part could decide either way. Times are `datetime.time`, date-times
naive `datetime.datetime` in local time.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month of a year, or a day. Not ordered by itself: use `before` and its kin.

    Raises ValueError for a day without a month and for a day or month that does not exist.
    """

    year: int
    month: int | None = None
    day: int | None = None
    earliest: date = field(init=False, compare=False, repr=False)
    """The first day it can mean."""
    latest: date = field(init=False, compare=False, repr=False)
    """The last day it can mean."""

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day without a month is no date")
        first = last = date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        if self.day is None:
            month = 12 if self.month is None else self.month
            last = date(self.year, month, calendar.monthrange(self.year, month)[1])
        # comparisons ask for both again and again
        object.__setattr__(self, "earliest", first)
        object.__setattr__(self, "latest", last)

    def __str__(self) -> str:
        """YYYY, YYYY-MM or YYYY-MM-DD."""
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date `day`."""
        return cls(day.year, day.month, day.day)

    @property
    def is_full(self) -> bool:
        """Is the day known?"""
        return self.day is not None


@lru_cache(maxsize=4096)
def parse_iso(text: str) -> PartialDate:
    """The date written as YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError for any other text and for days that never
    were.
    """
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    return PartialDate(int(year), None if month is None else int(month), None if day is None else int(day))


def earliest(day: PartialDate | date) -> date:
    """The first day it can mean."""
    return day.earliest if isinstance(day, PartialDate) else day


def latest(day: PartialDate | date) -> date:
    """The last day it can mean."""
    return day.latest if isinstance(day, PartialDate) else day


def interval(day: PartialDate, reference: date) -> tuple[date, date]:
    """The days it can mean, the latest cut at the reference date (content, section 1.3).

    When even the earliest lies after the reference there is nothing to cut: both ends are as they are.
    """
    first, last = day.earliest, day.latest
    return first, last if first > reference else min(last, reference)


def before(a: PartialDate | date, b: PartialDate | date) -> bool | None:
    """Is `a` an earlier day than `b`? None when it is in doubt."""
    if latest(a) < earliest(b):
        return True
    return False if earliest(a) >= latest(b) else None


def after(a: PartialDate | date, b: PartialDate | date) -> bool | None:
    """Is `a` a later day than `b`? None when it is in doubt."""
    return before(b, a)


def on_or_before(a: PartialDate | date, b: PartialDate | date) -> bool | None:
    """Is `a` the same day as `b` or earlier? None when it is in doubt."""
    later = before(b, a)
    return None if later is None else not later


def on_or_after(a: PartialDate | date, b: PartialDate | date) -> bool | None:
    """Is `a` the same day as `b` or later? None when it is in doubt."""
    return on_or_before(b, a)


def same_day(a: PartialDate | date, b: PartialDate | date) -> bool | None:
    """Are both the same day? None when the unknown part could make them so."""
    if latest(a) < earliest(b) or latest(b) < earliest(a):
        return False
    return True if earliest(a) == latest(a) == earliest(b) == latest(b) else None


def days_between(first: date, last: date) -> int:
    """Days from `first` to `last`; negative when `last` is earlier."""
    return (last - first).days


def add_days(day: date, days: int) -> date:
    """`day` + `days`. Raises OverflowError outside the years 1 to 9999."""
    return day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """`day` + calendar months; clamps to the last day of a short month (31 August + 6 months = 28 or 29 February).

    Raises OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= MAXYEAR:
        raise OverflowError(f"{day} + {months} months is no date")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Completed calendar months from `first` to `last`: the greatest n with add_months(first, n) <= last.

    Negative, and counted likewise, when `last` is earlier.
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    shortest = calendar.monthrange(last.year, last.month)[1]
    return months - (min(first.day, shortest) > last.day)


def years_between(birth: date, day: date) -> int:
    """Completed years of life; who was born on 29 February has the birthday of a common year on 1 March (D01)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
