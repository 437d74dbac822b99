"""Verification, review, giving back, freezing, locking and what a held or signed form looks like: in the window, by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.services.console import rejections
from crf_app.services.forms import complete_form
from crf_app.services.locks import Place, count_held, lock_of
from crf_app.services.queries import NewQuery, open_query
from crf_app.services.source_check import mark_checked, read_check
from crf_app.store.workflow import REVIEW
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.look import Look
from crf_app.ui.form.item_row import ItemRow
from tests.services.workflow.life import checked, finished, frozen, locked, place_of, signed
from tests.services.world import PHRASE, World, make_world
from tests.ui.casebook.conftest import make_context

Opener = Callable[[Role, FormKey], CasebookPage]


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


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def type_in(*texts: str) -> None:
    """Each text into the field that has the focus, Enter after it."""
    QApplication.processEvents()
    for text in texts:
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit), field
        QTest.keyClicks(field, text)
        press(Qt.Key.Key_Return)
        QApplication.processEvents()


def glyph_of(page: CasebookPage, form: FormKey) -> str:
    """The glyph of a form in the tree."""
    node = page.tree_model.node(page.tree_model.find(form))
    assert node is not None
    return node.glyph


def test_a_monitor_walks_what_waits_and_verifies_by_key(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.MONITOR, form)
    checks = page.pane.checks
    assert checks.list.hasFocus(), "where a monitor begins"
    assert [one.key.item for one in checks.model.items] == ["VSPERF", "VSDAT", "VSTPT", "TEMP", "HEIGHT", "WEIGHT"]
    press(Qt.Key.Key_Down)
    row = page.pane.view.row_of(world.key("SCR/VS/VSDAT"))
    assert isinstance(row, ItemRow)
    assert row.pointed, "the form shows where he is"
    press(Qt.Key.Key_Space)
    assert [one.key.item for one in checks.model.items] == ["VSPERF", "VSTPT", "TEMP", "HEIGHT", "WEIGHT"]
    assert checks.list.current() is not None
    record = page.pane.model.record
    assert record is not None
    assert [one.check for one in record.items() if one.item.oid == "VSDAT"] == ["checked"]
    press(Qt.Key.Key_F)
    assert read_check(world.work, form).done
    assert glyph_of(page, form) == "verified"
    assert not checks.list.isVisible()
    press(Qt.Key.Key_V)
    assert all(read_check(world.work, world.form("SCR", one)).done for one in ("ICF", "DM", "VS"))
    world.check()


def test_what_changed_since_stands_first_with_what_was_checked(world: World, opened: Opener) -> None:
    form = finished(world)
    checked(world, "SCR/VS/VSD#1/WEIGHT")
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    page = opened(Role.MONITOR, form)
    checks = page.pane.checks
    assert [(one.key.item, one.before.text, one.now.text) for one in checks.model.items][:2] == [("WEIGHT", "70", "71"), ("VSPERF", "", "Y")]
    assert "1 changed since the last check" in checks.note.text()
    assert checks.model.rowCount() == 6
    press(Qt.Key.Key_C)
    assert [one.key.item for one in checks.model.items] == ["WEIGHT"]
    press(Qt.Key.Key_Space)
    assert glyph_of(page, form) == "complete", "values that were never checked still wait"
    assert checks.model.rowCount() == 0, "nothing changed any more"
    checks.toggle_changed()
    assert checks.model.rowCount() == 5
    world.check()


def test_a_check_is_taken_back_with_a_reason_asked_in_place(world: World, opened: Opener) -> None:
    form = finished(world)
    checked(world, "SCR/VS")
    page = opened(Role.MONITOR, form)
    assert page.context.actions.run("check.source.withdraw")
    QApplication.processEvents()
    assert page.pane.reason.isVisible()
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    assert len(read_check(world.work, form).waiting) == 6
    world.check()


def test_the_investigator_reviews_while_the_form_stays_his_to_enter(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.INVESTIGATOR, form)
    assert not page.pane.checks.list.isVisible(), "the list makes room until it is asked for"
    assert page.context.actions.run("check.review.start")
    assert page.pane.checks.list.hasFocus()
    press(Qt.Key.Key_F)
    assert read_check(world.work, form, REVIEW).done
    press(Qt.Key.Key_Escape)
    world.check()


def test_a_coordinator_has_no_keys_for_it_and_sees_the_marks(world: World, opened: Opener) -> None:
    form = finished(world)
    checked(world, "SCR/VS")
    page = opened(Role.COORDINATOR, form)
    assert page.pane.checks.isHidden()
    offered = {row.id for row in page.context.actions.offered()}
    assert not [one for one in offered if one.startswith(("check.", "freeze", "lock.", "unlock", "unfreeze", "form.reject"))]
    row = page.pane.view.row_of(world.key("SCR/VS/WEIGHT"))
    assert row is not None
    assert "Verified" in row.toolTip()


@pytest.mark.parametrize("kind", ["frozen", "locked"])
def test_a_held_form_looks_read_only_and_says_why(world: World, opened: Opener, kind: str) -> None:
    form = signed(world, finished(world))
    (frozen if kind == "frozen" else locked)(world, place_of(form))
    page = opened(Role.COORDINATOR, form)
    assert page.pane.hold.isVisible()
    assert f"is {kind} by Demo data_manager" in page.pane.hold.accessibleName()
    record = page.pane.model.record
    assert record is not None
    assert not any(one.editable and not one.item.is_derived for one in record.items())
    assert not page.pane.foot.reopen.isVisible()
    assert glyph_of(page, form) == ("locked" if kind == "locked" else "signed")
    assert "Signed by Demo investigator, Investigator" in page.pane.record_band.accessibleName()


def test_a_void_signature_is_shown_at_the_form_the_tree_and_the_head(world: World, opened: Opener) -> None:
    form = signed(world, finished(world))
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    page = opened(Role.COORDINATOR, form)
    assert page.pane.record_band.lines[0].glyph == "signature_void"
    assert "(WEIGHT changed)" in page.pane.record_band.lines[0].text
    assert glyph_of(page, form) == "signature_void"
    assert page.header.void.isVisible()
    page.context.language_hub.set_language("zh")
    assert "“项WEIGHT”有修改" in page.pane.record_band.lines[0].text
    assert "签名失效：1" in page.header.void.accessibleName()


def test_freezing_asks_a_reason_and_unlocking_a_second_person_in_place(world: World, opened: Opener) -> None:
    form = signed(world, finished(world))
    page = opened(Role.DATA_MANAGER, form)
    assert page.context.actions.run("freeze.form")
    type_in("cleaning")
    assert lock_of(world.work, form) is not None
    assert page.pane.hold.isVisible()
    assert not page.context.actions.run("freeze.form"), "not twice"
    assert page.context.actions.run("lock.form")
    type_in("closed")
    hold = lock_of(world.work, form)
    assert hold is not None
    assert hold.kind == "locked"
    assert page.context.actions.run("unlock.form")
    type_in("late result", Role.DATA_MANAGER, PHRASE)
    assert "somebody else" in page.pane.sign.error.text()
    fields = page.pane.sign.fields
    fields["login"].setText(Role.INVESTIGATOR)
    type_in(PHRASE)
    assert lock_of(world.work, form) is None
    assert page.pane.hold.isHidden()
    world.check()


def test_locking_what_is_not_ready_is_refused_in_the_panel(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.DATA_MANAGER, form)
    assert not page.context.actions.run("lock.form"), "not signed: not offered"
    assert page.context.actions.run("lock.subject")
    type_in("closed")
    assert "is not finished" in page.pane.sign.error.text()
    press(Qt.Key.Key_Escape)
    assert page.pane.sign.isHidden()
    assert world.work.database.one("SELECT count(*) FROM record_lock") == (0,)


def test_the_form_at_hand_is_signed_in_place(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.INVESTIGATOR, form)
    assert page.context.actions.run("form.sign")
    type_in(Role.INVESTIGATOR, PHRASE)
    assert glyph_of(page, form) == "signed"
    assert page.pane.record_band.lines[-1].glyph == "signed"
    assert page.context.actions.run("form.sign")
    assert page.pane.sign.fields["login"].text() == Role.INVESTIGATOR, "the password alone from now on"
    press(Qt.Key.Key_Escape)
    world.check()


def test_the_investigator_gives_a_form_back_with_a_reason(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.INVESTIGATOR, form)
    assert page.context.actions.run("form.reject")
    type_in("weight does not fit")
    assert rejections(world.work)[form.subject, "SCR/VS"].reason == "weight does not fit"
    assert glyph_of(page, form) == "rejected"
    assert page.pane.record_band.lines[-1].glyph == "rejected"
    world.check()


def test_what_is_verified_elsewhere_shows_at_once(world: World, opened: Opener) -> None:
    form = finished(world)
    page = opened(Role.MONITOR, form)
    page.context.perform(mark_checked, world.work, form.subject, ["SCR/VS"])
    page.catch_up()
    assert glyph_of(page, form) == "verified"
    assert Place(form.subject).has(form)


def test_each_act_of_holding_has_a_key_that_says_which(world: World, opened: Opener) -> None:
    form = signed(world, finished(world))
    page = opened(Role.DATA_MANAGER, form)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    press(Qt.Key.Key_F11)
    type_in("cleaning")
    hold = lock_of(world.work, form)
    assert hold is not None
    assert hold.kind == "frozen"
    assert "Shift+F11 unfreezes it." in page.pane.hold.accessibleName()
    press(Qt.Key.Key_F11, shift)
    type_in("late result")
    assert lock_of(world.work, form) is None
    press(Qt.Key.Key_F11, control)
    type_in("closed")
    hold = lock_of(world.work, form)
    assert hold is not None
    assert hold.kind == "locked"
    press(Qt.Key.Key_F11, control | shift)
    type_in("late result", Role.INVESTIGATOR, PHRASE)
    assert lock_of(world.work, form) is None
    world.check()


def test_the_key_takes_back_what_holds_the_form_also_when_that_is_wider(world: World, opened: Opener) -> None:
    form = finished(world)
    for other in ("ICF", "DM"):
        assert complete_form(world.work, world.form("SCR", other)).completed
    frozen(world, Place(form.subject, form.visit_address))
    page = opened(Role.MONITOR, form)
    assert not page.context.actions.run("unfreeze.form"), "the form by itself is not frozen"
    press(Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert "SCR of 01-001" in page.pane.sign.head.text()
    type_in("late result")
    assert lock_of(world.work, form) is None
    press(Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    assert page.pane.sign.isHidden(), "locking is the data manager's: the key does nothing here"


def test_a_wide_lock_says_first_how_much_is_not_ready(world: World, opened: Opener) -> None:
    form = signed(world, finished(world))
    world.be(Role.MONITOR)
    open_query(world.work, NewQuery(world.key("SCR/VS/WEIGHT"), "Is that so?"))
    page = opened(Role.DATA_MANAGER, form)
    assert page.context.actions.run("lock.study")
    words = page.pane.sign.words.text()
    found = count_held(world.work, Place())
    assert found.open_queries == 1
    assert found.unsigned == found.forms - 1 > 0
    assert f"Forms in it: {found.forms}. Unsigned: {found.unsigned}" in words
    assert "queries open: 1." in words
    page.context.language_hub.set_language("zh")
    assert "未关闭质疑：1 条" in page.pane.sign.words.text()
    press(Qt.Key.Key_Escape)
    assert world.work.database.one("SELECT count(*) FROM record_lock") == (0,)
