"""Hands that only have a keyboard: every key goes to the widget that has the focus, Chinese comes as an input method sends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget

from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.study.definition import GroupDef, ItemDef, ItemType, StudyDef
from crf_app.ui.form.fields.choice import code_keys
from crf_app.ui.form.row_model import RowModel

MOUSE = {
    QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TabletPress,
}  # fmt: skip
_PLACE = re.compile(r"([^/]+/[^/]+/[^/]+#\d+/[A-Za-z0-9_]+)(?:/\d+)?\Z")
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class MouseTrap(QObject):
    """Remembers every mouse event that reaches any widget."""

    def __init__(self) -> None:
        super().__init__()
        self.caught: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note it."""
        if event.type() in MOUSE:
            self.caught.append(f"{event.type().name} at {watched.objectName() or type(watched).__name__}")
        return False


@dataclass
class Typist:
    """Types where the focus is. `study` tells what kind of answer a question takes, as a person sees from its control."""

    study: StudyDef
    window: QWidget
    subject: str = ""
    trace: list[str] = field(default_factory=list)

    def focus(self) -> QWidget:
        """The widget that has the focus. Raises AssertionError when none has."""
        found = QApplication.focusWidget()
        if found is None:  # no window manager here: after a list of suggestions has closed nobody activates the window again
            self.window.activateWindow()
            QApplication.processEvents()
            found = QApplication.focusWidget()
        assert found is not None, f"nothing has the focus after {self.trace[-5:]}"
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """One key."""
        QTest.keyClick(self.focus(), key, modifier)

    def type(self, text: str) -> None:
        """A text; what is no ASCII is committed by the input method."""
        if text.isascii():
            QTest.keyClicks(self.focus(), text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.focus(), event)

    def replace(self, text: str) -> None:
        """A text instead of what stands there."""
        self.press(Qt.Key.Key_A, CONTROL)
        self.type(text) if text else self.press(Qt.Key.Key_Delete)

    def here(self) -> ItemKey | None:
        """The question at which the focus is, None anywhere else."""
        match = _PLACE.match(self.focus().objectName())
        return parse_address(self.subject, match.group(1)) if match is not None else None

    # A form

    def fill(self, values: Mapping[str, str], stopped: Callable[[], str]) -> None:
        """Walk through the form by Tab and answer each question of `values` (ITEM or ITEM#row) when it comes by.

        Raises AssertionError naming what was never asked, or with what `stopped` says after an answer.
        """
        waiting = dict(values)
        steps = 0
        if (begun := self.here()) is not None:
            self._up_to_table(begun, waiting)
        while waiting and steps < 400:
            steps += 1
            place = self.here()
            if place is None and self.focus().objectName() == "casebook/go_on":
                break
            if self._opens_table(waiting):
                continue
            name, in_table = self._wanted(place, waiting), self._in_table()
            if name and place is not None:
                self.answer(self.study.item(place.form, place.item), waiting.pop(name))
                self.trace.append(f"{name}={values[name]}")
            self.press(Qt.Key.Key_Tab)
            assert not stopped(), (stopped(), self.trace[-3:])
            if name and place is not None and not in_table:
                self._back_to_table(place, waiting)
        assert not waiting, f"never asked: {waiting}; the focus is at {self.focus().objectName()}; last: {self.trace[-4:]}"

    def _opens_table(self, waiting: Mapping[str, str]) -> bool:
        """At a table with cells to answer: Enter opens the current cell, then Tab walks from cell to cell."""
        table = self.focus()
        model = table.model() if isinstance(table, QTableView) else None
        if not isinstance(model, RowModel):
            return False
        wide = len([one for one in model.group.items if one.oid not in model.group.rows_key]) > len(model.items)
        if wide:  # all items of the current row stand beneath the table: Tab goes there
            self._take_row(model, waiting)
            return False
        numbers = [row.number for row in model.rows]
        if not any(f"{item.oid}#{number}" in waiting for item in model.items for number in numbers):
            if not model.can_add or not any(f"{item.oid}#{model.next_number()}" in waiting for item in model.items):
                return False
            self.press(Qt.Key.Key_End, CONTROL)
            self.press(Qt.Key.Key_Home)
        self.press(Qt.Key.Key_Return)
        return self.focus() is not table

    def _take_row(self, model: RowModel, waiting: Mapping[str, str]) -> None:
        """The first row of a table with anything to answer: from the top by arrow keys."""
        wanted = [place for place, row in enumerate(model.rows) if any(f"{item.oid}#{row.number}" in waiting for item in model.group.items)]
        if wanted:
            self.press(Qt.Key.Key_Home, CONTROL)
            for _ in range(wanted[0]):
                self.press(Qt.Key.Key_Down)

    def _up_to_table(self, begun: ItemKey, waiting: Mapping[str, str]) -> None:
        """A form that was begun opens at its first open question; when a row above waits, back to its table."""
        groups = [one for one in self.study.forms[begun.form].groups if min(self._rows(one, waiting), default=1) > 1]
        if groups:
            self._back(begun._replace(group=groups[0].oid, row=0), groups[0], self._rows(groups[0], waiting))

    def _back_to_table(self, place: ItemKey, waiting: Mapping[str, str]) -> None:
        """When a row is told beneath its table and another waits, back to the table by Shift+Tab."""
        group = next(one for one in self.study.forms[place.form].groups if one.oid == place.group)
        rows = self._rows(group, waiting)
        if rows and place.row not in rows:
            self._back(place, group, rows)

    @staticmethod
    def _rows(group: GroupDef, waiting: Mapping[str, str]) -> set[int]:
        return {int(number) for name in waiting for oid, _, number in (name.partition("#"),) if number and group.item(oid) is not None}

    def _back(self, place: ItemKey, group: GroupDef, rows: set[int]) -> None:
        for _ in range(4 * len(group.items)):
            if self._in_table() or self._under_switch(place, group, rows):
                return
            self.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    def _in_table(self) -> bool:
        """Is the focus on a table or in one of its cells?"""
        widget: QWidget | None = self.focus()
        while widget is not None and not isinstance(widget, QTableView):
            widget = widget.parentWidget()
        return widget is not None

    def _under_switch(self, place: ItemKey, group: GroupDef, rows: set[int]) -> bool:
        """Has Tab gone on to the next row by itself, as it does under a switch of rows?"""
        here = self.here()
        return here is not None and here.group == group.oid and here.row in rows and here.row != place.row

    @staticmethod
    def _wanted(place: ItemKey | None, waiting: Mapping[str, str]) -> str:
        if place is None:
            return ""
        names = (f"{place.item}#{place.row}", place.item if place.row == 1 else "")
        return next((name for name in names if name in waiting), "")

    def answer(self, item: ItemDef, text: str) -> None:
        """Answer the question at the focus as its control wants it."""
        if text.startswith("!"):
            self._missing(text)
        elif item.type is ItemType.PHOTO:
            self.press(Qt.Key.Key_Space)
        elif item.codes:
            self._choose(item, text)
        elif item.type is ItemType.MAP:
            self._point(text)
        elif isinstance(self.focus(), (QLineEdit, QPlainTextEdit)):
            number, mark, unit = text.partition(" [")
            self.replace(number)
            if mark:
                self.press(Qt.Key.Key_Tab)
                self.type(unit.rstrip("]"))
        else:
            self.type(text)

    def _missing(self, text: str) -> None:
        code, _, reason = text[1:].partition(" ")
        self.press(Qt.Key.Key_F4)
        self.type(str(("ND", "UK", "NA").index(code) + 1))
        self.press(Qt.Key.Key_Tab)
        self.type(reason)
        self.press(Qt.Key.Key_Return)

    def _choose(self, item: ItemDef, text: str) -> None:
        keys = dict(zip((one.code for one in item.codes), code_keys(item.codes), strict=True))
        if item.type is ItemType.MULTI or not isinstance(self.focus(), QLineEdit | QComboBox):
            for code in text.split(";"):
                self.type(keys[code].lower())
            return
        found = item.code(text)
        assert found is not None, (item.name, text)
        self.replace(found.text.zh)

    def _point(self, text: str) -> None:
        """Set the point in the middle, then move it by arrow keys."""
        view, side, across, down, *_ = text.split(";")
        self._turn(view, side)
        self.press(Qt.Key.Key_Down)
        steps = (round((float(across) - 0.5) * 100), round((float(down) - 0.5) * 100))
        keys = ((Qt.Key.Key_Right, Qt.Key.Key_Left), (Qt.Key.Key_Down, Qt.Key.Key_Up))
        mirrored = side == "RIGHT"
        for number, (forward, back) in zip((-steps[0] if mirrored else steps[0], steps[1]), keys, strict=True):
            for _ in range(abs(number)):
                self.press(forward if number > 0 else back)

    def _turn(self, view: str, side: str) -> None:
        drawing = self.focus()
        for key, wanted, shown in ((Qt.Key.Key_V, view, "view"), (Qt.Key.Key_S, side, "side")):
            for _ in range(8):
                if getattr(drawing, shown, wanted) == wanted:
                    break
                self.press(key)
