"""What is wrong with a text that was typed: a value, not an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """A text that is no value of its item's type, or an entry that is not possible now.

    `code` names a sentence of the word catalogue (`problem.<code>`), `parameters` fill it. Nothing was stored.
    """

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
