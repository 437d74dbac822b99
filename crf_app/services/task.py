"""One line of the worklist of the day."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.clinical.keys import FormKey
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the worklist: where to go, why, and how urgent. `state` is a status glyph name; `due` sorts within the group; `query` is the
    number of a query.
    """

    group: str
    subject: str
    state: str
    place: Text
    why: Text
    when: Text
    form: FormKey | None
    due: str
    urgent: bool = False
    query: int = 0
