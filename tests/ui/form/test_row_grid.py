"""Tables: the row that is coming, the room of row names, and the value just left."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crf_app.clinical.record import GroupRecord, RowRecord, Visibility
from crf_app.study.definition import Code, ItemType, Severity
from crf_app.study.texts import Text
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.choice import segments_of
from crf_app.ui.form.form_view import FormView
from crf_app.ui.form.row_grid import RowGrid
from crf_app.ui.form.row_model import RowModel
from tests.ui.form.builders import FORM, YES_NO, column, finding, form_record, group_def, item, record, tools

NO = item("NO", ItemType.INT, "Number")
SER = item("SER", ItemType.SINGLE, "Serious", codes=YES_NO)
DTH = item("DTH", ItemType.SINGLE, "Death", codes=YES_NO, show='SER = "Y"')
LOG = group_def("AE", (NO, SER, DTH), repeating="log", layout="log", row_number="NO")


def model_of(look: Look) -> RowModel:
    model = RowModel(look, tools(), LOG)
    model.show_rows(FORM, GroupRecord(LOG, ()), "en")
    return model


def test_coming_row_knows_its_number_and_hides_what_hangs_on_other_answers(look: Look) -> None:
    model = model_of(look)
    number, serious, death = (model.record_at(0, at) for at in range(3))
    assert (number.value.text, number.editable) == ("1", False)
    assert (serious.visibility, serious.editable) == (Visibility.SHOWN, True)
    assert death.visibility is Visibility.HIDDEN
    assert not model.flags(model.index(0, 2)) & Qt.ItemFlag.ItemIsEditable


def test_typing_on_the_number_opens_the_first_cell_that_takes_it(look: Look) -> None:
    grid = RowGrid(look, tools(), model_of(look))
    grid.show()
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Y)
    assert grid.currentIndex().column() == 1
    grid.close()


def test_row_names_have_their_room(look: Look) -> None:
    fixed = group_def("US", (SER,), repeating="fixed", layout="table")
    name = "right superficial femoral artery"
    row = RowRecord(1, Text(name, name), (record(replace(SER, group="US")),))
    model = RowModel(look, tools(), fixed)
    model.show_rows(FORM, GroupRecord(fixed, (row,)), "en")
    grid = RowGrid(look, tools(), model)
    grid.fit_names(400)
    heads = grid.verticalHeader()
    assert heads.width() >= QFontMetrics(heads.font()).horizontalAdvance(name)
    grid.fit_names(60)
    assert heads.width() == 60


def test_f7_confirms_the_value_just_left(look: Look) -> None:
    systolic, other = (item(oid, ItemType.INT, oid) for oid in ("SYS", "DIA"))
    high = record(systolic, "240")
    high = replace(high, findings=(finding(high, Severity.SOFT, "unusual"),))
    view = FormView(look, tools())
    view.show_record(form_record(column((high, record(other)))), "en", False)
    view.show()
    view.activateWindow()
    QApplication.processEvents()
    confirmed: list[object] = []
    view.confirm_requested.connect(lambda found, _remark: confirmed.append(found))
    view.focus_item(high.key)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F7):
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)
        QApplication.processEvents()
    here = view.current_key()
    assert here is not None
    assert here.item == "DIA"
    assert confirmed == [high.findings[0]]
    view.close()


def test_place_chooses_where_no_key_is_a_figure() -> None:
    codes = (Code("M", Text("Male", "男"), key="M"), Code("F", Text("Female", "女"), key="F"))
    sexes = segments_of(item("SEX", ItemType.SINGLE, "Sex", codes=codes), "zh")
    assert [("1" in one.typed, "2" in one.typed) for one in sexes] == [(True, False), (False, True)]
    assert all("1" not in one.typed for one in segments_of(SER, "en"))


def test_coming_row_does_not_ask_for_the_end_of_what_may_be_going_on(look: Look) -> None:
    ongoing = item("ONGO", ItemType.SINGLE, "Ongoing", codes=YES_NO)
    end = item("END", ItemType.PDATE, "End", required='ONGO = "N"', ongoing_item="ONGO")
    log = group_def("AE", (ongoing, end), repeating="log", layout="log")
    model = RowModel(look, tools(), log)
    model.show_rows(FORM, GroupRecord(log, ()), "en")
    assert [model.record_at(0, at).visibility for at in range(2)] == [Visibility.SHOWN, Visibility.HIDDEN]
