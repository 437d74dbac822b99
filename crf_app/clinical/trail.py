"""The trail of a subject beside its values: acts out of the ledger, queries, attached files; frozen, for paper and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crf_app.clinical.record import ChangeRecord, EventRecord, FormRecord, ItemRecord, RowRecord, SubjectRecord
from crf_app.study.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class ActRecord:
    """One act on a subject: entry of the ledger, when (with zone), who, as what; `about` the addresses inside the subject that it was done to."""

    entry_no: int
    when: datetime
    who: Text
    role: str
    command: str
    about: tuple[str, ...]
    reason: str
    changes: int = 0


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """A query with its life: opened and closed by which entries of the ledger (`closed` None while it is not)."""

    id: int
    address: str
    rule: str
    kind: str
    state: str
    text: Text
    answer: str
    opened: ActRecord | None
    closed: ActRecord | None


@dataclass(frozen=True, slots=True)
class AttachedRecord:
    """A file of a subject: name, kind, size in bytes, SHA-256; where it belongs; `pages` of a filed scan ("1, 2"), "" for the file of an item."""

    file_name: str
    media_type: str
    size: int
    sha256: str
    place: Text
    filed: ActRecord | None = None
    pages: str = ""


@dataclass(frozen=True, slots=True)
class SubjectTrail:
    """What happened to a subject beside the values themselves, oldest first."""

    acts: tuple[ActRecord, ...] = ()
    queries: tuple[QueryRecord, ...] = ()
    attached: tuple[AttachedRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """A change of an item with the place where it was made."""

    event: EventRecord
    form: FormRecord
    row: RowRecord
    record: ItemRecord
    change: ChangeRecord


def all_changes(subject: SubjectRecord, since: datetime | None = None) -> tuple[PlacedChange, ...]:
    """Every change of every item, those of deleted rows included, in the order of the ledger; `since`: from that moment on."""
    found = [
        PlacedChange(event, form, row, record, change)
        for event in subject.events
        for form in event.forms
        for group in form.groups
        for row in group.rows
        for record in row.items
        for change in record.changes
        if since is None or change.when >= since
    ]
    return tuple(sorted(found, key=lambda one: (one.change.entry_no, one.change.change_no)))


def place_names(subject: SubjectRecord) -> Mapping[str, Text]:
    """Names of visits, forms and items by address: "W4", "W4/VS", "W4/VS/I"; repeats as addresses write them."""
    found: dict[str, Text] = {}
    for event in subject.events:
        visit = event.event.oid if event.repeat == 1 else f"{event.event.oid}#{event.repeat}"
        found[visit] = event.title
        for form in event.forms:
            name = form.form.oid if form.key.form_repeat == 1 else f"{form.form.oid}#{form.key.form_repeat}"
            found[f"{visit}/{name}"] = _joined(event.event.short if event.event.short.en else event.title, form.title)
            for item in form.form.items:
                found[f"{visit}/{name}//{item.oid}"] = _joined(found[f"{visit}/{name}"], item.label)
    return found


def place_name(names: Mapping[str, Text], address: str) -> Text:
    """What an address points to, as far as it is known: item, else form, else visit, else the address itself."""
    parts = address.split("/")
    if len(parts) == 4:
        item = names.get(f"{parts[0]}/{parts[1]}//{parts[3]}")
        row = parts[2].partition("#")[2]
        if item is not None:
            return item if row in ("", "0", "1") else Text(f"{item.en} #{row}", f"{item.zh} #{row}")
    for length in (2, 1):
        if "/".join(parts[:length]) in names:
            return names["/".join(parts[:length])]
    return Text(address, address) if address else EMPTY


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.en} | {second.en}", f"{first.zh} | {second.zh}")
