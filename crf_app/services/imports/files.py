"""From a file on disk to a dry run: what window and command line share."""

from __future__ import annotations

from pathlib import Path

from crf_app.imports.reading import read_file, read_table
from crf_app.services.changes import Changes
from crf_app.services.imports.mapping import ImportMapping, find_head, guess_mapping, read_mapping, read_mappings
from crf_app.services.imports.names import names_of_tests
from crf_app.services.imports.ranges import import_ranges, plan_ranges
from crf_app.services.imports.reports import Consent, ImportReport
from crf_app.services.imports.results import Source, import_results, plan_results
from crf_app.services.workspace import Workspace

KINDS = ("results", "ranges")


def open_source(path: Path, sheet: str = "") -> Source:
    """Read a file in a child process; needs no workspace, so that it may run beside the window. Raises ExpectedError."""
    file = read_file(path)
    return Source(file.name, file.sha256, read_table(file, sheet))


def mapping_for(work: Workspace, kind: str, source: Source, name: str = "") -> ImportMapping:
    """The remembered mapping of that name; without a name the one remembered that fits the file, else what the names of its columns say.

    Raises ExpectedError "import_no_mapping", "import_no_head".
    """
    if name and any(one.name == name for one in read_mappings(work, kind)):
        return read_mapping(work, kind, name)
    names = names_of_tests(work.studies_in_use[-1])
    guessed = guess_mapping(source.sheet, kind, names, name)
    if name:
        return guessed
    head = {*find_head(source.sheet, kind, names).names}
    fitting = (one for one in read_mappings(work, kind) if one.columns and {*one.columns.values()} <= head)
    return max(fitting, key=lambda one: len(one.columns), default=guessed)


def dry_run(work: Workspace, kind: str, source: Source, mapping: ImportMapping) -> ImportReport:
    """What an import would do, row by row. Raises ExpectedError."""
    return (plan_results(work, source, mapping) if kind == "results" else plan_ranges(work, source, mapping)).report


def carry_out(work: Workspace, kind: str, source: Source, mapping: ImportMapping, consent: Consent, *, lang: str = "en") -> tuple[ImportReport, Changes]:
    """Import: all that was agreed to in one command, or nothing. Raises ExpectedError."""
    if kind == "results":
        return import_results(work, source, mapping, consent, lang=lang)
    return import_ranges(work, source, mapping, consent)
