"""Worked examples in JSON, run through the registry that the forms use (docs/derivation-cases.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from crf_app.errors import ExpectedError
from crf_app.study.decimals import quantized_text, round_half_away, to_decimal
from crf_app.study.functions.registry import REGISTRY, call, prepared
from crf_app.study.functions.result import FunctionDef, Result
from crf_app.study.partial_dates import PartialDate

_FIXED_FIELDS = ("value", "status", "code", "flags")
_HALF_MINUTE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Failure:
    """One field of one case that came out otherwise; both sides as they are shown."""

    case_id: str
    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.case_id}: {self.field}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How many cases passed, and every field that did not."""

    passed: int
    failures: tuple[Failure, ...]

    @property
    def failed(self) -> int:
        """How many cases failed; one case can fail in several fields."""
        return len({one.case_id for one in self.failures})


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example as read."""

    id: str
    function: FunctionDef
    inputs: Mapping[str, object]
    expected: Mapping[str, object]


def run_cases(path: Path, registry: Mapping[str, FunctionDef] = REGISTRY) -> CaseReport:
    """Compare every case of the file with the registry's answer, at the shown decimals.

    Only the fields a case names are compared. Raises ExpectedError when the file cannot be read or a case is not in the
    format: `cases_unreadable`, `cases_not_json`, `cases_format`; nothing is run then.
    """
    failures: list[Failure] = []
    passed = 0
    for case in read_cases(path, registry):
        found = _check(case, registry)
        failures += found
        passed += not found
    return CaseReport(passed, tuple(failures))


def read_cases(path: Path, registry: Mapping[str, FunctionDef] = REGISTRY) -> tuple[Case, ...]:
    """The cases of the file, in its order. Raises ExpectedError as `run_cases` does."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise ExpectedError("cases_unreadable", path=path, reason=fault) from fault
    try:
        content = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise ExpectedError("cases_not_json", path=path, reason=fault) from fault
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list):
        raise ExpectedError("cases_format", path=path, case="-", reason='no list "cases"')
    read = tuple(_case(number, one, path, registry) for number, one in enumerate(cases, start=1))
    ids = [one.id for one in read]
    for one in ids:
        if ids.count(one) > 1:
            raise ExpectedError("cases_format", path=path, case=one, reason="the id is used twice")
    return read


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _case(number: int, case: object, path: Path, registry: Mapping[str, FunctionDef]) -> Case:
    """One case, its inputs converted, so that a mistake is said before anything runs."""
    name = str(case.get("id", number)) if isinstance(case, dict) else str(number)
    try:
        return _parts(name, case, registry)
    except (ValueError, TypeError) as fault:
        raise ExpectedError("cases_format", path=path, case=name, reason=fault) from fault


def _parts(name: str, case: object, registry: Mapping[str, FunctionDef]) -> Case:
    if not isinstance(case, dict):
        raise TypeError("a case is an object with id, derivation, inputs, expected")
    function = registry.get(str(case.get("derivation")))
    if function is None:
        raise ValueError(f"no derivation {case.get('derivation')}")
    inputs, expected = case.get("inputs"), case.get("expected")
    if not isinstance(inputs, dict) or not isinstance(expected, dict):
        raise TypeError('"inputs" and "expected" are objects')
    if not expected:
        raise ValueError('"expected" names nothing')
    unknown = set(expected) - set(_FIXED_FIELDS) - {one.name for one in function.outputs}
    if unknown:
        raise ValueError(f"{function.id} has no output {', '.join(sorted(unknown))}")
    return Case(name, function, prepared(function, inputs), expected)


def _check(case: Case, registry: Mapping[str, FunctionDef]) -> list[Failure]:
    result = call(case.function.id, case.inputs, registry)
    found = []
    for field, expected in case.expected.items():
        got, decimals = _field(case.function, result, field)
        if not _agree(field, got, expected, decimals):
            found.append(Failure(case.id, field, shown(expected), shown(got, decimals)))
    return found


def _field(function: FunctionDef, result: Result, field: str) -> tuple[object, int | None]:
    """The answer's field and the places at which it is shown."""
    if field == "value":
        return result.value, function.decimals if result.decimals is None else result.decimals
    if field in _FIXED_FIELDS:
        return {"status": str(result.status), "code": result.code, "flags": result.flags}[field], None
    decimals = next(one.decimals for one in function.outputs if one.name == field)
    return result.outputs.get(field), decimals


def _agree(field: str, got: object, expected: object, decimals: int | None) -> bool:
    if field == "code":
        return got == ("" if expected is None else expected)
    if field == "flags":
        wanted = expected if isinstance(expected, list) else []
        return isinstance(got, tuple) and sorted(got) == sorted(map(str, wanted))
    return _same(got, expected, decimals)


def _same(got: object, expected: object, decimals: int | None) -> bool:
    """Equal as shown: numbers at `decimals`, a date-time to the minute, lists and rows element by element."""
    if got is None or expected is None or isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    if isinstance(got, (int, Decimal)):
        return _same_number(Decimal(got), expected, decimals)
    if isinstance(got, Mapping):
        return (
            isinstance(expected, Mapping)
            and set(got) == set(expected)
            and all(_same(got[name], expected[name], decimals) for name in got)
        )
    if isinstance(got, (list, tuple)):
        return (
            isinstance(expected, list)
            and len(got) == len(expected)
            and all(_same(one, other, decimals) for one, other in zip(got, expected, strict=True))
        )
    return isinstance(expected, str) and shown(got) == expected


def _same_number(got: Decimal, expected: object, decimals: int | None) -> bool:
    rounded = got if decimals is None else round_half_away(got, decimals)
    if isinstance(expected, str):
        try:
            expected = to_decimal(expected)
        except ValueError:
            return False
    return isinstance(expected, (int, Decimal)) and rounded == expected


def shown(value: object, decimals: int | None = None) -> str:
    """A value as text: numbers rounded to `decimals`, date-times to the minute, blank as "blank"."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if decimals is None else quantized_text(Decimal(value), decimals)
    if isinstance(value, datetime):
        # Rounded like every number, once and at the end: half a minute goes up.
        return (value + _HALF_MINUTE).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {shown(one, decimals)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(shown(one, decimals) for one in value) + "]"
    return str(value) if isinstance(value, (str, PartialDate)) else repr(value)
