"""Small signs: chips, count badges, flags such as H ↑, and status glyphs with their word."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_CHIP = {
    "neutral": ("text_secondary", "locked_bg"),
    "accent": ("accent", "accent_tint"),
    "query": ("query_open", "query_bg"),
}

GLYPH_ROLE = {
    "not_due": "text_tertiary",
    "due": "due",
    "overdue": "error",
    "started": "started",
    "complete": "complete",
    "verified": "verified",
    "signed": "signed",
    "signature_void": "error",
    "rejected": "error",
    "frozen": "locked",
    "locked": "locked",
    "not_done": "text_secondary",
    "not_applicable": "text_tertiary",
    "query_open": "query_open",
    "query_answered": "query_open",
    "out_of_window": "error",
    "changed": "text_secondary",
    "derived": "text_secondary",
    "source_checked": "verified",
    "check_again": "due",
    "unusual_to_confirm": "due",
    "unusual_confirmed": "due",
    "impossible": "error",
}
"""Status glyphs (icons/status_<name>.svg) and the colour each takes; their words are `ui_kit.glyph.<name>`."""


def paint_glyph(painter: QPainter, look: Look, name: str, x: int, y: int, size: int = sizes.GLYPH) -> None:
    """Draw the status glyph `name` with its top left corner at (x, y)."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(x, y, look.pixmap(f"status_{name}", GLYPH_ROLE[name], size, ratio))


def paint_flag(painter: QPainter, look: Look, rect: QRectF, text: str, role: str) -> None:
    """Draw a bordered flag (H ↑, G1, SAE) into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour(role), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(look.font(sizes.LATIN_SMALL, bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def flag_width(look: Look, text: str) -> int:
    """The width a flag needs."""
    return QFontMetrics(look.font(sizes.LATIN_SMALL, bold=True)).horizontalAdvance(text) + 12


def paint_chip(painter: QPainter, look: Look, rect: QRect, text: str) -> None:
    """Draw a neutral chip into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("locked_bg"))
    painter.drawRoundedRect(rect, sizes.CHIP / 2, sizes.CHIP / 2)
    painter.setPen(look.colour("text_secondary"))
    painter.setFont(look.font(sizes.SMALL))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Glyph(QWidget):
    """One status glyph; its word is tooltip and accessible name."""

    def __init__(self, look: Look, name: str, size: int = sizes.GLYPH, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._name = name
        self._size = size
        self.setFixedSize(size, size)
        self.set_status(name)

    def set_status(self, name: str) -> None:
        """Show another status; KeyError for an unknown one."""
        self._name = name
        word = self._look.tr(f"ui_kit.glyph.{name}")
        self.setToolTip(word)
        self.setAccessibleName(word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The glyph."""
        paint_glyph(QPainter(self), self._look, self._name, 0, 0, self._size)


class Chip(QWidget):
    """A rounded label coloured by status: neutral, accent, query, due, started, complete, signed, locked, error."""

    def __init__(
        self, look: Look, text: str, meaning: str = "neutral", *, glyph: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._glyph = glyph
        self._text = text
        self._meaning = meaning
        self.set_text(text, meaning)

    def set_text(self, text: str, meaning: str = "") -> None:
        """Change the words and, when given, the meaning."""
        self._text = text
        self._meaning = meaning or self._meaning
        self.setAccessibleName(text)
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """20 high, as wide as its words."""
        width = QFontMetrics(self._look.font(sizes.SMALL)).horizontalAdvance(self._text) + 18
        return QSize(width + (20 if self._glyph else 0), sizes.CHIP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, glyph, words."""
        ink, ground = _CHIP.get(self._meaning, (self._meaning, f"{self._meaning}_bg"))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()), sizes.CHIP / 2, sizes.CHIP / 2)
        left = 9
        if self._glyph:
            pixmap = self._look.pixmap(f"status_{self._glyph}", ink, 14, self.devicePixelRatioF())
            painter.drawPixmap(left, 3, pixmap)
            left += 20
        painter.setPen(self._look.colour(ink))
        painter.setFont(self._look.font(sizes.SMALL))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._text)


class Badge(QWidget):
    """A count in a disc (queries, alerts); hidden at 0. `what` is its word for those who do not see it."""

    def __init__(
        self, look: Look, count: int = 0, role: str = "query_open", what: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._role = role
        self._what = what
        self._count = -1
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Show `count`; from 100 on "99+"."""
        self._count = count
        self.setVisible(count > 0)
        self.setFixedSize(sizes.BADGE + 7 * (len(self._text()) - 1), sizes.BADGE)
        self.setAccessibleName(f"{count} {self._what}".strip())
        self.update()

    def _text(self) -> str:
        return str(self._count) if self._count < 100 else "99+"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The disc and its figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(self._role))
        painter.drawRoundedRect(QRectF(self.rect()), sizes.BADGE / 2, sizes.BADGE / 2)
        painter.setPen(self._look.colour("surface"))
        painter.setFont(self._look.font(sizes.KEY_HINT, bold=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text())
