"""What happened to a subject, for annexes and packs: acts out of the ledger, queries with their life, attached files."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.admin.roles import Right
from crf_app.clinical.form_state import form_address
from crf_app.clinical.record import SubjectRecord
from crf_app.clinical.trail import ActRecord, AttachedRecord, QueryRecord, SubjectTrail, place_name, place_names
from crf_app.services.workspace import Workspace
from crf_app.store.attachments import read_attachment
from crf_app.store.ledger import addresses_in
from crf_app.store.ledger_reading import Entry, entries_about, read_entry
from crf_app.store.papers import pages_of_subject
from crf_app.store.queries import read_queries
from crf_app.study.definition import ItemType
from crf_app.study.texts import Text

_IN_THE_CHANGES = frozenset({"enter_item", "enter_items"})
"""Acts that say no more than the changes of values do."""


def read_trail(work: Workspace, record: SubjectRecord) -> SubjectTrail:
    """The trail of a subject, oldest first. Raises ExpectedError "no_right"."""
    work.need(Right.READ)
    acts = {entry.no: _act(work, record.subject, entry) for entry in entries_about(work.database, record.subject)}
    told = tuple(one for one in acts.values() if one.command not in _IN_THE_CHANGES)
    return SubjectTrail(told, tuple(_queries(work, record.subject, acts)), tuple(attached_files(work, record)))


def _act(work: Workspace, subject: str, entry: Entry) -> ActRecord:
    about = addresses_in(entry.object, subject)
    return ActRecord(entry.no, entry.at, work.name_of(entry.user_id), entry.role, entry.command, about, entry.reason, entry.changes)


def _queries(work: Workspace, subject: str, acts: dict[int, ActRecord]) -> Iterator[QueryRecord]:
    def act(no: int) -> ActRecord | None:
        if no and no not in acts:
            entry = read_entry(work.database, no)
            if entry is not None:
                acts[no] = _act(work, subject, entry)
        return acts.get(no)

    for one in read_queries(work.database, subject):
        text = Text(str(one.text.get("en", "")), str(one.text.get("zh", "")))
        yield QueryRecord(one.id, one.address, one.rule, one.kind, one.state, text, one.answer, act(one.opened_entry), act(one.closed_entry))


def attached_files(work: Workspace, record: SubjectRecord) -> Iterator[AttachedRecord]:
    """Files of items in the order of the casebook, then scans filed with forms."""
    for event in record.events:
        for form in event.forms:
            for item in form.items():
                if item.item.type in (ItemType.PHOTO, ItemType.FILE) and item.value.text and not item.value.missing:
                    place = Text(*(f"{event.title.get(lang)} | {form.title.get(lang)} | {item.item.label.get(lang)}" for lang in ("en", "zh")))
                    for sha256 in item.value.text.split(";"):
                        stored = read_attachment(work.database, sha256)
                        if stored is not None:
                            yield AttachedRecord(stored.file_name, stored.media_type, stored.size, sha256, place)
    yield from _scans(work, record)


def _scans(work: Workspace, record: SubjectRecord) -> Iterator[AttachedRecord]:
    names = place_names(record)
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for page in pages_of_subject(work.database, record.subject):
        groups.setdefault((page.sha256, form_address(page.form)), []).append((page.page, page.entry_no))
    for (sha256, address), pages in groups.items():
        stored, entry = read_attachment(work.database, sha256), read_entry(work.database, pages[-1][1])
        if stored is not None:
            filed = _act(work, record.subject, entry) if entry is not None else None
            numbers = ", ".join(str(number) for number, _ in pages)
            yield AttachedRecord(stored.file_name, stored.media_type, stored.size, sha256, place_name(names, address), filed, numbers)
