"""crf-app print, crf-app export, crf-app endpoints, crf-app calendar and crf-app queries."""

from __future__ import annotations

import signal
import threading
from argparse import Namespace
from typing import Any

from crf_app.cli.opened import Opened
from crf_app.cli.paper import signing_order
from crf_app.cli.terminal import Terminal
from crf_app.errors import ExpectedError
from crf_app.services.batch import BatchOrder, print_batch
from crf_app.services.calendar_file import export_calendar
from crf_app.services.endpoints import export_endpoints
from crf_app.services.outputs import export, print_pdf, save_pdf
from crf_app.services.paper import Options, Selection, sae_selection
from crf_app.services.paper_signing import sign_paper
from crf_app.services.query_output import export_queries
from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef


def print_paper(given: Namespace, terminal: Terminal) -> int:
    """A casebook, a visit, a form, or blank paper, as a PDF."""
    if given.all:
        return print_all(given, terminal)
    if given.out.exists():
        raise ExpectedError("print_exists", place=given.out)
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    opened = Opened(given, terminal)
    with opened as work:
        content = print_pdf(work, terminal.words, _chosen(given, work), given.paper_lang, options=_options(given))
        if given.sign:
            signed = sign_paper(work, terminal.words, content, signing_order(given, terminal, opened.password), given.out)
            terminal.say(terminal.text("signed_pdf", place=signed.place, fingerprint=signed.fingerprint))
        else:
            save_pdf(given.out, content)
    terminal.say(terminal.text("written", file=given.out))
    return 0


def print_all(given: Namespace, terminal: Terminal) -> int:
    """The casebooks of all subjects into a folder. Ctrl+C ends it after the casebook at hand; no half file stays."""
    order = BatchOrder(given.out, given.paper_lang, _options(given))
    with Opened(given, terminal) as work:
        stop = Stop()
        with stop:
            report = print_batch(work, terminal.words, order, progress=lambda done, of: terminal.say(f"{done} / {of}"), cancelled=stop.asked)
    for path in report.written:
        terminal.say(terminal.text("written", file=path))
    for subject in report.empty:
        terminal.say(terminal.text("batch_empty", subject=subject))
    if report.cancelled:
        terminal.complain(terminal.text("batch_cancelled", n=len(report.written)))
    return int(report.cancelled)


class Stop:
    """Ctrl+C as a wish to stop instead of an interruption in the middle of a file."""

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> None:
        """Take the signal over, where this is the main thread."""
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)

    def __exit__(self, *error: object) -> None:
        """Give it back."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def asked(self) -> bool:
        """Was Ctrl+C pressed?"""
        return self._asked

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True


def _options(given: Namespace) -> Options:
    """How the paper is to be made; annexes that are named come on top of the usual ones."""
    annexes = tuple(dict.fromkeys((*Options().annexes, *given.annex)))
    return Options(annexes, given.with_data, given.with_files, given.signature_page or given.sign, given.annotated)


def export_data(given: Namespace, terminal: Terminal) -> int:
    """All subjects as ODM or CSV."""
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    with Opened(given, terminal) as work:
        export(work, terminal.words, given.format, given.out)
    terminal.say(terminal.text("written", file=given.out))
    return 0


def export_variables(given: Namespace, terminal: Terminal) -> int:
    """The endpoint variables of all subjects, with their trace and the site's summaries."""
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    with Opened(given, terminal) as work:
        files = export_endpoints(work, given.out)
    for file in files:
        terminal.say(terminal.text("written", file=file))
    return 0


def write_calendar(given: Namespace, terminal: Terminal) -> int:
    """The planned visits of all subjects as an iCalendar file, in the language of the command."""
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    with Opened(given, terminal) as work:
        export_calendar(work, terminal.words, given.out, terminal.lang, first=given.first, last=given.last)
    terminal.say(terminal.text("written", file=given.out))
    return 0


def write_queries(given: Namespace, terminal: Terminal) -> int:
    """The list of queries that a filter line leaves, as CSV or PDF."""
    if given.out.exists():
        raise ExpectedError("print_exists", place=given.out)
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    with Opened(given, terminal) as work:
        content = export_queries(work, terminal.words, given.format, given.filter, given.paper_lang)
        save_pdf(given.out, content)
    terminal.say(terminal.text("written", file=given.out))
    return 0


def _chosen(given: Namespace, work: Workspace) -> Selection:
    """The report of a serious event (S or S#N), or a part of the casebook. Raises ExpectedError "charts_whole" for charts beside a part."""
    if given.charts and (not given.subject or given.visit or given.form):
        raise ExpectedError("charts_whole")
    if not given.sae:
        return _selection(given, work.study_of(given.subject) if given.subject else work.study)
    subject, mark, row = given.sae.rpartition("#")
    if mark and row.isdecimal():
        return sae_selection(work, subject, int(row), given.report)
    return sae_selection(work, given.sae, 0, given.report)


def _selection(given: Namespace, study: StudyDef) -> Selection:
    """What is meant, a repeat as in UNS#2. Raises ExpectedError "no_visit", "no_form"."""
    event, mark, repeat = given.visit.partition("#")
    if event and (event not in {one.oid for one in study.events} or (mark and not repeat.isdecimal())):
        raise ExpectedError("no_visit", visit=given.visit, known=", ".join(one.oid for one in study.events))
    form, mark, number = given.form.partition("#")
    if form and (form not in study.forms or (mark and not number.isdecimal())):
        raise ExpectedError("no_form", form=given.form, known=", ".join(study.forms))
    return Selection(given.subject, event, int(repeat or 1), form, int(number or 0), charts=given.charts)
