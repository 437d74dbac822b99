"""A query as people read it: in a list, in its thread, on paper; frozen, so another thread may draw it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.queries import Act, level, waits_for
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import ItemDef
from crf_app.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """One query. `place` is what it stands on below the form: the item's question, the row, or "" for form and visit.

    `age_days` counts whole days since it was opened, until it was closed. `answer` is the last answer; `muted` the reason
    why its check is not to be asked there again.
    """

    number: int
    key: ItemKey
    visit: Text
    form: Text
    place: Text
    rule: str
    kind: str
    state: str
    origin: str
    text: Text
    assigned: str
    priority: str
    opened_by: Text
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    age_days: int
    answer: str = ""
    muted: str = ""

    @property
    def level(self) -> str:
        """What it stands on: "item", "row", "form" or "visit"."""
        return level(self.key)

    @property
    def waits_for(self) -> frozenset[str]:
        """The roles whose turn it is."""
        return waits_for(self.state, self.origin, self.assigned)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One thing that happened: a message (its act), or a change of the value asked about (`act` None).

    `said` is the text in both languages; what a person typed is the same in both. `details` are those of its act.
    """

    act: Act | None
    when: datetime
    user: Text
    role: str
    said: Text = EMPTY
    assigned: str = ""
    priority: str = ""
    item: ItemDef | None = None
    old: Value = BLANK
    new: Value = BLANK


@dataclass(frozen=True, slots=True)
class QueryThread:
    """A query with its whole history, the value at stake as it stands, and what the reader may do.

    `in_use` is false when its item is not asked any more, its row was removed, or its visit's form does not apply.
    """

    record: QueryRecord
    lines: tuple[ThreadLine, ...]
    item: ItemDef | None = None
    value: Value = BLANK
    in_use: bool = True
    acts: frozenset[Act] = field(default=frozenset())

    @property
    def first_value(self) -> Value:
        """What the item held when the query was opened."""
        changes = [one for one in self.lines if one.act is None]
        return changes[0].old if changes else self.value
