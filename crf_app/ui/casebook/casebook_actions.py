"""The rows of the action table that belong to a casebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.sae_report import REPORT
from crf_app.services.coding import verbatim_key
from crf_app.services.dictionaries import version_in_force
from crf_app.services.paper import Selection
from crf_app.ui.actions import Action

if TYPE_CHECKING:
    from crf_app.ui.casebook.page import CasebookPage


class _Handlers:
    """Actions without arguments over one page."""

    def __init__(self, page: CasebookPage) -> None:
        self._page = page

    def at_work(self) -> bool:
        """Is a form open?"""
        return self._page.at_work

    def asks_other(self) -> bool:
        """Does the form keep answers to another role?"""
        return self._page.at_work and bool(self._page.pane.model.asks_other_role)

    def is_complete(self) -> bool:
        """Is the form complete?"""
        return self._page.at_work and self._page.pane.model.is_complete

    def on_eligibility(self) -> bool:
        """Is the eligibility form open?"""
        return self._page.at_work and not self._page.pane.eligibility.isHidden()

    def on_randomisation(self) -> bool:
        """Is a randomisation form open whose gate is green?"""
        state = self._page.pane.randomisation.state
        return self._page.at_work and not self._page.pane.randomisation.isHidden() and state is not None and state.ready

    def on_result(self) -> bool:
        """Is the person at a result of a laboratory panel?"""
        return self._page.at_work and self._page.events.on_result

    def on_sae(self) -> bool:
        """Is the report form of a serious event open?"""
        return self._page.at_work and self._page.form is not None and self._page.form.form == REPORT

    def sae_report(self) -> None:
        """The report of the serious event at hand."""
        if self._page.form is not None:
            self._page.show_print(Selection(self._page.form.subject, sae=self._page.form.form_repeat))

    def can_code(self) -> bool:
        """Is a row with a verbatim term at hand, and a dictionary loaded?"""
        return self._page.at_work and bool(version_in_force(self._page.context.work)) and self._row_to_code() is not None

    def _row_to_code(self) -> ItemKey | None:
        form, here = self._page.form, self._page.pane.view.current_key()
        if form is None:
            return None
        return verbatim_key(self._page.context.work, form, here.row if here is not None else 1)

    def code(self) -> None:
        """Code the row at hand."""
        row = self._row_to_code()
        if row is not None and self._page.pane.commit():
            self._page.coding.open([row])

    def may_code_all(self) -> bool:
        """Is a dictionary loaded?"""
        return self._page.at_work and bool(version_in_force(self._page.context.work))

    def code_all(self) -> None:
        """Go by every row that waits for a code."""
        if self._page.pane.commit():
            self._page.coding.open_waiting()

    def history(self) -> None:
        """The history of the item at work."""
        self._page.show_inspector(0)

    def guide(self) -> None:
        """The guide of the item at work."""
        self._page.show_inspector(1)

    def findings(self) -> None:
        """The findings of the form."""
        self._page.show_inspector(2)


def casebook_actions(page: CasebookPage) -> tuple[Action, ...]:
    """What can be done in a casebook, with its keys."""
    on = _Handlers(page)
    form, subject = "form", "subject"
    return (
        Action("casebook.go_on", "casebook.action.go_on", page.acts.go_on, ("Ctrl+Return", "Ctrl+Enter"), "check", Right.READ, on.at_work, form),
        Action("casebook.back", "casebook.back", page.back, ("Alt+Left",), "chevron_left", Right.READ, on.at_work, form),
        Action("casebook.forward", "casebook.forward", page.forward, ("Alt+Right",), "chevron_right", Right.READ, on.at_work, form),
        Action("casebook.reopen", "casebook.reopen", page.acts.reopen, (), "undo", Right.ENTER, on.is_complete, form),
        Action("casebook.guest", "casebook.action.guest", page.acts.ask_guest, ("Ctrl+G",), "user", Right.ENTER, on.asks_other, form),
        Action("casebook.eligibility", "casebook.criteria.confirm", page.pane.eligibility.ask, ("Ctrl+E",), "sign", Right.READ, on.on_eligibility, form),
        Action("casebook.randomise", "casebook.randomisation.act", page.pane.randomisation.ask, ("Ctrl+Shift+R",), "sign", Right.READ, on.on_randomisation, form),
        Action("casebook.event", "casebook.action.event", page.events.begin, ("F8",), "adverse_event", Right.ENTER, on.on_result, form),
        Action("casebook.sae_report", "casebook.action.sae_report", on.sae_report, ("Ctrl+R",), "print", Right.PRINT, on.on_sae, form),
        Action("casebook.code", "coding.action", on.code, ("Ctrl+M",), "search", Right.ENTER, on.can_code, form),
        Action("casebook.code_all", "coding.action_all", on.code_all, ("Ctrl+Shift+M",), "search", Right.ENTER, on.may_code_all, subject),
        Action("casebook.history", "casebook.tab.history", on.history, ("Alt+1",), "history", Right.READ, on.at_work, form),
        Action("casebook.guide", "casebook.tab.guide", on.guide, ("Alt+2",), "info", Right.READ, on.at_work, form),
        Action("casebook.findings", "casebook.tab.findings", on.findings, ("Alt+3",), "warning", Right.READ, on.at_work, form),
        Action("casebook.tree", "casebook.tree", page.focus_tree, ("F6",), "subjects", Right.READ, on.at_work, subject),
        Action("casebook.unscheduled", "casebook.new_unscheduled", page.new_unscheduled, (), "plus", Right.ENTER, on.at_work, subject),
        Action("casebook.termination", "casebook.new_termination", page.new_termination, (), "plus", Right.ENTER, on.at_work, subject),
        Action("casebook.charts", "ui_charts.action", page.charts.open, ("F12",), "charts", Right.READ, on.at_work, subject),
        Action("casebook.print", "casebook.print", page.open_print, ("Ctrl+P",), "print", Right.PRINT, on.at_work, subject),
    )
