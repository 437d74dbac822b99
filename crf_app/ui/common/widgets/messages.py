"""What is said in place: one line with an icon, words and the acts it offers; never a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label

_ICON = {"info": "info", "warn": "warning", "error": "error", "ok": "check"}
_ROLE = {"info": "info", "warn": "due", "error": "error", "ok": "complete"}


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a message: `name` comes back in `acted`, `text` is read, `key` is shown on it."""

    name: str
    text: Said
    key: str = ""


class InlineMessage(QWidget):
    """A coloured strip: info, warn, error or ok. `acted(name)` when one of its acts is chosen. Hidden until `say`."""

    acted = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._kind = "info"
        self._buttons: list[Button] = []
        self._said: tuple[str, Said, Sequence[Act], Said] = ("info", "", (), "")
        self.head = Label(look, bold=True)
        self.words = Label(look, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(40, 8, 12, 8)
        self._line.setSpacing(sizes.GRID)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.words)
        self._line.addLayout(column, 1)
        look.languages.changed.connect(self._say_again)
        self.setVisible(False)

    def say(self, kind: str, words: Said, acts: Sequence[Act] = (), head: Said = "") -> None:
        """Show `words`, after a bold `head` if given, with the acts at the right; said anew when the language changes.

        KeyError for an unknown kind.
        """
        self._kind = kind if kind in _ROLE else _ROLE[kind]
        self._said = (kind, words, acts, head)
        texts = (self._look.tr(f"ui_kit.kind.{kind}"), in_words(head), in_words(words))
        self.head.setText(texts[1])
        self.head.setVisible(bool(texts[1]))
        self.words.setText(texts[2])
        self._offer(acts)
        self.setAccessibleName(" ".join(part for part in texts if part))
        self.setVisible(True)
        self.updateGeometry()
        self.update()

    @Slot()
    def _say_again(self) -> None:
        if not self.isHidden():
            self.say(*self._said)

    def add_widget(self, widget: QWidget) -> None:
        """Put a control of the caller's between the words and the acts."""
        self._line.insertWidget(1, widget)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The acts on offer, as they stand."""
        return tuple(self._buttons)

    def _offer(self, acts: Sequence[Act]) -> None:
        if [(one.property("act"), one.text()) for one in self._buttons] == [(act.name, in_words(act.text)) for act in acts]:
            return
        for old in self._buttons:
            self._line.removeWidget(old)
            old.setVisible(False)  # until it is deleted it would lie under the new one
            old.deleteLater()
        self._buttons = [self._button(act) for act in acts]

    def _button(self, act: Act) -> Button:
        button = Button(self._look, in_words(act.text), "link", key=act.key, parent=self)
        button.setProperty("act", act.name)
        button.clicked.connect(self._act)
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        button.setVisible(True)  # at once: the words beside it are measured before the layout would show it
        return button

    def _act(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.acted.emit(str(sender.property("act")))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, bar, icon."""
        role = _ROLE[self._kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(f"{role}_bg"))
        painter.drawRoundedRect(QRectF(self.rect()), sizes.RADIUS, sizes.RADIUS)
        painter.fillRect(0, 0, sizes.BAR, self.height(), self._look.colour(role))
        pixmap = self._look.pixmap(_ICON[self._kind], role, sizes.GLYPH, self.devicePixelRatioF())
        painter.drawPixmap(14, 9, pixmap)
