"""The grid of a table in the walk of Tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from crf_app.ui.form.table_view import TableGroup


class GridStop(QObject):
    """The grid as one place that Tab visits."""

    def __init__(self, group: TableGroup) -> None:
        super().__init__(group)
        self._group = group

    @property
    def is_stop(self) -> bool:
        """Not while a switch stands in its place."""
        return not self._group.grid.isHidden() and self._group.model.rowCount() > 0

    def focus(self) -> None:
        """Into the current cell, without opening it."""
        self._group.grid.setFocus(Qt.FocusReason.TabFocusReason)
