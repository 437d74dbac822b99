"""Entering values: stored when left, refused in place, asked why, held back by STOP checks."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.casebook.conftest import Desk


def test_a_value_is_stored_when_the_item_is_left(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.put("HEIGHT_VSORRES", "170")
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == "170"


def test_full_width_digits_are_taken(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.put("TEMP_VSORRES", "３６。７")
    assert desk.value("SCR", "VS", "TEMP_VSORRES") == "36.7"


def test_text_that_is_no_value_is_refused_in_place_and_stays(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.go("HEIGHT_VSORRES")
    desk.type("abc")
    desk.press(Qt.Key.Key_Tab)
    row = desk.page.pane.view.row_of(desk.key("SCR", "VS", "HEIGHT_VSORRES"))
    assert row is not None
    assert "abc" in row.cells[0].field.error
    assert row.cells[0].field.text() == "abc"
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == ""
