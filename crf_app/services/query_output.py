"""The list of queries as a file for a monitoring visit: read (main thread), draw (anywhere), record (main thread), as paper is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.queries import QueryState
from crf_app.clinical.query_record import QueryRecord
from crf_app.clinical.record import OutputContext
from crf_app.errors import ExpectedError
from crf_app.services.query_list import ALL_STATES, UNRESOLVED, find, parse_filter, read_page
from crf_app.services.reading import output_context
from crf_app.services.workspace import Workspace
from crf_app.words import Words

FORMATS = ("csv", "pdf")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class QueryPaper:
    """What a list is made from, read at one moment; frozen, so another thread may draw it. `shown`: the filter line with the states looked at."""

    kind: str
    lang: str
    shown: str
    context: OutputContext
    queries: tuple[QueryRecord, ...]


def prepare_query_list(work: Workspace, kind: str, line: str, lang: str, shown: frozenset[QueryState] = UNRESOLVED) -> QueryPaper:
    """Read the queries that a filter line leaves, as `query_list.find` does; `kind` is "csv" or "pdf", `lang` "en", "zh" or "both".

    It is a working paper and holds no identifying data beyond subject numbers, so the right to print is enough for both.
    Raises ExpectedError "no_right", "locked", "unknown_format", "query_filter" (a part of the line means nothing).
    """
    work.need(Right.PRINT)
    if kind not in FORMATS:
        raise ExpectedError("unknown_format", kind=kind)
    found = find(work, line, shown)
    if found.unknown:
        raise ExpectedError("query_filter", part=found.unknown[0])
    told = line.strip() if parse_filter(work, line).states is not None else f"{line.strip()} {_named(shown)}".strip()
    return QueryPaper(kind, lang, told, output_context(work), read_page(work, found.numbers))


def _named(shown: frozenset[QueryState]) -> str:
    """States as a filter line names them, so that the line on the paper gives the same list again."""
    if shown == ALL_STATES:
        return "state:all"
    return "state:unresolved" if shown == UNRESOLVED else " ".join(f"state:{one}" for one in QueryState if one in shown)


def draw_query_list(paper: QueryPaper, words: Words, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bytes:
    """The file. It touches neither database nor window. Raises ExpectedError "pdf_cancelled"."""
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.export.query_csv import query_csv
    from crf_app.pdf.query_list import render_query_list

    if paper.kind == "csv":
        return query_csv(paper.queries, words, paper.lang, synthetic=paper.context.synthetic)
    return render_query_list(paper.queries, paper.shown, paper.context, words, paper.lang, progress=progress, cancelled=cancelled)


def record_query_list(work: Workspace, paper: QueryPaper, content: bytes) -> None:
    """Put the list into the ledger with the SHA-256 of its file. Raises ExpectedError "no_right" and those of the disk."""
    actor = work.need(Right.PRINT)
    details = {
        "format": f"queries_{paper.kind}", "sha256": hashlib.sha256(content).hexdigest(), "filter": paper.shown, "queries": len(paper.queries),
        "language": paper.lang,
    }  # fmt: skip
    with work.begin(work.command("export_queries", actor, details=details), actor.signer):
        pass


def export_queries(work: Workspace, words: Words, kind: str, line: str, lang: str, shown: frozenset[QueryState] = UNRESOLVED) -> bytes:
    """All three steps at once: the file, recorded in the ledger. Raises as they do."""
    paper = prepare_query_list(work, kind, line, lang, shown)
    content = draw_query_list(paper, words)
    record_query_list(work, paper, content)
    return content
