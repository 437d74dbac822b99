"""crf-app randomisation: check and import a sponsor's list, make one, say how far it was dealt. No code is ever shown."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.clinical.allocation import Remark
from crf_app.errors import ExpectedError
from crf_app.services.allocation_csv import ListReport
from crf_app.services.allocation_lists import ListPlan, ListStatus, check_list, import_list, make_list, read_status
from crf_app.services.allocation_words import remark_text, status_lines
from crf_app.services.signing import Credentials
from crf_app.services.workspace import Workspace

Act = Callable[[Workspace, Namespace, Terminal, Credentials], int]


def randomisation(given: Namespace, terminal: Terminal) -> int:
    """The action asked for."""
    acts: dict[str, Act] = {"check": _check, "import": _import, "make": _make, "status": _status}
    content = _read(given.file) if given.action in ("check", "import") else b""
    given.content = content
    opened = Opened(given, terminal)
    with opened as work:
        return acts[given.action](work, given, terminal, Credentials(given.user, opened.password))


def _check(work: Workspace, given: Namespace, terminal: Terminal, _who: Credentials) -> int:
    report = check_list(work, given.content)
    _say_report(terminal, report)
    return 0 if report.good else 1


def _import(work: Workspace, given: Namespace, terminal: Terminal, who: Credentials) -> int:
    report = check_list(work, given.content)
    if not report.good:
        _say_report(terminal, report)
    import_list(work, given.content, who, reason=given.reason)
    _say_status(work, terminal, read_status(work))
    return 0


def _make(work: Workspace, given: Namespace, terminal: Terminal, who: Credentials) -> int:
    seed = _read(given.seed_file).decode("utf-8", "replace").strip() if given.seed_file else ""
    make_list(work, ListPlan(given.blocks, given.codes, seed), who, reason=given.reason)
    _say_status(work, terminal, read_status(work))
    return 0


def _status(work: Workspace, _given: Namespace, terminal: Terminal, _who: Credentials) -> int:
    _say_status(work, terminal, read_status(work))
    return 0


def _say_report(terminal: Terminal, report: ListReport) -> None:
    for one in report.mistakes:
        terminal.complain(_remark(terminal, one))
    for one in report.notes:
        terminal.say(_remark(terminal, one))
    if report.good:
        terminal.say(terminal.words.text("randomisation.list.good", terminal.lang, count=len(report.codes), encoding=report.encoding))


def _say_status(work: Workspace, terminal: Terminal, status: ListStatus) -> None:
    for line in status_lines(work, terminal.words, terminal.lang, status):
        terminal.say(line)


def _remark(terminal: Terminal, remark: Remark) -> str:
    return remark_text(terminal.words, terminal.lang, remark)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
