"""What waits to be verified or reviewed on a form, beneath it: walked by key, each value beside what was checked the last time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.values import Value
from crf_app.services.source_check import CheckedItem, FormCheck
from crf_app.study.definition import StudyDef
from crf_app.study.item_types import format_value
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.common.widgets.labels import Label

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MOST_ROWS = 5
_LABEL = 264


@dataclass(frozen=True, slots=True)
class CheckContent:
    """The form's check, of which kind, whether this person may check here now, and whether checking is all he does here (the list stays open)."""

    check: FormCheck
    kind: str
    may: bool
    always: bool = False


class CheckModel(QAbstractListModel):
    """The values that wait, what changed since the last check first."""

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look, self._study_at = look, study_at
        self.items: tuple[CheckedItem, ...] = ()

    def show(self, items: tuple[CheckedItem, ...]) -> None:
        """Show other values; the same ones stay as they are."""
        if items != self.items:
            self.beginResetModel()
            self.items = items
            self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """One line a value."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The question with its value; for those who hear it what it was."""
        if not index.isValid() or role not in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return None
        one = self.items[index.row()]
        before = "" if one.first else f"{self.shown(one.key, one.before)} → "
        return f"{self.label(one.key)}: {before}{self.shown(one.key, one.now)}"

    def label(self, key: ItemKey) -> str:
        """The question, with the number of its row."""
        item = self._study_at(key.form_key).item(key.form, key.item)
        name = self._look.languages.text(item.label)
        several = key.row > 1 or self._study_at(key.form_key).forms[key.form].group(key.group).repeating == "log"
        return f"{name} · {key.row}" if several else name

    def shown(self, key: ItemKey, value: Value) -> str:
        """A value as people read it."""
        text = format_value(self._study_at(key.form_key).item(key.form, key.item), value, self._look.languages.lang)
        return text or self._look.tr("ui_kit.blank")


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, view: CheckList) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """One height for all."""
        return QSize(200, sizes.FIELD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Glyph, question, what was checked struck through, what stands now."""
        look, rect, one = self._look, QRect(option.rect), self._view.model_.items[index.row()]
        model = self._view.model_
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("accent_tint"))
            if self._view.hasFocus():
                painter.fillRect(QRect(rect.x(), rect.y(), sizes.BAR, rect.height()), look.colour("accent"))
        if not one.first:
            paint_glyph(painter, look, "check_again", rect.x() + 16, rect.y() + 6)
        self._write(painter, QRect(rect.x() + 42, rect.y(), _LABEL - 50, rect.height()), model.label(one.key), "text_secondary")
        left = rect.x() + _LABEL
        if not one.first:
            left += self._write(painter, QRect(left, rect.y(), 220, rect.height()), model.shown(one.key, one.before), "text_tertiary", gone=True) + 10
        self._write(painter, QRect(left, rect.y(), rect.right() - left - 8, rect.height()), model.shown(one.key, one.now), "text", bold=not one.first)

    def _write(self, painter: QPainter, rect: QRect, words: str, role: str, *, gone: bool = False, bold: bool = False) -> int:
        font = QFont(self._look.font(bold=bold))  # one of its own: the look's is shared
        font.setStrikeOut(gone)
        painter.setFont(font)
        painter.setPen(self._look.colour(role))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
        return painter.fontMetrics().horizontalAdvance(shown)


class CheckList(QListView):
    """The lines; letters are keys of the panel around it."""

    def __init__(self, look: Look, model: CheckModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_ = model
        self.setObjectName("casebook/check/list")
        self.setModel(model)
        self.setItemDelegate(_Delegate(look, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def current(self) -> CheckedItem | None:
        """The value the person is at."""
        row = self.currentIndex().row()
        return self.model_.items[row] if 0 <= row < len(self.model_.items) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End, pages; everything else belongs to the panel."""
        if event.text().strip() or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)


