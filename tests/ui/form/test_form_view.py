"""A form on screen: walking, asking, tables, laboratory grid."""

# long because: one form is walked here by all its keys, and its fixtures are shared by every step.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.clinical.values import Value
from crf_app.study.definition import Code, ItemType, Severity
from crf_app.study.texts import Text
from crf_app.ui.common.look import Look
from crf_app.ui.form.blocks import PasteRequest, RowAdd, read_block
from crf_app.ui.form.fields.base import Field, FieldEntry
from crf_app.ui.form.form_view import FormView
from crf_app.ui.form.lab_grid import LabGrid
from crf_app.ui.form.marks import marks_of
from crf_app.ui.form.pair_row import PairRow, common_label
from crf_app.ui.form.reason_strip import Reason
from crf_app.ui.form.row_model import RowModel
from crf_app.ui.form.table_view import TableGroup
from crf_app.ui.form.unit_text import unit_text
from tests.ui.form.builders import YES_NO, column, finding, form_record, group_def, item, record, tools

SYS = item("SYS", ItemType.INT, "Systolic", "收缩压", unit="mmHg")
DIA = item("DIA", ItemType.INT, "Diastolic", "舒张压", unit="mmHg")
MEAN = item("MEAN", ItemType.DEC, "Mean", "平均压", derive="x", unit="mmHg")
NOTE = item("NOTE", ItemType.TEXT, "Note", "备注", lines=1)


@pytest.fixture
def view(look: Look) -> Iterator[FormView]:
    made = FormView(look, tools())
    made.resize(880, 600)
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()


def show(view: FormView, form: FormRecord, lang: str = "en", bilingual: bool = False) -> None:
    view.show_record(form, lang, bilingual)
    view.show()
    view.activateWindow()
    QApplication.processEvents()


def pressure(*records: ItemRecord) -> FormRecord:
    return form_record(column(records))


def test_a_row_that_shows_its_record_already_is_left_alone(view: FormView, monkeypatch: pytest.MonkeyPatch) -> None:
    show(view, pressure(record(SYS, "120"), record(DIA, "80")))
    shown: list[str] = []
    display = Field.show_record
    def showing(self: Field, one: ItemRecord, lang: str) -> None:
        shown.append(self.item.oid)
        display(self, one, lang)

    monkeypatch.setattr(Field, "show_record", showing)
    show(view, pressure(record(SYS, "120"), record(DIA, "81")))
    assert shown == ["DIA"]
    show(view, pressure(record(SYS, "120"), record(DIA, "81")), lang="zh")
    assert shown == ["DIA", "SYS", "DIA"]


def test_letters_around_an_unchanged_value_give_way_to_what_is_stored(view: FormView) -> None:
    form = pressure(record(SYS, "120"), record(DIA, "80"))
    show(view, form)
    view.focus_item(record(SYS).key)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    line.setText("0120")
    view.focus_item(record(DIA).key)
    show(view, form)
    assert line.text() == "120"


def at(view: FormView) -> str:
    key = view.current_key()
    return key.item if key is not None else ""


def type_text(text: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, text)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifiers)
    QApplication.processEvents()


def test_tab_passes_over_calculated_locked_and_hidden_items(view: FormView) -> None:
    locked = record(replace(SYS, oid="LOCK"), "1", editable=False)
    hidden = record(replace(SYS, oid="HID"), visibility=Visibility.HIDDEN)
    show(view, pressure(record(SYS), record(MEAN), locked, hidden, record(DIA)))
    view.focus_first()
    assert at(view) == "SYS"
    press(Qt.Key.Key_Tab)
    assert at(view) == "DIA"
    press(Qt.Key.Key_Up)
    assert at(view) == "SYS"


