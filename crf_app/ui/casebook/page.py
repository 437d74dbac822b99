"""The casebook of one subject."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Finding, FormRecord, SubjectRecord
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.paper import Selection, form_selection
from crf_app.services.progress import form_progress
from crf_app.services.reading import read_subject_record
from crf_app.services.states import subject_glyphs
from crf_app.services.subjects import next_unscheduled, termination_visit
from crf_app.ui.casebook.casebook_actions import casebook_actions
from crf_app.ui.casebook.charts import CasebookCharts
from crf_app.ui.casebook.coding import CodingPopup
from crf_app.ui.casebook.event_acts import EventActs
from crf_app.ui.casebook.form_acts import FormActs
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.casebook.header import SubjectHeader
from crf_app.ui.casebook.inspector import Inspector, Tabs
from crf_app.ui.casebook.navigation import first_to_open
from crf_app.ui.casebook.randomisation_acts import RandomisationActs
from crf_app.ui.casebook.tree_model import TreeContent, TreeModel
from crf_app.ui.casebook.visit_tree import VisitTree
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.context import UiContext
from crf_app.ui.printing.page import PrintPage
from crf_app.ui.shell.page import Page

WIDE = 1366
PAUSE_MS = 150
"""So long after the last entry the whole tree is read again."""


class CasebookPage(Page):
    """Header, visit tree, form, inspector; the print preview takes their place while it is open.

    `title_changed(text)`: subject and form, for the window's title.
    """

    title_changed = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "casebook", parent)
        look = context.look
        self.record: SubjectRecord | None = None
        self._begun: FormKey | None = None
        self.header = SubjectHeader(look)
        self.tree_model = TreeModel(look, context.work.study_at, self)
        self.tree = VisitTree(look, self.tree_model)
        self.unscheduled = Button(look, "", "link", icon="plus", compact=True)
        self.termination = Button(look, "", "link", icon="plus", compact=True)
        self.pane = FormPane(context)
        self.acts, self.hints, self.events = FormActs(self.pane), self.pane.hints, EventActs(self.pane)
        self.randomisation = RandomisationActs(self.pane, self.acts)
        self.inspector = Inspector(context)
        self.strip = Tabs(look, upright=True)
        self.print_page = PrintPage(context)
        self.coding, self.stack = CodingPopup(context, self), QStackedWidget()
        self.charts = CasebookCharts(context, self.pane, self.stack)
        self.left, self.body = QWidget(), QWidget()
        self._whole = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._build()
        self._connect()
        context.actions.add(self, *casebook_actions(self))
        self.retranslate()

    # Building

    def _build(self) -> None:
        self.unscheduled.setObjectName("casebook/unscheduled")
        self.termination.setObjectName("casebook/termination")
        self.left.setAutoFillBackground(True)
        self.left.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 6)
        left.setSpacing(2)
        left.addWidget(self.tree, 1)
        for button in (self.unscheduled, self.termination, self.charts.open_button):
            left.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.left)
        line.addWidget(self.pane, 1)
        line.addWidget(self.inspector)
        line.addWidget(self.strip)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(line, 1)
        self.stack.insertWidget(0, self.body)
        self.stack.addWidget(self.print_page)
        self.stack.setCurrentWidget(self.body)
        whole, self._narrow, self._line = QVBoxLayout(self), False, line
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self._fit()

    def _connect(self) -> None:
        self._whole.timeout.connect(self._read_whole)
        self.tree.form_requested.connect(self.open_form)
        self.pane.form_requested.connect(self.open_form)
        self.pane.shown.connect(self._form_shown)
        self.pane.item_focused.connect(self._item_focused)
        self.pane.visits_needed.connect(self.catch_up)
        self.pane.walked_out.connect(self._to_tree)
        self.inspector.finding_chosen.connect(self._go_to)
        self.inspector.left.connect(self._back_to_form)
        self.strip.chosen.connect(self._open_inspector)
        self.header.print_requested.connect(self.open_print)
        self.unscheduled.clicked.connect(self.new_unscheduled)
        self.termination.clicked.connect(self.new_termination)
        self.print_page.closed.connect(self._close_print)
        self.charts.closed.connect(self._close_print)
        self.charts.form_requested.connect(self.open_form)

    # Opening

    def open(self, subject: str, event: str = "", event_repeat: int = 1, form: str = "", form_repeat: int = 1) -> None:
        """Show a subject: at the form named, else where work goes on. What cannot be opened is said by the window."""
        record = self.context.perform(read_subject_record, self.context.work, subject, light=True)
        if record is None:
            return
        self._close_print()
        self._begun = None
        named = FormKey(subject, event, event_repeat, form, form_repeat) if event and form else None
        self._show_subject(record)
        key = named or first_to_open(record, event, event_repeat)
        if key is not None:
            self.open_form(key)

    @Slot(object)
    def open_form(self, form: FormKey) -> None:
        """Show a form of the subject at hand and put the focus into it."""
        if self.record is None:
            return
        self.catch_up()
        if form not in {one.key for event in self.record.events for one in event.forms}:
            self._begun = form
            self._show_tree()
        try:
            self.pane.open(form, self.record)
        except ExpectedError as error:
            self.context.perform.refused.emit(error)
            return
        self.tree.show_form(form)
        self.pane.focus_form()
        self._title()

    @property
    def form(self) -> FormKey | None:
        """The form at work."""
        return self.pane.model.form

    def close_subject(self) -> None:
        """Store what is being typed and take every value off the screen."""
        self.pane.commit()
        self.record = None
        self.charts.clear()
        self.pane.model.close()
        self.pane.close_questions()

    def _title(self) -> None:
        record = self.pane.model.record
        if record is not None:
            self.title_changed.emit(f"{record.key.subject} · {self.pane.visit_name()} · {self.context.language_hub.text(record.title)}")

    # Refreshing

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        """At once the form, and the visits it stands in when its state changed with it; the whole tree when the person pauses."""
        if not self.concerns(changes):
            return
        if not self.isVisible() or changes.everything or self.record is None or self.form is None:
            super()._changed(changes)
            return
        if changes.items and self._refresh_form():
            self._whole.start()
            return
        touched = {(one.event, one.event_repeat) for one in changes.forms} | {(self.form.event, self.form.event_repeat)}
        part = self.context.perform(read_subject_record, self.context.work, self.record.subject, events=tuple(touched), light=True)
        if part is not None:
            fresh = {(one.event.oid, one.repeat): one for one in part.events}
            events = tuple(fresh.get((one.event.oid, one.repeat), one) for one in self.record.events)
            self._show_subject(replace(part, events=events))
            self.pane.refresh(self.record)
        self._whole.start()

    def _refresh_form(self) -> bool:
        """Show the form at hand as it stands now; does it stand in its visit as before (not begun, in progress, complete)?"""
        before = self.pane.model.record
        self.pane.model.refresh()
        after = self.pane.model.record
        return before is not None and after is not None and (before.key, before.status, before.completed_at) == (after.key, after.status, after.completed_at)

    @Slot()
    def catch_up(self) -> None:
        """Read now what waits for a pause: someone goes by the visits."""
        if self._whole.isActive():
            self._whole.stop()
            self._read_whole()

    @Slot()
    def _read_whole(self) -> None:
        """Visits may have come or gone, windows moved."""
        if self.record is None or not self.isVisible() or self.context.work.actor is None:
            return
        record = self.context.perform(read_subject_record, self.context.work, self.record.subject, light=True)
        if record is not None:
            self._show_subject(record)
            self.pane.show_surroundings(record)

    def concerns(self, changes: Changes) -> bool:
        """Only what touches this subject, or everything."""
        return self.record is not None and (changes.everything or self.record.subject in changes.subjects)

    def read(self) -> None:
        """The subject anew: tree, header, form."""
        if self.record is None:
            return
        record = self.context.perform(read_subject_record, self.context.work, self.record.subject, light=True)
        if record is not None:
            self._show_subject(record)
            if self.form is not None:
                self.pane.refresh(record)

    def _show_subject(self, record: SubjectRecord) -> None:
        self.record = record
        self._show_tree()

    def _show_tree(self) -> None:
        if self.record is None:
            return
        progress = form_progress(self.context.work, self.record.subject)
        glyphs = subject_glyphs(self.context.work, self.record.subject)
        self.tree_model.show(TreeContent(self.record, progress, self._begun, glyphs))
        self.header.show_subject(self.record, sum(one.open_queries for one in progress.values()), glyphs.void, glyphs.hold)
        may = self.pane.model.eyes().may_enter
        self.unscheduled.setVisible(may and any(one.kind == "unscheduled" for one in self.context.work.study_of(self.record.subject).events))
        ended = any(one.event.kind == "termination" for one in self.record.events)
        self.termination.setVisible(may and not ended and any(one.kind == "termination" for one in self.context.work.study_of(self.record.subject).events))

    def retranslate(self) -> None:
        """All words anew."""
        self.unscheduled.set_text(self.context.tr("casebook.new_unscheduled"))
        self.termination.set_text(self.context.tr("casebook.new_termination"))
        self.tree.retranslate()
        self.inspector.retranslate()
        self.strip.show_index(self.strip.index)
        self.print_page.retranslate()
        if self.isVisible():
            self.read()
            self.pane.say_refusals_again()
        else:
            self._stale = True
        self._title()

    def take_focus(self) -> None:
        """Into the form."""
        if self.record is not None and self.form is not None:
            self.pane.focus_form()

    @Slot(object)
    def _form_shown(self, record: FormRecord) -> None:
        self.inspector.show_form(record)
        for index in (2, 3):
            self.strip.set_count(index, self.inspector.tabs.counts[index])

    @Slot(object)
    def _item_focused(self, key: ItemKey) -> None:
        if self.pane.model.record is not None:
            self.inspector.focused(key, self.pane.model.record)

    # Moving about

    @Slot(object)
    def _go_to(self, finding: Finding) -> None:
        self.pane.go_to(finding)

    @Slot()
    def _back_to_form(self) -> None:
        if self._narrow:
            self.inspector.setVisible(False)
        if not self.pane.view.go_back():
            self.pane.focus_form()

    @Slot(int)
    def _to_tree(self, _direction: int) -> None:
        self.tree.walk_from()

    def focus_tree(self) -> None:
        """The visit tree, by key."""
        self.tree.walk_from()

    def show_inspector(self, index: int) -> None:
        """A tab of the inspector, by key."""
        self._open_inspector(index)
        self.inspector.take_focus(index)

    @Slot(int)
    def _open_inspector(self, index: int) -> None:
        self.inspector.setVisible(True)
        self.inspector.raise_()
        self._place_inspector()
        self.inspector.tabs.choose(index)

    def back(self) -> None:
        """The form before."""
        self.pane.step(-1)

    def forward(self) -> None:
        """The form after."""
        self.pane.step(1)

    # Visits that are not planned

    @Slot()
    def new_unscheduled(self) -> None:
        """Begin an unscheduled visit: it exists from its first value on."""
        self._begin(self.context.perform(next_unscheduled, self.context.work, self.record.subject) if self.record is not None else None)

    @Slot()
    def new_termination(self) -> None:
        """Begin the early-termination visit."""
        self._begin(self.context.perform(termination_visit, self.context.work, self.record.subject) if self.record is not None else None)

    def _begin(self, form: FormKey | None) -> None:
        if form is not None and self.pane.commit():
            self.open_form(form)

    # Paper

    @Slot()
    def open_print(self) -> None:
        """The preview of what is open."""
        self.show_print(None)

    def show_print(self, report: Selection | None) -> None:
        """The preview, at first of that report where one is given."""
        if self.form is None or self.pane.asks or not self.pane.commit():
            return
        self.stack.setCurrentWidget(self.print_page)
        self.print_page.open(form_selection(self.form), Selection(self.form.subject, self.form.event, self.form.event_repeat), Selection(self.form.subject), report)

    @Slot()
    def _close_print(self) -> None:
        if self.stack.currentWidget() is not self.body:
            self.stack.setCurrentWidget(self.body)
            self.take_focus()

    @property
    def at_work(self) -> bool:
        """Is a form open, and not its preview?"""
        return self.isVisible() and self.form is not None and self.stack.currentWidget() is self.body

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow windows show the inspector as a strip that opens over the form."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.window().width() < WIDE
        self.left.setFixedWidth(sizes.TREE_NARROW if narrow else sizes.TREE)
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self._line.removeWidget(self.inspector)
            else:
                self._line.insertWidget(2, self.inspector)
            self.inspector.setVisible(not narrow)
        self.strip.setVisible(narrow)
        self.inspector.setFixedWidth(sizes.INSPECTOR if self.width() < 1700 else 480)
        self._place_inspector()

    def _place_inspector(self) -> None:
        if self._narrow:
            top = self.header.height()
            self.inspector.setGeometry(self.width() - sizes.INSPECTOR_STRIP - sizes.INSPECTOR, top, sizes.INSPECTOR, self.height() - top)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus."""
        focused = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton) and not event.modifiers():
            focused.click()
        else:
            super().keyPressEvent(event)
