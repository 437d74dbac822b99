"""The in-place dialog in which a person signs: who, the password, where needed a reason. The session at hand goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.services.signing import Credentials
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label


@dataclass(frozen=True, slots=True)
class SignQuestion:
    """What is signed: `name` identifies it, `head` says what, `words` why (a line each), `act` is the button.

    `reason` asks for a reason as well; `login` fills in who is expected.
    """

    name: str
    head: str
    words: Sequence[str]
    act: str
    reason: bool = False
    login: str = ""


@dataclass(frozen=True, slots=True)
class SignAnswer:
    """Who signs, and the reason if one was asked."""

    who: Credentials
    reason: str = ""


class SignPanel(QWidget):
    """`given(SignAnswer)` on Enter in the last field, `declined` on Escape. Tab stays inside until it is answered."""

    given = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.question: SignQuestion | None = None
        self.head = Label(look, bold=True, wrap=True)
        self.words = Label(look, wrap=True)
        self.error = Label(look, role="error", wrap=True)
        self.labels = {name: Label(look, role="text_secondary") for name in ("reason", "login", "password")}
        self.fields = {name: self._field(name) for name in ("reason", "login", "password")}
        self.fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        self.act = Button(look, "", "primary", icon="sign", key="↵")
        self.act.setObjectName("sign/act")
        self.act.clicked.connect(self.take)
        self.cancel = Button(look, "", key="Esc")
        self.cancel.setObjectName("sign/cancel")
        self.cancel.clicked.connect(self.declined)
        self._build()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVisible(False)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"sign/{name}")
        field.setFixedHeight(sizes.FIELD)
        field.setTextMargins(5, 0, 5, 0)
        field.setFixedWidth(sizes.LONG_TEXT_FIELD if name == "reason" else sizes.TEXT_FIELD)
        self.labels[name].setBuddy(field)
        return field

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(sizes.GAP)
        grid.setVerticalSpacing(sizes.GRID)
        grid.setColumnMinimumWidth(0, 96)
        for row, name in enumerate(self.fields):
            grid.addWidget(self.labels[name], row, 0)
            grid.addWidget(self.fields[name], row, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 16, 12)
        column.setSpacing(sizes.GRID)
        column.addWidget(self.head)
        column.addWidget(self.words)
        column.addLayout(grid)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def ask(self, question: SignQuestion) -> None:
        """Show the question and take the focus."""
        look = self._look
        self.question = question
        self.head.setText(question.head)
        self.words.setText("\n".join(question.words))
        self.words.setVisible(bool(question.words))
        for name, label in self.labels.items():
            label.setText(look.tr(f"signing.{name}"))
            self.fields[name].setAccessibleName(look.tr(f"signing.{name}"))
            self.fields[name].clear()
            self.fields[name].setProperty("field_state", "")
        self.labels["reason"].setVisible(question.reason)
        self.fields["reason"].setVisible(question.reason)
        self.fields["login"].setText(question.login)
        self.act.set_text(question.act)
        self.cancel.set_text(look.tr("ui_kit.cancel"))
        self.say("")
        self.setAccessibleName(question.head)
        self.setVisible(True)
        self.take_focus()

    @Slot()
    def take_focus(self) -> None:
        """The first field that is blank."""
        self._blank()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str) -> None:
        """Say why it was refused; the password is asked again."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.fields["password"].setAccessibleDescription(text)
        if text:
            self.fields["password"].clear()
            self.fields["password"].setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Take it away; nothing typed stays."""
        self.question = None
        for field in self.fields.values():
            field.clear()
        for one in self._ring():
            one.clearFocus()  # hiding would hand the focus round inside
        self.setVisible(False)

    def _ring(self) -> list[QWidget]:
        fields: list[QWidget] = [one for one in self.fields.values() if not one.isHidden()]
        return [*fields, self.cancel, self.act]

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next blank field, then signs; Escape declines; nothing else leaves the panel."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            blank = self._blank()[0]
            if self.cancel.hasFocus():
                self.declined.emit()
            elif not blank.text().strip() and not blank.hasFocus():
                blank.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.take()
        elif key == Qt.Key.Key_Escape:
            self.declined.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab stays inside."""
        ring = self._ring()
        here = next((number for number, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if forward else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A bar of the accent above."""
        painter = QPainter(self)
        painter.setPen(QPen(self._look.colour("accent"), 2))
        painter.drawLine(0, 1, self.width(), 1)
