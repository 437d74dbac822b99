"""Printing in three steps, so that a long one can run beside the window: read (main thread), draw (anywhere), record (main thread)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.services.outputs import Cancelled, Progress, Selection, chosen_blanks, file_names
from crf_app.services.reading import blank_events, output_context, read_subject_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crf_app.clinical.record import EventRecord, OutputContext, SubjectRecord
    from crf_app.services.workspace import Workspace
    from crf_app.words import Words


@dataclass(frozen=True)
class Paper:
    """Everything a document is drawn from, read at one moment; frozen, so another thread may draw it."""

    selection: Selection
    lang: str
    context: OutputContext
    record: SubjectRecord | None
    blanks: tuple[EventRecord, ...]
    names: Mapping[str, str]


def prepare_paper(work: Workspace, selection: Selection, lang: str) -> Paper:
    """Read what is to be printed. Raises ExpectedError "no_right", "nothing_to_print", "no_subject"."""
    work.need(Right.PRINT)
    context = output_context(work)
    if not selection.subject:
        return Paper(selection, lang, context, None, chosen_blanks(blank_events(work), selection), {})
    events = ((selection.event, selection.event_repeat),) if selection.event else None
    record = read_subject_record(work, selection.subject, history=True, events=events)
    return Paper(selection, lang, context, record, (), file_names(work, record))


def draw_paper(paper: Paper, words: Words, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bytes:
    """The PDF. It touches neither database nor window. Raises ExpectedError "pdf_nothing", "pdf_cancelled"."""
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.casebook import Selection as Part
    from crf_app.pdf.casebook import render_blank, render_casebook

    if paper.record is None:
        return render_blank(paper.blanks, paper.context, words, paper.lang)
    chosen = paper.selection
    part = Part(chosen.event, chosen.event_repeat if chosen.event else 0, chosen.form, chosen.form_repeat)
    return render_casebook(
        paper.record, paper.context, words, paper.lang, selection=part, file_names=paper.names, progress=progress, cancelled=cancelled
    )


def is_current(work: Workspace, paper: Paper) -> bool:
    """Does the ledger head on the paper still stand? The head printed is the one before the print event (decisions 4)."""
    return paper.context.ledger_no == work.database.head.no


def record_print(work: Workspace, paper: Paper, content: bytes) -> None:
    """Put the print into the ledger, with the PDF's SHA-256. Raises ExpectedError "no_right" and those of the disk."""
    actor = work.need(Right.PRINT)
    chosen = paper.selection
    details = {
        "sha256": hashlib.sha256(content).hexdigest(), "event": chosen.event, "form": chosen.form, "language": paper.lang, "blank": not chosen.subject,
    }  # fmt: skip
    with work.database.begin(work.command("print", actor, about=chosen.subject, details=details), actor.signer):
        pass
