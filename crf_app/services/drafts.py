"""What is being typed, kept until it is stored or given up (reliability, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crf_app.clinical.keys import ItemKey
from crf_app.services.workspace import Workspace
from crf_app.store.drafts import StoredDraft, is_outdated, read_drafts, write_drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """A text (with the unit chosen beside it) typed into an item at `typed_at` (aware), with the newest entry of then."""

    key: ItemKey
    text: str
    unit: str
    typed_at: datetime
    entry_no: int


def new_draft(work: Workspace, key: ItemKey, text: str, unit: str) -> Draft:
    """A draft typed now."""
    return Draft(key, text, unit, work.clock.now(), work.database.head.no)


def keep_drafts(work: Workspace, drafts: Sequence[Draft]) -> None:
    """Keep exactly these for the person at work, encrypted and durable. Raises ExpectedError "locked", "disk_full", "io_error"."""
    stored = [StoredDraft(one.key, one.text, one.unit, one.typed_at.isoformat(), one.entry_no) for one in drafts]
    write_drafts(work.folder, work.database.data_key, work.user.user_id, stored)


def kept_drafts(work: Workspace) -> tuple[Draft, ...]:
    """What the person at work had typed and neither stored nor given up. Raises ExpectedError "locked"."""
    found = read_drafts(work.folder, work.database.data_key, work.user.user_id)
    return tuple(
        Draft(one.key, one.text, one.unit, datetime.fromisoformat(one.typed_at), one.entry_no) for one in found if not is_outdated(work.database, one)
    )
