"""Paper and data out: print and export, each an event in the ledger with what was made."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import EventRecord, SubjectRecord
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.services.reading import blank_events, output_context, read_subject_record
from crf_app.services.workspace import Workspace
from crf_app.store.attachments import StoredAttachment, read_attachment
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import ItemType
from crf_app.words import Words

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to print: a subject (whole), one visit of it, or one form; an empty subject means blank paper."""

    subject: str = ""
    event: str = ""
    event_repeat: int = 1
    form: str = ""
    form_repeat: int = 0


def print_pdf(work: Workspace, words: Words, selection: Selection, lang: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bytes:
    """The PDF of a selection. The head printed on it is the one before the print event, which holds the PDF's SHA-256 (decisions 4).

    Raises ExpectedError "no_right", "nothing_to_print", "no_subject".
    """
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.casebook import Selection as Part
    from crf_app.pdf.casebook import render_blank, render_casebook

    actor = work.need(Right.PRINT)
    context = output_context(work)
    if not selection.subject:
        content = render_blank(chosen_blanks(blank_events(work), selection), context, words, lang)
    else:
        events = ((selection.event, selection.event_repeat),) if selection.event else None
        record = read_subject_record(work, selection.subject, history=True, events=events)
        part = Part(selection.event, selection.event_repeat if selection.event else 0, selection.form, selection.form_repeat)
        content = render_casebook(record, context, words, lang, selection=part, file_names=file_names(work, record), pictures=thumbnails(work, record), progress=progress, cancelled=cancelled)
    digest = hashlib.sha256(content).hexdigest()
    details = {"sha256": digest, "event": selection.event, "form": selection.form, "language": lang, "blank": not selection.subject}
    with work.begin(work.command("print", actor, about=selection.subject, details=details), actor.signer):
        pass
    return content


def chosen_blanks(events: tuple[EventRecord, ...], selection: Selection) -> tuple[EventRecord, ...]:
    """The blank visits and forms of a selection. Raises ExpectedError "nothing_to_print"."""
    found = []
    for event in events:
        if selection.event and event.event.oid != selection.event:
            continue
        forms = tuple(form for form in event.forms if not selection.form or form.key.form == selection.form)
        if forms:
            found.append(EventRecord(event.event, event.repeat, event.title, event.status, event.visit_date, event.window, forms, event.out_of_window, event.reason))
            if selection.form and not selection.event:
                break  # a blank form is the same at every visit: the first one stands for all
    if not found:
        raise ExpectedError("nothing_to_print")
    return tuple(found)


def file_names(work: Workspace, record: SubjectRecord) -> dict[str, str]:
    """Names of the attachments a record mentions, by hash."""
    return {stored.sha256: stored.file_name for stored in _attachments(work, record)}


def thumbnails(work: Workspace, record: SubjectRecord) -> dict[str, bytes]:
    """Small JPEGs of the photographs a record mentions, by the hash of the photograph."""
    return {stored.sha256: stored.thumbnail for stored in _attachments(work, record) if stored.thumbnail}


def _attachments(work: Workspace, record: SubjectRecord) -> Iterator[StoredAttachment]:
    for event in record.events:
        for form in event.forms:
            for item in form.items():
                if item.item.type in (ItemType.PHOTO, ItemType.FILE):
                    for sha256 in item.value.text.split(";") if item.value.text else ():
                        stored = read_attachment(work.database, sha256)
                        if stored is not None:
                            yield stored


def save_pdf(path: Path, content: bytes) -> None:
    """Write a PDF whole or not at all. Raises ExpectedError "io_error"."""
    try:
        replace_file(path, content)
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error


def export(work: Workspace, words: Words, kind: str, target: Path, *, progress: Progress | None = None) -> None:
    """Write all subjects as ODM 1.3.2 (a file) or CSV (a folder that is new or empty), identified, with reason of record in the ledger.

    Raises ExpectedError "no_right", "export_exists", "unknown_format" and those of the disk; nothing is left half-written.
    """
    from crf_app.export.csv_raw import write_csv
    from crf_app.export.odm import write_odm

    actor = work.need(Right.EXPORT)
    context = output_context(work)
    if kind not in ("odm", "csv"):
        raise ExpectedError("unknown_format", kind=kind)
    if kind == "odm" and target.exists():
        raise ExpectedError("export_exists", place=target)
    try:
        if kind == "csv":
            files = write_csv(_records(work, progress), context, target, words)
            digest = hashlib.sha256(b"".join(one.read_bytes() for one in sorted(files))).hexdigest()
        else:
            with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                draft = Path(scratch) / "export.xml"
                with draft.open("wb") as stream:
                    write_odm(_records(work, progress), context, stream)
                digest = hashlib.sha256(draft.read_bytes()).hexdigest()
                draft.rename(target)
    except OSError as error:
        raise ExpectedError("io_error", place=target, detail=error.strerror or str(error)) from error
    with work.begin(work.command("export", actor, details={"format": kind, "sha256": digest, "identified": True}), actor.signer):
        pass


def _records(work: Workspace, progress: Progress | None) -> Iterator[SubjectRecord]:
    subjects = read_subjects(work.database)
    for number, subject in enumerate(subjects, 1):
        yield read_subject_record(work, subject.number, history=True)
        if progress is not None:
            progress(number, len(subjects))


def form_selection(form: FormKey) -> Selection:
    """The selection of one form."""
    return Selection(form.subject, form.event, form.event_repeat, form.form, form.form_repeat)
