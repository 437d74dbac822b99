"""The command palette: subjects, visits, forms and actions by a few letters; Enter goes there (look 17)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.search import Hit, find_places
from crf_app.ui.actions import Action
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import key_width, paint_key
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.palette.hit_list import HitDelegate, HitModel, actions_like

WIDTH = 640
_TOP = 104
_EMPTY = 56


class Palette(QWidget):
    """Lies over the whole frame while it is open. `form_requested(FormKey)`, `visit_requested((subject, event, repeat))`,
    `subject_requested(number)`; actions are carried out through the table.
    """

    form_requested = Signal(object)
    visit_requested = Signal(object)
    subject_requested = Signal(str)

    def __init__(self, context: UiContext, frame: QWidget) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._before: QWidget | None = None
        self.near = ""
        self.setObjectName("palette")
        self.panel = _Panel(context, self)
        self.edit = QLineEdit(self.panel)
        self.edit.setObjectName("palette/search")
        self.edit.setFrame(False)
        self.edit.setFont(context.look.font(sizes.FORM_TITLE))
        self.edit.setFixedHeight(44)
        self.edit.setTextMargins(34, 0, 60, 0)
        self.hits = HitModel(context.look, self)
        self.list = QListView(self.panel)
        self.list.setObjectName("palette/list")
        self.list.setModel(self.hits)
        self.list.setItemDelegate(HitDelegate(context.look, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(0)
        column.addWidget(self.edit)
        column.addSpacing(5)
        column.addWidget(self.list)
        self.nothing = Label(context.look, "", "text_secondary", wrap=True)
        self.nothing.setContentsMargins(16, 4, 16, 4)
        self.nothing.setVisible(False)
        column.addWidget(self.nothing)
        self.edit.textChanged.connect(self._search)
        self.edit.installEventFilter(self)
        self.list.clicked.connect(self._clicked)
        frame.installEventFilter(self)
        context.language_hub.changed.connect(self._retranslate)
        self.setVisible(False)

    @Slot()
    def _retranslate(self) -> None:
        if not self.isHidden():
            self._name_parts()
            self._search(self.edit.text())

    def _name_parts(self) -> None:
        words = self._context.tr("ui_shell.search_hint")
        self.edit.setPlaceholderText(words)
        self.edit.setAccessibleName(words)
        self.list.setAccessibleName(words)

    @Slot(str)
    def open_with(self, text: str) -> None:
        """Open with `text` typed already."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._name_parts()
        self.edit.setText(text)
        self._search(text)
        self._lay_out()
        self.setVisible(True)
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def close_palette(self) -> None:
        """Away with it; the focus goes back to where it was."""
        self.setVisible(False)
        self.edit.clear()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    @Slot(str)
    def _search(self, text: str) -> None:
        found: tuple[Hit, ...] = ()
        if self._context.work.user.may(Right.READ):
            found = self._context.perform(find_places, self._context.work, text, self.near) or ()
        self.hits.show_hits(found, actions_like(self._context, text), text)
        first = self.hits.first()
        self.list.setCurrentIndex(self.hits.index(first, 0) if first >= 0 else QModelIndex())
        self._lay_out()

    def _lay_out(self) -> None:
        self.setGeometry(self._frame.rect())
        empty = self.hits.first() < 0
        self.nothing.setText(self._context.tr("ui_shell.palette.nothing") if empty else "")
        self.nothing.setVisible(empty)
        rows = _EMPTY if empty else min(self.hits.height(), self.height() - _TOP - 100)
        self.list.setVisible(not empty)
        self.list.setFixedHeight(max(rows, 0))
        width = min(WIDTH, self.width() - 48)
        self.panel.setGeometry((self.width() - width) // 2, _TOP, width, 44 + 5 + max(rows, 0) + 10)

    def _clicked(self, _index: QModelIndex) -> None:
        self._go()

    def _go(self) -> None:
        index = self.list.currentIndex()
        row = self.hits.row(index.row()) if index.isValid() else None
        if isinstance(row, Action):
            self.close_palette()
            self._context.actions.run(row.id)
        elif isinstance(row, Hit):
            self._before = None
            self.close_palette()
            self._open(row)

    def _open(self, hit: Hit) -> None:
        if hit.kind == "form":
            self.form_requested.emit(hit.form)
        elif hit.kind == "visit":
            self.visit_requested.emit((hit.subject, hit.event, hit.event_repeat))
        else:
            self.subject_requested.emit(hit.subject)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line; the size of the frame."""
        if event.type() == QEvent.Type.Resize and watched is self.parent() and not self.isHidden():
            self._lay_out()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return False

    def _key(self, key: Qt.Key) -> bool:
        if self.isHidden():
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            row = self.hits.next_row(self.list.currentIndex().row(), 1 if key == Qt.Key.Key_Down else -1)
            self.list.setCurrentIndex(self.hits.index(row, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside it closes it."""
        self.close_palette()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One flat layer over the page."""
        shade = QColor(self._context.look.colour("window"))
        shade.setAlphaF(0.6)
        QPainter(self).fillRect(self.rect(), shade)


class _Panel(QWidget):
    """The raised card with its search line."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = context.look

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, magnifier, key, line."""
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("line_strong"), 1))
        painter.setBrush(look.colour("raised"))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, sizes.PANEL_RADIUS, sizes.PANEL_RADIUS)
        painter.drawPixmap(16, 15, look.pixmap("search", "text_secondary", sizes.GLYPH, self.devicePixelRatioF()))
        width = key_width(look, "Esc")
        paint_key(painter, look, QRectF(self.width() - width - 16, 14, width, 18), "Esc", "text_secondary")
        painter.fillRect(1, 46, self.width() - 2, 1, look.colour("line"))
