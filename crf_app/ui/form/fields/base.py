"""What every field promises: show a record, hold what is typed, commit it when it is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from crf_app.clinical.record import ItemRecord, Visibility
from crf_app.clinical.values import Value
from crf_app.study.definition import ItemDef, Severity
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.typing import wants_to_type
from crf_app.ui.form.unit_text import unit_text

_NOT_LEFT = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
)
_MISSING_KEYS = ((Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier))


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """What a person entered, exactly as typed: an operator such as < stays in `text`; codes and links are joined by ";"

    `text` "" clears the item. `unit` is the unit chosen beside a number, "" the item's own.
    """

    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class LinkOption:
    """A row that a link may point to: its row address and what it is called."""

    address: str
    label: str


@dataclass(frozen=True, slots=True)
class AttachmentRequest:
    """Files to take in for an item: paths, or the clipboard's picture as PNG `content`. The field stores nothing."""

    paths: tuple[str, ...] = ()
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class FormTools:
    """What fields ask of the rest of the program; each is a plain function.

    `format_value(item, value, lang)`: a value as people read it. `convert(item, text, unit)`: the same number in the
    item's standard unit with that unit, "" when it cannot be said. `link_options(record, lang)`: rows to link to.
    `thumbnail(sha256)`: a small picture of a stored photograph, null when there is none. `may_confirm()`: is confirming offered here now?
    """

    format_value: Callable[[ItemDef, Value, str], str]
    convert: Callable[[ItemDef, str, str], str]
    link_options: Callable[[ItemRecord, str], Sequence[LinkOption]]
    thumbnail: Callable[[str], QPixmap]
    may_confirm: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Note:
    """A quiet text after the control."""

    text: str
    role: str = "text_secondary"
    pixels: int = sizes.BASE


def editing_text(item: ItemDef, value: Value) -> str:
    """What stands in an editor so that leaving it unchanged stores nothing: canonical, with operator."""
    text = value.text.replace("T", " ") if item.type.value == "datetime" else value.text
    return f"{value.operator}{text}"


def field_state(record: ItemRecord) -> str:
    """How the box of a value is drawn (ClinicalStyle): by definition first, then by the heaviest finding."""
    if record.visibility in (Visibility.HIDDEN, Visibility.NOT_ASKED):
        return "left_behind"
    if record.item.is_derived and not record.item.computed_unless_typed:
        return "derived"
    if not record.editable:
        return "locked"
    weights = {one.severity for one in record.findings if not one.confirmed}
    if Severity.HARD in weights:
        return "error"
    if any(one.query == "open" for one in record.findings):
        return "query"
    return "to_confirm" if weights & {Severity.SOFT, Severity.DEV} else ""


