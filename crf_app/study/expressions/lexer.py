"""Words of the rule language."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_CHARACTERS = 2000


class ExpressionError(Exception):
    """An expression that is not understood. `rule` is the id of the broken rule, `position` counts characters from 1."""

    def __init__(self, rule: str, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.position = position


class Token(NamedTuple):
    """One word: kind is number, string, name, operator or end."""

    kind: str
    text: str
    position: int


_PATTERN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<string>"[^"]*")
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<operator>->|<>|<=|>=|[=<>+\-*/().,@\[\]])""",
    re.VERBOSE,
)


def tokenize(source: str) -> tuple[Token, ...]:
    """Cut `source` into tokens, the last of kind "end". Raises ExpressionError E-LENGTH or E-CHARACTER."""
    if len(source) > MAX_CHARACTERS:
        raise ExpressionError("E-LENGTH", f"longer than {MAX_CHARACTERS} characters: split the rule")
    found = []
    place = 0
    while place < len(source):
        match = _PATTERN.match(source, place)
        if match is None:
            raise ExpressionError("E-CHARACTER", f"{source[place]!r} is not part of the language", place + 1)
        kind = match.lastgroup or ""
        if kind != "space":
            text = match.group()
            found.append(Token(kind, text[1:-1] if kind == "string" else text, place + 1))
        place = match.end()
    found.append(Token("end", "", len(source) + 1))
    return tuple(found)
