"""A study that needs a dose before its first subject: said where a subject is begun and at the set-up, gone when it is entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.session import identify, open_workspace
from crf_app.services.setup import needed_parameters
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.study.loading import load_study
from crf_app.ui.administration.parameters import ParametersSection
from crf_app.ui.common.look import Look
from crf_app.ui.today.new_subject import NewSubjectPanel
from tests.ui.casebook.conftest import ADMIN_PASSWORD, CRC_PASSWORD, START, make_context, make_workspace

NAMES = "Cell dose of one session, Volume of one session, Number of points of one session, Volume per point"


@pytest.fixture
def work(tmp_path: Path, look: Look) -> Iterator[Workspace]:
    """A new workspace of the trial whose record gives no dose; the coordinator is at work."""
    clock = SteppedClock(START)
    make_workspace(tmp_path / "workspace", clock, load_study(forms_folder() / "NCT07183761" / "1.0"))
    made = open_workspace(tmp_path / "workspace", "crc", CRC_PASSWORD, clock)
    yield made
    made.close()


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Callable[[QWidget], None]]:
    """Shows a widget in a window of its own, and takes it away before the workspace closes."""
    widgets: list[QWidget] = []

    def show(widget: QWidget) -> None:
        widgets.append(widget)
        widget.resize(1200, 600)
        widget.show()
        widget.activateWindow()
        qtbot.waitExposed(widget)

    yield show
    for widget in widgets:
        widget.close()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def enter_all(work: Workspace, look: Look, show: Callable[[QWidget], None]) -> ParametersSection:
    """The administrator enters what is needed, by keys alone; the section shows what comes next first."""
    work.actor = identify(work, "admin", ADMIN_PASSWORD)
    work.database.use_signer(work.actor.signer)
    section = ParametersSection(make_context(work, look))
    show(section)
    section.read()
    for text in ("50", "10", "20", "0.5"):
        section.table.setFocus()
        section.table.setCurrentIndex(section.table.lines.index(0, 0))
        QTest.keyClick(section.table, Qt.Key.Key_Return)
        QTest.keyClicks(section.value.edit, text)
        QTest.keyClick(section.value.edit, Qt.Key.Key_Return)
        section.read()
    return section


def test_a_new_subject_waits_for_what_the_study_needs(work: Workspace, look: Look, shown: Callable[[QWidget], None]) -> None:
    panel = NewSubjectPanel(make_context(work, look))
    shown(panel)
    panel.begin()
    words = panel.obstacle.words.text()
    assert f"the study needs {NAMES}, for which there is no default" in words
    assert "Administration, Parameters: Administrator." in words
    assert panel.date.isHidden()
    assert panel.make.isHidden(), "nothing can be typed in vain"
    look.languages.set_language("zh")
    assert "可在“管理 › 参数”中填写者：系统管理员。" in panel.obstacle.words.text()
    QTest.keyClick(panel.cancel, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert read_subjects(work.database) == ()


def test_it_goes_on_when_the_administrator_has_entered_it(work: Workspace, look: Look, shown: Callable[[QWidget], None]) -> None:
    section = enter_all(work, look, shown)
    assert needed_parameters(work) == ()
    assert section.missing.isHidden()
    work.actor = identify(work, "crc", CRC_PASSWORD)
    work.database.use_signer(work.actor.signer)
    panel = NewSubjectPanel(make_context(work, look))
    shown(panel)
    panel.begin()
    assert panel.obstacle.isHidden()
    QTest.keyClicks(panel.date.edit, "20260121")
    QTest.keyClick(panel.date.edit, Qt.Key.Key_Return)
    assert len(read_subjects(work.database)) == 1


def test_the_set_up_shows_what_is_needed_first(work: Workspace, look: Look, shown: Callable[[QWidget], None]) -> None:
    section = ParametersSection(make_context(work, look))
    shown(section)
    section.read()
    assert section.missing.words.text() == f"No subject can be enrolled until this is entered: {NAMES}."
    states = [section.table.lines.line(row).cells[-1] for row in range(section.table.lines.rowCount())]
    assert states[:4] == ["needed"] * 4
    assert "needed" not in states[4:]
    look.languages.set_language("zh")
    section.retranslate()
    assert section.table.lines.line(0).cells[-1] == "须填写"
    assert "每次细胞剂量" in section.missing.words.text()
