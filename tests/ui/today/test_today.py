"""Today by keys: the worklist, the new subject."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from crf_app.ui.today.task_model import GroupHead
from tests.ui.shell_support import Hands


def test_the_worklist_keeps_the_rules_of_item_models_and_heads_cannot_be_chosen(hands: Hands) -> None:
    hands.log_in("crc")
    model = hands.frame.today.list.tasks
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    heads = [row for row in range(model.rowCount()) if isinstance(model.row(row), GroupHead)]
    assert heads
    assert not any(model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsSelectable for row in heads)


def test_enter_opens_the_exact_form(hands: Hands) -> None:
    hands.log_in("crc")
    task = hands.frame.today.list.current()
    assert task is not None
    assert task.form is not None
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "casebook"
    record = hands.frame.casebook.record
    assert record is not None
    assert record.subject == task.subject


def test_arrows_walk_the_tasks_past_the_heads(hands: Hands) -> None:
    hands.log_in("crc")
    seen = []
    for _ in range(6):
        seen.append(hands.frame.today.list.current())
        hands.key(Qt.Key.Key_Down)
    assert all(task is not None for task in seen)
    assert len({task.subject for task in seen if task is not None}) == 2


def test_a_new_subject_shows_its_number_first_and_asks_the_consent_date_in_place(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_N)
    panel = hands.frame.new_subject
    assert panel.number.value.text() == "01-003"
    assert hands.focus == "new_subject/consent_date"
    hands.type("2026-03-18")
    hands.key(Qt.Key.Key_Return)
    assert "future" in panel.date.error.words.text()
    hands.control(Qt.Key.Key_A)
    hands.type("t")
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "casebook"
    record = hands.frame.casebook.record
    assert record is not None
    assert record.subject == "01-003"


def test_escape_declines_a_new_subject_and_stores_nothing(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_N)
    hands.type("t")
    hands.key(Qt.Key.Key_Escape)
    assert not hands.frame.new_subject.isVisible()
    assert hands.focus == "today/list"
    hands.control(Qt.Key.Key_2)
    assert hands.frame.subjects.model.rowCount() == 2


def test_a_monitor_cannot_make_subjects(hands: Hands) -> None:
    hands.log_in("cra")
    assert not hands.frame.today.new.isVisible()
    hands.control(Qt.Key.Key_N)
    assert not hands.frame.new_subject.isVisible()
