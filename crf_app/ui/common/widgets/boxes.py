"""A list to choose from that changes only when a person means it."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class ChoiceList(QComboBox):
    """The wheel scrolls the page under it and never its value; a box that is only read does not open."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """For whoever holds the box."""
        event.ignore()

    def showPopup(self) -> None:  # noqa: N802 Qt's name
        """Not where nothing may be chosen."""
        line = self.lineEdit()
        if line is None or not line.isReadOnly():
            super().showPopup()
