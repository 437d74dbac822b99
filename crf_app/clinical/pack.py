"""What a monitor takes along to a visit: per subject what changed since a day, which queries there are, what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crf_app.clinical.record import EventRecord, FormRecord, SignatureRecord, SubjectRecord
from crf_app.clinical.trail import ActRecord, PlacedChange, QueryRecord, SubjectTrail, all_changes, place_names
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class PackSubject:
    """One subject since the day: `queries` are those opened or closed since, and all that are not closed."""

    subject: str
    state: str
    names: Mapping[str, Text]
    changes: tuple[PlacedChange, ...]
    acts: tuple[ActRecord, ...]
    queries: tuple[QueryRecord, ...]
    signatures: tuple[SignatureRecord, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing happened and nothing is open."""
        return not (self.changes or self.acts or self.queries or self.signatures)


def pack_subject(record: SubjectRecord, trail: SubjectTrail, since: datetime) -> PackSubject:
    """What there is to look at; the rest of the casebook is let go, so that many subjects are held at once."""
    changes = tuple(_alone(one) for one in all_changes(record, since) if one.change.source != "derived")
    queries = tuple(one for one in trail.queries if one.state in ("open", "answered") or _since(one.opened, since) or _since(one.closed, since))
    signed = {one.id: one for event in record.events for form in event.forms for one in form.signatures} | {one.id: one for one in record.signatures}
    signatures = tuple(one for one in signed.values() if one.when >= since or (one.void_since is not None and one.void_since >= since))
    acts = tuple(one for one in trail.acts if one.when >= since and one.command != "print")
    return PackSubject(record.subject, record.state, place_names(record), changes, acts, queries, tuple(sorted(signatures, key=lambda one: one.when)))


def _since(act: ActRecord | None, since: datetime) -> bool:
    return act is not None and act.when >= since


def _alone(one: PlacedChange) -> PlacedChange:
    """The change with the names of its place, without everything else that is there."""
    event: EventRecord = replace(one.event, forms=())
    form: FormRecord = replace(one.form, groups=(), findings=(), signatures=(), tables=())
    return replace(one, event=event, form=form, row=replace(one.row, items=()), record=replace(one.record, changes=(), findings=()))
