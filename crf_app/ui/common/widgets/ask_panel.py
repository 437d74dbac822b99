"""A question asked in place: head, words, fields, two buttons. Tab stays inside until it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label


class AskPanel(QWidget):
    """`given(answer)` on Enter, `declined` on Escape; nothing else leaves the panel.

    The kinds of it say what their fields are called (`fields`), where they stand (`placed`), and what they send (`take`).
    """

    given = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, name: str, names: Sequence[str], act: tuple[str, str], parent: QWidget | None = None) -> None:
        """`name` begins the object names; `act` is the object name and the icon of the main button."""
        super().__init__(parent)
        self._look = look
        self._name = name
        self.head = Label(look, bold=True, wrap=True)
        self.words = Label(look, role="text_secondary", wrap=True)
        self.error = Label(look, role="error", wrap=True)
        self.labels = {one: Label(look, role="text_secondary") for one in names}
        self.fields = {one: self._field(one) for one in names}
        self.act = Button(look, "", "primary", icon=act[1], key="↵")
        self.act.setObjectName(f"{name}/{act[0]}")
        self.act.clicked.connect(self.take)
        self.cancel = Button(look, "", key="Esc")
        self.cancel.setObjectName(f"{name}/cancel")
        self.cancel.clicked.connect(self.declined)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVisible(False)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"{self._name}/{name}")
        field.setFixedHeight(sizes.FIELD)
        field.setTextMargins(5, 0, 5, 0)
        self.labels[name].setBuddy(field)
        return field

    def build(self, fields: QLayout) -> None:
        """Put everything beneath each other, `fields` as the kind has laid them out."""
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 16, 12)
        column.setSpacing(sizes.GRID)
        for widget in (self.head, self.words):
            column.addWidget(widget)
        column.addLayout(fields)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def texts(self) -> Mapping[str, str]:
        """What stands in the fields."""
        return {name: field.text() for name, field in self.fields.items()}

    def show_error(self, text: str) -> None:
        """Say why it was refused; "" says nothing."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def close_panel(self) -> None:
        """Take it away; nothing typed stays."""
        for field in self.fields.values():
            field.clear()
        for one in self.ring():
            one.clearFocus()  # hiding would hand the focus round inside
        self.setVisible(False)

    def ring(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        fields: list[QWidget] = [one for one in self.fields.values() if not one.isHidden()]
        return [*fields, self.cancel, self.act]

    @Slot()
    def take(self) -> None:
        """Send what stands in the fields."""
        self.given.emit(dict(self.texts()))

    def enter(self) -> None:
        """Enter in a field: sends."""
        self.take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter answers, Escape declines, Up and Down walk the fields."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.enter()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.declined.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab stays inside."""
        ring = self.ring()
        here = next((number for number, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if forward else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A bar of the accent above."""
        painter = QPainter(self)
        painter.setPen(QPen(self._look.colour("accent"), 2))
        painter.drawLine(0, 1, self.width(), 1)
