"""Administration by keys: users, parameters, laboratories, one's own password."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from crf_app.ui.administration.laboratories import LaboratoriesSection
from crf_app.ui.administration.parameters import ParametersSection
from crf_app.ui.administration.section import Section
from crf_app.ui.administration.users import UsersSection
from tests.ui.shell_support import PASSWORDS, Hands

SectionType = TypeVar("SectionType", bound=Section)


def _section(hands: Hands, kind: type[SectionType]) -> SectionType:
    found = [one for one in hands.frame.administration.sections if isinstance(one, kind)]
    return found[0]


def _fill(hands: Hands, *texts: str) -> None:
    for text in texts:
        hands.control(Qt.Key.Key_A)
        hands.type(text)
        hands.key(Qt.Key.Key_Tab)


def test_an_administrator_adds_a_user(hands: Hands) -> None:
    hands.log_in("admin")
    users = _section(hands, UsersSection)
    users.login.edit.setFocus()
    _fill(hands, "crc2", "", "Demo Second")
    hands.type("Coordinator")
    users.password.edit.setFocus()
    hands.type("too short")
    hands.key(Qt.Key.Key_Return)
    assert "15" in users.password.error.words.text()
    hands.control(Qt.Key.Key_A)
    hands.type("marble window silver 58")
    hands.key(Qt.Key.Key_Return)
    logins = [users.table.lines.line(row).cells[0] for row in range(users.table.lines.rowCount())]
    assert "crc2" in logins
    QAbstractItemModelTester(users.table.lines, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_parameters_are_assumed_until_confirmed(hands: Hands) -> None:
    hands.log_in("admin")
    page = hands.frame.administration
    page.show_section("parameters")
    before = page.head.note.text()
    section = _section(hands, ParametersSection)
    table = section.table
    row = next(at for at in range(table.lines.rowCount()) if table.lines.line(at).assumed)
    table.selectRow(row)
    hands.key(Qt.Key.Key_Return)
    assert hands.focus in ("parameters/value", "parameters/choice")
    section.store.setFocus()
    hands.key(Qt.Key.Key_Space)
    assert not table.lines.line(row).assumed
    assert page.head.note.text() != before


def test_a_changed_parameter_needs_a_reason_once_there_are_data(hands: Hands) -> None:
    hands.log_in("admin")
    hands.frame.administration.show_section("parameters")
    section = _section(hands, ParametersSection)
    table = section.table
    row = next(at for at in range(table.lines.rowCount()) if table.lines.line(at).cells[0] == "Days between sessions")
    table.selectRow(row)
    hands.key(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_A)
    hands.type("8")
    hands.key(Qt.Key.Key_Return)
    assert section.reason.error.words.text()
    assert hands.focus == "parameters/reason"
    hands.type("protocol amendment 1")
    hands.key(Qt.Key.Key_Return)
    assert table.lines.line(row).cells[1] == "8"


def test_a_reference_interval_gets_a_new_version(hands: Hands) -> None:
    hands.log_in("admin")
    hands.frame.administration.show_section("laboratories")
    section = _section(hands, LaboratoriesSection)
    section.kinds.setFocus()
    hands.key(Qt.Key.Key_Right)
    section.take_focus()
    hands.key(Qt.Key.Key_Return)
    assert hands.focus == "laboratories/low"
    hands.control(Qt.Key.Key_A)
    hands.type("9000")
    section.reason.edit.setFocus()
    hands.key(Qt.Key.Key_Return)
    assert "9000" in section.lines["low"].error.words.text()
    hands.control(Qt.Key.Key_A)
    hands.type("1")
    section.reason.edit.setFocus()
    hands.key(Qt.Key.Key_Return)
    assert section.table.lines.line(0).cells[6] == "1"
    assert not section.table.lines.line(0).assumed


def test_everybody_changes_his_own_password(hands: Hands) -> None:
    hands.log_in("cra")
    hands.control(Qt.Key.Key_K)
    hands.type("my password")
    hands.key(Qt.Key.Key_Return)
    assert hands.focus == "password/old"
    section = hands.frame.administration.password
    hands.type(PASSWORDS["cra"])
    section.new.edit.setFocus()
    hands.type("a different phrase 77")
    section.again.edit.setFocus()
    hands.type("a different phrase 77")
    hands.key(Qt.Key.Key_Return)
    assert section.message.words.text() == hands.gate.look.tr("ui_shell.password.changed")
    assert section.new.text() == ""