def test_next_item_is_found_after_the_commit_has_shown_it(view: FormView) -> None:
    asked = record(replace(DIA, oid="NEW"), visibility=Visibility.HIDDEN)
    form = pressure(record(SYS), asked, record(DIA))
    show(view, form)

    def answer(_key: ItemKey, _entry: FieldEntry) -> None:
        now = pressure(record(SYS, "120"), replace(asked, visibility=Visibility.SHOWN), record(DIA))
        view.show_record(replace(now, form=form.form), "en", False)

    view.entry_requested.connect(answer)
    view.focus_first()
    type_text("120")
    press(Qt.Key.Key_Tab)
    assert at(view) == "NEW"


def test_walking_off_the_end_and_completing(view: FormView) -> None:
    show(view, pressure(record(SYS)))
    out: list[int] = []
    done: list[int] = []
    view.walked_out.connect(out.append)
    view.complete_requested.connect(lambda: done.append(1))
    view.focus_first()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (out, done) == ([1], [1])


def test_passed_over_and_visited_last(view: FormView) -> None:
    show(view, pressure(record(SYS, required=True), record(DIA)))
    view.focus_first()
    press(Qt.Key.Key_Tab)
    first = view.row_of(record(SYS).key)
    second = view.row_of(record(DIA).key)
    assert first is not None
    assert second is not None
    assert (first.passed_over, first.visited_last) == (True, False)
    assert (second.passed_over, second.visited_last) == (False, True)


def test_pages_are_built_once_and_filled_again(view: FormView) -> None:
    form = pressure(record(SYS, "120"))
    show(view, form)
    row = view.row_of(record(SYS).key)
    again = replace(pressure(record(SYS, "130")), form=form.form)
    show(view, again, "zh")
    assert view.row_of(record(SYS).key) is row
    assert row is not None
    assert (row.cells[0].field.text(), row.label.text()) == ("130", "收缩压")


def test_value_left_behind_is_shown_with_clear(view: FormView) -> None:
    show(view, pressure(record(SYS, "120", visibility=Visibility.HIDDEN), record(DIA, visibility=Visibility.HIDDEN)))
    row = view.row_of(record(SYS).key)
    other = view.row_of(record(DIA).key)
    assert row is not None
    assert other is not None
    assert (row.isHidden(), other.isHidden()) == (False, True)
    entries: list[tuple[ItemKey, FieldEntry]] = []
    view.entry_requested.connect(lambda key, entry: entries.append((key, entry)))
    clear = row.cells[0]._clear
    assert clear is not None
    clear.click()
    assert entries == [(record(SYS).key, FieldEntry(""))]


def test_missing_is_asked_in_place_and_typed_over(view: FormView) -> None:
    show(view, pressure(record(SYS), record(DIA, value=Value(missing="ND", reason="cuff broken"))))
    given: list[tuple[ItemKey, str, str]] = []
    view.missing_requested.connect(lambda *parts: given.append(parts))
    view.focus_first()
    press(Qt.Key.Key_F4)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Return)
    assert given == [(record(SYS).key, "UK", "")]
    entries: list[FieldEntry] = []
    view.entry_requested.connect(lambda _key, entry: entries.append(entry))
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_8)
    press(Qt.Key.Key_Return)
    assert entries == [FieldEntry("8")]


def test_missing_box_comes_back_when_nothing_was_typed(view: FormView) -> None:
    show(view, pressure(record(SYS), record(DIA, value=Value(missing="UK"))))
    assert view.focus_item(record(DIA).key)
    press(Qt.Key.Key_8)
    press(Qt.Key.Key_Backspace)
    view.focus_item(record(SYS).key)
    row = view.row_of(record(DIA).key)
    assert row is not None
    assert row.cells[0].target is not row.cells[0].field


def test_reason_by_key_and_escape(view: FormView) -> None:
    show(view, pressure(record(SYS, "125"), record(DIA, "80")))
    given: list[Reason] = []
    declined: list[ItemKey] = []
    view.reason_given.connect(lambda _key, reason: given.append(reason))
    view.reason_declined.connect(declined.append)
    view.focus_item(record(DIA).key)
    view.ask_reason(record(SYS).key, "125", "152")
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    assert given == [Reason("Transcription error")]
    assert at(view) == "DIA"
    view.ask_reason(record(SYS).key, "125", "152")
    press(Qt.Key.Key_Escape)
    assert declined == [record(SYS).key]


