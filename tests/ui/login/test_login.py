"""Log-in, lock, unlock, by keys."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from crf_app.errors import ExpectedError
from crf_app.services import places
from crf_app.services.matrix import read_matrix
from crf_app.ui.behind import OpenBehind, OpenSession
from crf_app.ui.common.system_signs import SystemSigns
from tests.ui.shell_support import PASSWORDS, Hands


def _work(hands: Hands) -> OpenSession:
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    return session


def test_a_coordinator_logs_in_and_sees_today(hands: Hands) -> None:
    hands.log_in("crc")
    assert hands.frame.place == "today"
    assert hands.focus == "today/list"
    assert not hands.gate.top.covered


def test_a_wrong_password_is_said_in_place_and_nobody_comes_in(hands: Hands) -> None:
    hands.type("crc")
    hands.key(Qt.Key.Key_Return)
    hands.type("this is not the password")
    hands.key(Qt.Key.Key_Return)
    assert hands.gate.session is None
    assert hands.gate.page.password.error.words.text() == hands.gate.look.tr("error.log_in_failed")
    assert hands.focus == "login/password"
    assert hands.gate.page.password.text() == ""


def test_guessing_is_slowed_down_and_told_to_the_administrator(hands: Hands) -> None:
    hands.type("admin")
    hands.key(Qt.Key.Key_Return)
    for _ in range(3):
        hands.type("this is not the password")
        hands.key(Qt.Key.Key_Return)
    hands.type(PASSWORDS["admin"])
    hands.key(Qt.Key.Key_Return)
    assert hands.gate.session is None
    assert "5" in hands.gate.page.password.error.words.text()
    hands.clock.advance(timedelta(seconds=10))
    hands.type(PASSWORDS["admin"])
    hands.key(Qt.Key.Key_Return)
    assert "4 failed log-ins" in hands.frame.strip.words.text()


def test_an_administrator_sees_administration_alone(hands: Hands) -> None:
    hands.log_in("admin")
    assert hands.frame.place == "administration"
    assert list(hands.frame.pages) == ["administration"]
    assert [item.place.name for item in hands.frame.rail.items] == ["administration"]


def test_locking_hides_everything_ends_the_right_to_read_and_keeps_what_was_typed(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_N)
    hands.type("2026-03-1")
    hands.control(Qt.Key.Key_L)
    assert hands.gate.top.covered
    assert not hands.frame.isVisible()
    assert hands.gate.top.windowTitle() == hands.gate.look.tr("ui_shell.program")
    seen = " ".join(one.text() for one in hands.gate.top.findChildren(QLabel) if one.isVisible())
    assert "01-001" not in seen
    with pytest.raises(ExpectedError, match="locked"):
        read_matrix(_work(hands).work)
    hands.unlock("crc")
    assert hands.focus == "new_subject/consent_date"
    assert hands.frame.new_subject.date.text() == "2026-03-1"


def test_another_person_unlocks_into_a_frame_of_his_own(hands: Hands) -> None:
    hands.log_in("crc")
    before = hands.frame
    hands.control(Qt.Key.Key_L)
    hands.unlock("pi")
    assert hands.frame is not before
    assert hands.frame.top_bar.person.text() == "Demo Investigator"
    assert hands.frame.place == "today"


def test_nobody_there_counts_down_and_locks(hands: Hands) -> None:
    hands.log_in("crc")
    hands.clock.advance(timedelta(minutes=9, seconds=30))
    hands.gate.idle.look()
    assert hands.frame.status.countdown.text() == "Locks in 30 s"
    hands.gate.idle.touch()
    assert hands.frame.status.countdown.text() == ""
    hands.clock.advance(timedelta(minutes=10))
    hands.gate.idle.look()
    assert hands.gate.top.covered


def test_saved_is_said_after_a_commit_and_not_before(hands: Hands) -> None:
    hands.log_in("crc")
    assert hands.frame.status.saved.text() == ""
    hands.control(Qt.Key.Key_N)
    hands.type("2026-03-17")
    assert hands.frame.status.saved.text() == ""
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.status.saved.text() == "Saved 09:00:00"
    assert hands.frame.place == "casebook"


def test_only_one_window_is_ever_shown(hands: Hands) -> None:
    hands.log_in("crc")
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [hands.gate.top]


def test_the_start_loads_nothing_heavy_before_the_log_in_is_painted() -> None:
    code = """
