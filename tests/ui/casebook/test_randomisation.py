"""Randomising through the window by keys: what is in the way, the signature in place, the slip, the record of a wrong allocation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.services.allocation_errors import wrong_allocations
from crf_app.services.allocation_lists import ListPlan, make_list
from crf_app.services.randomisation import allocation_form, randomise, read_allocation
from crf_app.store.allocations import ReportedAllocation, StoredAllocation
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from tests.once import Once
from tests.services.randomisation.conftest import ADMINISTRATOR, SIGNER, TRIAL_B, Trial, opened
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import PASSWORD, Stories
from tests.ui.casebook.conftest import make_context
from tests.ui.seen import foreign


@pytest.fixture(scope="session")
def stories_b(once: Once) -> Stories:
    """The base stories of trial B."""
    return Stories(once, TRIALS[TRIAL_B])


@pytest.fixture
def trial(stories_b: Stories) -> Iterator[Trial]:
    """An eligible subject of trial B and a list."""
    with opened(stories_b) as made:
        yield made.listed()


def page_of(trial: Trial, look: Look, qtbot: QtBot, subject: str = "") -> CasebookPage:
    """The casebook page on the randomisation form."""
    page = CasebookPage(make_context(trial.work, look))
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    form = allocation_form(trial.work, subject or trial.subject)
    page.open(form.subject, form.event, 1, form.form, 1)
    return page


def sign(page: CasebookPage, *texts: str) -> None:
    """Fill the signing panel, Enter after each."""
    assert page.pane.sign.question is not None
    QApplication.processEvents()
    for text in texts:
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


def test_by_keys_the_investigator_randomises_in_the_coordinators_session(trial: Trial, look: Look, qtbot: QtBot) -> None:
    page = page_of(trial, look, qtbot)
    view = page.pane.randomisation
    assert view.strip.head.text() == look.tr("casebook.randomisation.green")
    page.acts.go_on()  # what Ctrl+Enter does
    sign(page, SIGNER.login, "not my password at all")
    assert page.pane.sign.error.text()
    assert read_allocation(trial.work, trial.subject) is None
    sign(page, PASSWORD)
    assert page.pane.sign.question is None
    found = read_allocation(trial.work, trial.subject)
    assert found is not None
    assert view.strip.head.text() == look.tr("casebook.randomisation.done", number=found.number, arm="HUC-MSC i.m.")
    assert page.pane.model.is_complete
    assert [one.property("act") for one in view.strip.buttons] == ["slip", "ask_wrong"]
    assert trial.work.session.user.role is Role.COORDINATOR


def test_what_is_in_the_way_is_said_and_nothing_can_be_typed(trial: Trial, look: Look, qtbot: QtBot) -> None:
    page = page_of(trial, look, qtbot, trial.another())
    words = page.pane.randomisation.strip.words.text()
    assert look.tr("error.randomise_incomplete") in words
    assert "Randomisation needs confirmed eligibility." in words
    page.acts.go_on()
    assert page.pane.sign.question is None
    assert page.pane.message.isVisible()
    record = page.pane.model.record
    assert record is not None
    assert not [one.item.oid for one in record.items() if one.item.oid.startswith("RAND") and one.editable]


def shown(page: CasebookPage) -> str:
    """Every text that any widget or item model of the page holds, tooltips and what is read aloud included."""
    texts: list[str] = []
    for one in (page, *page.findChildren(QWidget)):
        texts += [one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.windowTitle()]
        texts += [str(one.property(name)) for name in ("text", "plainText", "currentText") if one.property(name) is not None]
    for model in page.findChildren(QAbstractItemModel):
        texts += walked(model, QModelIndex())
    return "\n".join(texts)


def walked(model: QAbstractItemModel, parent: QModelIndex) -> list[str]:
    """The texts of all cells beneath a row."""
    found: list[str] = []
    for row in range(model.rowCount(parent)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            found += [str(model.data(index, role)) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)]
            found += walked(model, index) if column == 0 else []
    return found


@pytest.mark.requirement("C-CONCEAL")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER])
def test_no_widget_and_no_model_holds_a_code_before(trial: Trial, look: Look, qtbot: QtBot, role: Role) -> None:
    """Of 42 planted numbers none; after the act the one that was dealt, which proves the search."""
    trial.be(role)
    page = page_of(trial, look, qtbot)
    before = shown(page)
    assert trial.subject in before
    assert "ZQ7" not in before
    randomise(trial.work, trial.subject, SIGNER)
    assert page.pane.subject is not None
    page.pane.refresh(page.pane.subject)
    after = shown(page)
    assert set(re.findall(r"ZQ7-\d+", after)) == {"ZQ7-0001"}


def test_a_monitor_sees_the_state_and_is_offered_nothing(trial: Trial, look: Look, qtbot: QtBot) -> None:
    trial.be(Role.MONITOR)
    view = page_of(trial, look, qtbot).pane.randomisation
    assert view.strip.buttons == ()
    view.ask()
    assert read_allocation(trial.work, trial.subject) is None


def test_the_stratum_is_chosen_first(stories_b: Stories, look: Look, qtbot: QtBot) -> None:
    with opened(stories_b, parameters={"strata": "north; south"}) as trial:
        make_list(trial.be(Role.ADMINISTRATOR), ListPlan((4, 6), 42, "seed"), ADMINISTRATOR)
        trial.be(Role.COORDINATOR)
        page = page_of(trial, look, qtbot)
        view = page.pane.randomisation
        assert not view.choice.isHidden()
        view.ask()
        assert page.pane.sign.question is None
        QApplication.processEvents()
        assert QApplication.focusWidget() is view.stratum.box
        QTest.keyClick(view.stratum.box, Qt.Key.Key_S)
        assert view.chosen_stratum == "south"
        view.ask()
        sign(page, SIGNER.login, PASSWORD)
        found = read_allocation(trial.work, trial.subject)
        assert isinstance(found, StoredAllocation)
        assert found.place == 43


def test_the_slip_is_saved_and_a_wrong_allocation_recorded(trial: Trial, look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    page = page_of(trial, look, qtbot)
    view, context = page.pane.randomisation, page.context
    view.ask()
    sign(page, SIGNER.login, PASSWORD)
    assert isinstance(context.ask, ScriptedAsk)
    context.ask.answers["slip"] = [(str(tmp_path / "slip.pdf"),)]
    page.randomisation.act("slip")
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    view.ask_wrong()
    QApplication.processEvents()
    focused = QApplication.focusWidget()
    assert isinstance(focused, QComboBox)
    QTest.keyClick(focused, Qt.Key.Key_Tab)
    for text in ("2031-01-01", "t"):
        view.found_on.edit.setFocus()
        view.found_on.edit.selectAll()
        QTest.keyClicks(view.found_on.edit, text)
        QTest.keyClick(view.found_on.edit, Qt.Key.Key_Return)
        sign(page, "the bags were exchanged", SIGNER.login, PASSWORD)
        assert bool(view.found_on.error.words.text()) == (text != "t")
    (found,) = wrong_allocations(trial.work, trial.subject)
    assert (found.given, found.description) == ("LA", "the bags were exchanged")
    assert view.wrong.isHidden()
    assert "the bags were exchanged" in view.strip.words.text()


def asked(page: CasebookPage) -> str:
    """What the signing panel says first, "" while it asks nothing."""
    question = page.pane.sign.question
    return str(question.words[0]) if question is not None else ""


def typed(widget: QLineEdit, text: str) -> None:
    """Type into a line and press Enter."""
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_allocation_out_of_an_envelope_is_recorded_by_keys(stories_b: Stories, look: Look, qtbot: QtBot, lang: str) -> None:
    """Arm, number, day, time and source are typed; what is wrong is said at its line; the investigator signs what is read back to him."""
    with opened(stories_b, parameters={"allocation_method": "ENVELOPE"}) as trial:
        page = page_of(trial, look, qtbot)
        look.languages.set_language(lang)
        view = page.pane.randomisation
        assert look.tr("casebook.randomisation.ready_envelope") in view.strip.words.text()
        page.acts.go_on()  # what Ctrl+Enter does
        QApplication.processEvents()
        report = view.report
        assert report.isVisible()
        assert QApplication.focusWidget() is report.arm.box
        strange = foreign(page, lang, ("HUC-MSC", "RND", "BL", "Demo", "演示"))
        assert strange == {}
        report.arm.box.setCurrentIndex(report.arm.box.findData("LA"))
        typed(report.lines["number"].edit, "E-017")
        assert asked(page) == ""
        assert report.lines["day"].error.words.text()
        for name, text in (("day", "2031-01-01"), ("time", "0940"), ("informed_by", "17")):
            typed(report.lines[name].edit, text)
        sign(page, SIGNER.login, PASSWORD)
        assert "2031-01-01" in report.lines["day"].error.words.text()
        assert read_allocation(trial.work, trial.subject) is None
        typed(report.lines["day"].edit, "2026-09-29")
        assert "E-017" in asked(page)
        sign(page, SIGNER.login, PASSWORD)
        found = read_allocation(trial.work, trial.subject)
        assert isinstance(found, ReportedAllocation)
        assert (found.number, found.arm, found.method, found.informed_by) == ("E-017", "LA", "ENVELOPE", "17")
        assert report.isHidden()
        assert page.pane.model.is_complete
        assert "17" in view.strip.words.text()


def test_escape_leaves_the_envelope_unrecorded(stories_b: Stories, look: Look, qtbot: QtBot) -> None:
    with opened(stories_b, parameters={"allocation_method": "CENTRAL"}) as trial:
        page = page_of(trial, look, qtbot)
        report = page.pane.randomisation.report
        page.pane.randomisation.ask()
        QTest.keyClicks(report.lines["number"].edit, "C-1")
        QTest.keyClick(report.lines["number"].edit, Qt.Key.Key_Escape)
        assert report.isHidden()
        assert report.lines["number"].text() == ""
        assert read_allocation(trial.work, trial.subject) is None
