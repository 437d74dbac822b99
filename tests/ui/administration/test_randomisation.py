"""Administration of the allocation list by keys: check, import, make, pass the key on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.services.allocation_lists import read_status
from crf_app.services.session import add_user
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from crf_app.ui.administration.page import AdministrationPage
from crf_app.ui.administration.randomisation import RandomisationSection
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from tests.once import Once
from tests.services.randomisation.conftest import TRIAL_B, Trial, arms, opened, sheet
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import PASSWORD, Stories
from tests.ui.casebook.conftest import make_context


@pytest.fixture(scope="session")
def stories_b(once: Once) -> Stories:
    """The base stories of trial B."""
    return Stories(once, TRIALS[TRIAL_B])


@pytest.fixture
def trial(stories_b: Stories) -> Iterator[Trial]:
    """Trial B without a list."""
    with opened(stories_b, "screened") as made:
        yield made


def page_of(trial: Trial, role: Role, look: Look, qtbot: QtBot) -> AdministrationPage:
    """Administration as that person has it, at its section on randomisation."""
    page = AdministrationPage(make_context(trial.be(role), look))
    qtbot.addWidget(page)
    page.resize(1200, 720)
    page.show()
    page.activateWindow()
    page.show_section("randomisation")
    return page


def section_of(page: AdministrationPage) -> RandomisationSection:
    """The section of the page."""
    return next(one for one in page.sections if isinstance(one, RandomisationSection))


def put(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_a_list_is_chosen_checked_corrected_and_imported(trial: Trial, look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    page = page_of(trial, Role.ADMINISTRATOR, look, qtbot)
    section = section_of(page)
    file = tmp_path / "list.csv"
    file.write_bytes(sheet(arms()).replace("ZQ7-0005,LA", "ZQ7-0005,PLACEBO").encode("utf-16"))
    ask = section.context.ask
    assert isinstance(ask, ScriptedAsk)
    ask.answers["allocation_list"] = [(str(file),), (str(file),)]
    section.choose.click()
    line = section.table.lines.line(0)
    assert line.cells[:2] == ("6", "arm")
    assert "PLACEBO" in line.cells[2]
    assert not section.take.isEnabled()
    QAbstractItemModelTester(section.table.lines, QAbstractItemModelTester.FailureReportingMode.Fatal)
    file.write_bytes(sheet(arms()).encode("gb18030"))
    section.choose.click()
    assert section.take.isEnabled()
    put(section.password.edit, "not my password at all")
    QTest.keyClick(section.password.edit, Qt.Key.Key_Return)
    assert section.password.error.words.text()
    assert read_status(trial.work).list is None
    put(section.password.edit, PASSWORD)
    QTest.keyClick(section.password.edit, Qt.Key.Key_Return)
    found = read_status(trial.work).list
    assert found is not None
    assert (found.source, found.size) == ("imported", 42)
    assert "42" in section.state.head.text()
    assert section.password.text() == ""


def test_a_list_is_made_and_made_again_with_a_reason(trial: Trial, look: Look, qtbot: QtBot) -> None:
    page = page_of(trial, Role.ADMINISTRATOR, look, qtbot)
    section = section_of(page)
    for blocks, codes, wrong in (("x", "42", section.blocks), ("4, 6", "many", section.codes), ("5", "42", section.blocks), ("4，6", "40", section.codes)):
        put(section.codes.edit, codes)
        section.blocks.edit.setText(blocks)
        put(section.password.edit, PASSWORD)
        section.make.click()
        assert wrong.error.words.text(), (blocks, codes)
    assert read_status(trial.work).list is None
    for reason, size in (("", 42), ("", 42), ("wrong number", 48)):
        section.blocks.edit.setText("4, 6")
        section.codes.edit.setText(str(size))
        section.reason.edit.setText(reason)
        put(section.password.edit, PASSWORD)
        section.make.click()
    assert section.seed.text() == ""
    found = read_status(trial.work).list
    assert found is not None
    assert (found.list_id, found.size, found.source) == (2, 48, "made")


def test_who_holds_the_key_passes_it_on(trial: Trial, look: Look, qtbot: QtBot) -> None:
    trial.listed()
    add_user(trial.be(Role.ADMINISTRATOR), "second", Text("Demo Second", "演示二"), Role.INVESTIGATOR, PASSWORD, cost=CHEAP)
    page = page_of(trial, Role.INVESTIGATOR, look, qtbot)
    section = section_of(page)
    assert "Demo Second" in section.state.words.text()
    assert section.report.isHidden()
    put(section.password.edit, PASSWORD)
    QTest.keyClick(section.password.edit, Qt.Key.Key_Return)
    assert read_status(trial.work).waiting == ()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER])
def test_others_have_no_such_section(trial: Trial, look: Look, qtbot: QtBot, role: Role) -> None:
    page = AdministrationPage(make_context(trial.be(role), look))
    qtbot.addWidget(page)
    assert "randomisation" not in {one.section_name for one in page.sections}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_study_with_envelopes_is_offered_no_list(stories_b: Stories, look: Look, qtbot: QtBot, lang: str) -> None:
    """Its state is said instead."""
    with opened(stories_b, parameters={"allocation_method": "ENVELOPE"}) as trial:
        work = trial.be(Role.ADMINISTRATOR)
        look.languages.set_language(lang)
        section = RandomisationSection(make_context(work, look))
        qtbot.addWidget(section)
        section.show()
        section.read()
        assert section.editor.isHidden()
        assert look.tr("randomisation.status.envelope") in section.state.head.text() + section.state.words.text()
