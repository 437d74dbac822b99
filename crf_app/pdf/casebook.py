"""Casebooks, visits, forms and blank forms as PDF. The same records give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crf_app.clinical.charts.model import Chart
from crf_app.clinical.embedded import EmbeddedFile
from crf_app.clinical.page_code import PageCode, workspace_mark
from crf_app.clinical.record import EventRecord, EventStatus, FormRecord, OutputContext, SubjectRecord
from crf_app.errors import ExpectedError
from crf_app.pdf.annexes import Extras, chosen_annexes
from crf_app.pdf.blocks import Block
from crf_app.pdf.charts import chart_blocks
from crf_app.pdf.cover import book_boxes, cover_boxes, cover_facts, is_begun
from crf_app.pdf.desk import Desk
from crf_app.pdf.form_blocks import continued_title, form_blocks
from crf_app.pdf.frame import Frame, FrameMaker, Identity, content_width, event_identity, page_number, subject_identity
from crf_app.pdf.front import ContentsEntry, CoverFact, contents_blocks, cover_blocks
from crf_app.pdf.paging import Page, paginate
from crf_app.pdf.painter import CanvasMaker, Painter
from crf_app.pdf.signature_page import signature_page_blocks
from crf_app.study.texts import Text
from crf_app.words import Words

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to print: empty texts and zeros mean any. With nothing given: all, with cover, contents and annexes."""

    event: str = ""
    event_repeat: int = 0
    form: str = ""
    form_repeat: int = 0

    @property
    def is_whole(self) -> bool:
        """Everything is wanted."""
        return self == WHOLE

    def takes(self, event: EventRecord, form: FormRecord) -> bool:
        """Is that form part of the selection?"""
        return (
            self.event in ("", event.event.oid)
            and self.event_repeat in (0, event.repeat)
            and self.form in ("", form.form.oid)
            and self.form_repeat in (0, form.key.form_repeat)
        )


WHOLE = Selection()
_NOT_HELD = frozenset({EventStatus.MISSED, EventStatus.CANCELLED})


@dataclass(slots=True)
class _Section:
    """A run of pages with its line in the contents and its bookmarks (level, title, key)."""

    pages: list[Page]
    entry: ContentsEntry
    bookmarks: list[tuple[int, str, str]] = field(default_factory=list)
    form: FormRecord | None = None
    """The form whose pages these are: they carry a code."""

    def code(self, desk: Desk, number: int) -> PageCode | None:
        """What the code on page `number` of the section says."""
        if self.form is None or desk.annotated:
            return None
        version = self.form.form_version or self.form.form.version
        return PageCode(workspace_mark(desk.context.workspace), self.form.key, version, number, len(self.pages))


