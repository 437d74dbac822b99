"""Texts: labels by meaning, section heads, label over value."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_PALETTE_ROLES = {
    "text": QPalette.ColorRole.WindowText,
    "text_secondary": QPalette.ColorRole.BrightText,
    "text_tertiary": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Link,
    "on_accent": QPalette.ColorRole.HighlightedText,
}


class Label(QLabel):
    """A text in the colour of its meaning; follows the theme by itself. Wraps when `wrap` is set."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        role: str = "text",
        pixels: int = sizes.BASE,
        *,
        bold: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._role = "text"
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(pixels, bold))
        self.setWordWrap(wrap)
        self.set_role(role)

    def set_role(self, role: str) -> None:
        """Change the meaning, so the colour; KeyError when the theme has no such meaning."""
        self._look.colour(role)
        if role not in _PALETTE_ROLES and self._role in _PALETTE_ROLES:
            self._look.themes.changed.connect(self._recolour)
        self._role = role
        if role in _PALETTE_ROLES:
            self.setForegroundRole(_PALETTE_ROLES[role])
        else:
            self.setForegroundRole(QPalette.ColorRole.WindowText)
            self._recolour()

    @Slot()
    def _recolour(self) -> None:
        if self._role in _PALETTE_ROLES:
            return
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.colour(self._role))
        self.setPalette(palette)


class SectionHead(QWidget):
    """A group's title with what it counts ("5 / 5") and, at the right, a sum or a note; a hairline above."""

    def __init__(self, look: Look, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._title = title
        self._count = ""
        self._note = ""
        self.line_above = True
        self.setFixedHeight(sizes.SECTION)

    def set_text(self, title: str, count: str = "", note: str = "") -> None:
        """Show `title`, quietly `count` beside it and `note` at the right."""
        if (title, count, note) != (self._title, self._count, self._note):
            self._title, self._count, self._note = title, count, note
            self.setAccessibleName(" ".join(part for part in (title, count, note) if part))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title, count, note."""
        painter = QPainter(self)
        if self.line_above:
            painter.setPen(self._look.colour("line"))
            painter.drawLine(0, 0, self.width(), 0)
        rect = self.rect().adjusted(sizes.FORM_MARGIN, 2, -sizes.FORM_RIGHT, 0)
        painter.setFont(self._look.font(bold=True))
        painter.setPen(self._look.colour("text"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._title)
        left = painter.fontMetrics().horizontalAdvance(self._title) + sizes.GRID
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._note)
        painter.setFont(self._look.font(sizes.SMALL))
        painter.setPen(self._look.colour("text_secondary"))
        painter.drawText(rect.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._count)


class LabeledValue(QWidget):
    """A small label over its value, as in heads of pages."""

    def __init__(self, look: Look, label: str = "", value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(look, label, "text_secondary", sizes.SMALL)
        self.value = Label(look, value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        column.addWidget(self.value)
        self.set_text(label, value)

    is_empty = True
    """Is there no value under the label?"""

    def set_text(self, label: str, value: str) -> None:
        """Show `value` under `label`; an empty value is an em dash."""
        self.is_empty = not value
        self.label.setText(label)
        self.value.setText(value or "—")
        self.setAccessibleName(f"{label} {value}")
        self.updateGeometry()  # at once: whoever lays out next must not go by the width of the words before
