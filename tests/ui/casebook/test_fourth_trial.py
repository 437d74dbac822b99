"""A trial that is definitions alone at the window: every form opens and speaks its language; its eligibility and allocation have their views."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.services.allocation_lists import import_list
from crf_app.services.randomisation import read_allocation
from crf_app.services.signing import Credentials
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.look import Look
from tests.once import Once
from tests.services.fourth_trial.conftest import FOLDER
from tests.services.fourth_trial.story import LIST
from tests.services.rules.cases import NOW
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories, become
from tests.ui.casebook.conftest import make_context
from tests.ui.seen import foreign


@pytest.fixture(scope="module")
def vaccine(once: Once) -> Stories:
    """The base stories of the trial."""
    return Stories(once, FOLDER)


@pytest.fixture
def bench(vaccine: Stories) -> Iterator[Bench]:
    """A subject with both doses and antibodies."""
    with vaccine.copy("complete", NOW, {}) as found:
        yield found


def page_of(bench: Bench, look: Look, qtbot: QtBot) -> CasebookPage:
    """The casebook page on the consent form."""
    page = CasebookPage(make_context(bench.work, look))
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.open(bench.subject, "V1", 1, "ICF", 1)
    return page


def test_every_form_opens_in_both_languages(bench: Bench, look: Look, qtbot: QtBot) -> None:
    page = page_of(bench, look, qtbot)
    record = page.record
    assert record is not None
    forms = {form.key.form: form.key for event in record.events for form in event.forms}
    assert set(forms) >= {"ENR", "ALC", "VAX", "DIA", "IMM", "SAF", "VHX", "SV", "ICF", "DS", "AE"}
    strange: dict[str, str] = {}
    for lang in ("en", "zh"):
        page.context.language_hub.set_language(lang)
        for key in forms.values():
            page.open_form(key)
            assert page.form == key
            given = ("SITE", "Demo", "Site laboratory", "本院检验科", "演示", "investigator")
            strange |= {f"{key.form} ({lang}): {text}": word for text, word in foreign(page, lang, given).items()}
    assert strange == {}, "\n".join(f"{word} in {place}" for place, word in strange.items())


def _sign(page: CasebookPage) -> None:
    assert page.pane.sign.question is not None
    QApplication.processEvents()
    for text in (INVESTIGATOR, PASSWORD):
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


def test_enrolment_and_group_by_keys(vaccine: Stories, look: Look, qtbot: QtBot) -> None:
    """The criteria stand above this trial's own form; the investigator confirms there, and on the form of the group gives the next code."""
    with vaccine.copy("screened", "2026-03-02T09:30:00", {}) as bench:
        become(bench.work, bench.story.actors[Role.ADMINISTRATOR])
        import_list(bench.work, LIST.encode(), Credentials("admin", PASSWORD))
        become(bench.work, bench.story.actors[Role.COORDINATOR])
        page = page_of(bench, look, qtbot)
        page.open(bench.subject, "V1", 1, "ENR", 1)
        assert not page.pane.eligibility.isHidden()
        assert page.pane.eligibility.verdict == "ELIGIBLE"
        page.acts.go_on()
        _sign(page)
        assert bench.work.run(bench.subject).plain("confirmed") == "Y"
        page.open(bench.subject, "V1", 1, "ALC", 1)
        assert not page.pane.randomisation.isHidden()
        page.acts.go_on()
        _sign(page)
        found = read_allocation(bench.work, bench.subject)
        assert found is not None
        assert (found.number, found.arm) == ("K001", "VAC")
        assert page.pane.model.is_complete
        assert bench.work.casebook(bench.subject).form_meta[FormKey(bench.subject, "V1", 1, "ALC", 1)].status == "complete"
