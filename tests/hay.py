"""What is searched, and for what: 42 planted allocations, in every shape in which bytes or words may hold them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

NUMBERS = tuple(f"ZQ7-{number:04}" for number in range(1, 43))
"""Numbers of the planted list; nothing else is called so."""

ARMS = tuple("MSC" if letter == "M" else "LA" for letter in "MLLMLM" * 7)
"""The arms of the planted list, in its order."""

_RUN = 8
_FIRST = ARMS[0].encode()
# The letters come first and what must not stand before them after: so the search leaps from one to the next.
_SEQUENCE = re.compile(
    _FIRST + rb"(?<![A-Za-z]" + _FIRST + rb")" + rb"".join(rb"[^A-Za-z]{1,24}" + arm.encode() for arm in ARMS[1:_RUN]) + rb"(?![A-Za-z])"
)


def in_base64(text: bytes) -> Iterator[bytes]:
    """What a base 64 string holds of the text, at each of the three places where it may begin and whatever follows."""
    for before in range(3):
        for after in range(256):
            encoded = base64.b64encode(bytes(before) + text + bytes([after]))
            yield encoded[-(-before * 8 // 6) : -(-(before + len(text)) * 8 // 6)]


def shapes(text: str) -> Iterator[bytes]:
    """A text as bytes may hold it: plain, UTF-16 of both orders, backwards, base 64 (also the alphabet of addresses) wherever it begins."""
    plain = text.encode()
    yield from (plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain[::-1])
    for one in in_base64(plain):
        yield from (one, one.translate(bytes.maketrans(b"+/", b"-_")))


def _surely_in_base64(text: bytes) -> Iterator[bytes]:
    """The characters of a base 64 string that the text decides alone."""
    for before in range(3):
        yield base64.b64encode(bytes(before) + text)[-(-before * 8 // 6) : (before + len(text)) * 8 // 6]


_COMMON = b"ZQ7-00"
_HINTS = (_COMMON, _COMMON.decode().encode("utf-16-le"), _COMMON.decode().encode("utf-16-be"), _COMMON[::-1], *_surely_in_base64(_COMMON),
          *(one.translate(bytes.maketrans(b"+/", b"-_")) for one in _surely_in_base64(_COMMON)))  # fmt: skip
"""What all numbers begin with, in each shape: where none of it stands, no number does."""
_HEXADECIMAL = _COMMON.hex().encode()
_SHAPES = {one: (tuple(dict.fromkeys(shapes(one))), one.encode().hex().encode()) for one in NUMBERS}
_LONGEST = max(len(form) for forms, hexadecimal in _SHAPES.values() for form in (*forms, hexadecimal))


def found_in(hay: bytes) -> set[str]:
    """The planted numbers that stand there in any shape, hexadecimal in either case included; "arms" for the order of the arms."""
    arms = {"arms"} if _SEQUENCE.search(hay) else set()
    near = b"\n\n".join({part for hint in _HINTS for part in _around(hint, hay)})
    lower = b"\n\n".join(set(_around(_HEXADECIMAL, hay.lower())))
    if not near and not lower:
        return arms
    return arms | {one for one, (forms, hexadecimal) in _SHAPES.items() if hexadecimal in lower or any(form in near for form in forms)}


def _around(hint: bytes, hay: bytes) -> Iterator[bytes]:
    """What stands around each place of the hint, as far as a number in any shape may reach."""
    at = hay.find(hint)
    while at >= 0:
        yield hay[max(0, at - _LONGEST) : at + len(hint) + _LONGEST]
        at = hay.find(hint, at + 1)
