"""A forgotten password: the code of the recovery sheet gives one person a new one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.services.recovery import reset_password
from crf_app.store.kdf import FULL_COST, KdfCost
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledLine, PasswordLine
from crf_app.ui.shell.language_switch import LanguageSwitch

WIDTH = 480


class RecoveryPage(QWidget):
    """`done(login)` after the password was set, `declined()`."""

    done = Signal(str)
    declined = Signal()

    def __init__(
        self, look: Look, folder: Path, clock: Clock, cost: KdfCost = FULL_COST, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._folder = folder
        self._clock = clock
        self._cost = cost
        self.setObjectName("recovery_page")
        self.setAutoFillBackground(True)
        self.title = Label(look, "", pixels=sizes.TITLE, bold=True)
        self.words = Label(look, "", "text_secondary", wrap=True)
        self.code = LabeledLine(look, "recovery/code")
        self.login = LabeledLine(look, "recovery/login")
        self.password = PasswordLine(look, "recovery/password")
        self.again = PasswordLine(look, "recovery/again")
        self.cancel = Button(look, "")
        self.cancel.setObjectName("recovery/cancel")
        self.go = Button(look, "", "primary")
        self.go.setObjectName("recovery/go")
        self._build()
        self.setFocusProxy(self.code.edit)
        self.go.clicked.connect(self._go)
        self.again.entered.connect(self._go)
        self.cancel.clicked.connect(self.declined)
        look.languages.changed.connect(self.retranslate)
        self.retranslate()

    def _build(self) -> None:
        card = Card(self._look, sizes.PANEL_RADIUS)
        card.setFixedWidth(WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(40, 32, 40, 24)
        column.setSpacing(12)
        for widget in (self.title, self.words, self.code, self.login, self.password, self.again):
            column.addWidget(widget)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.addWidget(LanguageSwitch(self._look), 0, Qt.AlignmentFlag.AlignRight)
        outer.addStretch()
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch()

    @Slot()
    def _go(self) -> None:
        look, login = self._look, self.login.text()
        if self.password.text() != self.again.text():
            self._refuse(self.again, look.later("ui_shell.password.differ"))
            return
        try:
            reset_password(
                self._folder, self.code.text(), login, self.password.text(), self._clock, cost=self._cost
            )
        except ExpectedError as error:
            lines = {"no_account": self.login}
            line = self.password if error.code.startswith("password") else lines.get(error.code, self.code)
            self._refuse(line, said_error(look, error))
            return
        for line in (self.code, self.password, self.again):
            line.edit.clear()
        self.done.emit(login)

    @staticmethod
    def _refuse(line: LabeledLine, words: Said) -> None:
        line.say(words)
        line.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        tr = self._look.tr
        self.title.setText(tr("ui_shell.recovery.title"))
        self.words.setText(tr("ui_shell.recovery.words"))
        self.code.set_label(tr("ui_shell.recovery.code"))
        self.login.set_label(tr("ui_shell.recovery.login"))
        self.password.set_label(tr("ui_shell.password.new"))
        self.again.set_label(tr("ui_shell.password.again"))
        self.cancel.set_text(tr("ui_kit.cancel"))
        self.go.set_text(tr("ui_shell.recovery.go"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape declines."""
        if event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
        else:
            super().keyPressEvent(event)
