"""The report on an amendment as lines of text, as a CSV file for people and as paper."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.services.amendments.impact import KINDS, Impact, ImpactLine, SubjectImpact
from crf_app.services.changes import Changes
from crf_app.services.reading import output_context
from crf_app.services.workspace import Workspace
from crf_app.words import Words

COLUMNS = ("subject", "from", "kind", "visits", "form", "what", "old", "new", "count", "rule", "address")
_SHARES = (7, 6, 17, 12, 6, 20, 22, 22, 6, 8)
"""How wide the columns are on paper; the address is left to the file."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def impact_rows(impact: Impact, words: Words, lang: str) -> Iterator[tuple[str, ...]]:
    """A row a consequence, in the order of subjects and kinds; a subject that cannot follow has one row that says why."""
    for subject in impact.subjects:
        if subject.refused is not None:
            yield (subject.subject, subject.from_event, refusal(subject, words, lang), *[""] * (len(COLUMNS) - 3))
        for line in subject.lines:
            yield row_of(subject, line, words, lang)


def row_of(subject: SubjectImpact, line: ImpactLine, words: Words, lang: str) -> tuple[str, ...]:
    """One consequence as the cells of COLUMNS."""
    return (
        subject.subject, subject.from_event, words.text(f"amendment.kind.{line.kind}", lang), " ".join(line.visits), line.form, line.label.get(lang),
        line.old.get(lang), line.new.get(lang), str(line.count) if line.count else "", line.rule, line.address,
    )  # fmt: skip


def refusal(subject: SubjectImpact, words: Words, lang: str) -> str:
    """Why a subject cannot follow the version, "" when it can."""
    if subject.refused is None:
        return ""
    return words.text(f"error.{subject.refused.code}", lang, **subject.refused.parameters)


def impact_lines(impact: Impact, words: Words, lang: str) -> Iterator[str]:
    """The report in short: how much of each kind, then how many consequences for each subject."""
    refused = sum(1 for one in impact.subjects if one.refused is not None)
    yield words.text("amendment.head", lang, version=impact.version, subjects=len(impact.subjects), refused=refused)
    for kind in KINDS:
        if impact.count(kind):
            yield "  " + words.text("amendment.count", lang, kind=words.text(f"amendment.kind.{kind}", lang), n=impact.count(kind))
    for one in impact.subjects:
        if one.refused is not None:
            yield words.text("amendment.refused", lang, subject=one.subject, reason=refusal(one, words, lang))
        else:
            yield words.text("amendment.subject", lang, subject=one.subject, here=one.here, version=impact.version, visit=one.from_event, n=len(one.lines))


def save_impact(work: Workspace, path: Path, impact: Impact, words: Words, lang: str) -> Changes:
    """Write the report as CSV for a spreadsheet or, where the name ends in .pdf, as paper; the ledger keeps its hash.

    A cell that a spreadsheet would take for a formula begins with an apostrophe. Raises ExpectedError "no_right", "export_exists", "io_error".
    """
    actor = work.need(Right.AMEND)
    if path.exists():
        raise ExpectedError("export_exists", place=path)
    kind = "pdf" if path.suffix.lower() == ".pdf" else "csv"
    content = _paper(work, impact, words, lang) if kind == "pdf" else _sheet(impact, words, lang)
    try:
        replace_file(path, content)
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    details = {"format": kind, "version": impact.version, "sha256": hashlib.sha256(content).hexdigest()}
    with work.begin(work.command("amendment_report", actor, about=f"{work.study.oid} {impact.version}", details=details), actor.signer):
        pass
    return Changes(entry_no=work.database.head.no)


def _sheet(impact: Impact, words: Words, lang: str) -> bytes:
    """UTF-8 with byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(words.text(f"amendment.column.{name}", lang) for name in COLUMNS)
    writer.writerows(tuple(map(_harmless, row)) for row in impact_rows(impact, words, lang))
    return ("\ufeff" + text.getvalue()).encode()


def _paper(work: Workspace, impact: Impact, words: Words, lang: str) -> bytes:
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.impact import ImpactTable, render_impact

    title = words.text("amendment.title", lang, study=work.study.oid, version=impact.version)
    heads = [words.text(f"amendment.column.{name}", lang) for name in COLUMNS[: len(_SHARES)]]
    rows = [row[: len(_SHARES)] for row in impact_rows(impact, words, lang)]
    return render_impact(ImpactTable(title, heads, _SHARES, rows), output_context(work), words, lang)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