def test_reason_in_own_words(view: FormView) -> None:
    show(view, pressure(record(SYS, "125")))
    given: list[Reason] = []
    view.reason_given.connect(lambda _key, reason: given.append(reason))
    view.ask_reason(record(SYS).key, "125", "")
    press(Qt.Key.Key_Return)
    assert given == []
    type_text("device changed")
    press(Qt.Key.Key_Return)
    assert given == [Reason("device changed")]


def test_findings_stand_under_their_row(view: FormView) -> None:
    high = record(SYS, "240")
    high = replace(high, findings=(finding(high, Severity.SOFT, "unusual"),))
    form = pressure(high)
    show(view, form)
    row = view.row_of(high.key)
    assert row is not None
    assert [one.words.text() for one in row.messages if not one.isHidden()] == ["unusual"]
    assert row.messages[0].buttons[0].text() == "Confirm 240 mmHg (F7)"
    confirmed: list[object] = []
    view.confirm_requested.connect(lambda found, _remark: confirmed.append(found))
    row.messages[0].buttons[0].click()
    view.focus_first()
    press(Qt.Key.Key_F7)
    assert confirmed == [high.findings[0]] * 2
    view.show_record(replace(pressure(record(SYS, "120")), form=form.form), "en", False)
    assert all(one.isHidden() for one in row.messages)


def test_refused_text_says_why_under_its_row(view: FormView) -> None:
    show(view, pressure(record(SYS)))
    view.set_error(record(SYS).key, "Not a number.")
    row = view.row_of(record(SYS).key)
    assert row is not None
    assert [one.words.text() for one in row.messages if not one.isHidden()] == ["Not a number."]


def test_marks_in_the_gutter() -> None:
    both = record(SYS, "1", corrected=True)
    both = replace(both, findings=(finding(both, Severity.HARD, "x"), finding(both, Severity.SOFT, "y", query="open")))
    assert marks_of(both) == ("impossible", "unusual_to_confirm", "query_open")
    assert marks_of(record(MEAN, "1")) == ("derived",)


def test_pairs_share_a_row(view: FormView) -> None:
    right = item("KR", ItemType.SINGLE, "Knee reflex, right", "膝反射，右", codes=YES_NO, pair="KL")
    left = item("KL", ItemType.SINGLE, "Knee reflex, left", "膝反射，左", codes=YES_NO, pair="KR")
    show(view, pressure(record(right, "Y"), record(left)))
    row = view.row_of(record(left).key)
    assert isinstance(row, PairRow)
    assert row.label.text() == "Knee reflex"
    view.focus_item(record(right).key)
    press(Qt.Key.Key_Tab)
    assert at(view) == "KL"


@pytest.mark.parametrize(
    ("first", "second", "common"),
    [("右侧跟腱反射", "左侧跟腱反射", "跟腱反射"), ("Thumb strength", "Thumb strain", "Thumb str"), ("A", "B", "A")],
)
def test_common_label(first: str, second: str, common: str) -> None:
    assert common_label(first, second) == common


@pytest.mark.parametrize(
    ("unit", "shown"), [("10^9/L", "10⁹/L"), ("degC", "℃"), ("cm2", "cm²"), ("umol/L", "µmol/L"), ("/uL", "/µL")]
)
def test_units_on_screen(unit: str, shown: str) -> None:
    assert unit_text(unit) == shown


# Tables


AE = group_def(
    "AE",
    (item("DT", ItemType.DATE, "Start"), item("TERM", ItemType.TEXT, "Event"), item("NO", ItemType.INT, "No.")),
    "Adverse events", "不良事件", repeating="log", layout="log", row_label=("DT", "TERM"), row_number="NO",
)  # fmt: skip


