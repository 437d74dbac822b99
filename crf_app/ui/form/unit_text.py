"""Units as people write them on screen: 10⁹/L for 10^9/L, ℃ for degC."""

from __future__ import annotations

import re
from functools import cache

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WHOLE = {"degC": "℃", "degF": "℉", "jin": "斤", "Cel": "℃"}


@cache
def unit_text(unit: str) -> str:
    """The unit with raised exponents, µ for u, and degree signs; unknown units come back as they are."""
    if unit in _WHOLE:
        return _WHOLE[unit]
    text = re.sub(r"\^(-?\d+)", lambda found: found.group(1).translate(_RAISED), unit)
    text = re.sub(r"\b(m|cm|mm)([23])\b", lambda found: found.group(1) + found.group(2).translate(_RAISED), text)
    return re.sub(r"(?<![A-Za-z])u(?=(mol|g|L|m|IU)\b)", "µ", text)
