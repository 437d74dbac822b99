"""One key in a laboratory panel begins the adverse event of a result: shown first, added when the person says so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from crf_app.clinical.keys import ItemKey
from crf_app.errors import ExpectedError
from crf_app.services.lab_events import PROPOSED, EventProposal, add_event, propose_event, result_of
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.event_panel import EventQuestion
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.casebook.grades import grade_text
from crf_app.ui.casebook.sentences import error_text, problem_text
from crf_app.ui.form.unit_text import unit_text


class EventActs(QObject):
    """The act of one form pane."""

    def __init__(self, pane: FormPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._context = pane.context
        self._work = pane.context.work
        self._proposal: EventProposal | None = None
        pane.events.given.connect(self._given)
        pane.events.declined.connect(self._declined)

    @property
    def on_result(self) -> bool:
        """Is the person at a result of a laboratory panel?"""
        key = self._pane.view.current_key()
        return key is not None and result_of(self._work, key) is not None

    @Slot()
    def begin(self) -> None:
        """Propose the event of the result at hand; one that was begun from it already is shown instead."""
        key = self._pane.view.current_key()
        if key is None or self._pane.asks or not self._pane.commit():
            return
        try:
            proposal = propose_event(self._work, key, self._context.language_hub.lang)
        except ExpectedError as error:
            self._pane.message.say("info", error_text(self._context.look, error), ())
            return
        if proposal.known:
            self._show(proposal)
            return
        self._proposal = proposal
        self._pane.view.held = True
        self._pane.events.ask(self._question(proposal))

    def _question(self, proposal: EventProposal) -> EventQuestion:
        look, form = self._context.look, self._work.study_at(proposal.form).forms[proposal.form.form]
        labels = {oid: look.languages.text(form.index[oid].label) for oid in PROPOSED if oid in form.index}
        return EventQuestion(look.tr("casebook.event.head"), self._origin(proposal), proposal.texts, labels)

    def _origin(self, proposal: EventProposal) -> str:
        """The result in words: ALT 180 U/L, week 4; grade 2: 3.6 × ULN."""
        look, key = self._context.look, proposal.result
        item = self._work.study_at(key.form_key).item(key.form, key.item)
        value = self._work.casebook(key.subject).value(key)
        shown = f"{look.languages.text(item.label)} {format_value(item, value, look.languages.lang)} {unit_text(value.unit)}".strip()
        words = look.tr("casebook.event.origin", result=shown, visit=self._pane.visit_name())
        return f"{words} {grade_text(look, item, value, proposal.grade)}".strip()

    @Slot(object)
    def _given(self, texts: dict[str, str]) -> None:
        proposal = self._proposal
        if proposal is None:
            return
        lang = self._context.language_hub.lang
        try:
            outcome = self._context.perform.strictly(add_event, self._work, proposal, texts, lang=lang, actor=self._pane.model.guest)
        except ExpectedError as error:
            self._pane.events.say(error_text(self._context.look, error))
            return
        for key, problem in outcome.problems.items():
            self._pane.events.say(problem_text(self._context.look, problem), key.item)
            return
        if outcome.stored:
            self._close()
            self._show(proposal)

    def _show(self, proposal: EventProposal) -> None:
        """Go to the row: the rest is asked there."""
        self._pane.form_requested.emit(proposal.form)
        self._pane.view.focus_item(ItemKey(*proposal.key("AEONGO")))

    @Slot()
    def _declined(self) -> None:
        key = self._proposal.result if self._proposal is not None else None
        self._close()
        if key is None or not self._pane.view.focus_item(key):
            self._pane.focus_form()

    def _close(self) -> None:
        self._proposal = None
        self._pane.close_events()
