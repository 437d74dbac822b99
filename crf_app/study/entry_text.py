"""Normalises what fingers and Chinese input methods produce before it is parsed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from itertools import pairwise

_DIGITS = re.compile(r"[0-9]+\Z")
_TIME = re.compile(r"([0-9]{1,2})[:.hH时]([0-9]{2})分?\Z")
_RELATIVE = re.compile(r"(?:[tT今]天?)?([+-][0-9]{1,3})?\Z")


def halfwidth(text: str) -> str:
    """Full-width digits, letters and signs as ASCII; Chinese full stop between digits as a point; outer blanks removed."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"(?<=\d)[。｡](?=\d)", ".", folded).replace("−", "-").replace("–", "-").replace("：", ":")


def plain_number(text: str) -> str:
    """A decimal comma as a point, inner blanks removed: "12,5" -> "12.5". Thousands separators are not guessed."""
    compact = text.replace(" ", "")
    return compact.replace(",", ".") if compact.count(",") == 1 and "." not in compact else compact


def read_date(text: str, today: date, *, day_first: bool) -> str | None:
    """A date as typed -> canonical "YYYY-MM-DD", "YYYY-MM" or "YYYY"; None when it is none.

    Takes 20231105, 2023-11-05, 2023/11/5, 2023.11.5, 2023年11月5日, 5/11 (this year or the last one, never the future; order by
    `day_first`), t (today), -1 (yesterday), and partial 2023-11, 2023, 2023-11-UN, 2023-UN-UN.
    """
    text = re.sub(r"[年月]", "-", text).replace("日", "").replace("/", "-").replace(".", "-").rstrip("-")
    text = re.sub(r"(?:-(?:UN|UK|un|uk|\?))+\Z", "", text)  # a known day in an unknown month is no date
    if text and _RELATIVE.match(text) and text[0] in "tT今+-":
        shift = _RELATIVE.match(text)
        step = int(shift.group(1) or 0) if shift is not None else 0
        return (today + timedelta(days=step)).isoformat()
    if _DIGITS.match(text):
        return _compact(text)
    parts = text.split("-")
    if not all(part.isdigit() and part.isascii() for part in parts) or not 2 <= len(parts) <= 3:
        return None
    if len(parts) == 2 and len(parts[0]) <= 2:
        return _short(parts, today, day_first)
    if len(parts[0]) != 4 or any(len(part) > 2 for part in parts[1:]):
        return None
    return _checked("-".join([parts[0], *(part.zfill(2) for part in parts[1:])]))


def _compact(digits: str) -> str | None:
    shapes = {8: (4, 6), 6: (4,), 4: ()}
    if len(digits) not in shapes:
        return None
    cuts = (0, *shapes[len(digits)], len(digits))
    return _checked("-".join(digits[a:b] for a, b in pairwise(cuts)))


def _short(parts: list[str], today: date, day_first: bool) -> str | None:
    day, month = parts if day_first else reversed(parts)
    for year in (today.year, today.year - 1):
        found = _checked(f"{year:04}-{month.zfill(2)}-{day.zfill(2)}")
        if found is not None and found <= today.isoformat():
            return found
    return None


def _checked(text: str) -> str | None:
    parts = [int(part) for part in text.split("-")]
    if not 1 <= parts[0] <= 9999:
        return None
    try:
        date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None
    return text


def read_time(text: str, now: datetime) -> str | None:
    """A time of day: 1432, 932, 14:32, 14.32, 14时32分, n or t for now -> "14:32"; None when it is none."""
    if text in ("n", "N", "t", "T", "now"):
        return now.strftime("%H:%M")
    if _DIGITS.match(text) and len(text) in (3, 4):
        text = f"{text[:-2]}:{text[-2:]}"
    match = _TIME.match(text)
    if match is None or int(match.group(1)) > 23 or int(match.group(2)) > 59:
        return None
    return f"{int(match.group(1)):02}:{match.group(2)}"


def read_datetime(text: str, now: datetime, *, day_first: bool) -> str | None:
    """A date and a time with a blank, T or comma between; "t" or "n" alone is this minute -> "2026-03-17T14:32"."""
    if text in ("n", "N", "t", "T", "now"):
        return now.strftime("%Y-%m-%dT%H:%M")
    parts = [part for part in re.split(r"[ T,]+", text) if part]
    if len(parts) != 2:
        return None
    day, hour = read_date(parts[0], now.date(), day_first=day_first), read_time(parts[1], now)
    return f"{day}T{hour}" if day is not None and hour is not None and len(day) == 10 else None
