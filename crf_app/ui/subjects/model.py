"""The matrix as a table model: subject, initials, status, day, then a column for each visit."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.services.matrix import Matrix, SubjectRow, VisitCell, subject_row
from crf_app.store.matrix import MatrixRow
from crf_app.ui.context import UiContext

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
FROZEN = ("subject", "initials", "status", "day")
_DISPLAY, _ACCESSIBLE = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)
_KEPT_ROWS = 2000


class MatrixModel(QAbstractTableModel):
    """Rows are worked out when they are first looked at and kept until the data change."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._matrix = Matrix((), ())
        self._shown: tuple[MatrixRow, ...] = ()
        self._known: dict[str, SubjectRow] = {}
        self._text = self._state = ""
        self._queries = False

    @property
    def matrix(self) -> Matrix:
        """All subjects, whatever the filter."""
        return self._matrix

    def show_matrix(self, matrix: Matrix) -> None:
        """Show other data under the same filter."""
        self.beginResetModel()
        self._matrix = matrix
        self._known.clear()
        self._shown = self._filtered()
        self.endResetModel()

    def set_filter(self, text: str, state: str, queries: bool) -> None:
        """Show the subjects whose number contains `text`, in `state` ("" for any), with open queries only if asked."""
        if (text, state, queries) == (self._text, self._state, self._queries):
            return
        self.beginResetModel()
        self._text, self._state, self._queries = text, state, queries
        self._shown = self._filtered()
        self.endResetModel()

    def _filtered(self) -> tuple[MatrixRow, ...]:
        rows, text = self._matrix.rows, self._text.casefold()
        if self._state:
            rows = tuple(row for row in rows if row.state == self._state)
        if text:
            rows = tuple(row for row in rows if text in row.number.casefold())
        if self._queries:
            rows = tuple(row for row in rows if any(cell.open_queries for cell in row.cells))
        return rows

    def number(self, row: int) -> str:
        """The subject number of a row."""
        return self._shown[row].number

    def find(self, number: str) -> int:
        """The row of a subject, -1 when it is not shown."""
        return next((at for at, row in enumerate(self._shown) if row.number == number), -1)

    def subject(self, row: int) -> SubjectRow:
        """A row worked out. Raises ExpectedError "locked" when nobody is logged in."""
        stored = self._shown[row]
        known = self._known.get(stored.number)
        if known is None:
            if len(self._known) > _KEPT_ROWS:
                self._known.clear()
            known = self._known[stored.number] = subject_row(self._context.work, self._matrix, stored)
        return known

    def cell(self, row: int, visit: int) -> VisitCell:
        """The cell of a visit, counted from 0 after the frozen columns."""
        return self.subject(row).cells[visit]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Subjects shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Frozen columns and visits."""
        return 0 if parent.isValid() else len(FROZEN) + len(self._matrix.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != _DISPLAY or not 0 <= section < self.columnCount():
            return None
        if section < len(FROZEN):
            return self._context.tr(f"ui_shell.subjects.column.{FROZEN[section]}")
        return self._context.language_hub.text(self._matrix.columns[section - len(FROZEN)].short)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """What a cell says; visits say their state in words."""
        if not index.isValid() or role not in (_DISPLAY, _ACCESSIBLE):
            return None
        subject = self.subject(index.row())
        if index.column() < len(FROZEN):
            return self.frozen_text(subject, FROZEN[index.column()])
        words = self.cell_words(index.row(), index.column() - len(FROZEN))
        if role == _DISPLAY:
            return words
        event = self._matrix.columns[index.column() - len(FROZEN)]
        return f"{subject.number}, {self._context.language_hub.text(event.name)}: {words}"

    def frozen_text(self, subject: SubjectRow, column: str) -> str:
        """What a frozen column says."""
        if column == "subject":
            return subject.number
        if column == "initials":
            return subject.initials
        if column == "status":
            return self._context.tr(f"ui_shell.subject_state.{subject.state}") if subject.state else ""
        return "" if subject.day is None else str(subject.day)

    def cell_words(self, row: int, visit: int) -> str:
        """State, date or window, queries and window of a visit in words."""
        cell, tr = self.cell(row, visit), self._context.tr
        parts = [tr(f"ui_kit.glyph.{cell.glyph}") if cell.glyph else tr("ui_kit.glyph.not_applicable")]
        if cell.visit_date:
            parts.append(cell.visit_date)
        elif cell.earliest:
            parts.append(tr("ui_shell.subjects.window", earliest=cell.earliest, latest=cell.latest))
        if cell.out_of_window:
            parts.append(tr("ui_kit.glyph.out_of_window"))
        if cell.queries:
            parts.append(tr("ui_shell.subjects.queries", count=cell.queries))
        return ", ".join(parts)
