"""One table of everything a person can do: menus, palette, shortcuts and the help of keys are drawn from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import Right
from crf_app.admin.users import User


def always() -> bool:
    """For actions that are possible whenever their page is shown."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the table.

    `words` is a key of the catalogue. `shortcuts` are portable key sequences, the first one is shown. `right` is what the
    person needs (None: everybody). `enabled_when` is asked each time; where it says no the action is neither offered nor
    run. `group` is the heading it stands under in the help: "general", "go", "subject", "form", "queries" or "look"
    (`ui_shell.group.<group>`).
    """

    id: str
    words: str
    handler: Callable[[], None]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    right: Right | None = None
    enabled_when: Callable[[], bool] = always
    group: str = "general"


class Actions(QObject):
    """The table. `changed` when rows came or went; `ran(id)` after an action was carried out."""

    changed = Signal()
    ran = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, Action] = {}
        self._owners: dict[str, QAction] = {}
        self._user: User | None = None

    def add(self, window: QWidget, *rows: Action) -> None:
        """Put rows into the table; their shortcuts work in `window` and its children while it is shown.

        Raises ValueError for an id that is taken.
        """
        for row in rows:
            if row.id in self._rows:
                raise ValueError(f"two actions are called {row.id}")
            self._rows[row.id] = row
            action = QAction(window)
            action.setObjectName(row.id)
            action.setShortcuts([QKeySequence(text) for text in row.shortcuts])
            action.triggered.connect(self._triggered)
            window.addAction(action)
            self._owners[row.id] = action
        self._free_keys()
        self.changed.emit()

    def set_user(self, user: User | None) -> None:
        """Whose rights count; None while nobody is logged in: then nothing can be done."""
        self._user = user
        self._free_keys()
        self.changed.emit()

    def _free_keys(self) -> None:
        """What this person may never do holds no key: the one for checking is the monitor's or the investigator's."""
        for name, action in self._owners.items():
            action.setEnabled(self._permitted(self._rows[name]))

    def rows(self) -> tuple[Action, ...]:
        """What this person may do, in the order of the table."""
        return tuple(row for row in self._rows.values() if self._permitted(row))

    def offered(self) -> tuple[Action, ...]:
        """What this person may do here and now."""
        return tuple(row for row in self.rows() if row.enabled_when())

    def row(self, name: str) -> Action:
        """The row of that id; KeyError when there is none."""
        return self._rows[name]

    def run(self, name: str) -> bool:
        """Carry out an action if it is permitted and possible; says whether it was."""
        row = self._rows[name]
        if not self._permitted(row) or not row.enabled_when():
            return False
        row.handler()
        self.ran.emit(name)
        return True

    def _permitted(self, row: Action) -> bool:
        return self._user is not None and (row.right is None or self._user.may(row.right))

    @Slot()
    def _triggered(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.run(sender.objectName())
