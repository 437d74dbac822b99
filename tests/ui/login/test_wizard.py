"""The first run by keys: five steps to a workspace; a forgotten password."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crf_app.clock import SteppedClock
from crf_app.services.session import log_out, open_workspace
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from crf_app.ui.login.recovery_page import RecoveryPage
from crf_app.ui.login.wizard import Wizard
from tests.ui.shell_support import PASSWORDS, START, type_text


def _key(key: Qt.Key) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


def _type(*texts: str) -> None:
    """Each text into the field that has the focus; Tab passes the eye of a password by itself."""
    for number, text in enumerate(texts):
        if number:
            _key(Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        type_text(widget, text)


def _shown(bot: QtBot, widget: QWidget) -> None:
    bot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    bot.waitUntil(widget.isActiveWindow)
    proxy = widget.focusProxy()
    assert proxy is not None
    proxy.setFocus()


def _run_wizard(bot: QtBot, look: Look, folder: Path, ask: ScriptedAsk) -> tuple[Wizard, list[Workspace]]:
    wizard, made = Wizard(look, ask, SteppedClock(START), CHEAP), list[Workspace]()
    wizard.finished.connect(made.append)
    _shown(bot, wizard)
    wizard.next.setFocus()
    _key(Qt.Key.Key_Space)
    _type("01", "演示医院", "Demo Hospital", str(folder))
    _key(Qt.Key.Key_Return)
    _type("演示管理员", "Demo Administrator", "admin", PASSWORDS["admin"])
    wizard.administrator.again.edit.setFocus()
    _type(PASSWORDS["admin"])
    _key(Qt.Key.Key_Return)
    wizard.next.setFocus()
    _key(Qt.Key.Key_Space)
    return wizard, made


def test_five_steps_make_a_workspace_and_log_its_administrator_in(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    wizard, made = _run_wizard(qtbot, look, tmp_path / "new", ScriptedAsk({"recovery_sheet": [[str(sheet)]]}))
    assert wizard.number == 4
    assert not wizard.next.isEnabled()
    wizard.recovery.save.setFocus()
    _key(Qt.Key.Key_Space)
    assert sheet.read_bytes().startswith(b"%PDF")
    wizard.recovery.kept.setFocus()
    _key(Qt.Key.Key_Space)
    wizard.next.setFocus()
    _key(Qt.Key.Key_Space)
    assert [work.user.login for work in made] == ["admin"]
    log_out(made[0])
    for lang in ("zh", "en"):
        look.languages.set_language(lang)
        assert wizard.grab().width() > 0


def test_what_is_missing_is_said_under_the_field(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    wizard = Wizard(look, ScriptedAsk(), SteppedClock(START), CHEAP)
    _shown(qtbot, wizard)
    wizard.next.setFocus()
    _key(Qt.Key.Key_Space)
    wizard.next.setFocus()
    _key(Qt.Key.Key_Space)
    assert wizard.number == 1
    assert wizard.site.code.error.words.text() == look.tr("ui_shell.wizard.needed")


def test_a_full_folder_is_refused_in_place(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("x")
    wizard, made = _run_wizard(qtbot, look, tmp_path / "full", ScriptedAsk())
    assert wizard.number == 3
    assert "is not empty" in wizard.message.words.text()
    assert not made


def test_the_recovery_sheet_gives_a_new_password(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    wizard, _ = _run_wizard(qtbot, look, folder, ScriptedAsk())
    code = wizard.recovery.code.text()
    assert wizard._made is not None
    log_out(wizard._made)
    page, done = RecoveryPage(look, folder, SteppedClock(START), CHEAP), list[str]()
    page.done.connect(done.append)
    _shown(qtbot, page)
    _type(code, "admin", "silver lantern meadow 3")
    page.again.edit.setFocus()
    _type("silver lantern meadow 3")
    _key(Qt.Key.Key_Return)
    assert done == ["admin"]
    work = open_workspace(folder, "admin", "silver lantern meadow 3", SteppedClock(START))
    log_out(work)
