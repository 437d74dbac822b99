"""Head and foot of the form: what it is, where it stands, the way on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.clinical.record import EventRecord, FormRecord, FormStatus
from crf_app.clock import zoned
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.shell.elided import ElidedLabel


class FormHead(QWidget):
    """Title, visit, window. `step_requested(-1 or +1)` for the form before or after."""

    step_requested = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.title = Label(look, "", "text", sizes.FORM_TITLE, bold=True)
        self.visit = Label(look, "", "text_secondary", sizes.FORM_TITLE)
        self.note = Label(look, "", "text_secondary", sizes.SMALL)
        self.back = Button(look, "", icon="chevron_left")
        self.forward = Button(look, "", icon="chevron_right")
        self.back.setObjectName("casebook/back")
        self.forward.setObjectName("casebook/forward")
        self.back.clicked.connect(self._back)
        self.forward.clicked.connect(self._forward)
        self.setFixedHeight(sizes.FORM_HEAD)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.title)
        first.addWidget(self.visit)
        first.addStretch()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(first)
        words.addWidget(self.note)
        words.insertStretch(0)
        words.addStretch()
        line = QHBoxLayout(self)
        line.setContentsMargins(sizes.FORM_MARGIN, 6, sizes.FORM_RIGHT, 6)
        line.setSpacing(8)
        line.addLayout(words, 1)
        line.addWidget(self.back)
        line.addWidget(self.forward)

    def show_form(self, record: FormRecord, visit: str, event: EventRecord | None) -> None:
        """Show what form this is, at which visit."""
        look, languages = self._look, self._look.languages
        second = languages.second(record.title)
        self.title.setText(f"{languages.text(record.title)} {second}".strip())
        self.visit.setText(visit)
        self.note.setText(" · ".join(part for part in (self._window(event), languages.text(record.form.note)) if part))
        self.note.setToolTip(self.note.text())
        self.note.setVisible(bool(self.note.text()))
        for button, word in ((self.back, "back"), (self.forward, "forward")):
            button.setAccessibleName(look.tr(f"casebook.{word}"))
            button.setToolTip(look.tr(f"casebook.{word}"))

    def _window(self, event: EventRecord | None) -> str:
        if event is None or event.event.kind == "log":
            return ""
        window, day = event.window, event.visit_date
        if window.earliest is None or window.latest is None:
            return day
        span = self._look.tr("casebook.window", first=window.earliest.isoformat()[5:], last=window.latest.isoformat()[5:])
        state = self._look.tr(f"casebook.window_state.{window.state}") if window.state else ""
        comma = "，" if self._look.languages.lang == "zh" else ", "
        return comma.join(part for part in (day, span, state) if part)

    def _back(self) -> None:
        self.step_requested.emit(-1)

    def _forward(self) -> None:
        self.step_requested.emit(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line beneath."""
        painter = QPainter(self)
        painter.setPen(self._look.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


@dataclass(frozen=True, slots=True)
class FootContent:
    """What the foot says: the form, the title of the next one due, whether entering and reopening are offered, the other role that may answer."""

    record: FormRecord
    following: str
    may_enter: bool
    other_role: str = ""
    guest: str = ""


class FormFoot(QWidget):
    """Answered of total, state, and the main button. `go_on_requested` completes or opens the next form; `reopen_requested`; `guest_requested`."""

    go_on_requested = Signal()
    reopen_requested = Signal()
    guest_requested = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.words = ElidedLabel(look, "text_secondary")
        self.guest = Button(look, "", icon="user", key="Ctrl G")
        self.reopen = Button(look, "")
        self.go_on = Button(look, "", "primary", key="Ctrl ↵")
        for name, button in (("guest", self.guest), ("reopen", self.reopen), ("go_on", self.go_on)):
            button.setObjectName(f"casebook/{name}")
        self.guest.clicked.connect(self.guest_requested)
        self.reopen.clicked.connect(self.reopen_requested)
        self.go_on.clicked.connect(self.go_on_requested)
        self.setFixedHeight(sizes.FORM_FOOT)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        line = QHBoxLayout(self)
        line.setContentsMargins(sizes.FORM_MARGIN, 0, sizes.FORM_RIGHT, 0)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        for button in (self.guest, self.reopen, self.go_on):
            line.addWidget(button)

    def show_form(self, content: FootContent) -> None:
        """Say how far the form is and what comes next."""
        look, record = self._look, content.record
        done = record.status in (FormStatus.COMPLETE, FormStatus.NOT_DONE) and record.completed_at is not None
        parts = [look.tr("casebook.answered", answered=record.answered, total=record.total)]
        if done and record.completed_at is not None:
            parts.append(look.tr("casebook.completed_at", when=zoned(record.completed_at)))
        if record.first_completed_at is not None and content.may_enter:
            parts.append(look.tr("casebook.reasons_now"))
        if content.guest:
            parts.append(look.tr("casebook.guest_here", name=content.guest))
        self.words.setText(" · ".join(parts))
        self.guest.setVisible(bool(content.other_role))
        self.guest.set_text(look.tr("casebook.guest_ask", role=content.other_role))
        self.reopen.setVisible(done and content.may_enter)
        self.reopen.set_text(look.tr("casebook.reopen"))
        following = look.tr("casebook.open_next", form=content.following) if content.following else ""
        self.go_on.set_text(following if done or not content.may_enter else look.tr("ui_kit.complete"))
        self.go_on.setVisible(bool(self.go_on.text()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line above."""
        painter = QPainter(self)
        painter.setPen(self._look.colour("line"))
        painter.drawLine(0, 0, self.width(), 0)
