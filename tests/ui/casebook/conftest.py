"""A workspace with people and a subject, and a casebook page over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out, open_workspace
from crf_app.services.subjects import create_subject
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text
from crf_app.ui.actions import Actions
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.look import Look
from crf_app.ui.common.perform import Perform
from crf_app.ui.context import UiContext
from tests.once import Once, study_of

ADMIN_PASSWORD = "correct horse staple battery"
CRC_PASSWORD = "walnut bicycle thunder 7"
PI_PASSWORD = "ocean lantern quiet 99 x"
CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 1, 21, 9, 0, tzinfo=CHINA)



def study() -> StudyDef:
    """The trial, loaded once."""
    return study_of(forms_folder() / "NCT05999656" / "1.0")


def make_workspace(folder: Path, clock: SteppedClock, trial: StudyDef | None = None) -> None:
    """A workspace with administrator, coordinator and investigator, of the first trial unless another is given; nobody is logged in afterwards."""
    site = Text("Demo Hospital", "演示医院")
    new = NewWorkspace(folder, trial or study(), "NJ01", site, "admin", Text("Demo Administrator", "演示管理员"), ADMIN_PASSWORD, synthetic=True)
    work, _ = create_workspace(new, clock, cost=CHEAP)
    add_user(work, "crc", Text("Demo Coordinator", "演示协调员"), Role.COORDINATOR, CRC_PASSWORD, cost=CHEAP)
    add_user(work, "pi", Text("Demo Investigator", "演示研究者"), Role.INVESTIGATOR, PI_PASSWORD, cost=CHEAP)
    log_out(work)


@dataclass
class Desk:
    """The casebook page with everything around it, and hands that only have a keyboard."""

    work: Workspace
    clock: SteppedClock
    context: UiContext
    page: CasebookPage
    subject: str

    def key(self, event: str, form: str, item: str, row: int = 1, form_repeat: int = 1) -> ItemKey:
        """The address of an item."""
        group = self.work.study.forms[form].index[item].group
        return item_key(FormKey(self.subject, event, 1, form, form_repeat), group, row, item)

    def enter(self, event: str, form: str, item: str, text: str, row: int = 1) -> None:
        """Store a value behind the window's back, so that a test begins in the middle."""
        outcome = enter_item(self.work, ItemEntry(self.key(event, form, item, row), text))
        assert outcome.stored, outcome

    def open(self, event: str, form: str, form_repeat: int = 1) -> None:
        """Open a form."""
        self.page.open(self.subject, event, 1, form, form_repeat)

    def focused(self) -> QWidget:
        """The widget that has the focus."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    def go(self, item: str) -> None:
        """Bring the focus to an item of the form at work."""
        record = self.page.pane.model.record
        assert record is not None
        key = next(one.key for one in record.items() if one.item.oid == item)
        assert self.page.pane.view.focus_item(key), item

    def type(self, text: str) -> None:
        """Type into whatever has the focus, replacing what stood there."""
        QTest.keyClick(self.focused(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text.isascii():
            QTest.keyClicks(self.focused(), text)
            return
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(self.focused(), committed)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focused(), key, modifier)

    def put(self, item: str, text: str) -> None:
        """Go to an item, type, leave it by Enter."""
        self.go(item)
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def value(self, event: str, form: str, item: str, row: int = 1) -> str:
        """What is stored."""
        return self.work.casebook(self.subject).value(self.key(event, form, item, row)).text


def make_context(work: Workspace, look: Look) -> UiContext:
    """What pages are given, with questions answered from a script."""
    hub = ChangeHub()
    context = UiContext(work, look, hub, ScriptedAsk(), Perform(hub), Jobs(), Actions())
    context.actions.set_user(work.user)
    return context


@pytest.fixture(scope="session")
def with_one_subject(once: Once) -> tuple[Path, str]:
    """A workspace with one subject in screening, made once and copied for each test; and the subject's number."""

    def make(place: Path) -> tuple[Path, str]:
        clock, folder = SteppedClock(START), place / "workspace"
        make_workspace(folder, clock)
        work = open_workspace(folder, "crc", CRC_PASSWORD, clock)
        subject, _ = create_subject(work, "2026-01-21")
        log_out(work)
        return folder, subject

    return once.made("casebook", make)


@pytest.fixture
def log_in(tmp_path: Path, with_one_subject: tuple[Path, str], look: Look, qtbot: QtBot) -> Iterator[Callable[[str, str], Desk]]:
    """A way to log in; the page is shown at 1440 by 900 with one subject in screening."""
    opened: list[Workspace] = []
    pages: list[CasebookPage] = []

    def desk(login: str, password: str) -> Desk:
        clock = SteppedClock(START)
        made, subject = with_one_subject
        folder = shutil.copytree(made, tmp_path / "workspace")
        work = open_workspace(folder, login, password, clock)
        opened.append(work)
        context = make_context(work, look)
        page = CasebookPage(context)
        pages.append(page)
        page.resize(1440, 852)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        return Desk(work, clock, context, page, subject)

    yield desk
    for page in pages:  # now, while its workspace is open: the next test changes the language for all that live
        page.close()
        page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for work in opened:
        work.close()


@pytest.fixture
def desk(log_in: Callable[[str, str], Desk]) -> Desk:
    """The page as the coordinator has it."""
    return log_in("crc", CRC_PASSWORD)
