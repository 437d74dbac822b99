"""Today: what there is to do, most urgent first, and the figures beside it (look 01)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.task import Task
from crf_app.services.today import TodayRecord, today
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.panels import EmptyState
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.page import Page, PageHead
from crf_app.ui.today.figures import Figures
from crf_app.ui.today.task_list import TaskList


class TodayPage(Page):
    """`form_requested(FormKey)`, `subject_requested(number)`, `signing_requested(number)` and `query_requested(number)` when a task is opened;
    `new_requested()`.
    """

    form_requested = Signal(object)
    subject_requested = Signal(str)
    signing_requested = Signal(str)
    new_requested = Signal()
    query_requested = Signal(int)
    hints = "ui_shell.today.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "today_page", parent)
        self._record: TodayRecord | None = None
        look = context.look
        self.head = PageHead(context)
        self.new = Button(look, "", "primary", icon="plus")
        self.new.setObjectName("today/new")
        if not context.work.user.may(Right.ENTER):
            self.new.hide()
        self.head.line.addWidget(self.new)
        self.list = TaskList(look)
        self.empty = EmptyState(look, icon="plus", key="Ctrl N")
        self.empty.button.setObjectName("today/first")
        self.figures = Figures(look)
        self._build()
        self.list.opened.connect(self._open)
        self.new.clicked.connect(self.new_requested)
        self.empty.act_requested.connect(self.new_requested)
        self.retranslate()

    def _build(self) -> None:
        card = Card(self.context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.list)
        body = QHBoxLayout()
        body.setContentsMargins(24, 0, 24, 16)
        body.setSpacing(24)
        left = QVBoxLayout()
        left.addWidget(card, 1)
        left.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(left, 1)
        body.addWidget(self.figures)
        self._card = card
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(body, 1)

    def read(self) -> None:
        """Read the worklist; the task chosen stays chosen while it is there."""
        self._record = self.context.perform(today, self.context.work)
        self._show()

    def retranslate(self) -> None:
        """All words anew."""
        self.new.set_text(self.context.tr("ui_shell.action.new_subject"))
        self.list.setAccessibleName(self.context.tr("ui_shell.today.title"))
        self._show()

    def _show(self) -> None:
        tr, record = self.context.tr, self._record
        if record is None:
            self.head.show_text(tr("ui_shell.today.title"))
            return
        day = tr(f"ui_shell.weekday.{record.day.isoweekday()}")
        self.head.show_text(tr("ui_shell.today.title"), f"{day} {record.day.isoformat()}")
        chosen = self.list.current()
        self.list.tasks.show_record(record)
        self.list.choose(self.list.tasks.find(chosen))
        self.figures.show_record(record)
        self._card.setVisible(bool(record.tasks))
        self.empty.setVisible(not record.tasks)
        may_enter = self.context.work.actor is not None and self.context.work.user.may(Right.ENTER)
        act = tr("ui_shell.action.new_subject") if may_enter else ""
        first = record.enrolled + record.screening + record.screen_failures == 0
        self.empty.say(tr("ui_shell.today.first" if first else "ui_shell.today.nothing"), "", act)

    def take_focus(self) -> None:
        """The list, or what to do first."""
        empty = self._record is None or not self._record.tasks
        button = self.empty.button
        (button if empty and not button.isHidden() else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _open(self, task: Task) -> None:
        if task.query:
            self.query_requested.emit(task.query)
        elif task.group == "signature" and self.context.work.user.may(Right.SIGN):
            self.signing_requested.emit(task.subject)
        elif task.form is not None:
            self.form_requested.emit(task.form)
        else:
            self.subject_requested.emit(task.subject)


