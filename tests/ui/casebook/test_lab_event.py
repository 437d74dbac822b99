"""A laboratory panel: the proposed grade in its column, and F8 from a result to its adverse event."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crf_app.clinical.keys import ItemKey
from crf_app.ui.form.lab_grid import LabRow
from tests.ui.casebook.conftest import Desk


def _panel(desk: Desk) -> None:
    for form, item, text in (
        ("DM", "SEX", "M"), ("DM", "BRTHDAT", "1970-05-01"), ("LBCHEM", "LBPERF", "Y"), ("LBCHEM", "LBDAT", "2026-01-20"), ("LBCHEM", "ALT_LBORRES", "280"), ("LBCHEM", "AST_LBORRES", "30"),
        ("LBCHEM", "URATE_LBORRES", "500"),
    ):  # fmt: skip
        desk.enter("SCR", form, item, text)
    desk.open("SCR", "LBCHEM")


def _row(desk: Desk, item: str) -> LabRow:
    row = desk.page.pane.view.row_of(desk.key("SCR", "LBCHEM", item))
    assert isinstance(row, LabRow)
    return row


def _press_f8(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F8)
    QApplication.processEvents()


def _ae(desk: Desk, item: str) -> str:
    form = desk.work.study.forms["AE"].index[item]
    return desk.work.casebook(desk.subject).value(ItemKey(desk.subject, "LOG", 1, "AE", 1, form.group, 1, item)).text


def test_the_grid_shows_the_proposed_grade_of_each_graded_result(desk: Desk) -> None:
    _panel(desk)
    assert [_row(desk, f"{test}_LBORRES").grade_text() for test in ("ALT", "AST", "URATE")] == ["G3", "", ""]


def test_f8_shows_a_proposal_and_enter_adds_the_row(desk: Desk) -> None:
    _panel(desk)
    desk.go("ALT_LBORRES")
    head = desk.work.database.head
    assert "casebook.event" in {one.id for one in desk.page.context.actions.offered()}
    _press_f8(desk)
    panel = desk.page.pane.events
    assert panel.isVisible()
    assert [field.text() for field in panel.fields.values()] == ["Alanine aminotransferase increased", "2026-01-20", "3"]
    assert "5.6" in panel.words.text()
    assert desk.work.database.head == head, "nothing is written yet"
    desk.press(Qt.Key.Key_Return)
    assert [_ae(desk, item) for item in ("AETERM", "AESTDAT", "AETOXGR", "AESRC")] == [
        "Alanine aminotransferase increased", "2026-01-20", "3", "SCR/LBCHEM/LB#1/ALT_LBORRES",
    ]  # fmt: skip
    assert desk.page.form is not None
    assert desk.page.form.form == "AE"
    assert not panel.isVisible()


def test_escape_leaves_everything_as_it_was(desk: Desk) -> None:
    _panel(desk)
    desk.go("ALT_LBORRES")
    head = desk.work.database.head
    _press_f8(desk)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.page.pane.events.isVisible()
    assert desk.work.database.head == head
    assert desk.page.form is not None
    assert desk.page.form.form == "LBCHEM"


def test_a_wrong_date_is_said_at_its_field(desk: Desk) -> None:
    _panel(desk)
    desk.go("ALT_LBORRES")
    _press_f8(desk)
    panel = desk.page.pane.events
    panel.fields["AESTDAT"].setText("soon")
    panel.take()
    assert "soon" in panel.error.text()
    assert panel.fields["AESTDAT"].hasFocus()
    assert _ae(desk, "AETERM") == ""


def test_a_normal_result_says_that_there_is_nothing_to_start(desk: Desk) -> None:
    _panel(desk)
    desk.go("AST_LBORRES")
    _press_f8(desk)
    assert not desk.page.pane.events.isVisible()
    assert desk.page.pane.message.isVisible()
