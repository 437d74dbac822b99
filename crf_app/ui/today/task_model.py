"""The worklist as rows of a list: a head for each group, then its tasks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.services.task import Task
from crf_app.services.today import GROUPS, TodayRecord
from crf_app.ui.common.look import Look

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
TASK_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The head of a group and how many tasks stand under it."""

    group: str
    count: int


class TaskModel(QAbstractListModel):
    """Rows are GroupHead or Task; heads cannot be chosen."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: list[GroupHead | Task] = []

    def show_record(self, record: TodayRecord) -> None:
        """Show another worklist."""
        self.beginResetModel()
        self._rows = []
        for group in GROUPS:
            tasks = record.of(group)
            if tasks:
                self._rows.append(GroupHead(group, len(tasks)))
                self._rows.extend(tasks)
        self.endResetModel()

    def row(self, number: int) -> GroupHead | Task:
        """The row of that number, from 0."""
        return self._rows[number]

    def find(self, task: Task | None) -> int:
        """The row of a task of the same group, subject and place; else the first task, -1 without any."""
        tasks = [(number, row) for number, row in enumerate(self._rows) if isinstance(row, Task)]
        if task is not None:
            for number, row in tasks:
                if (row.group, row.subject, row.form, row.query) == (task.group, task.subject, task.form, task.query):
                    return number
        return tasks[0][0] if tasks else -1

    def rowCount(self, parent: Index = ROOT) -> int:
        """Heads and tasks."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Tasks can be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], GroupHead):
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row itself, and how it reads aloud."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == TASK_ROLE:
            return row
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return self._words(row)
        return None

    def _words(self, row: GroupHead | Task) -> str:
        if isinstance(row, GroupHead):
            return f"{self._look.tr(f'ui_shell.today.group.{row.group}')} {row.count}"
        text = self._look.languages.text
        parts = (row.subject, text(row.place), text(row.why), text(row.when), self._look.tr(f"ui_kit.glyph.{row.state}"))
        return ", ".join(part for part in parts if part)
