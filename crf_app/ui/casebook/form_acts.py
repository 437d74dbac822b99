"""Completing, signing, confirming, reopening: the acts on a form and the questions they ask in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Finding, FormRecord
from crf_app.errors import ExpectedError
from crf_app.services.forms import CompletionOutcome, complete_form, open_points
from crf_app.services.session import identify
from crf_app.services.signing import complete_and_sign, confirm_eligibility
from crf_app.study.definition import FormDef
from crf_app.ui.casebook.check_acts import CheckActs
from crf_app.ui.casebook.form_model import StopRequest
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.casebook.hold_acts import HoldActs
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.form.reason_strip import Reason
from crf_app.ui.signing.panel import SignAnswer, SignQuestion

_COMPLETE_MEANING = "complete"


class FormActs(QObject):
    """The acts of one form pane. Each is refused in place when a service refuses it; nothing is asked twice at once."""

    def __init__(self, pane: FormPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._context = pane.context
        self._work = pane.context.work
        self._signed: Callable[[SignAnswer], None] | None = None
        self._stop: StopRequest | None = None
        self._eligible = True
        self.checks = CheckActs(pane)
        self.holds = HoldActs(pane, self.ask_sign)
        self._connect()

    def _connect(self) -> None:
        pane = self._pane
        pane.view.complete_requested.connect(self.go_on)
        pane.foot.go_on_requested.connect(self.go_on)
        pane.foot.reopen_requested.connect(self.reopen)
        pane.foot.guest_requested.connect(self.ask_guest)
        pane.points.complete_requested.connect(self.go_on)
        pane.points_stale.connect(self.refresh_points)
        pane.model.stopped.connect(self._ask_stop)
        pane.eligibility.act_requested.connect(self.ask_eligibility)
        pane.reason.given.connect(self._reason_given)
        pane.reason.declined.connect(self._reason_declined)
        pane.sign.given.connect(self._sign_given)
        pane.sign.declined.connect(self._sign_declined)
        pane.shown.connect(self._seen)

    @Slot(object)
    def _seen(self, _record: FormRecord) -> None:
        self.holds.see()

    @property
    def form(self) -> FormKey:
        """The form at work. Raises RuntimeError when none is open."""
        if self._pane.model.form is None:
            raise RuntimeError("no form is open")
        return self._pane.model.form

    # Completing

    @Slot()
    def go_on(self) -> None:
        """Complete the form, or open the next one due when it is complete; open points are listed first."""
        pane = self._pane
        if pane.model.form is None or pane.asks or not (pane.commit() or self._only_refused()):
            return
        refused = bool(pane.refusals())
        if not refused and (pane.model.is_complete or not pane.model.eyes().may_enter):
            self._open_next()
            return
        if not refused and (self._eligibility_first() or self._randomisation_first()):
            return
        try:
            points = self._points()
        except ExpectedError as error:
            pane.message.say("error", said_error(self._context.look, error))
            return
        if points and not (pane.points.isVisible() and not pane.points.blocked):
            pane.points.ask(points)
        else:
            self._complete()

    def _only_refused(self) -> bool:
        """Stands nothing in the way but text that no item takes? It is listed with the other points."""
        return not self._pane.asks and bool(self._pane.refusals())

    def _points(self) -> tuple[Finding, ...]:
        """What was typed and refused, first; then what the services list, without calling blank what is being typed."""
        refused = self._pane.refusals()
        keys = {one.key for one in refused}
        listed = () if self._pane.model.is_complete else open_points(self._work, self.form)
        return (*refused, *(one for one in listed if one.rule != "M-REQ" or one.key not in keys))

    def _eligibility_first(self) -> bool:
        """An eligibility form is completed by the investigator's confirmation, once the verdict stands."""
        shown = not self._pane.eligibility.isHidden()
        if not shown or self._pane.eligibility.verdict == "INCOMPLETE" or self._is_confirmed():
            return False
        self._pane.eligibility.ask()
        return True

    def _randomisation_first(self) -> bool:
        """A randomisation form is completed by the act alone; what is in its way is said."""
        view = self._pane.randomisation
        if view.isHidden() or view.state is None or view.state.allocation is not None:
            return False
        if view.state.obstacles:
            self._pane.message.say("error", said_error(self._context.look, view.state.obstacles[0]))
        view.ask()
        return True

    def _is_confirmed(self) -> bool:
        record = self._pane.model.record
        return record is not None and any(one.item == self._work.study.landmark("confirmed") and not one.value.is_blank for one in record.items())

    def _complete(self) -> None:
        definition = self._work.study_at(self.form).forms[self.form.form]
        if definition.signature:
            look = self._context.look
            self.ask_sign(
                SignQuestion(
                    "complete", partial(self._complete_head, definition), (look.later(f"pdf.meaning.{_COMPLETE_MEANING}"),),
                    look.later("signing.sign"), login=self._own_login(definition.signature),
                ),
                self._complete_signed,
            )  # fmt: skip
            return
        self._finish(self._completed())

    def _complete_head(self, definition: FormDef) -> str:
        look = self._context.look
        return look.tr("signing.complete_head", form=look.languages.text(definition.name))

    def _completed(self) -> CompletionOutcome | None:
        try:
            return self._context.perform.strictly(complete_form, self._work, self.form, actor=self._pane.model.guest)
        except ExpectedError as error:
            self._pane.message.say("error", said_error(self._context.look, error))
            return None

    def _complete_signed(self, answer: SignAnswer) -> None:
        self._finish(self._context.perform.strictly(complete_and_sign, self._work, self.form, _COMPLETE_MEANING, answer.who))

    def _finish(self, outcome: CompletionOutcome | None) -> None:
        if outcome is None:
            return
        if not outcome.completed:
            self._pane.points.ask(outcome.blocking)
            return
        self._pane.close_questions()
        self._open_next()

    def _open_next(self) -> None:
        following = self._pane.next_form()
        if following is not None:
            self._pane.form_requested.emit(following)
        else:
            self._pane.focus_end()

    @Slot()
    def refresh_points(self) -> None:
        """List the points again; with the last one gone the list closes and the main button waits."""
        points = self._points()
        if points:
            self._pane.points.show_points(points)
        else:
            self._pane.points.setVisible(False)
            self._pane.focus_end()

    # Reopening, reasons beneath the form

    @Slot()
    def reopen(self) -> None:
        """Ask why *complete* is taken back."""
        record = self._pane.model.record
        if record is not None and self._pane.model.is_complete and not self._pane.asks:
            look = self._context.look
            self._pane.ask_strip("reopen", partial(self._reopen_why, record), look.later("casebook.reopen_keys"))

    def _reopen_why(self, record: FormRecord) -> str:
        look = self._context.look
        return look.tr("casebook.reopen_why", form=look.languages.text(record.title))

    @Slot(object)
    def _reason_given(self, reason: Reason) -> None:
        self._pane.reason.setVisible(False)
        if self._pane.strip_purpose == "reopen":
            self._pane.model.reopen(reason.text)
        elif self._pane.strip_purpose == "withdraw":
            self.checks.withdrawn(reason.text)
        else:
            self._pane.model.give_reason(None, reason)
        self._pane.focus_form()

    @Slot()
    def _reason_declined(self) -> None:
        self._pane.reason.setVisible(False)
        if self._pane.strip_purpose == "change":
            self._pane.model.decline()
        self._pane.focus_form()

    # Signatures in place

    def _own_login(self, role: str) -> str:
        user = self._work.user  # his log-in stands there already once he has signed since he logged in (21 CFR 11.200)
        return user.login if user.role == role and self._work.identified == user.user_id else ""

    def ask_sign(self, question: SignQuestion, signed: Callable[[SignAnswer], None]) -> None:
        """Ask for a signature in place; `signed` carries the act out, and an ExpectedError of it is said in the panel."""
        self._signed = signed
        self._pane.points.setVisible(False)
        self._pane.view.held = True
        self._pane.sign.ask(question)
        # what asked may still hand the focus on (Tab): take it after that
        QTimer.singleShot(0, self._pane.sign, self._pane.sign.take_focus)

    @Slot(object)
    def _sign_given(self, answer: SignAnswer) -> None:
        if self._signed is None:
            return
        try:
            self._signed(answer)
        except ExpectedError as error:
            self._pane.sign.say(said_error(self._context.look, error))
            return
        if self._pane.sign.question is not None:
            self._pane.close_sign()
            self._pane.focus_form()

    @Slot()
    def _sign_declined(self) -> None:
        name = self._pane.sign.question.name if self._pane.sign.question is not None else ""
        self._pane.close_sign()
        self._signed = None
        if name == "stop":
            self._pane.model.decline()
            if self._stop is not None:
                self._pane.view.focus_item(self._stop.entry.key)
            return
        self._pane.focus_form()

    @Slot(object)
    def _ask_stop(self, request: StopRequest) -> None:
        """A STOP check holds an entry back: the investigator's reason and signature, or it is not stored."""
        self._stop, look = request, self._context.look
        self._pane.troubled = True
        words = [partial(look.languages.text, one.message) for one in request.findings]
        question = SignQuestion(
            "stop", look.later("signing.stop_head"), (*words, look.later("pdf.meaning.stop_overridden")), look.later("signing.stop_act"), reason=True,
            login=self._own_login(Role.INVESTIGATOR),
        )  # fmt: skip
        self.ask_sign(question, self._stop_signed)

    def _stop_signed(self, answer: SignAnswer) -> None:
        if self._stop is not None:
            self._pane.model.override(self._stop, answer.reason, answer.who)

    @Slot(str)
    def ask_eligibility(self, name: str) -> None:
        """The investigator confirms or declines enrolment."""
        if self._pane.asks or not self._pane.commit():
            return
        self._eligible, look = name == "confirm", self._context.look
        again = self._pane.model.record is not None and self._pane.model.record.first_completed_at is not None
        meaning = "eligibility_confirmed" if self._eligible else "eligibility_declined"
        question = SignQuestion(
            "eligibility", look.later(f"signing.{meaning}", subject=self.form.subject), (look.later(f"pdf.meaning.{meaning}"),), look.later("signing.sign"),
            reason=again, login=self._own_login(Role.INVESTIGATOR),
        )  # fmt: skip
        self.ask_sign(question, self._eligibility_signed)

    def _eligibility_signed(self, answer: SignAnswer) -> None:
        self._context.perform.strictly(
            confirm_eligibility, self._work, self.form, answer.who, eligible=self._eligible, reason=answer.reason
        )
        self._pane.close_sign()
        self._pane.focus_end()

    @Slot()
    def ask_guest(self) -> None:
        """Another person answers here what his role keeps to him; the session at hand goes on."""
        role = self._pane.model.asks_other_role
        if role and not self._pane.asks and self._pane.commit():
            look = self._context.look
            question = SignQuestion("guest", partial(self._guest_head, role), (look.later("signing.guest_note"),), look.later("signing.guest_act"))
            self.ask_sign(question, self._guest_given)

    def _guest_head(self, role: str) -> str:
        return self._context.tr("signing.guest_head", role=self._pane.role_name(role))

    def _guest_given(self, answer: SignAnswer) -> None:
        role = self._pane.model.asks_other_role
        actor = identify(self._work, answer.who.login, answer.who.password)
        if str(actor.user.role) != role:
            raise ExpectedError("no_right", role=actor.user.role, right="judge")
        self._pane.model.set_guest(actor)
