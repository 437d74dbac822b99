"""Printing in three steps, so that a long one can run beside the window: read (main thread), draw (anywhere), record (main thread)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crf_app.admin.roles import Right
from crf_app.clinical.charts.model import Chart
from crf_app.clinical.embedded import EmbeddedFile
from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import EventRecord, FormRecord, OutputContext, SubjectRecord, Visibility
from crf_app.clinical.sae_report import SaeReport, sae_report, serious_rows
from crf_app.clinical.trail import SubjectTrail
from crf_app.errors import ExpectedError
from crf_app.services.charts import read_subject_charts, site_chart
from crf_app.services.reading import blank_events, output_context, read_subject_record
from crf_app.services.trails import attached_files, read_trail
from crf_app.services.workspace import Workspace
from crf_app.store.attachments import StoredAttachment, read_attachment, read_file
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
    sae: int = 0
    """The number of a serious event whose report is meant (clinical.sae_report); `sae_report` which one, None the newest."""
    sae_report: int | None = None
    charts: bool = False
    """With the whole casebook: an appendix of the subject's charts."""
    chart: str = ""
    """One chart alone, of the subject or, without one, of the site."""


@dataclass(frozen=True, slots=True)
class Options:
    """How it is to be printed beside what it is: annexes by name (pdf.annexes), the subject's data as ODM and its files inside
    (PDF/A-3), a page for signatures (a whole casebook always has one); for blank forms the names of items, and one book of all.
    """

    annexes: tuple[str, ...] = ("corrections", "signatures", "photographs")
    with_data: bool = False
    with_files: bool = False
    signature_page: bool = False
    annotated: bool = False


ALL_ANNEXES = ("corrections", "signatures", "photographs", "audit", "queries", "attachments", "charts")
MOST_INSIDE = 100_000_000
"""Bytes of attached files that a document takes inside."""


@dataclass(frozen=True)
class Paper:
    """Everything a document is drawn from, read at one moment; frozen, so another thread may draw it."""

    selection: Selection
    lang: str
    context: OutputContext
    record: SubjectRecord | None
    blanks: tuple[EventRecord, ...]
    names: Mapping[str, str]
    pictures: Mapping[str, bytes]
    report: SaeReport | None = None
    options: Options = field(default_factory=Options)
    trail: SubjectTrail = field(default_factory=SubjectTrail)
    files: tuple[EmbeddedFile, ...] = ()
    charts: tuple[Chart, ...] = ()


def prepare_paper(work: Workspace, selection: Selection, lang: str, options: Options | None = None) -> Paper:
    """Read what is to be printed. Raises ExpectedError "no_right", "nothing_to_print", "no_subject", "no_sae_report", "files_too_large"."""
    work.need(Right.PRINT)
    context, chosen = output_context(work), options or Options()
    if chosen.with_data:
        work.need(Right.EXPORT)  # what a machine reads is an export, wherever it lies
    if selection.chart:
        return _prepare_chart(work, selection, lang, context)
    if not selection.subject:
        return Paper(selection, lang, context, None, chosen_blanks(blank_events(work), selection), {}, {}, options=chosen)
    if selection.sae:
        return _prepare_report(work, selection, lang, context)
    events = ((selection.event, selection.event_repeat),) if selection.event else None
    record = read_subject_record(work, selection.subject, history=True, events=events)
    needs_trail = {"audit", "queries", "attachments"} & {*chosen.annexes} and not selection.event
    trail = read_trail(work, record) if needs_trail else SubjectTrail()
    files = inside_files(work, record) if chosen.with_files else ()
    needs_charts = selection.charts or ("charts" in chosen.annexes and not selection.event)
    charts = read_subject_charts(work, selection.subject).all() if needs_charts else ()
    names, pictures = file_names(work, record), thumbnails(work, record)
    return Paper(selection, lang, context, record, (), names, pictures, None, chosen, trail, files, charts)


