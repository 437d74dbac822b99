"""What the frame expects of a page."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crf_app.services.changes import Changes
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.shell.elided import ElidedLabel


class Page(QWidget):
    """A page of the frame. It reads its data when it comes into sight, and again when a command changed something:
    at once while it is seen, else when it is seen next.
    """

    hints = ""
    """What the keys do here: a key of the catalogue for the status line."""

    def __init__(self, context: UiContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._stale = True
        self.setObjectName(name)
        context.change_hub.published.connect(self._changed)
        context.language_hub.changed.connect(self._language_changed)
        context.theme_hub.changed.connect(self._theme_changed)

    def activate(self) -> None:
        """Come into sight: read what is stale, take the focus."""
        if self._stale:
            self._stale = False
            self.read()
        self.take_focus()

    def read(self) -> None:
        """Read the data anew and show them."""

    def retranslate(self) -> None:
        """All words anew."""

    def take_focus(self) -> None:
        """Put the focus where work begins."""

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if not self.concerns(changes):
            return
        self._stale = not self.isVisible()
        if not self._stale:
            self.read()

    def concerns(self, _changes: Changes) -> bool:
        """Does a command that changed this touch what the page shows?"""
        return True

    @Slot()
    def _language_changed(self) -> None:
        self.retranslate()

    @Slot()
    def _theme_changed(self) -> None:
        self.update()


class PageHead(QWidget):
    """Title of a page, a quiet note beside it, room for controls at the right."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(sizes.PAGE_HEAD)
        self.title = Label(context.look, "", pixels=sizes.TITLE, bold=True)
        self.note = ElidedLabel(context.look, "text_secondary")
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(24, 0, 24, 0)
        self.line.setSpacing(8)
        self.line.addWidget(self.title)
        self.line.addSpacing(8)
        self.line.addWidget(self.note, 1)

    def show_text(self, title: str, note: str = "") -> None:
        """Set both."""
        self.title.setText(title)
        self.note.setText(note)
        self.setAccessibleName(f"{title} {note}".strip())
