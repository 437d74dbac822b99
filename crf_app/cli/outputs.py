"""crf-app print, crf-app export, crf-app endpoints, crf-app calendar and crf-app queries."""

from __future__ import annotations

from argparse import Namespace

from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.errors import ExpectedError
from crf_app.services.calendar_file import export_calendar
from crf_app.services.endpoints import export_endpoints
from crf_app.services.outputs import export, print_pdf, save_pdf
from crf_app.services.paper import Selection, sae_selection
from crf_app.services.query_output import export_queries
from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef


def print_paper(given: Namespace, terminal: Terminal) -> int:
    """A casebook, a visit, a form, or blank paper, as a PDF."""
    if given.out.exists():
        raise ExpectedError("print_exists", place=given.out)
    if not given.out.resolve().parent.is_dir():
        raise ExpectedError("no_folder", place=given.out.resolve().parent)
    with Opened(given, terminal) as work:
        content = print_pdf(work, terminal.words, _chosen(given, work), given.paper_lang)
        save_pdf(given.out, content)
    terminal.say(terminal.text("written", file=given.out))
    return 0


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
