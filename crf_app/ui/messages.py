"""What went wrong, said in the window: one strip above the page, never a dialog."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import ROLE_TEXTS, Right, Role
from crf_app.errors import ExpectedError
from crf_app.texts import Text
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.messages import Act, InlineMessage


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


def _named(look: Look, value: object) -> object:
    if isinstance(value, Role):
        return look.languages.text(ROLE_TEXTS[value])
    if isinstance(value, Right):
        return look.tr(f"ui_shell.right.{value}")
    if isinstance(value, Text):
        return look.languages.text(value)
    return value


class MessageStrip(InlineMessage):
    """Shows the latest refusal until it is dismissed or something succeeds."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._shown_look = look
        self._error: ExpectedError | None = None
        self.setObjectName("message_strip")
        self.acted.connect(self._acted)
        look.languages.changed.connect(self._retranslate)

    @Slot(object)
    def refuse(self, error: ExpectedError) -> None:
        """Say what was refused and why."""
        self._error = error
        self.say("error", error_text(self._shown_look, error), (Act("close", self._shown_look.tr("ui_shell.dismiss")),))

    def note(self, words: str, kind: str = "info") -> None:
        """Say something that is no refusal."""
        self._error = None
        self.say(kind, words, (Act("close", self._shown_look.tr("ui_shell.dismiss")),))

    @Slot()
    def dismiss(self) -> None:
        """Take it away."""
        self._error = None
        self.setVisible(False)

    @Slot(str)
    def _acted(self, _name: str) -> None:
        self.dismiss()

    @Slot()
    def _retranslate(self) -> None:
        if self._error is not None and not self.isHidden():
            self.refuse(self._error)
        else:
            self.dismiss()
