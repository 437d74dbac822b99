"""Pictures of every page, prints and exports of a demonstration, made without a display."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from crf_app.admin.roles import Role
from crf_app.clock import SystemClock
from crf_app.services.demo.build import Demo
from crf_app.services.demo.places import telling_forms
from crf_app.services.outputs import export, print_pdf, save_pdf
from crf_app.services.paper import Selection, form_selection
from crf_app.services.session import log_out, open_workspace
from crf_app.ui.behind import OpenBehind, OpenSession
from crf_app.ui.calendar.days import VIEWS
from crf_app.ui.common.ask import QtAsk
from crf_app.ui.common.look import Look, dress
from crf_app.ui.common.settings import Settings
from crf_app.ui.login.gate import Gate
from crf_app.ui.login.login_page import LogIn
from crf_app.ui.main_window import MainWindow
from crf_app.words import Words

Say = Callable[[str], None]
_SIZE = (1440, 900)
_CHARTED = ("wound", "score", "laboratory", "adverse-events")
_LOOKS = (("en", "light"), ("zh", "light"), ("en", "dark"), ("zh", "dark"))


def make_gallery(made: Demo, out: Path, words: Words, say: Say) -> None:
    """Leave screenshots (both languages, light and dark), PDFs and exports in `out`; files of an earlier run are replaced.

    Raises ExpectedError as printing and exporting do, OSError when `out` cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    out.mkdir(parents=True, exist_ok=True)
    with _own_state():
        _Pictures(made, out / "screenshots", words, say).take()
        _paper_and_data(made, out, words, say)


@contextmanager
def _own_state() -> Iterator[None]:
    """What the window remembers meanwhile (language, theme, workspaces) is not the user's."""
    before = os.environ.get("CRF_APP_STATE")
    with TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        try:
            yield
        finally:
            if before is None:
                os.environ.pop("CRF_APP_STATE")
            else:
                os.environ["CRF_APP_STATE"] = before


class _Pictures:
    """The window, driven from page to page."""

    def __init__(self, made: Demo, folder: Path, words: Words, say: Say) -> None:
        found = QApplication.instance()
        self._app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
        self._made, self._folder, self._say = made, folder, say
        self._look: Look = dress(self._app, words, "en", "light")
        self._gate = Gate(self._look, Settings(), made.folder, SystemClock(), QtAsk(self._look), _nothing_more, OpenBehind)
        self._gate.top.resize(*_SIZE)

    def take(self) -> None:
        """Every page in every look."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._gate.top.show()
        self._shoot("01-log-in")
        frame = self._log_in(Role.COORDINATOR)
        places = telling_forms(frame.context.work)
        frame.go("today")
        self._shoot("02-today")
        frame.go("subjects")
        self._shoot("03-subjects")
        frame.go("queries")
        self._shoot("03-queries")
        frame.go("calendar")
        for view in VIEWS:
            frame.calendar.view.set_view(view)
            self._shoot(f"03-calendar-{view}")
        frame.go("charts")
        self._shoot("03-charts")
        for name, form in places.items():
            frame.open_form(form)
            self._shoot(f"04-casebook-{name}")
            if name in _CHARTED:
                frame.casebook.charts.open()
                self._shoot(f"04-charts-{name}")
                frame.casebook.charts.leave()
        if frame.queries.model.numbers:
            frame.open_query(frame.queries.model.numbers[0])
            self._shoot("04-casebook-query")
            frame.casebook.show_inspector(0)
        frame.palette_panel.open_with("vital")
        self._shoot("05-palette")
        frame.palette_panel.close_palette()
        frame.key_help.open_help()
        self._shoot("06-keys")
        frame.key_help.close_help()
        frame.lock_requested.emit()
        self._shoot("07-locked")
        self._gate.page.leave_requested.emit()
        frame = self._log_in(Role.ADMINISTRATOR)
        self._shoot("08-administration")
        frame.lock_requested.emit()
        self._gate.page.leave_requested.emit()
        self._signing(self._log_in(Role.INVESTIGATOR))
        self._gate.top.close()
        self._settle()

    def _signing(self, frame: MainWindow) -> None:
        """The console with its first paper drawn."""
        frame.go("signing")
        frame.signing.draw()
        while frame.context.jobs.busy:
            self._app.processEvents()
        self._shoot("09-signing")

    def _log_in(self, role: Role) -> MainWindow:
        one = next(one for one in self._made.logins if one.role is role)
        self._gate.page.log_in_requested.emit(LogIn(one.user, one.password))
        session = self._gate.session
        if not isinstance(session, OpenSession):
            raise TypeError(f"{one.user} could not log in")
        return session.frame

    def _shoot(self, name: str) -> None:
        for language, theme in _LOOKS:
            self._look.languages.set_language(language)
            self._look.themes.set_mode(theme)
            self._settle()
            file = self._folder / f"{name}-{language}-{theme}.png"
            if not self._gate.top.grab().save(str(file)):
                raise OSError(f"{file} could not be written")
        self._say(str(self._folder / f"{name}-*.png"))

    def _settle(self) -> None:
        """Layout and painting take a few rounds of events."""
        for _ in range(4):
            self._app.processEvents()


def _nothing_more(_number: int) -> bool:
    """Everything is loaded already."""
    return False


def _paper_and_data(made: Demo, out: Path, words: Words, say: Say) -> None:
    """A whole casebook, one form in each language, blank paper; ODM and CSV."""
    one = next(one for one in made.logins if one.role is Role.INVESTIGATOR)
    work = open_workspace(made.folder, one.user, one.password, SystemClock())
    try:
        forms = telling_forms(work)
        number = next(form.subject for form in forms.values())
        sheets = {"blank-crf.pdf": (Selection(), "both"), f"casebook-{number}.pdf": (Selection(number), "both")}
        sheets |= {f"{name}-{lang}.pdf": (form_selection(form), lang) for name, form in forms.items() for lang in ("en", "zh")}
        for name, (selection, language) in sheets.items():
            save_pdf(out / name, print_pdf(work, words, selection, language))
            say(str(out / name))
        (out / "export-odm.xml").unlink(missing_ok=True)
        shutil.rmtree(out / "export-csv", ignore_errors=True)
        for kind, name in (("odm", "export-odm.xml"), ("csv", "export-csv")):
            export(work, words, kind, out / name)
            say(str(out / name))
        log_out(work)
    finally:
        work.close()
