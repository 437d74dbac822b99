"""The page: tree, header, inspector, visits that were not planned, languages, printing, other roles."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.ui.casebook.navigation import neighbour, next_due
from crf_app.ui.casebook.tools import CasebookTools
from crf_app.ui.casebook.visit_tree import TreeDelegate
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.form.lab_grid import LabRow
from crf_app.ui.messages import error_text
from tests.ui.casebook.conftest import PI_PASSWORD, Desk
from tests.ui.seen import foreign

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier

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


@pytest.mark.parametrize("width", [1100, 860, 640, 500])
def test_the_header_cuts_no_fact_it_shows(desk: Desk, width: int) -> None:
    header = desk.page.header
    desk.enter("SCR", "DM", "BRTHDAT", "1960-05-29")
    desk.enter("SCR", "DM", "SEX", "M")
    desk.open("SCR", "DM")
    header.setFixedWidth(width)
    QApplication.processEvents()
    shown = [name for name, fact in header.facts.items() if fact.isVisible()]
    for name in shown:
        for label in (header.facts[name].label, header.facts[name].value):
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), f"{name} is cut"
    told = header.number.toolTip()
    assert len(shown) == len(header.facts) or width < 1100
    for name, fact in header.facts.items():
        assert fact.is_empty or (name in shown) != (fact.accessibleName() in told), f"{name} is either shown or told"


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


def test_the_printer_is_asked_for_in_a_scripted_way(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "printed.pdf"

    def choose(dialog: QPrintDialog) -> None:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(target))

    ask = desk.context.ask
    assert isinstance(ask, ScriptedAsk)
    ask.answers["printer"] = [False, choose]
    desk.open("SCR", "ICF")
    desk.press(Qt.Key.Key_P, CONTROL)
    page = desk.page.print_page
    qtbot.waitUntil(lambda: page.is_drawn, timeout=20_000)
    before = desk.work.database.head.no
    page.print.click()
    assert desk.work.database.head.no == before
    page.print.click()
    assert target.read_bytes().startswith(b"%PDF")
    assert desk.work.database.head.no == before + 1
    desk.context.jobs.stop()


@pytest.mark.parametrize(("result", "flag", "grade"), [("30", "", ""), ("100", "H ↑", "G1"), ("201", "H ↑", "G2"), ("251", "H ↑", "G3")])
def test_a_result_shows_its_flag_and_suggested_grade_at_once(desk: Desk, result: str, flag: str, grade: str) -> None:
    desk.enter("SCR", "DM", "BRTHDAT", "1960-05-29")
    desk.enter("SCR", "DM", "SEX", "M")
    for item, text in (("LBPERF", "Y"), ("LBDAT", "2026-01-21"), ("LBNAM", "SITE")):
        desk.enter("SCR", "LBCHEM", item, text)
    desk.open("SCR", "LBCHEM")
    desk.put("ALT_LBORRES", result)
    row = desk.page.pane.view.row_of(desk.key("SCR", "LBCHEM", "ALT_LBORRES"))
    assert isinstance(row, LabRow)
    assert (row.flag_text()[0], row.grade_text()) == (flag, grade)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_form_opens_in_both_languages_and_speaks_its_language(desk: Desk, theme: str) -> None:
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
            strange |= {f"{key.form}: {text}": word for text, word in foreign(desk.page, lang).items()}
    assert not strange, "\n".join(f"{word} in {place}" for place, word in sorted(strange.items()))


def test_a_link_to_an_item_is_called_by_its_question(desk: Desk) -> None:
    desk.open("SCR", "ICF")
    tools = CasebookTools(desk.work, desk.context.look, desk.page.pane.model.may_confirm)
    definition = desk.work.study.forms["DV"]
    linked = next(one for one in definition.items if one.links == ("*",))
    key = item_key(FormKey(desk.subject, "LOG", 1, "DV", 1), linked.group, 1, linked.oid)
    address = desk.key("SCR", "VS", "TEMP_VSORRES").address
    for text, said in ((address, "体温"), ("W2/none", "W2/none")):
        options = tools.link_options(ItemRecord(key, linked, Value(text=text)), "zh")
        assert options[-1].address == text
        assert said in options[-1].label


def test_what_the_system_says_of_a_file_is_said_in_the_language_in_force(desk: Desk, tmp_path: Path) -> None:
    desk.context.language_hub.set_language("zh")
    error = ExpectedError("io_error", place=tmp_path, detail=os.strerror(errno.ENOENT))
    assert "没有该文件" in error_text(desk.context.look, error)


def test_a_limit_with_one_end_is_said_as_such(desk: Desk) -> None:
    desk.open("D0", "INJ")
    record = desk.page.pane.model.record
    assert record is not None
    limits = [one.limits.en for one in record.items() if one.limits.en]
    assert any("≥" in one for one in limits)
    assert not any(one.endswith("–") for one in limits)


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


def test_no_name_of_a_visit_is_cut_in_a_small_window(desk: Desk) -> None:
    page = desk.page
    page.tree.setFixedWidth(sizes.TREE_NARROW)
    desk.open("SCR", "ICF")
    delegate = page.tree.itemDelegate()
    assert isinstance(delegate, TreeDelegate)
    for lang in ("en", "zh"):
        page.context.look.languages.set_language(lang)
        QApplication.processEvents()
        visits = [node for node in page.tree_model.roots if not node.is_heading and node.form is None]
        lines = [delegate.lines(node) for node in visits]
        assert len(lines) > 10
        assert not [one for one in lines if "…" in "".join(one)]
        assert lang == "zh" or any(len(one) == 2 for one in lines), "Baseline and injection 1"
        assert not [one for one in lines if len(one) == 2 and len(one[1]) == 1], "no sign alone on a line"
        for node, shown in zip(visits, lines, strict=True):
            index = page.tree_model.index(node.row, 0)
            assert page.tree.visualRect(index).height() == sizes.TREE_ROW + 16 * (len(shown) - 1)


def test_the_button_for_the_form_that_is_next_names_its_visit(desk: Desk) -> None:
    page = desk.page
    desk.open("SCR", "ICF")
    page.context.look.languages.set_language("en")
    for number in range(3):
        following = page.pane.next_form()
        assert following is not None
        study = page.context.work.study
        assert page.pane._name_with_visit(following) == f"{study.forms[following.form].name.en}, {study.event(following.event).short.en}", number
        desk.open(following.event, following.form)
