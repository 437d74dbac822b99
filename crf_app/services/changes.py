"""What a command touched, so that every open view can refresh itself."""

from __future__ import annotations

from collections.abc import Sequence
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


def merged(parts: Sequence[Changes]) -> Changes:
    """What several parts of one command touched together; the last one says when it was stored."""
    if not parts:
        return Changes()
    return Changes(
        subjects=frozenset().union(*(one.subjects for one in parts)), forms=frozenset().union(*(one.forms for one in parts)),
        items=frozenset().union(*(one.items for one in parts)), administration=any(one.administration for one in parts),
        everything=any(one.everything for one in parts), entry_no=parts[-1].entry_no, saved_at=parts[-1].saved_at,
    )  # fmt: skip
