"""Is a table of reference intervals sound: what one row says, where rows overlap, where they leave a gap (content, section 5.15)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

from crf_app.clinical.references import ReferenceInterval, standard_end
from crf_app.study.units import UnitNotConvertibleError, canonical_unit, display_unit, units_of

SEXES = ("M", "F", "ALL")
OLDEST = 150
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?\Z")


@dataclass(frozen=True, slots=True)
class IntervalFault:
    """What is wrong with a row, or between two. `code` names a sentence (`interval.<code>`); rows are numbers in the sequence that was checked."""

    code: str
    row: int
    other: int | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


def row_faults(row: ReferenceInterval, number: int = 0) -> Iterator[IntervalFault]:
    """What makes a row unusable by itself: no end or no number, ends or dates exchanged, a unit the test does not have, an unknown sex or age."""
    said = {"low": row.low, "high": row.high}
    wrong = [one for one in (row.low, row.high) if one and not _NUMBER.match(one)]
    if wrong:
        yield IntervalFault("number", number, parameters={"text": wrong[0]})
    elif not (row.low or row.high):
        yield IntervalFault("no_end", number)
    elif row.low and row.high and Decimal(row.low) > Decimal(row.high):
        yield IntervalFault("exchanged", number, parameters=said)
    if not _has_unit(row):
        yield IntervalFault("unit", number, parameters={"unit": row.unit, "test": row.test, "units": ", ".join(one or "1" for one in units_of(row.test))})
    if row.sex not in SEXES:
        yield IntervalFault("sex", number, parameters={"text": row.sex})
    if not (0 <= row.from_age <= OLDEST and 0 <= row.to_age <= OLDEST) or (row.to_age and row.to_age <= row.from_age):
        yield IntervalFault("ages", number, parameters={"from_age": row.from_age, "to_age": row.to_age})
    yield from _date_faults(row, number)


def _has_unit(row: ReferenceInterval) -> bool:
    try:
        standard_end(replace(row, low="1"), "1")
    except UnitNotConvertibleError:
        return False
    return True


def _date_faults(row: ReferenceInterval, number: int) -> Iterator[IntervalFault]:
    wrong = [one for one in (row.valid_from, row.valid_to) if one and not _is_date(one)]
    if wrong:
        yield IntervalFault("date", number, parameters={"text": wrong[0]})
    elif row.valid_from and row.valid_to and row.valid_from > row.valid_to:
        yield IntervalFault("dates_exchanged", number, parameters={"valid_from": row.valid_from, "valid_to": row.valid_to})


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def same_band(one: ReferenceInterval, other: ReferenceInterval) -> bool:
    """Do two rows speak of the same people in the same unit: laboratory, test, unit, sex and ages?"""
    return _kin(one) == _kin(other) and (one.sex, one.from_age, one.to_age) == (other.sex, other.from_age, other.to_age)


def _kin(row: ReferenceInterval) -> tuple[str, str, str]:
    return row.laboratory, row.test, canonical_unit(row.unit)


def overlap(one: ReferenceInterval, other: ReferenceInterval) -> bool:
    """Could both rows apply to the same result? A start-up interval gives way to the laboratory's own, so it overlaps with nothing."""
    if one.assumed or other.assumed or _kin(one) != _kin(other):
        return False
    sexes = "ALL" in (one.sex, other.sex) or one.sex == other.sex
    ages = one.from_age < (other.to_age or OLDEST + 1) and other.from_age < (one.to_age or OLDEST + 1)
    return sexes and ages and one.valid_from <= (other.valid_to or "9999") and other.valid_from <= (one.valid_to or "9999")


def overlaps(rows: Sequence[ReferenceInterval]) -> Iterator[IntervalFault]:
    """Every pair of rows that could both apply; the later of the two carries the fault."""
    kin: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(rows):
        kin.setdefault(_kin(row), []).append(number)
    for numbers in kin.values():
        for first, second in combinations(numbers, 2):
            if overlap(rows[first], rows[second]):
                yield IntervalFault("overlap", second, first, {"first": described(rows[first]), "second": described(rows[second])})


