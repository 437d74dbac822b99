"""Reference intervals of the site's laboratories, by test, sex, age and day (content, section 5.15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReferenceInterval:
    """One row of the site table, in the item's standard unit. `sex` M, F or ALL; ages in completed years, `to_age` exclusive (0 = open); "" = open end or date."""

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


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval that applies: either end may be open (None)."""

    low: Decimal | None
    high: Decimal | None
    assumed: bool = False


@dataclass(frozen=True)
class ReferenceTable:
    """All intervals of a site, ready for look-up."""

    rows: tuple[ReferenceInterval, ...] = ()
    _index: dict[tuple[str, str], tuple[ReferenceInterval, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], list[ReferenceInterval]] = {}
        for row in self.rows:
            index.setdefault((row.laboratory, row.test), []).append(row)
        object.__setattr__(self, "_index", {key: tuple(rows) for key, rows in index.items()})

    def find(self, laboratory: str, test: str, sex: str, age: int | None, day: date) -> Interval | None:
        """The interval valid on `day` for that sex and age; None when none is on file or sex or age decide and are unknown."""
        fitting = [
            row
            for row in self._index.get((laboratory, test), ())
            if (not row.valid_from or row.valid_from <= day.isoformat()) and (not row.valid_to or day.isoformat() <= row.valid_to)
        ]
        if any(row.sex != "ALL" for row in fitting):
            if not sex:
                return None
            fitting = [row for row in fitting if row.sex in ("ALL", sex)]
        if any(row.from_age or row.to_age for row in fitting):
            if age is None:
                return None
            fitting = [row for row in fitting if row.from_age <= age and (not row.to_age or age < row.to_age)]
        if not fitting:
            return None
        # own intervals before assumed ones, the sex's own before ALL, the narrowest age band, the newest
        best = max(fitting, key=lambda row: (not row.assumed, row.sex != "ALL", row.from_age, row.valid_from))
        return Interval(Decimal(best.low) if best.low else None, Decimal(best.high) if best.high else None, best.assumed)


def unique_laboratories(rows: Iterable[ReferenceInterval]) -> tuple[str, ...]:
    """Names of the laboratories that have intervals, in order of first appearance."""
    return tuple(dict.fromkeys(row.laboratory for row in rows))
