"""A few lines of text that Ctrl+Enter sends and Escape leaves, whatever the page means by these keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TextBox(QPlainTextEdit):
    """`sent` on Ctrl+Enter, `left` on Escape. Tab goes on; a figure typed into the empty box may choose: `digit(n)`."""

    sent = Signal()
    left = Signal()
    digit = Signal(int)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.digits = 0
        self.setObjectName(name)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(8)
        self.setFixedHeight(3 * 20 + 16)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter and Escape belong to the box, not to an action of the page."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _is_ours(event: QKeyEvent) -> bool:
        sends = event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        return bool(sends) or event.key() == Qt.Key.Key_Escape

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send, leave, choose a standard text, or type."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        elif not self.toPlainText() and event.text() in "123456789" and event.text() and int(event.text()) <= self.digits:
            self.digit.emit(int(event.text()))
        else:
            super().keyPressEvent(event)

    def text(self) -> str:
        """What was typed, without blanks around it."""
        return self.toPlainText().strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text and a border that shows the focus."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(self._look.colour("focus" if focused else "control_border"), sizes.FOCUS if focused else 1))
        painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -1, -1), sizes.RADIUS, sizes.RADIUS)
