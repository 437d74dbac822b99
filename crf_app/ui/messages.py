"""What went wrong, said in the window: one strip above the page, never a dialog."""

from __future__ import annotations

import errno
import os
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import ROLE_TEXTS, Right, Role
from crf_app.errors import ExpectedError
from crf_app.texts import Text
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.messages import Act, InlineMessage

_SYSTEM = {os.strerror(getattr(errno, name)): name for name in ("EACCES", "EEXIST", "EIO", "EISDIR", "ENOENT", "ENOTDIR", "EPERM", "EROFS")}
"""What the system says of files, in its own language, and the name it goes by in the catalogue."""


def error_text(look: Look, error: ExpectedError) -> str:
    """The sentence of an expected failure in the language in force: where, which rule, how to put it right.

    Roles, rights and texts among its parameters are named in that language too. A failure that has no sentence, or lacks what
    its sentence names, is shown by its code: better than nothing at all.
    """
    given = {name: _named(look, value) for name, value in error.parameters.items()}
    try:
        return look.tr(f"error.{error.code}", **given)
    except KeyError:
        return str(error)


def said_error(look: Look, error: ExpectedError) -> Said:
    """The same for what stays on screen while the language changes."""
    return partial(error_text, look, error)


def _named(look: Look, value: object) -> object:
    if isinstance(value, Role):
        return look.languages.text(ROLE_TEXTS[value])
    if isinstance(value, Right):
        return look.tr(f"ui_shell.right.{value}")
    if isinstance(value, str) and value in _SYSTEM:
        return look.tr(f"ui_shell.system.{_SYSTEM[value]}")
    if isinstance(value, Text):
        return look.languages.text(value)
    return value


class MessageStrip(InlineMessage):
    """Shows the latest refusal until it is dismissed or something succeeds."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._shown_look = look
        self.setObjectName("message_strip")
        self.acted.connect(self._acted)

    @Slot(object)
    def refuse(self, error: ExpectedError) -> None:
        """Say what was refused and why."""
        self.note(said_error(self._shown_look, error), "error")

    def note(self, words: Said, kind: str = "info") -> None:
        """Say something that is no refusal."""
        self.say(kind, words, (Act("close", self._shown_look.later("ui_shell.dismiss")),))

    @Slot()
    def dismiss(self) -> None:
        """Take it away."""
        self.setVisible(False)

    @Slot(str)
    def _acted(self, _name: str) -> None:
        self.dismiss()
