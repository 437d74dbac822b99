"""What an expression part evaluates to.

A value is a Decimal, str, bool, PartialDate, time, datetime or tuple; a number or date known only within bounds is a
Span; no value at all is an Absent that says why (content, sections 1.2, 1.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from crf_app.study.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class Absent:
    """No value. `why`: blank, coded (ND/UK/NA or a code that counts as missing), unknown, na (not applicable), error."""

    why: str
    code: str = ""


BLANK = Absent("blank")
UNKNOWN = Absent("unknown")
NOT_APPLICABLE = Absent("na")


@dataclass(frozen=True, slots=True)
class Span:
    """A number known only to lie between two ends; None is open. `low_open`/`high_open`: the end itself is excluded."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The rows or values a link item points to, as addresses."""

    addresses: tuple[str, ...]


Operand = Decimal | str | bool | PartialDate | time | datetime | tuple[object, ...] | Span | Links | Absent
_Ends = tuple[object, object, bool, bool]


def truth(value: object) -> bool | None:
    """true, false or unknown of an operand: not applicable is false, any other absence is unknown."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Absent):
        return False if value.why == "na" else None
    return None


def equal(left: object, right: object) -> bool | None:
    """Are they equal? Three-valued; a code that counts as missing equals itself and is unknown against any other."""
    if isinstance(left, Absent):
        return _equal_absent(left, right)
    if isinstance(right, Absent):
        return _equal_absent(right, left)
    if _is_bounded(left) or _is_bounded(right):
        low = _compared(left, right)
        return True if low == (0, 0) else False if low is not None and (low[0] > 0 or low[1] < 0) else None
    return left == right


def _equal_absent(one: Absent, other: object) -> bool | None:
    if one.why == "coded" and one.code and isinstance(other, str):
        return True if one.code == other else None
    return False if one.why == "na" else None


def less(left: object, right: object, *, or_equal: bool) -> bool | None:
    """Is left < right (or <=): true or false when certain, else unknown."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left <= right if or_equal else left < right
    if isinstance(left, PartialDate) and isinstance(right, PartialDate):
        if or_equal:
            return True if left.latest <= right.earliest else False if left.earliest > right.latest else None
        return True if left.latest < right.earliest else False if left.earliest >= right.latest else None
    if isinstance(left, Absent):
        return False if left.why == "na" else None
    if isinstance(right, Absent):
        return False if right.why == "na" else None
    signs = _compared(left, right)
    if signs is None:
        return None
    least, most = signs
    if or_equal:
        return True if most <= 0 else False if least > 0 else None
    return True if most < 0 else False if least >= 0 else None


def _is_bounded(value: object) -> bool:
    return isinstance(value, (Span, PartialDate, datetime))


def _compared(left: object, right: object) -> tuple[int, int] | None:
    """The least and the greatest sign that left - right can have; None when the kinds do not compare."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        sign = (left > right) - (left < right)
        return sign, sign
    if isinstance(left, PartialDate) and isinstance(right, PartialDate) and left.is_full and right.is_full:
        first, second = left.earliest, right.earliest
        sign = (first > second) - (first < second)
        return sign, sign
    if isinstance(left, time) and isinstance(right, time):
        sign = (left > right) - (left < right)
        return sign, sign
    one, other = _ends(left, right), _ends(right, left)
    if one is None or other is None:
        return None
    return _sign(one[0], other[1], one[2] or other[3], toward=-1), _sign(one[1], other[0], one[3] or other[2], toward=1)


def _sign(one: object, other: object, is_open: bool, *, toward: int) -> int:
    if one is None or other is None:
        return toward
    if one == other:
        return -toward if is_open else 0
    return 1 if _greater(one, other) else -1


def _greater(one: object, other: object) -> bool:
    """Is one > other, for two numbers, two days, two moments or two texts; different kinds were sorted out before."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one > other
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one > other
    if isinstance(one, date) and isinstance(other, date):
        return one > other
    if isinstance(one, str) and isinstance(other, str):
        return one > other
    raise TypeError(f"{one!r} and {other!r} do not compare: the study was not checked")


def _ends(value: object, other: object) -> _Ends | None:
    if isinstance(value, Span):
        return value.low, value.high, value.low_open, value.high_open
    if isinstance(value, Decimal):
        return value, value, False, False
    if isinstance(value, PartialDate):
        low, high = value.earliest, value.latest
        if isinstance(other, datetime):
            return datetime.combine(low, time.min), datetime.combine(high, time.max), False, False
        return low, high, False, False
    if isinstance(value, datetime):
        return value, value, False, False
    if isinstance(value, (str, date)):
        return value, value, False, False
    return None
