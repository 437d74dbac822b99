"""Running use cases from the window: what they changed goes to the hub, what they refuse goes to the message line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QObject, Signal

from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.ui.common.change_hub import ChangeHub

P = ParamSpec("P")
T = TypeVar("T")


class Perform(QObject):
    """Calls a use case: `perform(enter_item, work, entry)`.

    Its result comes back, and the Changes inside it (the result itself, its attribute `changes`, or a part of a tuple) are
    published. An ExpectedError is sent as `refused(ExpectedError)`, shown by the window, and None comes back. Any other
    exception is a fault of ours and passes through to the report.
    """

    refused = Signal(object)

    def __init__(self, hub: ChangeHub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub

    def __call__(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The result, or None when the act was refused."""
        try:
            return self.strictly(act, *args, **kwargs)
        except ExpectedError as error:
            self.refused.emit(error)
            return None

    def strictly(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, for a caller that says in place why it was refused: raises ExpectedError."""
        result = act(*args, **kwargs)
        changes = changes_of(result)
        if changes is not None:
            self._hub.publish(changes)
        return result


def changes_of(result: object) -> Changes | None:
    """The Changes that a use case gave back, or None when it changed nothing."""
    if isinstance(result, Changes):
        return result
    if isinstance(result, tuple):
        return next((part for part in result if isinstance(part, Changes)), None)
    inner = getattr(result, "changes", None)
    return inner if isinstance(inner, Changes) else None
