"""A new subject: the number it will get, the consent date asked in place, nothing else (decisions 15)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crf_app.errors import ExpectedError
from crf_app.services.setup import need_setup
from crf_app.services.subjects import create_subject, next_number
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label, LabeledValue
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledLine


class NewSubjectPanel(QWidget):
    """Hidden until `begin`. `created(number)` after the subject is stored, `closed()` when it was declined."""

    created = Signal(str)
    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self.setObjectName("new_subject")
        self.number = LabeledValue(look)
        self.number.value.setFont(look.font(sizes.NUMBER, bold=True))
        self.date = LabeledLine(look, "new_subject/consent_date")
        self.date.edit.setFixedWidth(240)
        self.date.row.addStretch()
        self.date.setMinimumWidth(320)
        self.note = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.obstacle = InlineMessage(look)
        self.obstacle.setObjectName("new_subject/obstacle")
        self.obstacle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.make = Button(look, "", "primary", key="Enter")
        self.make.setObjectName("new_subject/create")
        self.cancel = Button(look, "", key="Esc")
        self.cancel.setObjectName("new_subject/cancel")
        self._build()
        self.date.entered.connect(self._create)
        self.make.clicked.connect(self._create)
        self.cancel.clicked.connect(self.close_panel)
        context.language_hub.changed.connect(self.retranslate)
        self.retranslate()
        self.setVisible(False)

    def _build(self) -> None:
        card = Card(self._context.look)
        line = QHBoxLayout(card)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(24)
        line.addWidget(self.number, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.date, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.note, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.obstacle, 1)
        line.addWidget(self.cancel)
        line.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 0)
        column.addWidget(card)

    @Slot()
    def begin(self) -> None:
        """Open with the next number, the date still to be typed."""
        number = self._context.perform(next_number, self._context.work)
        if number is None:
            return
        self.number.value.setText(number)
        if self.isHidden():
            self.date.edit.clear()
            self.date.say("")
        self._ask_setup()
        self.retranslate()
        self.setVisible(True)
        (self.date.edit if self.obstacle.isHidden() else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_setup(self) -> None:
        """While the study needs something first, only that is said: there is nothing to type."""
        wrong: ExpectedError | None = None
        try:
            need_setup(self._context.work)
        except ExpectedError as error:
            wrong = error
        self.obstacle.setVisible(False)
        if wrong is not None:
            self.obstacle.say("warn", said_error(self._context.look, wrong))
        for widget in (self.number, self.date, self.note, self.make):
            widget.setVisible(wrong is None)

    @Slot()
    def close_panel(self) -> None:
        """Decline: nothing was stored."""
        self.date.edit.clear()
        self.setVisible(False)
        self.closed.emit()

    @Slot()
    def _create(self) -> None:
        context, text = self._context, self.date.text()
        try:
            number, _ = context.perform.strictly(create_subject, context.work, text, lang=context.language_hub.lang)
        except ExpectedError as error:
            self.date.say(said_error(context.look, error))
            self.date.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.date.edit.clear()
        self.setVisible(False)
        self.created.emit(number)

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        tr = self._context.tr
        self.number.set_text(tr("ui_shell.new_subject.number"), self.number.value.text())
        self.date.set_label(tr("ui_shell.new_subject.consent_date"), tr("ui_kit.date_hint"))
        self.note.setText(tr("ui_shell.new_subject.note"))
        self.make.set_text(tr("ui_shell.new_subject.create"))
        self.cancel.set_text(tr("ui_kit.cancel"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape declines."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)
