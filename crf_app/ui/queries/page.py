"""Queries: the list left, the thread of the one at hand right; answered ones make way for the next (look 09)."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.query_record import QueryRecord
from crf_app.services.queries import close_queries
from crf_app.services.query_list import closable, find, waiting
from crf_app.services.query_reading import read_thread
from crf_app.ui.common.ask import Question
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.panels import EmptyState, ProgressLine
from crf_app.ui.context import UiContext
from crf_app.ui.queries.exporting import QueryExport
from crf_app.ui.queries.filter_bar import FilterBar
from crf_app.ui.queries.query_actions import query_actions
from crf_app.ui.queries.table import QueryTable
from crf_app.ui.queries.table_model import QueryTableModel
from crf_app.ui.queries.thread_view import ThreadView
from crf_app.ui.shell.cards import Hairline
from crf_app.ui.shell.page import Page, PageHead

WIDE, THREAD, THREAD_NARROW = 1366, 456, 368
TYPING_MS = 120


class QueriesPage(Page):
    """`place_requested(number)`: open the casebook where that query stands; `written(Said)` when a list was written."""

    place_requested = Signal(int)
    written = Signal(object)
    hints = "query.ui.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "queries_page", parent)
        look = context.look
        self.model = QueryTableModel(context, self)
        self.table = QueryTable(look, self.model)
        self.head = PageHead(context)
        self.bar = FilterBar(context)
        self.close_all = Button(look, "", icon="check")
        self.csv = Button(look, "", icon="export")
        self.pdf = Button(look, "", icon="print")
        self.thread_view = ThreadView(context, "queries/thread")
        self.next_line = Label(look, "", "text_secondary")
        self.empty = EmptyState(look)
        self.progress = ProgressLine(look)
        self.export = QueryExport(context, self.bar, self.progress, self)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._here = 0
        self._turn = 0
        self._build()
        self._connect()
        context.actions.add(self, *query_actions(self))
        self.retranslate()

    def _build(self) -> None:
        named = {"close": self.close_all, "csv": self.csv, "pdf": self.pdf}
        for name, button in named.items():
            button.setObjectName(f"queries/{name}")
        self.empty.button.setObjectName("queries/empty")
        if not self.context.work.user.may(Right.QUERY_CLOSE):
            self.close_all.hide()
        for widget in (self.bar.line, self.close_all, self.csv, self.pdf):
            self.head.line.addWidget(widget)
        self._left = QStackedWidget()
        nothing = QWidget()
        inner = QVBoxLayout(nothing)
        inner.setContentsMargins(24, 24, 24, 24)
        inner.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        self._left.addWidget(self.table)
        self._left.addWidget(nothing)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.thread_view, 1)
        right.addWidget(Hairline(self.context.look))
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 10)
        foot.addWidget(self.next_line, 1)
        right.addLayout(foot)
        self._side = QWidget()
        self._side.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._left, 1)
        body.addWidget(Hairline(self.context.look, upright=True))
        body.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.bar)
        working = QHBoxLayout()
        working.setContentsMargins(24, 0, 24, 0)
        working.addWidget(self.progress)
        column.addLayout(working)
        column.addWidget(Hairline(self.context.look))
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self._typing.timeout.connect(self._filter)
        self.bar.changed.connect(self._typing.start)
        self.bar.line.returnPressed.connect(self._to_table)
        self.bar.line.move_requested.connect(self._step)
        self.table.moved.connect(self._moved)
        self.table.opened.connect(self.place_requested)
        self.table.answer_requested.connect(self.answer)
        self.thread_view.done.connect(self._done)
        self.thread_view.left.connect(self._to_table)
        self.thread_view.place_requested.connect(self.place_requested)
        self.close_all.clicked.connect(self.close_listed)
        self.csv.clicked.connect(self.export.csv)
        self.pdf.clicked.connect(self.export.pdf)
        self.empty.act_requested.connect(self._clear)
        self.export.written.connect(self.written)

    # Showing

    def read(self) -> None:
        """Read the list, and how many of all queries wait for this person."""
        if self.context.work.actor is not None:
            self._turn = len(waiting(self.context.work).numbers)
        self._list()

    def _list(self) -> None:
        """The queries that the filter leaves; the one at hand stays at hand while it is listed, else the one in its place is."""
        found = self.context.perform(find, self.context.work, self.bar.line.text(), self.bar.shown)
        if found is None:
            return
        before = self.table.currentIndex().row()
        self.table.moved.disconnect(self._moved)
        self.model.show_list(found)
        self.bar.show_counts(dict(found.counts), found.unknown)
        row = self.model.find(self._here)
        self.table.choose(row if row >= 0 else min(max(before, 0), len(found.numbers) - 1))
        self.table.moved.connect(self._moved)
        self._left.setCurrentIndex(0 if found.numbers else 1)
        self._side.setVisible(bool(found.numbers))
        self._show_head()
        self._moved()

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.bar.retranslate()
        self.close_all.set_text(tr("query.ui.close_listed"))
        self.csv.set_text("CSV")
        self.pdf.set_text("PDF")
        self.table.setAccessibleName(tr("query.list.title"))
        self.thread_view.retranslate()
        if self.isVisible():
            self.read()
        else:
            self._stale = True
        self._show_head()

    def _show_head(self) -> None:
        tr = self.context.tr
        if self.context.work.actor is None:
            return
        self.head.show_text(tr("query.title"), tr("query.ui.listed", count=self.model.rowCount(), waiting=self._turn))
        filtered = bool(self.bar.line.text().strip())
        self.empty.say(tr("query.ui.none_fits" if filtered else f"query.ui.none.{self.bar.view}"), "", tr("query.ui.clear_filter") if filtered else "")

    @Slot()
    def _moved(self) -> None:
        record = self.table.current() if self.model.rowCount() else None
        self._here = record.number if record is not None else 0
        thread = self.context.perform(read_thread, self.context.work, record.number) if record is not None and self.context.work.actor is not None else None
        self.thread_view.show_thread(thread)
        following = self.following(self._here)
        after = self.model.record(self.model.find(following)) if following else None
        self.next_line.setText(self._next_words(after) if after is not None else "")

    def _next_words(self, after: QueryRecord) -> str:
        text = self.context.language_hub.text
        place = text(after.place) or text(after.form) or text(after.visit)
        return self.context.tr("query.ui.next", number=after.number, subject=after.key.subject, place=place)

    @Slot()
    def _filter(self) -> None:
        self._list()

    @Slot()
    def _clear(self) -> None:
        self.bar.line.clear()
        self.bar.line.setFocus(Qt.FocusReason.OtherFocusReason)

    # Moving about

    def following(self, number: int) -> int:
        """The number after that one in the list, 0 when it is the last."""
        numbers, row = self.model.numbers, self.model.find(number)
        return numbers[row + 1] if 0 <= row < len(numbers) - 1 else 0

    @Slot(int)
    def _step(self, direction: int) -> None:
        self.table.choose(max(self.table.currentIndex().row() + direction, 0))

    @Slot()
    def _to_table(self) -> None:
        """Into the list; into the filter line when the last of the list is settled."""
        self.take_focus()

    def to_filter(self) -> None:
        """Into the filter line, by key."""
        self.bar.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.line.selectAll()

    @Slot()
    def answer(self) -> None:
        """Into the thread, by key."""
        self.thread_view.take_focus()

    def go_on(self) -> None:
        """The next query, by key; from the thread too."""
        typing = self.thread_view.box.hasFocus()
        self._step(1)
        if not (typing and self.thread_view.take_focus()):
            self._to_table()

    def open_place(self) -> None:
        """Where the query at hand stands, by key."""
        if self._here:
            self.place_requested.emit(self._here)

    def show_query(self, number: int) -> None:
        """Show one query, whatever was filtered before."""
        self._here = number
        self.read()
        if self.model.find(number) < 0:
            self.bar.show_view("all")
            self.bar.line.clear()
            self.read()

    @Slot(int)
    def _done(self, number: int) -> None:
        """The act was stored and the list read anew: on to the next query, ready for its answer."""
        if self.model.find(number) >= 0 and self.following(number):
            self.table.choose(self.model.find(number) + 1)
        if not self.thread_view.take_focus():
            self._to_table()

    # Closing many

    @property
    def at_hand(self) -> bool:
        """Is a query shown?"""
        return self.isVisible() and self._here > 0

    @Slot()
    def close_listed(self) -> None:
        """Close every answered query of the selection, or of the list when only one is selected, after asking; all or none."""
        work, tr = self.context.work, self.context.tr
        chosen = self.table.chosen()
        numbers = self.context.perform(closable, work, chosen if len(chosen) > 1 else self.model.numbers)
        if not numbers:
            self.written.emit(self.context.look.later("query.ui.nothing_to_close"))
            return
        question = Question("close_queries", tr("query.ui.close_many", count=len(numbers)), tr("query.ui.close_many_words"), tr("query.ui.close_yes", count=len(numbers)))
        if self.context.ask.confirm(self, question):
            self.context.perform(close_queries, work, numbers)
        self._to_table()

    def take_focus(self) -> None:
        """The list, or the filter when nothing is listed."""
        target: QWidget = self.table if self.model.rowCount() else self.bar.line
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The thread is narrower in narrow windows."""
        super().resizeEvent(event)
        self._side.setFixedWidth(THREAD if self.window().width() >= WIDE else THREAD_NARROW)
