"""What stands between a form and *complete*, listed above the foot of the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Finding
from crf_app.study.definition import Severity, StudyDef
from crf_app.ui.casebook.finding_list import FindingList, FindingModel
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label

_MOST_HEIGHT = 220


class PointsPanel(QWidget):
    """The open points. `finding_chosen(Finding)` goes to its item; `confirm_requested(Finding, reason)`; `complete_requested`; `declined`.

    C on a point that can be confirmed opens the line for its reason.
    """

    finding_chosen = Signal(object)
    confirm_requested = Signal(object, str)
    complete_requested = Signal()
    declined = Signal()

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.model = FindingModel(look, study_at, self)
        self.list = FindingList(look, self.model, "casebook/points", self)
        self.head = Label(look, bold=True)
        self.note = Label(look, role="text_secondary", pixels=sizes.SMALL, wrap=True)
        self.reason = QLineEdit(self)
        self.reason.setObjectName("casebook/points/reason")
        self.reason.setFixedHeight(sizes.FIELD)
        self.reason.setTextMargins(5, 0, 5, 0)
        self.reason.returnPressed.connect(self._confirm)
        self.confirm = Button(look, "", key="C")
        self.confirm.setObjectName("casebook/points/confirm")
        self.confirm.clicked.connect(self.ask_confirm)
        self.go_on = Button(look, "", "primary", key="Ctrl ↵")
        self.go_on.setObjectName("casebook/points/complete")
        self.go_on.clicked.connect(self.complete_requested)
        self.list.finding_chosen.connect(self.finding_chosen)
        self.list.declined.connect(self.declined)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self._build()
        look.languages.changed.connect(self._retranslate)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setVisible(False)

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.note, 1)
        buttons.addWidget(self.confirm)
        buttons.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 16, 10)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 0, 0)
        head.addWidget(self.head)
        column.addLayout(head)
        column.addWidget(self.list)
        line = QHBoxLayout()
        line.setContentsMargins(42, 0, 0, 0)
        line.addWidget(self.reason)
        column.addLayout(line)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 0, 0)
        foot.addLayout(buttons)
        column.addLayout(foot)

    @property
    def blocked(self) -> bool:
        """Is there a point that forbids *complete*?"""
        return any(one.severity is Severity.HARD for one in self.model.findings)

    def ask(self, points: Sequence[Finding]) -> None:
        """List the points and take the focus; with none left the panel closes."""
        self.show_points(points)
        self.setVisible(True)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_points(self, points: Sequence[Finding]) -> None:
        """Refill; the current line stays where it can."""
        row = max(self.list.currentIndex().row(), 0)
        self.model.show(sorted(points, key=lambda one: one.severity is not Severity.HARD))
        self._retranslate()
        self.go_on.setVisible(not self.blocked)
        self.reason.setVisible(False)
        if points:
            self.list.setCurrentIndex(self.model.index(min(row, len(points) - 1), 0))
        self._fit()
        self._moved()

    @Slot()
    def _retranslate(self) -> None:
        look, count = self._look, len(self.model.findings)
        self.head.setText(look.tr("casebook.points.head", n=count))
        self.note.setText(look.tr("casebook.points.blocked" if self.blocked else "casebook.points.note"))
        self.confirm.set_text(look.tr("casebook.points.confirm"))
        self.go_on.set_text(look.tr("casebook.points.complete"))
        self.list.setAccessibleName(look.tr("casebook.points.head", n=count))
        self.reason.setPlaceholderText(look.tr("casebook.points.reason"))
        self.reason.setAccessibleName(look.tr("casebook.points.reason"))
        self.list.viewport().update()

    def _fit(self) -> None:
        self.list.setFixedHeight(min(self.list.height_of_all(), _MOST_HEIGHT))

    @Slot()
    def _moved(self) -> None:
        self.confirm.setVisible(self._confirmable() is not None)

    def _confirmable(self) -> Finding | None:
        finding = self.list.current()
        known = finding is not None and finding.severity in (Severity.SOFT, Severity.DEV) and finding.rule != "M-REQ"
        return finding if known else None

    @Slot()
    def ask_confirm(self) -> None:
        """Ask how the current value was checked."""
        if self._confirmable() is not None:
            self.reason.clear()
            self.reason.setVisible(True)
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _confirm(self) -> None:
        finding, reason = self._confirmable(), self.reason.text().strip()
        if finding is None:
            return
        if not reason:
            self.reason.setProperty("field_state", "error")
            self.reason.update()
            return
        self.reason.setProperty("field_state", "")
        self.reason.setVisible(False)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.confirm_requested.emit(finding, reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter completes, C confirms, Escape closes."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.complete_requested.emit()
        elif event.key() == Qt.Key.Key_C and not control and not self.reason.hasFocus():
            self.ask_confirm()
        elif event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line above."""
        painter = QPainter(self)
        painter.setPen(self._look.colour("line_strong"))
        painter.drawLine(0, 0, self.width(), 0)
