"""Fields: what is committed, what stays, which keys work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import Value
from crf_app.study.definition import ItemType
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.base import Field, FieldEntry
from crf_app.ui.form.fields.choice import ChoiceBox, ChoiceStrip, MultiChoice
from crf_app.ui.form.fields.line import NumberField
from crf_app.ui.form.fields.link import LinkField
from crf_app.ui.form.fields.map_field import MapField
from crf_app.ui.form.fields.outlines import FOOT, LEG, region_at
from crf_app.ui.form.fields.shown import DerivedField, MissingEditor
from crf_app.ui.form.fields.table import FIELD_TYPES, make_field
from tests.ui.form.builders import DRUGS, SITES, YES_NO, item, record, tools


class Bench:
    """A field in a window of its own, with a button to leave it for."""

    def __init__(self, look: Look, shown: ItemRecord) -> None:
        self.window = QWidget()
        self.other = QPushButton("elsewhere")
        self.field: Field = make_field(look, tools(), shown.item)
        self.field.walks_by_itself = True
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addWidget(self.other)
        self.entries: list[FieldEntry] = []
        self.steps: list[int] = []
        self.field.committed.connect(self.entries.append)
        self.field.stepped.connect(self.steps.append)
        self.field.show_record(shown, "en")
        self.window.resize(600, 120)
        self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        QApplication.processEvents()

    @property
    def line(self) -> QLineEdit:
        """The first editor as a line edit."""
        editor = self.field.editors()[0]
        assert isinstance(editor, QLineEdit)
        return editor

    def type(self, text: str) -> None:
        """Replace what is there by text from an input method."""
        self.line.selectAll()
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.line, event)

    def press(self, key: Qt.Key) -> None:
        """One key on whatever has the focus."""
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)


@pytest.fixture
def bench(look: Look) -> Iterator[list[Bench]]:
    made: list[Bench] = []
    yield made
    for one in made:
        one.window.close()
        one.window.deleteLater()


def put(bench: list[Bench], look: Look, shown: ItemRecord) -> Bench:
    bench.append(Bench(look, shown))
    return bench[-1]


PULSE = item("PULSE", ItemType.INT, "Pulse", "脉搏", unit="/min")
HEALED = item("HEAL", ItemType.SINGLE, "Healed", "是否愈合", codes=YES_NO)


def test_every_item_type_has_a_field() -> None:
    assert set(FIELD_TYPES) == set(ItemType)


def test_leaving_commits_the_raw_text(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("７８")
    one.other.setFocus()
    assert one.entries == [FieldEntry("７８")]


def test_leaving_unchanged_commits_nothing(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("72")
    one.other.setFocus()
    assert one.entries == []


def test_enter_commits_once_and_steps(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE))
    one.type("80")
    one.press(Qt.Key.Key_Return)
    one.other.setFocus()
    assert (one.entries, one.steps) == ([FieldEntry("80")], [1])


def test_up_goes_back_tab_goes_on(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.press(Qt.Key.Key_Up)
    one.press(Qt.Key.Key_Tab)
    one.press(Qt.Key.Key_Backtab)
    assert one.steps == [-1, 1, -1]


def test_escape_restores(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("9")
    one.press(Qt.Key.Key_Escape)
    one.other.setFocus()
    assert (one.line.text(), one.entries) == ("72", [])


def test_refresh_never_overwrites_what_is_being_typed(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("9")
    one.field.show_record(record(PULSE, "75"), "en")
    assert one.line.text() == "9"


def test_refused_text_stays_until_corrected_or_escaped(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("7x")
    one.other.setFocus()
    one.field.set_error("not a number")
    one.field.show_record(record(PULSE, "72"), "en")
    assert (one.line.text(), one.line.accessibleDescription()) == ("7x", "not a number")
    one.field.setFocus()
    one.press(Qt.Key.Key_Escape)
    assert (one.line.text(), one.field.error) == ("72", "")


def test_another_subjects_record_always_shows(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    one.type("9")
    other = record(PULSE, "64")
    one.field.show_record(replace(other, key=other.key._replace(subject="01-002")), "en")
    assert one.line.text() == "64"


def test_names_and_address(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72"))
    assert one.line.accessibleName() == "Pulse (/min)"
    assert one.line.objectName() == "W4/VS/VS#1/PULSE"


def test_unit_choice_converts_as_typed(look: Look, bench: list[Bench]) -> None:
    weight = item("WT", ItemType.DEC, "Weight", unit="kg", units=("jin",))
    one = put(bench, look, record(weight, value=Value("136", unit="jin")))
    assert isinstance(one.field, NumberField)
    assert "= 68 kg" in [note.text for note in one.field.notes]
    one.type("１４０")
    assert "= 70 kg" in [note.text for note in one.field.notes]
    one.other.setFocus()
    assert one.entries == [FieldEntry("１４０", "jin")]


def test_unit_alone_is_no_entry(look: Look, bench: list[Bench]) -> None:
    weight = item("WT", ItemType.DEC, "Weight", unit="kg", units=("jin",))
    one = put(bench, look, record(weight))
    assert isinstance(one.field, NumberField)
    assert one.field.units is not None
    one.field.units.setCurrentIndex(1)
    one.other.setFocus()
    assert one.entries == []


@pytest.mark.parametrize("typed", ["y", "Y", "1", "是", "Ｙ"])
def test_choice_by_key_letter_or_input_method(look: Look, bench: list[Bench], typed: str) -> None:
    numbered = (
        replace(HEALED, codes=tuple(replace(one, code=f"C_{one.code}") for one in YES_NO)) if typed == "1" else HEALED
    )
    one = put(bench, look, record(numbered))
    assert isinstance(one.field, ChoiceStrip)
    event = QInputMethodEvent()
    event.setCommitString(typed)
    QApplication.sendEvent(one.field.strip, event)
    assert one.entries == []
    one.other.setFocus()
    assert one.entries == [FieldEntry(numbered.codes[0].code)]


def test_choice_by_keyboard(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(HEALED, "Y"))
    one.press(Qt.Key.Key_Right)
    assert one.field.text() == "N"
    one.press(Qt.Key.Key_Y)
    assert one.field.text() == "Y"
    one.press(Qt.Key.Key_Backspace)
    one.press(Qt.Key.Key_Return)
    assert one.entries == [FieldEntry("")]


def test_click_on_a_choice_is_an_answer(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(HEALED))
    QTest.mouseClick(one.field.editors()[0], Qt.MouseButton.LeftButton)
    assert one.entries == [FieldEntry("N")] or one.entries == [FieldEntry("Y")]


def test_long_list_is_found_by_typing(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("LOC", ItemType.SINGLE, "Place", codes=SITES)))
    assert isinstance(one.field, ChoiceBox)
    one.type("region 7")
    one.press(Qt.Key.Key_Return)
    assert one.entries == [FieldEntry("S7")]


def _turn_wheel(widget: QWidget) -> bool:
    """Turn the wheel over it; whether it was taken."""
    centre = widget.rect().center()
    turned = QWheelEvent(
        QPointF(centre), QPointF(widget.mapToGlobal(centre)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, turned)
    return turned.isAccepted()


def test_the_wheel_over_a_list_scrolls_the_form_and_changes_no_value(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("SITE", ItemType.SINGLE, "Site", codes=SITES), "S3"))
    assert isinstance(one.field, ChoiceBox)
    assert not _turn_wheel(one.field.box)
    assert one.field.content() == FieldEntry("S3")
    assert one.entries == []


def test_a_list_that_is_only_read_does_not_open(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("SITE", ItemType.SINGLE, "Site", codes=SITES), "S3", editable=False))
    assert isinstance(one.field, ChoiceBox)
    one.field.box.showPopup()
    assert not one.field.box.view().isVisible()


def test_several_choices(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("DRUG", ItemType.MULTI, "Drugs", codes=DRUGS), "INS"))
    assert isinstance(one.field, MultiChoice)
    one.press(Qt.Key.Key_1)
    one.other.setFocus()
    assert one.entries == [FieldEntry("ORAL;INS")]


def test_tab_walks_through_check_boxes_first(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("DRUG", ItemType.MULTI, "Drugs", codes=DRUGS)))
    one.press(Qt.Key.Key_Tab)
    one.press(Qt.Key.Key_Tab)
    assert one.steps == []
    one.press(Qt.Key.Key_Tab)
    assert one.steps == [1]


def test_locked_takes_nothing(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE, "72", editable=False))
    one.type("9")
    one.other.setFocus()
    assert (one.line.text(), one.entries) == ("72", [])


def test_derived_shows_a_dash_while_inputs_miss(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("BMI", ItemType.DEC, "BMI", derive="x"), ""))
    assert isinstance(one.field, DerivedField)
    assert one.field.box.shown == ""
    assert one.field.box.accessibleDescription() == look.tr("ui_kit.incomplete")


def test_f4_asks_for_no_value(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(PULSE))
    asked: list[int] = []
    one.field.missing_requested.connect(lambda: asked.append(1))
    one.press(Qt.Key.Key_F4)
    QTest.keyClick(one.line, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert asked == [1, 1]


def test_missing_editor_wants_a_reason_for_nd(look: Look) -> None:
    editor = MissingEditor(look)
    given: list[tuple[str, str]] = []
    editor.given.connect(lambda code, reason: given.append((code, reason)))
    editor.ask(Value())
    editor.take()
    assert given == []
    editor.reason.setText("probe broken")
    editor.take()
    editor.codes.choose(1)
    editor.reason.clear()
    editor.take()
    assert given == [("ND", "probe broken"), ("UK", "")]
    editor.deleteLater()


def test_link_is_toggled(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("AENO", ItemType.LINK, "Event"), "LOG/AE/AE#1"))
    assert isinstance(one.field, LinkField)
    assert one.field.button.text() == "2026-03-02 fever"
    one.field.toggle("LOG/AE/AE#2")
    assert one.entries == [FieldEntry("LOG/AE/AE#1;LOG/AE/AE#2")]


@pytest.mark.parametrize(
    ("view", "x", "y", "region"),
    [("PLANTAR", 0.30, 0.115, "HALLUX"), ("PLANTAR", 0.30, 0.31, "MTH1"), ("DORSAL", 0.70, 0.115, "HALLUX"),
     ("PLANTAR", 0.6, 0.86, "HEEL"), ("PLANTAR", 0.01, 0.99, ""), ("MEDIAL", 0.245, 0.52, "MEDMAL")],
)  # fmt: skip
def test_regions_of_the_foot(view: str, x: float, y: float, region: str) -> None:
    assert region_at(FOOT[view], x, y) == region


@pytest.mark.parametrize("views", [FOOT, LEG])
def test_every_region_centre_names_its_region(views: dict[str, object], look: Look) -> None:
    for outline in (FOOT if views is FOOT else LEG).values():
        for region in outline.regions:
            assert region_at(outline, region.x, region.y) == region.code
            assert look.tr(f"ui_kit.map.{region.code}")


def test_map_point_by_arrow_keys(look: Look, bench: list[Bench]) -> None:
    one = put(bench, look, record(item("POS", ItemType.MAP, "Position"), "PLANTAR;LEFT;0.3000;0.3100;MTH1"))
    assert isinstance(one.field, MapField)
    one.press(Qt.Key.Key_Right)
    one.press(Qt.Key.Key_Down)
    one.press(Qt.Key.Key_S)
    one.other.setFocus()
    assert one.entries == [FieldEntry("PLANTAR;RIGHT;0.3100;0.3200;MTH1")]
