"""A query, a finding, a lock or a void signature at a row of a log: seen in the table, opened from there by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.services.forms import complete_form, delete_row
from crf_app.services.queries import NewQuery, open_query
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.look import Look
from tests.services.workflow.life import frozen, place_of, signed
from tests.services.world import World, make_world
from tests.ui.casebook.conftest import make_context
from tests.ui.casebook.life import Opener, into_row, press, table_of, two_events

ALT = Qt.KeyboardModifier.AltModifier


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


def asked(world: World, key: ItemKey, text: str) -> int:
    """The monitor asks."""
    world.be(Role.MONITOR)
    _, number = open_query(world.work, NewQuery(key, text))
    world.be(Role.COORDINATOR)
    return number


def row_key(world: World, row: int) -> ItemKey:
    return world.key(f"LOG/AE/AE#{row}/AETERM")._replace(item="")


def test_a_query_on_a_row_stands_at_it_and_opens_by_key(world: World, opened: Opener) -> None:
    form = two_events(world)
    number = asked(world, row_key(world, 2), "Is this the same event?")
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    assert [table.model.row_marks(row) for row in range(3)] == [(), ("query_open",), ()]
    grid = into_row(table, 1, 1)
    assert "Query open" in table.hint.text()
    assert "Alt+4" in table.hint.text()
    assert page.context.actions.run("casebook.history"), "any tab first"
    into_row(table, 1, 1)
    page.show_inspector(3)
    shown = page.inspector.queries.view.shown
    assert shown is not None
    assert shown.record.number == number
    press(Qt.Key.Key_Escape)
    assert grid.hasFocus(), "back where the person came from"
    assert grid.currentIndex().row() == 1


def test_a_query_on_an_item_of_the_row_opens_from_any_cell_of_it(world: World, opened: Opener) -> None:
    form = two_events(world)
    number = asked(world, world.key("LOG/AE/AE#1/AEENDAT"), "When did it end?")
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    assert table.model.row_marks(0) == ("query_open",)
    into_row(table, 0)
    page.show_inspector(3)
    assert [one.record.number for one in page.inspector.queries.threads] == [number]
    press(Qt.Key.Key_Escape)
    into_row(table, 1)
    page.show_inspector(3)
    assert page.inspector.queries.threads == (), "of another row nothing was asked"


def test_a_monitor_asks_about_the_row_where_he_stands(world: World, opened: Opener) -> None:
    form = two_events(world)
    page = opened(Role.MONITOR, form)
    table = table_of(page, "AE")
    into_row(table, 1)
    assert page.context.actions.run("casebook.ask")
    panel = page.inspector.queries.panel
    assert panel.item is not None
    assert panel.item.key.row == 2
    panel.levels.set_index(1)
    panel.box.setPlainText("Serious?")
    panel.send()
    QApplication.processEvents()
    assert table.model.row_marks(1) == ("query_open",)
    world.check()


def test_a_finding_at_a_row_leads_to_itself_in_the_list(world: World, opened: Opener) -> None:
    form = two_events(world)
    world.enter({"LOG/AE/AE#1/AESTDAT": "2026-02-03", "LOG/AE/AE#2/AESTDAT": "2026-02-03", "LOG/AE/AE#2/AEENDAT": "2026-02-01"})
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    assert table.model.row_marks(0) == ()
    assert table.model.row_marks(1)[0] in ("impossible", "unusual_to_confirm")
    into_row(table, 1)
    page.show_inspector(2)
    current = page.inspector.findings.current()
    assert current is not None
    assert current.key.row == 2
    press(Qt.Key.Key_Return)
    here = page.pane.view.current_key()
    assert here is not None
    assert here.row == 2


def test_what_holds_the_form_and_what_ended_its_signature_stand_at_the_rows(world: World, opened: Opener) -> None:
    form = two_events(world)
    world.enter({"LOG/AE/AEYN": "Y"})
    assert complete_form(world.work, form).completed
    signed(world, form)
    world.enter({"LOG/AE/AE#1/AETERM": "high fever"}, reason="misread")
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    assert [table.model.row_marks(row) for row in range(2)] == [("signature_void",), ()]
    frozen(world, place_of(form))
    page.read()
    table = table_of(page, "AE")
    assert [table.model.row_marks(row) for row in range(2)] == [("signature_void", "frozen"), ("frozen",)]


def test_a_removed_row_still_shows_what_was_asked_of_it(world: World, opened: Opener) -> None:
    form = two_events(world)
    number = asked(world, row_key(world, 2), "Same event?")
    delete_row(world.work, form, "AE", 2, "entered twice")
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    at = next(row for row, one in enumerate(table.model.rows) if one.deleted)
    assert table.model.row_marks(at) == ("query_open",)
    into_row(table, at)
    page.show_inspector(3)
    assert [one.record.number for one in page.inspector.queries.threads] == [number]


def test_the_words_of_a_mark_follow_the_language(world: World, opened: Opener) -> None:
    form = two_events(world)
    asked(world, row_key(world, 1), "Same event?")
    page = opened(Role.COORDINATOR, form)
    table = table_of(page, "AE")
    into_row(table, 0)
    page.context.language_hub.set_language("zh")
    QApplication.processEvents()
    assert "质疑未关闭" in table.hint.text()
    assert "Alt+4 质疑" in table.hint.text()

