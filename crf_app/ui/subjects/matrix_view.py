"""The matrix painted: frozen columns, visit cells, one cursor; never a widget a cell (look 02)."""

from __future__ import annotations

from itertools import accumulate

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from crf_app.services.matrix import SubjectRow, VisitCell
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import GLYPH_ROLE
from crf_app.ui.subjects.model import FROZEN, MatrixModel

_WIDTHS = {"subject": 96, "initials": 64, "status": 104, "day": 48}
_LEAST, _MOST = 44, 56
_SETTLE_MS, _AT_ONCE = 40, 6
_INSET = (sizes.MATRIX_ROW - sizes.GLYPH) // 2
_ENDED = ("completed", "withdrawn", "screen_failure")
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class MatrixView(QAbstractScrollArea):
    """`opened((subject, event oid))` on Enter or double click, `typed(text)` when a letter is typed."""

    opened = Signal(object)
    typed = Signal(str)

    def __init__(self, look: Look, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._model = model
        self.row = 0
        self.column = 0
        self.fixed: tuple[str, ...] = FROZEN
        self.frozen = sum(_WIDTHS.values())
        self._widths: list[int] = []
        self._edges: list[int] = [0]
        self._seen: list[tuple[int, int, int]] = []
        self._seen_key = (-1, -1, -1)
        self._glyphs: dict[str, QPixmap] = {}
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        self.setObjectName("subjects/matrix")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(1)
        self.horizontalScrollBar().setSingleStep(_LEAST)
        model.modelReset.connect(self._reset)

    # Measures


    def measure(self) -> None:
        """Fit the columns to the width and to their heads, and the scroll bars to both."""
        columns, initials = self._model.matrix.columns, self._model.matrix.with_initials
        # Initials only where the study collects them.
        self.fixed = tuple(name for name in FROZEN if name != "initials" or initials)
        self.frozen = sum(_WIDTHS[name] for name in self.fixed)
        area = self.viewport().size()
        room = max(area.width() - self.frozen, 1)
        even = min(max(room // max(len(columns), 1), _LEAST), _MOST)
        metrics = QFontMetrics(self._look.font(sizes.SMALL, bold=True))
        text = self._look.languages.text
        self._widths = [max(even, metrics.horizontalAdvance(text(one.short)) + 10) for one in columns]
        self._edges = list(accumulate(self._widths, initial=self.frozen))
        bar = self.horizontalScrollBar()
        bar.setPageStep(room)
        bar.setRange(0, max(sum(self._widths) - room, 0))
        rows = max((area.height() - sizes.MATRIX_HEAD) // sizes.MATRIX_ROW, 1)
        self.verticalScrollBar().setPageStep(rows)
        self.verticalScrollBar().setRange(0, max(self._model.rowCount() - rows, 0))

    def _left(self, column: int) -> int:
        return self._edges[column] - self.horizontalScrollBar().value()

    def _cell_rect(self, row: int, column: int) -> QRect:
        top = sizes.MATRIX_HEAD + (row - self.verticalScrollBar().value()) * sizes.MATRIX_ROW
        return QRect(self._left(column), top, self._widths[column], sizes.MATRIX_ROW)

    @Slot()
    def _reset(self) -> None:
        self.measure()
        self.row = min(self.row, max(self._model.rowCount() - 1, 0))
        self.column = min(self.column, max(len(self._widths) - 1, 0))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns fit anew."""
        super().resizeEvent(event)
        self.measure()
        self._show_cursor()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 Qt's name
        """Everything is painted again: what is frozen must not move along."""
        self._settling.stop()
        self.viewport().update()

    def _in_sight(self) -> range:
        first = self.verticalScrollBar().value()
        last = first + (self.viewport().height() - sizes.MATRIX_HEAD) // sizes.MATRIX_ROW + 1
        return range(first, min(last, self._model.rowCount()))

    @Slot()
    def _settle(self) -> None:
        """The rows in sight are worked out whole, a few at a time, once nothing moves: visits that depend on data."""
        waiting = [row for row in self._in_sight() if not self._model.glance(row).whole]
        for row in waiting[:_AT_ONCE]:
            self._model.subject(row)
        if waiting:
            self.viewport().update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The rows in sight, then the head over them."""
        painter = QPainter(self.viewport())
        self._glyphs.clear()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.viewport().rect()
        painter.fillRect(area, self._look.colour("surface"))
        rows = self._in_sight()
        for row in rows:
            self._paint_row(painter, row, area)
        self._paint_head(painter, area)
        self._paint_rules(painter, area, sizes.MATRIX_HEAD + len(rows) * sizes.MATRIX_ROW)
        if not self._model.rowCount():
            self._say_none(painter, area)
        if self._model.rowCount() and self._widths:
            self._paint_cursor(painter, area)

    def _say_none(self, painter: QPainter, area: QRect) -> None:
        """Nobody fits the filter."""
        painter.setFont(self._look.font())
        painter.setPen(self._look.colour("text_secondary"))
        place = area.adjusted(24, sizes.MATRIX_HEAD + 24, -24, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self._look.tr("ui_shell.subjects.none"))

    def _paint_row(self, painter: QPainter, row: int, area: QRect) -> None:
        subject, here = self._model.glance(row), row == self.row
        if not subject.whole and not self._settling.isActive():
            self._settling.start()
        top = sizes.MATRIX_HEAD + (row - self.verticalScrollBar().value()) * sizes.MATRIX_ROW
        if here:
            painter.fillRect(0, top, area.width(), sizes.MATRIX_ROW, self._look.colour("accent_tint"))
        painter.save()
        painter.setClipRect(self.frozen, top, area.width() - self.frozen, sizes.MATRIX_ROW)
        for column, left, centre in self._columns_in_sight(area.width()):
            cell = subject.cells[column]
            if cell.glyph:
                painter.drawPixmap(centre, top + _INSET, self._pixmap(cell.glyph))
            if cell.out_of_window or cell.queries:
                self._paint_marks(painter, QRect(left, top, self._widths[column], sizes.MATRIX_ROW), cell)
        painter.restore()
        self._paint_frozen(painter, subject, top, here)
        painter.fillRect(0, top + sizes.MATRIX_ROW - 1, area.width(), 1, self._look.colour("line"))

    def _paint_frozen(self, painter: QPainter, subject: SubjectRow, top: int, here: bool) -> None:
        ended, left = subject.state in _ENDED, 0
        for name in self.fixed:
            width = _WIDTHS[name]
            quiet = name == "initials" or (ended and name == "status")
            painter.setFont(self._look.font(bold=name == "subject" and (here or not ended)))
            painter.setPen(self._look.colour("text_secondary" if quiet else "text"))
            words = painter.fontMetrics().elidedText(
                self._model.frozen_text(subject, name), Qt.TextElideMode.ElideRight, width - 10
            )
            right = name == "day"
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRect(left + 8, top, width - 16, sizes.MATRIX_ROW), _MIDDLE | side, words)
            left += width

    def _columns_in_sight(self, width: int) -> list[tuple[int, int, int]]:
        """Number, left edge and left edge of the glyph of each visit column that is seen; the same until it scrolls."""
        key = (width, self.horizontalScrollBar().value(), self._edges[-1])
        if key != self._seen_key:
            self._seen_key = key
            lefts = [(at, edge - key[1]) for at, edge in enumerate(self._edges[:-1])]
            self._seen = [
                (at, left, left + (self._widths[at] - sizes.GLYPH) // 2)
                for at, left in lefts
                if left + self._widths[at] > self.frozen and left < width
            ]
        return self._seen

    def _pixmap(self, glyph: str) -> QPixmap:
        found = self._glyphs.get(glyph)
        if found is None:
            ratio = self.devicePixelRatioF()
            found = self._look.pixmap(f"status_{glyph}", GLYPH_ROLE[glyph], sizes.GLYPH, ratio)
            self._glyphs[glyph] = found
        return found

    def _paint_marks(self, painter: QPainter, rect: QRect, cell: VisitCell) -> None:
        if cell.out_of_window:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("error"))
            corner = QPointF(rect.left() + 1, rect.top())
            painter.drawPolygon(QPolygonF([corner, corner + QPointF(8, 0), corner + QPointF(0, 8)]))
        if cell.queries:
            disc = QRectF(rect.right() - 15, rect.top() + 2, 13, 13)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("query_open"))
            painter.drawEllipse(disc)
            painter.setFont(self._look.font(10, bold=True))
            painter.setPen(self._look.colour("surface"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(cell.queries) if cell.queries < 10 else "9+")

    def _paint_head(self, painter: QPainter, area: QRect) -> None:
        look, height = self._look, sizes.MATRIX_HEAD
        painter.fillRect(0, 0, area.width(), height, look.colour("header"))
        painter.save()
        painter.setClipRect(self.frozen, 0, area.width() - self.frozen, height)
        for column, event in enumerate(self._model.matrix.columns):
            rect = QRect(self._left(column), 0, self._widths[column], height)
            painter.setFont(look.font(sizes.SMALL, bold=True))
            painter.setPen(look.colour("text"))
            centre = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(rect.adjusted(0, 5, 0, 0), centre | Qt.AlignmentFlag.AlignTop, look.languages.text(event.short))
            if event.day is not None:
                painter.setFont(look.font(sizes.SMALL))
                painter.setPen(look.colour("text_secondary"))
                words = look.tr("ui_shell.subjects.day_of", day=str(event.day).replace("-", "−"))
                painter.drawText(rect.adjusted(0, 0, 0, -4), centre | Qt.AlignmentFlag.AlignBottom, words)
        painter.restore()
        left = 0
        painter.setFont(look.font(sizes.SMALL, bold=True))
        painter.setPen(look.colour("text_secondary"))
        for name in self.fixed:
            side = Qt.AlignmentFlag.AlignRight if name == "day" else Qt.AlignmentFlag.AlignLeft
            rect = QRect(left + 8, 0, _WIDTHS[name] - 16, height)
            painter.drawText(rect, _MIDDLE | side, look.tr(f"ui_shell.subjects.column.{name}"))
            left += _WIDTHS[name]
        painter.fillRect(0, height - 1, area.width(), 1, look.colour("line_strong"))

    def _paint_rules(self, painter: QPainter, area: QRect, bottom: int) -> None:
        for column in range(len(self._widths)):
            x = self._left(column + 1) - 1
            if self.frozen < x < area.width():
                painter.fillRect(x, 0, 1, bottom, self._look.colour("line"))
        painter.fillRect(self.frozen - 1, 0, 1, bottom, self._look.colour("line_strong"))

    def _paint_cursor(self, painter: QPainter, area: QRect) -> None:
        rect = self._cell_rect(self.row, self.column)
        if rect.top() < sizes.MATRIX_HEAD:
            return
        painter.setClipRect(self.frozen, 0, area.width() - self.frozen, area.height())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._look.colour("accent" if self.hasFocus() else "line_strong"), sizes.FOCUS))
        painter.drawRect(QRectF(rect).adjusted(0, 0, -1, -1))

    # The cursor

    def move_to(self, row: int, column: int) -> None:
        """Put the cursor there, kept inside the matrix, and bring it into sight."""
        self.row = min(max(row, 0), max(self._model.rowCount() - 1, 0))
        self.column = min(max(column, 0), max(len(self._widths) - 1, 0))
        self._show_cursor()
        self.tell()
        self.viewport().update()

    def tell(self) -> None:
        """Say aloud what the cursor is on."""
        if self._model.rowCount() and self._widths:
            index = self._model.index(self.row, self.column + len(FROZEN))
            words = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, words))
        else:
            self.setAccessibleDescription(self._look.tr("ui_shell.subjects.none"))

    def _show_cursor(self) -> None:
        if not self._widths:
            return
        bar = self.verticalScrollBar()
        if self.row < bar.value():
            bar.setValue(self.row)
        elif self.row >= bar.value() + bar.pageStep():
            bar.setValue(self.row - bar.pageStep() + 1)
        across = self.horizontalScrollBar()
        left = self._edges[self.column] - self.frozen
        if left < across.value():
            across.setValue(left)
        elif left + self._widths[self.column] > across.value() + across.pageStep():
            across.setValue(left + self._widths[self.column] - across.pageStep())

    def open_current(self) -> None:
        """Open the visit the cursor is on."""
        if self._model.rowCount() and self._widths:
            self.opened.emit((self._model.number(self.row), self._model.matrix.columns[self.column].oid))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, ends; Enter opens; letters filter."""
        page, control = self.verticalScrollBar().pageStep(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        last = self._model.rowCount() - 1
        moves = {
            Qt.Key.Key_Up: (self.row - 1, self.column),
            Qt.Key.Key_Down: (self.row + 1, self.column),
            Qt.Key.Key_Left: (self.row, self.column - 1),
            Qt.Key.Key_Right: (self.row, self.column + 1),
            Qt.Key.Key_PageUp: (self.row - page, self.column),
            Qt.Key.Key_PageDown: (self.row + page, self.column),
            Qt.Key.Key_Home: (0 if control else self.row, 0),
            Qt.Key.Key_End: (last if control else self.row, len(self._widths)),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self.move_to(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        elif event.text().strip() and event.text().isprintable() and not control:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _at(self, point: QPoint) -> tuple[int, int] | None:
        row = (point.y() - sizes.MATRIX_HEAD) // sizes.MATRIX_ROW + self.verticalScrollBar().value()
        if point.y() < sizes.MATRIX_HEAD or row >= self._model.rowCount():
            return None
        columns = [at for at in range(len(self._widths)) if self._left(at) <= point.x() < self._left(at + 1)]
        return row, columns[0] if columns and point.x() >= self.frozen else self.column

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click puts the cursor there."""
        place = self._at(event.position().toPoint())
        if place is not None:
            self.move_to(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click opens."""
        if self._at(event.position().toPoint()) is not None:
            self.open_current()

    def viewportEvent(self, event: QEvent) -> bool:
        """The state in words where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(event.pos())
            words = self._model.cell_words(*place) if place is not None and event.pos().x() >= self.frozen else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cursor turns accent."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The cursor turns quiet."""
        super().focusOutEvent(event)
        self.viewport().update()
