"""The rows of a group as a Qt model: a column an item, a line a row, and an empty last line to type into."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.clinical.values import Value
from crf_app.study.definition import GroupDef, ItemDef
from crf_app.study.texts import EMPTY
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.base import FormTools
from crf_app.ui.form.marks import row_marks

MOST_COLUMNS = 6
_NAMES = re.compile(r"[A-Z][A-Z0-9_]*")
_Index = QModelIndex | QPersistentModelIndex


def grid_items(group: GroupDef) -> tuple[ItemDef, ...]:
    """The items that get a column: all when they are few, else what names a row and the next ones in order."""
    items = tuple(one for one in group.items if one.oid not in group.rows_key and "coded" not in one.tags)
    if len(items) <= MOST_COLUMNS:
        return items
    chosen = {oid for oid in (group.row_number, *group.row_label) if oid}
    for one in items:
        if len(chosen) >= MOST_COLUMNS:
            break
        if one.lines <= 1:
            chosen.add(one.oid)
    return tuple(one for one in items if one.oid in chosen)


class RowModel(QAbstractTableModel):
    """Frozen rows; the view reads ItemRecords through `record_at`, people and screen readers the texts."""

    def __init__(self, look: Look, tools: FormTools, group: GroupDef, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tools = tools
        self.group = group
        self.items = grid_items(group)
        self.rows: tuple[RowRecord, ...] = ()
        self.form = FormKey("", "", 1, "", 1)
        self.lang = "en"
        self.can_add = False

    def show_rows(self, form: FormKey, record: GroupRecord, lang: str) -> None:
        """Show other rows; a change of contents alone keeps the selection."""
        rows = record.rows
        same = [one.number for one in rows] == [one.number for one in self.rows] and form == self.form
        can_add = record.group.repeating == "log" and record.visibility in (Visibility.SHOWN, Visibility.UNKNOWN) and not record.closed
        if same and can_add == self.can_add and lang == self.lang:
            self.rows = rows
            if self.rowCount():
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
                self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)
            return
        self.beginResetModel()
        self.rows, self.form, self.lang, self.can_add = rows, form, lang, can_add
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Rows and, where rows may be added, the empty one."""
        return 0 if parent.isValid() else len(self.rows) + int(self.can_add)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """One a shown item."""
        return 0 if parent.isValid() else len(self.items)

    def is_new(self, row: int) -> bool:
        """Is that line the empty one at the end?"""
        return row >= len(self.rows)

    def record_at(self, row: int, column: int) -> ItemRecord:
        """The record behind a cell; in the empty line a blank one with the key the row would get."""
        item = self.items[column]
        if self.is_new(row):
            return self.coming(item)
        found = next((one for one in self.rows[row].items if one.item.oid == item.oid), None)
        if found is None:
            key = item_key(self.form, self.group.oid, self.rows[row].number, item.oid)
            return ItemRecord(key, item, editable=False)
        return replace(found, editable=False) if self.rows[row].deleted else found

    def coming(self, item: ItemDef) -> ItemRecord:
        """The item in the row that is not there yet.

        The row's number is given by itself; an item that is asked only because of another answer of the same row, such
        as the end of what may be going on still, is hidden until the row exists.
        """
        number = self.next_number()
        key = item_key(self.form, self.group.oid, number, item.oid)
        if item.oid == self.group.row_number:
            return ItemRecord(key, item, Value(text=str(number)), editable=False)
        named = {*_NAMES.findall(item.show), item.ongoing_item} - {item.oid}
        depends = "coded" in item.tags or any(one.oid in named for one in self.group.items)
        visibility = Visibility.HIDDEN if depends else Visibility.SHOWN
        return ItemRecord(key, item, visibility=visibility, editable=not item.is_derived)

    def next_number(self) -> int:
        """The number that a new row would get."""
        return max((one.number for one in self.rows), default=0) + 1

    def row_name(self, row: int) -> str:
        """What a row is called."""
        if self.is_new(row):
            return self._look.tr("ui_kit.new_row")
        label = self.rows[row].label
        return label.get(self.lang) if label != EMPTY else str(self.rows[row].number)

    def row_marks(self, row: int) -> tuple[str, ...]:
        """The glyphs that stand at a row, the most urgent first."""
        return () if self.is_new(row) else row_marks(self.rows[row])

    def mark_words(self, row: int) -> str:
        """The same in words, for those who do not see them."""
        return ", ".join(self._look.tr(f"ui_kit.glyph.{mark}") for mark in self.row_marks(row))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Calculated and locked cells can be selected, not edited."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        record = self.record_at(index.row(), index.column())
        derived = record.item.is_derived and not record.item.computed_unless_typed
        return base | Qt.ItemFlag.ItemIsEditable if record.editable and record.collected and not derived else base

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The value as people read it; with question and row for those who hear it."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            label = self.items[index.column()].label.get(self.lang)
            where = self._look.tr("ui_kit.row_of", label=label, row=self.row_name(index.row()))
            said = f"{where}: {self._text(index.row(), index.column()) or self._look.tr('ui_kit.blank')}"
            marks = self.mark_words(index.row())
            return f"{said} ({marks})" if marks else said
        return None

    def _text(self, row: int, column: int) -> str:
        record = self.record_at(row, column)
        return self._tools.format_value(record.item, record.value, self.lang)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The questions; at the left what each row is called."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.items[section].label.get(self.lang)
        marks = self.mark_words(section) if role != Qt.ItemDataRole.DisplayRole else ""
        return f"{self.row_name(section)} ({marks})" if marks else self.row_name(section)
