"""Names of formulas and units as they are printed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crf_app.study.functions.registry import REGISTRY

if TYPE_CHECKING:
    from crf_app.pdf.desk import Desk

_POWER = re.compile(r"\^(-?\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MICRO = re.compile(r"\bu(?=(?:mol|g|L|m|U|IU|kat)\b)")
_SPELLED = {"degC": "°C", "degF": "°F", "cm2": "cm²", "m2": "m²", "mm2": "mm²", "kg/m2": "kg/m²", "cm3": "cm³", "mL/min/1.73m2": "mL/min/1.73 m²"}
_FUNCTION = re.compile(r"\b(D\d{2}[a-z]?)\(")


def function_label(derive: str, desk: Desk) -> str:
    """What calculates an item: "D06 Rate of change 1.0" for each function it calls, else that it is a formula of the definition."""
    names = []
    for function in dict.fromkeys(_FUNCTION.findall(derive)):
        known = REGISTRY.get(function)
        names.append(f"{function} {known.title.get(desk.lang)} {known.version}" if known else function)
    return " + ".join(names) if names else desk.say("formula")


@lru_cache(maxsize=256)
def unit_text(unit: str) -> str:
    """The unit as printed: 10⁹/L for 10^9/L, µmol/L for umol/L, °C for degC."""
    raised = _POWER.sub(lambda found: found.group(1).translate(_RAISED), unit)
    return _SPELLED.get(raised, _MICRO.sub("µ", raised))
