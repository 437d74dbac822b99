"""Empty pages, progress, search."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button, key_width, paint_key
from crf_app.ui.common.widgets.labels import Label


class EmptyState(QWidget):
    """What a page without content says, and what to do first. `act_requested` when its button is pressed."""

    act_requested = Signal()

    def __init__(self, look: Look, icon: str = "plus", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.head = Label(look, bold=True)
        self.words = Label(look, role="text_secondary", wrap=True)
        self.button = Button(look, "", icon=icon, key=key)
        self.button.clicked.connect(self.act_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(sizes.GRID)
        for widget in (self.head, self.words):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

    def say(self, head: str, words: str = "", act: str = "") -> None:
        """Show a heading, what to do, and a button unless `act` is ""."""
        self.head.setText(head)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.button.set_text(act)
        self.button.setVisible(bool(act))
        self.setAccessibleName(f"{head} {words}".strip())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dashed frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("line_strong"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), sizes.CARD_RADIUS, sizes.CARD_RADIUS
        )


class ProgressLine(QWidget):
    """What is being done, how far, and Cancel. `cancel_requested` when it is pressed."""

    cancel_requested = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._done = 0.0
        self.words = Label(look)
        self.note = Label(look, role="text_secondary", pixels=sizes.SMALL)
        self.cancel = Button(look, look.tr("ui_kit.cancel"))
        self.cancel.clicked.connect(self.cancel_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 10)
        line.setSpacing(12)
        line.addWidget(self.words, 1)
        line.addWidget(self.note)
        line.addWidget(self.cancel)

    def show_progress(self, words: str, done: float, note: str = "") -> None:
        """`done` runs from 0 to 1; `note` may say what is left."""
        self._done = min(max(done, 0.0), 1.0)
        self.words.setText(words)
        self.note.setText(note)
        self.setAccessibleName(f"{words} {self._done:.0%}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line beneath the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() - 5, self.width(), 4)
        painter.setBrush(self._look.colour("line"))
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(track.width() * self._done)
        painter.setBrush(self._look.colour("accent"))
        painter.drawRoundedRect(track, 2, 2)


class SearchBox(QLineEdit):
    """A line to search in. `move_requested(step)` for Up and Down, to walk what was found."""

    move_requested = Signal(int)

    def __init__(self, look: Look, hint: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._key = key
        self.setFixedHeight(sizes.FIELD)
        self.setTextMargins(26, 0, 6, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, on=False)
        self.set_hint(hint)

    def set_hint(self, hint: str) -> None:
        """Say what can be searched."""
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk; Escape empties first."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_requested.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line edit, magnifier and key."""
        super().paintEvent(event)
        painter = QPainter(self)
        pixmap = self._look.pixmap("search", "text_tertiary", sizes.GLYPH, self.devicePixelRatioF())
        painter.drawPixmap(9, (self.height() - sizes.GLYPH) // 2, pixmap)
        if self._key and not self.text():
            width = key_width(self._look, self._key)
            rect = QRectF(self.width() - width - 6, (self.height() - 18) / 2, width, 18)
            paint_key(painter, self._look, rect, self._key, "text_tertiary")
