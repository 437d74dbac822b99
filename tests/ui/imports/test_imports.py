"""Results and ranges through the window, by keys: choose, look, agree, import."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from crf_app.clinical.keys import ItemKey
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.ui.administration.laboratories import LaboratoriesSection
from crf_app.ui.imports.panel import ImportPanel
from tests.ui.shell_support import Hands

HEAD = "受试者编号,采样日期,检验项目,结果,单位\n"
FILE = HEAD + "01-001,2026-03-16,白细胞,11.2,10^9/L\n01-001,2026-03-16,血红蛋白,12.0,g/dL\n01-001,2026-03-16,前白蛋白,250,mg/L\n01-009,2026-03-16,ALT,40,U/L\n"


@pytest.fixture
def coordinator(hands: Hands) -> Hands:
    """The coordinator, with a dated screening visit."""
    hands.log_in("crc")
    work = hands.frame.context.work
    group = work.study.item("SV", "VISDAT").group
    for name, text in (("SVOCCUR", "Y"), ("VISDAT", "2026-03-16")):
        assert enter_items(work, [ItemEntry(ItemKey("01-001", "SCR", 1, "SV", 1, group, 1, name), text)]).stored
    return hands


def _wait(hands: Hands) -> None:
    for _ in range(400):
        QApplication.processEvents()
        if not hands.frame.context.jobs.busy:
            break
        QTest.qWait(10)
    QApplication.processEvents()


def _choose(hands: Hands, panel: ImportPanel, path: Path) -> None:
    hands.ask.answers["import_file"] = [[str(path)]]
    panel.choose.setFocus()
    hands.key(Qt.Key.Key_Space)
    _wait(hands)


def _text(hands: Hands, form: str, item: str) -> str:
    work = hands.frame.context.work
    return work.casebook("01-001").value(ItemKey("01-001", "SCR", 1, form, 1, work.study.item(form, item).group, 1, item)).text


def _write(tmp_path: Path, text: str, encoding: str = "gb18030") -> Path:
    path = tmp_path / "化验.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_results_go_from_file_to_form_by_keys(coordinator: Hands, tmp_path: Path) -> None:
    hands = coordinator
    hands.control(Qt.Key.Key_I)
    assert hands.frame.place == "import"
    panel = hands.frame.import_page.panel
    _choose(hands, panel, _write(tmp_path, FILE))
    assert "GB18030" in panel.told.text()
    lines = panel.rows.table.lines
    assert [lines.line(row).cells[1] for row in range(lines.rowCount())] == ["New", "New", "Unknown test", "Unknown subject"]
    QAbstractItemModelTester(lines, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert hands.focus == "import/results/rows"
    assert not panel.go.isEnabled()
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Down)
    hands.ask.answers["import_test"] = [0]
    hands.key(Qt.Key.Key_Return)
    assert [lines.line(row).cells[1] for row in range(lines.rowCount())] == ["New", "New", "Left out", "Unknown subject"]
    panel.leave_out.setFocus()
    hands.key(Qt.Key.Key_Space)
    assert panel.go.text() == "Import (rows: 2)"
    panel.columns.name.edit.setFocus()
    hands.type("HIS")
    hands.control(Qt.Key.Key_Return)
    assert (_text(hands, "LBHEM", "WBC_LBORRES"), _text(hands, "LBHEM", "HGB_LBNRIND")) == ("11.2", "")
    assert "Imported" in panel.message.words.text()
    assert [lines.line(row).cells[1] for row in range(2)] == ["Stored already"] * 2
    head = hands.frame.context.work.database.head
    assert not panel.go.isEnabled()
    _choose(hands, panel, _write(tmp_path, FILE))
    assert panel.columns.name.text() == "HIS", "the remembered mapping fits the file"
    assert hands.frame.context.work.database.head == head


def test_a_differing_value_asks_for_consent_and_reason(coordinator: Hands, tmp_path: Path) -> None:
    hands = coordinator
    hands.control(Qt.Key.Key_I)
    panel = hands.frame.import_page.panel
    _choose(hands, panel, _write(tmp_path, HEAD + "01-001,2026-03-16,白细胞,11.2,10^9/L\n"))
    hands.control(Qt.Key.Key_Return)
    _choose(hands, panel, _write(tmp_path, HEAD + "01-001,2026-03-16,白细胞,12.2,10^9/L\n"))
    assert panel.replace.isVisible()
    panel.replace.setFocus()
    hands.key(Qt.Key.Key_Space)
    hands.control(Qt.Key.Key_Return)
    assert panel.reason.error.words.text()
    assert hands.focus == "import/results/reason"
    hands.type("corrected report")
    hands.key(Qt.Key.Key_Return)
    assert _text(hands, "LBHEM", "WBC_LBORRES") == "12.2"


def test_a_file_that_is_no_table_says_so_and_nothing_else_happens(coordinator: Hands, tmp_path: Path) -> None:
    hands = coordinator
    hands.control(Qt.Key.Key_I)
    panel = hands.frame.import_page.panel
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7")
    _choose(hands, panel, path)
    assert "scan.pdf" in panel.message.words.text()
    assert panel.choose.isEnabled()
    assert not panel.rows.isVisible()


def test_columns_nobody_knows_are_chosen_by_hand(coordinator: Hands, tmp_path: Path) -> None:
    hands = coordinator
    hands.control(Qt.Key.Key_I)
    panel = hands.frame.import_page.panel
    _choose(hands, panel, _write(tmp_path, "Pat,Tag,Was,Wert\n01-001,2026-03-16,WBC,5.6\n"))
    assert panel.message.isVisible()
    for name, column in (("subject", "Pat"), ("date", "Tag"), ("test", "Was"), ("result", "Wert")):
        box = panel.columns.choices[name].box
        box.setFocus()
        hands.type(column)
        hands.key(Qt.Key.Key_Return)
        box.activated.emit(box.currentIndex())
    lines = panel.rows.table.lines
    assert [lines.line(row).cells[1] for row in range(lines.rowCount())] == ["New"]


def test_ranges_are_imported_under_laboratories(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("admin")
    hands.control(Qt.Key.Key_K)
    hands.type("reference ranges")
    hands.key(Qt.Key.Key_Return)
    section = next(one for one in hands.frame.administration.sections if isinstance(one, LaboratoriesSection))
    panel = section.imports
    assert panel.isVisible()
    _choose(hands, panel, _write(tmp_path, "项目,单位,性别,参考区间,生效日期\nALT,U/L,男,9-50,2026-01-01\n"))
    assert panel.go.text() == "Import (rows: 1)"
    assert panel.message.isVisible(), "no interval for women"
    hands.control(Qt.Key.Key_Return)
    section.kinds.setFocus()
    hands.key(Qt.Key.Key_Left)
    cells = [section.table.lines.line(row).cells for row in range(section.table.lines.rowCount())]
    assert [one[:4] for one in cells if one[-1] == "confirmed"] == [("SITE", "ALT", "U/L", "M")]
    assert section.gaps.isVisible()


def test_a_monitor_has_no_import(hands: Hands) -> None:
    hands.log_in("cra")
    assert "import" not in hands.frame.pages
    hands.control(Qt.Key.Key_I)
    assert hands.frame.place == "today"
