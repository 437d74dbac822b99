"""A computed result as the value that is stored (decisions 5)."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from crf_app.clinical.rules.kinds import Absent, Links, Operand, Span
from crf_app.clinical.values import BLANK, Value
from crf_app.study.decimals import quantized_text
from crf_app.study.definition import ItemDef, ItemType
from crf_app.study.functions.result import Result
from crf_app.study.item_types import plain_decimal
from crf_app.study.partial_dates import PartialDate

_STATUS = {"na": "NA", "error": "ERROR"}


def derived_value(item: ItemDef, found: Operand, result: Result | None) -> Value:
    """The stored form: shown text rounded half away from zero, exact value, status, code and flags. Nothing known gives BLANK."""
    flags = ";".join(result.flags) if result is not None else ""
    if isinstance(found, (Absent, Span)):
        code = (result.code if result is not None and result.code else "") or (found.code if isinstance(found, Absent) and found.why == "error" else "")
        status = str(result.status) if result is not None and str(result.status) != "OK" else _STATUS.get(found.why if isinstance(found, Absent) else "", "MISSING")
        return Value(status=status, code=code, flags=flags) if status == "ERROR" or code or flags else BLANK
    text, exact = _texts(item, found)
    status = str(result.status) if result is not None else "OK"
    unit = item.unit if item.type in (ItemType.INT, ItemType.DEC) else ""
    return Value(text=text, exact=exact, status=status, code=result.code if result is not None else "", flags=flags, unit=unit)


def _texts(item: ItemDef, found: Operand) -> tuple[str, str]:
    if isinstance(found, bool):
        return ("Y" if found else "N"), ""
    if isinstance(found, Decimal):
        if item.type not in (ItemType.INT, ItemType.DEC):
            return plain_decimal(found), ""
        places = item.decimals if item.type is ItemType.DEC else 0
        exact = plain_decimal(found)
        shown = quantized_text(found, places)
        return shown, exact if exact != shown else ""
    if isinstance(found, datetime):
        return found.strftime("%Y-%m-%dT%H:%M"), ""
    if isinstance(found, time):
        return found.strftime("%H:%M"), ""
    if isinstance(found, Links):
        return ";".join(found.addresses), ""
    if isinstance(found, tuple):
        return ";".join(str(one) for one in found), ""
    return str(found), ""


def same_value(one: Value, other: Value) -> bool:
    """Would storing `other` over `one` change anything that counts?"""
    return one == other or (one.is_blank and other.is_blank and one.status == other.status and one.code == other.code)


def is_typed_over(value: Value) -> bool:
    """Was a computed-unless-typed item typed by a person?"""
    return not value.is_blank and not value.status


def shown_operand(found: Operand) -> str:
    """An operand as a message shows it."""
    if isinstance(found, Absent):
        return "?"
    if isinstance(found, Decimal):
        return plain_decimal(found)
    if isinstance(found, (PartialDate, str)):
        return str(found)
    if isinstance(found, datetime):
        return found.strftime("%Y-%m-%d %H:%M")
    if isinstance(found, tuple):
        return ", ".join(str(one) for one in found)
    return str(found)
