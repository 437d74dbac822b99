"""Between operands of the rule language and the Python values of the registry."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from crf_app.clinical.rules.kinds import BLANK, Absent, Links, Operand, Span
from crf_app.study.functions.result import Result, Status
from crf_app.study.partial_dates import PartialDate, parse_iso


def operand_of(result: Result, output: str) -> Operand:
    """The value or a named output of a Result, as an operand."""
    if output == "status":
        return str(result.status)
    if output == "code":
        return result.code or BLANK
    if output and output != "value":
        return from_python(result.outputs.get(output), result)
    return from_python(result.value, result)


def from_python(value: object, result: Result | None = None) -> Operand:
    """A Python value of the registry as an operand."""
    if value is None:
        if result is not None and result.status is Status.NA:
            return Absent("na", result.code)
        return Absent("error" if result is not None and result.status is Status.ERROR else "unknown", result.code if result is not None else "")
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return parse_iso(value.isoformat())
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if isinstance(value, (Decimal, PartialDate, str)):
        return value
    return str(value)


def to_python(value: Operand) -> object:
    """An operand as the registry takes it: None for anything absent or known only within bounds."""
    if isinstance(value, (Absent, Span)):
        return None
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, Links):
        return value.addresses
    return value
