"""The list of queries on paper, across the page, subject by subject: what a monitoring visit goes through with the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.query_record import QueryRecord
from crf_app.clinical.record import OutputContext
from crf_app.clock import zoned
from crf_app.errors import ExpectedError
from crf_app.pdf.blocks import Block, Column, Strip, height_of, row_blocks, stacked, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import FrameMaker, content_width, page_number
from crf_app.pdf.paging import paginate
from crf_app.pdf.painter import Painter
from crf_app.pdf.rows import band, head_block
from crf_app.pdf.styles import CELL, CELL_PAD, HEAD, HEAD_SECOND, LABEL, MM, SMALL, TITLE, TITLE_SECOND, Style
from crf_app.texts import Text
from crf_app.words import Words

STATES = ("open", "answered", "closed", "cancelled")
_COLUMNS = (("number", 13 * MM), ("where", 58 * MM), ("text", 0.0), ("asked", 40 * MM), ("state", 34 * MM), ("days", 12 * MM))
"""Names and widths in points; the text takes what is left."""
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def render_query_list(
    queries: Sequence[QueryRecord], shown: str, context: OutputContext, words: Words, lang: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> bytes:  # fmt: skip
    """The queries as PDF, those of one subject under each other in the order given. `shown` says what the list was filtered by.

    `lang` is "en", "zh" or "both". The same records give the same bytes. Raises ExpectedError("pdf_cancelled").
    """
    desk = Desk(context, words, lang)
    width = content_width(landscape=True)
    maker = FrameMaker(desk)
    blocks = _title(desk, queries, shown, width)
    starts = _starts(width)
    done = 0
    for subject, group in groupby(sorted(queries, key=attrgetter("key.subject")), attrgetter("key.subject")):
        mine = list(group)
        name = _told(desk, "subject", "subject", subject)
        heads = (band(desk, name, width, continued=True), _head(desk, starts, width))
        title = band(desk, name, width, str(len(mine)))
        blocks += [title, heads[1]]
        for one in mine:
            blocks += _row(desk, one, starts, width, heads)
        done += len(mine)
        if progress is not None:
            progress(done, len(queries))
        if cancelled is not None and cancelled():
            raise ExpectedError("pdf_cancelled")
    for block in blocks:
        block.landscape = True
    frame = maker.frame((), words.text("query.list.title", lang), landscape=True)
    pages = paginate(blocks, lambda _landscape: frame, lambda _landscape: None)
    painter = Painter(words.text("query.list.title", lang), context.produced_by.get("both"), lang)
    for number, page in enumerate(pages, 1):
        painter.page(page, page_number(desk, page.frame, number, len(pages)))
    return painter.finish()


def _title(desk: Desk, queries: Sequence[QueryRecord], shown: str, width: float) -> list[Block]:
    counts = Counter(one.state for one in queries)
    strips = list(strips_of(desk.wrap(desk.spans(_both(desk, "title"), TITLE, TITLE_SECOND), width), TITLE))
    known = {state: counts[state] for state in STATES}
    told = _both(desk, "count", count=len(queries), **known) if queries else _both(desk, "none")
    for text in (_told(desk, "filter", "filter", shown), told):
        strips += strips_of(desk.wrap(desk.spans(text, LABEL), width), LABEL)
    return [Block(height_of(strips) + 3 * MM, stacked(strips), keep_next=bool(queries))]


def _both(desk: Desk, key: str, **parameters: object) -> Text:
    en, zh = (desk.words.text(f"query.list.{key}", lang, **parameters) for lang in ("en", "zh"))
    return Text(en, zh)


def _starts(width: float) -> tuple[tuple[str, float, float], ...]:
    """Name, place and width of each column."""
    left = width - sum(one for _, one in _COLUMNS)
    found, x = [], 0.0
    for name, wide in _COLUMNS:
        found.append((name, x, wide or left))
        x += wide or left
    return tuple(found)


def _head(desk: Desk, starts: Sequence[tuple[str, float, float]], width: float) -> Block:
    cells = [(x + CELL_PAD, list(strips_of(desk.wrap_text(_both(desk, name), HEAD, wide - 2 * CELL_PAD, HEAD_SECOND), HEAD))) for name, x, wide in starts]
    return head_block(cells, width, landscape=True)


def _row(desk: Desk, one: QueryRecord, starts: Sequence[tuple[str, float, float]], width: float, heads: tuple[Block, ...]) -> list[Block]:
    cells: dict[str, list[tuple[Text, Style]]] = {
        "number": [(_plain(f"#{one.number}"), CELL)],
        "where": [(text, CELL) for text in (_joined(one.visit, one.form), one.place) if text.en],
        "text": [(one.text, CELL), *((text, SMALL) for text in _said(desk, one))],
        "asked": [(one.opened_by if one.opened_by.en else _word(desk, "query.system"), CELL), (_plain(_day(one.opened_at)), SMALL)],
        "state": [(_word(desk, f"query.state.{one.state}"), CELL), *((text, SMALL) for text in _turn(desk, one))],
        "days": [(_plain(str(one.age_days)), CELL)],
    }
    columns = [Column(x + CELL_PAD, _strips(desk, cells[name], wide - 2 * CELL_PAD)) for name, x, wide in starts]
    return row_blocks(columns, width, pad=2.0, heads=heads, landscape=True)


def _strips(desk: Desk, texts: Sequence[tuple[Text, Style]], width: float) -> list[Strip]:
    return [strip for text, style in texts for strip in strips_of(desk.wrap_text(_at_a_glance(text), style, width, more=1), style)]


def _at_a_glance(text: Text) -> Text:
    """Line breaks that a person typed become spaces."""
    return Text(" ".join(text.en.split()), " ".join(text.zh.split()))


def _said(desk: Desk, one: QueryRecord) -> list[Text]:
    found = [_told(desk, "said", "answer", one.answer)] if one.answer else []
    return [*found, _told(desk, "said_muted", "reason", one.muted)] if one.muted else found


def _told(desk: Desk, key: str, name: str, typed: str) -> Text:
    """A sentence around what a person typed: where both languages are printed, their words before it and what was typed once."""
    said = _both(desk, key, **{name: typed})
    if desk.lang != "both":
        return said
    lead = " ".join(part.removesuffix(typed).strip() for part in (said.en, said.zh))
    return _plain(f"{lead} {typed}")


def _turn(desk: Desk, one: QueryRecord) -> list[Text]:
    """Who is to answer, and when it was answered or closed."""
    found = []
    if one.state == "open":
        found.append(ROLE_TEXTS[Role(one.assigned)])
    if one.priority != "normal" and one.state in ("open", "answered"):
        found.append(Text(*(f"{desk.words.text('query.list.priority', lang)}: {desk.words.text(f'query.priority.{one.priority}', lang)}" for lang in ("en", "zh"))))
    moment = one.closed_at or one.answered_at
    return [*found, _plain(_day(moment))] if moment is not None else found


def _word(desk: Desk, key: str) -> Text:
    en, zh = (desk.words.text(key, lang) for lang in ("en", "zh"))
    return Text(en, zh)


def _plain(text: str) -> Text:
    return Text(text, text)


def _joined(first: Text, second: Text) -> Text:
    return Text(", ".join(filter(None, (first.en, second.en))), "，".join(filter(None, (first.zh, second.zh))))


def _day(moment: datetime) -> str:
    return zoned(moment)
