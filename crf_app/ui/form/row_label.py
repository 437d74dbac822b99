"""The label column of a row."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look


class RowLabel(QLabel):
    """The question, the second language small beneath. Its `text()` is the first; both are drawn wrapped."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._second = ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_texts(self, first: str, second: str) -> int:
        """Show both; returns the height they need."""
        self._second = second
        if first != self.text():
            self.setText(first)
            self.setToolTip(first)
        height = self._height(first, sizes.BASE) + (self._height(second, sizes.SMALL) if second else 0)
        self.update()
        return height

    def _height(self, text: str, pixels: int) -> int:
        metrics = QFontMetrics(self._look.font(pixels))
        if metrics.horizontalAdvance(text) <= sizes.LABEL:
            return 18 if pixels == sizes.BASE else 16
        box = metrics.boundingRect(QRect(0, 0, sizes.LABEL, 400), Qt.TextFlag.TextWordWrap, text)
        return box.height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """First, then second."""
        painter = QPainter(self)
        look = self._look
        painter.setFont(look.font())
        painter.setPen(look.colour("text"))
        rect = self.rect()
        used = painter.boundingRect(rect, Qt.TextFlag.TextWordWrap, self.text())
        painter.drawText(rect, Qt.TextFlag.TextWordWrap, self.text())
        if self._second:
            painter.setFont(look.font(sizes.SMALL))
            painter.setPen(look.colour("text_tertiary"))
            painter.drawText(rect.adjusted(0, used.height(), 0, 0), Qt.TextFlag.TextWordWrap, self._second)
