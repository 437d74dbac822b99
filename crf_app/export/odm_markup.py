"""XML as text: the one place that escapes. Everything that came from a person passes through these functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

REPLACEMENT = "\ufffd"

_ILLEGAL_CLASS = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_ILLEGAL = re.compile(f"[{_ILLEGAL_CLASS}]")
_SPECIAL = re.compile(f'[&<>"\\t\\n\\r{_ILLEGAL_CLASS}]')


def is_legal(text: str) -> bool:
    """Can XML 1.0 hold every character (production 2, Char)?"""
    return _ILLEGAL.search(text) is None


def legal(text: str) -> str:
    """`text` with U+FFFD for each character that XML 1.0 cannot hold: seen by every reader, and of the same length."""
    return _ILLEGAL.sub(REPLACEMENT, text)


def in_attribute(text: str) -> str:
    """`text` between double quotes; line ends and tabs as references, since readers turn bare ones into spaces."""
    if _SPECIAL.search(text) is None:
        return text
    return in_content(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def in_content(text: str) -> str:
    """`text` between tags; a carriage return as a reference, since readers turn a bare one into a line feed."""
    if _SPECIAL.search(text) is None:
        return text
    escaped = legal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


class Markup:
    """Grows an XML fragment; element and attribute names are ours, texts are escaped."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.raw = self._parts.append
        """Add markup that is already escaped."""

    @contextmanager
    def element(self, name: str, /, **attributes: str) -> Iterator[None]:
        """An element, on a line of its own, around the elements written inside the `with`."""
        self.raw(f"\n<{name}{_attributes(attributes)}>")
        yield
        self.raw(f"</{name}>")

    def leaf(self, name: str, text: str = "", /, **attributes: str) -> None:
        """An element with text or nothing in it."""
        end = f">{in_content(text)}</{name}>" if text else "/>"
        self.raw(f"<{name}{_attributes(attributes)}{end}")

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{in_attribute(value)}"' for name, value in attributes.items())
