"""Ends and ticks of axes: numbers in steps of 1, 2 or 5, days in weeks, dates in months, ratios in tens."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from crf_app.clinical.charts.model import Axis, Tick
from crf_app.study.item_types import plain_decimal
from crf_app.study.texts import Text

LOG_RATIO = 50
"""From this ratio between the largest and the smallest value on, equal ratios take equal lengths: else the small ones would lie on the floor."""
_DAY_STEPS = (1, 2, 7, 14, 28, 56, 84, 168, 364, 728, 1820)
_MOST = 8


def number_axis(name: Text, values: Sequence[float], *, scale: tuple[float, float] | None = None, may_log: bool = False, whole: bool = False) -> Axis:
    """A y axis over `values`: the given scale, widened where a value lies outside it; else round ends. At least one value.

    `may_log`: by ratios where all values are above zero and LOG_RATIO apart. `whole`: no ticks between whole numbers.
    """
    low, high = min(values), max(values)
    if may_log and low > 0 and high / low >= LOG_RATIO:
        return _log_axis(name, low, high)
    if scale is not None:
        low, high = min(low, scale[0]), max(high, scale[1])
        return Axis(name, low, high, _ticks(_steps(low, high, whole), low, high))
    if low >= 0 and low < 0.6 * high:
        low = 0.0  # an area or a count is read against nothing
    if low == high:
        low, high = (0.0, low * 1.5) if low > 0 else (low - (abs(low) or 1), high + (abs(high) or 1))
    step, most = _steps(low, high, whole), high
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if low and min(values) <= low + step * 1e-9:
        low -= step  # no mark lies half under the axis
    if most >= high - step * 1e-9:
        high += step
    return Axis(name, low, high, _ticks(step, low, high))


def _steps(low: float, high: float, whole: bool) -> float:
    """A step of 1, 2 or 5 times a power of ten that gives four to eight ticks."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999)
    return max(step, 1.0) if whole else step


def _ticks(step: float, low: float, high: float) -> tuple[Tick, ...]:
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first
    return tuple(Tick((first + one) * step, _number(Decimal(str(step)) * (first + one))) for one in range(count + 1))


def _number(value: Decimal) -> Text:
    text = plain_decimal(value.normalize() + Decimal(0)).replace("-", "−")
    return Text(text, text)


def _log_axis(name: Text, low: float, high: float) -> Axis:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ticks = [
        Tick(float(Decimal(one) * Decimal(10) ** power), _number(Decimal(one) * Decimal(10) ** power), 1 if one == 1 else 0)
        for power in range(first, last + 1) for one in ((1, 2, 5) if last - first <= 3 else (1,))
    ]
    below = max((one.at for one in ticks if one.at <= low * 1.0001), default=ticks[0].at)
    above = min((one.at for one in ticks if one.at >= high * 0.9999), default=ticks[-1].at)
    said = Text(f"{name.en}, logarithmic", f"{name.zh}，对数刻度")
    return Axis(said, below, above, tuple(one for one in ticks if below <= one.at <= above), log=True)


def day_axis(name: Text, days: Iterable[float], places: Iterable[Tick] = ()) -> Axis:
    """An x axis of days counted from some day 0, with a little room at both ends; ticks on whole weeks where days allow, none without days."""
    found = list(days)
    if not found:
        return Axis(name, 0.0, 1.0)
    low, high = min(found), max(found)
    room = max((high - low) * 0.03, 1.0)
    low, high = low - room, high + room
    step = next((one for one in _DAY_STEPS if (high - low) / one <= _MOST), _DAY_STEPS[-1])
    first, last = math.ceil(low / step), math.floor(high / step)
    ticks = tuple(Tick(float(one * step), _number(Decimal(one * step)), 1 if one == 0 else 0) for one in range(first, last + 1))
    return Axis(name, low, high, ticks, tuple(places))


def date_axis(name: Text, days: Iterable[date]) -> Axis:
    """An x axis of dates as ordinal numbers, with ticks on the first of months."""
    found = list(days)
    low, high = min(found), max(found)
    room = max((high - low).days * 0.03, 2.0)
    months = _months(low, high)
    every = max(1, -(-len(months) // _MOST))
    ticks = tuple(Tick(float(day.toordinal()), Text(f"{day:%Y-%m}", f"{day:%Y-%m}")) for day in months[::every])
    if len(ticks) < 2:
        ticks = tuple(Tick(float(day.toordinal()), Text(day.isoformat(), day.isoformat())) for day in dict.fromkeys((low, high)))
    return Axis(name, low.toordinal() - room, high.toordinal() + room, ticks)


def _months(low: date, high: date) -> list[date]:
    first = date(low.year, low.month, 1)
    count = (high.year - low.year) * 12 + high.month - low.month
    starts = [date(first.year + (first.month - 1 + one) // 12, (first.month - 1 + one) % 12 + 1, 1) for one in range(count + 1)]
    return [one for one in starts if one >= low]


def count_axis(name: Text, most: int) -> Axis:
    """An x axis of whole numbers from 0."""
    high = float(max(most, 1))
    step = _steps(0.0, high, whole=True)
    high = math.ceil(high / step) * step
    return Axis(name, 0.0, high, _ticks(step, 0.0, high))
