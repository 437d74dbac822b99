"""Which days a view of the calendar shows, and how one moves among them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

VIEWS = ("month", "week", "agenda")
WEEK = 7


def monday(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def span_of(view: str, day: date) -> tuple[date, date]:
    """First and last day that a view shows around a day: whole weeks of the month, the week, the month."""
    first, last = month_of(day)
    if view == "week":
        return monday(day), monday(day) + timedelta(days=WEEK - 1)
    return (first, last) if view == "agenda" else (monday(first), monday(last) + timedelta(days=WEEK - 1))


def add_months(day: date, months: int) -> date:
    """The same day so many months on, the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
