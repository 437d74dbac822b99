"""Push buttons of four kinds, painted so that they follow the theme and can carry a key."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_TEXT_ROLE = {"primary": "on_accent", "danger": "error", "link": "accent"}
_PAD = 13


def paint_key(painter: QPainter, look: Look, rect: QRectF, text: str, role: str) -> None:
    """Draw a key cap ("Ctrl ↵") into `rect`."""
    colour = look.colour(role)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(_key_font(look, text))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def key_width(look: Look, text: str) -> int:
    """The width a key cap needs."""
    return QFontMetrics(_key_font(look, text)).horizontalAdvance(text) + 10


def _key_font(look: Look, text: str) -> QFont:
    """Small for the names of keys, larger for Chinese words about them."""
    return look.font(sizes.SMALL if any(letter >= "\u2e80" for letter in text) else sizes.KEY_HINT)


class KeyHint(QWidget):
    """A key cap on its own."""

    def __init__(self, look: Look, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._text = text
        self.setFixedSize(key_width(look, text), 18)
        self.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The cap."""
        paint_key(QPainter(self), self._look, QRectF(self.rect()), self._text, "text_secondary")


class Button(QPushButton):
    """A button of kind "" (quiet, bordered), "primary", "danger", "link" or "bare" (icon alone), with icon and key.

    `compact` is 24 px high instead of 28.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        kind: str = "",
        *,
        icon: str = "",
        key: str = "",
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._icon = icon
        self._key = key
        self._kind = kind
        self._pixels = sizes.SMALL if compact else sizes.BASE
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setFixedHeight(sizes.COMPACT if compact else sizes.FIELD)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Change what it says, its accessible name with it."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_kind(self, kind: str) -> None:
        """Change its kind."""
        self._kind = kind
        self.setProperty("kind", kind)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its parts."""
        return QSize(self._content_width() + 2 * self._pad(), self.height())

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Panel, icon, text, key."""
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelButtonCommand, option, painter, self)
        role = self._role()
        x = (self.width() - self._content_width()) // 2
        if self._icon:
            side = sizes.BUTTON_ICON
            pixmap = self._look.pixmap(self._icon, role, side, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - side) // 2, pixmap)
            x += side + (7 if self.text() else 0)
        painter.setFont(self._text_font())
        painter.setPen(self._look.colour(role))
        width = painter.fontMetrics().horizontalAdvance(self.text())
        painter.drawText(x, 0, width + 1, self.height(), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._key:
            cap = QRectF(x + width + 8, (self.height() - 18) / 2, key_width(self._look, self._key), 18)
            paint_key(painter, self._look, cap, self._key, role if self._kind == "primary" else "text_secondary")

    def _role(self) -> str:
        if not self.isEnabled():
            return "disabled"
        return "accent" if self.isChecked() else _TEXT_ROLE.get(self._kind, "text")

    def _text_font(self) -> QFont:
        return self._look.font(self._pixels, bold=self._kind == "primary")

    def _pad(self) -> int:
        return 6 if self._kind in ("link", "bare") or not self.text() else _PAD

    def _content_width(self) -> int:
        width = QFontMetrics(self._text_font()).horizontalAdvance(self.text()) if self.text() else 0
        if self._icon:
            width += sizes.BUTTON_ICON + (7 if self.text() else 0)
        return width + (8 + key_width(self._look, self._key) if self._key else 0)
