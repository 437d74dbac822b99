"""One chart on screen, read by mouse or by keys: arrows walk its values, each is said in words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from crf_app.clinical.charts.drawing import SCREEN, Drawing, Stop
from crf_app.clinical.charts.layout import lay_out, least_height
from crf_app.clinical.charts.model import Chart
from crf_app.ui.charts.painting import measure_by, paint_drawing
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_Key = Qt.Key
_NEAR = 12.0
"""Pixels within which the mouse is at a value."""
_LEAST = QSize(420, 240)


class ChartView(QWidget):
    """`moved()` when another value is read, `opened(FormKey)` on Enter or a double click at one."""

    moved = Signal()
    opened = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.chart: Chart | None = None
        self.drawing = Drawing(0, 0, (), ())
        self.at = -1
        self.setObjectName("charts/chart")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST)

    # What is shown

    def show_chart(self, chart: Chart | None) -> None:
        """Show a chart; the reader stands at the newest value of its first line, or at its first bar."""
        self.chart = chart
        self._lay_out()
        first = self._row(self.drawing.stops[0].row) if self.drawing.stops else [-1]
        self.at = first[0] if chart is not None and chart.lanes else first[-1]
        self._tell()

    def say_again(self) -> None:
        """The same in the language now in force; the reader stays."""
        self._lay_out()
        self._tell()

    def _lay_out(self) -> None:
        if self.chart is None:
            self.drawing = Drawing(0, 0, (), ())
        else:
            lang, measure = self._look.languages.lang, measure_by(self._look)
            self.setMinimumHeight(max(_LEAST.height(), round(least_height(self.chart, self.width(), lang, SCREEN, measure)) + 8))
            self.drawing = lay_out(self.chart, float(self.width() - 8), float(max(self.height(), self.minimumHeight()) - 8), lang, SCREEN, measure)
        self.update()

    def stop(self) -> Stop | None:
        """What the reader stands at."""
        return self.drawing.stops[self.at] if 0 <= self.at < len(self.drawing.stops) else None

    def words(self) -> str:
        """What stands there in words, or what is missing from an empty chart."""
        stop, text = self.stop(), self._look.languages.text
        if stop is not None:
            return text(stop.said)
        return text(self.chart.empty) if self.chart is not None else ""

    def _tell(self) -> None:
        title = self._look.languages.text(self.chart.title) if self.chart is not None else ""
        self.setAccessibleName(title)
        self.setAccessibleDescription(self.words())
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, self.words()))
        self.moved.emit()
        self.update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chart, and a ring around the value that is read."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.translate(4, 4)
        paint_drawing(painter, self.drawing, self._look)
        stop = self.stop()
        if stop is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("focus" if self.hasFocus() else "text_tertiary"), sizes.FOCUS if self.hasFocus() else 1))
            painter.drawEllipse(QPointF(stop.x, stop.y), stop.radius, stop.radius)
        painter.resetTransform()
        if self.hasFocus():
            painter.setPen(QPen(self._look.colour("focus"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything finds its place anew."""
        super().resizeEvent(event)
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring turns accent."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring turns quiet."""
        super().focusOutEvent(event)
        self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right along a line, Up and Down to the next one, Home, End, Enter opens the form."""
        key, stop = _Key(event.key()), self.stop()
        if stop is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (_Key.Key_Left, _Key.Key_Right):
            self._along(stop, 1 if key == _Key.Key_Right else -1)
        elif key in (_Key.Key_Up, _Key.Key_Down):
            self._across(stop, 1 if key == _Key.Key_Down else -1)
        elif key in (_Key.Key_Home, _Key.Key_End):
            row = self._row(stop.row)
            self.go(row[0] if key == _Key.Key_Home else row[-1])
        elif key in (_Key.Key_Return, _Key.Key_Enter) and stop.form is not None:
            self.opened.emit(stop.form)
        else:
            super().keyPressEvent(event)

    def _row(self, row: int) -> list[int]:
        return [number for number, one in enumerate(self.drawing.stops) if one.row == row]

    def _along(self, stop: Stop, step: int) -> None:
        row = self._row(stop.row)
        place = row.index(self.at) + step
        if 0 <= place < len(row):
            self.go(row[place])

    def _across(self, stop: Stop, step: int) -> None:
        """To the next series or lane that has something, at the value nearest to this one."""
        rows = sorted({one.row for one in self.drawing.stops}, reverse=step < 0)
        after = next((one for one in rows if (one > stop.row if step > 0 else one < stop.row)), None)
        if after is not None:
            self.go(min(self._row(after), key=lambda one: abs(self.drawing.stops[one].x - stop.x)))

    def go(self, number: int) -> None:
        """Read that value."""
        self.at = number
        self._tell()

    # Mouse

    def _near(self, point: QPointF) -> int:
        """The value at the mouse, -1 without one."""
        found = [((one.x + 4 - point.x()) ** 2 + (one.y + 4 - point.y()) ** 2, number) for number, one in enumerate(self.drawing.stops)]
        distance, number = min(found, default=(float("inf"), -1))
        return number if distance <= max(_NEAR, self.drawing.stops[number].radius if found else 0) ** 2 else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click reads a value."""
        number = self._near(event.position())
        if number >= 0:
            self.go(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click opens its form."""
        number = self._near(event.position())
        if number >= 0 and self.drawing.stops[number].form is not None:
            self.opened.emit(self.drawing.stops[number].form)

    def event(self, event: QEvent) -> bool:
        """The value in words where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._near(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._look.languages.text(self.drawing.stops[number].said) if number >= 0 else "", self)
            return True
        return super().event(event)
