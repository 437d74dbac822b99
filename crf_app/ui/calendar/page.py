"""Calendar: the visits of all subjects by month, week or as a list, and their export as a calendar file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.calendar import read_calendar
from crf_app.services.calendar_file import export_calendar
from crf_app.ui.calendar.days import VIEWS, span_of
from crf_app.ui.calendar.model import CalendarModel
from crf_app.ui.calendar.view import CalendarView
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.panels import EmptyState
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.page import Page, PageHead
from crf_app.ui.subjects.legend import GLYPHS, Legend

_GLYPHS = tuple(one for one in GLYPHS if one != "query_open")


class CalendarPage(Page):
    """`visit_requested((subject, event, repeat))`, `new_requested()`, `written(Said)` when a calendar file was written."""

    visit_requested = Signal(object)
    new_requested = Signal()
    written = Signal(object)
    hints = "ui_calendar.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "calendar_page", parent)
        look = context.look
        self.model = CalendarModel(context, self)
        self.view = CalendarView(look, self.model)
        self.head = PageHead(context)
        self.earlier = Button(look, "", "bare", icon="chevron_left")
        self.later = Button(look, "", "bare", icon="chevron_right")
        self.today = Button(look, "", key="T")
        self.views = {name: Button(look, "", key=str(number)) for number, name in enumerate(VIEWS, 1)}
        self.export = Button(look, "", icon="export")
        named = {"earlier": self.earlier, "later": self.later, "today": self.today, "export": self.export, **self.views}
        for name, button in named.items():
            button.setObjectName(f"calendar/{name}")
        self.empty = EmptyState(look, icon="plus", key="Ctrl N")
        self.empty.button.setObjectName("calendar/first")
        self.legend = Legend(look, _GLYPHS)
        self.legend.setObjectName("calendar/legend")
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        group = QButtonGroup(self)
        line = self.head.line
        for widget in (self.earlier, self.today, self.later):
            line.addWidget(widget)
        line.addSpacing(8)
        for button in self.views.values():
            button.setCheckable(True)
            group.addButton(button)
            line.addWidget(button)
        line.addSpacing(8)
        line.addWidget(self.export)
        self.export.setVisible(self.context.work.user.may(Right.EXPORT))
        self._card = Card(self.context.look)
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        inner.addWidget(self.view, 1)
        inner.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.head)
        body = QVBoxLayout()
        body.setContentsMargins(24, 0, 24, 0)
        body.addWidget(self._card, 1)
        body.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.earlier.clicked.connect(self._go_earlier)
        self.later.clicked.connect(self._go_later)
        self.today.clicked.connect(self._go_today)
        for button in self.views.values():
            button.clicked.connect(self._view_chosen)
        self.export.clicked.connect(self.export_file)
        self.empty.act_requested.connect(self.new_requested)
        self.view.opened.connect(self.visit_requested)
        self.view.moved.connect(self._show_head)

    def read(self) -> None:
        """Read the calendar; the cursor stays on its day, at first it is today."""
        calendar = self.context.perform(read_calendar, self.context.work)
        if calendar is None:
            return
        first = self.model.calendar.today != calendar.today
        self.model.show_calendar(calendar)
        self.view.move_to(calendar.today if first else self.view.day, self.view.pick)
        self._show_head()

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.earlier.setAccessibleName(tr("ui_calendar.previous"))
        self.later.setAccessibleName(tr("ui_calendar.next"))
        self.earlier.setToolTip(tr("ui_calendar.previous"))
        self.later.setToolTip(tr("ui_calendar.next"))
        self.today.set_text(tr("ui_calendar.today"))
        for name, button in self.views.items():
            button.set_text(tr(f"ui_calendar.view.{name}"))
        self.export.set_text(tr("ui_calendar.export"))
        self.view.setAccessibleName(tr("ui_calendar.title"))
        self.view.viewport().update()
        if not self.model.calendar.empty:
            self.view.tell()
        self._show_head()

    @Slot()
    def _show_head(self) -> None:
        tr, calendar, view = self.context.tr, self.model.calendar, self.view
        self.views[view.view].setChecked(True)
        self._card.setVisible(not calendar.empty)
        self.empty.setVisible(calendar.empty)
        may_enter = self.context.work.actor is not None and self.context.work.user.may(Right.ENTER)
        self.empty.say(tr("ui_shell.today.first"), "", tr("ui_shell.action.new_subject") if may_enter else "")
        if calendar.empty:
            self.head.show_text(tr("ui_calendar.title"))
            return
        first, last = span_of("week" if view.view == "week" else "agenda", view.day)
        period = tr("ui_calendar.head", month=tr(f"ui_calendar.month.{first.month}"), year=first.year)
        if view.view == "week":
            period = tr("ui_calendar.week_head", first=first, last=last)
        entries = self.model.between(first, last)
        overdue = sum(1 for one in entries if one.glyph == "overdue")
        counts = [tr("ui_calendar.counts", count=len(entries))] + ([tr("ui_calendar.overdue", count=overdue)] if overdue else [])
        self.head.show_text(period, "  ·  ".join(counts))

    def take_focus(self) -> None:
        """The calendar, or what to do first."""
        nobody = self.model.calendar.empty and not self.empty.button.isHidden()
        (self.empty.button if nobody else self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _go_earlier(self) -> None:
        self.view.page(-1)

    @Slot()
    def _go_later(self) -> None:
        self.view.page(1)

    @Slot()
    def _go_today(self) -> None:
        self.view.go_today()

    @Slot()
    def _view_chosen(self) -> None:
        sender = self.sender()
        self.view.set_view(next(name for name, button in self.views.items() if button is sender))
        self.take_focus()

    @Slot()
    def export_file(self) -> None:
        """Ask where, and write the planned visits of all subjects as a calendar file."""
        context, tr = self.context, self.context.tr
        name = f"{context.work.study.oid}_{context.work.clock.today():%Y%m%d}.ics"
        question = FileQuestion("export_calendar", tr("ui_calendar.where"), f"{tr('ui_calendar.kind')} (*.ics)", name, save=True)
        chosen = context.ask.files(self, question)
        if chosen and context.perform(export_calendar, context.work, context.words, Path(chosen[0]), context.language_hub.lang) is not None:
            self.written.emit(partial(tr, "ui_calendar.exported", place=chosen[0]))
