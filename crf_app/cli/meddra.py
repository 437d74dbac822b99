"""crf-app meddra DIR [--load FOLDER]...: the site's dictionary, and what waits for a code."""

from __future__ import annotations

from argparse import Namespace

from crf_app.admin.roles import Right
from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.services.coding import CodingRow, FoundTerm, rows_to_code, rows_to_code_again
from crf_app.services.dictionaries import (
    FolderReading,
    Release,
    dictionary_versions,
    keep_dictionary,
    read_dictionary,
    version_in_force,
)
from crf_app.services.workspace import Workspace


def meddra(given: Namespace, terminal: Terminal) -> int:
    """Load what is to be loaded, then list versions and, to who may read, the rows that wait."""
    releases = _read(given, terminal)
    if releases is None:
        return 1
    with Opened(given, terminal) as work:
        if releases:
            keep_dictionary(work, releases)
        _list_versions(work, terminal)
        if version_in_force(work) and work.user.may(Right.READ):
            _list_rows(work, terminal)
    return 0


def _read(given: Namespace, terminal: Terminal) -> list[Release] | None:
    """The releases of the folders; None after their faults were said."""
    readings = read_dictionary(given.load)
    for one in readings:
        _say_reading(one, terminal)
    faults = sum(len(one.faults) + one.more for one in readings)
    if faults:
        terminal.complain(terminal.words.text("error.dictionary_faults", terminal.lang, count=faults))
        return None
    return [one.release for one in readings if one.release is not None]


def _say_reading(one: FolderReading, terminal: Terminal) -> None:
    text, lang = terminal.words.text, terminal.lang
    if one.release is not None:
        encoding = text(f"coding.encoding.{one.release.encoding}", lang)
        terminal.say(terminal.text("meddra_read", folder=one.folder, language=text(f"coding.language.{one.release.lang}", lang), encoding=encoding))
    for fault in one.faults:
        terminal.say(text(f"coding.fault.{fault.code}", lang, file=fault.file, line=fault.line, **fault.parameters))
    if one.more:
        terminal.say(text("coding.fault.more", lang, count=one.more))


def _list_versions(work: Workspace, terminal: Terminal) -> None:
    text, lang, found = terminal.words.text, terminal.lang, dictionary_versions(work)
    if not found:
        terminal.say(terminal.text("meddra_none"))
    for one in found:
        languages = " + ".join(text(f"coding.language.{name}", lang) for name in one.languages)
        state = text("coding.load.in_force" if one.version == version_in_force(work) else "coding.load.kept", lang)
        terminal.say(terminal.text("meddra_version", version=one.version, languages=languages, terms=one.terms, state=state))
        for name in one.languages:
            terminal.say(f"  {name} SHA-256 {one.sha256[name]}")


def _list_rows(work: Workspace, terminal: Terminal) -> None:
    for one in rows_to_code_again(work):
        change = terminal.words.text(f"coding.change.{one.change}", terminal.lang, version=version_in_force(work))
        said = {"llt": one.coded.llt, "pt": one.coded.pt, "old": one.coded.version, "change": change}
        terminal.say(terminal.text("meddra_changed", place=_place(one), verbatim=one.verbatim, proposal=_term(one.proposal), **said))
    for one in rows_to_code(work):
        terminal.say(terminal.text("meddra_waits", place=_place(one), verbatim=one.verbatim, proposal=_term(one.proposal)))


def _place(row: CodingRow) -> str:
    return f"{row.key.subject}:{row.key.row_address}"


def _term(term: FoundTerm | None) -> str:
    if term is None:
        return "-"
    return f"{term.llt.code} {term.llt.en or term.llt.zh} > {term.pt.en or term.pt.zh}"
