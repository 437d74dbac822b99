"""Giving back, freezing, locking and unlocking from a casebook: the question is asked in place, beneath the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from crf_app.clinical.standing import stage
from crf_app.clinical.transitions import TRANSITIONS, Act, Stage, allowed
from crf_app.services.acts import standing_of
from crf_app.services.console import MEANINGS, mark_seen, reject_form, sign_forms
from crf_app.services.held import place_name
from crf_app.services.locks import Place, count_held, freeze, lock, locks_in_force, may_hold, unfreeze, unlock
from crf_app.store.locks import FROZEN, LOCKED
from crf_app.texts import Text
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.common.languages import Said
from crf_app.ui.signing.panel import SignAnswer, SignQuestion

Ask = Callable[[SignQuestion, Callable[[SignAnswer], None]], None]
SCOPES = ("form", "visit", "subject", "study")


class HoldActs(QObject):
    """The acts of one form pane; `ask` shows a question in its signing panel."""

    def __init__(self, pane: FormPane, ask: Ask) -> None:
        super().__init__(pane)
        self._pane, self._ask = pane, ask
        self._work, self._look = pane.context.work, pane.context.look

    def place(self, scope: str) -> Place | None:
        """The form at hand, its visit, its subject, or the study."""
        form = self._pane.model.form
        if form is None:
            return None
        addresses = {"form": form.form_address, "visit": form.visit_address, "subject": ""}
        return Place() if scope == "study" else Place(form.subject, addresses[scope])

    def can(self, act: Act, scope: str = "form") -> bool:
        """Is it offered? For wider places than a form the service says what stands in the way."""
        form = self._pane.model.form
        if form is None or not may_hold(self._work, act):
            return False
        if act in (Act.UNFREEZE, Act.UNLOCK):
            kind, place = FROZEN if act is Act.UNFREEZE else LOCKED, self.place(scope)
            return place is not None and any((one.subject, one.address, one.kind) == (place.subject, place.address, kind) for one in locks_in_force(self._work))
        return scope != "form" or allowed(act, self._work.user.role, stage(standing_of(self._work, form)))

    def can_release(self, act: Act) -> bool:
        """Does a freeze (or lock) hold the form at hand, by itself or with its visit, subject or the study, and may the person take it back?"""
        hold, kind = self._pane.model.hold, FROZEN if act is Act.UNFREEZE else LOCKED
        return hold is not None and hold.kind == kind and self._work.user.role in TRANSITIONS[act][Stage(kind)]

    def release(self, act: Act) -> None:
        """Take back what holds the form at hand, whatever it was put on."""
        hold = self._pane.model.hold
        if hold is not None and self.can_release(act) and not self._pane.asks and self._pane.commit():
            self._begin(act, Place(hold.subject, hold.address))

    def begin(self, act: Act, scope: str) -> None:
        """Ask for the reason, and for a second person where one is needed."""
        place = self.place(scope)
        if place is not None and not self._pane.asks and self._pane.commit() and self.can(act, scope):
            self._begin(act, place)

    def _begin(self, act: Act, place: Place) -> None:
        look, what = self._look, place_name(self._work.study_of(place.subject), place.subject, place.address)
        head = partial(self._head, act, what)
        second = act is Act.UNLOCK
        words = (look.later(f"workflow.hold.{act}_note"), *self._counted(act, place), *((look.later("workflow.hold.second"),) if second else ()))
        question = SignQuestion(f"{act}", head, words, look.later(f"workflow.hold.{act}"), reason=True, signs=second)
        self._ask(question, partial(self._carry_out, act, place))

    def _counted(self, act: Act, place: Place) -> tuple[Said, ...]:
        """Before more than one form is held: how many there are, and what is not ready in them."""
        if place.is_form or act not in (Act.FREEZE, Act.LOCK):
            return ()
        found = count_held(self._work, place)
        figures = {"forms": found.forms, "started": found.unfinished, "unsigned": found.unsigned, "queries": found.open_queries, "visits": found.visits_waiting}
        return (self._look.later("workflow.hold.count", **figures),)

    def _head(self, act: Act, what: Text) -> str:
        return self._look.tr(f"workflow.hold.{act}_head", what=self._look.languages.text(what))

    def _carry_out(self, act: Act, place: Place, answer: SignAnswer) -> None:
        perform = self._pane.context.perform.strictly
        if act is Act.UNLOCK:
            perform(unlock, self._work, place, answer.reason, answer.who)
        else:
            perform({Act.FREEZE: freeze, Act.LOCK: lock, Act.UNFREEZE: unfreeze}[act], self._work, place, answer.reason)
        self._pane.model.refresh()

    def reject(self) -> None:
        """Ask why the form is given back."""
        form = self._pane.model.form
        if form is None or self._pane.asks or not self.can_reject or not self._pane.commit():
            return
        look, what = self._look, place_name(self._work.study_of(form.subject), form.subject, form.form_address)
        question = SignQuestion("reject", partial(self._head, Act.REJECT, what), (look.later("workflow.hold.reject_note"),), look.later("workflow.hold.reject"), reason=True, signs=False)
        self._ask(question, self._rejected)

    @property
    def can_sign(self) -> bool:
        """May the person sign the form at hand?"""
        form = self._pane.model.form
        return form is not None and allowed(Act.SIGN, self._work.user.role, stage(standing_of(self._work, form)))

    def sign(self) -> None:
        """Sign the form at hand, which stands before the signer; many at once are signed in the console."""
        form, user = self._pane.model.form, self._work.user
        if form is None or self._pane.asks or not self.can_sign or not self._pane.commit():
            return
        look, what = self._look, place_name(self._work.study, form.subject, form.form_address)
        login = user.login if self._work.identified == user.user_id else ""
        self._ask(SignQuestion("sign", partial(self._head, Act.SIGN, what), (look.later(f"pdf.meaning.{MEANINGS[0]}"),), look.later("signing.sign"), login=login), self._signed)

    def _signed(self, answer: SignAnswer) -> None:
        form = self._pane.model.form
        if form is not None:
            self._pane.context.perform.strictly(sign_forms, self._work, [form], MEANINGS[0], answer.who)
            self._pane.model.refresh()

    @property
    def can_reject(self) -> bool:
        """May the person give the form at hand back?"""
        form = self._pane.model.form
        return form is not None and allowed(Act.REJECT, self._work.user.role, stage(standing_of(self._work, form)))

    def _rejected(self, answer: SignAnswer) -> None:
        form = self._pane.model.form
        if form is not None:
            self._pane.context.perform.strictly(reject_form, self._work, form, answer.reason)
            self._pane.model.refresh()

    def see(self) -> None:
        """A signer has the form before him: this very version counts as seen."""
        form = self._pane.model.form
        if form is not None and may_hold(self._work, Act.SIGN):
            self._pane.context.perform(mark_seen, self._work, form)
