"""A query as it travels: where it stands, what was said by whom and when; for exports, with the identifiers that screens leave out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crf_app.clinical.keys import ItemKey
from crf_app.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class TrailMessage:
    """One act on a query. `role` is "system" for what the program did by itself; `text` is the same in both languages where a person typed it.

    `assigned` and `priority` are what the act set, "" when it left them.
    """

    number: int
    act: str
    when: datetime
    user_id: str
    user_name: Text
    role: str
    entry_no: int
    text: Text = EMPTY
    assigned: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class QueryTrail:
    """A query with all its messages, oldest first. `key` is the place: item, row (no item), form (no group) or visit (no form)."""

    number: int
    key: ItemKey
    rule: str
    origin: str
    state: str
    assigned: str
    priority: str
    messages: tuple[TrailMessage, ...]
    muted: str = ""
