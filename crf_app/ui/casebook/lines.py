"""Short paragraphs painted one beneath the other: what the inspector says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_FLAGS = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignLeft
_MARGIN = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `gone` stands before it struck through, `dot` puts a mark of the time line at its left, `gap` space above."""

    text: str
    role: str = "text"
    pixels: int = sizes.BASE
    bold: bool = False
    gone: str = ""
    dot: str = ""
    gap: int = 2


class Lines(QWidget):
    """Paints paragraphs, wrapped to its width; one name for those who hear it. `indent` leaves room for the time line."""

    def __init__(self, look: Look, name: str, indent: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._indent = indent
        self.lines: tuple[Line, ...] = ()
        self._heights: dict[int, int] = {}
        self.setObjectName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other paragraphs."""
        self.lines = tuple(one for one in lines if one.text or one.gone)
        self._heights = {}
        self.setAccessibleName("\n".join(f"{one.gone} → {one.text}" if one.gone else one.text for one in self.lines))
        self.updateGeometry()
        self.update()

    def _width(self, width: int) -> int:
        return max(width - 2 * _MARGIN - self._indent, 80)

    def _height(self, line: Line, width: int) -> int:
        metrics = QFontMetrics(self._look.font(line.pixels, line.bold))
        text = f"{line.gone} → {line.text}" if line.gone else line.text
        return metrics.boundingRect(QRect(0, 0, width, 4000), _FLAGS, text).height()

    def hasHeightForWidth(self) -> bool:
        """Its height follows its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all paragraphs."""
        # layouts ask again and again, and measuring wrapped text is the dearest part of an inspector
        if width not in self._heights:
            self._heights[width] = 12 + sum(self._height(line, self._width(width)) + line.gap for line in self.lines)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """For the width of the inspector."""
        return QSize(sizes.INSPECTOR, self.heightForWidth(self.width() or sizes.INSPECTOR))

    def minimumSizeHint(self) -> QSize:
        """May be narrow, never cut."""
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dots and paragraphs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, width, left = 6, self._width(self.width()), _MARGIN + self._indent
        for line in self.lines:
            top += line.gap
            height = self._height(line, width)
            if line.dot:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._look.colour(line.dot))
                painter.drawEllipse(_MARGIN + 2, top + 5, 8, 8)
            self._paint(painter, line, QRect(left, top, width, height))
            top += height

    def _paint(self, painter: QPainter, line: Line, rect: QRect) -> None:
        font = self._look.font(line.pixels, line.bold)
        if line.gone:
            struck = QFont(self._look.font(line.pixels))
            struck.setStrikeOut(True)
            painter.setFont(struck)
            painter.setPen(self._look.colour("text_tertiary"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line.gone)
            room = painter.fontMetrics().horizontalAdvance(line.gone)
            painter.setFont(font)
            painter.setPen(self._look.colour(line.role))
            painter.drawText(rect.adjusted(room + 4, 0, 0, 0), _FLAGS, f"→ {line.text}")
            return
        painter.setFont(font)
        painter.setPen(self._look.colour(line.role))
        painter.drawText(rect, _FLAGS, line.text)
