"""Typed reading of the inputs of one call, so that each derivation is written in its own terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import TypeVar

from crf_app.study.functions.result import InputDef, Inputs
from crf_app.study.partial_dates import PartialDate

T = TypeVar("T")


class Reader:
    """The inputs of one call, or the cells of one row. None is missing; TypeError for a value of another type."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs

    def number(self, name: str) -> Decimal | None:
        """A decimal."""
        return self._get(name, Decimal)

    def integer(self, name: str) -> int | None:
        """A whole number."""
        return self._get(name, int)

    def date(self, name: str) -> PartialDate | None:
        """A date, perhaps partial."""
        return self._get(name, PartialDate)

    def time(self, name: str) -> time | None:
        """A time of day."""
        return self._get(name, time)

    def moment(self, name: str) -> datetime | None:
        """A date and time, local, to the minute: seconds of a clock are no part of a record kept in minutes."""
        moment = self._get(name, datetime)
        return None if moment is None else moment.replace(second=0, microsecond=0)

    def code(self, name: str) -> str | None:
        """A member of a code list, or a text."""
        return self._get(name, str)

    def numbers(self, name: str) -> tuple[Decimal | None, ...] | None:
        """A list of decimals; an element may be missing."""
        return self._list(name, Decimal)

    def integers(self, name: str) -> tuple[int | None, ...] | None:
        """A list of whole numbers; an element may be missing."""
        return self._list(name, int)

    def codes(self, name: str) -> tuple[str | None, ...] | None:
        """A list of codes or texts; an element may be missing."""
        return self._list(name, str)

    def dates(self, name: str) -> tuple[PartialDate | None, ...] | None:
        """A list of dates; an element may be missing."""
        return self._list(name, PartialDate)

    def rows(self, name: str) -> tuple[Reader, ...] | None:
        """A list of rows, each read like inputs."""
        rows = self._get(name, tuple)
        return None if rows is None else tuple(Reader(_mapping(name, row)) for row in rows)

    def _get(self, name: str, kind: type[T]) -> T | None:
        value = self._inputs.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise TypeError(f"{name} is {type(value).__name__}, not {kind.__name__}")

    def _list(self, name: str, kind: type[T]) -> tuple[T | None, ...] | None:
        values = self._get(name, tuple)
        if values is None:
            return None
        for value in values:
            if not (value is None or isinstance(value, kind)):
                raise TypeError(f"{name} holds {type(value).__name__}, not {kind.__name__}")
        return values


def _mapping(name: str, row: object) -> Inputs:
    if not isinstance(row, Mapping):
        raise TypeError(f"{name} holds {type(row).__name__}, not rows")
    return row


def number(name: str) -> InputDef:
    """An input that is a decimal."""
    return InputDef(name, "number")


def integer(name: str) -> InputDef:
    """An input that is a whole number."""
    return InputDef(name, "integer")


def date(name: str) -> InputDef:
    """An input that is a date, perhaps partial."""
    return InputDef(name, "date")


def clock(name: str) -> InputDef:
    """An input that is a time of day."""
    return InputDef(name, "time")


def moment(name: str) -> InputDef:
    """An input that is a date and time."""
    return InputDef(name, "datetime")


def code(name: str) -> InputDef:
    """An input that is a member of a code list."""
    return InputDef(name, "code")


def items(name: str, of: str) -> InputDef:
    """An input that is a list of elements of one kind."""
    return InputDef(name, "list", of)


def rows(name: str, *columns: InputDef) -> InputDef:
    """An input that is a list of rows with these cells."""
    return InputDef(name, "rows", "", columns)
