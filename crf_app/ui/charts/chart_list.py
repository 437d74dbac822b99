"""The charts there are, as a list; those of a group stand under its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crf_app.clinical.charts.subject import Offer
from crf_app.study.texts import Text
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ChartModel(QAbstractListModel):
    """Rows are offers, or the name of a group, which cannot be chosen."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: tuple[Offer | Text, ...] = ()

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = tuple(_with_heads(offers))
        self.endResetModel()

    def offer(self, number: int) -> Offer | None:
        """The offer in a row; None for a head or beside all rows."""
        row = self._rows[number] if 0 <= number < len(self._rows) else None
        return row if isinstance(row, Offer) else None

    def find(self, oid: str) -> int:
        """The row of an offer, else the first one that can be chosen; -1 without any."""
        rows = [number for number, one in enumerate(self._rows) if isinstance(one, Offer)]
        return next((one for one in rows if (found := self.offer(one)) is not None and found.oid == oid), rows[0] if rows else -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Heads and offers."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name; spoken, too."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._rows[index.row()]
        return self._look.languages.text(row.title if isinstance(row, Offer) else row)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if self.offer(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def _with_heads(offers: Sequence[Offer]) -> Iterator[Offer | Text]:
    group = ""
    for one in offers:
        if one.group.en and one.group.en != group:
            yield one.group
        group = one.group.en
        yield one


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: ChartModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._model = look, model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, sizes.TREE_ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area, offer = self._look, option.rect, self._model.offer(index.row())
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, look.colour("accent_tint"))
            painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), look.colour("accent"))
        painter.setFont(look.font(sizes.BASE if offer is not None else sizes.SMALL, bold=offer is None))
        painter.setPen(look.colour("text" if offer is not None else "text_secondary"))
        inner = area.adjusted(16 if offer is None or not offer.group.en else 28, 0, -8, 0)
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _LEFT, words)
        painter.restore()


class ChartList(QListView):
    """`chosen(oid)` when another chart is chosen, `entered()` on Enter or Right: into the chart."""

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts = ChartModel(look, self)
        self.setModel(self.charts)
        self.setItemDelegate(_Delegate(look, self.charts, self))
        self.setObjectName("charts/list")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(self.palette().ColorRole.AlternateBase)
        self.viewport().setBackgroundRole(self.palette().ColorRole.AlternateBase)

    def choose(self, oid: str) -> None:
        """Choose an offer, the first one when there is none of that name."""
        row = self.charts.find(oid)
        self.setCurrentIndex(self.charts.index(row))
        self.scrollTo(self.charts.index(max(row - 1, 0)))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 Qt's name
        """Another one is chosen."""
        super().currentChanged(current, previous)
        offer = self.charts.offer(current.row())
        if offer is not None:
            self.chosen.emit(offer.oid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Right go into the chart; letters are for the panel."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape or event.text().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)