class Field(QWidget):
    """A control for one item. It knows nothing but its text.

    `committed(FieldEntry)` when it is left, or Enter is pressed, with a content that differs from what was shown;
    `left` whenever the focus goes elsewhere; `entered` when it comes; `missing_requested` on F4 or Ctrl+0;
    `block_pasted(text)` instead of pasting several cells of a spreadsheet into one line, when `takes_blocks` is set.
    `compact` leaves hints and ranges away (grids show them elsewhere).
    `stepped(+1 or -1)` when the person asks for the next or previous item (the content is committed before).
    `closed_typed` when something is typed, or an answer clicked, where nothing may be entered.
    """

    answers_by_click = False
    """Is a click on it an answer by itself?"""

    looks_elsewhere = False
    """Does what it shows depend on more than its record, as the names of linked rows do?"""

    committed = Signal(object)
    left = Signal()
    entered = Signal()
    missing_requested = Signal()
    stepped = Signal(int)
    attachment_requested = Signal(object)
    block_pasted = Signal(str)
    closed_typed = Signal()

    def __init__(self, look: Look, tools: FormTools, item: ItemDef, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.tools = tools
        self.item = item
        self.lang = look.languages.lang
        self.record: ItemRecord | None = None
        self.error = ""
        self.notes: tuple[Note, ...] = ()
        self.walks_by_itself = False
        self.takes_blocks = False
        self.compact = False
        self._shown = FieldEntry("")
        self.build()

    # What each kind of field says about itself.

    def build(self) -> None:
        """Make the editors. Each is handed to `adopt`, the first becomes the focus proxy."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def content(self) -> FieldEntry:
        """What stands in the editors now."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def display(self, record: ItemRecord, entry: FieldEntry) -> None:
        """Put `entry` into the editors, and everything else that depends on the record."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def stored(self, record: ItemRecord) -> FieldEntry:
        """The record's value as this field would hold it."""
        unit = record.value.unit or self.item.unit if self.item.units else ""
        return FieldEntry(editing_text(self.item, record.value), unit)

    def editors(self) -> tuple[QWidget, ...]:
        """The widgets that take the focus, in order."""
        raise NotImplementedError  # abstract: Qt's own metaclass does not hold abc's marks to their word, so it is said here

    def control_width(self) -> int:
        """How wide the editors are; notes follow."""
        return sum(one.width() for one in self.editors())

    def least_width(self) -> int:
        """The width below which something of it would be cut off."""
        return 0

    def height_needed(self, _width: int) -> int:
        """The height for a control column of that width."""
        return sizes.FIELD

    def type_first(self, text: str) -> None:
        """Begin with a character that was typed before the field was open."""
        first = self.editors()[0]
        if isinstance(first, QLineEdit):
            first.setText(text)

    # Showing

    def show_record(self, record: ItemRecord, lang: str) -> None:
        """Show the record's value; what is being typed, or was refused, into the same item stays."""
        same = self.record is not None and self.record.key == record.key
        keep = same and (self.is_being_typed or bool(self.error))
        other_words = lang != self.lang
        self.record, self.lang = record, lang
        self.setProperty("field_state", field_state(record))
        self._name_editors(record, lang)
        stored = self.stored(record)
        if keep and stored == self._shown and self.content() == stored:
            self.error = ""
        if not keep:
            self.error = ""
            self._shown = stored
            self.display(record, stored)
        elif other_words:
            self.display(record, self.content())
        self.refresh_state()

    def stands(self, record: ItemRecord, lang: str) -> bool:
        """Does it show exactly this record already, with nothing typed over it?"""
        if self.looks_elsewhere or self.error or self.lang != lang or self.record != record:
            return False
        return self.content() == self._shown == self.stored(record)

    @property
    def is_being_typed(self) -> bool:
        """Does it hold the focus and something that is not committed?"""
        return self.has_focus_inside() and self.content() != self._shown

    @property
    def is_unstored(self) -> bool:
        """Does it hold something else than the stored value, wherever the focus is?"""
        return self.record is not None and not self.read_only and self.content() != self.stored(self.record)

    def put(self, entry: FieldEntry) -> None:
        """Let `entry` stand in the editors as if it had just been typed."""
        if self.record is not None and not self.read_only:
            self.display(self.record, entry)

    def has_focus_inside(self) -> bool:
        """Is one of its editors at work?"""
        return any(one.hasFocus() for one in self.editors())

    def text(self) -> str:
        """What is typed or chosen now."""
        return self.content().text

    def set_error(self, text: str) -> None:
        """Say in place why what was typed cannot be taken; "" takes it back. The text stays for correction."""
        self.error = text
        self.refresh_state()

    def refresh_state(self) -> None:
        """Hand the state to the editors, the error to those who do not see the colour."""
        state = "error" if self.error else str(self.property("field_state") or "")
        for one in self.editors():
            if one.property("field_state") != state:
                one.setProperty("field_state", state)
                one.update()
            if isinstance(one, QLineEdit):
                one.setReadOnly(state in ("derived", "locked", "left_behind"))
            if one.accessibleDescription() != self.error and (self.error or isinstance(one, QLineEdit | QComboBox)):
                one.setAccessibleDescription(self.error)
        self.update()

    def question(self, record: ItemRecord, lang: str) -> str:
        """The label with its unit: what a screen reader says."""
        unit = unit_text(self.item.unit)
        return f"{record.item.label.get(lang)} ({unit})" if unit else record.item.label.get(lang)

    def _name_editors(self, record: ItemRecord, lang: str) -> None:
        name, address = self.question(record, lang), record.key.address
        for number, one in enumerate(self.editors()):
            one.setObjectName(address if number == 0 else f"{address}/{number + 1}")
            if not one.property("own_name"):
                one.setAccessibleName(name)

    # Committing

    @property
    def read_only(self) -> bool:
        """May nothing be entered?"""
        return str(self.property("field_state") or "") in ("derived", "locked", "left_behind")

    def commit(self) -> None:
        """Send what is there when it differs from what was shown."""
        entry = self.content()
        if self.read_only or entry == self._shown:
            return
        self.error = ""
        self._shown = entry
        self.committed.emit(entry)

    def restore(self) -> None:
        """Back to the stored value."""
        if self.record is not None:
            self.error = ""
            self._shown = self.stored(self.record)
            self.display(self.record, self._shown)
            self.refresh_state()

    # Focus and keys

    def adopt(self, editor: QWidget) -> None:
        """Watch an editor's focus; call once for each in `build`."""
        editor.installEventFilter(self)
        if self.focusProxy() is None:
            self.setFocusProxy(editor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Focus that comes and goes."""
        if isinstance(event, QFocusEvent):
            if event.type() == QEvent.Type.FocusIn:
                self.entered.emit()
            elif event.type() == QEvent.Type.FocusOut and event.reason() not in _NOT_LEFT:
                self.leave()
        elif self.read_only and (wants_to_type(event) or (self.answers_by_click and event.type() == QEvent.Type.MouseButtonPress)):
            self.closed_typed.emit()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on an answer that is switched off comes here."""
        if self.read_only and self.answers_by_click:
            self.closed_typed.emit()
        super().mousePressEvent(event)

    @Slot()
    def leave(self) -> None:
        """The focus has gone from an editor: commit unless it only went to the next one of the same field."""
        if not self.has_focus_inside():
            self.commit()
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down: next; Up: back; Escape: restore; F4 or Ctrl+0: no value."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.step(1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and plain:
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and (self.error or self.content() != self._shown):
            self.restore()
        elif (key, modifiers) in _MISSING_KEYS and self.item.missing and not self.read_only:
            self.missing_requested.emit()
        else:
            event.ignore()

    def step(self, direction: int) -> None:
        """Commit, then ask for the next (+1) or previous (-1) item."""
        self.commit()
        self.stepped.emit(direction)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab: through the editors of this field, then on."""
        editors = [one for one in self.editors() if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()]
        here = next((number for number, one in enumerate(editors) if one.hasFocus()), -1)
        there = here + (1 if forward else -1)
        if here >= 0 and 0 <= there < len(editors):
            editors[there].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if not self.walks_by_itself:
            return super().focusNextPrevChild(forward)
        self.step(1 if forward else -1)
        return True

    # Drawing

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Editors stand at the left, one after the other."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Place the editors."""
        left = 0
        for one in self.editors():
            one.move(left, 0)
            left += one.width() + sizes.UNIT_GAP

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Texts painted after the control."""
        if tuple(notes) != self.notes:
            self.notes = tuple(notes)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The notes, cut where the column ends."""
        if not self.notes:
            return
        painter = QPainter(self)
        left = self.control_width() + sizes.UNIT_GAP
        for note in self.notes:
            font = self.look.font(note.pixels)
            metrics = QFontMetrics(font)
            room = self.width() - left
            if room < 12:
                break
            text = metrics.elidedText(note.text, Qt.TextElideMode.ElideRight, room)
            painter.setFont(font)
            painter.setPen(self.look.colour(note.role))
            painter.drawText(QRect(left, 0, room, sizes.FIELD), Qt.AlignmentFlag.AlignVCenter, text)
            left += metrics.horizontalAdvance(text) + sizes.GRID
