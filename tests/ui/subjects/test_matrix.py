"""The matrix of subjects: its model, its keys, its filters."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from crf_app.services.matrix import read_matrix, subject_row
from crf_app.ui.behind import OpenSession
from tests.ui.seen import painted
from tests.ui.shell_support import Hands


def _open(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_2)


def test_the_model_keeps_the_rules_of_item_models(hands: Hands) -> None:
    _open(hands)
    model = hands.frame.subjects.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.rowCount() == 2
    model.set_filter("002", "", queries=False)
    assert [model.number(row) for row in range(model.rowCount())] == ["01-002"]
    model.set_filter("", "completed", queries=False)
    assert model.rowCount() == 0


def test_a_cell_says_subject_visit_and_state_aloud(hands: Hands) -> None:
    _open(hands)
    model = hands.frame.subjects.model
    column = next(at for at in range(model.columnCount()) if model.headerData(at, Qt.Orientation.Horizontal) == "SCR")
    assert model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole).startswith("01-001, Screening: Started")


def test_arrows_move_and_enter_opens_the_visit(hands: Hands) -> None:
    _open(hands)
    assert hands.focus == "subjects/matrix"
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Right)
    view = hands.frame.subjects.view
    assert (view.row, view.column) == (1, 1)
    assert "01-002" in view.accessibleDescription()
    hands.key(Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "casebook"
    record = hands.frame.casebook.record
    assert record is not None
    assert record.subject == "01-002"


def test_typing_filters_and_escape_brings_all_back(hands: Hands) -> None:
    _open(hands)
    hands.type("2")
    hands.type("x")
    assert hands.focus == "subjects/filter"
    assert hands.frame.subjects.model.rowCount() == 0
    hands.key(Qt.Key.Key_Escape)
    assert hands.frame.subjects.model.rowCount() == 2
    hands.type("002")
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "casebook"


def test_a_visit_not_begun_is_judged_by_anchor_and_window(hands: Hands) -> None:
    hands.log_in("crc")
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    work = session.work
    matrix = read_matrix(work)
    first = matrix.subjects[0]
    anchor = work.clock.today() - timedelta(days=28)
    treated = type(first)(first.number, first.ordinal, "follow_up", "", {"anchor": anchor.isoformat(), "visits": {}})
    glyphs = dict(zip((one.oid for one in matrix.columns), subject_row(work, matrix, treated).cells, strict=True))
    assert glyphs["W3"].glyph == "overdue"
    assert glyphs["W4"].glyph == "due"
    assert glyphs["W5"].glyph == "not_due"
    assert glyphs["W24"].glyph == "not_applicable"
    assert glyphs["HC"].glyph == "not_applicable"
    assert glyphs["W4"].earliest == (anchor + timedelta(days=26)).isoformat()


def test_a_row_at_a_glance_becomes_whole_when_nothing_moves(hands: Hands) -> None:
    _open(hands)
    model = hands.frame.subjects.model
    assert model.subject(0).whole
    QApplication.processEvents()
    assert hands.frame.subjects.view.grab().width() > 0


def test_a_filter_that_nobody_fits_says_so(hands: Hands) -> None:
    hands.log_in("crc")
    hands.frame.go("subjects")
    hands.frame.subjects.filter.setText("nobody")
    assert hands.gate.look.tr("ui_shell.subjects.none") in painted(hands.frame.subjects)
    assert hands.frame.subjects.view.accessibleDescription() == hands.gate.look.tr("ui_shell.subjects.none")
