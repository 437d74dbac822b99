"""The visit tree on screen: glyph, name, date or count; Enter opens, arrows walk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from crf_app.clinical.keys import FormKey
from crf_app.ui.casebook.tree_model import Node, TreeModel
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph

_Index = QModelIndex | QPersistentModelIndex
_FORM_LEFT = 36
_EVENT_LEFT = 8
_WORDS, _RIGHT = 24, 12
"""Room for the glyph before the name, and after the note."""
_SECOND_LINE = 16
_CLOSING = frozenset("），。、：；")


class TreeDelegate(QStyledItemDelegate):
    """Paints a line: chevron and glyph of a visit, glyph of a form, query badge, note at the right."""

    def __init__(self, look: Look, view: VisitTree) -> None:
        super().__init__(view)
        self._look = look
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """28 high; a name that needs two lines has them."""
        node = self._view.tree.node(index)
        two = node is not None and not node.is_heading and len(self.lines(node)) > 1
        return QSize(sizes.TREE_NARROW, sizes.TREE_ROW + (_SECOND_LINE if two else 0))

    def lines(self, node: Node) -> list[str]:
        """The name as it is shown: on one line beside note and badge, else on two; what does not fit the second either ends in dots.

        Measured as when it is the form at work, so that a line does not grow when it is opened.
        """
        metrics, room = QFontMetrics(self._look.font(bold=True)), self._view.viewport().width() - _left_of(node) - _WORDS - _RIGHT
        first = room - (QFontMetrics(self._look.font(sizes.SMALL)).horizontalAdvance(node.note) + 8 if node.note else 0) - (24 if node.queries else 0)
        if metrics.horizontalAdvance(node.text) <= first:
            return [node.text]
        fitting = [at for at in _breaks(node.text) if metrics.horizontalAdvance(node.text[:at].rstrip()) <= first]
        fitting = fitting or [at for at in _hyphens(node.text) if metrics.horizontalAdvance(node.text[:at]) <= first]
        end = fitting[-2] if len(fitting) > 1 and fitting[-1] == len(node.text) - 1 else fitting[-1] if fitting else 0  # no sign alone below
        rest = metrics.elidedText(node.text[end:].lstrip(), Qt.TextElideMode.ElideRight, max(room, 20))
        return [node.text[:end].rstrip(), rest] if end else [metrics.elidedText(node.text, Qt.TextElideMode.ElideRight, max(first, 20))]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One line, over the whole width of the tree."""
        node = self._view.tree.node(index)
        if node is None:
            return
        rect = QRect(0, option.rect.y(), self._view.viewport().width(), option.rect.height())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._look.colour("accent_tint"))
            role = "accent" if self._view.hasFocus() else "line_strong"
            painter.fillRect(QRect(0, rect.y(), sizes.BAR, rect.height()), self._look.colour(role))
        if node.is_heading:
            self._paint_heading(painter, rect, node)
            return
        left = _EVENT_LEFT if node.form is None else _FORM_LEFT if node.parent is not None else _FORM_LEFT - 8
        rect.setHeight(sizes.TREE_ROW)
        if node.form is None:
            name = "chevron_down" if self._view.isExpanded(index) else "chevron_right"
            painter.drawPixmap(left, rect.y() + 6, self._look.pixmap(name, "text_secondary", 16, self._view.devicePixelRatioF()))
            left += 22
        paint_glyph(painter, self._look, node.glyph, left, rect.y() + 6)
        self._paint_words(painter, rect.adjusted(left + _WORDS, 0, -_RIGHT, 0), node, bold=index.row() >= 0 and self._view.is_open(node))

    def _paint_heading(self, painter: QPainter, rect: QRect, node: Node) -> None:
        if node.row:
            painter.setPen(self._look.colour("line"))
            painter.drawLine(rect.x(), rect.y(), rect.right(), rect.y())
        painter.setFont(self._look.font(sizes.SMALL, bold=True))
        painter.setPen(self._look.colour("text_secondary"))
        painter.drawText(rect.adjusted(12, 2, 0, 0), Qt.AlignmentFlag.AlignVCenter, node.text)

    def _paint_words(self, painter: QPainter, rect: QRect, node: Node, *, bold: bool) -> None:
        look = self._look
        painter.setFont(look.font(sizes.SMALL))
        painter.setPen(look.colour("error" if node.outside else "text_secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, node.note)
        painter.setFont(look.font(bold=bold))
        painter.setPen(look.colour("text"))
        lines = self.lines(node)
        for number, text in enumerate(lines):
            painter.drawText(rect.translated(0, number * _SECOND_LINE), Qt.AlignmentFlag.AlignVCenter, text)
        if node.queries:
            self._paint_badge(painter, rect.x() + painter.fontMetrics().horizontalAdvance(lines[0]) + 8, rect.y() + 6, node.queries)

    def _paint_badge(self, painter: QPainter, x: int, y: int, count: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("query_open"))
        painter.drawEllipse(x, y, sizes.BADGE, sizes.BADGE)
        painter.setPen(self._look.colour("surface"))
        painter.setFont(self._look.font(sizes.KEY_HINT, bold=True))
        painter.drawText(QRect(x, y, sizes.BADGE, sizes.BADGE), Qt.AlignmentFlag.AlignCenter, str(min(count, 99)))
        painter.restore()


def _left_of(node: Node) -> int:
    """Where the glyph stands."""
    if node.form is None:
        return _EVENT_LEFT + 22
    return _FORM_LEFT if node.parent is not None else _FORM_LEFT - 8


def _breaks(text: str) -> list[int]:
    """Where a line may end: before a space, on either side of a Chinese sign."""
    return [
        at for at in range(1, len(text))
        if (text[at] == " " or _is_chinese(text[at]) or _is_chinese(text[at - 1])) and text[at] not in _CLOSING and text[at - 1] != "（"
    ]  # fmt: skip


def _hyphens(text: str) -> list[int]:
    return [at for at in range(1, len(text)) if text[at - 1] == "-"]


def _is_chinese(sign: str) -> bool:
    return "\u2e80" <= sign <= "\u9fff"


class VisitTree(QTreeView):
    """`form_requested(FormKey)` on Enter, Space or click on a form; a visit opens and closes."""

    form_requested = Signal(object)

    def __init__(self, look: Look, tree: TreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = tree
        self._look = look
        self._form: FormKey | None = None
        self.setObjectName("casebook/tree")
        self.setModel(tree)
        self.setItemDelegate(TreeDelegate(look, self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(False)  # a long name has two lines
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._opened)
        tree.modelReset.connect(self._reset)
        self.retranslate()

    def retranslate(self) -> None:
        """Its name in the language in force."""
        self.setAccessibleName(self._look.tr("casebook.tree"))

    def is_open(self, node: Node) -> bool:
        """Is it the form at work, or its visit?"""
        form = self._form
        return form is not None and (node.form == form or (node.form is None and node.event == (form.event, form.event_repeat)))

    def show_form(self, form: FormKey | None) -> None:
        """Mark the form at work and bring it into sight."""
        self._form = form
        if form is None:
            return
        index = self.tree.find(form)
        if index.isValid():
            self.expand(index.parent())
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self.viewport().update()

    @Slot()
    def _reset(self) -> None:
        self.show_form(self._form)

    def walk_from(self) -> None:
        """Take the focus at the form at work."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.show_form(self._form)

    @Slot(QModelIndex)
    def _opened(self, index: QModelIndex) -> None:
        node = self.tree.node(index)
        if node is not None and node.form is not None:
            self.form_requested.emit(node.form)
        elif node is not None and not node.is_heading:
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open; arrows walk, Left and Right close and open a visit."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and plain:
            self._opened(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks names elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """A new theme repaints."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
