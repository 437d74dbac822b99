"""The grid of a table group: one delegate that paints, fields as editors, keys that walk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from crf_app.clinical.record import ItemRecord
from crf_app.study.definition import ItemDef, ItemType
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.form.fields.base import Field, FieldEntry, FormTools
from crf_app.ui.form.fields.table import make_field
from crf_app.ui.form.fields.typing import wants_to_type
from crf_app.ui.form.marks import marks_of
from crf_app.ui.form.row_head import RowHead
from crf_app.ui.form.row_model import RowModel

_Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {ItemType.INT: 84, ItemType.DEC: 96, ItemType.DATE: 116, ItemType.PDATE: 116, ItemType.TIME: 80}
_YES_NO, _WIDE, _NARROW = 84, 150, 88
_HEAD_LINE, _HEAD_EDGE = 18, 18
_MARKED = ("impossible", "unusual_to_confirm", "query_open", "changed")


class RowDelegate(QStyledItemDelegate):
    """Paints values and makes fields. `committed(ItemRecord, FieldEntry)` when an editor is left with something new."""

    committed = Signal(object, object)
    stepped = Signal(int)
    block_pasted = Signal(str)
    missing_asked = Signal()

    def __init__(self, look: Look, tools: FormTools, model: RowModel, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._tools = tools
        self._model = model

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """The item's field, filled."""
        record = self._model.record_at(index.row(), index.column())
        field = make_field(self._look, self._tools, record.item, parent)
        field.compact = field.walks_by_itself = field.takes_blocks = True
        field.setAutoFillBackground(True)
        field.setBackgroundRole(QPalette.ColorRole.Base)
        field.committed.connect(self._committed)
        field.stepped.connect(self.stepped)
        field.left.connect(self._left)
        field.block_pasted.connect(self.block_pasted)
        field.missing_requested.connect(self.missing_asked)
        field.show_record(record, self._model.lang)
        return field

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """A change from elsewhere; what is being typed stays."""
        if isinstance(editor, Field):
            editor.show_record(self._model.record_at(index.row(), index.column()), self._model.lang)

    def setModelData(self, editor: QWidget, _model: object, _index: _Index) -> None:
        """The field has said it already."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Over its cell; a choice may be wider."""
        rect = QRect(option.rect)
        if isinstance(editor, Field):
            wide = max(rect.width(), editor.control_width() + 2)
            tall = max(rect.height() - 2, editor.height_needed(wide))
            rect = QRect(rect.x(), rect.y() + 1, wide, tall)
        editor.setGeometry(rect)

    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:
        """Fields know their keys themselves."""
        return False

    @Slot(object)
    def _committed(self, entry: FieldEntry) -> None:
        field = self.sender()
        if isinstance(field, Field) and field.record is not None:
            self.committed.emit(field.record, entry)

    @Slot()
    def _left(self) -> None:
        field = self.sender()
        if isinstance(field, Field):
            self.closeEditor.emit(field, QStyledItemDelegate.EndEditHint.NoHint)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Tint and bar for the current row, then value and at most one glyph."""
        look, row = self._look, index.row()
        record = self._model.record_at(row, index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, look.colour("accent_tint"))
            if index.column() == 0:
                bar = QRect(option.rect.x(), option.rect.y(), sizes.BAR, option.rect.height())
                painter.fillRect(bar, look.colour("accent"))
        painter.setPen(look.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        self._paint_text(painter, option.rect.adjusted(10, 0, -8, 0), record, row, index)

    def _paint_text(self, painter: QPainter, rect: QRect, record: ItemRecord, row: int, index: _Index) -> None:
        look = self._look
        mark = next((one for one in marks_of(record) if one in _MARKED), "")
        if mark:
            paint_glyph(painter, look, mark, rect.right() - 15, rect.center().y() - 7)
            rect = rect.adjusted(0, 0, -20, 0)
        deleted = not self._model.is_new(row) and self._model.rows[row].deleted
        new = self._model.is_new(row)
        text = look.tr("ui_kit.new_row") if new and index.column() == 0 else str(index.data() or "")
        font = QFont(look.font(bold=record.item.is_derived))
        font.setStrikeOut(deleted)
        painter.setFont(font)
        quiet = new or deleted or not record.collected
        painter.setPen(look.colour("text_tertiary" if quiet else "text"))
        number = record.item.type in (ItemType.INT, ItemType.DEC) and not record.value.missing
        side = Qt.AlignmentFlag.AlignRight if number and not new else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | side, shown)


class RowGrid(QTableView):
    """The table. Typing edits, Enter and Tab walk, Ctrl+D doubles a row, Delete on a row asks, Ctrl+V takes a block.

    `row_changed(row)` when another row becomes current; `missing_asked` on F4; `cell_reached(where)` when the person goes to
    another cell, `item_reached(ItemKey)` which one, also when the grid takes the focus; `closed_typed(ItemKey)` when a person types into one
    that is only read.
    """

    row_changed = Signal(int)
    duplicate_asked = Signal(int)
    delete_asked = Signal(int)
    missing_asked = Signal()
    block_pasted = Signal(str)
    walked_out = Signal(int)
    cell_reached = Signal(QRect)
    item_reached = Signal(object)
    closed_typed = Signal(object)

    def __init__(self, look: Look, tools: FormTools, model: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.selectionModel().currentChanged.connect(self._cell_changed)
        self.delegate = RowDelegate(look, tools, model, self)
        self.delegate.stepped.connect(self.step)
        self.delegate.block_pasted.connect(self.block_pasted)
        self.delegate.missing_asked.connect(self.missing_asked)
        self.setItemDelegate(self.delegate)
        self.setFont(look.font())
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.head = RowHead(look, model, self)
        self.setVerticalHeader(self.head)
        self.head.sectionClicked.connect(self._head_clicked)
        columns = self.horizontalHeader()
        columns.setFixedHeight(sizes.TABLE_HEAD)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setHighlightSections(False)
        columns.setFont(look.font(sizes.SMALL, bold=True))
        for number, item in enumerate(model.items):
            columns.resizeSection(number, column_width(item))
        texts = [number for number, item in enumerate(model.items) if item.type is ItemType.TEXT]
        self._stretched = (texts or [len(model.items) - 1])[0]
        columns.setSectionResizeMode(self._stretched, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The column that takes what is left gets enough of it: the wide ones beside it give way."""
        super().resizeEvent(event)
        others = [number for number in range(len(self._rows.items)) if number != self._stretched]
        wanted = {number: column_width(self._rows.items[number]) for number in others}
        wide = [number for number, width in wanted.items() if width == _WIDE]
        short = max(sum(wanted.values()) + _WIDE - self.viewport().width(), 0)
        for number, width in wanted.items():
            self.horizontalHeader().resizeSection(number, max(width - short // len(wide), _NARROW) if number in wide else width)

    @Slot(int)
    def step(self, direction: int) -> None:
        """Close the editor and open the next cell that can be entered, row by row."""
        index = self.currentIndex()
        columns = self._rows.columnCount()
        place = index.row() * columns + index.column() + direction
        last = self._rows.rowCount() * columns
        while 0 <= place < last:
            following = self._rows.index(place // columns, place % columns)
            if self._rows.flags(following) & Qt.ItemFlag.ItemIsEditable:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                self.setCurrentIndex(following)
                self.edit(following)
                return
            place += direction
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.walked_out.emit(direction)

    @Slot(QModelIndex, QModelIndex)
    def _cell_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """A grid as long as its rows does not scroll: whoever holds it must, to keep the cell in sight."""
        if self.hasFocus() or self.isAncestorOf(QApplication.focusWidget() or self):
            place = self.visualRect(current)
            self.cell_reached.emit(place.translated(self.viewport().pos()))
            self._say_where()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The person is at the current cell."""
        super().focusInEvent(event)
        self._say_where()

    def _say_where(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.item_reached.emit(self._rows.record_at(index.row(), index.column()).key)

    @Slot(int)
    def _head_clicked(self, row: int) -> None:
        self.setCurrentIndex(self._rows.index(row, 0))
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    @Slot(QModelIndex, QModelIndex)
    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.row_changed.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a row of a table can be asked."""
        key, control = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        row = self.currentIndex().row()
        if key == Qt.Key.Key_D and control:
            self.duplicate_asked.emit(row)
        elif key == Qt.Key.Key_Delete:
            self._ask_delete(row)
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_0 and control):
            self.missing_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.block_pasted.emit(QGuiApplication.clipboard().text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._open_or_step()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.step(1 if key == Qt.Key.Key_Tab else -1)
        else:
            self._begin(event)

    def _ask_delete(self, row: int) -> None:
        """A log that takes no rows loses none."""
        index = self.currentIndex()
        if self._rows.group.repeating == "log" and not self._rows.can_add and index.isValid():
            self.closed_typed.emit(self._rows.record_at(row, index.column()).key)
        else:
            self.delete_asked.emit(row)

    def _open_cell(self, index: QModelIndex) -> QModelIndex:
        """That cell, or from one that is only read, such as the row's number, the next of its row that can be typed into."""
        for column in range(index.column(), self._rows.columnCount()):
            cell = self._rows.index(index.row(), column)
            if self._rows.flags(cell) & Qt.ItemFlag.ItemIsEditable:
                return cell
        return index

    def _open_or_step(self) -> None:
        index = self.currentIndex()
        if index.isValid() and self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        else:
            self.step(1)

    def _begin(self, event: QKeyEvent) -> None:
        """A letter opens the editor and is its first."""
        index, text = self._open_cell(self.currentIndex()), event.text()
        plain = text.strip() and text.isprintable() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not plain or not index.isValid() or not self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            here = self.currentIndex()
            if here.isValid() and wants_to_type(event):
                self.closed_typed.emit(self._rows.record_at(here.row(), here.column()).key)
            super().keyPressEvent(event)
            return
        self.setCurrentIndex(index)
        editor = self.open_field()
        if editor is not None:
            editor.type_first(text)

    def open_field(self) -> Field | None:
        """Open the current cell; None when it cannot be typed into."""
        index = self.currentIndex()
        if not index.isValid() or not self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return None
        self.edit(index)
        field = self.indexWidget(index)
        return field if isinstance(field, Field) else next(iter(self.viewport().findChildren(Field)), None)

    def fit_names(self, widest: int) -> None:
        """Give the names of the rows, at most `widest`, and their marks the room they need."""
        self.head.fit(widest)

    def fit_heads(self) -> None:
        """More lines for questions that one line would cut off."""
        columns = self.horizontalHeader()
        metrics = QFontMetrics(columns.font())
        lines = 1
        for number, item in enumerate(self._rows.items):
            if columns.sectionResizeMode(number) is not QHeaderView.ResizeMode.Stretch:
                room = QRect(0, 0, columns.sectionSize(number) - _HEAD_EDGE, 1000)
                needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, item.label.get(self._rows.lang))
                lines = max(lines, round(needed.height() / metrics.lineSpacing()))
        columns.setFixedHeight(sizes.TABLE_HEAD + _HEAD_LINE * (lines - 1))

    def height_for_rows(self, most: int) -> int:
        """Head and rows, at most `most` of them."""
        return self.horizontalHeader().height() + sizes.TABLE_ROW * min(max(self._rows.rowCount(), 1), most) + 2


def column_width(item: ItemDef) -> int:
    """The width a column of that item asks for; the widest give way where there is less room."""
    return _YES_NO if item.codelist == "NY" else _WIDTHS.get(item.type, _WIDE)
