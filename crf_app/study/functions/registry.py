"""The one registry of derivations, for forms, criteria, worked examples and endpoints alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, Overflow, localcontext
from types import MappingProxyType
from typing import TypeVar

from crf_app.study.decimals import CONTEXT, to_decimal
from crf_app.study.functions import (
    ages,
    circulation,
    eligibility,
    grades,
    healing,
    infection,
    injections,
    kidney,
    laboratory,
    names,
    nerves,
    safety,
    scores,
    statistics,
    visits,
    wounds,
)
from crf_app.study.functions.result import FunctionDef, InputDef, Result, Status
from crf_app.study.partial_dates import PartialDate, parse_iso

T = TypeVar("T")
_TIME = re.compile("[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_DATETIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")

MISSING_CODES = frozenset({"", "ND", "UK", "NA", "U", "IND"})
"""Codes that say that there is no value: the missing codes, unknown and indeterminate (content, 1.7 rule 3)."""

_MODULES = (
    ages.FUNCTIONS,
    circulation.FUNCTIONS,
    eligibility.FUNCTIONS,
    grades.FUNCTIONS,
    healing.FUNCTIONS,
    infection.FUNCTIONS,
    injections.FUNCTIONS,
    kidney.FUNCTIONS,
    laboratory.FUNCTIONS,
    names.FUNCTIONS,
    nerves.FUNCTIONS,
    safety.FUNCTIONS,
    scores.FUNCTIONS,
    statistics.FUNCTIONS,
    visits.FUNCTIONS,
    wounds.FUNCTIONS,
)


def assemble(parts: Sequence[Sequence[FunctionDef]]) -> Mapping[str, FunctionDef]:
    """Functions by id, in order of id. Raises ValueError when two have one id."""
    functions = sorted((one for part in parts for one in part), key=lambda one: one.id)
    found = {one.id: one for one in functions}
    if len(found) < len(functions):
        raise ValueError("two functions have one id")
    return MappingProxyType(found)


REGISTRY: Mapping[str, FunctionDef] = assemble(_MODULES)
"""D01 to D37, with D06b and D15b."""


def call(
    function_id: str, inputs: Mapping[str, object], registry: Mapping[str, FunctionDef] = REGISTRY
) -> Result:
    """The answer of the function to `inputs`, Python values by name; None, and an input left out, are missing.

    Numbers may be Decimal, int or a code of digits, dates PartialDate or date. Numbers and dates beyond all bounds give
    ERROR RANGE. Raises KeyError for an unknown function, ValueError for an unknown input or a text that is no value of
    its kind, TypeError for a value of another type (a float among them).
    """
    function = registry[function_id]
    values = prepared(function, inputs)
    try:
        with localcontext(CONTEXT):
            return function.compute(values)
    except (OverflowError, Overflow):
        return Result(None, Status.ERROR, "RANGE")


def prepared(function: FunctionDef, inputs: Mapping[str, object]) -> dict[str, object]:
    """Every input of the function as the kind it has, None where missing. Raises ValueError and TypeError as `call`
    does.
    """
    unknown = set(inputs) - {one.name for one in function.inputs}
    if unknown:
        raise ValueError(f"{function.id} has no input {', '.join(sorted(unknown))}")
    return {one.name: as_kind(inputs.get(one.name), one) for one in function.inputs}


def as_kind(value: object, wanted: InputDef) -> object:
    """`value` as the kind of the input; lists become tuples. Raises TypeError or ValueError as `call` does."""
    if value is None:
        return None
    if wanted.kind == "list":
        return tuple(as_kind(one, InputDef(wanted.name, wanted.of)) for one in _elements(value, wanted))
    if wanted.kind == "rows":
        return tuple(_row(one, wanted) for one in _elements(value, wanted))
    return _SCALARS[wanted.kind](value, wanted.name)


def _elements(value: object, wanted: InputDef) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return value
    raise TypeError(f"{wanted.name} is {type(value).__name__}, not a list")


def _row(row: object, wanted: InputDef) -> Mapping[str, object]:
    """A row by column name; a list gives the cells in the order of the columns."""
    if isinstance(row, (list, tuple)):
        if len(row) > len(wanted.columns):
            raise ValueError(f"{wanted.name} has {len(wanted.columns)} columns, a row has {len(row)} cells")
        row = {column.name: cell for column, cell in zip(wanted.columns, row, strict=False)}
    if not isinstance(row, Mapping):
        raise TypeError(f"{wanted.name} holds {type(row).__name__}, not rows")
    unknown = set(row) - {one.name for one in wanted.columns}
    if unknown:
        raise ValueError(f"{wanted.name} has no column {', '.join(sorted(map(str, unknown)))}")
    return {one.name: as_kind(row.get(one.name), one) for one in wanted.columns}


def _number(value: object, name: str) -> Decimal | None:
    if isinstance(value, str):
        return None if value in MISSING_CODES else to_decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"{name} is {value!r}, not a decimal number")


def _integer(value: object, name: str) -> int | None:
    exact = _number(value, name)
    if exact is None:
        return None
    if exact != exact.to_integral_value():
        raise ValueError(f"{name} is {value!r}, not a whole number")
    return int(exact)


def _date(value: object, name: str) -> PartialDate | None:
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, str):
        return None if value in MISSING_CODES else parse_iso(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return PartialDate.of(value)
    raise TypeError(f"{name} is {value!r}, not a date")


def _checked(pattern: re.Pattern[str], text: str, name: str, read: Callable[[str], T]) -> T:
    """`text` read when it has the full form: a date alone must not become midnight, an hour alone not a time."""
    if not pattern.fullmatch(text):
        raise ValueError(f"{name} is {text!r}, not in the form of {pattern.pattern}")
    return read(text)


def _time(value: object, name: str) -> time | None:
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        return None if value in MISSING_CODES else _checked(_TIME, value, name, time.fromisoformat)
    raise TypeError(f"{name} is {value!r}, not a time of day")


def _datetime(value: object, name: str) -> datetime | None:
    if isinstance(value, str):
        return None if value in MISSING_CODES else _checked(_DATETIME, value, name, datetime.fromisoformat)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(f"{name} is {value}: date-times are local, without a zone")
        return value
    raise TypeError(f"{name} is {value!r}, not a date and time")


def _code(value: object, name: str) -> str | None:
    text = _text(value, name)
    return None if text in MISSING_CODES else text


def _text(value: object, name: str) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    raise TypeError(f"{name} is {value!r}, not a code or text")


_SCALARS: Mapping[str, Callable[[object, str], object]] = {
    "number": _number,
    "integer": _integer,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "code": _code,
    "text": _text,
}
