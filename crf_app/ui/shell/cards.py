"""Cards: a surface with a thin border, on which the log-in, the wizard and the figures of the day stand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look


class Card(QWidget):
    """A rounded surface."""

    def __init__(
        self, look: Look, radius: int = sizes.CARD_RADIUS, fill: str = "surface", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._radius = radius
        self._fill = fill

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("line_strong" if self._radius == sizes.PANEL_RADIUS else "line"), 1))
        painter.setBrush(self._look.colour(self._fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._radius, self._radius)


class Hairline(QFrame):
    """A line of one pixel between parts."""

    def __init__(self, look: Look, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), self._look.colour("line"))


class Mark(QWidget):
    """The mark of the program: a form with a tick, in the accent colour."""

    def __init__(self, look: Look, side: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Sheet, line and tick."""
        side = self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._look.colour("accent"), side / 14)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(side * 0.18, side * 0.12, side * 0.64, side * 0.76), side * 0.1, side * 0.1)
        painter.drawLine(round(side * 0.36), round(side * 0.3), round(side * 0.64), round(side * 0.3))
        painter.drawLine(round(side * 0.34), round(side * 0.56), round(side * 0.46), round(side * 0.68))
        painter.drawLine(round(side * 0.46), round(side * 0.68), round(side * 0.68), round(side * 0.46))


def make_base(widget: QWidget, role: str = "surface") -> None:
    """Let a widget paint its ground: "surface" or "window"."""
    widget.setAutoFillBackground(True)
    palette_role = {"surface": widget.palette().ColorRole.Base, "window": widget.palette().ColorRole.Window}[role]
    widget.setBackgroundRole(palette_role)
