"""The rows of the action table for verification, review, giving back, freezing and locking."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.clinical.transitions import Act
from crf_app.ui.actions import Action
from crf_app.ui.casebook.hold_acts import SCOPES

if TYPE_CHECKING:
    from crf_app.ui.casebook.page import CasebookPage

_ICONS = {Act.FREEZE: "lock", Act.UNFREEZE: "undo", Act.LOCK: "lock", Act.UNLOCK: "key"}
_RIGHTS = {Act.FREEZE: Right.FREEZE, Act.UNFREEZE: Right.FREEZE, Act.LOCK: Right.LOCK, Act.UNLOCK: Right.LOCK}

_KEYS = {Act.FREEZE: ("F11",), Act.LOCK: ("Ctrl+F11",)}
_RELEASE_KEYS = {Act.UNFREEZE: ("Shift+F11",), Act.UNLOCK: ("Ctrl+Shift+F11",)}
"""One key holds, Ctrl makes it the stronger act, Shift takes it back: from whatever holds the form, be it the form, its visit, its subject or the study."""


class _Handlers:
    """When each is possible."""

    def __init__(self, page: CasebookPage) -> None:
        self._page = page

    def can_check(self, kind: str) -> bool:
        """Does the person check in this way, and can he here?"""
        checks = self._page.acts.checks
        return self._page.at_work and checks.kind == kind and checks.possible

    def can_withdraw(self, kind: str) -> bool:
        """Is something checked that can be taken back?"""
        return self.can_check(kind) and self._page.acts.checks.checked

    def can_reject(self) -> bool:
        """Can the form be given back?"""
        return self._page.at_work and self._page.acts.holds.can_reject

    def can_sign(self) -> bool:
        """Can the form be signed?"""
        return self._page.at_work and self._page.acts.holds.can_sign

    def can_release(self, act: Act) -> bool:
        """Is the form at hand held in that way, and may the person take it back?"""
        return self._page.at_work and self._page.acts.holds.can_release(act)

    def can_hold(self, act: Act, scope: str) -> bool:
        """Is the act offered for that scope?"""
        return self._page.at_work and self._page.acts.holds.can(act, scope)


def check_and_hold_actions(page: CasebookPage) -> tuple[Action, ...]:
    """What monitor, investigator and data manager do with a form beside entering."""
    return (*_checking(page), *_holding(page))


def _checking(page: CasebookPage) -> tuple[Action, ...]:
    on, acts = _Handlers(page), page.acts.checks
    rows = []
    for kind, right in (("source", Right.CHECK_SOURCE), ("review", Right.REVIEW)):
        may, words = partial(on.can_check, kind), f"workflow.check.{kind}"
        rows += [
            Action(f"check.{kind}.start", f"{words}.start", acts.start, ("Ctrl+F5",), "search", right, may, "form"),
            Action(f"check.{kind}.item", f"{words}.item_long", acts.check_item, ("F5",), "check", right, may, "form"),
            Action(f"check.{kind}.form", f"{words}.form_long", acts.check_form, ("Shift+F5",), "check", right, may, "form"),
            Action(f"check.{kind}.visit", f"{words}.visit_long", acts.check_visit, (), "check", right, may, "subject"),
            Action(f"check.{kind}.next", "workflow.check.next", acts.following, ("Alt+Down",), "chevron_down", right, may, "form"),
            Action(f"check.{kind}.previous", "workflow.check.previous", acts.previous, ("Alt+Up",), "chevron_up", right, may, "form"),
            Action(f"check.{kind}.withdraw", f"{words}.withdraw", acts.withdraw, (), "undo", right, partial(on.can_withdraw, kind), "form"),
        ]
    return tuple(rows)


def _holding(page: CasebookPage) -> tuple[Action, ...]:
    on, acts = _Handlers(page), page.acts.holds
    rows = [
        Action("form.sign", "workflow.hold.sign_form", acts.sign, ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), "sign", Right.SIGN, on.can_sign, "form"),
        Action("form.reject", "workflow.hold.reject", acts.reject, (), "undo", Right.SIGN, on.can_reject, "form"),
    ]
    for act, right in _RIGHTS.items():
        for scope in SCOPES:
            group = "form" if scope == "form" else "subject"
            may, begin = partial(on.can_hold, act, scope), partial(acts.begin, act, scope)
            keys = _KEYS.get(act, ()) if scope == "form" else ()
            rows.append(Action(f"{act}.{scope}", f"workflow.hold.{act}_{scope}", begin, keys, _ICONS[act], right, may, group))
    for act, keys in _RELEASE_KEYS.items():
        may, release = partial(on.can_release, act), partial(acts.release, act)
        rows.append(Action(f"{act}.here", f"workflow.hold.{act}_here", release, keys, _ICONS[act], _RIGHTS[act], may, "form"))
    return tuple(rows)


