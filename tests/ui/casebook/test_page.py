"""The page: tree, header, inspector, visits that were not planned, languages, printing, other roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crf_app.clinical.keys import FormKey
from crf_app.ui.casebook.navigation import neighbour, next_due
from tests.ui.casebook.conftest import PI_PASSWORD, Desk

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
# What may be Latin on a Chinese screen: names of forms and scales that have no other, units, keys, numbers of subjects.
ALLOWED = re.compile(
    r"NJ01-\d+|SCR|Ctrl|Alt|Esc|Enter|Tab|Del|F\d+|ND|UK|NA|NCS|CS|NYHA|Wagner|VAS|TSS|CTCAE|HIV|EB|EBV|AE|SAE|PDF|"
    r"GLP-1|QT|PT|TT|GGT|ALT|AST|ALP|MDRD|Bazett|Fridericia|Cockcroft-Gault|/min|"
    r"HbA1c|INR|APTT|DNA|RNA|TPPA|TRUST|IgM|VCA|CA|PSA|AFP|CEA|ECG|QTcF?|QRS|PR|RR|ABI|TBI|MRI|CT|MMT|D\d\d|A-[IE]\d\d|"
    r"[munkµ]?mol|[munkµ]?g|[munkµ]?L|[cm]?m²?|mmHg|min|kg|cm|mL|IU|U|h|s|bpm|ms|d|v\d*|H|L|t|R|Y|N|M|F|C|dL|pg|ng|fL|cells|x|GBK|jin|Hg"
)
LATIN = re.compile(r"[A-Za-z]{2,}")


def test_the_tree_and_lists_obey_qt(desk: Desk) -> None:
    page = desk.page
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for model in (page.tree_model, page.inspector.model, page.pane.points.model, page.pane.eligibility.model)
    ]
    desk.open("SCR", "VS")
    desk.put("TEMP_VSORRES", "41")
    desk.open("SCR", "IE")
    page.new_unscheduled()
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert len(testers) == 4


def test_the_tree_opens_forms_by_key(desk: Desk) -> None:
    desk.open("SCR", "ICF")
    desk.press(Qt.Key.Key_F6)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    assert desk.page.form is not None
    assert desk.page.form.form == "DM"


def test_alt_and_arrows_go_to_the_forms_beside(desk: Desk) -> None:
    desk.open("SCR", "ICF")
    desk.press(Qt.Key.Key_Right, ALT)
    assert desk.page.form is not None
    assert desk.page.form.form == "DM"
    desk.press(Qt.Key.Key_Left, ALT)
    assert desk.page.form.form == "ICF"


def test_a_half_typed_value_is_stored_when_another_form_opens(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.go("HEIGHT_VSORRES")
    desk.type("171")
    desk.press(Qt.Key.Key_Right, ALT)
    assert desk.value("SCR", "VS", "HEIGHT_VSORRES") == "171"


def test_the_header_names_the_subject(desk: Desk) -> None:
    desk.enter("SCR", "DM", "BRTHDAT", "1960-05-29")
    desk.enter("SCR", "DM", "SEX", "M")
    desk.open("SCR", "DM")
    assert desk.page.header.number.text() == desk.subject
    assert desk.page.header.facts["consent"].value.text() == "2026-01-21"
    assert desk.page.header.facts["sex"].value.text() == "Male, 65 y"


def test_next_due_goes_on_in_the_visit_then_back(desk: Desk) -> None:
    desk.open("SCR", "IE")
    record = desk.page.record
    assert record is not None
    assert next_due(record, FormKey(desk.subject, "SCR", 1, "ICF", 1)) == FormKey(desk.subject, "SCR", 1, "DM", 1)
    assert next_due(record, FormKey(desk.subject, "SCR", 1, "IE", 1)) == FormKey(desk.subject, "SCR", 1, "SV", 1)
    assert neighbour(record, FormKey(desk.subject, "SCR", 1, "SV", 1), -1) is None


def test_an_unscheduled_visit_exists_from_its_first_value(desk: Desk) -> None:
    desk.open("SCR", "ICF")
    desk.page.new_unscheduled()
    assert desk.page.form == FormKey(desk.subject, "UNS", 1, "SV", 1)
    assert not any(key.event == "UNS" for key in desk.work.casebook(desk.subject).forms)
    desk.go("SVOCCUR")
    QTest.keyClicks(desk.focused(), "y")
    desk.press(Qt.Key.Key_Return)
    assert desk.work.casebook(desk.subject).value(desk.key("UNS", "SV", "SVOCCUR")).text == "Y"
    assert desk.page.tree_model.find(FormKey(desk.subject, "UNS", 1, "SV", 1)).isValid()


def test_the_guide_shows_the_formula_with_its_inputs(desk: Desk) -> None:
    desk.enter("SCR", "VS", "HEIGHT_VSORRES", "170")
    desk.enter("SCR", "VS", "WEIGHT_VSORRES", "65")
    desk.open("SCR", "VS")
    desk.go("BMI")
    desk.page.inspector.tabs.choose(1)
    said = desk.page.inspector.guide.accessibleName()
    assert "D02" in said
    assert "170" in said
    assert "65" in said


def test_findings_are_listed_and_lead_to_their_item(desk: Desk) -> None:
    desk.enter("SCR", "VS", "TEMP_VSORRES", "41")
    desk.open("SCR", "VS")
    desk.page.show_inspector(2)
    desk.page.inspector.findings.setFocus()
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    assert desk.focused().objectName() == desk.key("SCR", "VS", "TEMP_VSORRES").address


def test_the_investigator_answers_in_place_what_is_his(desk: Desk) -> None:
    desk.open("SCR", "IE")
    assert desk.page.pane.model.asks_other_role == "investigator"
    desk.press(Qt.Key.Key_G, CONTROL)
    for text in ("pi", PI_PASSWORD):
        desk.type(text)
        desk.press(Qt.Key.Key_Return)
    desk.go("A_I04")
    QTest.keyClicks(desk.focused(), "1")
    desk.press(Qt.Key.Key_Return)
    assert desk.value("SCR", "IE", "A_I04") == "MET"
    assert desk.work.user.login == "crc"
    desk.press(Qt.Key.Key_Left, ALT)
    assert desk.page.pane.model.guest is None


def test_a_monitor_like_reader_cannot_enter(log_in: Callable[[str, str], Desk]) -> None:
    desk = log_in("pi", PI_PASSWORD)
    desk.open("SCR", "IE")
    record = desk.page.pane.model.record
    assert record is not None
    assert next(one.editable for one in record.items() if one.item.oid == "A_I04")


def test_a_narrow_window_has_the_inspector_as_a_strip(desk: Desk) -> None:
    desk.page.resize(1224, 648)
    desk.open("SCR", "VS")
    QApplication.processEvents()
    assert desk.page.strip.isVisible()
    assert not desk.page.inspector.isVisible()
    desk.page.show_inspector(0)
    assert desk.page.inspector.isVisible()
    desk.press(Qt.Key.Key_Escape)
    assert not desk.page.inspector.isVisible()


def test_the_preview_draws_and_saves_in_the_language_chosen(desk: Desk, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("paper") / "form.pdf"
    desk.open("SCR", "ICF")
    desk.press(Qt.Key.Key_P, CONTROL)
    page = desk.page.print_page
    qtbot.waitUntil(lambda: page.is_drawn, timeout=20_000)
    assert page.pages.page_count >= 1
    page.language.choose(2)
    qtbot.waitUntil(lambda: page.is_drawn, timeout=20_000)
    before = desk.work.database.head.no
    page.path.setFocus()
    desk.type(str(target))
    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(target.exists, timeout=20_000)
    assert target.read_bytes().startswith(b"%PDF")
    assert desk.work.database.head.no == before + 1
    desk.press(Qt.Key.Key_Escape)
    assert desk.page.at_work
    desk.context.jobs.stop()


def _texts(widget: QWidget) -> Iterator[str]:
    for one in widget.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        elif isinstance(one, QLineEdit):
            yield one.placeholderText()
        yield one.accessibleName()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_form_opens_in_both_languages_and_chinese_screens_speak_chinese(desk: Desk, theme: str) -> None:
    desk.context.theme_hub.set_mode(theme)
    desk.open("SCR", "ICF")
    record = desk.page.record
    assert record is not None
    forms = {form.key.form: form.key for event in record.events for form in event.forms}
    strange: dict[str, str] = {}
    for lang in ("en", "zh"):
        desk.context.language_hub.set_language(lang)
        for key in forms.values():
            desk.page.open_form(key)
            assert desk.page.form == key
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if lang == "zh":
                strange |= {text: key.form for text in _texts(desk.page) for word in LATIN.findall(ALLOWED.sub("", text)) if word}
    assert not strange, "\n".join(sorted(strange))


def test_the_tree_follows_at_the_next_pause_and_before_anyone_goes_by_it(desk: Desk) -> None:
    desk.open("SCR", "VS")
    desk.put("HEIGHT_VSORRES", "170")
    before = _note(desk)
    desk.put("WEIGHT_VSORRES", "70")
    assert _note(desk) == before, "the tree is read when the person pauses"
    assert desk.page._whole.isActive()
    desk.page.catch_up()
    assert _note(desk) != before
    assert not desk.page._whole.isActive()


def _note(desk: Desk) -> str:
    node = desk.page.tree_model.node(desk.page.tree_model.find(desk.key("SCR", "VS", "HEIGHT_VSORRES").form_key))
    assert node is not None
    return node.note
