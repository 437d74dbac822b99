"""The signing console by keys: what stands between, the eye, the paper, one act, giving back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.standing import Standing
from crf_app.services.console import CURRENT, NEVER, rejections
from crf_app.services.forms import complete_form
from crf_app.services.states import form_states
from crf_app.ui.common.look import Look
from crf_app.ui.signing.console_model import VisitHead
from crf_app.ui.signing.console_page import ConsolePage
from tests.services.workflow.life import finished, signed
from tests.services.world import PHRASE, World, make_world
from tests.ui.casebook.conftest import make_context


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two forms complete at screening, one in progress."""
    made = make_world(tmp_path / "workspace")
    finished(made)
    made.be(Role.COORDINATOR)
    complete_form(made.work, made.form("SCR", "ICF"))
    yield made
    made.work.close()


@pytest.fixture
def page(world: World, look: Look, qtbot: QtBot) -> Iterator[ConsolePage]:
    """The console of the investigator."""
    world.be(Role.INVESTIGATOR)
    made = ConsolePage(make_context(world.work, look))
    made.resize(1384, 828)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.activate()
    yield made
    made.context.jobs.stop()
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rows(page: ConsolePage) -> list[str]:
    """The list as text."""
    return [f"[{page.model.head(row)} {row.ready}/{row.waiting}]" if isinstance(row, VisitHead) else f"{page.model.name(row)}: {page.model.note(row)}" for row in page.model.rows]


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def until_seen(page: ConsolePage, qtbot: QtBot, count: int) -> None:
    """Wait until so many forms were drawn before the signer."""
    qtbot.waitUntil(lambda: sum(one.seen == CURRENT for one in page.model.items()) >= count, timeout=20_000)


def test_it_lists_what_stands_between_and_opens_form_after_form(page: ConsolePage, qtbot: QtBot) -> None:
    assert rows(page) == ["[SCR 0/2]", "ICF form: not opened", "DM form: in progress", "VS form: not opened"]
    assert not page.side.sign.isEnabled()
    assert "not seen in this version: 2" in page.between.text()
    until_seen(page, qtbot, 1)
    assert page.pages.page_count >= 1, "the exact paper"
    press(Qt.Key.Key_Space)
    until_seen(page, qtbot, 2)
    assert [one.split(":")[0] for one in rows(page) if "seen" in one] == ["ICF form", "VS form"]
    assert page.side.sign.isEnabled()
    press(Qt.Key.Key_X)
    assert len(page.model.chosen()) == 1
    press(Qt.Key.Key_X)
    assert len(page.model.chosen()) == 2


def test_log_in_and_password_sign_all_that_was_seen_in_one_entry(page: ConsolePage, world: World, qtbot: QtBot) -> None:
    until_seen(page, qtbot, 1)
    press(Qt.Key.Key_Space)
    until_seen(page, qtbot, 2)
    before = world.work.database.head.no
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    for text in (Role.INVESTIGATOR, PHRASE):
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        press(Qt.Key.Key_Return)
    assert world.work.database.head.no == before + 1
    assert all(form_states(world.work, world.subject)[world.form("SCR", one)] & Standing.SIGNED for one in ("ICF", "VS"))
    assert not page.side.fields["login"].isVisible(), "from now on the password alone"
    assert page.side.fields["password"].text() == ""
    world.check()


def test_a_wrong_password_is_said_in_place_and_nothing_is_signed(page: ConsolePage, world: World, qtbot: QtBot) -> None:
    until_seen(page, qtbot, 1)
    head = world.work.database.head
    page.side.fields["login"].setText(Role.INVESTIGATOR)
    page.side.fields["password"].setText("not the right words")
    page.side.take()
    assert page.side.error.isVisible()
    assert page.side.fields["password"].text() == ""
    assert world.work.database.head == head


def test_a_form_is_given_back_from_here(page: ConsolePage, world: World) -> None:
    press(Qt.Key.Key_R)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.objectName() == "signing/reason"
    QTest.keyClicks(field, "date is missing")
    press(Qt.Key.Key_Return)
    assert [one.reason for one in rejections(world.work).values()] == ["date is missing"]
    assert "ICF form: Given back" in rows(page)
    world.check()


def test_a_change_after_seeing_shows_at_the_eye(page: ConsolePage, world: World, qtbot: QtBot) -> None:
    until_seen(page, qtbot, 1)
    world.enter({"SCR/ICF/RFICDAT": "2026-01-04"}, reason="misread")
    page.read()
    assert "ICF form: changed since seen" in rows(page)
    assert page.model.items()[0].seen not in (CURRENT, NEVER)


def test_signed_forms_are_shown_when_asked_and_in_chinese(page: ConsolePage, world: World) -> None:
    signed(world, world.form("SCR", "ICF"))
    world.be(Role.INVESTIGATOR)
    page.read()
    assert not any("ICF" in one for one in rows(page))
    page.toggle_everything()
    assert "ICF form: Signed" in rows(page)
    page.context.language_hub.set_language("zh")
    assert "表ICF: 已签名" in rows(page)
    assert page.side.sign.text() == "签名"


def test_the_list_is_a_sound_model(page: ConsolePage) -> None:
    model: QAbstractItemModel = page.model
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.toggle_everything()
    assert tester.model() is model
