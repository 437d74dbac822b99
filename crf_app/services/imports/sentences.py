"""Dry runs in words: for the window, the command line and files alike."""

from __future__ import annotations

from collections.abc import Iterable

from crf_app.services.imports.reports import ImportReport, Note, RowReport, Verdict
from crf_app.words import Words

_WHOLE_KEYS = ("import.", "problem.", "interval.")


def note_text(words: Words, lang: str, note: Note) -> str:
    """A note as a sentence, with the column it speaks of."""
    key = note.code if note.code.startswith(_WHOLE_KEYS) else f"import.note.{note.code}"
    text = words.text(key, lang, **note.parameters)
    return words.text("import.note.at", lang, column=note.column, text=text) if note.column else text


def notes_text(words: Words, lang: str, notes: Iterable[Note]) -> str:
    """Several notes in a row."""
    return ("" if lang == "zh" else " ").join(note_text(words, lang, one) for one in notes)


def verdict_text(words: Words, lang: str, verdict: Verdict) -> str:
    """A verdict as it is shown."""
    return words.text(f"import.verdict.{verdict}", lang)


def counts_text(words: Words, lang: str, report: ImportReport) -> str:
    """How many rows of each verdict, in one line."""
    joint = "，" if lang == "zh" else ", "
    return joint.join(f"{verdict_text(words, lang, verdict)} {count}" for verdict, count in report.counts.items())


def row_text(words: Words, lang: str, row: RowReport) -> str:
    """A row of the dry run in one line, for a terminal."""
    parts = (str(row.row), verdict_text(words, lang, row.verdict), row.subject, row.place, row.test, row.given, row.stored, notes_text(words, lang, row.notes))
    return "  ".join(part for part in parts if part)
