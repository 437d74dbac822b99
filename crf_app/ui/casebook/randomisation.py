"""What stands above a randomisation form: why not yet, the button, or what was allocated; and the record of a wrong allocation."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.errors import ExpectedError
from crf_app.services.allocation_errors import wrong_allocations
from crf_app.services.allocation_lists import LIST, arms_of, method_of, read_status, scheme_of
from crf_app.services.randomisation import Allocation, obstacles, read_allocation
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import ReportedAllocation, StoredAllocationError
from crf_app.study.definition import Code
from crf_app.ui.casebook.randomisation_report import ReportLine
from crf_app.ui.casebook.sentences import error_text
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine


@dataclass(frozen=True, slots=True)
class RandomisationState:
    """How a subject stands: what it was allocated, or what is in the way (empty: the gate is green), the strata to choose from, and how
    the study allocates (LIST, ENVELOPE, CENTRAL).
    """

    allocation: Allocation | None
    obstacles: tuple[ExpectedError, ...]
    strata: tuple[str, ...]
    arms: tuple[Code, ...]
    wrong: tuple[StoredAllocationError, ...]
    method: str = LIST

    @property
    def ready(self) -> bool:
        """May it be randomised now?"""
        return self.allocation is None and not self.obstacles


def read_state(work: Workspace, subject: str) -> RandomisationState:
    """How the subject stands. Raises ExpectedError "no_right", "locked", "no_subject"."""
    method = method_of(work)
    strata = (one.stratum for one in read_status(work).strata) if method == LIST else scheme_of(work).strata
    known = tuple(one for one in strata if one)
    return RandomisationState(read_allocation(work, subject), obstacles(work, subject), known, arms_of(work), wrong_allocations(work, subject), method)


class RandomisationView(QWidget):
    """Strip, choice of the stratum, line of a wrong allocation.

    `act_requested(name)`: "randomise", "slip", "wrong" once arm and day are given, "report" once an allocation from outside is typed;
    `declined` when one of these is left.
    """

    act_requested = Signal(str)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.state: RandomisationState | None = None
        self._may_act = False
        self.strip = InlineMessage(look, self)
        self.strip.setObjectName("randomisation/state")
        self.strip.acted.connect(self._acted)
        self.stratum = LabeledChoice(look, "randomisation/stratum")
        self.given = LabeledChoice(look, "randomisation/given")
        self.given.box.setMinimumWidth(sizes.TEXT_FIELD)
        self.stratum.box.setMinimumWidth(sizes.TEXT_FIELD)
        self.found_on = LabeledLine(look, "randomisation/found_on")
        self.found_on.edit.setFixedWidth(sizes.TEXT_FIELD)
        self.found_on.entered.connect(self._wrong_given)
        self.go_on = Button(look, "", "primary")
        self.go_on.setObjectName("randomisation/record")
        self.go_on.clicked.connect(self._wrong_given)
        self.leave = Button(look, "", key="Esc")
        self.leave.setObjectName("randomisation/leave")
        self.leave.clicked.connect(self.close_wrong)
        self.wrong = self._line(self.given, self.found_on, self.go_on, self.leave)
        self.choice = self._line(self.stratum)
        self.report = ReportLine(look, self)
        self.report.given.connect(self._reported)
        self.report.left.connect(self.declined)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.choice)
        column.addWidget(self.report)
        column.addWidget(self.wrong)

    @staticmethod
    def _line(*widgets: QWidget) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(sizes.FORM_MARGIN, 8, 16, 8)
        line.setSpacing(16)
        for widget in widgets:
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom if isinstance(widget, Button) else Qt.AlignmentFlag.AlignTop)
        line.addStretch()
        holder.setVisible(False)
        return holder

    def show_state(self, state: RandomisationState, *, may_act: bool, may_print: bool) -> None:
        """Show how the subject stands; `may_act`: the person may begin the act, which somebody entitled signs."""
        look = self._look
        self.state, self._may_act = state, may_act
        self.stratum.set_label(look.tr("casebook.randomisation.stratum"))
        self.stratum.offer([(look.tr("casebook.randomisation.choose"), ""), *((one, one) for one in state.strata)])
        self.choice.setVisible(state.ready and bool(state.strata) and may_act)
        self._name_wrong(state)
        self.report.retranslate(state.arms)
        if not state.ready or state.method == LIST:
            self.report.clear()
        if state.allocation is not None:
            self._show_allocated(state, state.allocation, may_print)
        elif state.obstacles:
            words = "\n".join(error_text(look, one) for one in state.obstacles)
            self.strip.say("warn", words, (), look.tr("casebook.randomisation.not_yet"))
        else:
            self._show_ready(state, may_act)
        self.setVisible(True)

    def _show_ready(self, state: RandomisationState, may_act: bool) -> None:
        look, kind = self._look, "" if state.method == LIST else f"_{state.method.lower()}"
        act = look.tr("casebook.randomisation.act" if state.method == LIST else "casebook.randomisation.report_act")
        acts = (Act("randomise", act),) if may_act else ()
        self.strip.say("ok", look.tr(f"casebook.randomisation.ready{kind}"), acts, look.tr("casebook.randomisation.green"))

    def _name_wrong(self, state: RandomisationState) -> None:
        look = self._look
        allocated = state.allocation.arm if state.allocation is not None else ""
        self.given.set_label(look.tr("casebook.randomisation.given"))
        self.given.offer([(look.languages.text(one.text), one.code) for one in state.arms if one.code != allocated])
        self.found_on.set_label(look.tr("casebook.randomisation.found_on"), look.tr("casebook.randomisation.day_hint"))
        self.go_on.set_text(look.tr("casebook.randomisation.go_on"))
        self.leave.set_text(look.tr("ui_kit.cancel"))

    def _show_allocated(self, state: RandomisationState, found: Allocation, may_print: bool) -> None:
        look = self._look
        names = {one.code: look.languages.text(one.text) for one in state.arms}
        lines = [look.tr("casebook.randomisation.final")]
        if isinstance(found, ReportedAllocation):
            lines.append(look.tr("casebook.randomisation.told", source=found.informed_by, moment=found.allocated_at.replace("T", " ")))
        lines += [look.tr("casebook.randomisation.given_wrong", arm=names[one.given], day=one.found_on, words=one.description) for one in state.wrong]
        acts = [Act("slip", look.tr("casebook.randomisation.slip"))] if may_print else []
        acts += [Act("ask_wrong", look.tr("casebook.randomisation.wrong"))] if self._may_act else []
        head = look.tr("casebook.randomisation.done", number=found.number, arm=names[found.arm])
        self.strip.say("warn" if state.wrong else "info", "\n".join(lines), acts, head)

    @property
    def chosen_stratum(self) -> str:
        """The stratum chosen, "" without."""
        return str(self.stratum.data() or "")

    @property
    def wrong_arm(self) -> str:
        """The arm said to have been given."""
        return str(self.given.data() or "")

    @Slot()
    def ask(self) -> None:
        """What the strip offers, by key: randomise when the gate is green; first the stratum, where one must be chosen."""
        if self.state is None or not self.state.ready or not self._may_act:
            return
        if self.state.strata and not self.chosen_stratum:
            self.stratum.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.state.method == LIST:
            self.act_requested.emit("randomise")
        else:
            self.report.ask()

    @Slot()
    def _reported(self) -> None:
        self.act_requested.emit("report")

    @Slot(str)
    def _acted(self, name: str) -> None:
        if name == "randomise":
            self.ask()
        elif name == "ask_wrong":
            self.ask_wrong()
        else:
            self.act_requested.emit(name)

    def ask_wrong(self) -> None:
        """Ask which arm was given and when that was found."""
        if self.state is None or self.state.allocation is None or not self._may_act:
            return
        self.found_on.edit.clear()
        self.found_on.say("")
        self.wrong.setVisible(True)
        self.given.box.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _wrong_given(self) -> None:
        if not self.found_on.text():
            self.found_on.say(self._look.tr("casebook.randomisation.day_missing"))
            self.found_on.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.act_requested.emit("wrong")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the record of a wrong allocation."""
        if event.key() == Qt.Key.Key_Escape and not self.wrong.isHidden():
            self.close_wrong()
        else:
            super().keyPressEvent(event)

    @Slot()
    def close_wrong(self) -> None:
        """Leave the record of a wrong allocation."""
        if not self.wrong.isHidden():
            self.wrong.setVisible(False)
            self.declined.emit()
