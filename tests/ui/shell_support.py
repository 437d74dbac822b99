"""A workspace with a few people and subjects, opened through the real window, keys only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.admin.roles import Role
from crf_app.app import load_piece, make_behind
from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out, open_workspace
from crf_app.services.subjects import create_subject
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from crf_app.ui.common.settings import Settings
from crf_app.ui.login.gate import Gate
from crf_app.ui.main_window import MainWindow
from tests.once import study_of

PASSWORDS = {
    "admin": "correct horse staple battery",
    "crc": "walnut bicycle thunder 7",
    "pi": "ocean lantern quiet 99 x",
    "cra": "granite ribbon copper 31",
}
START = datetime(2026, 3, 17, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def make_workspace(folder: Path, subjects: int = 2) -> SteppedClock:
    """A site with an administrator, a coordinator, an investigator, a monitor and a few consented subjects."""
    clock = SteppedClock(START)
    study = study_of(forms_folder() / "NCT05999656" / "1.0")
    site, admin = Text("Demo Hospital", "演示医院"), Text("Demo Administrator", "演示管理员")
    new = NewWorkspace(folder, study, "01", site, "admin", admin, PASSWORDS["admin"], synthetic=True)
    work, _ = create_workspace(new, clock, cost=CHEAP)
    for login, name, role in (
        ("crc", Text("Demo Coordinator", "演示协调员"), Role.COORDINATOR),
        ("pi", Text("Demo Investigator", "演示研究者"), Role.INVESTIGATOR),
        ("cra", Text("Demo Monitor", "演示监查员"), Role.MONITOR),
    ):
        add_user(work, login, name, role, PASSWORDS[login], cost=CHEAP)
    log_out(work)
    work = open_workspace(folder, "crc", PASSWORDS["crc"], clock)
    for _ in range(subjects):
        create_subject(work, "2026-03-16")
    log_out(work)
    return clock


@dataclass
class Hands:
    """A person at the keyboard: every key goes to the widget that has the focus."""

    gate: Gate
    clock: SteppedClock
    ask: ScriptedAsk

    @property
    def frame(self) -> MainWindow:
        """The frame of the open workspace."""
        assert self.gate.session is not None
        frame = self.gate.session.frame
        assert isinstance(frame, MainWindow)
        return frame

    @property
    def focus(self) -> str:
        """The name of the widget that has the focus."""
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key."""
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        QTest.keyClick(widget, key, modifiers)
        QApplication.processEvents()

    def control(self, key: Qt.Key) -> None:
        """Press a key with Ctrl."""
        self.key(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Type a text."""
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        type_text(widget, text)
        QApplication.processEvents()

    def log_in(self, login: str) -> None:
        """Name, Enter, password, Enter."""
        self.type(login)
        self.key(Qt.Key.Key_Return)
        self.type(PASSWORDS[login])
        self.key(Qt.Key.Key_Return)

    def unlock(self, login: str) -> None:
        """The password of the one who is named already, or another name first."""
        if self.gate.page.name.text() != login:
            self.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
            self.control(Qt.Key.Key_A)
            self.type(login)
            self.key(Qt.Key.Key_Return)
        self.type(PASSWORDS[login])
        self.key(Qt.Key.Key_Return)


def type_text(widget: QWidget, text: str) -> None:
    """Type a text; what no key has comes as an input method commits it."""
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def sit_down(look: Look, folder: Path | None, clock: SteppedClock) -> Hands:
    """Open the window on a workspace and wait until it takes keys."""
    ask = ScriptedAsk()
    gate = Gate(look, Settings(), folder, clock, ask, load_piece, make_behind)
    gate.top.show()
    gate.top.activateWindow()
    QTest.qWaitForWindowActive(gate.top)
    QApplication.processEvents()
    gate.page.first_field.setFocus()
    return Hands(gate, clock, ask)
