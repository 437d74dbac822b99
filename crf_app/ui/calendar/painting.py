"""Drawing the calendar: cells of a month or a week, rows of the agenda."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from crf_app.services.calendar import CalendarEntry
from crf_app.ui.calendar.days import WEEK
from crf_app.ui.calendar.grid import HEAD, Cell, Line
from crf_app.ui.calendar.model import CalendarModel
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph

_MIDDLE, _LEFT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft
_CORNER = 7
_NUMBER_DISC = 20
ROW = sizes.TABLE_ROW


class CalendarPainter:
    """Draws with one QPainter for one picture."""

    def __init__(self, painter: QPainter, look: Look, model: CalendarModel) -> None:
        self._painter = painter
        self._look = look
        self._model = model
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def weekdays(self, area: QRect, first: date, *, with_dates: bool) -> None:
        """The names of the weekdays over their columns, in a week with their days."""
        painter, look = self._painter, self._look
        painter.fillRect(0, 0, area.width(), HEAD, look.colour("header"))
        for column in range(WEEK):
            left, right = area.width() * column // WEEK, area.width() * (column + 1) // WEEK
            day = date.fromordinal(first.toordinal() + column)
            today = with_dates and day == self._model.calendar.today
            name = look.tr(f"ui_shell.day.{column + 1}")
            self._text(QRect(left + 8, 0, right - left - 12, HEAD), f"{name} {day:%m-%d}" if with_dates else name, "accent" if today else "text_secondary", bold=True)
        painter.fillRect(0, HEAD - 1, area.width(), 1, look.colour("line_strong"))

    def ground(self, cell: Cell, month: date, view: str) -> None:
        """The ground of a day with its number; days of other months lie back, today is marked."""
        painter, look, rect = self._painter, self._look, cell.rect
        outside = view == "month" and cell.day.month != month.month
        painter.fillRect(rect, look.colour("sunken" if outside else "surface"))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), look.colour("line"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, look.colour("line"))
        if view != "month":
            return
        disc = QRectF(rect.left() + 4, rect.top() + 2, _NUMBER_DISC, _NUMBER_DISC)
        today = cell.day == self._model.calendar.today
        if today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(disc)
        painter.setFont(look.font(sizes.SMALL, bold=today))
        painter.setPen(look.colour("on_accent" if today else "text_tertiary" if outside else "text"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(cell.day.day))

    def line(self, line: Line, entry: CalendarEntry, *, chosen: bool, tall: bool) -> None:
        """One visit in a cell: glyph, subject and visit; in a week its window or state beneath."""
        painter, look, rect = self._painter, self._look, line.rect
        if chosen:
            painter.fillRect(rect, look.colour("accent_tint_strong"))
        height = sizes.COMPACT - 4
        paint_glyph(painter, look, entry.glyph, rect.left() + 4, rect.top() + 2)
        if entry.out_of_window:
            self._corner(rect.left() + 2, rect.top() + 1)
        words = QRect(rect.left() + 24, rect.top(), rect.width() - 26, height)
        self._text(words, self._model.title(entry), _role(entry), sizes.SMALL, bold=entry.glyph == "overdue")
        if tall:
            text = look.languages.text(entry.when) or look.tr(f"ui_kit.glyph.{entry.glyph}")
            self._text(words.translated(0, height - 4), text, "text_secondary", sizes.SMALL)

    def more(self, line: Line, count: int) -> None:
        """How many visits did not fit."""
        rect = QRect(line.rect.left() + 24, line.rect.top(), line.rect.width() - 26, sizes.COMPACT - 4)
        self._text(rect, self._look.tr("ui_calendar.more", count=count), "text_secondary", sizes.SMALL)

    def cursor(self, rect: QRect, *, focus: bool) -> None:
        """The frame of the day one is on."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._look.colour("accent" if focus else "line_strong"), sizes.FOCUS))
        self._painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))

    def day_head(self, rect: QRect, day: date, count: int) -> None:
        """The head of a day in the agenda."""
        look, today = self._look, day == self._model.calendar.today
        self._painter.fillRect(rect, look.colour("header"))
        name = look.tr(f"ui_shell.weekday.{day.isoweekday()}")
        words = f"{day.isoformat()}  {name}" + (f"  ·  {look.tr('ui_calendar.today')}" if today else "")
        self._text(rect.adjusted(16, 0, -80, 0), words, "accent" if today else "text_secondary", bold=True)
        self._text(rect.adjusted(16, 0, -16, 0), str(count), "text_secondary", sizes.SMALL, right=True)
        self._rule(rect)

    def agenda_row(self, rect: QRect, entry: CalendarEntry, *, chosen: bool, focus: bool) -> None:
        """One visit in the agenda: glyph, subject, visit, window, how long it is open."""
        look, text = self._look, self._look.languages.text
        if chosen:
            self._painter.fillRect(rect, look.colour("accent_tint"))
            self._painter.fillRect(rect.left(), rect.top(), sizes.BAR, rect.height(), look.colour("accent" if focus else "line_strong"))
        paint_glyph(self._painter, look, entry.glyph, rect.left() + 16, rect.top() + (ROW - sizes.GLYPH) // 2)
        if entry.out_of_window:
            self._corner(rect.left() + 12, rect.top() + 6)
        number, place, note = 44, 144, 144 + max(200, (rect.width() - 160) // 4)
        self._text(QRect(rect.left() + number, rect.top(), place - number - 8, ROW), entry.subject, "text", bold=True)
        name = text(entry.event.name) + (f" {entry.repeat}" if entry.event.kind == "unscheduled" else "")
        self._text(QRect(rect.left() + place, rect.top(), note - place - 12, ROW), name, "text")
        state = text(entry.when) or look.tr(f"ui_kit.glyph.{entry.glyph}")
        self._text(QRect(rect.left() + note, rect.top(), rect.width() - note - 176, ROW), self._model.note(entry), "text_secondary")
        self._text(QRect(rect.right() - 176, rect.top(), 160, ROW), state, _role(entry) if entry.glyph == "overdue" else "text_secondary", right=True)
        self._rule(rect)

    def sentence(self, area: QRect, words: str) -> None:
        """A sentence where there is nothing else."""
        self._text(area.adjusted(24, 16, -24, 0), words, "text_secondary", top=True)

    def _corner(self, x: int, y: int) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._look.colour("error"))
        corner = QPointF(x, y)
        self._painter.drawPolygon(QPolygonF([corner, corner + QPointF(_CORNER, 0), corner + QPointF(0, _CORNER)]))

    def _rule(self, rect: QRect) -> None:
        self._painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._look.colour("line"))

    def _text(
        self, rect: QRect, words: str, role: str, pixels: int = sizes.BASE, *, bold: bool = False, right: bool = False, top: bool = False
    ) -> None:
        painter = self._painter
        painter.setFont(self._look.font(pixels, bold=bold))
        painter.setPen(self._look.colour(role))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
        side = Qt.AlignmentFlag.AlignRight if right else _LEFT
        painter.drawText(rect, side | (Qt.AlignmentFlag.AlignTop if top else _MIDDLE), shown)


def _role(entry: CalendarEntry) -> str:
    if entry.glyph == "overdue":
        return "error"
    return "text_secondary" if entry.made else "text"
