"""Subjects to tick: those that do not follow a version yet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from crf_app.services.amendments.impact import amendable
from crf_app.services.amendments.loading import version_of
from crf_app.services.workspace import Workspace
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label


class SubjectTicks(QWidget):
    """All are ticked at first. Space ticks; `changed` when the choice does."""

    changed = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.head = Label(look, "", "text_secondary", sizes.SMALL)
        self.list = QListWidget()
        self.list.setObjectName(name)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFlow(QListWidget.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setSpacing(2)
        self.list.setUniformItemSizes(True)
        self.all = Button(look, "", "bare")
        self.none = Button(look, "", "bare")
        for button, said in ((self.all, "all"), (self.none, "none")):
            button.setObjectName(f"{name}/{said}")
        line = QHBoxLayout()
        line.setContentsMargins(12, 4, 8, 0)
        line.addWidget(self.head, 1)
        line.addWidget(self.all)
        line.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.list, 1)
        self.list.itemChanged.connect(self._changed)
        self.all.clicked.connect(self._tick_all)
        self.none.clicked.connect(self._tick_none)

    @property
    def count(self) -> int:
        """How many there are to tick."""
        return self.list.count()

    def show_subjects(self, work: Workspace, version: str) -> None:
        """List who does not follow the version; those that were ticked off stay so."""
        off = {str(one.data(Qt.ItemDataRole.UserRole)) for one in self._items() if one.checkState() is not Qt.CheckState.Checked}
        self.list.blockSignals(True)
        self.list.clear()
        for subject in amendable(work, version):
            item = QListWidgetItem(f"{subject}  ({version_of(work, subject)})")
            item.setData(Qt.ItemDataRole.UserRole, subject)
            item.setCheckState(Qt.CheckState.Unchecked if subject in off else Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._say()

    def chosen(self) -> tuple[str, ...]:
        """Those ticked, in order of enrolment."""
        return tuple(str(one.data(Qt.ItemDataRole.UserRole)) for one in self._items() if one.checkState() is Qt.CheckState.Checked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(number) for number in range(self.list.count())]

    def _tick(self, state: Qt.CheckState) -> None:
        self.list.blockSignals(True)
        for one in self._items():
            one.setCheckState(state)
        self.list.blockSignals(False)
        self._changed()

    @Slot()
    def _tick_all(self) -> None:
        self._tick(Qt.CheckState.Checked)

    @Slot()
    def _tick_none(self) -> None:
        self._tick(Qt.CheckState.Unchecked)

    @Slot()
    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        self.head.setText(self._look.tr("ui_shell.versions.ticked", chosen=len(self.chosen()), all=self.count))

    def retranslate(self) -> None:
        """All words anew."""
        self.list.setAccessibleName(self._look.tr("ui_shell.versions.subjects"))
        self.all.set_text(self._look.tr("ui_shell.versions.all"))
        self.none.set_text(self._look.tr("ui_shell.versions.none"))
        self._say()
