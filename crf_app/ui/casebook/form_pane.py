"""The form at work with everything that is asked beneath it: reasons, open points, signatures."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS, Right, Role
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import EventRecord, Finding, FormRecord, SubjectRecord
from crf_app.services.allocation_lists import arm_item, randomises
from crf_app.services.console import rejections
from crf_app.services.criteria import read_eligibility
from crf_app.services.source_check import kind_for
from crf_app.study.definition import Severity
from crf_app.study.texts import Text
from crf_app.ui.casebook.bands import Band, hold_lines, record_lines
from crf_app.ui.casebook.check_panel import CheckPanel
from crf_app.ui.casebook.closed import undo_key, why_closed
from crf_app.ui.casebook.eligibility import EligibilityView
from crf_app.ui.casebook.event_panel import EventPanel
from crf_app.ui.casebook.form_frame import FootContent, FormFoot, FormHead
from crf_app.ui.casebook.form_model import Failure, FormModel, Question
from crf_app.ui.casebook.navigation import neighbour, next_due
from crf_app.ui.casebook.points import PointsPanel
from crf_app.ui.casebook.randomisation import RandomisationView, read_state
from crf_app.ui.casebook.tools import CasebookTools
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.form.form_view import FormView
from crf_app.ui.form.reason_strip import ReasonStrip
from crf_app.ui.signing.panel import SignPanel


class FormPane(QWidget):
    """Head, form, foot.

    `form_requested(FormKey)` when the person moves on; `item_focused(ItemKey)`; `shown(FormRecord)`; `points_stale` when a
    listed point may have gone; `walked_out(-1)` when Shift+Tab leaves the form at its beginning; `visits_needed` before the pane goes by
    the visits it was given.
    """

    form_requested = Signal(object)
    item_focused = Signal(object)
    shown = Signal(object)
    points_stale = Signal()
    walked_out = Signal(int)
    visits_needed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        look = context.look
        checks_only = not context.work.user.may(Right.ENTER) and bool(kind_for(context.work))
        holds = not context.work.user.may(Right.ENTER) and any(map(context.work.user.may, (Right.FREEZE, Right.LOCK)))
        self.hints = "workflow.check.hints" if checks_only else "workflow.hold.hints" if holds else "casebook.hints"
        self.subject: SubjectRecord | None = None
        self.troubled = False
        self._strip_for = ""
        self.model = FormModel(context, self)
        self.head = FormHead(look)
        self.message = InlineMessage(look)
        self.message.setObjectName("casebook/message")
        self.eligibility = EligibilityView(look)
        self.randomisation = RandomisationView(look)
        self.view = FormView(look, CasebookTools(context.work, look, self.model.may_confirm).tools(), context.ask)
        self.view.setObjectName("casebook/form")
        self.reason = ReasonStrip(look)
        self.reason.setVisible(False)
        self.points = PointsPanel(look, context.work.study_at)
        self.sign = SignPanel(look)
        self.events = EventPanel(look)
        self.hold = Band(look, "casebook/hold", "locked_bg")
        self.record_band = Band(look, "casebook/signatures", "sunken")
        self.checks = CheckPanel(look, context.work.study_at)
        self.foot = FormFoot(look)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.hold)
        column.addWidget(self.message)
        column.addWidget(self.eligibility, 1)
        column.addWidget(self.randomisation)
        column.addWidget(self.view, 1)
        for widget in (self.record_band, self.reason, self.checks, self.points, self.sign, self.events, self.foot):
            column.addWidget(widget)
        self._connect()

    def _connect(self) -> None:
        view, model = self.view, self.model
        view.entry_requested.connect(model.enter)
        view.missing_requested.connect(model.enter_missing)
        view.paste_requested.connect(model.paste)
        view.row_add_requested.connect(model.add_row)
        view.row_delete_requested.connect(model.delete)
        view.confirm_requested.connect(model.confirm)
        view.attachment_requested.connect(model.attach_files)
        view.reason_given.connect(model.give_reason)
        view.reason_declined.connect(model.decline)
        view.item_focused.connect(self.item_focused)
        view.walked_out.connect(self._walked_out)
        view.closed_typed.connect(self._closed_typed)
        model.shown.connect(self._show)
        model.refused.connect(self._refuse)
        model.reason_asked.connect(self._ask_reason)
        model.failed.connect(self._fail)
        model.stored.connect(self._stored)
        self.head.step_requested.connect(self.step)
        self.message.acted.connect(self._message_acted)
        self.points.finding_chosen.connect(self.go_to)
        self.points.confirm_requested.connect(model.confirm)
        self.points.declined.connect(self.close_points)

    # Showing

    def open(self, form: FormKey, subject: SubjectRecord) -> None:
        """Show a form of that subject. Raises ExpectedError."""
        self.view.commit_current()
        self.subject = subject
        if form != self.model.form:
            self.close_questions()
            self.message.setVisible(False)
        self.model.open(form)

    def refresh(self, subject: SubjectRecord) -> None:
        """The subject changed: show the form as it stands now."""
        self.subject = subject
        self.model.refresh()

    def show_surroundings(self, subject: SubjectRecord) -> None:
        """The subject's visits changed, the form did not."""
        self.subject = subject
        if self.model.record is not None:
            self.head.show_form(self.model.record, self.visit_name(), self.event_record())
            self.show_foot()

    @Slot(object)
    def _show(self, record: FormRecord) -> None:
        languages = self.context.language_hub
        self.view.show_record(record, languages.lang, languages.bilingual)
        self.head.show_form(record, self.visit_name(), self.event_record())
        self._show_eligibility(record)
        self._show_randomisation(record)
        self._show_bands(record)
        self.show_foot()
        self.shown.emit(record)

    def _show_eligibility(self, record: FormRecord) -> None:
        study = self.context.work.study_at(record.key)
        wanted = record.key.form == study.eligibility_form and bool(study.criteria)
        self.eligibility.setVisible(wanted)
        if wanted:
            confirmed = any(one.item == study.landmark("confirmed") and not one.value.is_blank for one in record.items())
            self.eligibility.show_eligibility(read_eligibility(self.context.work, record.key.subject), confirmed=confirmed)

    def _show_bands(self, record: FormRecord) -> None:
        work, look = self.context.work, self.context.look
        hold = self.model.hold
        self.hold.show_lines(hold_lines(work, look, hold, undo_key(self.context, hold) if hold is not None else ""))
        self.record_band.show_lines(record_lines(work, look, record, rejections(work, record.key.subject)))

    def _show_randomisation(self, record: FormRecord) -> None:
        work = self.context.work
        wanted = randomises(work) and record.key.form == arm_item(work).form
        self.randomisation.setVisible(wanted)
        if wanted:
            user = work.user
            may_act = user.may(Right.ENTER) or user.may(Right.RANDOMISE)
            self.randomisation.show_state(read_state(work, record.key.subject), may_act=may_act, may_print=user.may(Right.PRINT))

    def show_foot(self) -> None:
        """Counts, state, the way on."""
        record = self.model.record
        if record is None:
            return
        languages = self.context.language_hub
        following = self.next_form()
        title = self._name_with_visit(following) if following is not None else ""
        guest = languages.text(self.model.guest.user.name) if self.model.guest is not None else ""
        eyes, other = self.model.eyes(), self.model.asks_other_role
        role = self.role_name(other) if other and eyes.may_enter else ""
        self.foot.show_form(FootContent(record, title, eyes.may_enter, role, guest))

    def _name_with_visit(self, form: FormKey) -> str:
        """The name of a form with the visit it stands in, in short: most forms stand in many."""
        languages, study = self.context.language_hub, self.context.work.study_at(form)
        event = study.event(form.event)
        visit = languages.text(event.short if event.short.en else event.name) + (f" #{form.event_repeat}" if form.event_repeat > 1 else "")
        return self.context.tr("casebook.form_of_visit", form=languages.text(study.forms[form.form].name), visit=visit)

    def role_name(self, role: str) -> str:
        """A role in the language in force."""
        return self.context.language_hub.text(ROLE_TEXTS[Role(role)])

    def visit_name(self) -> str:
        """The visit of the form at work, as the tree names it."""
        event = self.event_record()
        languages, form = self.context.language_hub, self.model.form
        if event is not None:
            return languages.text(event.title)
        return languages.text(self.context.work.study_at(form).event(form.event).name) if form is not None else ""

    def event_record(self) -> EventRecord | None:
        """The visit of the form at work; None while it holds nothing."""
        form = self.model.form
        if self.subject is None or form is None:
            return None
        return next((one for one in self.subject.events if (one.event.oid, one.repeat) == (form.event, form.event_repeat)), None)

    # Moving

    def next_form(self) -> FormKey | None:
        """The form that is due after this one."""
        form = self.model.form
        return next_due(self.subject, form) if self.subject is not None and form is not None else None

    @Slot(int)
    def step(self, direction: int) -> None:
        """The form before or after."""
        form = self.model.form
        self.visits_needed.emit()
        there = neighbour(self.subject, form, direction) if self.subject is not None and form is not None else None
        if there is not None and self.commit():
            self.form_requested.emit(there)

    def focus_form(self) -> None:
        """Put the focus where the form goes on: the first blank item, else what waits to be checked, its table, the main button."""
        if self.checks.isVisibleTo(self) and self.checks.always and self.checks.model.items:
            self.checks.take_focus()
            return
        self.view.focus_first()
        if not self._holds_focus(self.view):
            tables = [one for one in self.view.findChildren(QAbstractItemView) if one.isVisibleTo(self)]
            if tables:
                tables[0].setFocus()
            else:
                self.focus_end()

    def focus_end(self) -> None:
        """The main button, or what leads on where there is none."""
        (self.foot.go_on if self.foot.go_on.isVisibleTo(self) else self.head.forward).setFocus()

    @staticmethod
    def _holds_focus(widget: QWidget) -> bool:
        return widget.isAncestorOf(widget.window().focusWidget())

    @Slot(object)
    def go_to(self, finding: Finding) -> None:
        """Bring the person to the item of a finding."""
        if not finding.key.item or not self.view.focus_item(finding.key):
            self.focus_form()

    @Slot(int)
    def _walked_out(self, direction: int) -> None:
        if direction > 0:
            self.focus_end()
        else:
            self.walked_out.emit(direction)

    # What the model says

    def commit(self) -> bool:
        """Store what is being typed; False when something stands in its way."""
        self.troubled = False
        self.view.commit_current()
        return not self.troubled

    @Slot(object, str)
    def _refuse(self, key: ItemKey, words: str) -> None:
        self.troubled = self.troubled or bool(words)
        if self.view.row_of(key) is not None:
            self.view.set_error(key, words)
        elif words:
            item = self.context.work.study_at(key.form_key).item(key.form, key.item)
            head = f"{item.label.get(self.context.language_hub.lang)} {key.row}" if key.row > 1 else item.label.get(self.context.language_hub.lang)
            self.message.say("error", self.model.refusals.get(key, words), (Act("close", self.context.look.later("casebook.dismiss")),), head)

    @Slot(object)
    def _closed_typed(self, key: ItemKey) -> None:
        """Say at the item what closes it, and who opens it again."""
        record = self.model.record
        if record is not None:
            self.view.set_notice(key, why_closed(self.context, record, key, self.model.hold, self.model.eyes()))

    def refusals(self) -> tuple[Finding, ...]:
        """What was typed into the form and stands refused in place: it forbids *complete* like an impossible value."""
        return tuple(Finding("M-TYPE", Severity.HARD, key, Text(words, words)) for key, words in self.view.refused())

    def say_refusals_again(self) -> None:
        """The language changed."""
        for key, _ in self.view.refused():
            if key in self.model.refusals:
                self.view.set_error(key, in_words(self.model.refusals[key]))
        if self.points.isVisible():
            self.points_stale.emit()

    @Slot(object)
    def _ask_reason(self, question: Question) -> None:
        self.troubled = True
        if self.view.row_of(question.key) is not None:
            self.view.ask_reason(question.key, question.old, question.new)
            return
        which = "change" if question.old and question.new else "fill" if question.new else "clear"
        words = self.context.look.later(f"ui_kit.reason.{which}", old=question.old, new=question.new)
        self.ask_strip("change", words, self.context.look.later("ui_kit.reason.keys", old=question.old or self.context.tr("ui_kit.blank")))

    def ask_strip(self, purpose: str, question: Said, keys: Said) -> None:
        """Ask a reason beneath the form (tables, reopening)."""
        self._strip_for = purpose
        self.reason.ask(question, keys, for_form=purpose == "change")
        QTimer.singleShot(0, self.reason.choices, self.reason.choices.setFocus)

    @property
    def strip_purpose(self) -> str:
        """What the reason beneath the form is asked for: "change", "reopen" or "withdraw"."""
        return self._strip_for

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        self.troubled = True
        acts = [Act("again", self.context.look.later("casebook.try_again"))] if failure.again else []
        self.message.say("error", failure.words, [*acts, Act("close", self.context.look.later("casebook.dismiss"))])

    @Slot(object)
    def _stored(self, _changes: object) -> None:
        self.message.setVisible(False)
        if self.points.isVisible():
            self.points_stale.emit()

    @Slot(str)
    def _message_acted(self, name: str) -> None:
        self.message.setVisible(False)
        if name == "again":
            self.model.try_again()

    @Slot()
    def close_points(self) -> None:
        """Close the list of open points and go back to the form."""
        self.points.setVisible(False)
        self.focus_form()

    def close_questions(self) -> None:
        """Nothing is asked any more."""
        self.points.setVisible(False)
        self.reason.setVisible(False)
        self.randomisation.wrong.setVisible(False)
        self.close_events()
        self.close_sign()

    def close_events(self) -> None:
        """Take the proposed event away."""
        self.view.held = False
        self.events.close_panel()

    def close_sign(self) -> None:
        """Take the signing panel away."""
        self.view.held = False
        self.sign.close_panel()

    @property
    def asks(self) -> bool:
        """Is a question open that must be answered first?"""
        return self.sign.question is not None or self.events.open or not self.reason.isHidden()
