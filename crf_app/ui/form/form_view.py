"""A form on screen: its groups one beneath the other, built once per definition and filled again after that."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import FormRecord, GroupRecord
from crf_app.study.definition import FormDef, GroupDef
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import Ask
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.panels import EmptyState
from crf_app.ui.form.cell import Cell
from crf_app.ui.form.fields.attachment import FileField
from crf_app.ui.form.fields.base import FieldEntry, FormTools
from crf_app.ui.form.group_view import ColumnView, GroupView, Stop
from crf_app.ui.form.item_row import ItemRow
from crf_app.ui.form.lab_grid import LabGrid
from crf_app.ui.form.reason_strip import Reason
from crf_app.ui.form.table_view import TableGroup

KEPT_PAGES = 40


def make_group(look: Look, tools: FormTools, group: GroupDef) -> GroupView:
    """The view for a group's layout."""
    if group.layout == "lab":
        return LabGrid(look, tools, group)
    if group.repeating != "no" or group.layout in ("table", "log"):
        return TableGroup(look, tools, group)
    return ColumnView(look, tools, group)


class _Page(QWidget):
    """The built widgets of one form definition."""

    def __init__(self, look: Look, tools: FormTools, form: FormDef) -> None:
        super().__init__()
        self.form = form
        self.visited: Cell | None = None
        self.came_from: Cell | None = None
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.groups = {group.oid: make_group(look, tools, group) for group in form.groups}
        self.empty = EmptyState(look)
        self.empty.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 16)
        column.setSpacing(0)
        for view in self.groups.values():
            column.addWidget(view)
        column.addWidget(self.empty)
        column.addStretch()

    def show_form(self, record: FormRecord, lang: str, bilingual: bool) -> None:
        """Fill every group; groups the record does not have are hidden."""
        given: dict[str, GroupRecord] = {one.group.oid: one for one in record.groups}
        for oid, view in self.groups.items():
            group = given.get(oid)
            if group is None or (not group.rows and group.group.repeating == "no"):
                view.setVisible(False)
            else:
                view.show_group(record, group, lang, bilingual)
        nothing = all(view.isHidden() for view in self.groups.values())
        self.empty.setVisible(nothing)

    def cells(self) -> Iterator[Cell]:
        """Every cell in the order of Tab."""
        for view in self.groups.values():
            if not view.isHidden():
                yield from view.cells()


