"""Completing a form: open points listed, confirmed there, queries, the next form due; deleting and reopening with a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crf_app.services.forms import open_points
from tests.ui.casebook.conftest import Desk

CONTROL = Qt.KeyboardModifier.ControlModifier


def _vital_signs(desk: Desk, temperature: str, systolic: str = "128") -> None:
    values = {
        "VSDAT": "2026-01-21", "HEIGHT_VSORRES": "170", "WEIGHT_VSORRES": "65", "VSTIM": "09:10", "TEMP_VSORRES": temperature,
        "SYSBP_VSORRES": systolic, "DIABP_VSORRES": "78", "PULSE_VSORRES": "70", "RESP_VSORRES": "16",
    }  # fmt: skip
    for item, text in values.items():
        desk.enter("SCR", "VS", item, text)
    desk.open("SCR", "VS")
    desk.page.read()


def _status(desk: Desk) -> str:
    return desk.work.casebook(desk.subject).form_meta[desk.key("SCR", "VS", "VSDAT").form_key].status


def test_a_clean_form_completes_and_the_next_one_opens(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "complete"
    assert desk.page.form is not None
    assert desk.page.form.form == "PE"


def test_an_unusual_value_is_listed_and_confirmed_there(desk: Desk) -> None:
    _vital_signs(desk, "40.2")
    desk.press(Qt.Key.Key_Return, CONTROL)
    points = desk.page.pane.points
    assert points.isVisible()
    assert _status(desk) == "in_progress"
    assert [one.key.item for one in points.model.findings] == ["TEMP_VSORRES"]
    desk.press(Qt.Key.Key_C)
    desk.type("measured twice")
    desk.press(Qt.Key.Key_Return)
    assert not points.isVisible()
    assert open_points(desk.work, desk.key("SCR", "VS", "VSDAT").form_key) == ()
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "complete"


def test_a_point_leads_to_its_item(desk: Desk) -> None:
    _vital_signs(desk, "40.2")
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.press(Qt.Key.Key_Return)
    assert desk.focused().objectName() == desk.key("SCR", "VS", "TEMP_VSORRES").address


def test_the_second_ctrl_enter_completes_with_queries(desk: Desk) -> None:
    _vital_signs(desk, "40.2")
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "complete"
    assert desk.page.header.queries.isVisible()
    node = desk.page.tree_model.node(desk.page.tree_model.find(desk.key("SCR", "VS", "VSDAT").form_key))
    assert node is not None
    assert node.queries == 1
    assert node.glyph == "complete"


def test_an_impossible_value_blocks(desk: Desk) -> None:
    _vital_signs(desk, "36.7", systolic="70")
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert desk.page.pane.points.blocked
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "in_progress"


def test_what_is_being_typed_is_stored_before_completing(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.go("RESP_VSORRES")
    desk.type("18")
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert desk.value("SCR", "VS", "RESP_VSORRES") == "18"
    assert _status(desk) == "complete"


def test_text_that_is_refused_keeps_the_form_open(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.go("RESP_VSORRES")
    desk.type("many")
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "in_progress"
    assert desk.page.form == desk.key("SCR", "VS", "VSDAT").form_key


def test_reopening_asks_why(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.open("SCR", "VS")
    desk.page.acts.reopen()
    QTest.qWait(1)
    desk.type("wrong visit")
    desk.press(Qt.Key.Key_Return)
    assert _status(desk) == "in_progress"


def test_a_row_is_deleted_with_a_reason_and_stays_in_the_table(desk: Desk) -> None:
    desk.enter("LOG", "MH", "MHYN", "Y")
    desk.enter("LOG", "MH", "MHTERM", "高血压", row=1)
    desk.enter("LOG", "MH", "MHTERM", "白内障", row=2)
    desk.open("LOG", "MH")
    desk.page.pane.model.delete(desk.key("LOG", "MH", "MHTERM", row=1), "entered twice")
    assert desk.work.casebook(desk.subject).rows(desk.key("LOG", "MH", "MHTERM").form_key, "MH") == (2,)
    record = desk.page.pane.model.record
    assert record is not None
    rows = next(group.rows for group in record.groups if group.group.oid == "MH")
    assert [(row.number, row.deleted, row.reason) for row in rows] == [(1, True, "entered twice"), (2, False, "")]


def test_refused_text_is_listed_and_forbids_complete_until_it_is_put_right(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.put("WEIGHT_VSORRES", "sixty")
    desk.go("VSTIM")
    desk.press(Qt.Key.Key_Return, CONTROL)
    points = desk.page.pane.points
    key = desk.key("SCR", "VS", "WEIGHT_VSORRES")
    assert [one.key for one in points.model.findings] == [key]
    assert points.model.findings[0].message.en == desk.page.pane.view.refused()[0][1]
    assert points.blocked
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "in_progress"
    desk.context.language_hub.set_language("zh")
    assert "不是数字" in points.model.findings[0].message.zh
    desk.press(Qt.Key.Key_Return)
    assert desk.focused().objectName() == key.address
    desk.type("65.5")
    desk.press(Qt.Key.Key_Return)
    assert not points.isVisible()
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert _status(desk) == "complete"


def test_text_refused_by_ctrl_enter_itself_is_listed_too(desk: Desk) -> None:
    _vital_signs(desk, "36.7")
    desk.go("WEIGHT_VSORRES")
    desk.type("sixty")
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert [one.key.item for one in desk.page.pane.points.model.findings] == ["WEIGHT_VSORRES"]
