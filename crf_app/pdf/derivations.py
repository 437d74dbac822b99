"""Names of formulas as they are printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crf_app.study.functions.registry import REGISTRY

if TYPE_CHECKING:
    from crf_app.pdf.desk import Desk

_FUNCTION = re.compile(r"\b(D\d{2}[a-z]?)\(")


def function_label(derive: str, desk: Desk) -> str:
    """What calculates an item: "D06 Rate of change v1" for each function it calls, else "formula of the form"."""
    names = []
    for function in dict.fromkeys(_FUNCTION.findall(derive)):
        known = REGISTRY.get(function)
        names.append(f"{function} {known.title.get(desk.lang)} v{known.version}" if known else function)
    return " + ".join(names) if names else desk.say("formula")
