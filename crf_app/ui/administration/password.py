"""One's own password; for administrators also after how long the window locks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.paths import state_folder
from crf_app.services.session import new_password
from crf_app.ui.administration.section import Section
from crf_app.ui.common import sizes
from crf_app.ui.common.settings import IDLE_LIMITS, load_settings
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import PasswordLine


class PasswordSection(Section):
    """`idle_minutes_chosen(minutes)` when the time until locking is set."""

    idle_minutes_chosen = Signal(int)
    section_name = "password"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self.old = PasswordLine(look, "password/old")
        self.new = PasswordLine(look, "password/new")
        self.again = PasswordLine(look, "password/again")
        self.hint = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.change = Button(look, "", "primary")
        self.change.setObjectName("password/change")
        self.message = InlineMessage(look)
        self.minutes_label = Label(look, "", "text_secondary", sizes.SMALL)
        self.minutes = QSpinBox()
        self.minutes.setObjectName("password/minutes")
        self.minutes.setRange(*IDLE_LIMITS)
        self.minutes.setFixedHeight(sizes.FIELD)
        self.minutes.setFixedWidth(sizes.NUMBER_FIELD)
        self.minutes.setValue(load_settings(state_folder()).idle_minutes)
        self.column.addWidget(self._card(), 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch()
        self.change.clicked.connect(self._change)
        self.again.entered.connect(self._change)
        self.minutes.valueChanged.connect(self.idle_minutes_chosen)
        self.retranslate()

    def _card(self) -> Card:
        card = Card(self.context.look)
        card.setFixedWidth(480)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self.message, self.old, self.new, self.again, self.hint):
            column.addWidget(widget)
        column.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        if self.context.work.user.may(Right.USERS):
            column.addSpacing(16)
            column.addWidget(self.minutes_label)
            column.addWidget(self.minutes)
        return card

    @Slot()
    def _change(self) -> None:
        context = self.context
        self.message.setVisible(False)
        if self.new.text() != self.again.text():
            self.again.say(context.look.later("ui_shell.password.differ"))
            self.again.edit.setFocus()
            return
        try:
            new_password(context.work, self.old.text(), self.new.text())
        except ExpectedError as error:
            line = self.old if error.code.startswith("log_in") else self.new
            line.say(said_error(context.look, error))
            line.edit.setFocus()
            return
        for line in (self.old, self.new, self.again):
            line.edit.clear()
            line.say("")
        self.message.say("ok", context.look.later("ui_shell.password.changed"))
        self.old.edit.setFocus()

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.old.set_label(tr("ui_shell.password.old"))
        self.new.set_label(tr("ui_shell.password.new"))
        self.again.set_label(tr("ui_shell.password.again"))
        self.hint.setText(tr("ui_shell.password.rule"))
        self.change.set_text(tr("ui_shell.password.change"))
        self.minutes_label.setText(tr("ui_shell.password.idle"))
        self.minutes.setAccessibleName(tr("ui_shell.password.idle"))

    def take_focus(self) -> None:
        """The old password."""
        self.old.edit.setFocus(Qt.FocusReason.OtherFocusReason)
