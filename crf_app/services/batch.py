"""The casebooks of many subjects, one file each: every file whole or not there, each an event in the ledger, memory that of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.outputs import written
from crf_app.services.paper import (
    Cancelled,
    Options,
    Paper,
    Progress,
    Selection,
    draw_paper,
    prepare_paper,
    record_print,
)
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.words import Words

NOTHING = "pdf_nothing"


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """Where to, in which language, how; `subjects` empty means all."""

    folder: Path
    lang: str = "both"
    options: Options = field(default_factory=Options)
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of it: files, subjects whose casebooks hold nothing yet, and whether it was ended early."""

    written: tuple[Path, ...]
    empty: tuple[str, ...]
    cancelled: bool = False


def plan_batch(work: Workspace, order: BatchOrder) -> tuple[str, ...]:
    """The subjects to print, in their order; the folder is made. Raises ExpectedError "no_right", "no_subject", "batch_exists", "target_refused"."""
    work.need(Right.PRINT)
    known = tuple(one.number for one in read_subjects(work.database))
    unknown = [one for one in order.subjects if one not in known]
    if unknown or not known:
        raise ExpectedError("no_subject", subject=", ".join(unknown))
    chosen = tuple(one for one in known if one in order.subjects) if order.subjects else known
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError("target_refused", place=order.folder, detail=error.strerror or str(error)) from error
    there = next((path for path in (batch_path(order, one) for one in chosen) if path.exists()), None)
    if there is not None:
        raise ExpectedError("batch_exists", place=there)
    return chosen


def batch_path(order: BatchOrder, subject: str) -> Path:
    """The file of a subject's casebook."""
    safe = re.sub(r"[^\w.-]", "_", subject)
    return order.folder / f"{safe}_casebook_{order.lang}.pdf"


def batch_paper(work: Workspace, order: BatchOrder, subject: str) -> Paper:
    """One casebook, read; another thread may draw it. Raises those of `prepare_paper`."""
    return prepare_paper(work, Selection(subject), order.lang, order.options)


def store_one(work: Workspace, order: BatchOrder, paper: Paper, content: bytes) -> Path:
    """Write one casebook and record its print, or neither. Raises those of `save_pdf`."""
    path = batch_path(order, paper.selection.subject)
    with written(path, content):
        record_print(work, paper, content)
    return path


def print_batch(work: Workspace, words: Words, order: BatchOrder, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> BatchReport:
    """Print them one after the other. What is finished when it is cancelled stays; no half file does.

    `progress(done, of)` counts casebooks. Raises those of `plan_batch`, `batch_paper` and `store_one`; the files before stay.
    """
    subjects = plan_batch(work, order)
    made: list[Path] = []
    empty: list[str] = []
    for done, subject in enumerate(subjects):
        if progress is not None:
            progress(done, len(subjects))
        try:
            paper = batch_paper(work, order, subject)
            content = draw_paper(paper, words, cancelled=cancelled)
        except ExpectedError as error:
            if error.code == "pdf_cancelled":
                return BatchReport(tuple(made), tuple(empty), cancelled=True)
            if error.code != NOTHING:
                raise
            empty.append(subject)
            continue
        made.append(store_one(work, order, paper, content))
    if progress is not None:
        progress(len(subjects), len(subjects))
    return BatchReport(tuple(made), tuple(empty))
