"""Cells of a file as the texts that a person would have typed, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from crf_app.services.imports.names import qualitative
from crf_app.services.imports.reports import Note
from crf_app.study.definition import ItemDef, ItemType
from crf_app.study.entry_text import halfwidth, read_date

_SERIAL = re.compile(r"([0-9]{5})(?:\.([0-9]+))?\Z")
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_050  # 1970-01-01 to 2099-12-31
_DAY_FIRST = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}\Z")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:时]([0-5][0-9])(?:[:分][0-5][0-9]秒?|分)?\Z")
_MARKS = re.compile(r"\s*[↑↓]+\s*\Z|\s+[HL*]\s*\Z")
_ENDS = re.compile(r"\s*([0-9.]+)\s*(?:-|~|–|—|至|to)+\s*([0-9.]+)\s*\Z")
_ONE_END = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*([0-9.]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell means. With `fault` it means nothing that can be taken; `notes` say what was understood beyond the letters."""

    text: str = ""
    time: str = ""
    fault: str = ""
    notes: tuple[Note, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


def read_day(text: str) -> Read:
    """A whole date, with a time behind it if there is one: 2026-03-17, 2026/3/17 8:30, 20260317, 2026年3月17日, or a spreadsheet's serial number.

    What begins with the day or month is refused: nobody can know which of the two stands first.
    """
    plain = halfwidth(text)
    serial = _SERIAL.match(plain)
    if serial is not None and _FIRST_SERIAL <= int(serial.group(1)) <= _LAST_SERIAL:
        day = _SERIAL_ZERO + timedelta(days=int(serial.group(1)))
        minutes = round(float(f"0.{serial.group(2)}") * 1440) if serial.group(2) else 0
        moment = f"{minutes // 60:02}:{minutes % 60:02}" if 0 < minutes < 1440 else ""
        return Read(day.isoformat(), moment, notes=(Note("serial", {"text": text, "date": day.isoformat()}),))
    head, _, tail = plain.replace("T", " ").partition(" ")
    if _DAY_FIRST.match(head):
        return Read(fault="day_or_month", parameters={"text": text})
    day_text = read_date(head, date.max, day_first=True) if re.match(r"[0-9]{4}", head) else None
    clock = read_clock(tail) if tail else Read()
    if day_text is None or len(day_text) != 10 or clock.fault:
        return Read(fault="date", parameters={"text": text})
    return Read(day_text, clock.text)


def read_clock(text: str) -> Read:
    """A time of day: 8:30, 08:30:15 (seconds are dropped)."""
    found = _CLOCK.match(halfwidth(text))
    if found is None:
        return Read(fault="time", parameters={"text": text})
    return Read(f"{int(found.group(1)):02}:{found.group(2)}")


def read_result(item: ItemDef, text: str) -> Read:
    """A result as it is typed: a number with its operator, or the code of a word such as 阴性. Arrows and H, L, * after a number are the laboratory's flags."""
    if item.type in (ItemType.INT, ItemType.DEC):
        return _read_number(text)
    code = qualitative(text) if item.codes else None
    if code is not None and item.code(code) is not None:
        return Read(code)
    return Read(text.strip())


def _read_number(text: str) -> Read:
    plain = halfwidth(text).replace("≦", "≤").replace("≧", "≥")
    bare = _MARKS.sub("", plain)
    if qualitative(text) is not None or re.search(r"[A-Za-z\u4e00-\u9fff]", bare):
        return Read(fault="words_for_number", parameters={"text": text})
    if bare.startswith(("≤", "≥", "<=", ">=")):
        return Read(fault="operator", parameters={"text": text})
    if re.search(r"[0-9],[0-9]{3}(?![0-9])", bare):
        return Read(fault="thousands", parameters={"text": text})
    notes = (Note("flag_dropped", {"text": text, "number": bare}),) if bare != plain else ()
    return Read(bare, notes=notes)


def read_ends(text: str) -> tuple[str, str] | None:
    """Low and high of an interval in one cell: 3.5-9.5, 3.5～9.5, <5.2, ≥1.0; "" is an open end. None for what is none."""
    plain = halfwidth(text)
    both = _ENDS.match(plain)
    if both is not None:
        return both.group(1), both.group(2)
    one = _ONE_END.match(plain)
    if one is None:
        return None
    return (one.group(2), "") if one.group(1) in (">", ">=", "≥") else ("", one.group(2))


