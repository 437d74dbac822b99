"""The worklist drawn: one line a task, its columns fixed, one tab stop (look 01)."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crf_app.services.task import Task
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.today.task_model import TASK_ROLE, GroupHead, TaskModel

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_GLYPH, _NUMBER, _PLACE, _EDGE = 16, 48, 152, 16
Index = QModelIndex | QPersistentModelIndex


class TaskDelegate(QStyledItemDelegate):
    """Draws heads and tasks."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all."""
        return QSize(200, sizes.TABLE_ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row = index.data(TASK_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRect(option.rect)
        if isinstance(row, GroupHead):
            self._head(painter, area, row)
        elif isinstance(row, Task):
            self._task(painter, area, row, bool(option.state & QStyle.StateFlag.State_Selected))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, self._look.colour("line"))
        painter.restore()

    def _head(self, painter: QPainter, area: QRect, head: GroupHead) -> None:
        painter.fillRect(area, self._look.colour("header"))
        painter.setFont(self._look.font(bold=True))
        painter.setPen(self._look.colour("text_secondary"))
        words = self._look.tr(f"ui_shell.today.group.{head.group}")
        painter.drawText(area.adjusted(_GLYPH, 0, 0, 0), _LEFT, words)
        left = _GLYPH + painter.fontMetrics().horizontalAdvance(words) + 8
        painter.setFont(self._look.font(sizes.SMALL))
        painter.drawText(area.adjusted(left, 0, 0, 0), _LEFT, str(head.count))

    def _task(self, painter: QPainter, area: QRect, task: Task, chosen: bool) -> None:
        look, text = self._look, self._look.languages.text
        if chosen:
            painter.fillRect(area, look.colour("accent_tint"))
            painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), look.colour("accent"))
        paint_glyph(painter, look, task.state, area.left() + _GLYPH, area.top() + 8)
        right = self._when(painter, area, task)
        self._write(painter, area, _NUMBER, _PLACE - 8, task.subject, "text", bold=True)
        why = _PLACE + max(204, (area.width() - _PLACE) * 3 // 10)
        self._write(painter, area, _PLACE, why - 12, text(task.place), "text")
        self._write(painter, area, why, right - area.left() - 12, text(task.why), "text_secondary")

    def _write(
        self, painter: QPainter, area: QRect, left: int, right: int, words: str, role: str, *, bold: bool = False
    ) -> None:
        painter.setFont(self._look.font(bold=bold))
        painter.setPen(self._look.colour(role))
        width = right - left
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(width, 0))
        painter.drawText(QRect(area.left() + left, area.top(), width, area.height()), _LEFT, shown)

    def _when(self, painter: QPainter, area: QRect, task: Task) -> int:
        """Draw when it is due at the right; returns where that begins."""
        words, look = self._look.languages.text(task.when), self._look
        if not words:
            return area.right() - _EDGE
        painter.setFont(look.font(bold=task.group == "sae"))
        width = painter.fontMetrics().horizontalAdvance(words)
        if task.group == "visits" and task.state == "overdue":
            chip = QRectF(area.right() - _EDGE - width - 14, area.top() + 6, width + 18, sizes.CHIP)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("error_bg"))
            painter.drawRoundedRect(chip, sizes.CHIP / 2, sizes.CHIP / 2)
            painter.setPen(look.colour("error"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
            return round(chip.left())
        painter.setPen(look.colour("error" if task.group == "sae" else "text_secondary"))
        painter.drawText(area.adjusted(0, 0, -_EDGE, 0), _RIGHT, words)
        return area.right() - _EDGE - width


class TaskList(QListView):
    """`opened(Task)` on Enter or double click. Up and Down go from task to task, past the heads."""

    opened = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskModel(look, self)
        self.setModel(self.tasks)
        self.setItemDelegate(TaskDelegate(look, self))
        self.setObjectName("today/list")
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.doubleClicked.connect(self._double)

    def current(self) -> Task | None:
        """The task chosen."""
        index = self.currentIndex()
        row = self.tasks.row(index.row()) if index.isValid() else None
        return row if isinstance(row, Task) else None

    def choose(self, number: int) -> None:
        """Choose a row; -1 chooses none."""
        self.setCurrentIndex(self.tasks.index(number, 0))

    def _double(self, _index: QModelIndex) -> None:
        self._open()

    def _open(self) -> None:
        task = self.current()
        if task is not None:
            self.opened.emit(task)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; arrows skip heads."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, direction: int) -> None:
        number = self.currentIndex().row() + direction
        while 0 <= number < self.tasks.rowCount() and isinstance(self.tasks.row(number), GroupHead):
            number += direction
        if 0 <= number < self.tasks.rowCount():
            self.choose(number)
            if number == 1:
                self.scrollToTop()
