"""Queries through the window, by keys: asked beside the form, answered in the list, closed together; the table keeps Qt's rules."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.queries import Act, visit_key
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.queries import NewQuery, open_query
from crf_app.services.session import identify
from crf_app.services.workspace import Actor
from crf_app.store.queries import read_messages, read_query
from crf_app.ui.common.ask import Question
from crf_app.ui.main_window import MainWindow
from crf_app.ui.queries.page import QueriesPage
from tests.ui.shell_support import PASSWORDS, Hands

SUBJECT = "01-001"
VITALS = FormKey(SUBJECT, "SCR", 1, "VS", 1)


def temp(subject: str = SUBJECT) -> ItemKey:
    return item_key(VITALS._replace(subject=subject), "VS", 1, "TEMP_VSORRES")


def monitor(hands: Hands) -> Actor:
    return identify(hands.frame.context.work, "cra", PASSWORDS["cra"])


def ask(hands: Hands, *texts: str, key: ItemKey | None = None) -> list[int]:
    """The monitor's questions, asked at another time."""
    work = hands.frame.context.work
    actor = monitor(hands)
    return [open_query(work, NewQuery(key or temp(), text), actor=actor)[1] for text in texts]


def state(hands: Hands, number: int) -> str:
    found = read_query(hands.frame.context.work.database, number)
    assert found is not None
    return found.state


def settle(page: QueriesPage) -> None:
    """The list follows the filter line after a moment; not waited for here."""
    if page._typing.isActive():
        page._typing.stop()
        page._filter()
    QApplication.processEvents()


def texts(page: QueriesPage) -> list[str]:
    records = (page.model.record(row) for row in range(page.model.rowCount()))
    return [one.text.en for one in records if one is not None]


def listed(hands: Hands) -> QueriesPage:
    hands.frame.go("queries")
    return hands.frame.queries


@pytest.fixture
def coordinator(hands: Hands) -> Hands:
    hands.log_in("crc")
    work = hands.frame.context.work
    for subject in (SUBJECT, "01-002"):
        outcome = enter_items(work, [ItemEntry(temp(subject), "37.2")])
        assert outcome.stored, outcome
    return hands


def change_to(hands: Hands, login: str) -> MainWindow:
    hands.gate.lock()
    hands.unlock(login)
    hands.gate.top.activateWindow()
    QApplication.processEvents()
    return hands.frame


def test_a_monitor_asks_beside_the_form_and_the_coordinator_answers_in_the_list(coordinator: Hands) -> None:
    frame = change_to(coordinator, "cra")
    frame.open_form(VITALS)
    frame.casebook.pane.view.focus_item(temp())
    coordinator.key(Qt.Key.Key_F2)
    assert coordinator.focus == "inspector/ask/text"
    coordinator.type("Please check against the chart.")
    coordinator.control(Qt.Key.Key_Return)
    here = frame.casebook.inspector.queries
    assert here.view.shown is not None
    record = here.view.shown.record
    assert (record.state, record.key, record.text.en) == ("open", temp(), "Please check against the chart.")
    assert frame.casebook.pane.model.record is not None
    assert next(one for one in frame.casebook.pane.model.record.items() if one.key == temp()).query == "open"
    frame = change_to(coordinator, "crc")
    assert next(one for one in frame.rail.items if one.place.name == "queries").count == 1
    coordinator.control(Qt.Key.Key_5)
    assert coordinator.focus == "queries/table"
    coordinator.key(Qt.Key.Key_R)
    assert coordinator.focus == "queries/thread/answer"
    coordinator.key(Qt.Key.Key_2)
    assert frame.queries.thread_view.box.text() == "Correct, stands"
    coordinator.control(Qt.Key.Key_Return)
    assert state(coordinator, record.number) == "answered"
    assert [one.text for one in read_messages(frame.context.work.database, record.number)][-1] == "Correct, stands"
    frame = change_to(coordinator, "cra")
    page = listed(coordinator)
    page.answer()
    coordinator.control(Qt.Key.Key_Return)
    assert state(coordinator, record.number) == "closed"


def test_the_whole_visit_its_form_and_a_row_are_asked_about_by_key(coordinator: Hands) -> None:
    frame = change_to(coordinator, "cra")
    frame.open_form(VITALS)
    found = []
    for level in range(4):
        frame.casebook.pane.view.focus_item(temp())
        coordinator.key(Qt.Key.Key_F2)
        panel = frame.casebook.inspector.queries.panel
        panel.levels.choose(level)
        found.append(panel.level)
        panel.box.setPlainText(f"about the {panel.level}")
        panel.send()
        shown = frame.casebook.inspector.queries.view.shown
        assert shown is not None
        assert shown.record.level == panel.level
    assert found == ["item", "row", "form", "visit"]
    assert frame.casebook.tree_model.rowCount() > 0
    assert len(frame.casebook.inspector.queries.threads) == 4


