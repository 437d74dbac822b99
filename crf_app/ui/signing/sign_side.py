"""The right side of the console: what is signed, with which meaning, by whom; the password; giving back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from crf_app.services.console import MEANINGS
from crf_app.services.signing import Credentials
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label

WIDTH = 320
_LOW = 680


@dataclass(frozen=True, slots=True)
class SideContent:
    """What would be signed: how many forms, what it is called, what is still in the way; who signs, and whether he must say who he is."""

    count: int
    what: str
    hint: str
    signer: str
    role: str
    asks_login: bool
    can_reject: bool


class SignSide(QWidget):
    """`sign_requested(Credentials)` on Enter in the password or the button; `reject_requested(reason)`; `declined` on Escape."""

    sign_requested = Signal(object)
    reject_requested = Signal(str)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._content = SideContent(0, "", "", "", "", asks_login=True, can_reject=False)
        self._wrong: Said = ""
        self.heads = {name: Label(look, role="text_secondary", bold=True) for name in ("what", "meaning", "signer")}
        self.what = Label(look, wrap=True)
        self.meaning = ChoiceList(self)
        self.meaning.setFixedHeight(sizes.FIELD)
        self.sentence = Label(look, role="text_secondary", wrap=True)
        self.meaning.currentIndexChanged.connect(self._say_meaning)
        self.signer = Label(look, bold=True)
        self.role = Label(look, role="text_secondary")
        self.labels = {name: Label(look, role="text_secondary") for name in ("login", "password", "reason")}
        self.fields = {name: self._field(name) for name in self.labels}
        self.fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        self.error = Label(look, role="error", wrap=True)
        self.hint = Label(look, role="text_secondary", pixels=sizes.SMALL, wrap=True)
        self.sign = Button(look, "", "primary", icon="sign", key="Ctrl ↵")
        self.then = Label(look, role="text_secondary", pixels=sizes.SMALL, wrap=True)
        self.reject = Button(look, "", icon="undo", key="R")
        for name, one in (("meaning", self.meaning), ("sign", self.sign), ("reject_form", self.reject)):
            one.setObjectName(f"signing/{name}")
        self._build()
        self.fields["login"].returnPressed.connect(self._next)
        self.fields["password"].returnPressed.connect(self.take)
        self.fields["reason"].returnPressed.connect(self._reject)
        self.sign.clicked.connect(self.take)
        self.reject.clicked.connect(self.ask_reason)
        look.languages.changed.connect(self.retranslate)
        self.setFixedWidth(WIDTH)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.retranslate()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"signing/{name}")
        field.setFixedHeight(sizes.FIELD)
        field.setTextMargins(5, 0, 5, 0)
        self.labels[name].setBuddy(field)
        return field

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(6)
        for widget, gap in (
            (self.heads["what"], 0), (self.what, 0), (self.heads["meaning"], 12), (self.meaning, 0), (self.sentence, 0), (self.heads["signer"], 12), (self.signer, 0), (self.role, 0),
            (self.labels["login"], 10), (self.fields["login"], 0), (self.labels["password"], 6), (self.fields["password"], 0), (self.error, 0), (self.hint, 4),
            (self.sign, 8), (self._line(), 14), (self.then, 8),
        ):  # fmt: skip
            column.addSpacing(gap)
            column.addWidget(widget)
        column.addStretch()
        for below in (self.labels["reason"], self.fields["reason"], self.reject):
            column.addWidget(below)
        self.labels["reason"].setVisible(False)
        self.fields["reason"].setVisible(False)

    def _line(self) -> QFrame:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        return line

    @property
    def chosen_meaning(self) -> str:
        """The meaning chosen."""
        return MEANINGS[max(self.meaning.currentIndex(), 0)]

    def show_content(self, content: SideContent) -> None:
        """Show what would be signed now."""
        self._content = content
        self.retranslate()

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        look, content = self._look, self._content
        for name, head in self.heads.items():
            head.setText(look.tr(f"workflow.console.{name}"))
        self.what.setText(content.what)
        kept = max(self.meaning.currentIndex(), 0)
        self.meaning.clear()
        self.meaning.addItems([look.tr(f"workflow.meaning.{name}") for name in MEANINGS])
        self.meaning.setCurrentIndex(kept)
        self._say_meaning()
        self.meaning.setAccessibleName(look.tr("workflow.console.meaning"))
        self.signer.setText(content.signer)
        self.role.setText(content.role)
        for name, label in self.labels.items():
            label.setText(look.tr(f"signing.{name}"))
            self.fields[name].setAccessibleName(look.tr(f"signing.{name}"))
        self.labels["login"].setVisible(content.asks_login)
        self.fields["login"].setVisible(content.asks_login)
        self.error.setText(in_words(self._wrong))
        self.error.setVisible(bool(self._wrong))
        self.hint.setText(content.hint)
        self.hint.setVisible(bool(content.hint))
        words = {0: "signing.sign", 1: "workflow.console.sign_one"}.get(content.count, "workflow.console.sign_n")
        self.sign.set_text(look.tr(words, n=content.count))
        self.sign.setEnabled(content.count > 0)
        self.then.setText(look.tr("workflow.console.then"))
        self.reject.set_text(look.tr("workflow.hold.reject"))
        self.reject.setEnabled(content.can_reject)

    @Slot()
    def _say_meaning(self) -> None:
        self.sentence.setText(self._look.tr(f"pdf.meaning.{self.chosen_meaning}"))

    def take_focus(self) -> None:
        """The first blank field of log-in and password."""
        blank = [self.fields[name] for name in ("login", "password") if not self.fields[name].isHidden() and not self.fields[name].text()]
        (blank or [self.fields["password"]])[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _next(self) -> None:
        self.fields["password"].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def take(self) -> None:
        """Send log-in and password; go to what is blank first."""
        wanted = [self.fields[name] for name in ("login", "password") if not self.fields[name].isHidden()]
        blank = next((one for one in wanted if not one.text().strip()), None)
        if blank is not None:
            blank.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        login = self.fields["login"].text().strip() if self._content.asks_login else ""
        self.sign_requested.emit(Credentials(login, self.fields["password"].text()))

    def ended(self, wrong: Said = "") -> None:
        """The act ended: nothing typed stays; say why it was refused, if it was."""
        self._wrong = wrong
        self.fields["password"].clear()
        if not wrong:
            self.fields["login"].clear()
            self.fields["reason"].clear()
            self.labels["reason"].setVisible(False)
            self.fields["reason"].setVisible(False)
        self.retranslate()

    @Slot()
    def ask_reason(self) -> None:
        """Ask why the form at hand is given back."""
        if self._content.can_reject:
            self.labels["reason"].setVisible(True)
            self.fields["reason"].setVisible(True)
            self.fields["reason"].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _reject(self) -> None:
        reason = self.fields["reason"].text().strip()
        if reason:
            self.reject_requested.emit(reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the explanation makes room."""
        super().resizeEvent(event)
        self.then.setVisible(self.height() > _LOW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended()
            self.declined.emit()
        else:
            super().keyPressEvent(event)
