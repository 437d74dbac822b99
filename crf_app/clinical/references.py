"""Reference intervals of the site's laboratories, by test, sex, age, unit and day (content, section 5.15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crf_app.study.units import TESTS, UnitNotConvertibleError, canonical_unit, convert


@dataclass(frozen=True, slots=True)
class ReferenceInterval:
    """One row of the site table, in any unit of the test. `sex` M, F or ALL; ages in completed years, `to_age` exclusive (0 = open); "" = open end or date.

    `valid_from` and `valid_to` are whole dates and both count as valid.
    """

    laboratory: str
    test: str
    unit: str
    sex: str = "ALL"
    from_age: int = 0
    to_age: int = 0
    low: str = ""
    high: str = ""
    valid_from: str = ""
    valid_to: str = ""
    assumed: bool = False

    def valid_on(self, day: date) -> bool:
        """Is the interval in force on that day?"""
        if not self.valid_from and not self.valid_to:
            return True
        text = day.isoformat()
        return (not self.valid_from or self.valid_from <= text) and (not self.valid_to or text <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval that applies, in the standard unit of the test and exact: either end may be open (None).

    `row` is the row of the site table, with the unit and the numbers as the laboratory gives them.
    """

    low: Decimal | None
    high: Decimal | None
    assumed: bool = False
    row: ReferenceInterval | None = field(default=None, compare=False)


class _Row(NamedTuple):
    """A row made ready: its unit in the one spelling, its ends in the standard unit."""

    row: ReferenceInterval
    unit: str
    interval: Interval


@dataclass(frozen=True)
class ReferenceTable:
    """All intervals of a site, ready for look-up."""

    rows: tuple[ReferenceInterval, ...] = ()
    _index: dict[tuple[str, str], tuple[_Row, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], list[_Row]] = {}
        for row in self.rows:
            interval = _converted(row)
            if interval is not None:
                index.setdefault((row.laboratory, row.test), []).append(_Row(row, canonical_unit(row.unit), interval))
        object.__setattr__(self, "_index", {key: tuple(rows) for key, rows in index.items()})

    def find(self, laboratory: str, test: str, sex: str, age: int | None, day: date, unit: str = "") -> Interval | None:
        """The interval valid on `day` for that sex and age; None when none is on file or sex or age decide and are unknown.

        An interval in the unit of the result (`unit`) goes before one that has to be converted.
        """
        fitting = [one for one in self._index.get((laboratory, test), ()) if one.row.valid_on(day)]
        if any(one.row.sex != "ALL" for one in fitting):
            if not sex:
                return None
            fitting = [one for one in fitting if one.row.sex in ("ALL", sex)]
        if any(one.row.from_age or one.row.to_age for one in fitting):
            if age is None:
                return None
            fitting = [one for one in fitting if one.row.from_age <= age and (not one.row.to_age or age < one.row.to_age)]
        if len(fitting) < 2:
            return fitting[0].interval if fitting else None
        wanted = canonical_unit(unit)
        # own intervals before assumed ones, the result's unit, the sex's own before ALL, the narrowest age band, the newest
        best = max(fitting, key=lambda one: (not one.row.assumed, one.unit == wanted, one.row.sex != "ALL", one.row.from_age, one.row.valid_from))
        return best.interval


def _converted(row: ReferenceInterval) -> Interval | None:
    """What the row says in the standard unit, None when its unit is none of the test or an end is no number."""
    try:
        standard_end(row, row.low or row.high or "0")
        return Interval(standard_end(row, row.low), standard_end(row, row.high), row.assumed, row)
    except (UnitNotConvertibleError, ArithmeticError):
        return None


def standard_end(row: ReferenceInterval, end: str) -> Decimal | None:
    """An end of the row in the standard unit of its test, exact; None when it is open. Raises UnitNotConvertibleError, ArithmeticError."""
    if not end:
        return None
    return convert(row.test, row.unit, Decimal(end)) if row.test in TESTS else Decimal(end)


def unique_laboratories(rows: Iterable[ReferenceInterval]) -> tuple[str, ...]:
    """Names of the laboratories that have intervals, in order of first appearance."""
    return tuple(dict.fromkeys(row.laboratory for row in rows))
