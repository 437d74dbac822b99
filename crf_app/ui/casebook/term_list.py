"""Terms of a dictionary as a list: the lowest-level term in both languages, beneath it where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crf_app.services.coding import FoundTerm, StoredTerm
from crf_app.ui.common import sizes
from crf_app.ui.context import UiContext

ROW = 46
TERM_ROLE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class TermModel(QAbstractListModel):
    """The terms found."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._terms: tuple[FoundTerm, ...] = ()

    def show_terms(self, terms: Sequence[FoundTerm]) -> None:
        """Show other terms."""
        self.beginResetModel()
        self._terms = tuple(terms)
        self.endResetModel()

    def term(self, row: int) -> FoundTerm:
        """The term of that row, from 0."""
        return self._terms[row]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Terms."""
        return 0 if parent.isValid() else len(self._terms)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The term; aloud with where it stands."""
        if not index.isValid():
            return None
        term = self._terms[index.row()]
        if role == TERM_ROLE:
            return term
        if role == int(Qt.ItemDataRole.DisplayRole):
            return names(term.llt)
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            exact = f", {self._context.tr('coding.exact')}" if term.exact else ""
            return f"{names(term.llt)}, {place(term)}, {term.llt.code}{exact}"
        return None


def names(term: StoredTerm) -> str:
    """The name in each language that is loaded."""
    return " · ".join(dict.fromkeys(one for one in (term.en, term.zh) if one))


def place(term: FoundTerm) -> str:
    """The preferred term and the system organ class."""
    return f"{names(term.pt)}  ›  {names(term.soc)}"


class TermDelegate(QStyledItemDelegate):
    """Two lines and the code; tint for the chosen one."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Two lines high."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One term."""
        term, area, look = index.data(TERM_ROLE), QRect(option.rect), self._context.look
        if not isinstance(term, FoundTerm):
            return
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, look.colour("accent_tint" if chosen else "raised"))
        if chosen:
            painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), look.colour("accent"))
        painter.setFont(look.font(sizes.SMALL))
        side = f"{self._context.tr('coding.exact')}   {term.llt.code}" if term.exact else term.llt.code
        room = painter.fontMetrics().horizontalAdvance(side) + 16
        inner = area.adjusted(12, 4, -8, -4)
        painter.setPen(look.colour("complete" if term.exact else "text_secondary"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, side)
        painter.setPen(look.colour("text_secondary"))
        self._line(painter, QRect(inner.left(), inner.bottom() - 18, inner.width(), 18), place(term))
        painter.setFont(look.font())
        painter.setPen(look.colour("text"))
        self._line(painter, QRect(inner.left(), inner.top(), inner.width() - room, 20), names(term.llt))
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, area: QRect, words: str) -> None:
        said = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
