"""One item inside a row: its field, or the box that says why there is no value. Knows how they take turns."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crf_app.clinical.record import ItemRecord, Visibility
from crf_app.study.definition import ItemDef
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.form.fields.attachment import FileField
from crf_app.ui.form.fields.base import AttachmentRequest, Field, FieldEntry, FormTools
from crf_app.ui.form.fields.shown import DerivedField, MissingBox
from crf_app.ui.form.fields.table import make_field


class Cell(QObject):
    """Places field, missing box and Clear button inside a rectangle of `row`; the row owns the widgets.

    Signals carry the cell's own news: `entered`, `left`, `committed(FieldEntry)`, `missing_asked`, `stepped(int)`,
    `attachment_requested(AttachmentRequest)`, `closed_typed` when something is typed where nothing may be entered.
    """

    entered = Signal(object)
    left = Signal(object)
    committed = Signal(object, object)
    missing_asked = Signal(object)
    stepped = Signal(object, int)
    attachment_requested = Signal(object, object)
    closed_typed = Signal(object)

    def __init__(self, look: Look, tools: FormTools, item: ItemDef, row: QWidget) -> None:
        super().__init__(row)
        self._look = look
        self._row = row
        self.item = item
        self.record: ItemRecord | None = None
        self.lang = look.languages.lang
        self.area = QRect()
        self.field: Field = make_field(look, tools, item, row)
        self.field.walks_by_itself = True
        self._box: MissingBox | None = None
        self._clear: Button | None = None
        self._replacing = False
        self._connect()

    def _connect(self) -> None:
        field = self.field
        field.entered.connect(self._entered)
        field.left.connect(self._left)
        field.committed.connect(self._committed)
        field.missing_requested.connect(self._missing)
        field.stepped.connect(self._stepped)
        field.closed_typed.connect(self._closed_typed)
        if self.takes_files:
            field.attachment_requested.connect(self._attachment)

    def show_record(self, record: ItemRecord, lang: str) -> None:
        """Show the record; a missing code turns the field into its box unless a value is being typed over it."""
        if self.record is None or self.record.key != record.key or not record.value.missing:
            self._replacing = False
        self.record, self.lang = record, lang
        self.field.show_record(record, lang)
        if record.value.missing and not self._replacing:
            self._show_box(record)
        elif self._box is not None and self._box.isVisibleTo(self._row):
            focused = self._box.hasFocus()
            self._swap(self.field, self._box, focused)
        self._show_clear(record)

    def _show_box(self, record: ItemRecord) -> None:
        if self._box is None:
            self._box = MissingBox(self._look, self._row)
            self._box.replace_requested.connect(self._replace)
            self._box.edit_requested.connect(self._missing)
            self._box.stepped.connect(self._stepped)
            self._box.entered.connect(self._entered)
            self._box.left.connect(self._left)
            self._box.closed_typed.connect(self._closed_typed)
        self._box.read_only = self.field.read_only
        self._box.show_value(record.value, self.field.question(record, self.lang), record.key.address)
        self._swap(self._box, self.field, self.field.has_focus_inside())
        self.place(self.area)

    def _swap(self, shown: QWidget, hidden: QWidget, focused: bool) -> None:
        shown.setVisible(True)
        if focused:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.setVisible(False)
        self.place(self.area)

    def _show_clear(self, record: ItemRecord) -> None:
        wanted = record.visibility is Visibility.HIDDEN and not record.value.is_blank and record.editable
        if wanted and self._clear is None:
            self._clear = Button(self._look, self._look.tr("ui_kit.clear"), "link", compact=True, parent=self._row)
            self._clear.clicked.connect(self._clear_value)
        if self._clear is not None:
            self._clear.set_text(self._look.tr("ui_kit.clear"))
            self._clear.setAccessibleName(f"{self._look.tr('ui_kit.clear')} {self.item.label.get(self.lang)}")
            self._clear.setVisible(wanted)

    @property
    def takes_files(self) -> bool:
        """Is it a photograph or document?"""
        return isinstance(self.field, FileField)

    @property
    def target(self) -> QWidget:
        """What takes the focus for this item."""
        box = self._box
        return box if box is not None and box.isVisibleTo(self._row) else self.field

    @property
    def is_stop(self) -> bool:
        """Does Tab come here? Not to calculated, locked or hidden items."""
        if self.record is None or isinstance(self.field, DerivedField) or self.field.read_only:
            return False
        return self.record.visibility in (Visibility.SHOWN, Visibility.UNKNOWN)

    @property
    def has_focus(self) -> bool:
        """Is the person here?"""
        return self.field.has_focus_inside() or (self._box is not None and self._box.hasFocus())

    def focus(self) -> None:
        """Bring the person here."""
        self.target.setFocus(Qt.FocusReason.TabFocusReason)

    def open_field(self) -> Field:
        """Bring the person to the field itself, also where a missing code stands."""
        if self.target is not self.field:
            self._replacing = True
            self._swap(self.field, self.target, focused=False)
        self.focus()
        return self.field

    def commit(self) -> None:
        """Send what is typed, if anything is."""
        if self.target is self.field:
            self.field.commit()

    def height_needed(self, width: int) -> int:
        """The height of what is shown."""
        return sizes.FIELD if self.target is not self.field else self.field.height_needed(width)

    def place(self, area: QRect) -> None:
        """Put everything into `area` of the row."""
        self.area = area
        self.field.setGeometry(area)
        if self._box is not None:
            self._box.move(area.topLeft())
        if self._clear is not None:
            left = area.left() + self.field.control_width() + 8 + sizes.NUMBER_FIELD + sizes.GRID
            self._clear.setGeometry(left, area.top() + 2, self._clear.sizeHint().width(), sizes.COMPACT)

    @Slot(str)
    def _replace(self, text: str) -> None:
        self._replacing = True
        if self._box is not None:
            self._swap(self.field, self._box, focused=True)
        if text:
            self.field.type_first(text)
        else:
            self.committed.emit(self, FieldEntry(""))

    @Slot()
    def _clear_value(self) -> None:
        self.committed.emit(self, FieldEntry(""))

    @Slot()
    def _entered(self) -> None:
        self.entered.emit(self)

    @Slot()
    def _left(self) -> None:
        self._finish_replacing()
        self.left.emit(self)

    def _finish_replacing(self) -> None:
        """Nothing was typed over the missing code: it stands."""
        if self._replacing and not self.has_focus and not self.field.text() and self.record is not None:
            self._replacing = False
            if self.record.value.missing:
                self._show_box(self.record)

    @Slot(object)
    def _committed(self, entry: FieldEntry) -> None:
        self.committed.emit(self, entry)

    @Slot()
    def _missing(self) -> None:
        self.missing_asked.emit(self)

    @Slot(int)
    def _stepped(self, direction: int) -> None:
        self.stepped.emit(self, direction)

    @Slot()
    def _closed_typed(self) -> None:
        self.closed_typed.emit(self)

    @Slot(object)
    def _attachment(self, request: AttachmentRequest) -> None:
        self.attachment_requested.emit(self, request)