def render_casebook(
    subject: SubjectRecord,
    context: OutputContext,
    words: Words,
    lang: str,
    *,
    selection: Selection = WHOLE,
    file_names: Mapping[str, str] | None = None,
    pictures: Mapping[str, bytes] | None = None,
    extras: Extras | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The filled forms of a subject as PDF. `lang` is "en", "zh" or "both".

    The whole casebook leaves out forms that nobody began (the cover counts them) and names missed and cancelled visits
    in its contents; a selection prints what it names, begun or not.
    `file_names` gives the source file name of an attachment by its SHA-256, `pictures` a small JPEG of a photograph:
    the annex of photographs says so of one without a readable picture. `extras`: the annexes of the whole casebook (charts among
    them), files inside, a page for signatures. `progress(done, total)` counts forms;
    when `cancelled()` becomes true, ExpectedError("pdf_cancelled") is raised. Raises ExpectedError("pdf_nothing")
    when the selection takes no form.
    """
    desk = Desk(context, words, lang, subject, file_names or {}, pictures)
    return _casebook(desk, subject, selection, progress, cancelled, None, extras or Extras())


def render_charts(charts: Sequence[Chart], context: OutputContext, words: Words, lang: str, subject: SubjectRecord | None = None) -> bytes:
    """Charts by themselves, of a subject or of the site."""
    desk = Desk(context, words, lang, subject)
    blocks = chart_blocks(desk, charts, content_width(landscape=False), alone=True)
    section = _plain_section(desk, FrameMaker(desk), blocks, "charts", "charts")
    return _draw(desk, [section], " ".join(part for part in (context.study.name.en, subject.subject if subject is not None else "") if part), None)


def render_blank(
    forms: Sequence[EventRecord | FormRecord], context: OutputContext, words: Words, lang: str, *, annotated: bool = False, book: bool = False,
    visits: Mapping[str, str] | None = None,
) -> bytes:
    """Empty forms to be filled by hand, in the layout of the filled ones; a visit puts its name on its forms.

    `annotated`: each item with its names (CDASH variable, OID, code list) instead of room for the hand alone; `book`: with a title
    page and contents; `visits`: where a form without a visit of its own is used. Raises ExpectedError("pdf_nothing") when there is no form.
    """
    desk = Desk(context, words, lang, blank=True, annotated=annotated)
    maker = FrameMaker(desk)
    sections: list[_Section] = []
    for one in forms:
        if isinstance(one, EventRecord):
            sections += _event_sections(desk, maker, one, one.forms)
        else:
            section = _form_section(desk, maker, _blank_identity(desk), one, "")
            section.bookmarks = [(0, said, key) for _, said, key in section.bookmarks]
            section.entry = section.entry._replace(state=(visits or {}).get(one.form.oid, ""))
            sections.append(section)
    if not sections:
        raise ExpectedError("pdf_nothing")
    if book:
        sections = [*_book_front(desk, maker, sections), *sections]
    return _draw(desk, sections, desk.say("annotated_title" if annotated else "blank_title", study=context.study.name.en), None)


def draw_form(desk: Desk, form: FormRecord, identity: Sequence[Identity], title: str, end: Callable[[Desk, float], list[Block]]) -> bytes:
    """One form under an identity box of the caller's making, with what `end` puts at its end."""
    section = _form_section(desk, FrameMaker(desk), identity, form, "", end=end)
    section.bookmarks = [(0, said, key) for _, said, key in section.bookmarks]
    return _draw(desk, [section], title, None)


def draw_with(desk: Desk, subject: SubjectRecord, selection: Selection, make: CanvasMaker) -> bytes:
    """The casebook on a canvas of the caller's making: for measuring what layout costs beside drawing."""
    return _casebook(desk, subject, selection, None, None, make, Extras())


def _casebook(
    desk: Desk,
    subject: SubjectRecord,
    selection: Selection,
    progress: Progress | None,
    cancelled: Cancelled | None,
    make: CanvasMaker | None,
    extras: Extras,
) -> bytes:
    whole = selection.is_whole
    chosen = [
        (event, forms)
        for event in subject.events
        if (
            forms := tuple(
                form for form in event.forms if selection.takes(event, form) and (not whole or is_begun(form))
            )
        )
        or (whole and event.status in _NOT_HELD)
    ]
    total = sum(len(forms) for _, forms in chosen)
    if not total:
        raise ExpectedError("pdf_nothing")
    maker = FrameMaker(desk)
    sections: list[_Section] = []
    done = 0
    for event, forms in chosen:
        if not forms:
            sections.append(_Section([], _not_held(desk, event)))
        for first, form in enumerate(forms):
            if cancelled is not None and cancelled():
                raise ExpectedError("pdf_cancelled")
            sections += _event_sections(desk, maker, event, (form,), first=first == 0)
            if progress is not None:
                done += 1
                progress(done, total)
    title = f"{desk.context.study.name.en} {subject.subject}"
    if whole:
        sections += _annexes(desk, maker, subject, extras)
    if extras.signature_page:
        sections.append(_signature_page(desk, maker))
    if whole:
        sections = [*_front(desk, maker, subject, sections), *sections]
    return _draw(desk, sections, title, make, extras.files)


def _not_held(desk: Desk, event: EventRecord) -> ContentsEntry:
    """The line of a visit without forms: that it was missed or cancelled, and why."""
    state = desk.say(f"event_status.{event.status.value}") + (f": {event.reason}" if event.reason else "")
    return ContentsEntry(event.event.short.get("zh" if desk.lang == "zh" else "en"), event.title, "", state, "")


def _event_sections(
    desk: Desk, maker: FrameMaker, event: EventRecord, forms: Iterable[FormRecord], *, first: bool = True
) -> list[_Section]:
    sections = []
    short = event.event.short.get("zh" if desk.lang == "zh" else "en")
    if event.repeat > 1:
        short = f"{short} #{event.repeat}"
    title = event.title.get(desk.lang)
    said = title if short in (event.title.en, event.title.zh) else f"{short} {title}"
    identity = event_identity(desk, event)
    for form in forms:
        section = _form_section(desk, maker, identity, form, short if first else "", event.visit_date if first else "")
        if first:
            target = desk.target("visit")
            section.bookmarks.insert(0, (0, said, target))
            section.pages[0].bookmarks.insert(0, target)
        sections.append(section)
        first = False
    return sections


def _form_section(
    desk: Desk, maker: FrameMaker, identity: Sequence[Identity], form: FormRecord, visit: str, visit_date: str = "",
    end: Callable[[Desk, float], list[Block]] | None = None,
) -> _Section:
    upright, across = content_width(landscape=False), content_width(landscape=True)
    frames: dict[bool, Frame] = {}
    about = f"{desk.say('form')} {form.form.oid} {form.form_version or form.form.version}"
    if len(desk.context.studies) > 1:
        about = f"{about} | {desk.say('definition')} {form.study_version or desk.context.study.version}"

    def frame_for(landscape: bool) -> Frame:
        if landscape not in frames:
            frames[landscape] = maker.frame(identity, about, landscape=landscape, coded=not desk.annotated, version=form.study_version)
        return frames[landscape]

    def continued(landscape: bool) -> Block:
        return continued_title(desk, form, across if landscape else upright)

    blocks = form_blocks(desk, form, upright, across) + (end(desk, upright) if end is not None else [])
    pages = paginate(blocks, frame_for, continued)
    key = desk.target("form")
    pages[0].bookmarks.append(key)
    state = "" if desk.blank else desk.say(f"form_status.{form.status.value}")
    if form.signatures and any(one.void_since is None for one in form.signatures):
        state = desk.say("signed")
    entry = ContentsEntry(visit, form.title, visit_date, state, key)
    return _Section(pages, entry, [(1, form.title.get(desk.lang), key)], form)


def _signature_page(desk: Desk, maker: FrameMaker) -> _Section:
    """The last page: the places for signatures of the document itself."""
    blocks = signature_page_blocks(desk, content_width(landscape=False))
    section = _plain_section(desk, maker, blocks, "signature-page", "signature_page")
    section.entry = section.entry._replace(visit="", name=desk.both("signature_page"))
    return section


def _annexes(desk: Desk, maker: FrameMaker, subject: SubjectRecord, extras: Extras) -> list[_Section]:
    sections: list[_Section] = []
    for key, count, blocks in chosen_annexes(desk, subject, extras, content_width(landscape=False)):
        section = _plain_section(desk, maker, blocks, f"annex-{key}", key)
        name = Text(*(f"{desk.words.text(f'pdf.{key}', lang)} ({count})" for lang in ("en", "zh")))
        section.entry = ContentsEntry("" if sections else desk.say("annex"), name, "", "", f"annex-{key}")
        if not sections:
            section.bookmarks.insert(0, (0, desk.say("annex"), "annex"))
            section.pages[0].bookmarks.append("annex")
        section.bookmarks[-1] = (1, name.get(desk.lang), f"annex-{key}")
        sections.append(section)
    return sections


def _plain_section(desk: Desk, maker: FrameMaker, blocks: Sequence[Block], key: str, title: str) -> _Section:
    study = desk.context.study
    identity = subject_identity(desk)
    if title == "cover" or desk.blank:
        identity = ()
    elif desk.subject is None:
        identity = identity[:1]
    frame = maker.frame(identity, f"{desk.say('definition')} {study.version}", landscape=False)
    pages = paginate(blocks, lambda _landscape: frame, lambda _landscape: None)
    pages[0].bookmarks.append(key)
    said = desk.say(title)
    return _Section(pages, ContentsEntry("", Text(said, said), "", "", key), [(0, said, key)])


def _front(desk: Desk, maker: FrameMaker, subject: SubjectRecord, sections: Sequence[_Section]) -> list[_Section]:
    """Cover and contents."""
    width, facts = content_width(landscape=False), cover_facts(desk, subject)
    return _fronted(desk, maker, sections, lambda pages: cover_blocks(desk, facts, cover_boxes(desk, subject, pages=pages), width))


def _fronted(desk: Desk, maker: FrameMaker, sections: Sequence[_Section], cover: Callable[[int], list[Block]]) -> list[_Section]:
    """Cover and contents; `cover` is told the number of all pages. Laid out once before to know how many pages it takes."""
    before = len(_plain_section(desk, maker, cover(0), "cover", "cover").pages)
    contents, pages = _contents(desk, maker, sections, before)
    return [_plain_section(desk, maker, cover(pages), "cover", "cover"), contents]


def _contents(desk: Desk, maker: FrameMaker, sections: Sequence[_Section], before: int) -> tuple[_Section, int]:
    """The contents after `before` pages, and the number of pages of all. Laid out twice: the first time to know how many pages they take."""
    width = content_width(landscape=False)
    entries = [section.entry for section in sections]
    draft = _plain_section(
        desk, maker, contents_blocks(desk, entries, [0] * len(entries), width), "contents", "contents"
    )
    numbers = []
    at = before + 1 + len(draft.pages)
    for section in sections:
        numbers.append(at if section.pages else 0)
        at += len(section.pages)
    return _plain_section(desk, maker, contents_blocks(desk, entries, numbers, width), "contents", "contents"), at - 1


def _book_front(desk: Desk, maker: FrameMaker, sections: Sequence[_Section]) -> list[_Section]:
    """Title page and contents of a book of empty forms."""
    width = content_width(landscape=False)
    study = desk.context.study
    facts = [CoverFact(desk.say("definition"), f"{study.oid} {study.version}", strong=True), CoverFact("SHA-256", study.sha256)]
    facts.append(CoverFact(desk.say("fact.language"), desk.say("fact.language_name")))
    key = "annotated_book" if desk.annotated else "blank_book"
    boxes = book_boxes(desk, [one.form for one in sections])
    return _fronted(desk, maker, sections, lambda _pages: cover_blocks(desk, facts, boxes, width, kind=key))


def _blank_identity(desk: Desk) -> tuple[Identity, ...]:
    labels = ("visit", "visit_date", "window")
    return (*subject_identity(desk), *(Identity(desk.say(label), ()) for label in labels))


def _draw(desk: Desk, sections: Sequence[_Section], title: str, make: CanvasMaker | None, files: Sequence[EmbeddedFile] = ()) -> bytes:
    author = desk.context.produced_by.get("both")
    painter = Painter(title, author, desk.lang, make) if make is not None else Painter(title, author, desk.lang)
    total = sum(len(section.pages) for section in sections)
    number = 0
    for section in sections:
        for place, page in enumerate(section.pages, 1):
            number += 1
            painter.page(page, page_number(desk, page.frame, number, total, section.code(desk, place)))
        for level, said, key in section.bookmarks:
            painter.outline(said, key, level)
    return painter.finish(files)
