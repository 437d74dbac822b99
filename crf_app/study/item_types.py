"""parse_value and format_value: the one way in and the one way out of every value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from crf_app.study.decimals import round_half_away
from crf_app.study.definition import Code, ItemDef, ItemType
from crf_app.study.entry_text import halfwidth, plain_number, read_date, read_datetime, read_time
from crf_app.study.problems import Problem
from crf_app.study.texts import Text
from crf_app.study.units import UnitNotConvertibleError, convert
from crf_app.study.values import BLANK, MISSING_CODES, Value

MISSING_TEXTS: Mapping[str, Text] = {
    "ND": Text("not done", "未查"),
    "UK": Text("unknown", "不详"),
    "NA": Text("not applicable", "不适用"),
}
_NUMBER = re.compile(r"([<>]=?|≤|≥)?\s*([+-]?)([0-9]*)(?:\.([0-9]*))?\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
LABORATORY_SPARE_DECIMALS = 3
"""Laboratories report more decimals than the form lists; these are kept as reported."""


@dataclass(frozen=True, slots=True)
class EntryContext:
    """What parsing needs beside the text: the moment, and the language that decides the order of 5/11."""

    now: datetime
    lang: str = "en"

    @property
    def today(self) -> date:
        """The calendar day of `now`."""
        return self.now.date()


def parse_value(item: ItemDef, text: str, context: EntryContext, unit: str = "") -> Value | Problem:
    """What was typed -> the Value that is stored, or the Problem that is shown in place.

    An empty text gives a blank Value. `unit` is the unit chosen beside a number ("" = the item's own). Any text that is a
    value of the item's type is accepted, however implausible: limits are findings (decisions 1).
    """
    if not text.strip():
        return BLANK
    return _PARSERS[item.type](item, text, context, unit)


def missing_value(item: ItemDef, code: str, reason: str) -> Value | Problem:
    """ND, UK or NA with its reason (ND and NA need one: content, section 1.2)."""
    if code not in MISSING_CODES or not item.missing:
        return Problem("missing_not_allowed", {"code": code})
    if code in ("ND", "NA") and not reason.strip():
        return Problem("missing_reason", {"code": code})
    return Value(missing=code, reason=reason.strip())


def _text(item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if item.lines <= 1:
        cleaned = cleaned.replace("\n", " ").replace("\t", " ")
    bad = _CONTROL.search(cleaned)
    if bad is not None:
        return Problem("control_character", {"code": f"U+{ord(bad.group()):04X}", "position": bad.start() + 1})
    if item.length and len(cleaned) > item.length:
        return Problem("too_long", {"most": item.length, "length": len(cleaned)})
    if item.pattern and not re.fullmatch(item.pattern, halfwidth(cleaned)):
        return Problem("pattern", {"pattern": item.hint.en or item.pattern})
    return Value(text=halfwidth(cleaned) if item.pattern else cleaned)


def _number(item: ItemDef, text: str, _context: EntryContext, unit: str) -> Value | Problem:
    match = _NUMBER.match(plain_number(halfwidth(text)))
    whole = item.type is ItemType.INT
    if match is None or not (match.group(3) or match.group(4)):
        return Problem("not_integer" if whole else "not_number", {"text": text.strip()})
    operator, sign, integer, fraction = match.group(1) or "", match.group(2), match.group(3) or "0", match.group(4)
    if operator and not item.operator:
        return Problem("no_operator", {"operator": operator})
    if operator not in ("", "<", ">"):
        return Problem("operator", {"operator": operator})
    if whole and fraction and fraction.strip("0"):
        return Problem("not_integer", {"text": text.strip()})
    unit = unit or item.unit
    most = item.decimals + (LABORATORY_SPARE_DECIMALS if item.operator or item.units else 0)
    if not whole and fraction and len(fraction) > most:
        return Problem("decimals", {"most": item.decimals, "text": text.strip()})
    integer = integer.lstrip("0") or "0"
    if len(integer) > (max(item.digits - item.decimals, 1) + (6 if item.units else 0) if not whole else 12):
        return Problem("digits", {"most": max(item.digits - item.decimals, 1)})
    number = ("-" if sign == "-" and (integer.strip("0") or (fraction or "").strip("0")) else "") + integer
    if fraction and not whole:
        number += f".{fraction}"
    return _with_unit(item, number, operator, unit)


def _with_unit(item: ItemDef, number: str, operator: str, unit: str) -> Value | Problem:
    if not unit:
        return Value(text=number, operator=operator)
    if unit == item.unit:
        return Value(text=number, operator=operator, unit=unit, standard=number, standard_unit=unit)
    if unit not in item.units:
        return Problem("unit", {"unit": unit})
    try:
        standard = convert(item.test, unit, Decimal(number))
    except UnitNotConvertibleError:
        return Problem("unit", {"unit": unit})
    return Value(text=number, operator=operator, unit=unit, standard=plain_decimal(standard), standard_unit=item.unit)


def plain_decimal(number: Decimal) -> str:
    """A decimal without exponent and without needless trailing zeros, cut at 20 decimals."""
    exponent = number.as_tuple().exponent
    rounded = round_half_away(number, 20) if isinstance(exponent, int) and exponent < -20 else number
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(item: ItemDef, text: str, context: EntryContext, _unit: str) -> Value | Problem:
    found = read_date(halfwidth(text), context.today, day_first=context.lang == "en")
    if found is None:
        return Problem("not_date", {"text": text.strip()})
    if item.type is ItemType.DATE and len(found) < 10:
        return Problem("whole_date", {"text": text.strip()})
    return Value(text=found)


def _time(_item: ItemDef, text: str, context: EntryContext, _unit: str) -> Value | Problem:
    found = read_time(halfwidth(text), context.now)
    return Value(text=found) if found is not None else Problem("not_time", {"text": text.strip()})


def _datetime(_item: ItemDef, text: str, context: EntryContext, _unit: str) -> Value | Problem:
    found = read_datetime(halfwidth(text), context.now, day_first=context.lang == "en")
    return Value(text=found) if found is not None else Problem("not_datetime", {"text": text.strip()})


def find_code(item: ItemDef, text: str) -> Code | None:
    """The code a text means: the code itself, its key, its label in either language, or (for a digit) its place in the list."""
    folded = halfwidth(text).casefold()
    for one in item.codes:
        if folded in (one.code.casefold(), one.text.en.casefold(), one.text.zh.casefold(), one.short.en.casefold() or None, one.short.zh or None):
            return one
    for one in item.codes:
        if folded == one.key.casefold() or (len(folded) == 1 and not one.key and one.code.casefold().startswith(folded) and folded.isalpha() and _unique_first(item, folded)):
            return one
    if folded.isdigit() and not any(one.code.isdigit() for one in item.codes) and 1 <= int(folded) <= len(item.codes):
        return item.codes[int(folded) - 1]
    return None


def _unique_first(item: ItemDef, letter: str) -> bool:
    return sum(one.code.casefold().startswith(letter) for one in item.codes) == 1


def _single(item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    found = find_code(item, text)
    if found is None:
        return Problem("not_code", {"text": text.strip(), "codes": ", ".join(one.code for one in item.codes[:12])})
    return Value(text=found.code)


def _multi(item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    chosen = []
    for part in re.split(r"[;,、；，|]", text):
        if part.strip():
            found = find_code(item, part)
            if found is None:
                return Problem("not_code", {"text": part.strip(), "codes": ", ".join(one.code for one in item.codes[:12])})
            chosen.append(found.code)
    return Value(text=";".join(one.code for one in item.codes if one.code in chosen))


def _attachment(_item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    parts = [part for part in text.strip().split(";") if part]
    if not all(_SHA256.match(part) for part in parts):
        return Problem("not_attachment", {})
    return Value(text=";".join(dict.fromkeys(parts)))


def _map(_item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    parts = text.strip().split(";")
    try:
        x, y = (Decimal(parts[place]) for place in (2, 3))
    except (IndexError, InvalidOperation):
        return Problem("not_map_point", {})
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return Problem("not_map_point", {})
    return Value(text=";".join([parts[0], parts[1], f"{x:.4f}", f"{y:.4f}", *parts[4:5]]))


def _link(_item: ItemDef, text: str, _context: EntryContext, _unit: str) -> Value | Problem:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not all(2 <= part.count("/") <= 3 for part in parts):
        return Problem("not_link", {"text": text.strip()})
    return Value(text=";".join(dict.fromkeys(parts)))


_PARSERS: Mapping[ItemType, Callable[[ItemDef, str, EntryContext, str], Value | Problem]] = {
    ItemType.TEXT: _text, ItemType.INT: _number, ItemType.DEC: _number, ItemType.DATE: _date, ItemType.PDATE: _date,
    ItemType.TIME: _time, ItemType.DATETIME: _datetime, ItemType.SINGLE: _single, ItemType.MULTI: _multi,
    ItemType.PHOTO: _attachment, ItemType.FILE: _attachment, ItemType.MAP: _map, ItemType.LINK: _link,
}  # fmt: skip


def format_value(item: ItemDef, value: Value, lang: str) -> str:
    """The Value as people read it, without its unit: labels for codes, "2023-11-UN" for partial dates, "ND not done: reason".

    Screen, paper and list views all print this text; `lang` is "en", "zh" or "both". A blank gives "".
    """
    if value.missing:
        said = f"{value.missing} {MISSING_TEXTS[value.missing].get(lang)}"
        return f"{said}: {value.reason}" if value.reason else said
    if not value.text:
        return ""
    if item.codes:
        return "; ".join(_code_text(item, code, lang) for code in value.text.split(";"))
    if item.type is ItemType.PDATE or item.type is ItemType.DATE:
        return value.text + "-UN" * (2 - value.text.count("-"))
    if item.type is ItemType.DATETIME:
        return value.text.replace("T", " ")
    if item.type in (ItemType.PHOTO, ItemType.FILE):
        return "; ".join(part[:12] for part in value.text.split(";"))
    if item.type is ItemType.MAP:
        return _map_text(value.text)
    return f"{value.operator}{value.text}".replace("-", "−") if item.type in (ItemType.INT, ItemType.DEC) else value.text


def _code_text(item: ItemDef, code: str, lang: str) -> str:
    found = item.code(code)
    return found.text.get(lang) if found is not None else code


def _map_text(text: str) -> str:
    parts = text.split(";")
    return " ".join([parts[0], parts[1], f"({parts[2][:4]}, {parts[3][:4]})", *parts[4:5]])


def editing_text(item: ItemDef, value: Value) -> str:
    """The text to put into the editor so that leaving it unchanged stores nothing: canonical, with operator."""
    if item.type is ItemType.DATETIME:
        return value.text.replace("T", " ")
    return f"{value.operator}{value.text}"