def log_row(number: int, *texts: str, deleted: bool = False) -> RowRecord:
    items = tuple(record(one, text, row=number) for one, text in zip(AE.items, texts, strict=True))
    return RowRecord(number, Text(f"{texts[0]} {texts[1]}", texts[1]), items, deleted)


def table(view: FormView) -> TableGroup:
    found = view._views()[0]
    assert isinstance(found, TableGroup)
    return found


def table_in(view: FormView) -> TableGroup:
    return next(one for one in view._views() if isinstance(one, TableGroup))


@pytest.fixture
def log(view: FormView) -> FormView:
    rows = (log_row(1, "2026-03-02", "fever", "1"), log_row(2, "2026-03-05", "rash", "2"))
    show(view, form_record(GroupRecord(AE, rows)))
    return view


class ModelCheck(Protocol):
    """What pytest-qt's model tester offers."""

    def check(self, model: QAbstractItemModel) -> None: ...


def test_model_is_sound(look: Look, qtmodeltester: ModelCheck) -> None:
    model = RowModel(look, tools(), AE)
    rows = (log_row(1, "2026-03-02", "fever", "1"), log_row(3, "2026-03-05", "rash", "2", deleted=True))
    form = form_record(GroupRecord(AE, rows))
    model.show_rows(form.key, form.groups[0], "en")
    assert (model.rowCount(), model.next_number()) == (3, 4)
    spoken = model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Event, row 2026-03-02 fever: fever"
    assert not model.flags(model.index(1, 0)) & Qt.ItemFlag.ItemIsEditable
    qtmodeltester.check(model)


def test_typing_into_a_cell(log: FormView) -> None:
    entries: list[tuple[str, FieldEntry]] = []
    log.entry_requested.connect(lambda key, entry: entries.append((key.address, entry)))
    grid = table(log).grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(1, 1))
    QTest.keyClicks(grid, "i")
    editor = grid.viewport().findChild(Field)
    assert isinstance(editor, Field)
    line = editor.editors()[0]
    assert isinstance(line, QLineEdit)
    line.setText("itching")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert entries == [("W4/VS/AE#2/TERM", FieldEntry("itching"))]
    assert grid.currentIndex().column() == 2


def test_no_value_in_a_table_cell(log: FormView) -> None:
    given: list[tuple[str, str, str]] = []
    log.missing_requested.connect(lambda key, code, reason: given.append((key.address, code, reason)))
    grid = table(log).grid
    grid.setCurrentIndex(grid.model().index(0, 1))
    QTest.keyClick(grid, Qt.Key.Key_F4)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Return)
    assert given == [("W4/VS/AE#1/TERM", "UK", "")]


def test_tab_enters_and_leaves_a_table(view: FormView) -> None:
    rows = (log_row(1, "2026-03-02", "fever", "1"),)
    last = column((record(DIA),), "Z", "After", "之后")
    show(view, form_record(column((record(SYS),)), GroupRecord(AE, rows), last))
    view.focus_first()
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is table_in(view).grid
    for _ in range(6):
        press(Qt.Key.Key_Tab)
    assert at(view) == "DIA"


def test_typing_into_the_last_row_adds_one(log: FormView) -> None:
    added: list[RowAdd] = []
    log.row_add_requested.connect(added.append)
    grid = table(log).grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(2, 1))
    QTest.keyClicks(grid, "n")
    editor = grid.viewport().findChild(Field)
    assert isinstance(editor, Field)
    QTest.keyClicks(editor.editors()[0], "ausea")
    QTest.keyClick(editor.editors()[0], Qt.Key.Key_Return)
    assert [(one.group, one.entries) for one in added] == [("AE", (("TERM", FieldEntry("nausea")),))]


def test_duplicate_leaves_the_number_behind(log: FormView) -> None:
    added: list[RowAdd] = []
    log.row_add_requested.connect(added.append)
    grid = table(log).grid
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [one.entries for one in added] == [(("DT", FieldEntry("2026-03-02")), ("TERM", FieldEntry("fever")))]


