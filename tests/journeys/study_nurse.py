"""A coordinator at the window: what she does with the casebook, told in steps, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crf_app.clinical.keys import FormKey
from crf_app.clock import SteppedClock
from crf_app.services.workspace import Workspace
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.main_window import MainWindow
from tests.journeys.typist import CONTROL, Typist

ALT = Qt.KeyboardModifier.AltModifier
Values = Mapping[str, str]


@dataclass
class Nurse:
    """Hands on the keyboard, eyes on the window."""

    window: MainWindow
    clock: SteppedClock
    hands: Typist
    password: str
    pi: tuple[str, str]
    completed: list[FormKey] = field(default_factory=list)

    @property
    def work(self) -> Workspace:
        """The open workspace, to compare what was stored."""
        return self.window.context.work

    @property
    def page(self) -> CasebookPage:
        """The casebook page."""
        return self.window.casebook

    @property
    def form(self) -> FormKey:
        """The form in sight."""
        assert self.page.form is not None
        return self.page.form

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Time passes: Ctrl+L when she leaves the desk, her password when she is back."""
        here = self.page.form
        self.hands.press(Qt.Key.Key_L, CONTROL)
        self.clock.set(datetime.combine(day, time(hour, minute), self.clock.now().tzinfo))
        self.hands.type(self.password)
        self.hands.press(Qt.Key.Key_Return)
        QApplication.processEvents()
        assert self.work.user.login == "crc"
        assert self.page.form == here

    def new_subject(self, consent: str) -> str:
        """Ctrl+N, the consent date; the consent form opens."""
        self.hands.press(Qt.Key.Key_N, CONTROL)
        self.hands.type(consent)
        self.hands.press(Qt.Key.Key_Return)
        self.hands.subject = self.form.subject
        return self.form.subject

    def open(self, event: str, form: str, repeat: int = 1) -> None:
        """Open a form from the visit tree: F6, arrows, Enter."""
        hands, tree = self.hands, self.page.tree
        hands.press(Qt.Key.Key_F6)
        hands.press(Qt.Key.Key_Home)
        log = self.work.study.event(event).kind == "log"
        for _ in range(200):
            node = tree.tree.node(tree.currentIndex())
            assert node is not None
            if node.form is not None and (node.form.event, node.form.form, node.form.form_repeat) == (event, form, repeat):
                hands.press(Qt.Key.Key_Return)
                return
            if node.form is None and node.event[0] == event and not tree.isExpanded(tree.currentIndex()):
                hands.press(Qt.Key.Key_Right)
            if node.form is None and node.event[0] != event and tree.isExpanded(tree.currentIndex()) and not log:
                hands.press(Qt.Key.Key_Left)
            hands.press(Qt.Key.Key_Down)
        raise AssertionError(f"{event} {form} {repeat} is not in the tree")

    def fill(self, values: Values) -> None:
        """Answer the form in sight. Raises AssertionError when a question opened in place."""
        self.hands.fill(values, self._stopped)

    def _stopped(self) -> str:
        """What the window asks or refuses beneath the form, "" when nothing."""
        pane = self.page.pane
        said = [pane.sign.words.text() if pane.sign.question is not None else "", pane.reason.question.text() if not pane.reason.isHidden() else ""]
        return " ".join([*said, pane.message.words.text() if pane.message.isVisible() else ""]).strip()

    def complete(self) -> FormKey:
        """Ctrl+Enter; open points must not stand in the way. Returns the form that was completed."""
        done = self.form
        self.hands.press(Qt.Key.Key_Return, CONTROL)
        points = self.page.pane.points
        assert not points.isVisible(), [one.message.en for one in points.model.findings]
        meta = self.work.casebook(done.subject).form_meta[done]
        assert meta.status == "complete", (done, meta)
        self.completed.append(done)
        return done

    def complete_with_queries(self, most: int) -> None:
        """Ctrl+Enter twice: what is left becomes queries."""
        done = self.form
        self.hands.press(Qt.Key.Key_Return, CONTROL)
        points = self.page.pane.points
        assert points.isVisible()
        assert len(points.model.findings) <= most, [one.message.en for one in points.model.findings]
        self.hands.press(Qt.Key.Key_Return, CONTROL)
        assert self.work.casebook(done.subject).form_meta[done].status == "complete"

    def investigator_answers(self, values: Values) -> None:
        """Ctrl+G: the investigator answers on this form what is his, without ending the coordinator's session."""
        self.hands.press(Qt.Key.Key_G, CONTROL)
        self._sign()
        assert self.page.pane.model.guest is not None, (self.page.pane.sign.error.text(), self.page.pane.asks, self.hands.focus().objectName())
        self.fill(values)

    def _sign(self) -> None:
        QTest.qWait(0)
        login, password = self.pi
        self.hands.type(login)
        self.hands.press(Qt.Key.Key_Return)
        self.hands.type(password)
        self.hands.press(Qt.Key.Key_Return)

    def sign_eligibility(self) -> None:
        """Ctrl+E: the investigator confirms in place."""
        self.hands.press(Qt.Key.Key_E, CONTROL)
        self._sign()

    def randomise(self) -> None:
        """Ctrl+Enter on the form of randomisation; the investigator signs, the code is dealt and the form complete."""
        done = self.form
        self.hands.press(Qt.Key.Key_Return, CONTROL)
        self._sign()
        assert self.work.casebook(done.subject).form_meta[done].status == "complete", self.page.pane.message.words.text()
        self.completed.append(done)

    def value(self, event: str, form: str, item: str, row: int = 1, repeat: int = 1) -> str:
        """What is stored."""
        key = FormKey(self.hands.subject, event, 1, form, repeat)
        group = self.work.study.forms[form].index[item].group
        return self.work.casebook(key.subject).forms.get(key, {})[(group, row, item)].text

    def print_casebook(self, target: Path) -> str:
        """Ctrl+P, the whole casebook, a path, Enter. Returns the text of the printed pages."""
        self.hands.press(Qt.Key.Key_P, CONTROL)
        page = self.page.print_page
        self.hands.type("3")
        self.wait_for(lambda: page.is_drawn)
        while self.hands.focus() is not page.path:
            self.hands.press(Qt.Key.Key_Tab)
        self.hands.replace(str(target))
        self.hands.press(Qt.Key.Key_Return)
        self.wait_for(target.exists)
        document = pypdfium2.PdfDocument(target)
        text = "".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
        document.close()
        self.hands.press(Qt.Key.Key_Escape)
        assert self.page.at_work
        return text

    def wait_for(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Let the window work until `condition` holds."""
        end = monotonic() + seconds
        while not condition():
            assert monotonic() < end, "it did not happen"
            QApplication.processEvents()
