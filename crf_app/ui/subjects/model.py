"""The matrix as a table model: subject, initials, status, day, then a column for each visit."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.services.matrix import Matrix, SubjectRow, VisitCell, subject_row, with_open_queries
from crf_app.store.subjects import Subject
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
        self._matrix = Matrix()
        self._shown: tuple[Subject, ...] = ()
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
        """Show the subjects whose number or initials contain `text`, in `state` ("" for any), with open queries only if asked."""
        if (text, state, queries) == (self._text, self._state, self._queries):
            return
        self.beginResetModel()
        self._text, self._state, self._queries = text, state, queries
        self._shown = self._filtered()
        self.endResetModel()

    def _filtered(self) -> tuple[Subject, ...]:
        rows, text = self._matrix.subjects, self._text.casefold()
        if self._state:
            rows = tuple(row for row in rows if row.state == self._state)
        if text:
            rows = tuple(row for row in rows if text in f"{row.number} {row.details.get('initials', '')}".casefold())
        if self._queries:
            asked = with_open_queries(self._context.work)
            rows = tuple(row for row in rows if row.number in asked)
        return rows

    def number(self, row: int) -> str:
        """The subject number of a row."""
        return self._shown[row].number

    def find(self, number: str) -> int:
        """The row of a subject, -1 when it is not shown."""
        return next((at for at, row in enumerate(self._shown) if row.number == number), -1)

    def subject(self, row: int) -> SubjectRow:
        """A row worked out whole. Raises ExpectedError "locked" when nobody is logged in."""
        known = self._known.get(self._shown[row].number)
        return known if known is not None and known.whole else self._work_out(row, at_a_glance=False)

    def glance(self, row: int) -> SubjectRow:
        """A row quickly, for painting while it scrolls by: whole only if it was worked out before."""
        return self._known.get(self._shown[row].number) or self._work_out(row, at_a_glance=True)

    def _work_out(self, row: int, *, at_a_glance: bool) -> SubjectRow:
        if len(self._known) > _KEPT_ROWS:
            self._known.clear()
        one = self._shown[row]
        found = subject_row(self._context.work, self._matrix, one, at_a_glance=at_a_glance)
        self._known[one.number] = found
        return found

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
