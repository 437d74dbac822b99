"""What the sections of administration share: a table over a panel to edit in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
LINE_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its cells, whether it is still assumed, and what it stands for."""

    cells: tuple[str, ...]
    record: object
    assumed: bool = False
    quiet: bool = False


class LineModel(QAbstractTableModel):
    """Rows of texts under heads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[str, ...] = ()
        self._lines: tuple[Line, ...] = ()

    def show_lines(self, heads: Sequence[str], lines: Sequence[Line]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._heads, self._lines = tuple(heads), tuple(lines)
        self.endResetModel()

    def line(self, row: int) -> Line:
        """The row of that number, from 0."""
        return self._lines[row]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Heads."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """The heads."""
        fits = orientation == Qt.Orientation.Horizontal and 0 <= section < len(self._heads)
        if role == int(Qt.ItemDataRole.TextAlignmentRole):
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return self._heads[section] if fits and role == int(Qt.ItemDataRole.DisplayRole) else None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The text of a cell, aloud with its head; the line itself."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return f"{self._heads[index.column()]}: {line.cells[index.column()]}"
        return line.cells[index.column()] if role == int(Qt.ItemDataRole.DisplayRole) else None


class LineDelegate(QStyledItemDelegate):
    """Tint for the chosen row, amber for what is assumed."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        line, area = index.data(LINE_ROLE), QRect(option.rect)
        if not isinstance(line, Line):
            return
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, self._look.colour("accent_tint" if chosen else "surface"))
        if chosen and index.column() == 0:
            painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), self._look.colour("accent"))
        last = index.column() == index.model().columnCount() - 1
        role = "due" if line.assumed and last else "text_secondary" if line.quiet else "text"
        painter.setPen(self._look.colour(role))
        painter.setFont(self._look.font())
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width() - 16)
        painter.drawText(area.adjusted(12, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, self._look.colour("line"))
        painter.restore()


class LineTable(QTableView):
    """Arrows move by rows, Enter is `opened(record)`, choosing is `chosen(record)`; Tab leaves the table."""

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, look: Look, name: str, widths: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = LineModel(self)
        self._widths = tuple(widths)
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(look, self))
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(sizes.TABLE_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(sizes.TABLE_HEAD)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.doubleClicked.connect(self._double)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def show_lines(self, heads: Sequence[str], lines: Sequence[Line]) -> None:
        """Show other rows; the same row stays chosen."""
        row = max(self.currentIndex().row(), 0)
        self.lines.show_lines(heads, lines)
        metrics = self.horizontalHeader().fontMetrics()
        for column, (width, head) in enumerate(zip(self._widths, heads, strict=False)):
            self.setColumnWidth(column, max(width, metrics.horizontalAdvance(head) + 28))
        if lines:
            self.selectRow(min(row, len(lines) - 1))

    def record(self) -> object:
        """What the chosen row stands for, None without one."""
        index = self.currentIndex()
        return self.lines.line(index.row()).record if index.isValid() else None

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.lines.line(current.row()).record)

    @Slot(QModelIndex)
    def _double(self, _index: QModelIndex) -> None:
        self.opened.emit(self.record())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.record() is not None:
            self.opened.emit(self.record())
        else:
            super().keyPressEvent(event)


class Section(QWidget):
    """A part of administration: a table above, an editor in a card beneath."""

    section_name = ""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setObjectName(f"administration/{self.section_name}")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 0, 24, 0)
        self.column.setSpacing(16)

    def read(self) -> None:
        """Read the data anew and show them."""

    def retranslate(self) -> None:
        """All words anew."""

    def take_focus(self) -> None:
        """Put the focus where work begins."""

    def add_table(self, table: LineTable) -> Card:
        """Put the table into a card of its own, which comes back."""
        card = Card(self.context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(table)
        self.column.addWidget(card, 1)
        return card
