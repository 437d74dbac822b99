"""The list of queries as a CSV file for people: labels, names, and nothing that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.query_record import QueryRecord
from crf_app.clock import zoned
from crf_app.words import Words

_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADS = (
    "number", "state", "subject_head", "visit", "form", "place", "question", "answer", "kind", "asked_by", "asked_at", "assigned", "priority", "days",
    "answered_at", "closed_at", "muted",
)  # fmt: skip


def query_csv(queries: Sequence[QueryRecord], words: Words, lang: str, *, synthetic: bool) -> bytes:
    """One line a query in the order given, under heads in `lang` ("en", "zh" or "both"). UTF-8 with byte order mark, CRLF (RFC 4180).

    A cell that begins as a formula does gets an apostrophe before it (OWASP, CSV injection). Invented data say so in a
    column of their own.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    mark = (words.text("query.synthetic", lang),) if synthetic else ()
    writer.writerow([*(words.text(f"query.list.{name}", lang) for name in HEADS), *mark])
    writer.writerows([*map(safe_cell, _cells(one, words, lang)), *mark] for one in queries)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def safe_cell(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(one: QueryRecord, words: Words, lang: str) -> Iterator[str]:
    yield str(one.number)
    yield words.text(f"query.state.{one.state}", lang)
    yield one.key.subject
    yield from (text.get(lang) for text in (one.visit, one.form, one.place, one.text))
    yield one.answer
    yield words.text(f"query.kind.{one.kind}", lang)
    yield one.opened_by.get(lang) or words.text("query.system", lang)
    yield _day(one.opened_at)
    yield ROLE_TEXTS[Role(one.assigned)].get(lang)
    yield words.text(f"query.priority.{one.priority}", lang)
    yield str(one.age_days)
    yield from (_day(one.answered_at), _day(one.closed_at))
    yield one.muted


def _day(moment: datetime | None) -> str:
    return zoned(moment) if moment is not None else ""
