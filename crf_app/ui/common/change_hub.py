"""Where every view hears what a command changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from crf_app.services.changes import Changes


class ChangeHub(QObject):
    """`published(Changes)` once for each command that was stored, after its commit."""

    published = Signal(object)

    def publish(self, changes: Changes) -> None:
        """Tell every open view. Raises TypeError for anything but Changes."""
        if not isinstance(changes, Changes):
            raise TypeError(f"not a Changes: {changes!r}")
        self.published.emit(changes)
