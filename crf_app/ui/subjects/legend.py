"""What the glyphs of the matrix or the calendar mean; always in sight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph

GLYPHS = (
    "not_due", "due", "overdue", "started", "complete", "verified", "signed", "locked", "rejected", "changed", "signature_void", "not_done", "not_applicable",
    "query_open", "out_of_window",
)  # fmt: skip


class Legend(QWidget):
    """Glyph and word, side by side."""

    def __init__(self, look: Look, glyphs: tuple[str, ...] = GLYPHS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._glyphs = glyphs
        self.setObjectName("subjects/legend")
        self.setFixedHeight(40)
        look.languages.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """All words anew."""
        self.setAccessibleName(", ".join(self._look.tr(f"ui_kit.glyph.{name}") for name in self._glyphs))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The row."""
        painter, look, x = QPainter(self), self._look, 16
        painter.fillRect(0, 0, self.width(), 1, look.colour("line_strong"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font(sizes.SMALL)
        for name in self._glyphs:
            words = look.tr(f"ui_kit.glyph.{name}")
            if name == "query_open":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("query_open"))
                painter.drawEllipse(QRectF(x + 1, 14, 13, 13))
            else:
                paint_glyph(painter, look, name, x, 12)
            painter.setFont(font)
            painter.setPen(look.colour("text"))
            width = QFontMetrics(font).horizontalAdvance(words)
            painter.drawText(QRectF(x + 22, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
            x += 22 + width + 18