def test_delete_asks_why(log: FormView) -> None:
    deleted: list[tuple[str, str]] = []
    log.row_delete_requested.connect(lambda key, reason: deleted.append((key.row_address, reason)))
    grid = table(log).grid
    grid.setCurrentIndex(grid.model().index(1, 0))
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert deleted == []
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    assert deleted == [("W4/VS/AE#2", "Entered twice")]


def test_block_fills_rows_and_adds_the_rest(log: FormView) -> None:
    pasted: list[PasteRequest] = []
    added: list[RowAdd] = []
    log.paste_requested.connect(pasted.append)
    log.row_add_requested.connect(added.append)
    grid = table(log).grid
    grid.setCurrentIndex(grid.model().index(1, 0))
    table(log).paste("2026-03-06\titch\n2026-03-07\tpain\n")
    known = [(key.address, entry.text) for one in pasted for key, entry in one.entries]
    assert known == [("W4/VS/AE#2/DT", "2026-03-06"), ("W4/VS/AE#2/TERM", "itch")]
    assert [one.entries[1] for one in added] == [("TERM", FieldEntry("pain"))]


def test_block_of_cells() -> None:
    assert read_block("a\tb \r\nc\td\r\n") == [["a", "b"], ["c", "d"]]


# Laboratory


SIGNIFICANCE = (
    Code("NCS", Text("not significant", "无"), short=Text("NCS", "NCS")),
    Code("CS", Text("significant", "有")),
)


def analyte(test: str, en: str, result: str, flag: str, judged: str = "") -> tuple[ItemRecord, ...]:
    asked = Visibility.SHOWN if flag in ("HIGH", "LOW") else Visibility.HIDDEN
    return (
        record(item(f"{test}_LBORRES", ItemType.DEC, en, test=test, operator=True, unit="g/L"), result),
        record(item(f"{test}_LBNRIND", ItemType.SINGLE, en, derive="x"), flag),
        record(item(f"{test}_LBCLSIG", ItemType.SINGLE, en, codes=SIGNIFICANCE), judged, visibility=asked),
    )


@pytest.fixture
def panel(view: FormView) -> FormView:
    group = column((*analyte("HGB", "Haemoglobin", "108", "LOW"), *analyte("ALB", "Albumin", "", ""),
                    *analyte("PLT", "Platelets", "412", "HIGH")), "LB", "Blood count", "血常规")  # fmt: skip
    show(view, form_record(replace(group, group=replace(group.group, layout="lab"))))
    return view


def grid_of(view: FormView) -> LabGrid:
    found = view._views()[0]
    assert isinstance(found, LabGrid)
    return found


def test_judgement_only_outside_the_interval(panel: FormView) -> None:
    grid = grid_of(panel)
    assert [row.cells[1].is_stop for row in grid.rows()] == [True, False, True]


def test_rest_not_significant(panel: FormView) -> None:
    pasted: list[PasteRequest] = []
    panel.paste_requested.connect(pasted.append)
    grid_of(panel).rest.click()
    found = [(key.item, entry.text) for key, entry in pasted[0].entries]
    assert found == [("HGB_LBCLSIG", "NCS"), ("PLT_LBCLSIG", "NCS")]


def test_results_are_pasted_by_name_or_in_order(panel: FormView) -> None:
    pasted: list[PasteRequest] = []
    panel.paste_requested.connect(pasted.append)
    panel.focus_item(record(item("HGB_LBORRES", ItemType.DEC, "x")).key._replace(group="LB"))
    for text in ("PLT\t300\nHaemoglobin\t120\n", "130\n40\n"):
        QGuiApplication.clipboard().setText(text)
        press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    by_name, by_place = ([(key.item, entry.text) for key, entry in one.entries] for one in pasted)
    assert by_name == [("PLT_LBORRES", "300"), ("HGB_LBORRES", "120")]
    assert by_place[-1][1] == "40"
