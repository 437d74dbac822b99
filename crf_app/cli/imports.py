"""crf-app import results | ranges."""

from __future__ import annotations

from argparse import Namespace

from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.services.imports.files import carry_out, dry_run, mapping_for, open_source
from crf_app.services.imports.reports import Consent, ImportReport
from crf_app.services.imports.sentences import counts_text, note_text, row_text


def import_file(given: Namespace, terminal: Terminal) -> int:
    """Report every row, then import, unless it is a dry run or something stands in the way."""
    source = open_source(given.file, given.sheet)
    consent = Consent(given.replace, given.leave_out, given.reason)
    with Opened(given, terminal) as work:
        mapping = mapping_for(work, given.kind, source, given.mapping)
        report = dry_run(work, given.kind, source, mapping)
        _show(report, terminal)
        counts = counts_text(terminal.words, terminal.lang, report)
        if given.dry_run:
            terminal.say(terminal.text("import_dry", counts=counts))
            return 0
        _, changes = carry_out(work, given.kind, source, mapping, consent, lang=terminal.lang)
    terminal.say(terminal.text("import_done" if changes.entry_no else "import_nothing", counts=counts))
    return 0


def _show(report: ImportReport, terminal: Terminal) -> None:
    how = " ".join(str(part) for part in (report.how.get("kind"), report.how.get("encoding"), report.how.get("sheet")) if part)
    terminal.say(terminal.text("import_read", file=report.file, how=how))
    for row in report.rows:
        terminal.say(row_text(terminal.words, terminal.lang, row))
    for warning in report.warnings:
        terminal.say(note_text(terminal.words, terminal.lang, warning))
