"""The window over the small study, opened as any role has it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.form.table_view import TableGroup
from tests.services.world import World

Opener = Callable[[Role, FormKey], CasebookPage]


def focused() -> QWidget:
    """What has the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the focus is, and all that follows from it."""
    QTest.keyClick(focused(), key, modifier)
    QApplication.processEvents()


def table_of(page: CasebookPage, group: str) -> TableGroup:
    """The table of a group on the form at hand."""
    return next(one for one in page.pane.view.findChildren(TableGroup) if one.group.oid == group and one.isVisible())


def into_row(table: TableGroup, row: int, column: int = 0) -> QTableView:
    """The focus into a cell, as arrows would bring it there."""
    table.grid.setFocus(Qt.FocusReason.TabFocusReason)
    table.grid.setCurrentIndex(table.model.index(row, column))
    QApplication.processEvents()
    return table.grid


def two_events(world: World) -> FormKey:
    """Two adverse events in the log."""
    world.enter({"LOG/AE/AE#1/AETERM": "fever", "LOG/AE/AE#2/AETERM": "rash"})
    return world.form("LOG", "AE")
