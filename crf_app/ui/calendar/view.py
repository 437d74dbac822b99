"""The calendar by keys: month, week and agenda painted from one model, with one cursor; never a widget a visit."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from crf_app.services.calendar import CalendarEntry
from crf_app.ui.calendar.days import VIEWS, WEEK, add_months, span_of
from crf_app.ui.calendar.grid import Cell, cells_of, lines_of
from crf_app.ui.calendar.model import CalendarModel
from crf_app.ui.calendar.painting import ROW, CalendarPainter
from crf_app.ui.common.look import Look

_Key = Qt.Key


class CalendarView(QAbstractScrollArea):
    """`opened((subject, event oid, repeat))` on Enter or double click; `moved()` when the day or the view is another."""

    opened = Signal(object)
    moved = Signal()

    def __init__(self, look: Look, model: CalendarModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._model = model
        self.view = VIEWS[0]
        self.day = date.min
        self.pick = 0
        self.setObjectName("calendar/view")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.modelReset.connect(self._reset)

    # Where one is

    def entry(self) -> CalendarEntry | None:
        """The visit the cursor is on."""
        found = self._model.on(self.day)
        return found[self.pick] if self.pick < len(found) else None

    def move_to(self, day: date, pick: int = 0) -> None:
        """Put the cursor on a visit of a day, loading its days, and bring it into sight."""
        self.day = min(max(day, date(1900, 1, 1)), date(2200, 12, 31))
        self.pick = pick
        self._model.show_days(*span_of(self.view, self.day))
        self._keep()
        self.moved.emit()

    def set_view(self, view: str) -> None:
        """Show the month, the week or the agenda around the same day."""
        self.view = view
        self.move_to(self.day, self.pick)

    def _keep(self) -> None:
        self.pick = min(self.pick, max(len(self._model.on(self.day)) - 1, 0))
        self._measure()
        self._show_cursor()
        self.tell()
        self.viewport().update()

    @Slot()
    def _reset(self) -> None:
        if self.day > date.min:
            self._keep()

    def tell(self) -> None:
        """Say aloud what the cursor is on."""
        entry, tr = self.entry(), self._look.tr
        words = tr("ui_calendar.nothing_on", day=self.day)
        if entry is not None:
            words = tr("ui_calendar.several_on", day=self.day, count=len(self._model.on(self.day)), first=self._model.words(entry))
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, words))

    # The rows of the agenda

    def _rows(self) -> list[tuple[date, int]]:
        """Day and number of the visit, -1 for the head of the day."""
        return [(day, at) for day in self._model.days() for at in range(-1, len(self._model.on(day)))]

    def _measure(self) -> None:
        bar, rows = self.verticalScrollBar(), max(self.viewport().height() // ROW, 1)
        bar.setPageStep(rows)
        bar.setRange(0, max(len(self._rows()) - rows, 0) if self.view == "agenda" else 0)

    def _show_cursor(self) -> None:
        if self.view != "agenda":
            return
        rows, bar = self._rows(), self.verticalScrollBar()
        at = rows.index((self.day, self.pick)) if (self.day, self.pick) in rows else next((n for n, one in enumerate(rows) if one[0] >= self.day), len(rows) - 1)
        if at <= bar.value():
            bar.setValue(max(at - 1, 0))
        elif at >= bar.value() + bar.pageStep():
            bar.setValue(at - bar.pageStep() + 1)

    def _agenda_rect(self, row: int) -> QRect:
        return QRect(0, (row - self.verticalScrollBar().value()) * ROW, self.viewport().width(), ROW)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The days in sight."""
        canvas = QPainter(self.viewport())
        canvas.fillRect(self.viewport().rect(), self._look.colour("surface"))
        if self.day == date.min:
            return
        painter = CalendarPainter(canvas, self._look, self._model)
        if self.view == "agenda":
            self._paint_agenda(painter)
        else:
            self._paint_grid(painter)

    def _cells(self) -> list[Cell]:
        return cells_of(self.viewport().rect(), *span_of(self.view, self.day))

    def _paint_grid(self, painter: CalendarPainter) -> None:
        area, first = self.viewport().rect(), span_of(self.view, self.day)[0]
        painter.weekdays(area, first, with_dates=self.view == "week")
        cells = self._cells()
        for cell in cells:
            painter.ground(cell, self.day, self.view)
            self._paint_day(painter, cell)
        painter.cursor(next(one for one in cells if one.day == self.day).rect, focus=self.hasFocus())

    def _paint_day(self, painter: CalendarPainter, cell: Cell) -> None:
        entries, here = self._model.on(cell.day), cell.day == self.day
        if not entries:
            return
        lines = lines_of(cell, self.view, len(entries), self.pick if here else 0)
        shown = sum(1 for one in lines if one.at >= 0)
        for line in lines:
            if line.at < 0:
                painter.more(line, len(entries) - shown)
            else:
                chosen = here and line.at == self.pick and self.view == "week"
                painter.line(line, entries[line.at], chosen=chosen, tall=self.view == "week")

    def _paint_agenda(self, painter: CalendarPainter) -> None:
        rows, top = self._rows(), self.verticalScrollBar().value()
        if not rows:
            painter.sentence(self.viewport().rect(), self._look.tr("ui_calendar.nothing"))
        for number in range(top, min(top + self.viewport().height() // ROW + 1, len(rows))):
            day, at = rows[number]
            entries, rect = self._model.on(day), self._agenda_rect(number)
            if at < 0:
                painter.day_head(rect, day, len(entries))
            else:
                painter.agenda_row(rect, entries[at], chosen=(day, at) == (self.day, self.pick), focus=self.hasFocus())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cells and rows fit anew."""
        super().resizeEvent(event)
        self._measure()
        self._show_cursor()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 Qt's name
        """Everything is painted again."""
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cursor turns accent."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The cursor turns quiet."""
        super().focusOutEvent(event)
        self.viewport().update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, months, today, views; Enter opens."""
        key = _Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (_Key.Key_Left, _Key.Key_Right):
            self._along(1 if key == _Key.Key_Right else -1)
        elif key in (_Key.Key_Up, _Key.Key_Down):
            self._across(1 if key == _Key.Key_Down else -1)
        elif key in (_Key.Key_PageUp, _Key.Key_PageDown):
            self.page(1 if key == _Key.Key_PageDown else -1)
        elif key in (_Key.Key_Return, _Key.Key_Enter):
            self.open_current()
        elif event.text() in ("t", "T"):
            self.go_today()
        elif event.text() in ("1", "2", "3"):
            self.set_view(VIEWS[int(event.text()) - 1])
        else:
            super().keyPressEvent(event)

    def _along(self, step: int) -> None:
        """To the next day; in the agenda to the next one that has visits."""
        day = self.day + timedelta(days=step)
        if self.view == "agenda":
            days = [one for one in self._model.days() if (one > self.day if step > 0 else one < self.day)]
            day = (days[0] if step > 0 else days[-1]) if days else self._beyond(step)
        self.move_to(day)

    def _beyond(self, step: int) -> date:
        return self._model.last + timedelta(days=1) if step > 0 else self._model.first - timedelta(days=1)

    def _across(self, step: int) -> None:
        """A week on in the month; elsewhere to the next visit."""
        if self.view == "month":
            self.move_to(self.day + timedelta(days=step * WEEK))
        elif 0 <= self.pick + step < len(self._model.on(self.day)):
            self.move_to(self.day, self.pick + step)
        elif self.view == "agenda":
            self._along(step)
            if step < 0:
                self.move_to(self.day, len(self._model.on(self.day)))

    def page(self, step: int) -> None:
        """The same day of the next month, or of the one before."""
        self.move_to(add_months(self.day, step))

    def go_today(self) -> None:
        """To today."""
        self.move_to(self._model.calendar.today)

    def open_current(self) -> None:
        """Open the visit the cursor is on; a day of the month with several shows them in the agenda first."""
        entry = self.entry()
        if entry is None:
            return
        if self.view == "month" and len(self._model.on(self.day)) > 1:
            self.set_view("agenda")
        else:
            self.opened.emit((entry.subject, entry.event.oid, entry.repeat))

    # Mouse

    def _at(self, point: QPoint) -> tuple[date, int] | None:
        """Day and visit under the mouse; the visit is -1 beside all visits."""
        if self.view == "agenda":
            rows, row = self._rows(), point.y() // ROW + self.verticalScrollBar().value()
            return rows[row] if row < len(rows) else None
        cell = next((one for one in self._cells() if one.rect.contains(point)), None)
        if cell is None:
            return None
        lines = lines_of(cell, self.view, len(self._model.on(cell.day)), self.pick if cell.day == self.day else 0) if self._model.on(cell.day) else []
        return cell.day, next((line.at for line in lines if line.rect.contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click puts the cursor there."""
        place = self._at(event.position().toPoint())
        if place is not None:
            self.move_to(place[0], max(place[1], 0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a visit opens it, on a day shows its visits."""
        place = self._at(event.position().toPoint())
        if place is None:
            return
        entries = self._model.on(place[0])
        if 0 <= place[1] < len(entries):
            one = entries[place[1]]
            self.opened.emit((one.subject, one.event.oid, one.repeat))
        else:
            self.move_to(place[0])
            self.open_current()

    def viewportEvent(self, event: QEvent) -> bool:
        """The whole entry in words where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(event.pos()) if self.day > date.min else None
            entries = self._model.on(place[0]) if place is not None else []
            words = self._model.words(entries[place[1]]) if place is not None and 0 <= place[1] < len(entries) else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)