def test_nothing_is_asked_without_words_and_escape_goes_back_to_the_item(coordinator: Hands) -> None:
    frame = change_to(coordinator, "cra")
    frame.open_form(VITALS)
    frame.casebook.pane.view.focus_item(temp())
    item = coordinator.focus
    coordinator.key(Qt.Key.Key_F2)
    coordinator.control(Qt.Key.Key_Return)
    panel = frame.casebook.inspector.queries.panel
    assert panel.message.isVisible()
    assert coordinator.focus == "inspector/ask/text"
    coordinator.key(Qt.Key.Key_Escape)
    assert coordinator.focus == item


def test_a_coordinator_cannot_ask(coordinator: Hands) -> None:
    frame = coordinator.frame
    frame.open_form(VITALS)
    assert not frame.context.actions.run("casebook.ask")
    frame.casebook.show_inspector(3)
    assert frame.casebook.inspector.queries.ask.isHidden()


def test_the_answer_is_given_beside_the_item_and_ctrl_enter_does_not_complete_the_form(coordinator: Hands) -> None:
    number, = ask(coordinator, "why?")
    frame = coordinator.frame
    frame.open_query(number)
    assert coordinator.focus == "inspector/query/answer"
    coordinator.key(Qt.Key.Key_Escape)
    assert coordinator.focus.endswith("TEMP_VSORRES")
    coordinator.key(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert coordinator.focus == "inspector/query/answer"
    coordinator.type("read again")
    coordinator.control(Qt.Key.Key_Return)
    assert state(coordinator, number) == "answered"
    assert not frame.casebook.pane.model.is_complete
    assert not frame.casebook.pane.points.isVisible()


def test_next_goes_from_form_to_form_along_the_list(coordinator: Hands) -> None:
    first, = ask(coordinator, "one")
    second, = ask(coordinator, "two", key=temp("01-002"))
    third, = ask(coordinator, "three", key=visit_key(SUBJECT, "SCR", 1))
    frame = coordinator.frame
    listed(coordinator)
    frame.open_query(third)
    shown = []
    for _ in range(2):
        coordinator.key(Qt.Key.Key_F3)
        thread = frame.casebook.inspector.queries.view.shown
        assert thread is not None
        shown.append((thread.record.number, frame.casebook.form))
    assert shown == [(second, VITALS._replace(subject="01-002")), (first, VITALS)]
    coordinator.key(Qt.Key.Key_F3)
    assert frame.place == "queries"


def test_after_an_answer_the_next_query_is_ready(coordinator: Hands) -> None:
    numbers = ask(coordinator, "one", "two", "three")
    page = listed(coordinator)
    page.bar.show_view("open")
    page.read()
    page.table.choose(0)
    coordinator.key(Qt.Key.Key_R)
    for left in (2, 1, 0):
        coordinator.type("so it is")
        coordinator.control(Qt.Key.Key_Return)
        assert page.model.rowCount() == left
        assert coordinator.focus == ("queries/thread/answer" if left else coordinator.focus)
    assert {state(coordinator, one) for one in numbers} == {"answered"}
    assert page.empty.isVisible()


def test_a_half_typed_answer_waits_while_another_query_is_looked_at(coordinator: Hands) -> None:
    ask(coordinator, "one", "two")
    page = listed(coordinator)
    page.table.choose(0)
    page.answer()
    coordinator.type("half of it")
    page.table.choose(1)
    assert page.thread_view.box.text() == ""
    page.table.choose(0)
    assert page.thread_view.box.text() == "half of it"


def test_passing_on_and_hurrying_keep_what_is_typed_and_the_query_at_hand(coordinator: Hands) -> None:
    number, _ = ask(coordinator, "one", "two")
    page = listed(coordinator)
    page.show_query(number)
    page.thread_view.urgent.click()
    page.answer()
    coordinator.type("asking the ward")
    page.thread_view.urgent.click()
    assert page.thread_view.box.text() == "asking the ward"
    page.thread_view.acts[Act.COMMENT].click()
    page.thread_view.acts[Act.ASSIGN].click()
    assert page.thread_view.shown is not None
    record = page.thread_view.shown.record
    assert (record.number, record.state, record.assigned, record.priority) == (number, "open", "investigator", "normal")
    assert [one.act for one in read_messages(coordinator.frame.context.work.database, number)] == ["open", "assign", "assign", "comment", "assign"]


def test_the_filter_line_and_its_chips_say_the_same(coordinator: Hands) -> None:
    ask(coordinator, "unit of the reading?", "fever?")
    ask(coordinator, "why late?", key=visit_key("01-002", "SCR", 1))
    page = listed(coordinator)
    assert page.model.rowCount() == 3
    coordinator.control(Qt.Key.Key_F)
    coordinator.type("subject:002")
    settle(page)
    assert texts(page) == ["why late?"]
    page.bar.line.setText("fever")
    page.bar.chips["people"].click()
    settle(page)
    assert (page.bar.line.text(), page.model.rowCount()) == ("fever people", 1)
    coordinator.frame.context.language_hub.set_language("zh")
    assert page.bar.line.text() == "fever 人工"
    settle(page)
    assert page.model.rowCount() == 1
    page.bar.chips["people"].click()
    page.bar.chips["system"].click()
    settle(page)
    assert page.model.rowCount() == 0
    assert page.empty.isVisible()
    page.empty.act_requested.emit()
    settle(page)
    assert page.model.rowCount() == 3
    page.bar.line.setText("form:nowhere")
    settle(page)
    assert "form:nowhere" in page.bar.unknown.text()


def test_answered_ones_are_closed_together_after_asking(coordinator: Hands) -> None:
    numbers = ask(coordinator, "one", "two", "three")
    page = listed(coordinator)
    for number in numbers[:2]:
        page.show_query(number)
        page.thread_view.box.setPlainText("so it is")
        page.thread_view.send()
    change_to(coordinator, "cra")
    page = listed(coordinator)
    coordinator.ask.answers = {"close_queries": [False, True]}
    page.close_listed()
    assert [state(coordinator, one) for one in numbers] == ["answered", "answered", "open"]
    page.close_listed()
    assert [state(coordinator, one) for one in numbers] == ["closed", "closed", "open"]
    asked = [one for one in coordinator.ask.asked if isinstance(one, Question)]
    assert "2" in asked[-1].title
    page.close_listed()
    assert len(coordinator.ask.asked) == len(asked), "with nothing to close nobody is asked"


def test_the_list_becomes_a_file_and_the_window_says_so(coordinator: Hands, tmp_path: Path) -> None:
    ask(coordinator, "one", "two")
    page = listed(coordinator)
    for kind in ("csv", "pdf"):
        target = tmp_path / f"q.{kind}"
        coordinator.ask.answers = {f"queries_{kind}": [str(target)]}
        getattr(page.export, kind)()
        while page.export._job is not None:
            QApplication.processEvents()
        assert target.exists()
        assert str(target) in coordinator.frame.strip.words.text()
    rows = list(csv.reader((tmp_path / "q.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 3


def test_the_model_keeps_the_rules_of_qt(coordinator: Hands) -> None:
    page = listed(coordinator)
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ask(coordinator, *(f"question {number}" for number in range(70)))
    page.read()
    assert tester.model() is page.model
    assert page.model.rowCount() == 70
    record = page.model.record(69)
    assert record is not None
    assert record.text.en == "question 0"
    spoken = page.model.data(page.model.index(0, 0), int(Qt.ItemDataRole.AccessibleTextRole))
    assert "question 69" in str(spoken)
    page.bar.line.setText('"question 5"')
    settle(page)
    assert page.model.rowCount() == 11


def test_a_refusal_is_said_in_the_thread(coordinator: Hands) -> None:
    number, = ask(coordinator, "one")
    page = listed(coordinator)
    page.thread_view.box.setPlainText("")
    page.thread_view.send()
    assert page.thread_view.message.isVisible()
    assert state(coordinator, number) == "open"


def test_today_opens_the_query_where_it_stands(coordinator: Hands) -> None:
    number, = ask(coordinator, "one")
    frame = coordinator.frame
    frame.today.read()
    frame.go("today")
    row = next(at for at in range(frame.today.list.tasks.rowCount()) if getattr(frame.today.list.tasks.row(at), "query", 0) == number)
    frame.today.list.choose(row)
    coordinator.key(Qt.Key.Key_Return)
    assert (frame.place, frame.casebook.form) == ("casebook", VITALS)
    assert coordinator.focus == "inspector/query/answer"


def test_an_administrator_has_no_list(hands: Hands) -> None:
    hands.log_in("admin")
    assert "queries" not in hands.frame.pages
    assert hands.frame.context.work.user.role is Role.ADMINISTRATOR
