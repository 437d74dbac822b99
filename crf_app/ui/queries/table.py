"""The list drawn: one line a query, its columns fixed, one tab stop (look 09)."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from crf_app.clinical.query_record import QueryRecord
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.queries.sentences import GLYPHS, age_role
from crf_app.ui.queries.table_model import COLUMNS, RECORD_ROLE, QueryTableModel

Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {"number": 96, "subject_head": 96, "visit": 136, "place": 216, "days": 72}
_NARROW = {"number": 88, "subject_head": 80, "visit": 104, "place": 148, "days": 60}
_QUESTION, _LEAST = 4, 160


class QueryDelegate(QStyledItemDelegate):
    """Draws the cells: glyph and number, subject in bold, age in the colour of its urgency."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all."""
        return QSize(80, sizes.TABLE_ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        record, area, look, column = index.data(RECORD_ROLE), QRect(option.rect), self._look, COLUMNS[index.column()]
        if not isinstance(record, QueryRecord):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, look.colour("accent_tint"))
            if column == "number":
                painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), look.colour("accent"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, look.colour("line"))
        left = area.left() + (16 if column == "number" else 8)
        if column == "number":
            paint_glyph(painter, look, GLYPHS[record.state], left, area.top() + 8)
            left += 24
            if record.priority == "high" and record.state in ("open", "answered"):
                painter.drawPixmap(area.right() - 18, area.top() + 9, look.pixmap("chevron_up", "error", 14, painter.device().devicePixelRatioF()))
        bold, role = self._manner(record, column)
        painter.setFont(look.font(bold=bold))
        painter.setPen(look.colour(role))
        room = QRect(left, area.top(), area.right() - left - (16 if column == "days" else 6), area.height())
        shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if column == "days" else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, shown)
        painter.restore()

    @staticmethod
    def _manner(record: QueryRecord, column: str) -> tuple[bool, str]:
        if column == "days":
            role = age_role(record)
            return role == "error", role
        if column == "subject_head":
            return True, "text"
        return False, "text" if column in ("place", "question") else "text_secondary"


class QueryTable(QTableView):
    """`moved` when another row is at hand, `opened(number)` on Enter or double click, `answer_requested` on R."""

    moved = Signal()
    opened = Signal(int)
    answer_requested = Signal()

    def __init__(self, look: Look, model: QueryTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.queries = model
        self.setModel(model)
        self.setItemDelegate(QueryDelegate(look, self))
        self.setObjectName("queries/table")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(sizes.TABLE_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(sizes.TABLE_HEAD)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self._double)

    def current(self) -> QueryRecord | None:
        """The query at hand."""
        index = self.currentIndex()
        return self.queries.record(index.row()) if index.isValid() else None

    def chosen(self) -> tuple[int, ...]:
        """The numbers of the selected queries, in the order shown."""
        rows = sorted({one.row() for one in self.selectionModel().selectedRows()})
        return tuple(self.queries.numbers[row] for row in rows)

    def choose(self, row: int) -> None:
        """Go to a row; nothing for one that is not there."""
        if 0 <= row < self.queries.rowCount():
            self.setCurrentIndex(self.queries.index(row, 0))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802 Qt's name
        """Tell what is at hand."""
        super().selectionChanged(selected, deselected)
        self.moved.emit()

    def _double(self, _index: QModelIndex) -> None:
        self._open()

    def _open(self) -> None:
        record = self.current()
        if record is not None:
            self.opened.emit(record.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, R answers, N goes on."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._open()
        elif event.key() == Qt.Key.Key_R and plain:
            self.answer_requested.emit()
        elif event.key() == Qt.Key.Key_N and plain:
            self.choose(self.currentIndex().row() + 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The question takes what is left."""
        super().resizeEvent(event)
        room = self.viewport().width()
        widths = _WIDTHS if room >= 820 else _NARROW
        for at, name in enumerate(COLUMNS):
            if name in widths:
                self.setColumnWidth(at, widths[name])
        self.setColumnWidth(_QUESTION, max(room - sum(widths.values()), _LEAST))