import sys
from PySide6.QtWidgets import QApplication
from crf_app.app import make_gate
from crf_app.clock import SystemClock
app = QApplication(sys.argv[:1])
gate = make_gate(app, None, SystemClock())
gate.top.show()
assert gate.top.grab().width()
heavy = [name for name in ("reportlab", "alembic", "lxml", "sqlalchemy", "sqlcipher3") if name in sys.modules]
assert not heavy, heavy
print("light")
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ), check=False)
    assert found.stdout.strip() == "light", found.stderr


def test_the_card_has_room_for_what_was_refused_in_another_language(hands: Hands) -> None:
    look, page = hands.gate.look, hands.gate.page
    look.languages.set_language("zh")
    hands.type("crc")
    hands.key(Qt.Key.Key_Return)
    hands.type("this is not the password")
    hands.key(Qt.Key.Key_Return)
    look.languages.set_language("en")
    QApplication.processEvents()
    words = page.password.error.words
    assert words.height() >= words.heightForWidth(words.width()) > 20


def test_the_site_is_named_in_the_language_in_force(hands: Hands) -> None:
    for lang, name in (("zh", "01 演示医院"), ("en", "01 Demo Hospital")):
        hands.gate.look.languages.set_language(lang)
        assert hands.gate.page.site.text() == name


def test_ctrl_q_closes_the_window_from_the_log_in_and_while_locked(hands: Hands) -> None:
    hands.control(Qt.Key.Key_Q)
    assert not hands.gate.top.isVisible()


def test_ctrl_q_while_locked_ends_the_session_in_order(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_L)
    hands.control(Qt.Key.Key_Q)
    assert not hands.gate.top.isVisible()
    assert hands.gate.session is None


def test_what_was_refused_is_said_in_the_language_that_is_chosen_then(hands: Hands) -> None:
    look, page = hands.gate.look, hands.gate.page
    hands.type("crc")
    hands.key(Qt.Key.Key_Return)
    hands.type("this is not the password")
    hands.key(Qt.Key.Key_Return)
    look.languages.set_language("zh")
    refused = look.tr("error.log_in_failed")
    assert page.password.error.words.text() == refused
    assert page.password.edit.accessibleDescription() == refused
    look.languages.set_language("en")
    assert page.password.error.words.text() == look.tr("error.log_in_failed") != refused
    hands.type("x")
    look.languages.set_language("zh")
    assert page.password.error.isHidden()


@pytest.mark.requirement("R15")
def test_an_unsafe_place_is_refused_until_an_administrator_gives_a_reason(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "unsafe_place", lambda _folder: "network")
    hands.log_in("admin")
    assert hands.gate.session is None
    assert "network drive" in hands.gate.page.password.error.words.text()
    hands.type(PASSWORDS["admin"])
    hands.key(Qt.Key.Key_Tab)
    while hands.focus != "login/place_reason":
        hands.key(Qt.Key.Key_Tab)
    hands.type("the hospital has no local disks")
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "administration"


@pytest.mark.requirement("R30")
def test_the_window_is_locked_after_a_sleep_of_the_machine_and_not_without_one(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.log_in("crc")
    hands.clock.advance(timedelta(minutes=2))
    hands.gate.idle.look()
    assert not hands.gate.top.covered
    awake = hands.clock.monotonic()
    hands.clock.advance(timedelta(minutes=2))
    monkeypatch.setattr(hands.clock, "monotonic", lambda: awake + 1.0)
    hands.gate.idle.look()
    assert hands.gate.top.covered


@pytest.mark.requirement("R30")
def test_the_window_is_locked_with_the_screen(hands: Hands) -> None:
    hands.log_in("crc")
    behind = hands.gate.behind()
    assert isinstance(behind, OpenBehind)
    behind.findChildren(SystemSigns)[0].said(True)
    assert hands.gate.top.covered
