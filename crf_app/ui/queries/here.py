"""The queries at the item at work, in the inspector: its own, then those of its row and of what stands beside it there, its form and its visit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.queries import visit_key
from crf_app.clinical.query_record import QueryThread
from crf_app.clinical.record import FormRecord
from crf_app.services.query_reading import threads_at, unresolved_by_place
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext
from crf_app.ui.queries.ask_panel import AskPanel
from crf_app.ui.queries.thread_view import ThreadView

_MOST = 6


class QueriesHere(QWidget):
    """`left` on Escape; `next_requested(number)` to go on in the list of queries."""

    left = Signal()
    next_requested = Signal(int)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self._form: FormKey | None = None
        self.record: FormRecord | None = None
        self._item: ItemKey | None = None
        self.threads: tuple[QueryThread, ...] = ()
        self.which = Segments(look)
        self.which.setObjectName("inspector/queries/which")
        self.ask = Button(look, "", icon="plus", key="F2", compact=True)
        self.ask.setObjectName("inspector/queries/ask")
        self.following = Button(look, "", "link", key="F3", compact=True)
        self.following.setObjectName("inspector/queries/next")
        self.none = Label(look, "", "text_secondary", wrap=True)
        self.view = ThreadView(context, "inspector/query")
        self.view.go.setVisible(False)
        self.panel = AskPanel(context)
        self.stack = QStackedWidget()
        self._build()
        self.which.chosen.connect(self._chosen)
        self.ask.clicked.connect(self.begin)
        self.following.clicked.connect(self._next)
        self.view.left.connect(self.left)
        self.view.done.connect(self._done)
        self.panel.left.connect(self._panel_left)
        self.panel.asked.connect(self.show_query)

    def _build(self) -> None:
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.none.setMargin(16)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 0)
        head.setSpacing(8)
        head.addWidget(self.ask)
        head.addStretch()
        head.addWidget(self.following)
        choice = QHBoxLayout()
        choice.setContentsMargins(16, 4, 16, 0)
        choice.addWidget(self.which)
        choice.addStretch()
        for widget in (self.none, self.view, self.panel):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(choice)
        column.addWidget(self.stack, 1)

    def show_place(self, form: FormKey | None, item: ItemKey | None) -> None:
        """The queries at an item, or of the form alone; a question being asked stays where it was begun."""
        another = (form, item) != (self._form, self._item)
        self._form, self._item = form, item
        if another and self.stack.currentWidget() is self.panel and not self.panel.box.text():
            self.stack.setCurrentWidget(self.none)
        self.refresh()

    def item_at(self, form: FormKey | None) -> ItemKey | None:
        """The item shown last on that form: it stays at hand where no field has the focus."""
        return self._item if form == self._form else None

    def refresh(self) -> None:
        """Read the queries here anew; the one shown stays while it is here."""
        form, item = self._form, self._item
        if form is None or self._context.work.actor is None:
            self.threads = ()
        else:
            places = [ItemKey(*form, "", 1, ""), visit_key(form.subject, form.event, form.event_repeat)]
            if item is not None:
                places = [item, item._replace(item=""), *self._beside(form, item), *places]
            self.threads = tuple(one for place in places for one in threads_at(self._context.work, place))[:_MOST]
        shown = self.view.shown.record.number if self.view.shown is not None else 0
        numbers = [one.record.number for one in self.threads]
        self._show(numbers.index(shown) if shown in numbers else 0)

    def _beside(self, form: FormKey, item: ItemKey) -> list[ItemKey]:
        """The other items of a table's row with something open: the table shows one mark for all of them."""
        definition = self._context.work.study_at(form).forms[form.form]
        if definition.group(item.group).repeating == "no":
            return []
        places = unresolved_by_place(self._context.work, form)
        return [one for one in places if one.item and one != item and (one.group, one.row) == (item.group, item.row)]

    def _show(self, index: int) -> None:
        thread = self.threads[index] if index < len(self.threads) else None
        self.view.show_thread(thread)
        self.view.go.setVisible(False)
        self._offer()
        self.which.set_index(index if thread is not None else -1)
        if self.stack.currentWidget() is not self.panel:
            self.stack.setCurrentWidget(self.view if thread is not None else self.none)

    def _offer(self) -> None:
        tr, user = self._context.tr, self._context.work.actor
        self.which.set_segments([Segment(f"#{one.record.number}", typed=(str(one.record.number),)) for one in self.threads])
        self.which.setAccessibleName(tr("query.ui.here"))
        self.which.fit(300)
        self.which.setVisible(len(self.threads) > 1)
        self.ask.set_text(tr("query.ui.ask_here"))
        self.ask.setVisible(user is not None and user.user.may(Right.QUERY_OPEN) and self._form is not None)
        self.following.set_text(tr("query.action.next"))
        self.following.setVisible(bool(self.threads))
        self.none.setText(tr("query.ui.none_here"))

    def retranslate(self) -> None:
        """All words anew."""
        self.view.retranslate()
        self.view.go.setVisible(False)
        self.panel.retranslate()
        self._offer()

    @Slot(int)
    def show_query(self, number: int) -> None:
        """Show one of the queries here."""
        self.stack.setCurrentWidget(self.none)
        self.refresh()
        numbers = [one.record.number for one in self.threads]
        if number in numbers:
            self._show(numbers.index(number))
        self.take_focus()

    @Slot()
    def begin(self) -> None:
        """Ask a new one here."""
        user = self._context.work.actor
        if self.record is not None and user is not None and user.user.may(Right.QUERY_OPEN):
            self.stack.setCurrentWidget(self.panel)
            self.panel.begin(self.record, self._item)

    @Slot()
    def _panel_left(self) -> None:
        self.stack.setCurrentWidget(self.none)
        self.refresh()
        self.left.emit()

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self._show(max(index, 0))

    @Slot(int)
    def _done(self, _number: int) -> None:
        self.refresh()
        self.following.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _next(self) -> None:
        self.next_requested.emit(self.view.shown.record.number if self.view.shown is not None else 0)

    def take_focus(self) -> None:
        """Into the box of the query shown, else to where one can be asked."""
        if self.stack.currentWidget() is self.panel:
            self.panel.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self.view.take_focus():
            target = self.ask if not self.ask.isHidden() else self.following if not self.following.isHidden() else self
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()
