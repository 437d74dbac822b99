"""A row of segments of which one can be chosen: one widget, one tab stop, painted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look

_DENSITIES = ((11, True), (8, True), (8, False), (4, False))
"""Padding beside a text, and whether its key is shown: from roomy to tight."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One option: what it says, the key shown beside it, and every text that chooses it when typed."""

    text: str
    key: str = ""
    typed: tuple[str, ...] = ()


def normalise_key(text: str) -> str:
    """What was typed, full-width forms of Chinese input methods made plain, lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


class Segments(QWidget):
    """Options side by side. `chosen(index)` is sent for every choice by key (`picked` False) or mouse (`picked` True).

    Keys: the option's key or first letter, Left and Right, Home and End, Backspace or Delete to clear when `clearable`.
    Text committed by an input method counts as typed.
    """

    chosen = Signal(int)
    picked = Signal(int)

    def __init__(
        self, look: Look, segments: Sequence[Segment] = (), *, clearable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.index = -1
        self.clearable = clearable
        self.read_only = False
        self.dimmed = False
        self.border_role = ""
        self._segments: tuple[Segment, ...] = ()
        self._edges: list[int] = [0]
        self._room = 0
        self._pad, self._keys = _DENSITIES[0]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.set_segments(segments)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Offer other options; the choice stays if its index still exists."""
        if tuple(segments) == self._segments:
            return
        self._segments = tuple(segments)
        if self.index >= len(self._segments):
            self.index = -1
        self._lay_out()
        self.setAccessibleDescription(self.text())

    def fit(self, room: int) -> None:
        """Take at most `room` pixels where that is possible: first closer together, then without the keys."""
        if room != self._room:
            self._room = room
            self._lay_out()

    def least_width(self) -> int:
        """The width below which options would be cut off."""
        return self._edges_at(*_DENSITIES[-1])[-1] + 1

    def _lay_out(self) -> None:
        for pad, keys in _DENSITIES:
            self._pad, self._keys = pad, keys
            self._edges = self._edges_at(pad, keys)
            if not self._room or self._edges[-1] < self._room:
                break
        self.setFixedSize(self.sizeHint())
        self.update()

    def _edges_at(self, pad: int, keys: bool) -> list[int]:
        bold, small = QFontMetrics(self.look.font(bold=True)), QFontMetrics(self.look.font(sizes.KEY_HINT))
        edges = [0]
        for one in self._segments:
            width = bold.horizontalAdvance(one.text) + 2 * pad
            width += small.horizontalAdvance(one.key) + 7 if keys and one.key else 0
            edges.append(edges[-1] + max(width, 28))
        return edges

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The options offered."""
        return self._segments

    def text(self) -> str:
        """What the chosen option says, "" without a choice."""
        return self._segments[self.index].text if self.index >= 0 else ""

    def sizeHint(self) -> QSize:
        """As wide as the options."""
        return QSize(self._edges[-1] + 1, sizes.FIELD)

    def set_index(self, index: int) -> None:
        """Show that option as chosen (-1: none), without a signal."""
        if index != self.index:
            self.index = index
            self.setAccessibleDescription(self.text())
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, self.text()))
            self.update()

    def choose(self, index: int) -> None:
        """Choose as a person does: nothing when read-only, else with the signal."""
        if self.read_only or not -1 <= index < len(self._segments):
            return
        if index != self.index:
            self.set_index(index)
            self.chosen.emit(index)

    def type_text(self, text: str) -> bool:
        """Choose what `text` names: a key, a code, the beginning of an option when only one begins so."""
        wanted = normalise_key(text)
        if not wanted:
            return False
        for index, one in enumerate(self._segments):
            if wanted in (normalise_key(one.key), *map(normalise_key, one.typed)):
                self.choose(index)
                return True
        begins = [
            index
            for index, one in enumerate(self._segments)
            if any(normalise_key(name).startswith(wanted) for name in (one.text, *one.typed))
        ]
        if len(begins) == 1:
            self.choose(begins[0])
        return len(begins) == 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by key; what means nothing here goes up to the form."""
        key, last = Qt.Key(event.key()), len(self._segments) - 1
        if key == Qt.Key.Key_Right:
            self.choose(min(self.index + 1, last))
        elif key == Qt.Key.Key_Left:
            self.choose(max(self.index - 1, 0) if self.index >= 0 else last)
        elif key == Qt.Key.Key_Home:
            self.choose(0)
        elif key == Qt.Key.Key_End:
            self.choose(last)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self.clearable:
            self.choose(-1)
        elif not self._types(event):
            event.ignore()

    def _types(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return plain == Qt.KeyboardModifier.NoModifier and self.type_text(event.text())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method commits is typed text."""
        if event.commitString():
            self.type_text(event.commitString())
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:  # noqa: N802 Qt's name
        """Input methods may be used; Latin letters are preferred."""
        if query == Qt.InputMethodQuery.ImEnabled:
            return True
        if query == Qt.InputMethodQuery.ImHints:
            return int(Qt.InputMethodHint.ImhPreferLatin.value)
        return super().inputMethodQuery(query)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        x = event.position().x()
        for index, right in enumerate(self._edges[1:]):
            if x < right:
                self.choose(index)
                self.picked.emit(index)
                return

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The border is the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The border is the focus."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Box, options, keys."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()), sizes.RADIUS, sizes.RADIUS)
        for index, one in enumerate(self._segments):
            self._paint_segment(painter, index, one)
        self._paint_border(painter)

    def _paint_border(self, painter: QPainter) -> None:
        if self.read_only and not self.hasFocus() and not self.border_role:
            return  # what cannot be chosen has no frame
        role = "focus" if self.hasFocus() else self.border_role or "control_border"
        width = sizes.FOCUS if self.hasFocus() or self.border_role == "error" else 1
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.colour(role), width))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), sizes.RADIUS, sizes.RADIUS)

    def _paint_segment(self, painter: QPainter, index: int, one: Segment) -> None:
        left, right = self._edges[index], self._edges[index + 1]
        box, on = QRectF(left, 0, right - left, self.height()), index == self.index
        quiet = self.dimmed or not self.isEnabled() or self.read_only
        if on:
            painter.setPen(QPen(self.look.colour("line_strong" if quiet else "accent"), 1))
            painter.setBrush(self.look.colour("locked_bg" if quiet else "accent_tint"))
            painter.drawRoundedRect(box.adjusted(1, 1, 0, -1), 3, 3)
        elif index and index - 1 != self.index and not self.read_only:
            painter.setPen(QPen(self.look.colour("line_strong"), 1))
            painter.drawLine(QPointF(left + 0.5, 1), QPointF(left + 0.5, self.height() - 1))
        font = QFont(self.look.font(bold=on))
        font.setStrikeOut(on and self.dimmed)
        painter.setFont(font)
        plain = "text" if self.read_only and on and not self.dimmed else "text_tertiary"
        painter.setPen(self.look.colour(plain if quiet else "accent" if on else "text"))
        align = Qt.AlignmentFlag.AlignVCenter
        inner = box.adjusted(self._pad, 0, -self._pad, 0)
        key = one.key if self._keys and not self.read_only else ""
        side = Qt.AlignmentFlag.AlignLeft if key else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(inner, align | side, one.text)
        if key:
            painter.setFont(self.look.font(sizes.KEY_HINT))
            painter.setPen(self.look.colour("text_tertiary"))
            painter.drawText(inner.adjusted(0, 0, 2, 0), align | Qt.AlignmentFlag.AlignRight, key)


class SegmentSwitch(Segments):
    """Segments that always have one choice: views, filters, the language."""

    def __init__(self, look: Look, options: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, [Segment(text) for text in options], parent=parent)
        self.setAccessibleName(name)
        self.set_index(0)
