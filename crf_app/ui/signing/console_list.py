"""The console's list drawn: eye, form, what stands between, and whether it is among those to be signed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crf_app.clinical.standing import Standing
from crf_app.services.console import CHANGED, CURRENT, SignItem
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.signing.console_model import ROW_ROLE, ConsoleModel, Index, VisitHead

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_EDGE = 16


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, view: ConsoleList) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all."""
        return QSize(200, sizes.FIELD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A head, or a form."""
        row, rect = index.data(ROW_ROLE), QRect(option.rect)
        painter.save()
        if isinstance(row, VisitHead):
            self._head(painter, rect, row)
        elif isinstance(row, SignItem):
            self._item(painter, rect, row, bool(option.state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _head(self, painter: QPainter, rect: QRect, row: VisitHead) -> None:
        look = self._look
        painter.fillRect(rect, look.colour("header"))
        painter.setFont(look.font(bold=True))
        painter.setPen(look.colour("text_secondary"))
        painter.drawText(rect.adjusted(_EDGE, 0, -90, 0), _LEFT, self._view.console.head(row))
        painter.setFont(look.font(sizes.SMALL))
        painter.drawText(rect.adjusted(0, 0, -_EDGE, 0), _RIGHT, look.tr("workflow.console.ready_of", ready=row.ready, waiting=row.waiting) if row.waiting else "")

    def _item(self, painter: QPainter, rect: QRect, item: SignItem, chosen: bool) -> None:
        look, model = self._look, self._view.console
        if chosen:
            painter.fillRect(rect, look.colour("accent_tint"))
            painter.fillRect(QRect(rect.x(), rect.y(), sizes.BAR, rect.height()), look.colour("accent"))
        role = {CURRENT: "accent", CHANGED: "due"}.get(item.seen, "text_tertiary") if item.waits else "text_tertiary"
        eye = look.pixmap("eye" if item.seen == CURRENT else "eye_off", role, sizes.GLYPH, self._view.devicePixelRatioF())
        painter.drawPixmap(rect.x() + _EDGE, rect.y() + 6, eye)
        self._mark(painter, rect, item)
        note = model.note(item)
        painter.setFont(look.font(sizes.SMALL))
        width = painter.fontMetrics().horizontalAdvance(note)
        painter.setPen(look.colour(self._note_role(item)))
        painter.drawText(rect.adjusted(0, 0, -_EDGE - 26, 0), _RIGHT, note)
        painter.setFont(look.font())
        painter.setPen(look.colour("text" if item.waits else "text_secondary"))
        room = rect.width() - 2 * _EDGE - 26 - width - 38
        name = painter.fontMetrics().elidedText(model.name(item), Qt.TextElideMode.ElideRight, max(room, 40))
        painter.drawText(rect.adjusted(_EDGE + 28, 0, 0, 0), _LEFT, name)

    def _mark(self, painter: QPainter, rect: QRect, item: SignItem) -> None:
        left, top = rect.right() - _EDGE - 15, rect.y() + 6
        if item.form in self._view.console.chosen():
            painter.drawPixmap(left, top, self._look.pixmap("check", "complete", sizes.GLYPH, self._view.devicePixelRatioF()))
        elif item.states & Standing.SIGNATURE_VOID and item.waits:
            paint_glyph(painter, self._look, "signature_void", left, top)
        elif not item.waits and not item.incomplete:
            paint_glyph(painter, self._look, "locked" if item.states & Standing.LOCKED else "signed", left, top)

    @staticmethod
    def _note_role(item: SignItem) -> str:
        if item.waits and (item.impossible or item.open_queries):
            return "query_open"
        return "due" if item.waits and item.seen == CHANGED else "text_secondary"


class ConsoleList(QListView):
    """`opened` on Enter, `left_out_changed` when a form was taken out or put back by X, `unseen_requested` on Space."""

    opened = Signal()
    left_out_changed = Signal()
    unseen_requested = Signal()

    def __init__(self, look: Look, model: ConsoleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = model
        self.setObjectName("signing/forms")
        self.setModel(model)
        self.setItemDelegate(_Delegate(look, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def current(self) -> SignItem | None:
        """The form the person is at."""
        return self.console.item(self.currentIndex().row())

    def choose(self, row: int) -> None:
        """Go to a row."""
        self.setCurrentIndex(self.console.index(row, 0))

    def toggle(self) -> None:
        """Take the form at hand out of those to be signed, or put it back."""
        item = self.current()
        if item is not None and item.waits:
            self.console.left_out.symmetric_difference_update({item.form})
            self.viewport().update()
            self.left_out_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down skip heads, Space goes to the next unseen form, X takes out, Enter opens the form in its casebook."""
        key, plain = Qt.Key(event.key()), not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Space:
            self.unseen_requested.emit()
        elif key == Qt.Key.Key_X and plain:
            self.toggle()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.opened.emit()
        elif event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _step(self, direction: int) -> None:
        row = self.currentIndex().row() + direction
        while 0 <= row < self.console.rowCount() and self.console.item(row) is None:
            row += direction
        if 0 <= row < self.console.rowCount():
            self.choose(row)
            if row == 1:
                self.scrollToTop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The same as Enter."""
        super().mouseDoubleClickEvent(event)
        self.opened.emit()
