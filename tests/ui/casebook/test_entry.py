"""Entering values: stored when left, refused in place, asked why, held back by STOP checks, failures said at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crf_app.clinical.record import Visibility
from crf_app.errors import ExpectedError
from crf_app.services import entry
from crf_app.services.forms import complete_form
from crf_app.ui.casebook import form_model
from tests.ui.casebook.conftest import PI_PASSWORD, Desk

CONTROL = Qt.KeyboardModifier.ControlModifier


def _error(desk: Desk, item: str) -> str:
    row = desk.page.pane.view.row_of(desk.key("SCR", "VS", item))
    assert row is not None
    return row.cells[0].field.error


def _text(desk: Desk, item: str) -> str:
    row = desk.page.pane.view.row_of(desk.key("SCR", "VS", item))
    assert row is not None
    return row.cells[0].field.text()


def _asked(desk: Desk) -> str:
    question = desk.page.pane.sign.question
    return question.name if question is not None else ""


def _consent_complete(desk: Desk) -> None:
    """A form that was complete once: changes need a reason."""
    for item, text in {"RFICTIM": "08:40", "ICFVER": "2.0", "ICFVDAT": "2025-07-01", "ICFCOPY": "Y", "ICFINV": "演示研究人员"}.items():
        desk.enter("SCR", "ICF", item, text)
    assert complete_form(desk.work, desk.key("SCR", "ICF", "RFICTIM").form_key).completed
    desk.page.close_subject()
    desk.open("SCR", "ICF")


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
    assert "abc" in _error(desk, "HEIGHT_VSORRES")
    assert _text(desk, "HEIGHT_VSORRES") == "abc"
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == ""


def test_a_derived_value_follows_at_once(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.put("HEIGHT_VSORRES", "170")
    desk.put("WEIGHT_VSORRES", "65")
    record = desk.page.pane.model.record
    assert record is not None
    assert next(one.value.text for one in record.items() if one.item.oid == "BMI") == "22.5"


def test_items_whose_condition_is_not_answered_yet_are_not_displayed(desk: Desk) -> None:
    desk.open("SCR", "DM")
    record = desk.page.pane.model.record
    assert record is not None
    assert all(one.visibility is not Visibility.UNKNOWN for one in record.items() if one.value.is_blank)


def test_a_full_disk_is_said_at_once_the_text_stays_and_a_second_try_stores(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open("SCR", "VS")
    real = entry.enter_items

    def full(*_args: object, **_kwargs: object) -> object:
        raise ExpectedError("disk_full", place="data.db")

    monkeypatch.setattr(form_model, "enter_items", full)
    desk.put("HEIGHT_VSORRES", "171")
    pane = desk.page.pane
    assert pane.message.isVisible()
    assert "data.db" in pane.message.words.text()
    assert _text(desk, "HEIGHT_VSORRES") == "171"
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == ""
    monkeypatch.setattr(form_model, "enter_items", real)
    pane.message.buttons[0].setFocus()
    desk.press(Qt.Key.Key_Space)
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == "171"
    assert not pane.message.isVisible()


def test_a_change_after_complete_asks_why_in_place(desk: Desk) -> None:
    _consent_complete(desk)
    desk.put("ICFVER", "2.1")
    assert desk.value("SCR", "ICF", "ICFVER") == "2.0"
    QTest.keyClicks(desk.focused(), "1")
    desk.press(Qt.Key.Key_Return)
    assert desk.value("SCR", "ICF", "ICFVER") == "2.1"
    desk.go("ICFVER")
    desk.page.inspector.tabs.choose(0)
    said = desk.page.inspector.history.accessibleName()
    assert "2.0 → 2.1" in said
    assert "Transcription error" in said


def test_declining_the_reason_keeps_the_stored_value(desk: Desk) -> None:
    _consent_complete(desk)
    desk.put("ICFVER", "2.1")
    desk.press(Qt.Key.Key_Escape)
    row = desk.page.pane.view.row_of(desk.key("SCR", "ICF", "ICFVER"))
    assert row is not None
    assert row.cells[0].field.text() == "2.0"
    assert desk.value("SCR", "ICF", "ICFVER") == "2.0"


def test_the_same_reason_holds_for_the_form_until_it_is_left(desk: Desk) -> None:
    _consent_complete(desk)
    desk.put("ICFVER", "2.1")
    QTest.keyClicks(desk.focused(), "2")
    desk.press(Qt.Key.Key_Tab)
    desk.press(Qt.Key.Key_Tab)
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Return)
    desk.put("RFICTIM", "08:45")
    assert desk.value("SCR", "ICF", "RFICTIM") == "08:45"


def test_a_stop_waits_for_the_investigator_in_place(desk: Desk) -> None:
    desk.enter("D0", "INJ", "PRODLOT", "DEMO-1")
    desk.open("D0", "INJ")
    desk.go("EXPERF")
    QTest.keyClicks(desk.focused(), "y")
    desk.press(Qt.Key.Key_Return)
    QTest.qWait(1)
    sign = desk.page.pane.sign
    assert _asked(desk) == "stop"
    assert desk.value("D0", "INJ", "EXPERF") == ""
    for text in ("研究者权衡后决定注射", "pi", "a wrong password 1"):
        desk.type(text)
        desk.press(Qt.Key.Key_Return)
    assert sign.error.text()
    assert desk.value("D0", "INJ", "EXPERF") == ""
    desk.type(PI_PASSWORD)
    desk.press(Qt.Key.Key_Return)
    assert _asked(desk) == ""
    assert desk.value("D0", "INJ", "EXPERF") == "Y"
    assert desk.work.user.login == "crc"


def test_declining_a_stop_stores_nothing_and_shows_the_stored_value(desk: Desk) -> None:
    desk.enter("D0", "INJ", "PRODLOT", "DEMO-1")
    desk.open("D0", "INJ")
    desk.go("EXPERF")
    QTest.keyClicks(desk.focused(), "y")
    desk.press(Qt.Key.Key_Return)
    QTest.qWait(1)
    desk.press(Qt.Key.Key_Escape)
    row = desk.page.pane.view.row_of(desk.key("D0", "INJ", "EXPERF"))
    assert row is not None
    assert row.cells[0].field.text() == ""
    assert desk.value("D0", "INJ", "EXPERF") == ""
