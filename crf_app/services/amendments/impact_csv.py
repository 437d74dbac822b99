"""The report on an amendment as lines of text and as a CSV file for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.services.amendments.impact import KINDS, Impact, ImpactLine, SubjectImpact
from crf_app.words import Words

COLUMNS = ("subject", "from", "kind", "visits", "form", "what", "old", "new", "count", "rule", "address")
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


def write_impact(path: Path, impact: Impact, words: Words, lang: str) -> None:
    """Write the report as CSV for a spreadsheet (UTF-8 with byte order mark). A cell that a spreadsheet would take for a formula begins with '.

    Raises ExpectedError "export_exists", "io_error".
    """
    if path.exists():
        raise ExpectedError("export_exists", place=path)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(words.text(f"amendment.column.{name}", lang) for name in COLUMNS)
    writer.writerows(tuple(map(_harmless, row)) for row in impact_rows(impact, words, lang))
    try:
        replace_file(path, ("\ufeff" + text.getvalue()).encode())
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
