"""Beside the exact pages: who signs them, meaning what, with which certificate."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.paper_signing import MEANINGS, OwnKey, SigningOrder, is_token_library
from crf_app.services.signing import Credentials
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.languages import Said
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.shell.fields import ErrorLine, LabeledChoice, LabeledLine, PasswordLine

_WIDTH = 336


class SignSide(QWidget):
    """`given(SigningOrder)` when the person signs, `sheet_requested(Credentials)` for the fingerprint, `closed` on Escape."""

    given = Signal(object)
    sheet_requested = Signal(object)
    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self.title = Label(look, "", bold=True)
        self.note = Label(look, "", "text_secondary", wrap=True)
        self.login = LabeledLine(look, "print/sign/login")
        self.password = PasswordLine(look, "print/sign/password")
        self.meaning = LabeledChoice(look, "print/sign/meaning")
        self.meant = Label(look, "", "text_secondary", wrap=True)
        self.remark = LabeledLine(look, "print/sign/remark")
        self.own = LabeledLine(look, "print/sign/own")
        self.choose = Button(look, "", "bare", icon="folder")
        self.own.row.addWidget(self.choose)
        self.secret = PasswordLine(look, "print/sign/secret")
        self.error = ErrorLine(look)
        self.act = Button(look, "", "primary", icon="sign", key="Ctrl ↵")
        self.sheet = Button(look, "", icon="print")
        self.close_button = Button(look, "", key="Esc")
        for name, button in (("act", self.act), ("sheet", self.sheet), ("close", self.close_button), ("choose", self.choose)):
            button.setObjectName(f"print/sign/{name}")
        self._build()
        self.act.clicked.connect(self.take)
        self.sheet.clicked.connect(self._ask_sheet)
        self.close_button.clicked.connect(self.closed)
        self.choose.clicked.connect(self._choose)
        self.own.edited.connect(self._own_changed)
        self.password.entered.connect(self.take)
        self.secret.entered.connect(self.take)
        self.meaning.chosen.connect(self._say_meaning)

    def _build(self) -> None:
        self.setFixedWidth(_WIDTH)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        inner = QWidget()
        inner.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        for part in (self.title, self.note, self.login, self.password, self.meaning, self.meant, self.remark, self.own, self.secret, self.error):
            if not isinstance(part, Label):
                part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            column.addWidget(part)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.act)
        line.addWidget(self.close_button)
        line.addStretch()
        column.addLayout(line)
        column.addWidget(self.sheet, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self.secret.setVisible(False)
        self.setVisible(False)

    def begin(self) -> None:
        """Show it with the person of the session, if he may sign; nothing typed before stays."""
        user = self._context.work.user
        self.forget()
        self.login.edit.setText(user.login if user.may(Right.SIGN) else "")
        self.retranslate()
        self.setVisible(True)
        self.take_focus()

    def take_focus(self) -> None:
        """The first field that is blank."""
        (self.password if self.login.text() else self.login).edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Clear what was typed: passwords first of all."""
        for field in (self.password, self.secret, self.remark, self.own):
            field.edit.clear()
            field.say("")
        self.login.say("")
        self.secret.setVisible(False)
        self.error.say("")

    def say(self, wrong: Said) -> None:
        """Why it was refused; the passwords are asked again."""
        self.error.say(str(wrong() if callable(wrong) else wrong))
        for field in (self.password, self.secret):
            field.edit.clear()
        self.password.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def take(self) -> None:
        """Send the order when nothing that is needed is blank."""
        needed = [self.login, self.password, *([self.secret] if self.own.text() else [])]
        for field in needed:
            if not field.text():
                field.say(self._context.look.later("printing.sign_needed"))
                field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        path = Path(self.own.text()).expanduser()
        own = OwnKey(path, self.secret.text(), token=is_token_library(path)) if self.own.text() else None
        self.error.say("")
        self.given.emit(SigningOrder(self._who(), str(self.meaning.data() or MEANINGS[0]), self.remark.text(), own))

    def _who(self) -> Credentials:
        return Credentials(self.login.text(), self.password.text())

    @Slot()
    def _ask_sheet(self) -> None:
        if not self.password.text():
            self.password.say(self._context.look.later("printing.sign_needed"))
            self.password.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.sheet_requested.emit(self._who())

    @Slot()
    def _choose(self) -> None:
        tr = self._context.tr
        chosen = self._context.ask.files(self, FileQuestion("certificate", tr("printing.sign_own"), f"{tr('printing.sign_own_kind')} (*.p12 *.pfx *.so *.dll *.dylib)"))
        if chosen:
            self.own.edit.setText(chosen[0])
            self._own_changed()
            self.secret.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _say_meaning(self) -> None:
        """The whole sentence that is signed, which the list may be too narrow for."""
        self.meant.setText(self._context.words.text(f"pdf.meaning.{self.meaning.data() or MEANINGS[0]}", self._context.language_hub.lang))

    @Slot()
    def _own_changed(self) -> None:
        self.secret.setVisible(bool(self.own.text()))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self._context.tr
        self.setAccessibleName(tr("printing.sign_title"))
        self.title.setText(tr("printing.sign_title"))
        self.note.setText(tr("printing.sign_note"))
        self.login.set_label(tr("signing.login"))
        self.password.set_label(tr("signing.password"))
        self.meaning.set_label(tr("printing.sign_meaning"))
        self.meaning.offer([(tr(f"workflow.meaning.{one}"), one) for one in MEANINGS])  # the sentence itself is wider than the side: it stands beneath
        self._say_meaning()
        self.remark.set_label(tr("printing.sign_remark"))
        self.own.set_label(tr("printing.sign_own"), tr("printing.sign_own_hint"))
        self.secret.set_label(tr("printing.sign_secret"))
        self.choose.setAccessibleName(tr("printing.sign_choose"))
        self.choose.setToolTip(tr("printing.sign_choose"))
        self.act.set_text(tr("printing.sign_act"))
        self.sheet.set_text(tr("printing.sign_sheet"))
        self.close_button.set_text(tr("ui_kit.cancel"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter signs, Escape closes."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            event.ignore()
