"""Paper and data out in one step: print and export, each an event in the ledger with what was made."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.clinical.record import SubjectRecord
from crf_app.errors import ExpectedError
from crf_app.paths import make_private, replace_file
from crf_app.services.paper import Cancelled, Options, Progress, Selection, draw_paper, prepare_paper, record_print
from crf_app.services.query_trail import query_trails
from crf_app.services.reading import output_context, read_subject_record
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.words import Words


def print_pdf(
    work: Workspace, words: Words, selection: Selection, lang: str, *, options: Options | None = None, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The PDF of a selection. The head printed on it is the one before the print event, which holds the PDF's SHA-256 (decisions 4).

    Raises ExpectedError "no_right", "nothing_to_print", "no_subject".
    """
    paper = prepare_paper(work, selection, lang, options)
    content = draw_paper(paper, words, progress=progress, cancelled=cancelled)
    record_print(work, paper, content)
    return content


def save_pdf(path: Path, content: bytes) -> None:
    """Write a PDF whole or not at all. Raises ExpectedError "no_folder_for_file", "target_disk_full", "target_held" (open in a viewer), "target_refused"."""
    try:
        replace_file(path, content)
    except FileNotFoundError as error:
        raise ExpectedError("no_folder_for_file", place=path.parent) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        held = isinstance(error, PermissionError) and path.exists() and os.access(path.parent, os.W_OK)
        code = "target_disk_full" if full else "target_held" if held else "target_refused"
        raise ExpectedError(code, place=path, detail=error.strerror or str(error)) from error


@contextmanager
def written(target: Path | None, content: bytes) -> Iterator[None]:
    """The file in its place before the act inside is recorded; as it was before, when recording fails. None: no file. Raises those of `save_pdf`."""
    if target is None:
        yield
        return
    before = target.read_bytes() if target.exists() else None
    save_pdf(target, content)
    try:
        yield
    except BaseException:
        with suppress(OSError, ExpectedError):
            target.unlink() if before is None else save_pdf(target, before)
        raise


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
                    write_odm(_with_queries(work, _records(work, progress)), context, stream)
                digest = hashlib.sha256(draft.read_bytes()).hexdigest()
                make_private(draft)
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


def _with_queries(work: Workspace, records: Iterable[SubjectRecord]) -> Iterator[SubjectRecord]:
    return (replace(one, queries=query_trails(work, one.subject)) for one in records)
