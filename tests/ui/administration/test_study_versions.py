"""Study versions under Administration: load, read the report, move subjects; the casebook says which version holds."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.services.amendments.loading import loaded_versions, version_of
from crf_app.services.workspace import Workspace
from crf_app.ui.administration.page import AdministrationPage
from crf_app.ui.administration.study_versions import StudyVersionsSection
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from tests.once import Once
from tests.services.amendments.site import COMPLETED, WEEK_3, WEEK_5, Site, copy_site, released_amendment
from tests.services.rules.world import machine_of_its_own
from tests.ui.casebook.conftest import make_context


@pytest.fixture
def site(once: Once, tmp_path: Path) -> Site:
    """Three subjects in the middle of the study, and version 2.0 beside them."""
    folder = tmp_path / "made" / "workspace"
    return Site(folder, copy_site(once, folder), tmp_path / "state", released_amendment(once))


def section_of(work: Workspace, look: Look, qtbot: QtBot) -> tuple[AdministrationPage, StudyVersionsSection]:
    """Administration at its section, which lives no longer than the page."""
    page = AdministrationPage(make_context(work, look))
    qtbot.addWidget(page)
    page.resize(1200, 720)
    page.show()
    page.show_section("versions")
    return page, next(one for one in page.sections if isinstance(one, StudyVersionsSection))


def ask_of(section: StudyVersionsSection) -> ScriptedAsk:
    assert isinstance(section.context.ask, ScriptedAsk)
    return section.context.ask


def rows(section: StudyVersionsSection) -> list[tuple[str, ...]]:
    return [section.report.lines.line(number).cells for number in range(section.report.lines.rowCount())]


def work_out(section: StudyVersionsSection, qtbot: QtBot) -> None:
    section.judge.click()
    qtbot.waitUntil(section.save.isEnabled, timeout=60_000)


def load(site: Site, look: Look, qtbot: QtBot) -> None:
    with site.at_work(Role.ADMINISTRATOR) as work:
        _page, section = section_of(work, look, qtbot)
        ask_of(section).answers["study_version"] = [(str(site.amendment.parent),), (str(site.amendment),)]
        section.load.click()
        assert "crf-app study release" in section.outcome.words.text(), "a folder without a release is refused with what to do"
        section.load.click()
        assert [one.version for one in loaded_versions(work)] == ["1.0", "2.0"]
        assert section.chosen is not None
        assert section.chosen.version == "2.0"
        assert "Month 6 follow-up" in section.difference.toPlainText()
        section.visit.box.setCurrentIndex(section.visit.box.findData("W4"))
        work_out(section, qtbot)
        assert {row[6] for row in rows(section) if row[2] == "Calculated value changes"} == {"…"}, "the administrator reads no values"


def test_load_report_and_move(site: Site, look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    with machine_of_its_own(site.state):
        load(site, look, qtbot)
        with site.at_work(Role.DATA_MANAGER) as work:
            _page, section = section_of(work, look, qtbot)
            assert not section.load.isVisible()
            section.table.selectRow(1)
            assert section.ticks.chosen() == (COMPLETED, WEEK_5, WEEK_3)
            section.ticks.list.item(2).setCheckState(Qt.CheckState.Unchecked)
            section.visit.box.setCurrentIndex(section.visit.box.findData("W4"))
            work_out(section, qtbot)
            QAbstractItemModelTester(section.report.lines, QAbstractItemModelTester.FailureReportingMode.Fatal)
            assert {row[0] for row in rows(section)} == {COMPLETED, WEEK_5}
            everything = len(rows(section))
            QTest.keyClicks(section.filter.edit, "signature")
            assert 0 < len(rows(section)) < everything
            section.filter.edit.selectAll()
            QTest.keyClick(section.filter.edit, Qt.Key.Key_Backspace)
            _saved(section, tmp_path)
            look.languages.set_language("zh")
            assert any(row[2] == "新增访视" for row in rows(section)), "the report is there in the other language"
            assert "第6月随访" in section.difference.toPlainText()
            look.languages.set_language("en")
            _moved(section, work)
            _shown(work, look, qtbot)


def _saved(section: StudyVersionsSection, folder: Path) -> None:
    ask_of(section).answers["impact_file"] = [(str(folder / "impact.csv"),), (str(folder / "impact.pdf"),)]
    section.save.click()
    section.save.click()
    with (folder / "impact.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == len(rows(section)) + 1
    assert (folder / "impact.pdf").read_bytes().startswith(b"%PDF-")


def _moved(section: StudyVersionsSection, work: Workspace) -> None:
    head = work.database.head
    section.go_on.click()
    assert section.reason.error.words.text(), "without a reason nothing is asked and nothing done"
    QTest.keyClicks(section.reason.edit, "Protocol 2.0")
    ask_of(section).answers["migrate_subjects"] = [False, True]
    section.go_on.click()
    assert work.database.head == head
    section.go_on.click()
    assert [version_of(work, one) for one in (COMPLETED, WEEK_5, WEEK_3)] == ["2.0", "2.0", "1.0"]
    assert section.ticks.chosen() == ()
    assert section.ticks.count == 1, "who follows it is no longer offered"
    assert "2 subjects follow version 2.0" in section.outcome.words.text()


def _shown(work: Workspace, look: Look, qtbot: QtBot) -> None:
    page = CasebookPage(make_context(work, look))
    qtbot.addWidget(page)
    page.resize(1440, 852)
    page.show()
    page.open(WEEK_5, "W4", 1, "VS")
    assert page.header.facts["version"].isVisible()
    texts = [one.text for one in page.tree_model.roots]
    at = texts.index("Study version 2.0")
    assert page.tree_model.roots[at].is_heading
    assert page.tree_model.roots[at + 1].event == ("W4", 1)
    page.close()

