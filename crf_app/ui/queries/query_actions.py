"""The rows of the action table that belong to the list of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.ui.actions import Action

if TYPE_CHECKING:
    from crf_app.ui.queries.page import QueriesPage


class _Handlers:
    """Conditions over one page."""

    def __init__(self, page: QueriesPage) -> None:
        self._page = page

    def shown(self) -> bool:
        """Is the list in sight?"""
        return self._page.isVisible()

    def at_hand(self) -> bool:
        """Is a query at hand?"""
        return self._page.at_hand


def query_actions(page: QueriesPage) -> tuple[Action, ...]:
    """What can be done in the list, with its keys."""
    on, group = _Handlers(page), "queries"
    return (
        Action("queries.filter", "query.action.filter", page.to_filter, ("Ctrl+F",), "filter", Right.READ, on.shown, group),
        Action("queries.place", "query.action.place", page.open_place, ("Ctrl+J",), "link", Right.READ, on.at_hand, group),
        Action("queries.close_listed", "query.action.close_listed", page.close_listed, ("Ctrl+Shift+X",), "check", Right.QUERY_CLOSE, on.shown, group),
        Action("queries.csv", "query.action.csv", page.export.csv, (), "export", Right.PRINT, on.shown, group),
        Action("queries.pdf", "query.action.pdf", page.export.pdf, (), "print", Right.PRINT, on.shown, group),
    )