class _Stack(QStackedWidget):
    """Built forms, of which one is shown: as tall as that one, not as the tallest of all."""

    def sizeHint(self) -> QSize:
        """The size of the form in sight."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Its least size."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class FormView(QScrollArea):
    """Shows a FormRecord and says what a person does with it; it stores nothing and decides nothing.

    Signals, the ItemKey first: `entry_requested(key, FieldEntry)`, `missing_requested(key, code, reason)`,
    `confirm_requested(Finding, remark)`, `row_add_requested(RowAdd)`, `row_delete_requested(key of the row, reason)`,
    `paste_requested(PasteRequest)`, `attachment_requested(key, AttachmentRequest)`, `item_focused(key)`,
    `reason_given(key, Reason)` and `reason_declined(key)` after `ask_reason`, `complete_requested()` on Ctrl+Enter,
    `walked_out(+1 or -1)` when Tab leaves the form at its end or start, `closed_typed(key)` when something is typed where nothing may be entered.
    """

    entry_requested = Signal(object, object)
    missing_requested = Signal(object, str, str)
    confirm_requested = Signal(object, str)
    row_add_requested = Signal(object)
    row_delete_requested = Signal(object, str)
    paste_requested = Signal(object)
    attachment_requested = Signal(object, object)
    item_focused = Signal(object)
    reason_given = Signal(object, object)
    reason_declined = Signal(object)
    complete_requested = Signal()
    walked_out = Signal(int)
    closed_typed = Signal(object)

    def __init__(self, look: Look, tools: FormTools, ask: Ask | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tools = tools
        self._ask = ask
        self._pages: dict[tuple[str, str], _Page] = {}
        self._page: _Page | None = None
        self._after_reason: Cell | None = None
        self._pointed: ItemRow | None = None
        self._here: ItemKey | None = None
        self._table: GroupView | None = None
        self.held = False
        """A question is open that must be answered first: Tab and Enter of the item that raised it lead nowhere."""
        self.record: FormRecord | None = None
        self._stack = _Stack()
        self._stack.setAutoFillBackground(True)
        self._stack.setBackgroundRole(QPalette.ColorRole.Base)
        self.setWidget(self._stack)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # Showing

    def show_record(self, record: FormRecord, lang: str, bilingual: bool) -> None:
        """Show the form; a field that is being typed in keeps its text."""
        fresh = self.record is None or self.record.key != record.key
        if fresh:
            self.commit_current()
        page = self._page_of(record.form)
        if fresh:
            self.held = False
            self.point_at(None)
            self._forget_walk(page)
            self._here = self._table = None
            self.verticalScrollBar().setValue(0)
        self.record = record
        page.show_form(record, lang, bilingual)
        page.empty.say(self._look.tr("ui_kit.form_empty"))
        self._stack.setCurrentWidget(page)
        self._page = page

    def _page_of(self, form: FormDef) -> _Page:
        key = (form.oid, form.version)
        page = self._pages.pop(key, None)
        if page is not None and page.form is not form and page.form != form:
            self._drop(page)
            page = None
        if page is None:
            page = self._build(form)
        self._pages[key] = page
        if len(self._pages) > KEPT_PAGES:
            self._drop(self._pages.pop(next(iter(self._pages))))
        return page

    def _drop(self, page: _Page) -> None:
        self._stack.removeWidget(page)
        page.deleteLater()

    def _build(self, form: FormDef) -> _Page:
        page = _Page(self._look, self._tools, form)
        for view in page.groups.values():
            view.entry_requested.connect(self.entry_requested)
            view.missing_requested.connect(self.missing_requested)
            view.confirm_requested.connect(self.confirm_requested)
            view.row_add_requested.connect(self.row_add_requested)
            view.row_delete_requested.connect(self.row_delete_requested)
            view.paste_requested.connect(self.paste_requested)
            view.attachment_requested.connect(self.attachment_requested)
            view.reason_given.connect(self._reason_given)
            view.reason_declined.connect(self._reason_declined)
            view.entered.connect(self._entered)
            view.left.connect(self._left)
            view.stepped.connect(self._stepped)
            view.place_reached.connect(self._bring_in_sight)
            view.item_reached.connect(self._item_reached)
            view.closed_typed.connect(self.closed_typed)
            for row in view.rows():
                for cell in row.cells:
                    if isinstance(cell.field, FileField):
                        cell.field.ask = self._ask
        self._stack.addWidget(page)
        return page

    @staticmethod
    def _forget_walk(page: _Page) -> None:
        page.visited = page.came_from = None
        for view in page.groups.values():
            for row in view.rows():
                row.visited_last = row.passed_over = False

    # Asking and answering

    def commit_current(self) -> None:
        """Send what is being typed (before a lock, a close, another form)."""
        for cell in self._page.cells() if self._page is not None else ():
            if cell.has_focus:
                cell.commit()

    def set_error(self, key: ItemKey, text: str) -> None:
        """Refuse in place what was typed into that item; "" takes it back."""
        for view in self._views():
            if view.set_error(key, text):
                return

    def set_notice(self, key: ItemKey, words: Said) -> None:
        """Say at that item why nothing can be entered."""
        for view in self._views():
            if view.set_notice(key, words):
                return

    def refused(self) -> tuple[tuple[ItemKey, str], ...]:
        """What stands refused in place, with what was said of it, in the order of the form."""
        return tuple((cell.record.key, cell.field.error) for cell in self._cells() if cell.record is not None and cell.field.error)

    def ask_reason(self, key: ItemKey, old: str, new: str) -> None:
        """Open the reason strip under that item; `reason_given` or `reason_declined` follows."""
        row = self.row_of(key)
        if row is not None:
            self._after_reason = next((cell for cell in self._cells() if cell.has_focus), None)
            row.ask_reason(key.item, old, new)
            self.held = True
            QTimer.singleShot(0, row, row.update)
            self.ensureWidgetVisible(row, 0, 24)

    @Slot(object, object)
    def _reason_given(self, key: ItemKey, reason: Reason) -> None:
        self.held = False
        if self._after_reason is not None:
            self._after_reason.focus()
        self._after_reason = None
        self.reason_given.emit(key, reason)

    @Slot(object)
    def _reason_declined(self, key: ItemKey) -> None:
        self.held = False
        self._after_reason = None
        self.reason_declined.emit(key)

    def row_of(self, key: ItemKey) -> ItemRow | None:
        """The row that shows the item."""
        return next((row for row in (view.row_of(key) for view in self._views()) if row is not None), None)

    def focus_item(self, key: ItemKey) -> bool:
        """Bring the person to that item (a finding was clicked); False when the form does not show it."""
        return any(view.focus_item(key) for view in self._views())

    def go_back(self) -> bool:
        """Bring the person back to the item, or the cell of a table, that was left last; False when there is none."""
        if self._table is not None:
            return self._table.focus_grid()
        return self._here is not None and self.focus_item(self._here)

    def point_at(self, key: ItemKey | None) -> None:
        """Bring an item in sight and mark its row, without taking the focus; None marks nothing any more."""
        if self._pointed is not None:
            self._pointed.pointed = False
            self._pointed.update()
        if key is not None and self._page is not None and key.group in self._page.groups:
            self._page.groups[key.group].point_at(key)
        row = self._pointed = self.row_of(key) if key is not None else None
        if row is not None:
            row.pointed = True
            row.update()
            self.ensureWidgetVisible(row, 0, 24)
        elif key is not None and self._page is not None and key.group in self._page.groups:
            self.ensureWidgetVisible(self._page.groups[key.group], 0, 0)

    def put_text(self, key: ItemKey, entry: FieldEntry) -> bool:
        """Let a text stand in that item as if it had just been typed there; False when it cannot be typed there."""
        field = next((one for one in (view.open_field(key) for view in self._views()) if one is not None), None)
        if field is not None:
            field.put(entry)
        return field is not None

    def focus_first(self) -> None:
        """Bring the person to the first item without a value, else to the first."""
        stops = [cell for cell in self._cells() if cell.is_stop]
        blank = [cell for cell in stops if cell.record is not None and cell.record.value.is_blank]
        for cell in (blank or stops)[:1]:
            self._focus(cell)

    def current_key(self) -> ItemKey | None:
        """The item the person is at, or was last, the cell of a table included."""
        return self._here

    def _views(self) -> tuple[GroupView, ...]:
        return tuple(self._page.groups.values()) if self._page is not None else ()

    def _cells(self) -> Iterator[Cell]:
        return self._page.cells() if self._page is not None else iter(())

    # Walking

    @Slot(object)
    def _entered(self, cell: Cell) -> None:
        page = self._page
        if page is None or cell.record is None:
            return
        before = page.visited
        if before is not None and before is not cell:
            self._mark(before, visited=False)
            page.came_from = before
        page.visited = cell
        self._mark(cell, visited=True)
        row = cell.parent()
        if isinstance(row, ItemRow):
            self.ensureWidgetVisible(row, 0, 24)
        self._table, self._here = None, cell.record.key
        self.item_focused.emit(self._here)

    @Slot(object)
    def _item_reached(self, key: ItemKey) -> None:
        """The person is in the grid of a table."""
        view = self.sender()
        self._table, self._here = view if isinstance(view, GroupView) else None, key
        self.item_focused.emit(key)

    @Slot(object)
    def _left(self, cell: Cell) -> None:
        row, record = cell.parent(), cell.record
        if isinstance(row, ItemRow) and record is not None:
            row.passed_over = (
                record.required and record.collected and not cell.field.text() and not record.value.missing
            )
            row.update()

    @Slot(object, QRect)
    def _bring_in_sight(self, widget: QWidget, place: QRect) -> None:
        centre = widget.mapTo(self._stack, place.center())
        self.ensureVisible(self.horizontalScrollBar().value(), centre.y(), 0, place.height() + 24)

    @staticmethod
    def _mark(cell: Cell, visited: bool) -> None:
        row = cell.parent()
        if isinstance(row, ItemRow):
            row.visited_last = visited
            row.update()

    @Slot(object, int)
    def _stepped(self, cell: Stop, direction: int) -> None:
        if self.held:
            return
        views = [view for view in self._views() if not view.isHidden()]
        cells = [one for view in views for one in view.stops() if one.is_stop or one is cell]
        here = next((number for number, one in enumerate(cells) if one is cell), -1)
        there = here + direction
        if here >= 0 and 0 <= there < len(cells):
            self._focus(cells[there])
        else:
            self.walked_out.emit(direction)

    def _focus(self, cell: Stop) -> None:
        cell.focus()
        row = cell.parent() if isinstance(cell, QObject) else None
        if isinstance(row, QWidget):
            self.ensureWidgetVisible(row, 0, 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter completes; F7 confirms the unusual value of the row, or of the one just left."""
        key, control = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.commit_current()
            self.complete_requested.emit()
        elif key == Qt.Key.Key_F7:
            page = self._page
            cells = (page.visited, page.came_from) if page is not None else ()
            rows = [cell.parent() for cell in cells if cell is not None]
            if not any(row.confirm() for row in rows if isinstance(row, ItemRow)):
                event.ignore()
        else:
            super().keyPressEvent(event)


def form_width(available: int) -> int:
    """The form stays at most 880 wide and at the left."""
    return min(available, sizes.FORM_MAX)
