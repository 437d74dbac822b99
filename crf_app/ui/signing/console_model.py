"""The forms of a subject at their signature, visit by visit, as rows of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import Standing
from crf_app.clock import zoned_text
from crf_app.services.console import CHANGED, CURRENT, SignItem
from crf_app.study.definition import EventDef, StudyDef
from crf_app.ui.common.look import Look

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class VisitHead:
    """A visit above its forms: how many wait, and how many of those can be signed now."""

    event: EventDef
    repeat: int
    waiting: int
    ready: int


Row = VisitHead | SignItem


class ConsoleModel(QAbstractListModel):
    """Rows are VisitHead or SignItem. `chosen` are the forms that shall be signed: those that can be, unless taken out."""

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look, self._study_at = look, study_at
        self.rows: list[Row] = []
        self.left_out: set[FormKey] = set()
        self.everything = False

    def show(self, items: tuple[SignItem, ...]) -> None:
        """Show a subject: what waits and what is in progress; with `everything` what is signed too."""
        self.beginResetModel()
        self.rows = list(self._rows(items))
        self.endResetModel()

    def _rows(self, items: tuple[SignItem, ...]) -> Iterator[Row]:
        for (event, repeat), group in groupby(items, key=lambda one: (one.form.event, one.form.event_repeat)):
            forms = [one for one in group if self.everything or one.waits or one.incomplete]
            if forms:
                yield VisitHead(self._study_at(forms[0].form).event(event), repeat, sum(one.waits for one in forms), sum(one.ready for one in forms))
                yield from forms

    def item(self, row: int) -> SignItem | None:
        """The form of a row; None at a head."""
        one = self.rows[row] if 0 <= row < len(self.rows) else None
        return one if isinstance(one, SignItem) else None

    def items(self) -> tuple[SignItem, ...]:
        """All forms listed."""
        return tuple(one for one in self.rows if isinstance(one, SignItem))

    def chosen(self) -> tuple[FormKey, ...]:
        """The forms that would be signed now."""
        return tuple(one.form for one in self.items() if one.ready and one.form not in self.left_out)

    def find(self, form: FormKey | None) -> int:
        """The row of a form, else the first form that waits unseen, else the first form, -1 without any."""
        found = [(number, one) for number, one in enumerate(self.rows) if isinstance(one, SignItem)]
        for wanted in (lambda one: one.form == form, lambda one: one.waits and one.seen != CURRENT, lambda _one: True):
            at = next((number for number, one in found if wanted(one)), -1)
            if at >= 0:
                return at
        return -1

    def next_unseen(self, after: int) -> int:
        """The next form after a row that waits and was not opened in this version; -1 when all were."""
        rows = [*range(after + 1, len(self.rows)), *range(after + 1)]
        return next((number for number in rows if (one := self.item(number)) is not None and one.waits and one.seen != CURRENT), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Heads and forms."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Forms can be chosen."""
        if not index.isValid() or isinstance(self.rows[index.row()], VisitHead):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row itself, and how it reads aloud."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return self.head(row) if isinstance(row, VisitHead) else f"{self.name(row)}, {self.note(row)}"
        return None

    # Words

    def head(self, row: VisitHead) -> str:
        """The name of a visit."""
        name = self._look.languages.text(row.event.name)
        return name if row.repeat == 1 else f"{name} {row.repeat}"

    def name(self, item: SignItem) -> str:
        """The name of a form, with its number where it repeats."""
        name = self._look.languages.text(self._study_at(item.form).forms[item.form.form].name)
        return name if item.form.form_repeat == 1 else f"{name} {item.form.form_repeat}"

    def note(self, item: SignItem) -> str:
        """What stands between the form and its signature, the first thing first."""
        tr = self._look.tr
        if item.incomplete:
            return tr("ui_kit.glyph.rejected" if item.states & Standing.REJECTED else "workflow.console.in_progress")
        if not item.waits:
            return tr("ui_kit.glyph.locked" if item.states & Standing.LOCKED else "ui_kit.glyph.signed")
        if item.impossible:
            return tr("workflow.console.impossible", n=item.impossible)
        if item.open_queries:
            return tr("workflow.console.queries", n=item.open_queries)
        if item.seen == CURRENT:
            return tr("workflow.console.seen", at=zoned_text(item.seen_at) if item.seen_at else "")
        return tr("workflow.console.changed" if item.seen == CHANGED else "workflow.console.not_opened")
