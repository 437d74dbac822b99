"""What an investigator was told of an allocation that the application did not deal: arm, number, moment, source."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from crf_app.services.allocation_report import Report
from crf_app.study.definition import Code
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine

_FIELD_OF = {
    "allocation_number": "number", "allocation_number_used": "number", "bad_date": "day", "bad_time": "time", "allocation_moment": "day",
    "allocation_source": "informed_by",
}  # fmt: skip
_LINES = ("number", "day", "time", "informed_by")


class ReportLine(QWidget):
    """Arm and four lines. `given` once all are filled in and Enter or the button is pressed; `left` on Escape or Cancel."""

    given = Signal()
    left = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.arm = LabeledChoice(look, "randomisation/report/arm")
        self.lines = {name: LabeledLine(look, f"randomisation/report/{name}") for name in _LINES}
        self.go_on = Button(look, "", "primary")
        self.go_on.setObjectName("randomisation/report/record")
        self.leave = Button(look, "", key="Esc")
        self.leave.setObjectName("randomisation/report/leave")
        self._lay_out()
        for line in self.lines.values():
            line.entered.connect(self._entered)
        self.go_on.clicked.connect(self._entered)
        self.leave.clicked.connect(self.close_line)
        self.setVisible(False)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(sizes.FORM_MARGIN, 8, 16, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        top, end = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        grid.addWidget(self.arm, 0, 0, top)
        for column, name in enumerate(("number", "day", "time"), 1):
            grid.addWidget(self.lines[name], 0, column, top)
        grid.addWidget(self.lines["informed_by"], 1, 0, 1, 2, top)
        grid.addWidget(self.go_on, 1, 2, end | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.leave, 1, 3, end | Qt.AlignmentFlag.AlignLeft)
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def retranslate(self, arms: Sequence[Code]) -> None:
        """All words anew; the arms in the order of the definition."""
        tr = self._look.tr
        self.arm.set_label(tr("casebook.randomisation.report_arm"))
        chosen = self.arm.data()
        self.arm.offer([(tr("casebook.randomisation.choose"), ""), *((self._look.languages.text(one.text), one.code) for one in arms)])
        self.arm.box.setCurrentIndex(max(0, self.arm.box.findData(chosen)))
        for name, line in self.lines.items():
            hint = tr(f"casebook.randomisation.report_{name}_hint")
            line.set_label(tr(f"casebook.randomisation.report_{name}"), hint)
        self.go_on.set_text(tr("casebook.randomisation.go_on"))
        self.leave.set_text(tr("ui_kit.cancel"))

    def report(self, stratum: str) -> Report:
        """What was typed."""
        said = {name: line.text() for name, line in self.lines.items()}
        return Report(str(self.arm.data() or ""), said["number"], said["day"], said["time"], said["informed_by"], stratum)

    @property
    def arm_name(self) -> str:
        """The chosen arm as it is read."""
        return self.arm.box.currentText()

    def ask(self) -> None:
        """Open with the arm in focus."""
        for line in self.lines.values():
            line.say("")
        self.setVisible(True)
        self.arm.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_about(self, code: str) -> bool:
        """Is a refusal about one of the lines?"""
        return code in _FIELD_OF

    def say(self, code: str, words: Said) -> None:
        """Say what is wrong at the line it is about."""
        line = self.lines[_FIELD_OF[code]]
        line.say(words)
        line.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was typed, and close."""
        for line in self.lines.values():
            line.edit.clear()
        self.arm.box.setCurrentIndex(0)
        self.setVisible(False)

    @Slot()
    def _entered(self) -> None:
        """Go on when nothing is missing; else to what is."""
        if not self.arm.data():
            self.arm.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        for line in self.lines.values():
            if not line.text():
                line.say(self._look.tr("casebook.randomisation.report_missing"))
                line.edit.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.given.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_line()
        else:
            super().keyPressEvent(event)

    @Slot()
    def close_line(self) -> None:
        """Leave; nothing is recorded."""
        if not self.isHidden():
            self.clear()
            self.left.emit()
