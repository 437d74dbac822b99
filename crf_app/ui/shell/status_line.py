"""The quiet line at the bottom: what is safe, and what the keys do here."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.labels import Label


class StatusLine(QWidget):
    """"Saved hh:mm:ss" is written by `show_saved` alone, which is called after a commit and at no other time."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._saved: datetime | None = None
        self._checked: datetime | None = None
        self._state = "checked"
        self._synthetic = False
        self._left = 0
        self._hints = ""
        self.setObjectName("status_line")
        self.setFixedHeight(sizes.STATUS_LINE)
        self.saved = self._label("text_secondary", "status/saved")
        self.database = self._label("text_secondary", "status/database")
        self.synthetic = self._label("due", "status/synthetic")
        self.countdown = self._label("error", "status/countdown")
        self.hints = self._label("text_secondary", "status/hints")
        line = QHBoxLayout(self)
        line.setContentsMargins(36, 0, 16, 0)
        line.setSpacing(24)
        for label in (self.saved, self.database, self.synthetic, self.countdown):
            line.addWidget(label)
        line.addStretch()
        line.addWidget(self.hints)
        look.languages.changed.connect(self.retranslate)
        self.retranslate()

    def _label(self, role: str, name: str) -> Label:
        label = Label(self._look, "", role, sizes.SMALL)
        label.setObjectName(name)
        return label

    def show_session(self, checked: datetime, synthetic: bool) -> None:
        """When the database was checked at opening, and whether its subjects are invented."""
        self._checked, self._synthetic = checked, synthetic
        self.retranslate()

    def show_verified(self, when: datetime) -> None:
        """The whole history was verified at `when`."""
        self._checked, self._state = when, "verified"
        self.retranslate()

    def show_faulty(self) -> None:
        """It was verified, and something is wrong."""
        self._state = "faulty"
        self.database.set_role("error")
        self.retranslate()

    def show_saved(self, when: datetime) -> None:
        """A command was committed at `when`."""
        self._saved = when
        self.retranslate()

    @Slot(int)
    def show_countdown(self, left: int) -> None:
        """Seconds until the window locks; 0 takes it away."""
        self._left = left
        self.retranslate()

    @Slot()
    def end_countdown(self) -> None:
        """Somebody is back."""
        self.show_countdown(0)

    def show_hints(self, key: str) -> None:
        """What the keys do where the focus is: a key of the catalogue, "" for none."""
        self._hints = key
        self.retranslate()

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        tr = self._look.tr
        self.saved.setText(tr("ui_shell.saved", time=f"{self._saved:%H:%M:%S}") if self._saved is not None else "")
        checked = f"{self._checked:%H:%M}" if self._checked is not None else ""
        self.database.setText(tr(f"ui_shell.database_{self._state}", time=checked) if checked else "")
        self.synthetic.setText(tr("ui_shell.synthetic") if self._synthetic else "")
        self.countdown.setText(tr("ui_shell.locks_in", seconds=self._left) if self._left else "")
        self.hints.setText(tr(self._hints) if self._hints else "")
        for label in (self.saved, self.database, self.synthetic, self.countdown, self.hints):
            label.setVisible(bool(label.text()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, edge, and a tick before "Saved"."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("rail"))
        painter.fillRect(0, 0, self.width(), 1, self._look.colour("line"))
        if self._saved is not None:
            painter.drawPixmap(16, 5, self._look.pixmap("check", "complete", 14, self.devicePixelRatioF()))
