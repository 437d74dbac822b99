"""Randomising in the window: the entitled person confirms in place, the session at hand goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.allocation_errors import WrongAllocation, record_wrong_allocation
from crf_app.services.allocation_report import report_allocation
from crf_app.services.allocation_slip import slip_pdf
from crf_app.services.outputs import save_pdf
from crf_app.services.randomisation import randomise
from crf_app.ui.casebook.form_acts import FormActs
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.casebook.sentences import error_text
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.widgets.messages import Act
from crf_app.ui.signing.panel import SignAnswer, SignQuestion


class RandomisationActs(QObject):
    """The acts of the randomisation form."""

    def __init__(self, pane: FormPane, acts: FormActs) -> None:
        super().__init__(pane)
        self._pane = pane
        self._acts = acts
        self._context = pane.context
        pane.randomisation.act_requested.connect(self.act)
        pane.randomisation.declined.connect(pane.focus_end)

    @Slot(str)
    def act(self, name: str) -> None:
        """Ask for the signature of an act, or save the slip."""
        if self._pane.asks or not self._pane.commit():
            return
        if name == "slip":
            self._save_slip()
        elif name == "wrong":
            self._ask_wrong()
        elif name == "report":
            self._ask_report()
        else:
            self._ask_randomise()

    def _ask_randomise(self) -> None:
        look = self._context.look
        stratum = self._pane.randomisation.chosen_stratum
        words = [look.tr("casebook.randomisation.sign_words")]
        if stratum:
            words.append(look.tr("casebook.randomisation.in_stratum", stratum=stratum))
        head = look.tr("casebook.randomisation.sign_head", subject=self._acts.form.subject)
        question = SignQuestion("randomise", head, tuple(words), look.tr("casebook.randomisation.act"), login=self._login())
        self._acts.ask_sign(question, self._randomise_signed)

    def _randomise_signed(self, answer: SignAnswer) -> None:
        pane, stratum = self._pane, self._pane.randomisation.chosen_stratum
        self._context.perform.strictly(randomise, self._context.work, self._acts.form.subject, answer.who, stratum=stratum)
        pane.close_sign()
        pane.focus_end()

    def _ask_report(self) -> None:
        """The investigator signs what he was told, read back to him."""
        look, view = self._context.look, self._pane.randomisation
        report = view.report.report(view.chosen_stratum)
        told = look.tr("casebook.randomisation.report_told", arm=view.report.arm_name, number=report.number, day=report.day, time=report.time, source=report.informed_by)
        head = look.tr("casebook.randomisation.report_head", subject=self._acts.form.subject)
        words = (told, look.tr("casebook.randomisation.report_words"))
        question = SignQuestion("report_allocation", head, words, look.tr("casebook.randomisation.report_act"), login=self._login())
        self._acts.ask_sign(question, self._report_signed)

    def _report_signed(self, answer: SignAnswer) -> None:
        view, context = self._pane.randomisation, self._context
        report, subject = view.report.report(view.chosen_stratum), self._acts.form.subject
        try:
            context.perform.strictly(report_allocation, context.work, subject, report, answer.who, lang=context.language_hub.lang)
        except ExpectedError as error:
            if not view.report.is_about(error.code):
                raise
            self._pane.close_sign()
            view.report.say(error.code, error_text(context.look, error))
            return
        self._pane.close_sign()
        view.report.clear()
        self._pane.focus_end()

    def _ask_wrong(self) -> None:
        look = self._context.look
        head = look.tr("casebook.randomisation.wrong_head", subject=self._acts.form.subject)
        words = (look.tr("casebook.randomisation.wrong_words"), look.tr("pdf.meaning.allocation_error"))
        question = SignQuestion("wrong_allocation", head, words, look.tr("casebook.randomisation.record"), reason=True, login=self._login())
        self._acts.ask_sign(question, self._wrong_signed)

    def _wrong_signed(self, answer: SignAnswer) -> None:
        view, context = self._pane.randomisation, self._context
        wrong = WrongAllocation(view.wrong_arm, view.found_on.text(), answer.reason)
        try:
            context.perform.strictly(
                record_wrong_allocation, context.work, self._acts.form.subject, wrong, answer.who, lang=context.language_hub.lang
            )
        except ExpectedError as error:
            if error.code != "bad_date":
                raise
            self._pane.close_sign()
            view.found_on.say(error_text(context.look, error))
            view.found_on.edit.setFocus()
            return
        self._pane.close_sign()
        view.close_wrong()

    def _login(self) -> str:
        user = self._context.work.user
        return user.login if user.role == Role.INVESTIGATOR and self._context.work.identified == user.user_id else ""

    def _save_slip(self) -> None:
        context, subject = self._context, self._acts.form.subject
        question = FileQuestion("slip", context.tr("casebook.randomisation.slip"), "PDF (*.pdf)", f"{subject}-randomisation.pdf", save=True)
        chosen = context.ask.files(self._pane, question)
        if not chosen:
            return
        lang = "both" if context.language_hub.bilingual else context.language_hub.lang
        try:
            save_pdf(Path(chosen[0]), slip_pdf(context.work, context.words, subject, lang))
        except ExpectedError as error:
            self._pane.message.say("error", error_text(context.look, error), (Act("close", context.tr("casebook.dismiss")),))
            return
        self._pane.message.say("ok", context.tr("casebook.randomisation.slip_saved", place=chosen[0]), (Act("close", context.tr("casebook.dismiss")),))
