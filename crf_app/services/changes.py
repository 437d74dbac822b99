"""What a command touched, so that every open view can refresh itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from crf_app.clinical.keys import FormKey, ItemKey


@dataclass(frozen=True, slots=True)
class Changes:
    """The places a command wrote to. `subjects` includes those of `forms`; `everything`: re-read all."""

    subjects: frozenset[str] = frozenset()
    forms: frozenset[FormKey] = frozenset()
    items: frozenset[ItemKey] = frozenset()
    administration: bool = False
    everything: bool = False
    entry_no: int = 0
    saved_at: str = field(default="", compare=False)
