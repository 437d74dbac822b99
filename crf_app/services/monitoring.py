"""The pack for a monitoring visit: read (main thread), draw (anywhere), record (main thread), as all printing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from crf_app.admin.roles import Right
from crf_app.clinical.pack import PackSubject, pack_subject
from crf_app.clinical.record import OutputContext
from crf_app.errors import ExpectedError
from crf_app.services.paper import Cancelled, Progress
from crf_app.services.reading import output_context, read_subject_record
from crf_app.services.trails import read_trail
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.words import Words


@dataclass(frozen=True)
class Pack:
    """Everything a pack is drawn from, read at one moment; frozen, so another thread may draw it."""

    since: datetime
    lang: str
    context: OutputContext
    subjects: tuple[PackSubject, ...]


def prepare_pack(work: Workspace, since: date, lang: str, subjects: tuple[str, ...] = (), *, progress: Progress | None = None) -> Pack:
    """Read what happened since the beginning of that day, local time. Raises ExpectedError "no_right", "no_subject", "pack_in_future"."""
    work.need(Right.PRINT)
    now = work.clock.now()
    if since > now.date():
        raise ExpectedError("pack_in_future", day=since.isoformat())
    known = [one.number for one in read_subjects(work.database)]
    unknown = [one for one in subjects if one not in known]
    if unknown or not known:
        raise ExpectedError("no_subject", subject=", ".join(unknown))
    begun = datetime.combine(since, time(), now.tzinfo)
    chosen = [one for one in known if not subjects or one in subjects]
    found = []
    for done, number in enumerate(chosen):
        if progress is not None:
            progress(done, len(chosen))
        record = read_subject_record(work, number, history=True)
        found.append(pack_subject(record, read_trail(work, record), begun))
    return Pack(begun, lang, output_context(work), tuple(found))


def draw_pack(pack: Pack, words: Words, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bytes:
    """The PDF. It touches neither database nor window. Raises ExpectedError "pdf_cancelled"."""
    from crf_app.pdf.monitoring import render_pack

    return render_pack(pack.subjects, pack.since, pack.context, words, pack.lang, progress=progress, cancelled=cancelled)


def record_pack(work: Workspace, pack: Pack, content: bytes) -> None:
    """Put the print into the ledger. Raises ExpectedError "no_right" and those of the disk."""
    actor = work.need(Right.PRINT)
    details = {"sha256": hashlib.sha256(content).hexdigest(), "pack": "monitoring", "since": pack.since.isoformat(), "language": pack.lang}
    with work.begin(work.command("print", actor, details=details), actor.signer):
        pass


def pack_pdf(work: Workspace, words: Words, since: date, lang: str, subjects: tuple[str, ...] = ()) -> bytes:
    """The pack in one step. Raises those of `prepare_pack`."""
    pack = prepare_pack(work, since, lang, subjects)
    content = draw_pack(pack, words)
    record_pack(work, pack, content)
    return content
