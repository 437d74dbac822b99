"""Verifying against the source and reviewing, by key: the value at hand, the form, the visit; and taking that back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from crf_app.admin.roles import Right
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.standing import stage
from crf_app.clinical.transitions import allowed
from crf_app.errors import ExpectedError
from crf_app.services.acts import standing_of
from crf_app.services.source_check import RIGHTS_OF, kind_for, mark_checked
from crf_app.ui.casebook.check_panel import CheckContent
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common.widgets.messages import Act


class CheckActs(QObject):
    """The acts of one form pane; what a service refuses is said above the form."""

    def __init__(self, pane: FormPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._work = pane.context.work
        pane.shown.connect(self._shown)
        pane.checks.check_requested.connect(self.check)
        pane.checks.item_shown.connect(self._walk)
        pane.checks.declined.connect(self._left)

    @property
    def kind(self) -> str:
        """What the person at work checks: "source", "review" or ""."""
        return kind_for(self._work)

    @property
    def possible(self) -> bool:
        """Can something be checked on the form at hand now?"""
        form = self._pane.model.form
        if form is None or not self.kind or form not in self._work.casebook(form.subject).forms:
            return False
        return allowed(RIGHTS_OF[self.kind][1], self._work.user.role, stage(standing_of(self._work, form)))

    @Slot(object)
    def _shown(self, _record: object) -> None:
        always = not self._work.user.may(Right.ENTER)
        self._pane.checks.show_content(CheckContent(self._pane.model.check, self.kind, self.possible, always))

    @Slot(object)
    def _walk(self, key: ItemKey) -> None:
        """Bring the value in sight: the form scrolls, the inspector shows its history."""
        self._pane.view.point_at(key)
        self._pane.item_focused.emit(key)

    @Slot()
    def _left(self) -> None:
        self._pane.view.point_at(None)
        self._pane.focus_end()

    def start(self) -> None:
        """To what waits."""
        if self.possible:
            self._pane.checks.take_focus()

    def following(self) -> None:
        """The next value that waits."""
        self._pane.checks.step(1)

    def previous(self) -> None:
        """The one before."""
        self._pane.checks.step(-1)

    def check_item(self) -> None:
        """The value at hand."""
        self.check("item")

    def check_form(self) -> None:
        """The form at hand."""
        self.check("form")

    def check_visit(self) -> None:
        """The visit at hand."""
        self.check("visit")

    @Slot(str)
    def check(self, scope: str) -> None:
        """Check the value the person is at, the form or the visit."""
        form, address = self._pane.model.form, self._address(scope)
        if form is None or not address or not self.possible or self._pane.asks or not self._pane.commit():
            return
        try:
            self._pane.context.perform.strictly(mark_checked, self._work, form.subject, [address], self.kind)
        except ExpectedError as error:
            self._say(error)
        else:
            self._pane.model.refresh()
            self._pane.checks.take_focus()

    def _address(self, scope: str) -> str:
        form = self._pane.model.form
        if form is None:
            return ""
        if scope != "item":
            return form.form_address if scope == "form" else form.visit_address
        waiting = self._pane.checks.list.current()
        here = waiting.key if waiting is not None and self._pane.checks.list.isVisible() else self._pane.view.current_key()
        return here.address if here is not None else ""

    def withdraw(self) -> None:
        """Ask why the check of the form is taken back."""
        pane, look = self._pane, self._pane.context.look
        if self.possible and self.checked and not pane.asks:
            pane.ask_strip("withdraw", partial(look.tr, f"workflow.check.{self.kind}.withdraw_why"), look.later("workflow.check.withdraw_keys"))

    @property
    def checked(self) -> bool:
        """Is anything on the form checked?"""
        return bool(self._pane.model.check.checked)

    def withdrawn(self, reason: str) -> None:
        """Take the check of the form back."""
        form = self._pane.model.form
        if form is None:
            return
        try:
            self._pane.context.perform.strictly(mark_checked, self._work, form.subject, [form.form_address], self.kind, withdrawn=True, reason=reason)
        except ExpectedError as error:
            self._say(error)
        else:
            self._pane.model.refresh()

    def _say(self, error: ExpectedError) -> None:
        look = self._pane.context.look
        self._pane.message.say("error", said_error(look, error), (Act("close", look.later("casebook.dismiss")),))
