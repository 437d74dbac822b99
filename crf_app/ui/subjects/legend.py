"""What the glyphs of the matrix or the calendar mean; always in sight."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph

GLYPHS = (
    "not_due", "due", "overdue", "started", "complete", "verified", "signed", "locked", "rejected", "changed", "signature_void", "not_done", "not_applicable",
    "query_open", "out_of_window",
)  # fmt: skip

_LEFT, _LINE = 16, 24


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
        self._fit()
        self.setAccessibleName(", ".join(self._look.tr(f"ui_kit.glyph.{name}") for name in self._glyphs))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many lines as the width needs."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = 1 + max((top for _, _, top, _ in self._places()), default=0)
        self.setFixedHeight(40 if lines == 1 else 12 + lines * _LINE)

    def _places(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, left edge, line and width of each word."""
        metrics, x, line = QFontMetrics(self._look.font(sizes.SMALL)), _LEFT, 0
        for name in self._glyphs:
            width = metrics.horizontalAdvance(self._look.tr(f"ui_kit.glyph.{name}"))
            if x > _LEFT and x + 22 + width > self.width() - 8:
                x, line = _LEFT, line + 1
            yield name, x, line, width
            x += 22 + width + 12

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The rows."""
        painter, look = QPainter(self), self._look
        painter.fillRect(0, 0, self.width(), 1, look.colour("line_strong"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(sizes.SMALL))
        above = 12 if self.height() == 40 else 10
        for name, x, line, width in self._places():
            top = above + line * _LINE
            if name == "query_open":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("query_open"))
                painter.drawEllipse(QRectF(x + 1, top + 2, 13, 13))
            else:
                paint_glyph(painter, look, name, x, top)
            painter.setPen(look.colour("text"))
            painter.drawText(QRectF(x + 22, top - 4, width + 2, 24), Qt.AlignmentFlag.AlignVCenter, look.tr(f"ui_kit.glyph.{name}"))
