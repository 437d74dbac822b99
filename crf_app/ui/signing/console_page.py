"""The signing console: what waits for a signature, what stands between, the exact paper, the password (look 10)."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS, Right
from crf_app.clinical.standing import stage
from crf_app.clinical.transitions import Act, allowed
from crf_app.errors import ExpectedError
from crf_app.services.console import (
    CURRENT,
    SignItem,
    SubjectWaiting,
    mark_seen,
    reject_form,
    sign_forms,
    sign_items,
    waiting_subjects,
)
from crf_app.services.paper import Paper, draw_paper, form_selection, prepare_paper
from crf_app.services.signing import Credentials
from crf_app.ui.actions import Action
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common import sizes
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.jobs import Job
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.panels import EmptyState
from crf_app.ui.context import UiContext
from crf_app.ui.printing.preview import PagesView
from crf_app.ui.shell.page import Page, PageHead
from crf_app.ui.signing.console_list import ConsoleList
from crf_app.ui.signing.console_model import ConsoleModel
from crf_app.ui.signing.sign_side import SideContent, SignSide

_LEFT = 400
_PAUSE_MS = 200
"""So long a form stays chosen before its paper is drawn: walking past draws nothing."""


class ConsolePage(Page):
    """`form_requested(FormKey)` to open a form in its casebook."""

    form_requested = Signal(object)
    hints = "workflow.console.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "signing", parent)
        look = context.look
        self._subjects: tuple[SubjectWaiting, ...] = ()
        self._items: tuple[SignItem, ...] = ()
        self._job: Job | None = None
        self._paper: Paper | None = None
        self.head = PageHead(context)
        self.subject = ChoiceList(self)
        self.everything = Button(look, "", compact=True)
        self.model = ConsoleModel(look, context.work.study_at, self)
        self.list = ConsoleList(look, self.model)
        self.pages = PagesView(look)
        self.side = SignSide(look)
        self.between = Label(look, role="text_secondary", wrap=True)
        self.empty = EmptyState(look, icon="sign")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._build()
        self._connect()
        context.actions.add(self, *self._actions())
        self.retranslate()

    def _build(self) -> None:
        self.subject.setObjectName("signing/subject")
        self.subject.setFixedHeight(sizes.FIELD)
        self.everything.setObjectName("signing/everything")
        self.pages.setObjectName("signing/pages")
        left = QWidget()
        left.setFixedWidth(_LEFT)
        left.setAutoFillBackground(True)
        left.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 16, 0)
        top.addWidget(self.subject, 1)
        top.addWidget(self.everything)
        column.addLayout(top)
        words = QHBoxLayout()
        words.setContentsMargins(16, 0, 16, 0)
        words.addWidget(self.between)
        column.addLayout(words)
        column.addWidget(self.list, 1)
        self.body = QWidget()
        line = QHBoxLayout(self.body)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(left)
        line.addWidget(self.pages, 1)
        line.addWidget(self.side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.body, 1)
        whole.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)

    def _connect(self) -> None:
        self.subject.activated.connect(self._subject_chosen)
        self.everything.clicked.connect(self.toggle_everything)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self.list.opened.connect(self.open_form)
        self.list.left_out_changed.connect(self._show_side)
        self.list.unseen_requested.connect(self.next_unseen)
        self.side.sign_requested.connect(self.sign)
        self.side.reject_requested.connect(self.reject)
        self.side.declined.connect(self.take_focus)
        self._soon.timeout.connect(self.draw)

    def _actions(self) -> tuple[Action, ...]:
        return (
            Action("signing.sign", "workflow.console.go_sign", self.go_sign, ("Ctrl+Return", "Ctrl+Enter"), "sign", Right.SIGN, self._something, "form"),
            Action("signing.unseen", "workflow.console.next_unseen", self.next_unseen, (), "eye", Right.SIGN, self._something, "form"),
            Action("signing.reject", "workflow.hold.reject", self.side.ask_reason, (), "undo", Right.SIGN, self._something, "form"),
            Action("signing.everything", "workflow.console.everything", self.toggle_everything, (), "filter", Right.SIGN, self.isVisible, "subject"),
        )

    def _something(self) -> bool:
        return self.isVisible() and bool(self._subjects)

    # Reading

    @property
    def number(self) -> str:
        """The subject at hand, "" without any."""
        data = self.subject.currentData()
        return str(data) if data else ""

    def open(self, subject: str) -> None:
        """Show a subject (from the worklist)."""
        self.read()
        at = self.subject.findData(subject)
        if at >= 0:
            self.subject.setCurrentIndex(at)
            self._subject_chosen()

    def read(self) -> None:
        """Who has something to sign, and the subject at hand."""
        found = self.context.perform(waiting_subjects, self.context.work)
        if found is None:
            return
        kept, self._subjects = self.number, found
        numbers = [one.subject for one in found]
        if kept and kept not in numbers and self.model.items():
            numbers.append(kept)  # just signed: it stays in sight
        self.subject.clear()
        for number in numbers:
            self.subject.addItem(self._subject_words(number), number)
        self.subject.setCurrentIndex(max(self.subject.findData(kept), 0) if numbers else -1)
        self.body.setVisible(bool(numbers))
        self.empty.setVisible(not numbers)
        self._read_subject()

    def _subject_words(self, number: str) -> str:
        one = next((one for one in self._subjects if one.subject == number), SubjectWaiting(number, 0, 0))
        words = self.context.tr("workflow.console.subject", subject=number, n=one.forms)
        return f"{words} · {self.context.tr('workflow.console.void_n', n=one.void)}" if one.void else words

    @Slot()
    def _subject_chosen(self) -> None:
        self.model.left_out.clear()
        self._read_subject()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_subject(self) -> None:
        found = self.context.perform(sign_items, self.context.work, self.number) if self.number else ()
        here = self.list.current()
        self._items = found or ()
        self.model.show(self._items)
        self.list.choose(self.model.find(here.form if here is not None else None))
        self._match_paper()
        self._say()
        self._show_side()

    def _match_paper(self) -> None:
        """What was signed has left the list: the paper of the form that is at hand now, or none."""
        item = self.list.current()
        if item is None:
            self._paper = None
            self.pages.show_pdf(b"")
        elif self._paper is not None and self._paper.selection != form_selection(item.form):
            self._soon.start()

    def _say(self) -> None:
        tr, waiting = self.context.tr, [one for one in self._items if one.waits]
        parts = [
            tr(f"workflow.console.between_{name}", n=count)
            for name, count in (
                ("unseen", sum(one.seen != CURRENT for one in waiting)), ("queries", sum(one.open_queries for one in waiting)),
                ("impossible", sum(one.impossible for one in waiting)), ("incomplete", sum(one.incomplete for one in self._items)),
            ) if count
        ]  # fmt: skip
        self.between.setText(" · ".join(parts) if parts else tr("workflow.console.between_nothing"))
        self.head.show_text(tr("workflow.console.title"), tr("workflow.console.note", n=sum(one.forms for one in self._subjects), subjects=len(self._subjects)))

    @Slot()
    def _show_side(self) -> None:
        work, languages, tr = self.context.work, self.context.language_hub, self.context.tr
        if work.actor is None:
            return
        chosen, item = self.model.chosen(), self.list.current()
        unseen = sum(one.waits and one.seen != CURRENT for one in self._items)
        amount = "n" if len(chosen) > 1 else "one" if chosen else "none" if any(one.waits for one in self._items) else "nothing"
        what = tr(f"workflow.console.what_{amount}", n=len(chosen), subject=self.number)
        back = item is not None and allowed(Act.REJECT, work.user.role, stage(item.states))
        self.side.show_content(
            SideContent(
                len(chosen), what, tr("workflow.console.unseen_left", n=unseen) if unseen else "", languages.text(work.user.name),
                languages.text(ROLE_TEXTS[work.user.role]), work.identified != work.user.user_id, back,
            )
        )  # fmt: skip

    # Walking

    @Slot()
    def _moved(self) -> None:
        self._show_side()
        if self.list.current() is not None:
            self._soon.start()

    @Slot()
    def next_unseen(self) -> None:
        """Go to the next form that waits and was not opened in this version; it is opened when its paper stands."""
        at = self.model.next_unseen(self.list.currentIndex().row())
        if at < 0:
            self.go_sign()
        elif at != self.list.currentIndex().row():
            self.list.choose(at)
        else:
            self.draw()

    @Slot()
    def toggle_everything(self) -> None:
        """What is signed too, or only what waits."""
        self.model.everything = not self.model.everything
        self.retranslate()
        self._read_subject()

    @Slot()
    def open_form(self) -> None:
        """The form at hand in its casebook."""
        item = self.list.current()
        if item is not None:
            self.form_requested.emit(item.form)

    # The paper

    @property
    def is_drawn(self) -> bool:
        """Does the paper of the form at hand stand there?"""
        item = self.list.current()
        return self._job is None and item is not None and self._paper is not None and self._paper.selection == form_selection(item.form)

    @Slot()
    def draw(self) -> None:
        """Draw the form at hand as it is signed, beside the window."""
        item = self.list.current()
        if self._job is not None:
            self._job.cancel()
        if item is None or not self.isVisible():
            return
        lang = "both" if self.context.language_hub.bilingual else self.context.language_hub.lang
        try:
            self._paper = prepare_paper(self.context.work, form_selection(item.form), lang)
        except ExpectedError as error:
            self.context.perform.refused.emit(error)
            return
        self._job = self.context.jobs.make(Drawing(draw_paper, self._paper, self.context.words))
        self._job.finished.connect(self._drawn)
        self._job.refused.connect(self.context.perform.refused)
        self._job.broken.connect(self._broken)
        self.context.jobs.start(self._job)

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        """The paper stands before the signer: this version counts as seen."""
        item = self.list.current()
        if self.sender() is not self._job or item is None or self._paper is None or form_selection(item.form) != self._paper.selection:
            return
        self._job = None
        self.pages.show_pdf(content)
        if item.seen != CURRENT and self.context.work.actor is not None and self.context.perform(mark_seen, self.context.work, item.form):
            self._read_subject()

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        """A fault of ours passes to the report."""
        raise error

    # Signing and giving back

    @Slot()
    def go_sign(self) -> None:
        """To the password; with it typed, sign."""
        if self.side.fields["password"].text():
            self.side.take()
        else:
            self.side.take_focus()

    @Slot(object)
    def sign(self, who: Credentials) -> None:
        """Sign what is chosen, in one act."""
        chosen = self.model.chosen()
        scope = "form" if len(chosen) == 1 else "visit" if len({(one.event, one.event_repeat) for one in chosen}) == 1 else "casebook"
        try:
            self.context.perform.strictly(sign_forms, self.context.work, chosen, self.side.chosen_meaning, who, scope=scope)
        except ExpectedError as error:
            self.side.ended(said_error(self.context.look, error))
            self.side.take_focus()
            return
        self.side.ended()
        self.take_focus()

    @Slot(str)
    def reject(self, reason: str) -> None:
        """Give the form at hand back."""
        item = self.list.current()
        if item is None:
            return
        try:
            self.context.perform.strictly(reject_form, self.context.work, item.form, reason)
        except ExpectedError as error:
            self.side.ended(said_error(self.context.look, error))
            return
        self.side.ended()
        self.take_focus()

    # The frame

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.everything.set_text(tr("workflow.console.only_waiting" if self.model.everything else "workflow.console.everything"))
        self.subject.setAccessibleName(tr("workflow.console.subject_label"))
        self.list.setAccessibleName(tr("workflow.console.title"))
        self.pages.setAccessibleName(tr("printing.preview"))
        self.empty.say(tr("workflow.console.empty"), tr("workflow.console.empty_words"))
        for row in range(self.subject.count()):
            self.subject.setItemText(row, self._subject_words(str(self.subject.itemData(row))))
        self._say()
        self._show_side()
        self.list.viewport().update()
        if self.isVisible():
            self._soon.start()

    def take_focus(self) -> None:
        """Into the list."""
        (self.list if self._subjects or self.model.items() else self.empty).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """R gives back."""
        if event.key() == Qt.Key.Key_R and not event.modifiers():
            self.side.ask_reason()
        else:
            super().keyPressEvent(event)