def ended_before(row: ReferenceInterval, valid_from: str) -> ReferenceInterval | None:
    """The row with its last valid day the one before `valid_from`: how the next interval takes over. None when it would never have been valid."""
    if not _is_date(valid_from) or row.valid_from >= valid_from:
        return None
    last = (date.fromisoformat(valid_from) - timedelta(days=1)).isoformat()
    return replace(row, valid_to=min(row.valid_to or last, last))


def gaps(rows: Sequence[ReferenceInterval]) -> Iterator[IntervalFault]:
    """What the laboratory's own rows leave out between what they cover: ages, days, or one sex entirely. The row after the gap carries it."""
    told = set()
    for fault in _gaps(rows):
        key = (fault.code, fault.row, *fault.parameters.values())
        if key not in told:
            told.add(key)
            yield fault


def _gaps(rows: Sequence[ReferenceInterval]) -> Iterator[IntervalFault]:
    kin: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(rows):
        if not row.assumed:
            kin.setdefault(_kin(row), []).append(number)
    for numbers in kin.values():
        for sex in ("M", "F"):
            mine = [number for number in numbers if rows[number].sex in ("ALL", sex)]
            if not mine:
                yield IntervalFault("gap_sex", numbers[0], parameters={"sex": sex, "test": rows[numbers[0]].test, "laboratory": rows[numbers[0]].laboratory})
            yield from _holes(rows, mine, sex)


def _holes(rows: Sequence[ReferenceInterval], mine: list[int], sex: str) -> Iterator[IntervalFault]:
    days = sorted({rows[one].valid_from for one in mine} | {_next_day(rows[one].valid_to) for one in mine if rows[one].valid_to})
    ages = sorted({0, *(rows[one].from_age for one in mine), *(rows[one].to_age for one in mine)})
    for day in days:
        yield from _between(rows, mine, sex, [(day, age) for age in ages])
    for age in ages:
        yield from _between(rows, mine, sex, [(day, age) for day in days])


def _between(rows: Sequence[ReferenceInterval], mine: list[int], sex: str, line: list[tuple[str, int]]) -> Iterator[IntervalFault]:
    """Points on a line that nothing covers, with something before and after."""
    covered = [next((one for one in mine if _covers(rows[one], *point)), None) for point in line]
    seen = [number for number, one in enumerate(covered) if one is not None]
    for before, after in pairwise(seen):
        row = covered[after]
        if after > before + 1 and row is not None:
            (day, age), (until_day, until_age) = line[before + 1], line[after]
            by_age = day == until_day
            parameters = {"test": rows[row].test, "sex": sex, "from": age if by_age else day, "to": until_age if by_age else until_day}
            yield IntervalFault("gap_age" if by_age else "gap_days", row, parameters=parameters)


def _covers(row: ReferenceInterval, day: str, age: int) -> bool:
    return row.from_age <= age < (row.to_age or OLDEST + 1) and row.valid_from <= day <= (row.valid_to or "9999")


def _next_day(text: str) -> str:
    return (date.fromisoformat(text) + timedelta(days=1)).isoformat()


def described(row: ReferenceInterval) -> str:
    """A row in words of no language: SITE CREAT M 18–60: 57–97 µmol/L (2026-01-01–)."""
    ages = f" {row.from_age}–{row.to_age or ''}" if row.from_age or row.to_age else ""
    ends = f"{row.low}–{row.high}" if row.low and row.high else f"≥ {row.low}" if row.low else f"≤ {row.high}"
    valid = f" ({row.valid_from}–{row.valid_to})" if row.valid_from or row.valid_to else ""
    return f"{row.laboratory} {row.test} {row.sex}{ages}: {ends} {display_unit(row.unit, row.test)}".rstrip() + valid
