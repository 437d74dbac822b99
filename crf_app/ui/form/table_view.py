"""Groups with several rows: an editable grid, and beneath it all items of the current row when they are many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crf_app.clinical.keys import ItemKey, item_key
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord
from crf_app.study.definition import GroupDef, ItemType
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label, SectionHead
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.form.blocks import PasteRequest, RowAdd, read_block
from crf_app.ui.form.cell import Cell
from crf_app.ui.form.fields.base import Field, FieldEntry, FormTools, editing_text
from crf_app.ui.form.fields.shown import MissingEditor
from crf_app.ui.form.grid_stop import GridStop
from crf_app.ui.form.group_view import ColumnView, GroupView, Stop
from crf_app.ui.form.item_row import ItemRow
from crf_app.ui.form.reason_strip import Reason, ReasonStrip
from crf_app.ui.form.row_grid import RowGrid
from crf_app.ui.form.row_model import RowModel

MOST_LINES = 12
MOST_PLANNED = 40
MOST_TIMES = 4
_OPENS = {"queries": {"query_open", "query_answered"}, "findings": {"impossible", "unusual_to_confirm"}}
"""Where the marks of a row open: a tab of the inspector."""
_NOT_COPIED = (ItemType.PHOTO, ItemType.FILE)


class TableGroup(GroupView):
    """Rows of a log or a fixed plan. A plan of few rows and many items shows a switch of rows instead of the grid."""

    def __init__(self, look: Look, tools: FormTools, group: GroupDef, parent: QWidget | None = None) -> None:
        super().__init__(look, tools, group, parent)
        self.model = RowModel(look, tools, group, self)
        self.grid = RowGrid(look, tools, self.model, self)
        self.detail: ColumnView | None = None
        self._bilingual = False
        self._row = 0
        self._detailed = False
        self._coded = any("coded" in one.tags for one in group.items)
        self._wide = len([one for one in group.items if one.oid not in group.rows_key and "coded" not in one.tags]) > len(self.model.items)
        self.head = SectionHead(look)
        self.switch = Segments(look, parent=self)
        self.switch.chosen.connect(self.select_row)
        self.hint = Label(look, role="text_tertiary", pixels=sizes.SMALL)
        self.duplicate = Button(look, look.tr("ui_kit.duplicate_row"), icon="duplicate", key="Ctrl D", compact=True)
        self.delete = Button(look, look.tr("ui_kit.delete_row"), icon="trash", key="Del", compact=True)
        self.strip = ReasonStrip(look, self)
        self.strip.setVisible(False)
        self.missing = MissingEditor(look, self)
        self.missing.setVisible(False)
        self.notice = InlineMessage(look, self)
        self._asked: ItemRecord | None = None
        self._grid_stop = GridStop(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)  # the grid inside would draw the rows apart
        self._build()
        self._connect()

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 6, 0, 6)
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.duplicate)
        foot.addWidget(self.delete)
        inset = QVBoxLayout()
        inset.setContentsMargins(sizes.FORM_MARGIN, 0, sizes.FORM_RIGHT, 0)
        inset.setSpacing(0)
        inset.addWidget(self.switch)
        inset.addWidget(self.grid)
        inset.addWidget(self.notice)
        inset.addWidget(self.strip)
        inset.addWidget(self.missing)
        inset.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, sizes.GRID)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(inset)
        if self._wide or self._coded:
            self.detail = ColumnView(self.look, self.tools, self.group, headless=True)
            for row in self.detail.rows():
                self._relay_detail(row)
            column.addWidget(self.detail)

    def _relay_detail(self, row: ItemRow) -> None:
        self.relay(row)
        row.entry_requested.disconnect(self.entry_requested)
        row.entry_requested.connect(self._detail_entered)
        row.stepped.disconnect(self.stepped)
        row.stepped.connect(self._detail_stepped)

    def _connect(self) -> None:
        grid = self.grid
        grid.delegate.committed.connect(self._committed)
        grid.row_changed.connect(self.select_row)
        grid.duplicate_asked.connect(self.duplicate_row)
        grid.delete_asked.connect(self.ask_delete)
        grid.block_pasted.connect(self.paste)
        self.duplicate.clicked.connect(self._duplicate_current)
        self.delete.clicked.connect(self._delete_current)
        grid.missing_asked.connect(self.ask_missing)
        grid.walked_out.connect(self._grid_left)
        grid.cell_reached.connect(self._cell_reached)
        grid.item_reached.connect(self.item_reached)
        grid.closed_typed.connect(self.closed_typed)
        self.missing.given.connect(self._missing_given)
        self.missing.declined.connect(self._missing_declined)
        self.strip.given.connect(self._delete_given)
        self.strip.declined.connect(self._delete_declined)

    # Showing

    def rows(self) -> Iterator[ItemRow]:
        """The rows of the current line's detail."""
        return self.detail.rows() if self.detail is not None else iter(())

    def show_group(self, form: FormRecord, record: GroupRecord, lang: str, bilingual: bool) -> None:
        """Show all rows; the current one stays current."""
        self._bilingual = bilingual
        if form.key != self.model.form:
            self._row = 0
        self.model.show_rows(form.key, record, lang)
        rows, log = self.model.rowCount(), record.group.repeating == "log"
        self.setVisible(rows > 0)
        active = sum(not one.deleted for one in record.rows)
        self.head.set_text(record.group.name.get(lang), str(active) if log else "")
        self.grid.setAccessibleName(self.look.tr("ui_kit.table", group=record.group.name.get(lang)))
        self.grid.setObjectName(f"{item_key(form.key, record.group.oid, 0, '').row_address}/table")
        self._show_switch(log)
        self._show_foot(log)
        self._detailed = self._wide or any("coded" in one.item.tags and one.collected for row in record.rows for one in row.items)
        self.select_row(min(self._row, max(rows - 1, 0)))

    def _show_switch(self, log: bool) -> None:
        switched = self._wide and not log and self.model.rowCount() <= MOST_TIMES
        self.switch.setVisible(switched)
        self.grid.setVisible(not switched)
        if switched:
            names = [self.model.row_name(row) for row in range(self.model.rowCount())]
            self.switch.set_segments([Segment(name) for name in names])
            self.switch.setAccessibleName(self.model.group.name.get(self.model.lang))
        self.grid.fit_names(sizes.NAME_COLUMN)
        self.grid.fit_heads()
        self.grid.setFixedHeight(self.grid.height_for_rows(MOST_LINES if log else MOST_PLANNED))

    def _show_foot(self, log: bool) -> None:
        self._show_hint()
        for button, word in ((self.duplicate, "duplicate_row"), (self.delete, "delete_row")):
            button.set_text(self.look.tr(f"ui_kit.{word}"))
            button.setVisible(log and self.model.can_add and bool(self.model.rows))

    def _show_hint(self) -> None:
        """What the marks of the current row say and where they open; without any, how a row is added."""
        marks = self.model.row_marks(self._row) if self._row < self.model.rowCount() else ()
        opens = [self.look.tr(f"ui_kit.row_opens.{name}") for name, which in _OPENS.items() if which & set(marks)]
        if opens:
            said = f"{self.model.row_name(self._row)}: {self.model.mark_words(self._row)}"
            self.hint.setText(" · ".join((said, *opens)))
        else:
            self.hint.setText(self.look.tr("ui_kit.empty_rows_hint") if self.group.repeating == "log" and self.model.can_add else "")
        self.hint.setVisible(bool(self.hint.text()))

    def set_notice(self, key: ItemKey, words: Said) -> bool:
        """Beneath the grid for its cells, else at the item of the current row."""
        if (key.group, key.form) != (self.group.oid, self.group.form):
            return False
        if not self.grid.hasFocus() and super().set_notice(key, words):
            return True
        if words:
            self.notice.say("info", words)
        else:
            self.notice.setVisible(False)
        return True

    @Slot(int)
    def select_row(self, row: int) -> None:
        """Make `row` current, in the grid and beneath it."""
        self._row = row
        self.notice.setVisible(False)
        self._show_hint()
        if row < len(self.switch.segments):
            self.switch.set_index(row)
        if self.grid.currentIndex().row() != row and self.model.rowCount():
            self.grid.setCurrentIndex(self.model.index(row, 0))
        if self.detail is not None and self.model.rowCount():
            self.detail.show_row(self._row_record(row), self.model.lang, self._bilingual)
        if self.detail is not None and not self._detailed:
            self.detail.setVisible(False)

    def point_at(self, key: ItemKey) -> None:
        """Make the row of that item current."""
        row = next((number for number, one in enumerate(self.model.rows) if one.number == key.row), -1)
        if row >= 0 and row != self._row:
            self.select_row(row)

    def _row_record(self, row: int) -> RowRecord:
        """The row, or for the empty line a blank one; a deleted row cannot be edited."""
        if not self.model.is_new(row) and not self.model.rows[row].deleted:
            return self.model.rows[row]
        if self.model.is_new(row):
            coming = tuple(self.model.coming(item) for item in self.group.items)
            return RowRecord(self.model.next_number(), self.group.name, coming)
        given = {one.item.oid: one for one in self.model.rows[row].items}
        number = self.model.rows[row].number
        items = tuple(
            replace(given[item.oid], editable=False)
            if item.oid in given
            else ItemRecord(item_key(self.model.form, self.group.oid, number, item.oid), item, editable=False)
            for item in self.group.items
        )
        return RowRecord(number, self.group.name, items)

    def cells(self) -> Iterator[Cell]:
        """The cells of the detail; the grid walks by itself."""
        return super().cells() if self.detail is not None and not self.detail.isHidden() else iter(())

    def stops(self) -> Iterator[Stop]:
        """The grid, then the items of its current row."""
        yield self._grid_stop
        yield from self.cells()

    @Slot(object, int)
    def _detail_stepped(self, cell: Cell, direction: int) -> None:
        """Under a switch of rows, Tab goes from the last item of a row to the first of the next, and back."""
        stops = [one for one in self.cells() if one.is_stop or one is cell]
        there, row = stops.index(cell) + direction, self._row + direction
        if self.switch.isHidden() or 0 <= there < len(stops) or not 0 <= row < self.model.rowCount():
            self.stepped.emit(cell, direction)
            return
        self.select_row(row)
        following = [one for one in self.cells() if one.is_stop]
        for one in following[:1] if direction > 0 else following[-1:]:
            one.focus()

    @Slot(QRect)
    def _cell_reached(self, place: QRect) -> None:
        self.place_reached.emit(self, place.translated(self.grid.mapTo(self, QPoint())))

    @Slot(int)
    def _grid_left(self, direction: int) -> None:
        self.stepped.emit(self._grid_stop, direction)

    @Slot()
    def ask_missing(self) -> None:
        """Ask why the current cell has no value."""
        index = self.grid.currentIndex()
        if not index.isValid() or self.model.is_new(index.row()):
            return
        record = self.model.record_at(index.row(), index.column())
        if record.item.missing and self.model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self._asked = record
            self.missing.ask(record.value)

    @Slot(str, str)
    def _missing_given(self, code: str, reason: str) -> None:
        asked = self._asked
        self._missing_declined()
        if asked is not None:
            self.missing_requested.emit(asked.key, code, reason)

    @Slot()
    def _missing_declined(self) -> None:
        self._asked = None
        self.missing.setVisible(False)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_item(self, key: ItemKey) -> bool:
        """Make the item's row current, then go to the item."""
        if (key.group, key.form) != (self.group.oid, self.group.form):
            return False
        row = next((n for n, one in enumerate(self.model.rows) if one.number == key.row), -1)
        if row < 0:
            return False
        self.select_row(row)
        if super().focus_item(key):
            return True
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.setCurrentIndex(self.model.index(row, self._column(key)))
        return True

    def focus_grid(self) -> bool:
        """To the current cell, without opening it."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.grid.isVisible()

    def open_field(self, key: ItemKey) -> Field | None:
        """The field beneath the grid, else the one that opens in it; a row that was not begun yet is the empty line."""
        if (key.group, key.form) != (self.group.oid, self.group.form):
            return None
        if self.model.can_add and key.row == self.model.next_number():
            self.select_row(len(self.model.rows))
            self.grid.setCurrentIndex(self.model.index(len(self.model.rows), self._column(key)))
        elif not self.focus_item(key):
            return None
        return super().open_field(key) if self.row_of(key) is not None else self.grid.open_field()

    def _column(self, key: ItemKey) -> int:
        return next((n for n, one in enumerate(self.model.items) if one.oid == key.item), 0)

    # What a person does

    @Slot(object, object)
    def _committed(self, record: ItemRecord, entry: FieldEntry) -> None:
        known = any(one.number == record.key.row for one in self.model.rows)
        if known:
            self.entry_requested.emit(record.key, entry)
        elif entry.text:
            self._add([(record.item.oid, entry)])

    @Slot(object, object)
    def _detail_entered(self, key: ItemKey, entry: FieldEntry) -> None:
        if any(one.number == key.row for one in self.model.rows):
            self.entry_requested.emit(key, entry)
        elif entry.text:
            self._add([(key.item, entry)])

    def _add(self, entries: list[tuple[str, FieldEntry]]) -> None:
        self.row_add_requested.emit(RowAdd(self.model.form, self.group.oid, tuple(entries)))

    @Slot(int)
    def duplicate_row(self, row: int) -> None:
        """Ask for a new row with the same entries; numbers, calculated values, codes and files stay behind."""
        if not self.model.can_add or self.model.is_new(row) or row < 0:
            return
        entries = [
            (one.item.oid, FieldEntry(editing_text(one.item, one.value), one.value.unit))
            for one in self.model.rows[row].items
            if one.value.text and not one.item.is_derived and "coded" not in one.item.tags
            if one.item.type not in _NOT_COPIED and one.item.oid != self.group.row_number
        ]
        self._add(entries)

    @Slot()
    def _duplicate_current(self) -> None:
        self.duplicate_row(self._row)

    @Slot(int)
    def ask_delete(self, row: int) -> None:
        """Ask why the row is deleted."""
        if self.model.can_add and 0 <= row < len(self.model.rows) and not self.model.rows[row].deleted:
            self._row = row
            question = self.look.later("ui_kit.delete_why", row=self.model.row_name(row))
            self.strip.ask(question, self.look.later("ui_kit.reason.keys_row"), deleting=True)

    @Slot()
    def _delete_current(self) -> None:
        self.ask_delete(self._row)

    @Slot(object)
    def _delete_given(self, reason: Reason) -> None:
        self._delete_declined()
        number = self.model.rows[self._row].number
        self.row_delete_requested.emit(item_key(self.model.form, self.group.oid, number, ""), reason.text)

    @Slot()
    def _delete_declined(self) -> None:
        self.strip.setVisible(False)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def paste(self, text: str) -> None:
        """A block of cells: into the rows from the current cell on, then into new rows."""
        index = self.grid.currentIndex()
        if not text.strip() or not index.isValid():
            return
        known: list[tuple[ItemKey, FieldEntry]] = []
        for number, cells in enumerate(read_block(text), index.row()):
            given = self._pasted_cells(number, index.column(), cells)
            if not self.model.is_new(number):
                known += [(record.key, entry) for record, entry in given]
            elif self.model.can_add and given:
                self._add([(record.item.oid, entry) for record, entry in given])
        if known:
            self.paste_requested.emit(PasteRequest(tuple(known)))

    def _pasted_cells(self, row: int, first: int, cells: list[str]) -> list[tuple[ItemRecord, FieldEntry]]:
        found = []
        for column, text in enumerate(cells, first):
            if text and column < self.model.columnCount():
                record = self.model.record_at(row, column)
                if record.editable and record.collected:
                    unit = record.value.unit or record.item.unit if record.item.units else ""
                    found.append((record, FieldEntry(text, unit)))
        return found
