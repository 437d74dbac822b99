"""Names of formulas and units as they are printed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crf_app.study.functions.registry import REGISTRY

if TYPE_CHECKING:
    from crf_app.pdf.desk import Desk

_WHOLE = {"degC": "℃", "degF": "℉", "jin": "斤"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"\^(-?\d+)")
_SQUARE = re.compile(r"\b(m|cm|mm)([23])\b")
_MICRO = re.compile(r"(?<![A-Za-z])u(?=(?:mol|g|L|m|IU)\b)")
_FUNCTION = re.compile(r"\b(D\d{2}[a-z]?)\(")


def function_label(derive: str, desk: Desk) -> str:
    """What calculates an item: "D06 Rate of change v1" for each function it calls, else "formula of the form"."""
    names = []
    for function in dict.fromkeys(_FUNCTION.findall(derive)):
        known = REGISTRY.get(function)
        names.append(f"{function} {known.title.get(desk.lang)} v{known.version}" if known else function)
    return " + ".join(names) if names else desk.say("formula")


@lru_cache(maxsize=256)
def unit_text(unit: str) -> str:
    """The unit as printed: 10⁹/L for 10^9/L, cm² for cm2, µmol/L for umol/L, ℃ for degC; others as they are."""
    if unit in _WHOLE:
        return _WHOLE[unit]
    text = _POWER.sub(lambda found: found.group(1).translate(_RAISED), unit)
    text = _SQUARE.sub(lambda found: found.group(1) + found.group(2).translate(_RAISED), text)
    return _MICRO.sub("µ", text)
