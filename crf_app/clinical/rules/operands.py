"""Stored values as the rules read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from decimal import Decimal

from crf_app.clinical.rules.kinds import BLANK, Absent, Links, Operand, Span
from crf_app.clinical.values import Value
from crf_app.study.definition import ItemDef, ItemType
from crf_app.study.partial_dates import parse_iso


def operand(item: ItemDef, value: Value) -> Operand:
    """A stored value as the rules read it: exact, in the standard unit."""
    if value.missing:
        return Absent("coded", value.missing)
    if value.status and value.status != "OK" and not value.text:
        return Absent("na" if value.status == "NA" else "unknown" if value.status == "MISSING" else "error", value.code)
    text = value.exact or value.standard or value.text
    if not text:
        return BLANK
    return _READERS[item.type](item, text, value)


def _number(_item: ItemDef, text: str, value: Value) -> Operand:
    number = Decimal(text)
    if value.operator == "<":
        return Span(None, number, high_open=True, operator="<")
    if value.operator == ">":
        return Span(number, None, low_open=True, operator=">")
    return number


def _code(item: ItemDef, _text: str, value: Value) -> Operand:
    found = item.code(value.text)
    return Absent("coded", value.text) if found is not None and found.missing else value.text


_READERS: Mapping[ItemType, Callable[[ItemDef, str, Value], Operand]] = {
    ItemType.INT: _number, ItemType.DEC: _number, ItemType.SINGLE: _code,
    ItemType.DATE: lambda _i, text, _v: parse_iso(text), ItemType.PDATE: lambda _i, text, _v: parse_iso(text),
    ItemType.TIME: lambda _i, text, _v: time.fromisoformat(text), ItemType.DATETIME: lambda _i, text, _v: datetime.fromisoformat(text),
    ItemType.MULTI: lambda _i, text, _v: tuple(text.split(";")), ItemType.TEXT: lambda _i, text, _v: text,
    ItemType.LINK: lambda _i, text, _v: Links(tuple(text.split(";"))), ItemType.MAP: lambda _i, text, _v: text,
    ItemType.PHOTO: lambda _i, text, _v: tuple(text.split(";")), ItemType.FILE: lambda _i, text, _v: tuple(text.split(";")),
}  # fmt: skip
