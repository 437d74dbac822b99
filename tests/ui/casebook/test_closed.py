"""Typing where nothing may be entered says why in place: what holds it, who takes that back, by which key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.services.forms import complete_form
from crf_app.services.locks import Place
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.look import Look
from crf_app.ui.form.item_row import ItemRow
from tests.services.workflow.life import finished, frozen, locked, place_of, signed
from tests.services.world import World, make_world
from tests.ui.casebook.conftest import make_context
from tests.ui.casebook.life import Opener, focused, into_row, press, table_of, two_events


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The small study, with a person in every role."""
    made = make_world(tmp_path / "workspace")
    yield made
    made.work.close()


@pytest.fixture
def opened(world: World, look: Look, qtbot: QtBot) -> Iterator[Opener]:
    """A casebook page as a role has it, at a form."""
    pages: list[CasebookPage] = []

    def make(role: Role, form: FormKey) -> CasebookPage:
        world.be(role)
        page = CasebookPage(make_context(world.work, look))
        pages.append(page)
        page.resize(1440, 852)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        page.open(form.subject, form.event, form.event_repeat, form.form, form.form_repeat)
        QApplication.processEvents()
        return page

    yield make
    for page in pages:
        page.close()
        page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def at(page: CasebookPage, world: World, address: str) -> ItemRow:
    """The focus to an item, as a click brings it there."""
    key = world.key(address)
    assert page.pane.view.focus_item(key)
    QApplication.processEvents()
    row = page.pane.view.row_of(key)
    assert isinstance(row, ItemRow)
    return row


def said(row: ItemRow) -> str:
    """What stands beneath the item."""
    return row.notice.words.text() if row.notice is not None and not row.notice.isHidden() else ""


def test_typing_into_a_frozen_item_says_who_froze_it_and_who_may_undo_it(world: World, opened: Opener) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/WEIGHT")
    assert said(row) == ""
    press(Qt.Key.Key_7)
    words = said(row)
    assert "frozen by Demo data_manager since 2026-03-17 09:00 +00:00: data base closed" in words
    assert "Who can unfreeze it: Monitor / Data manager." in words
    assert world.text("SCR/VS/WEIGHT") == "70"
    assert page.pane.view.refused() == (), "nothing was refused: nothing stands in the way of completing"
    page.context.language_hub.set_language("zh")
    assert "可解除冻结者：监查员／数据管理员。" in said(row)
    at(page, world, "SCR/VS/HEIGHT")
    assert said(row) == "", "gone with the focus"


def test_who_may_undo_it_is_told_the_key(world: World, opened: Opener) -> None:
    form = signed(world, finished(world))
    locked(world, Place(form.subject, form.form_address))
    page = opened(Role.DATA_MANAGER, form)
    row = at(page, world, "SCR/VS/WEIGHT")
    press(Qt.Key.Key_Backspace)
    assert "Ctrl+Shift+F11 unlocks it, with a second person." in said(row)
    assert "Ctrl+Shift+F11 unlocks it" in page.pane.hold.accessibleName(), "the band says it too"


def test_text_of_an_input_method_is_answered_too(world: World, opened: Opener) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/HEIGHT")
    event = QInputMethodEvent()
    event.setCommitString("七")
    QApplication.sendEvent(focused(), event)
    assert "frozen by" in said(row)


def test_a_choice_answers_a_key_and_a_click(world: World, opened: Opener) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/VSPERF")
    press(Qt.Key.Key_N)
    assert "frozen by" in said(row)
    at(page, world, "SCR/VS/HEIGHT")
    assert said(row) == ""
    QTest.mouseClick(row.cells[0].field.editors()[0], Qt.MouseButton.LeftButton)
    assert "frozen by" in said(row)
    assert world.text("SCR/VS/VSPERF") == "Y"


def test_keys_that_enter_nothing_are_no_typing(world: World, opened: Opener) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/WEIGHT")
    for key, modifier in ((Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)):
        press(key, modifier)
        assert said(row) == ""


def test_a_calculated_item_says_where_its_formula_is(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/BMI")
    press(Qt.Key.Key_2)
    assert "calculated" in said(row)
    assert "Alt+2" in said(row)


def test_a_reader_is_told_who_enters_and_how_he_asks(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.MONITOR, form)
    row = at(page, world, "SCR/VS/WEIGHT")
    press(Qt.Key.Key_7)
    assert "values are entered by: Coordinator / Investigator" in said(row)
    assert "F2 asks a query here." in said(row)


def test_what_only_another_role_answers_names_it_and_the_key(world: World, opened: Opener) -> None:
    form = two_events(world)
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    column = next((n for n, one in enumerate(table.model.items) if one.oid == "AEREL"), -1)
    if column >= 0:
        into_row(table, 0, column)
        press(Qt.Key.Key_Y)
        words = table.notice.words.text()
    else:
        row = at(page, world, "LOG/AE/AE#1/AEREL")
        press(Qt.Key.Key_Y)
        words = said(row)
    assert "Only this role answers it: Investigator." in words
    assert "Ctrl+G" in words


def test_what_the_stage_of_the_study_closed_names_its_cause(world: World, opened: Opener) -> None:
    world.enter({"SCR/DFH/ULC#1/ULCSITE": "heel", "SCR/DFH/ULC#1/ULCTARG": "Y"})
    world.enter({"D0/INJ/EXSTDAT": "2026-02-02"})
    page = opened(Role.COORDINATOR, world.form("SCR", "DFH"))
    table = table_of(page, "ULC")
    column = next(n for n, one in enumerate(table.model.items) if one.oid == "ULCTARG")
    into_row(table, 0, column)
    press(Qt.Key.Key_N)
    assert table.notice.isVisible()
    assert table.notice.words.text() == "Closed since this is on record: INJ form: EXSTDAT. It opens again only when that is corrected."
    assert world.text("SCR/DFH/ULC#1/ULCTARG") == "Y"


def test_a_table_that_is_held_says_so_beneath_it(world: World, opened: Opener) -> None:
    form = two_events(world)
    world.enter({"LOG/AE/AEYN": "Y"})
    world.be(Role.COORDINATOR)
    assert complete_form(world.work, form).completed
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    for key in (Qt.Key.Key_X, Qt.Key.Key_Delete):
        into_row(table, 0, 1)
        press(key)
        assert table.notice.isVisible(), key
        assert "frozen by Demo data_manager" in table.notice.words.text()
        into_row(table, 1, 1)
        assert not table.notice.isVisible(), "another row, another question"


def test_the_notice_takes_room_of_its_own(world: World, opened: Opener) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    row = at(page, world, "SCR/VS/VSPERF")
    below = page.pane.view.row_of(world.key("SCR/VS/VSDAT"))
    assert below is not None
    before = below.y()
    press(Qt.Key.Key_N)
    QApplication.processEvents()
    assert row.notice is not None
    assert row.notice.geometry().bottom() < row.height()
    assert below.y() >= row.y() + row.height()
    assert below.y() > before
