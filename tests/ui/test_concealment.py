"""The whole window of who may not randomise, before and after: 42 allocations are planted, none of them is found on any page or panel."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.admin.roles import Right, Role
from crf_app.services.randomisation import allocation_form, randomise
from crf_app.ui.calendar.days import VIEWS
from crf_app.ui.common.look import Look
from crf_app.ui.main_window import MainWindow
from tests.hay import NUMBERS, found_in
from tests.once import Once
from tests.services.randomisation.conftest import SIGNER, TRIAL_B, Trial, opened
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import Stories
from tests.ui.casebook.conftest import make_context
from tests.ui.everything import Known, everything
from tests.ui.seen import painted

ASKED = ("", "ZQ7", NUMBERS[0][:-1], "MSC", "随机", "random", "T1-001")


@pytest.fixture(scope="module")
def stories_b(once: Once) -> Stories:
    """The base stories of trial B."""
    return Stories(once, TRIALS[TRIAL_B])


@pytest.fixture
def trial(stories_b: Stories) -> Iterator[Trial]:
    """An eligible subject of trial B and the planted list."""
    with opened(stories_b) as made:
        yield made.listed()


class Tour:
    """A walk through everything that a person may see; at each stop all that the window holds is searched."""

    def __init__(self, window: MainWindow, subject: str) -> None:
        self.window, self.subject = window, subject
        self.found: dict[str, set[str]] = {}
        self.stops: list[str] = []
        self.held = 0
        self.known: Known = {}

    def stop(self, place: str) -> None:
        """Search what there is now, hidden pages included."""
        QApplication.processEvents()
        self.stops.append(place)
        here = [*everything(self.window, self.known), *(("painted", text) for text in painted(self.window))]
        self.held += len(here)
        if found_in("\n".join(text for _, text in here).encode()):  # only then place by place
            self.found |= {f"{place}: {where}": found for where, text in here if (found := found_in(text.encode()))}

    def walk(self) -> None:
        """Every page, section and view, every form before treatment, every panel; what is hidden is searched at each stop as well."""
        hub = self.window.context.language_hub
        hub.set_language("zh")
        self._pages("zh")
        self._casebook("zh")
        hub.set_language("en")
        self._panels("en")
        self.window.go("today")
        self.stop("today en")

    def see_the_dealt(self) -> None:
        """Where a dealt code is shown: its form, what is said of its item, the search."""
        self.window.open_form(allocation_form(self.window.context.work, self.subject))
        self._inspector("en")
        self.window.palette_panel.open_with(NUMBERS[0])
        self.stop("palette en")
        self.window.palette_panel.close_palette()

    def _pages(self, lang: str) -> None:
        for name in self.window.pages:
            if name == "casebook":
                continue
            self.window.go(name)
            self.stop(f"{name} {lang}")
            for view in VIEWS if name == "calendar" else ():
                self.window.calendar.view.set_view(view)
                self.stop(f"calendar {view} {lang}")
        for section in self.window.administration.sections:
            self.window.go("administration")
            self.window.administration.show_section(section.section_name)
            self.stop(f"administration {section.section_name} {lang}")

    def _casebook(self, lang: str) -> None:
        window, page = self.window, self.window.casebook
        window.open_subject(self.subject)
        record = page.record
        assert record is not None
        forms = [form.key for event in record.events for form in event.forms if event.event.oid in ("BL", "LOG") or form.key.form in ("ICF", "DM", "IE")]
        for key in forms:
            window.open_form(key)
            self.stop(f"form {key.event}/{key.form} {lang}")
        window.open_form(allocation_form(window.context.work, self.subject))
        self._inspector(lang)
        if window.context.work.user.may(Right.PRINT):
            page.open_print()
            while not page.print_page.is_drawn:
                QApplication.processEvents()
            self.stop(f"print {lang}")
            page.print_page.closed.emit()

    def _inspector(self, lang: str) -> None:
        page = self.window.casebook
        form = page.pane.model.record
        assert form is not None
        for item in (one for one in form.items() if one.item.oid in ("RANDNO", "ARMCD")):
            page.pane.view.focus_item(item.key)
            for tab in range(3):
                page.show_inspector(tab)
                self.stop(f"inspector {item.item.oid} {tab} {lang}")

    def _panels(self, lang: str) -> None:
        window = self.window
        for text in ASKED:
            window.palette_panel.open_with(text)
            self.stop(f"palette {text} {lang}")
        window.palette_panel.close_palette()
        window.key_help.open_help()
        self.stop(f"keys {lang}")
        window.key_help.close_help()
        if window.context.work.user.may(Right.ENTER):
            window.new_subject.begin()
            self.stop(f"new subject {lang}")
            window.new_subject.close_panel()


def tour_of(trial: Trial, look: Look, qtbot: QtBot, *, short: bool = False) -> Tour:
    """The main window, walked through; `short`: only where a dealt code is shown."""
    window = MainWindow(make_context(trial.work, look))
    window.resize(1280, 720)
    window.show()
    qtbot.waitExposed(window)
    window.start()
    tour = Tour(window, trial.subject)
    if short:
        tour.see_the_dealt()
    elif trial.work.user.may(Right.READ):
        tour.walk()
    else:
        for lang in ("en", "zh"):
            window.context.language_hub.set_language(lang)
            for section in window.administration.sections:
                window.administration.show_section(section.section_name)
                tour.stop(f"administration {section.section_name} {lang}")
    window.context.jobs.stop()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    return tour


@pytest.mark.requirement("C-CONCEAL")
@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, pytest.param(Role.MONITOR, marks=pytest.mark.slow), pytest.param(Role.DATA_MANAGER, marks=pytest.mark.slow)]
)
def test_no_page_holds_a_code_before(
    trial: Trial, look: Look, qtbot: QtBot, role: Role, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Before: nothing anywhere. After the act: the one number dealt, on the pages that should show it, which proves the walk."""
    caplog.set_level(logging.DEBUG)
    trial.be(role)
    before = tour_of(trial, look, qtbot)
    assert len(before.stops) > 35
    assert {"today en", "subjects zh", "calendar week zh", "print zh", "form BL/RND zh", "administration password zh"} <= set(before.stops)
    assert before.held > 20_000
    assert before.found == {}
    randomise(trial.be(role), trial.subject, SIGNER)
    after = tour_of(trial, look, qtbot, short=True)
    found = after.found
    assert {one for hits in found.values() for one in hits} == {NUMBERS[0]}
    assert any("inspector RANDNO" in place for place in found)
    assert any("painted" in place for place in found)
    assert any("Model" in place for place in found)
    said = capfd.readouterr()
    assert found_in(f"{caplog.text}\n{said.out}\n{said.err}".encode()) == set()


@pytest.mark.requirement("C-CONCEAL")
def test_who_keeps_the_list_sees_no_code_either(trial: Trial, look: Look, qtbot: QtBot) -> None:
    """The administrator imported it; Administration shows counts alone."""
    trial.be(Role.ADMINISTRATOR)
    tour = tour_of(trial, look, qtbot)
    assert "administration randomisation zh" in tour.stops
    assert tour.found == {}
