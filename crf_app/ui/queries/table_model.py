"""The list of queries as a table: numbers in order, records read a page at a time as they come into sight."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.clinical.query_record import QueryRecord
from crf_app.services.query_list import QueryList, read_page
from crf_app.ui.context import UiContext
from crf_app.ui.queries.sentences import place_words

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
COLUMNS = ("number", "subject_head", "visit", "place", "question", "days")
RECORD_ROLE = int(Qt.ItemDataRole.UserRole)
_DISPLAY, _ACCESSIBLE, _TIP = (int(one) for one in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole))
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_PAGE, _KEPT = 64, 40


class QueryTableModel(QAbstractTableModel):
    """Rows are QueryRecords, read sixty-four at a time and kept while they are near."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._list = QueryList()
        self._pages: OrderedDict[int, tuple[QueryRecord, ...]] = OrderedDict()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the queries in the order shown."""
        return self._list.numbers

    def show_list(self, found: QueryList) -> None:
        """Show other queries, or the same as they stand now."""
        self.beginResetModel()
        self._list = found
        self._pages.clear()
        self.endResetModel()

    def record(self, row: int) -> QueryRecord | None:
        """The query of a row; None when it is gone meanwhile."""
        page = row // _PAGE
        found = self._pages.get(page)
        if found is None:
            if self._context.work.actor is None:
                return None
            numbers = self._list.numbers[page * _PAGE : (page + 1) * _PAGE]
            found = read_page(self._context.work, numbers)
            self._pages[page] = found
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        at = row - page * _PAGE
        return found[at] if at < len(found) else None

    def find(self, number: int) -> int:
        """The row of a query, -1 when it is not shown."""
        return self._list.numbers.index(number) if number in self._list.numbers else -1

    def rowCount(self, parent: Index = ROOT) -> int:
        """Queries shown."""
        return 0 if parent.isValid() else len(self._list.numbers)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Number, subject, visit, place, question, age."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == _ALIGN and COLUMNS[section] == "days":
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != _DISPLAY:
            return None
        return self._context.tr(f"query.list.{COLUMNS[section] if COLUMNS[section] != 'place' else 'form_place'}")

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """What a cell says; the first one says the whole row to who hears it."""
        if not index.isValid() or role not in (_DISPLAY, _ACCESSIBLE, _TIP, RECORD_ROLE):
            return None
        record = self.record(index.row())
        if record is None:
            return None
        if role == RECORD_ROLE:
            return record
        if role == _ACCESSIBLE and index.column() == 0:
            cells = (self._words(record, name) for name in COLUMNS)
            return ", ".join([self._context.tr(f"query.state.{record.state}"), *(one for one in cells if one)])
        return self._words(record, COLUMNS[index.column()])

    def _words(self, record: QueryRecord, column: str) -> str:
        look = self._context.look
        if column == "number":
            return f"#{record.number}"
        if column == "subject_head":
            return record.key.subject
        if column == "visit":
            return look.languages.text(record.visit)
        if column == "place":
            return place_words(look, record)
        if column == "question":
            return " ".join(look.languages.text(record.text).split())
        return look.tr("query.ui.days", count=record.age_days)
