"""What the person does to a query: one call for each act, whatever view it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crf_app.clinical.queries import Act, Priority
from crf_app.services.changes import Changes
from crf_app.services.queries import (
    answer_query,
    assign_query,
    cancel_query,
    close_query,
    comment_query,
    mute_query,
    reopen_query,
    unmute_query,
)
from crf_app.services.workspace import Workspace
from crf_app.ui.context import UiContext

ORDER = (Act.ANSWER, Act.CLOSE, Act.COMMENT, Act.REOPEN, Act.CANCEL, Act.ASSIGN, Act.MUTE, Act.UNMUTE)
"""The order in which acts are offered; the first one that is allowed is the main one."""


@dataclass(frozen=True, slots=True)
class Acting:
    """An act on a query with its text; `assigned` and `priority` for the act of assigning."""

    number: int
    act: Act
    text: str = ""
    assigned: str = ""
    priority: str = "normal"


_SIMPLE: Mapping[Act, Callable[[Workspace, int, str], Changes]] = {
    Act.ANSWER: answer_query, Act.CLOSE: close_query, Act.COMMENT: comment_query, Act.REOPEN: reopen_query, Act.CANCEL: cancel_query,
    Act.MUTE: mute_query, Act.UNMUTE: unmute_query,
}  # fmt: skip


def carry_out(context: UiContext, acting: Acting) -> None:
    """Do it and publish what changed. Raises ExpectedError as the use case does."""
    if acting.act is Act.ASSIGN:
        context.perform.strictly(assign_query, context.work, acting.number, acting.assigned, Priority(acting.priority), acting.text)
    else:
        context.perform.strictly(_SIMPLE[acting.act], context.work, acting.number, acting.text)


def main_act(acts: frozenset[Act]) -> Act | None:
    """What Ctrl+Enter does."""
    return next((one for one in ORDER if one in acts and one not in (Act.ASSIGN, Act.CANCEL, Act.MUTE)), None)