def inside_files(work: Workspace, record: SubjectRecord) -> tuple[EmbeddedFile, ...]:
    """The subject's attached files, each once. Raises ExpectedError "files_too_large", "attachment_missing", "attachment_damaged"."""
    known = {one.sha256: one for one in attached_files(work, record)}
    if sum(one.size for one in known.values()) > MOST_INSIDE:
        raise ExpectedError("files_too_large", most=MOST_INSIDE // 1_000_000)
    when = work.clock.now()
    return tuple(
        EmbeddedFile(f"{number:02}_{one.file_name}", read_file(work.folder, work.database.data_key, one.sha256), one.media_type, f"SHA-256 {one.sha256}", when, "Supplement")
        for number, one in enumerate(known.values(), 1)
    )


def _prepare_chart(work: Workspace, selection: Selection, lang: str, context: OutputContext) -> Paper:
    if not selection.subject:
        return Paper(selection, lang, context, None, (), {}, {}, charts=(site_chart(work, selection.chart),))
    record = read_subject_record(work, selection.subject, light=True)
    return Paper(selection, lang, context, record, (), {}, {}, charts=(read_subject_charts(work, selection.subject).make(selection.chart),))



def _prepare_report(work: Workspace, selection: Selection, lang: str, context: OutputContext) -> Paper:
    record = read_subject_record(work, selection.subject, history=True)
    report = sae_report(record, selection.sae, selection.sae_report)
    if report is None:
        raise ExpectedError("no_sae_report", subject=selection.subject, known=", ".join(map(str, serious_rows(record))) or "-")
    return Paper(selection, lang, context, record, (), {}, {}, report)


def sae_selection(work: Workspace, subject: str, row: int = 0, report: int | None = None) -> Selection:
    """The selection of an event's report; without a number the subject's only serious event. Raises ExpectedError "no_sae_report", "no_subject"."""
    work.need(Right.PRINT)
    if row:
        return Selection(subject, sae=row, sae_report=report)
    known = serious_rows(read_subject_record(work, subject))
    if len(known) != 1:
        raise ExpectedError("no_sae_report", subject=subject, known=", ".join(map(str, known)) or "-")
    return Selection(subject, sae=known[0], sae_report=report)


def draw_paper(paper: Paper, words: Words, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bytes:
    """The PDF. It touches neither database nor window. Raises ExpectedError "pdf_nothing", "pdf_cancelled"."""
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.annexes import Extras
    from crf_app.pdf.casebook import Selection as Part
    from crf_app.pdf.casebook import render_casebook

    if paper.selection.chart:
        from crf_app.pdf.casebook import render_charts

        return render_charts(paper.charts, paper.context, words, paper.lang, paper.record)
    if paper.report is not None and paper.record is not None:
        from crf_app.pdf.sae_report import render_sae_report

        return render_sae_report(paper.report, paper.record, paper.context, words, paper.lang)
    if paper.record is None:
        return draw_blanks(paper.blanks, paper.context, words, paper.lang, annotated=paper.options.annotated, book=not paper.selection.form)
    chosen = paper.selection
    part = Part(chosen.event, chosen.event_repeat if chosen.event else 0, chosen.form, chosen.form_repeat)
    options, files = paper.options, paper.files
    if options.with_data:
        files = (subject_data(paper.record, paper.context), *files)
    whole = not chosen.event and not chosen.form
    annexes = (*options.annexes, "charts") if chosen.charts and "charts" not in options.annexes else options.annexes
    extras = Extras(annexes, paper.trail, files, options.signature_page or whole, paper.charts)
    return render_casebook(
        paper.record, paper.context, words, paper.lang, selection=part, file_names=paper.names, pictures=paper.pictures, extras=extras, progress=progress,
        cancelled=cancelled,
    )


def draw_blanks(blanks: Sequence[EventRecord], context: OutputContext, words: Words, lang: str, *, annotated: bool, book: bool) -> bytes:
    """Empty forms by visit; annotated ones each once, with the visits where they are used. `book`: with title page and contents."""
    from crf_app.pdf.casebook import render_blank

    if not annotated:
        return render_blank(blanks, context, words, lang, book=book)
    once: dict[str, FormRecord] = {}
    used: dict[str, list[str]] = {}
    for event in blanks:
        for form in event.forms:
            once.setdefault(form.form.oid, _all_shown(form))
            used.setdefault(form.form.oid, []).append(event.event.oid)
    visits = {oid: ", ".join(dict.fromkeys(events)) for oid, events in used.items()}
    return render_blank(tuple(once.values()), context, words, lang, annotated=True, book=book, visits=visits)


def _all_shown(form: FormRecord) -> FormRecord:
    """The form with every item asked: an annotated form explains those too that only some subjects are asked."""
    groups = tuple(
        replace(group, visibility=Visibility.SHOWN, rows=tuple(
            replace(row, items=tuple(replace(item, visibility=Visibility.SHOWN) for item in row.items)) for row in group.rows
        ))
        for group in form.groups
    )  # fmt: skip
    return replace(form, groups=groups)


def subject_data(record: SubjectRecord, context: OutputContext) -> EmbeddedFile:
    """What the casebook holds as ODM 1.3.2, for the inside of the document (ISO 19005-3: the data the pages were made from)."""
    from crf_app.export.odm import write_odm

    stream = io.BytesIO()
    write_odm(iter((record,)), context, stream)
    return EmbeddedFile(f"{record.subject}.odm.xml", stream.getvalue(), "text/xml", "CDISC ODM 1.3.2", context.produced_at, "Source")


def is_current(work: Workspace, paper: Paper) -> bool:
    """Does the ledger head on the paper still stand? The head printed is the one before the print event (decisions 4)."""
    return paper.context.ledger_no == work.database.head.no


def record_print(work: Workspace, paper: Paper, content: bytes) -> None:
    """Put the print into the ledger, with the PDF's SHA-256. Raises ExpectedError "no_right" and those of the disk."""
    actor = work.need(Right.PRINT)
    chosen = paper.selection
    details: dict[str, object] = {
        "sha256": hashlib.sha256(content).hexdigest(), "event": chosen.event, "form": chosen.form, "language": paper.lang, "blank": not chosen.subject and not chosen.chart,
    }  # fmt: skip
    if paper.options.annotated and not chosen.subject:
        details["annotated"] = True
    if paper.files or paper.options.with_data:
        details["inside"] = [one.name for one in paper.files] + (["ODM"] if paper.options.with_data else [])
    if paper.charts:
        details["charts"] = [one.oid for one in paper.charts]
    if paper.report is not None:
        details.update(form="SAE", sae=paper.report.row, report=paper.report.number, report_name=paper.report.title.en)
    with work.begin(work.command("print", actor, about=chosen.subject, details=details), actor.signer):
        pass


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


def form_selection(form: FormKey) -> Selection:
    """The selection of one form."""
    return Selection(form.subject, form.event, form.event_repeat, form.form, form.form_repeat)
