"""Fields of one line: text, numbers, dates, times. Reading what was typed is the business of parse_value."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.study.definition import ItemType
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.form.fields.base import Field, FieldEntry, Note
from crf_app.ui.form.unit_text import unit_text

_WIDTH = {
    ItemType.DATE: sizes.DATE_FIELD,
    ItemType.PDATE: sizes.DATE_FIELD,
    ItemType.TIME: sizes.TIME_FIELD,
    ItemType.DATETIME: sizes.DATETIME_FIELD,
    ItemType.INT: sizes.NUMBER_FIELD,
    ItemType.DEC: sizes.NUMBER_FIELD,
}


class _Line(QLineEdit):
    """A line edit that hands a pasted block of cells to its field."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._field = field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pasting is looked at first; Up and Down belong to the form."""
        text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
        if self._field.takes_blocks and ("\t" in text or "\n" in text.strip()):
            self._field.block_pasted.emit(text)
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Qt takes text of an input method even when read-only: a locked value must not change."""
        if self.isReadOnly():
            event.ignore()
            return
        super().inputMethodEvent(event)


class LineField(Field):
    """One line edit, with a hint and what was given by default behind it."""

    hint_key = ""

    def build(self) -> None:
        """The line."""
        self.line: QLineEdit = _Line(self)
        self.line.setFixedSize(self.line_width(), sizes.FIELD)
        self.line.setTextMargins(5, 0, 5, 0)
        self.adopt(self.line)

    def line_width(self) -> int:
        """By type; text by its length."""
        return _WIDTH.get(self.item.type, sizes.TEXT_FIELD)

    def editors(self) -> tuple[QWidget, ...]:
        """The line."""
        return (self.line,)

    def content(self) -> FieldEntry:
        """What is typed, as typed."""
        return FieldEntry(self.line.text())

    def display(self, record: ItemRecord, entry: FieldEntry) -> None:
        """The text, read from its start."""
        if self.line.text() != entry.text:
            self.line.setText(entry.text)
            self.line.setCursorPosition(len(entry.text) if self.line.hasFocus() else 0)
        self.set_notes(self.notes_for(record))

    def notes_for(self, record: ItemRecord) -> tuple[Note, ...]:
        """Unit, hint, expected range, what was given by default."""
        notes = [Note(unit_text(self.item.unit))] if self.item.unit and not self.item.units else []
        if self.compact:
            return tuple(notes)
        extra = [self.item.hint.get(self.lang), record.limits.get(self.lang)]
        extra += [self.look.tr("ui_kit.prefilled")] if record.prefilled else []
        said = [one.reason for one in record.findings if one.confirmed and one.reason]
        extra += [self.look.tr("ui_kit.confirmed", reason=reason) for reason in said]
        notes += [Note(text, "text_tertiary", sizes.SMALL) for text in extra if text]
        return tuple(notes)


class TextField(LineField):
    """Free text of one line."""

    def line_width(self) -> int:
        """Short texts get a short line."""
        if self.item.length and self.item.length <= 20:
            return sizes.DATE_FIELD
        return sizes.LONG_TEXT_FIELD if self.item.length > 120 else sizes.TEXT_FIELD

    def arrange(self) -> None:
        """A long line takes what there is."""
        super().arrange()
        if self.line_width() == sizes.LONG_TEXT_FIELD:
            self.line.setFixedWidth(max(sizes.NUMBER_FIELD, min(sizes.LONG_TEXT_FIELD, self.width())))
        elif self.width():
            self.line.setFixedWidth(min(self.line_width(), self.width()))


class NumberField(LineField):
    """A number, its unit, and the same number in the standard unit while it is typed."""

    def build(self) -> None:
        """Line, and a box of units when there are several."""
        super().build()
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.units: ChoiceList | None = None
        if self.item.units:
            self.units = ChoiceList(self)
            for unit in (self.item.unit, *self.item.units):
                self.units.addItem(unit_text(unit), unit)
            self.units.setFixedSize(self.units.sizeHint().width() + 12, sizes.FIELD)
            self.units.setProperty("own_name", "unit")
            self.units.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.adopt(self.units)
            self.units.currentIndexChanged.connect(self._typed)
            self.line.textEdited.connect(self._typed)

    def editors(self) -> tuple[QWidget, ...]:
        """Line and units."""
        return (self.line, self.units) if self.units is not None else (self.line,)

    def control_width(self) -> int:
        """Both and the gap between them."""
        return self.line.width() + (self.units.width() + sizes.UNIT_GAP if self.units is not None else 0)

    def content(self) -> FieldEntry:
        """The number as typed and the unit chosen; a unit without a number says nothing."""
        return FieldEntry(self.line.text(), str(self.units.currentData()) if self.units is not None else "")

    def display(self, record: ItemRecord, entry: FieldEntry) -> None:
        """Number and unit."""
        if self.units is not None:
            blocked = self.units.blockSignals(True)
            self.units.setCurrentIndex(max(self.units.findData(entry.unit), 0))
            self.units.blockSignals(blocked)
            self.units.setAccessibleName(f"{self.question(record, self.lang)} {self.look.tr('ui_kit.lab.unit')}")
        super().display(record, entry)

    def commit(self) -> None:
        """A change of the unit alone on a blank item is not an entry."""
        if self.content().text or self._shown.text:
            super().commit()

    def notes_for(self, record: ItemRecord) -> tuple[Note, ...]:
        """The conversion comes first."""
        notes = super().notes_for(record)
        if self.units is None or not self.line.text():
            return notes
        entry = self.content()
        same = "" if entry.unit == self.item.unit else self.tools.convert(self.item, self.shown_number(), entry.unit)
        return (
            (Note(self.look.tr("ui_kit.equals", value=same), "text_secondary", sizes.SMALL), *notes) if same else notes
        )

    def shown_number(self) -> str:
        """The number with full-width forms made plain, for the conversion shown; what is committed stays as typed."""
        return unicodedata.normalize("NFKC", self.line.text()).replace("。", ".").strip()

    @Slot()
    def _typed(self) -> None:
        if self.record is not None:
            self.set_notes(self.notes_for(self.record))


class DateField(LineField):
    """A date or partial date as plain text."""

    def notes_for(self, record: ItemRecord) -> tuple[Note, ...]:
        """How a partial date will stand on paper."""
        notes = super().notes_for(record)
        text = record.value.text
        if self.item.type is ItemType.PDATE and text and text.count("-") < 2:
            return (
                Note(self.tools.format_value(self.item, record.value, self.lang), "text_tertiary", sizes.SMALL),
                *notes,
            )
        return notes


class TimeField(LineField):
    """A time of day as plain text."""


class DateTimeField(LineField):
    """Date and time as plain text."""


class MultilineField(Field):
    """Text of several lines. Enter makes a line, Ctrl+Down or Tab goes on."""

    def build(self) -> None:
        """The editor."""
        self.box = QPlainTextEdit(self)
        self.box.setTabChangesFocus(True)
        self.box.setProperty("is_field", True)
        self.box.setFixedSize(sizes.LONG_TEXT_FIELD, self.height_needed(0))
        self.adopt(self.box)

    def height_needed(self, _width: int) -> int:
        """As many lines as the item asks for, two at least, eight at most."""
        return 12 + 20 * min(max(self.item.lines, 2), 8)

    def editors(self) -> tuple[QWidget, ...]:
        """The editor."""
        return (self.box,)

    def content(self) -> FieldEntry:
        """The text as typed."""
        return FieldEntry(self.box.toPlainText())

    def display(self, _record: ItemRecord, entry: FieldEntry) -> None:
        """The text."""
        if self.box.toPlainText() != entry.text:
            self.box.setPlainText(entry.text)

    def refresh_state(self) -> None:
        """Read-only when it must be."""
        super().refresh_state()
        self.box.setReadOnly(self.read_only)

    def type_first(self, text: str) -> None:
        """Begin with that text."""
        self.box.setPlainText(text)

    def arrange(self) -> None:
        """Take what there is."""
        super().arrange()
        if self.width():
            self.box.setFixedWidth(max(sizes.NUMBER_FIELD, min(sizes.LONG_TEXT_FIELD, self.width())))
