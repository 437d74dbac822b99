"""A group of items as one column of rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.study.definition import GroupDef
from crf_app.study.pairs import paired
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.labels import SectionHead
from crf_app.ui.form.cell import Cell
from crf_app.ui.form.fields.base import Field, FormTools
from crf_app.ui.form.item_row import ItemRow
from crf_app.ui.form.pair_row import PairRow


class Stop(Protocol):
    """A place that Tab visits: a cell, or the grid of a table."""

    @property
    def is_stop(self) -> bool:
        """Is there something to enter?"""
        ...

    def focus(self) -> None:
        """Bring the person there."""
        ...


class GroupView(QWidget):
    """What every view of a group promises to the form. Its signals are those of its rows, passed on.

    `place_reached(widget, where)`: the person is now at that rectangle of the widget, which should come into sight.
    `item_reached(ItemKey)`: the person is now at that item of a table. `closed_typed(ItemKey)`: something is typed where nothing may be entered.
    """

    entry_requested = Signal(object, object)
    missing_requested = Signal(object, str, str)
    confirm_requested = Signal(object, str)
    reason_given = Signal(object, object)
    reason_declined = Signal(object)
    attachment_requested = Signal(object, object)
    row_add_requested = Signal(object)
    row_delete_requested = Signal(object, str)
    paste_requested = Signal(object)
    entered = Signal(object)
    left = Signal(object)
    stepped = Signal(object, int)
    place_reached = Signal(object, QRect)
    item_reached = Signal(object)
    closed_typed = Signal(object)

    def __init__(self, look: Look, tools: FormTools, group: GroupDef, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.tools = tools
        self.group = group

    def show_group(self, form: FormRecord, record: GroupRecord, lang: str, bilingual: bool) -> None:
        """Show the group's records."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def rows(self) -> Iterator[ItemRow]:
        """The rows it shows now."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def row_of(self, key: ItemKey) -> ItemRow | None:
        """The row that shows the item, None when it is not on a row of its own."""
        for row in self.rows():
            for cell in row.cells:
                if cell.record is not None and cell.record.key == key:
                    return row
        return None

    def cells(self) -> Iterator[Cell]:
        """The cells in the order in which Tab visits them."""
        for row in self.rows():
            if not row.isHidden():
                yield from row.cells

    def stops(self) -> Iterator[Stop]:
        """Where Tab goes, in order."""
        return self.cells()

    def focus_item(self, key: ItemKey) -> bool:
        """Bring the person to that item; False when it is not here."""
        row = self.row_of(key)
        cell = row.cell_of(key.item) if row is not None else None
        if cell is not None:
            cell.focus()
        return cell is not None

    def focus_grid(self) -> bool:
        """Bring the person to the current cell of the grid; False where there is none."""
        return False

    def point_at(self, key: ItemKey) -> None:
        """Bring the row of that item to the fore without taking the focus; a group in a column shows all it has."""

    def open_field(self, key: ItemKey) -> Field | None:
        """Bring the person to that item's field; None when there is none here that can be typed into."""
        if not self.focus_item(key):
            return None
        row = self.row_of(key)
        cell = row.cell_of(key.item) if row is not None and not row.isHidden() else None
        return cell.open_field() if cell is not None and cell.is_stop else None

    def set_error(self, key: ItemKey, text: str) -> bool:
        """Refuse what was typed into that item; False when it is not here."""
        row = self.row_of(key)
        if row is not None:
            row.set_error(key.item, text)
        return row is not None

    def set_notice(self, key: ItemKey, words: Said) -> bool:
        """Say at that item why nothing can be entered; False when it is not here."""
        row = self.row_of(key)
        if row is not None:
            row.set_notice(words)
        return row is not None

    def relay(self, row: ItemRow) -> None:
        """Pass a row's signals on."""
        row.entry_requested.connect(self.entry_requested)
        row.missing_requested.connect(self.missing_requested)
        row.confirm_requested.connect(self.confirm_requested)
        row.reason_given.connect(self.reason_given)
        row.reason_declined.connect(self.reason_declined)
        if any(cell.takes_files for cell in row.cells):
            row.attachment_requested.connect(self.attachment_requested)
        row.entered.connect(self.entered)
        row.left.connect(self.left)
        row.stepped.connect(self.stepped)
        row.closed_typed.connect(self.closed_typed)


def count_answered(row: RowRecord) -> tuple[int, int]:
    """How many of a row's asked items hold something, of how many; calculated items do not count."""
    asked = [one for one in row.items if one.collected and not one.item.is_derived]
    return sum(not one.value.is_blank for one in asked), len(asked)


class ColumnHead(QWidget):
    """Above the first row: "This visit" and the name of the visit whose values stand at the right."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._event = ""
        self.setFixedHeight(24)

    def set_event(self, event: str) -> None:
        """Name the earlier visit; without one the head is not needed."""
        self._event = event
        self.setVisible(bool(event))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two quiet words."""
        painter = QPainter(self)
        painter.setFont(self._look.font(sizes.SMALL))
        painter.setPen(self._look.colour("text_secondary"))
        left = sizes.FORM_MARGIN + sizes.LABEL + sizes.GAP
        painter.drawText(QRect(left, 0, 200, 24), Qt.AlignmentFlag.AlignVCenter, self._look.tr("ui_kit.this_visit"))
        right = self.width() - sizes.FORM_RIGHT - sizes.LAST_VISIT
        painter.drawText(QRect(right, 0, sizes.LAST_VISIT, 24), Qt.AlignmentFlag.AlignVCenter, self._event)


class ColumnView(GroupView):
    """Rows under a section head. `headless` leaves the head out (the current row of a table)."""

    def __init__(
        self, look: Look, tools: FormTools, group: GroupDef, *, headless: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, tools, group, parent)
        self.head = SectionHead(look, parent=self)  # shown without a parent it would be a window and take the focus
        self.head.setVisible(not headless)
        self.columns = ColumnHead(look, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.columns)
        self._rows: list[ItemRow] = []
        for items in paired(group.items):
            row = PairRow(look, tools, items, self) if len(items) == 2 else ItemRow(look, tools, items, self)
            self.relay(row)
            column.addWidget(row)
            self._rows.append(row)

    def rows(self) -> Iterator[ItemRow]:
        """Its rows."""
        return iter(self._rows)

    def show_group(self, form: FormRecord, record: GroupRecord, lang: str, bilingual: bool) -> None:
        """Show the first row of the group: a group in a column does not repeat."""
        self.setVisible(bool(record.rows))
        if record.rows:
            self.show_row(record.rows[0], lang, bilingual)
            self._show_head(form, record, lang)

    def show_row(self, row: RowRecord, lang: str, bilingual: bool) -> None:
        """Show one row's items."""
        records = {one.item.oid: one for one in row.items}
        for line in self._rows:
            line.show_records(tuple(records[item.oid] for item in line.items), lang, bilingual)
        shown = any(not line.isHidden() for line in self._rows)
        self.setVisible(shown)
        self.columns.set_event(_previous_event(row.items))

    def _show_head(self, form: FormRecord, record: GroupRecord, lang: str) -> None:
        answered, total = count_answered(record.rows[0])
        name = record.group.name.get(lang)
        asked = record.visibility is not Visibility.HIDDEN and total
        self.head.set_text(name, self.look.tr("ui_kit.count", answered=answered, total=total) if asked else "")
        only = len(form.groups) == 1 or (form.groups[0] is record and name == form.form.name.get(lang))
        self.head.setVisible(not only)


def _previous_event(items: tuple[ItemRecord, ...]) -> str:
    return next((one.previous_event for one in items if one.previous_event), "")
