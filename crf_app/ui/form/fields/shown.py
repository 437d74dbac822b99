"""What is read rather than entered: calculated values, and values that are missing for a reason."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import MISSING_CODES, Value
from crf_app.study.definition import ItemType
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.form.fields.base import Field, FieldEntry, Note
from crf_app.ui.form.fields.typing import wants_to_type
from crf_app.ui.form.unit_text import unit_text

_NUMBERS = (ItemType.INT, ItemType.DEC)


class _Derived(QWidget):
    """The box of a calculated value: figures semibold on sunken ground, an em dash while inputs are missing."""

    def __init__(self, field: Field, number: bool) -> None:
        super().__init__(field)
        self._look = field.look
        self._number = number
        self.shown = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedSize(sizes.NUMBER_FIELD if number else sizes.TEXT_FIELD, sizes.FIELD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, line beneath, value."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("sunken"))
        painter.setPen(QPen(self._look.colour("focus" if self.hasFocus() else "line_strong"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setPen(self._look.colour("text" if self.shown else "text_tertiary"))
        painter.setFont(self._look.font(bold=True))
        side = Qt.AlignmentFlag.AlignRight if self._number else Qt.AlignmentFlag.AlignLeft
        rect = self.rect().adjusted(8, 0, -8, 0)
        text = QFontMetrics(painter.font()).elidedText(self.shown or "—", Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | side, text)


class DerivedField(Field):
    """A calculated value: read-only, not a tab stop; a click shows where it comes from."""

    def build(self) -> None:
        """The box."""
        self.box = _Derived(self, self.item.type in _NUMBERS)
        self.adopt(self.box)

    def editors(self) -> tuple[QWidget, ...]:
        """The box."""
        return (self.box,)

    def content(self) -> FieldEntry:
        """What was shown: nothing can be typed."""
        return self._shown

    def display(self, record: ItemRecord, _entry: FieldEntry) -> None:
        """The value as people read it, its unit, and why there is none."""
        self.box.shown = self.tools.format_value(self.item, record.value, self.lang)
        self.box.setAccessibleDescription(self.box.shown or self.look.tr("ui_kit.incomplete"))
        notes = [Note(unit_text(self.item.unit))] if self.item.unit and self.box.shown else []
        extra = self.item.hint.get(self.lang) if self.box.shown else self.look.tr("ui_kit.incomplete")
        self.set_notes([*notes, Note(extra, "text_tertiary", sizes.SMALL)] if extra else notes)
        self.box.update()


class MissingBox(QWidget):
    """Stands in place of a field whose value is missing: code, its word, the reason.

    `replace_requested(text)` when a person begins to type a value over it ("" for Backspace), `edit_requested` on F4,
    `stepped`, `entered`, `closed_typed` as for a field.
    """

    replace_requested = Signal(str)
    edit_requested = Signal()
    stepped = Signal(int)
    entered = Signal()
    left = Signal()
    closed_typed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._value = Value()
        self.read_only = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setFixedSize(sizes.TEXT_FIELD, sizes.FIELD)
        self.setToolTip(look.tr("ui_kit.missing_back"))

    def show_value(self, value: Value, question: str, address: str) -> None:
        """Show why there is no value."""
        self._value = value
        self.setObjectName(address)
        self.setAccessibleName(question)
        self.setAccessibleDescription(f"{value.missing} {self._word()} {value.reason}".strip())
        metrics = QFontMetrics(self._look.font())
        self.setFixedWidth(min(max(120, metrics.horizontalAdvance(self._words()) + 52), 420))
        self.update()

    def _word(self) -> str:
        return self._look.tr(f"ui_kit.missing.{self._value.missing}") if self._value.missing else ""

    def _words(self) -> str:
        return f"{self._word()} · {self._value.reason}" if self._value.reason else self._word()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing replaces; F4 asks again; Enter and arrows walk."""
        key, control = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up) and not control:
            self.stepped.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif self.read_only:
            if wants_to_type(event):
                self.closed_typed.emit()
            event.ignore()
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_0 and control):
            self.edit_requested.emit()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.replace_requested.emit("")
        elif event.text().strip() and event.text().isprintable() and not control:
            self.replace_requested.emit(event.text())
        else:
            event.ignore()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Text committed by an input method replaces too."""
        if event.commitString() and self.read_only:
            self.closed_typed.emit()
        elif event.commitString():
            self.replace_requested.emit(event.commitString())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say so."""
        super().focusInEvent(event)
        self.entered.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say so."""
        super().focusOutEvent(event)
        self.left.emit()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Grey box, code semibold, word and reason."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = sizes.FOCUS if self.hasFocus() else 1
        painter.setPen(QPen(self._look.colour("focus" if self.hasFocus() else "control_border"), width))
        painter.setBrush(self._look.colour("locked_bg"))
        box = self.rect().toRectF().adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, sizes.RADIUS, sizes.RADIUS)
        painter.setPen(self._look.colour("text"))
        painter.setFont(self._look.font(bold=True))
        painter.drawText(QRect(8, 0, 30, self.height()), Qt.AlignmentFlag.AlignVCenter, self._value.missing)
        painter.setFont(self._look.font())
        painter.setPen(self._look.colour("text_secondary"))
        rect = self.rect().adjusted(36, 0, -8, 0)
        text = painter.fontMetrics().elidedText(self._words(), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)


class MissingEditor(QWidget):
    """Asks in place why there is no value: ND, UK or NA and a reason. `given(code, reason)`; `declined` on Escape.

    ND and NA need a reason; without one Enter stays here.
    """

    given = Signal(str, str)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.codes = Segments(look, self._segments(), parent=self)
        self.codes.setAccessibleName(look.tr("ui_kit.missing_hint"))
        self.reason = QLineEdit(self)
        self.reason.setFixedHeight(sizes.FIELD)
        self.reason.setTextMargins(5, 0, 5, 0)
        self.reason.setPlaceholderText(look.tr("ui_kit.missing_reason"))
        self.reason.setAccessibleName(look.tr("ui_kit.missing_reason"))
        self.store = Button(look, look.tr("ui_kit.missing_take"), "primary")
        self.store.clicked.connect(self.take)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 8)
        line.setSpacing(sizes.GRID)
        for widget in (self.codes, self.reason, self.store):
            line.addWidget(widget)
        line.setStretch(1, 1)
        look.languages.changed.connect(self._retranslate)

    @Slot()
    def _retranslate(self) -> None:
        tr = self._look.tr
        self.codes.set_segments(self._segments())
        self.codes.setAccessibleName(tr("ui_kit.missing_hint"))
        self.reason.setPlaceholderText(tr("ui_kit.missing_reason"))
        self.reason.setAccessibleName(tr("ui_kit.missing_reason"))
        self.store.set_text(tr("ui_kit.missing_take"))

    def _segments(self) -> list[Segment]:
        words = [(code, self._look.tr(f"ui_kit.missing.{code}")) for code in MISSING_CODES]
        return [Segment(f"{code} {word}", str(n), (code, word)) for n, (code, word) in enumerate(words, 1)]

    def ask(self, value: Value) -> None:
        """Begin with what is stored now, or with ND."""
        self.codes.set_segments(self._segments())
        self.codes.set_index(MISSING_CODES.index(value.missing) if value.missing else 0)
        self.reason.setText(value.reason)
        self.setVisible(True)
        self.codes.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send code and reason when they are complete."""
        code, reason = MISSING_CODES[max(self.codes.index, 0)], self.reason.text().strip()
        if code in ("ND", "NA") and not reason:
            self.reason.setProperty("field_state", "error")
            self.reason.update()
            self.reason.setFocus()
            return
        self.reason.setProperty("field_state", "")
        self.given.emit(code, reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter stores, Escape declines, Down goes to the reason."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.codes.hasFocus() and not self.reason.text().strip() and self.codes.index != 1:
                self.reason.setFocus()
            else:
                self.take()
        elif key == Qt.Key.Key_Escape:
            self.declined.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            (self.reason if key == Qt.Key.Key_Down else self.codes).setFocus()
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab stays inside until it is answered."""
        ring: list[QWidget] = [self.codes, self.reason, self.store]
        here = next((number for number, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if forward else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True
