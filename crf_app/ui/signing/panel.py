"""The in-place dialog in which a person signs: who, the password, where needed a reason. The session at hand goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from crf_app.services.signing import Credentials
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.ask_panel import AskPanel


@dataclass(frozen=True, slots=True)
class SignQuestion:
    """What is signed: `name` identifies it, `head` says what, `words` why (a line each), `act` is the button.

    `reason` asks for a reason as well; `login` fills in who is expected.
    """

    name: str
    head: Said
    words: Sequence[Said]
    act: Said
    reason: bool = False
    login: str = ""
    signs: bool = True
    """Is somebody identified? Else only a reason is asked."""


@dataclass(frozen=True, slots=True)
class SignAnswer:
    """Who signs, and the reason if one was asked."""

    who: Credentials
    reason: str = ""


_FIELDS = ("reason", "login", "password")


class SignPanel(AskPanel):
    """`given(SignAnswer)` on Enter in the last field, `declined` on Escape. Tab stays inside until it is answered."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "sign", _FIELDS, ("act", "sign"), parent)
        self.question: SignQuestion | None = None
        self.fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        self._wrong: Said = ""
        grid = QGridLayout()
        grid.setHorizontalSpacing(sizes.GAP)
        grid.setVerticalSpacing(sizes.GRID)
        grid.setColumnMinimumWidth(0, 96)
        for row, (name, field) in enumerate(self.fields.items()):
            field.setFixedWidth(sizes.LONG_TEXT_FIELD if name == "reason" else sizes.TEXT_FIELD)
            grid.addWidget(self.labels[name], row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(2, 1)
        self.build(grid)
        look.languages.changed.connect(self._retranslate)

    def ask(self, question: SignQuestion) -> None:
        """Show the question and take the focus."""
        self.question = question
        for field in self.fields.values():
            field.clear()
            field.setProperty("field_state", "")
        for name, wanted in (("reason", question.reason), ("login", question.signs), ("password", question.signs)):
            self.labels[name].setVisible(wanted)
            self.fields[name].setVisible(wanted)
        self.fields["login"].setText(question.login)
        self.say("")
        self._retranslate()
        self.setVisible(True)
        self.take_focus()

    @Slot()
    def _retranslate(self) -> None:
        look, question = self._look, self.question
        if question is None:
            return
        self.head.setText(in_words(question.head))
        self.words.setText("\n".join(map(in_words, question.words)))
        self.words.setVisible(bool(question.words))
        for name, label in self.labels.items():
            label.setText(look.tr(f"signing.{name}"))
            self.fields[name].setAccessibleName(look.tr(f"signing.{name}"))
        self.act.set_text(in_words(question.act))
        self.cancel.set_text(look.tr("ui_kit.cancel"))
        self.error.setText(in_words(self._wrong))
        self.fields["password"].setAccessibleDescription(in_words(self._wrong))
        self.setAccessibleName(in_words(question.head))

    @Slot()
    def take_focus(self) -> None:
        """The first field that is blank."""
        self._blank()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, wrong: Said) -> None:
        """Say why it was refused; the password is asked again."""
        self._wrong, text = wrong, in_words(wrong)
        self.show_error(text)
        self.fields["password"].setAccessibleDescription(text)
        if text:
            self.fields["password"].clear()
            last = self.fields["password" if self.question is None or self.question.signs else "reason"]
            last.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Take it away; nothing typed stays."""
        self.question = None
        super().close_panel()

    def _blank(self) -> list[QLineEdit]:
        shown = [one for one in self.fields.values() if not one.isHidden()]
        return [one for one in shown if not one.text().strip()] or shown[-1:]

    @Slot()
    def take(self) -> None:
        """Send the answer when every field holds something; else go to the first that does not."""
        blank = self._blank()[0]
        if not blank.text().strip():
            blank.setProperty("field_state", "error")
            blank.update()
            blank.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        for field in self.fields.values():
            field.setProperty("field_state", "")
        texts = {name: field.text() for name, field in self.fields.items()}
        self.given.emit(SignAnswer(Credentials(texts["login"].strip(), texts["password"]), texts["reason"].strip()))

    def enter(self) -> None:
        """Enter goes to the next blank field, then signs."""
        blank = self._blank()[0]
        if not blank.text().strip() and not blank.hasFocus():
            blank.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.take()
