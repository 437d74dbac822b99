"""A short way to ask the registry, with inputs written as in the worked examples."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.derivation_cases import shown
from crf_app.study.functions.registry import REGISTRY, call
from crf_app.study.functions.result import Result


def ask(function: str, **inputs: object) -> Result:
    """The registry's answer."""
    return call(function, inputs)


def said(function: str, **inputs: object) -> str:
    """The answer as one line: value as shown, or the status when it is not OK, then code and flags."""
    result = ask(function, **inputs)
    places = REGISTRY[function].decimals if result.decimals is None else result.decimals
    value = shown(result.value, places) if result.status == "OK" else str(result.status)
    return " ".join([value, *([result.code] if result.code else []), *result.flags])


def exact(function: str, **inputs: object) -> Decimal:
    """The unrounded value."""
    value = ask(function, **inputs).value
    assert isinstance(value, Decimal)
    return value


def output(function: str, name: str, **inputs: object) -> object:
    """One named output, exact."""
    return ask(function, **inputs).outputs[name]
