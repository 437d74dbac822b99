"""Room: forms as tall as they are, words that are not cut, columns that do not run into each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from crf_app.clinical.record import FormRecord, GroupRecord, RowRecord
from crf_app.study.definition import Code, ItemType
from crf_app.study.texts import EMPTY, Text
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.form.form_view import FormView
from crf_app.ui.form.lab_grid import LabRow
from crf_app.ui.form.row_grid import RowGrid
from crf_app.ui.form.row_model import RowModel
from tests.ui.form.builders import FORM, column, form_record, group_def, item, record, tools

SIGNIFICANCE = (Code("NCS", Text("Not clinically significant", "无临床意义")), Code("CS", Text("Clinically significant", "有临床意义")))


def _settle() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QApplication.processEvents()


def _named(record_of: FormRecord, oid: str) -> FormRecord:
    return replace(record_of, form=replace(record_of.form, oid=oid), key=record_of.key._replace(form=oid))


def test_a_short_form_after_a_long_one_has_nothing_to_scroll(look: Look) -> None:
    view = FormView(look, tools())
    view.resize(800, 400)
    view.show()
    long = column(tuple(record(item(f"I{number}", ItemType.INT, f"Item {number}")) for number in range(30)))
    view.show_record(_named(form_record(long), "LONG"), "en", False)
    _settle()
    assert view.verticalScrollBar().maximum() > 0
    view.show_record(_named(form_record(column((record(item("ONE", ItemType.INT, "One")),))), "SHORT"), "en", False)
    _settle()
    assert view.verticalScrollBar().maximum() == 0
    view.close()


@pytest.mark.parametrize("words", ["A sentence that needs two lines beside its button, in whichever language."])
def test_a_message_is_as_tall_as_its_words_need_beside_a_button_that_came_with_them(look: Look, words: str) -> None:
    message = InlineMessage(look)
    message.resize(420, 40)
    message.show()
    message.say("info", "short")
    _settle()
    message.say("warn", words, (Act("confirm", "Confirm 260 U/L (F7)"),))
    layout = message.layout()
    assert layout is not None
    at_once = layout.totalHeightForWidth(420)
    _settle()
    assert at_once == layout.totalHeightForWidth(420) > 40
    message.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [816, 976])
def test_the_columns_of_a_result_keep_apart(look: Look, lang: str, width: int) -> None:
    look.languages.set_language(lang)
    result = item("BILI_LBORRES", ItemType.DEC, "Bilirubin, total", "总胆红素", unit="umol/L", units=("umol/L", "mg/dL"), operator=True)
    judged = item("BILI_LBCLSIG", ItemType.SINGLE, "Significance", "临床意义", codes=SIGNIFICANCE)
    row = LabRow(look, tools(), (result, judged))
    row.resize(width, 40)
    row.show()
    row.show_analyte({one.oid: record(one, text) for one, text in ((result, "30"), (judged, "NCS"))}, lang, bilingual=False)
    row.arrange()
    columns = row.columns()
    assert row.cells[0].field.control_width() <= columns["result"].width()
    assert row.cells[1].field.control_width() <= columns["significance"].width()
    places = sorted(columns.values(), key=lambda one: one.left())
    assert row.label.geometry().left() + 184 <= columns["result"].left()
    assert all(one.right() < other.left() for one, other in pairwise(places))
    row.close()


def test_the_column_that_takes_what_is_left_has_room_to_read(look: Look) -> None:
    name = item("CMTRT", ItemType.TEXT, "Drug")
    others = tuple(item(f"C{number}", ItemType.SINGLE, f"Choice {number}", codes=SIGNIFICANCE) for number in range(4))
    log = group_def("CM", (name, *others), repeating="log", layout="log")
    model = RowModel(look, tools(), log)
    model.show_rows(FORM, GroupRecord(log, (RowRecord(1, EMPTY, (record(name, "metformin"),)),)), "en")
    grid = RowGrid(look, tools(), model)
    grid.resize(700, 200)
    grid.show()
    _settle()
    assert grid.columnWidth(0) >= 120
    grid.resize(1100, 200)
    _settle()
    assert grid.columnWidth(1) == 150
    grid.close()
