"""The pack for a monitoring visit: an overview, then each subject with its changes, queries, acts and signatures since a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from crf_app.clinical.pack import PackSubject
from crf_app.clinical.record import OutputContext
from crf_app.errors import ExpectedError
from crf_app.pdf.annex import signature_list
from crf_app.pdf.blocks import Block, Link, height_of, stacked, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.frame import FrameMaker, Identity, content_width, page_number
from crf_app.pdf.paging import Page, paginate
from crf_app.pdf.painter import Painter
from crf_app.pdf.ruled import Ruled, annex_title, empty_note, named
from crf_app.pdf.styles import IDENTITY_BOLD, LABEL, MM, TITLE, TITLE_SECOND
from crf_app.pdf.trail import act_blocks, change_blocks, query_blocks
from crf_app.pdf.typeset import Span, Typesetter, styled
from crf_app.words import Words

_OVERVIEW = (
    ("pack_subject", 23), ("pack_state", 0), ("pack_changes", 17), ("pack_new_queries", 18), ("pack_open_queries", 18), ("pack_closed_queries", 17),
    ("pack_completed", 19), ("pack_signed", 14), ("pack_void", 14),
)  # fmt: skip
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def render_pack(
    subjects: Sequence[PackSubject], since: datetime, context: OutputContext, words: Words, lang: str, *, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The pack as PDF, each subject a bookmark. Subjects without anything new stand in the overview alone. Raises ExpectedError("pdf_cancelled")."""
    typesetter = Typesetter()
    desk = Desk(context, words, lang, typesetter=typesetter)
    maker = FrameMaker(desk)
    width = content_width(landscape=False)
    told = [one for one in subjects if not one.is_empty]
    front = _pages(desk, maker, "", _overview(desk, subjects, since, width))
    sections: list[tuple[str, str, list[Page]]] = [("overview", desk.say("pack_overview"), front)]
    for done, one in enumerate(told):
        if cancelled is not None and cancelled():
            raise ExpectedError("pdf_cancelled")
        if progress is not None:
            progress(done, len(told))
        sections.append((_key(one), one.subject, _pages(desk, maker, one.subject, _subject(desk, one, width))))
    painter = Painter(f"{context.study.name.en} {desk.say('pack_title')} {since:%Y-%m-%d}", context.produced_by.get("both"), lang)
    total, number = sum(len(pages) for _, _, pages in sections), 0
    for key, said, pages in sections:
        pages[0].bookmarks.append(key)
        for page in pages:
            number += 1
            painter.page(page, page_number(desk, page.frame, number, total))
        painter.outline(said, key, 0)
    return painter.finish()


def _key(one: PackSubject) -> str:
    return f"subject-{one.subject}"


def _pages(desk: Desk, maker: FrameMaker, subject: str, blocks: list[Block]) -> list[Page]:
    identity = [Identity(desk.say("site"), (styled(desk.context.site_code, IDENTITY_BOLD),))]
    if subject:
        identity.append(Identity(desk.say("subject"), (styled(subject, IDENTITY_BOLD),)))
    frame = maker.frame(tuple(identity), desk.say("pack_title"), landscape=False)
    return paginate(blocks, lambda _landscape: frame, lambda _landscape: None)


def _overview(desk: Desk, subjects: Sequence[PackSubject], since: datetime, width: float) -> list[Block]:
    title = strips_of(desk.wrap(desk.said("pack_title", TITLE, TITLE_SECOND), width), TITLE)
    about = strips_of(desk.wrap([Span(desk.say("pack_since", since=moment(since), until=moment(desk.context.data_state)), LABEL)], width), LABEL)
    table = Ruled(desk, _OVERVIEW, width, "pack_title")
    blocks = [Block(height_of(title) + 1 * MM, stacked(title), keep_next=True), Block(height_of(about) + 4 * MM, stacked(about), keep_next=True), table.head]
    for one in subjects:
        rows = table.row((one.subject, named(desk, f"subject_state.{one.state}", one.state), *(str(count) for count in _counts(one, since))))
        if not one.is_empty:
            rows[0].links = (Link(0, 0, width, rows[0].height, _key(one)),)
        blocks += rows
    return blocks


def _counts(one: PackSubject, since: datetime) -> tuple[int, ...]:
    """As the overview shows them: changes, queries new, not closed, closed; forms completed; signatures given, and void since."""
    new = sum(query.opened is not None and query.opened.when >= since for query in one.queries)
    open_ = sum(query.state in ("open", "answered") for query in one.queries)
    closed = sum(query.closed is not None and query.closed.when >= since for query in one.queries)
    completed = sum(act.command in ("complete_form", "complete_and_sign") for act in one.acts)
    signed = sum(signature.when >= since for signature in one.signatures)
    void = sum(signature.void_since is not None and signature.void_since >= since for signature in one.signatures)
    return len(one.changes), new, open_, closed, completed, signed, void


def _subject(desk: Desk, one: PackSubject, width: float) -> list[Block]:
    blocks = change_blocks(desk, one.changes, width, "pack_changes_title")
    parts = [query_blocks(desk, one.names, one.queries, width, "pack_queries_title"), act_blocks(desk, one.names, one.acts, width)]
    if one.signatures:
        parts.append(signature_list(desk, one.names, one.signatures, width))
    else:
        parts.append([annex_title(desk, "signatures", width), *empty_note(desk, "pack_no_signature", width)])
    for part in parts:
        if part:
            part[0].gap = 7 * MM
            blocks += part
    return blocks
