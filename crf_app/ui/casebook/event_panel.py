"""The adverse event that a result suggests, shown before anything is written: term, start and grade may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.services.lab_events import PROPOSED
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label

_WIDTHS = (0, 128, 56)
"""Of the fields; 0 takes what is left."""


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """What is proposed: a head, a line that says from where, and the texts by item."""

    head: str
    words: str
    texts: Mapping[str, str]
    labels: Mapping[str, str]


class EventPanel(QWidget):
    """`given(texts by item)` on Enter, `declined` on Escape. Tab stays inside until it is answered."""

    given = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.open = False
        self.head = Label(look, bold=True, wrap=True)
        self.words = Label(look, role="text_secondary", wrap=True)
        self.error = Label(look, role="error", wrap=True)
        self.labels = {oid: Label(look, role="text_secondary") for oid in PROPOSED}
        self.fields = {oid: self._field(oid, width) for oid, width in zip(PROPOSED, _WIDTHS, strict=True)}
        self.add = Button(look, "", "primary", icon="adverse_event", key="↵")
        self.add.setObjectName("event/add")
        self.add.clicked.connect(self.take)
        self.cancel = Button(look, "", key="Esc")
        self.cancel.setObjectName("event/cancel")
        self.cancel.clicked.connect(self.declined)
        self._build()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVisible(False)

    def _field(self, oid: str, width: int) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"event/{oid}")
        field.setFixedHeight(sizes.FIELD)
        field.setTextMargins(5, 0, 5, 0)
        if width:
            field.setFixedWidth(width)
        self.labels[oid].setBuddy(field)
        return field

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(sizes.GAP)
        grid.setVerticalSpacing(4)
        for place, oid in enumerate(PROPOSED):
            grid.addWidget(self.labels[oid], 0, place)
            grid.addWidget(self.fields[oid], 1, place)
        grid.setColumnStretch(0, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 16, 12)
        column.setSpacing(sizes.GRID)
        for widget in (self.head, self.words):
            column.addWidget(widget)
        column.addLayout(grid)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def ask(self, question: EventQuestion) -> None:
        """Show the proposal; the focus goes to the term."""
        look = self._look
        self.open = True
        self.head.setText(question.head)
        self.words.setText(question.words)
        for oid, field in self.fields.items():
            self.labels[oid].setText(question.labels.get(oid, oid))
            field.setAccessibleName(question.labels.get(oid, oid))
            field.setText(question.texts.get(oid, ""))
            field.setCursorPosition(0)
        self.add.set_text(look.tr("casebook.event.add"))
        self.cancel.set_text(look.tr("ui_kit.cancel"))
        self.say("")
        self.setAccessibleName(question.head)
        self.setVisible(True)
        self.take_focus()

    @Slot()
    def take_focus(self) -> None:
        """The term."""
        self.fields[PROPOSED[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str, oid: str = "") -> None:
        """Say why it was refused, at the field that is meant."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        field = self.fields.get(oid)
        if field is not None:
            field.setAccessibleDescription(text)
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Take it away; nothing of it stays."""
        self.open = False
        for field in self.fields.values():
            field.clear()
        for one in self._ring():
            one.clearFocus()  # hiding would hand the focus round inside
        self.setVisible(False)

    def _ring(self) -> list[QWidget]:
        return [*self.fields.values(), self.cancel, self.add]

    @Slot()
    def take(self) -> None:
        """Send what stands in the fields."""
        self.given.emit({oid: field.text().strip() for oid, field in self.fields.items()})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Escape declines; nothing else leaves the panel."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.take()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.declined.emit()
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab stays inside."""
        ring = self._ring()
        here = next((number for number, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if forward else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A bar of the accent above."""
        painter = QPainter(self)
        painter.setPen(QPen(self._look.colour("accent"), 2))
        painter.drawLine(0, 1, self.width(), 1)
