"""What a derivation is and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crf_app.study.texts import Text

NOTHING: Mapping[str, object] = MappingProxyType({})


class Status(StrEnum):
    """How a derivation ended (content, section 1.3)."""

    OK = "OK"
    MISSING = "MISSING"
    ERROR = "ERROR"
    NA = "NA"


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of a derivation.

    `value` is exact and unrounded; None is blank. `code` is the reason of a blank, `flags` say "computed, but look".
    `outputs` are the other named answers, exact; None there is undetermined. `decimals` are the shown places of the
    value where they depend on the inputs (a unit, a rule); None leaves them to the definition of the function.
    """

    value: object = None
    status: Status = Status.OK
    code: str = ""
    flags: tuple[str, ...] = ()
    outputs: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    decimals: int | None = None

    def flagged(self, *flags: str) -> Result:
        """The same answer with these flags."""
        return replace(self, flags=flags)

    def shown_at(self, decimals: int) -> Result:
        """The same answer, its value shown at that many places."""
        return replace(self, decimals=decimals)


@dataclass(frozen=True, slots=True)
class InputDef:
    """One named input. `kind`: number, integer, date, time, datetime, code, text, list, rows.

    `of` is the kind of a list's elements, `columns` are the cells of rows.
    """

    name: str
    kind: str
    of: str = ""
    columns: tuple[InputDef, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputDef:
    """One named output besides the main value. `kind` as for inputs, and boolean; `decimals`: shown places of a
    number.
    """

    name: str
    kind: str
    decimals: int | None = None


Inputs = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FunctionDef:
    """A derivation: what it needs, what it answers, where its rule comes from, and how it is computed.

    `kind` is the kind of the main value, `decimals` its shown places (None: as entered, or as the result says).
    `compute` gets every input under its name, None where it is missing; call it through `registry.call`.
    """

    id: str
    version: str
    title: Text
    inputs: tuple[InputDef, ...]
    outputs: tuple[OutputDef, ...]
    source: str
    formula: Text
    decimals: int | None
    codes: tuple[str, ...]
    flags: tuple[str, ...]
    compute: Callable[[Inputs], Result]
    kind: str = "number"


def ok(value: object, /, **outputs: object) -> Result:
    """A computed answer."""
    return Result(value, outputs=outputs)


def missing(code: str = "", /, **outputs: object) -> Result:
    """Blank, as an input is missing; `outputs` are what is known all the same."""
    return Result(None, Status.MISSING, code, (), outputs)


def error(code: str) -> Result:
    """Blank, as the inputs contradict each other or cannot be computed with."""
    return Result(None, Status.ERROR, code)


def not_applicable(code: str = "") -> Result:
    """Blank, as the derivation does not apply."""
    return Result(None, Status.NA, code)
