"""Is a text a value of an ODM 1.3.2 data type? The lexical forms of CDISC ODM 1.3.2, section 2.14."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ZONE = r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"

FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "integer": r"[+-]?\d+",
        "float": r"[+-]?(\d+(\.\d*)?|\.\d+)",
        "date": _DAY,
        "time": _TIME + _ZONE,
        "datetime": f"{_DAY}T{_TIME}{_ZONE}",
        "partialDate": rf"\d{{4}}(-(0[1-9]|1[0-2]))?|{_DAY}",
        "partialTime": rf"([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d+)?)?)?{_ZONE}",
        "partialDatetime": (
            rf"\d{{4}}(-(0[1-9]|1[0-2]))?|{_DAY}(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d+)?)?)?{_ZONE})?"
        ),
        "boolean": r"true|false|1|0",
    }.items()
}


def value_fault(kind: str, length: int | None, value: str, codes: Collection[str] | None, *, several: bool) -> str:
    """What is wrong with `value` of data type `kind`: a few words, "" when it is right.

    `length` counts characters; `codes` are those allowed (None: any); `several`: codes joined by ";".
    """
    if not value:
        return "empty value"
    form = FORMS.get(kind)
    if form is not None and (not form.fullmatch(value) or not _exists(value)):
        return f"{value!r} is no {kind}"
    if kind in ("text", "string") and length is not None and len(value) > length:
        return f"{len(value)} characters, {length} allowed"
    if codes is not None:
        strange = [one for one in (value.split(";") if several else [value]) if one not in codes]
        if strange:
            return f"{strange[0]!r} is not in the code list"
    return ""


def _exists(value: str) -> bool:
    """Is the full date at the beginning, if there is one, a day of the calendar?"""
    found = re.match(_DAY, value)
    if found is None:
        return True
    try:
        date.fromisoformat(found[0])
    except ValueError:
        return False
    return True