class CheckPanel(QWidget):
    """`check_requested("item" | "form" | "visit")`, `item_shown(ItemKey)` as the person walks, `declined` on Escape.

    Space checks the value at hand and goes on to the next, F the form, V the visit, C shows only what changed since the last check.
    """

    check_requested = Signal(str)
    item_shown = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._content = CheckContent(FormCheck(), "", may=False)
        self.changed_only = self.opened = False
        self.model = CheckModel(look, study_at, self)
        self.list = CheckList(look, self.model, self)
        self.head = Label(look, bold=True)
        self.note = Label(look, role="text_secondary", pixels=sizes.SMALL)
        self.changed = Button(look, "", key="C", compact=True)
        self.item = Button(look, "", key="␣", compact=True)
        self.form = Button(look, "", key="F", compact=True)
        self.visit = Button(look, "", key="V", compact=True)
        for name, button, slot in (
            ("changed", self.changed, self.toggle_changed), ("item", self.item, self._check_item), ("form", self.form, self._check_form),
            ("visit", self.visit, self._check_visit),
        ):  # fmt: skip
            button.setObjectName(f"casebook/check/{name}")
            button.clicked.connect(slot)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self._build()
        look.languages.changed.connect(self._retranslate)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setVisible(False)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(sizes.FORM_MARGIN, 0, sizes.FORM_RIGHT, 0)
        head.setSpacing(8)
        head.addWidget(self.head)
        head.addWidget(self.note, 1)
        for button in (self.changed, self.item, self.form, self.visit):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.list)

    def show_content(self, content: CheckContent) -> None:
        """Show a form's check; the person stays at the line he is at."""
        row = max(self.list.currentIndex().row(), 0)
        self._content = content
        self.setVisible(content.may)
        check = content.check
        first = tuple(one for one in check.waiting if one.first)
        self.model.show(check.changed if self.changed_only else (*check.changed, *first))
        if self.model.items:
            self.list.setCurrentIndex(self.model.index(min(row, len(self.model.items) - 1), 0))
        self.list.setFixedHeight(min(len(self.model.items), _MOST_ROWS) * sizes.FIELD)
        self.list.setVisible(bool(self.model.items) and (content.always or self.opened))
        self._retranslate()

    @Slot()
    def _retranslate(self) -> None:
        look, check, kind = self._look, self._content.check, self._content.kind or "source"
        waiting, changed = len(check.waiting), len(check.changed)
        words = look.tr(f"workflow.check.{kind}.waiting", n=waiting) if waiting else look.tr(f"workflow.check.{kind}.{'done' if check.asked else 'none'}")
        self.head.setText(words)
        notes = [look.tr("workflow.check.changed", n=changed)] if changed else []
        notes += [look.tr("workflow.check.row_removed")] if check.row_removed else []
        self.note.setText(" · ".join(notes))
        for button, name in ((self.item, "item"), (self.form, "form"), (self.visit, "visit")):
            button.set_text(look.tr(f"workflow.check.{kind}.{name}"))
        self.item.setVisible(bool(self.model.items))
        self.form.setVisible(bool(waiting) or check.row_removed)
        self.changed.setVisible(bool(changed) and changed < waiting)
        self.changed.set_text(look.tr("workflow.check.show_all" if self.changed_only else "workflow.check.show_changed"))
        self.setAccessibleName(words)
        self.list.setAccessibleName(words)
        self.list.viewport().update()

    def take_focus(self) -> None:
        """Into the list, which opens for it; else to the button for the visit."""
        self.opened = True
        self.show_content(self._content)
        (self.list if self.model.items else self.visit).setFocus(Qt.FocusReason.OtherFocusReason)
        self._moved()

    def close_list(self) -> None:
        """Back to the head line, where checking is not all a person does."""
        self.opened = False
        self.show_content(self._content)

    @property
    def always(self) -> bool:
        """Is checking all the person does here?"""
        return self._content.always

    def step(self, direction: int) -> None:
        """The next or previous value."""
        row = self.list.currentIndex().row() + direction
        if 0 <= row < len(self.model.items):
            self.list.setCurrentIndex(self.model.index(row, 0))
        self.take_focus()

    @Slot()
    def toggle_changed(self) -> None:
        """Only what changed since the last check, or everything that waits."""
        self.changed_only = not self.changed_only
        self.show_content(self._content)

    @Slot()
    def _moved(self) -> None:
        one = self.list.current()
        if one is not None and self.list.hasFocus():
            self.item_shown.emit(one.key)

    @Slot()
    def _check_item(self) -> None:
        self.check_requested.emit("item")

    @Slot()
    def _check_form(self) -> None:
        self.check_requested.emit("form")

    @Slot()
    def _check_visit(self) -> None:
        self.check_requested.emit("visit")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, F, V, C; Escape goes back to the form."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        acts = {Qt.Key.Key_Space: self._check_item, Qt.Key.Key_F: self._check_form, Qt.Key.Key_V: self._check_visit, Qt.Key.Key_C: self.toggle_changed}
        act = acts.get(Qt.Key(event.key())) if plain else None
        if act is not None:
            act()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_list()
            self.declined.emit()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line above."""
        painter = QPainter(self)
        painter.setPen(self._look.colour("line_strong"))
        painter.drawLine(0, 0, self.width(), 0)


