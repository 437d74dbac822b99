"""What the palette found, as rows under heads; the letters that were typed stand out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crf_app.services.search import Hit
from crf_app.ui.actions import Action
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import key_width, paint_key
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.context import UiContext

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
_HEAD, _ROW = 28, 32
_ORDER = (("form", "forms"), ("visit", "visits"), ("subject", "subjects"))


@dataclass(frozen=True, slots=True)
class Head:
    """A head: forms, visits, subjects or actions."""

    name: str


Row = Head | Hit | Action


def actions_like(context: UiContext, text: str) -> tuple[Action, ...]:
    """The actions on offer whose words, in either language, contain every word of `text`; all for a blank text."""
    words = text.casefold().split()
    found = []
    for row in context.actions.offered():
        names = " ".join(context.words.text(row.words, lang).casefold() for lang in ("en", "zh"))
        if all(word in names for word in words):
            found.append(row)
    return tuple(found)


def shown_keys(action: Action) -> str:
    """The first shortcut as it is written on keys, "" without one."""
    if not action.shortcuts:
        return ""
    keys = QKeySequence(action.shortcuts[0]).toString(QKeySequence.SequenceFormat.PortableText)
    for name, sign in (("+", " "), ("Return", "↵"), ("Left", "←"), ("Right", "→")):
        keys = keys.replace(name, sign)
    return keys


class HitModel(QAbstractListModel):
    """Rows are Head, Hit or Action; heads cannot be chosen."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: list[Row] = []
        self.typed = ""

    def show_hits(self, hits: tuple[Hit, ...], actions: tuple[Action, ...], typed: str) -> None:
        """Show what was found for `typed`: forms, visits, subjects, actions."""
        self.beginResetModel()
        self._rows, self.typed = [], typed
        for kind, name in _ORDER:
            of_kind = [one for one in hits if one.kind == kind]
            if of_kind:
                self._rows += [Head(name), *of_kind]
        if actions:
            self._rows += [Head("actions"), *actions]
        self.endResetModel()

    def row(self, number: int) -> Row:
        """The row of that number, from 0."""
        return self._rows[number]

    def first(self) -> int:
        """The first row that can be chosen, -1 without any."""
        return self.next_row(-1, 1)

    def next_row(self, number: int, step: int) -> int:
        """The next row that can be chosen in a direction, round the ends; -1 without any."""
        for _ in self._rows:
            number = (number + step) % len(self._rows)
            if not isinstance(self._rows[number], Head):
                return number
        return -1

    def height(self) -> int:
        """The height of all rows in pixels."""
        return sum(_HEAD if isinstance(row, Head) else _ROW for row in self._rows)

    def words(self, row: Row) -> str:
        """What a row says."""
        text = self._look.languages.text
        if isinstance(row, Head):
            return self._look.tr(f"ui_shell.palette.{row.name}")
        if isinstance(row, Action):
            return self._look.tr(row.words)
        return "  ".join((row.subject, *(text(part) for part in row.parts)))

    def rowCount(self, parent: Index = ROOT) -> int:
        """Heads, hits, actions."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], Head):
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row itself, and how it reads aloud."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        if role == ROW_ROLE:
            return self._rows[index.row()]
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return self.words(self._rows[index.row()])
        return None


class HitDelegate(QStyledItemDelegate):
    """Draws the rows."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Heads are lower."""
        return QSize(200, _HEAD if isinstance(index.data(ROW_ROLE), Head) else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        model, row, area = index.model(), index.data(ROW_ROLE), QRect(option.rect)
        if not isinstance(model, HitModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look
        painter.fillRect(area, look.colour("raised"))
        if isinstance(row, Head):
            painter.setFont(look.font(sizes.SMALL, bold=True))
            painter.setPen(look.colour("text_secondary"))
            painter.drawText(area.adjusted(16, 4, 0, 0), Qt.AlignmentFlag.AlignVCenter, model.words(row))
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(area, look.colour("accent_tint"))
                painter.fillRect(area.left(), area.top(), sizes.BAR, area.height(), look.colour("accent"))
            self._icon(painter, area, row)
            self._words(painter, area, model.words(row), model.typed)
            self._right(painter, area, row)
        painter.restore()

    def _icon(self, painter: QPainter, area: QRect, row: object) -> None:
        x, y = area.left() + 16, area.top() + 8
        if isinstance(row, Hit) and row.glyph:
            paint_glyph(painter, self._look, row.glyph, x, y)
        else:
            name = row.icon if isinstance(row, Action) and row.icon else "user" if isinstance(row, Hit) else "chevron_right"
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(x, y, self._look.pixmap(name, "text_secondary", sizes.GLYPH, ratio))

    def _words(self, painter: QPainter, area: QRect, words: str, typed: str) -> None:
        """The words, what was typed in accent and semibold."""
        x = area.left() + 48
        pieces = [re.escape(one) for one in sorted(typed.split(), key=len, reverse=True)]
        parts = re.split(f"({'|'.join(pieces)})", words, flags=re.IGNORECASE) if pieces else [words]
        for number, part in enumerate(parts):
            hit = number % 2 == 1
            font = self._look.font(bold=hit)
            painter.setFont(font)
            painter.setPen(self._look.colour("accent" if hit else "text"))
            width = QFontMetrics(font).horizontalAdvance(part)
            painter.drawText(QRect(x, area.top(), width + 2, area.height()), Qt.AlignmentFlag.AlignVCenter, part)
            x += width

    def _right(self, painter: QPainter, area: QRect, row: object) -> None:
        if isinstance(row, Action):
            keys = shown_keys(row)
            if keys:
                width = key_width(self._look, keys)
                cap = QRectF(area.right() - 16 - width, area.top() + 7, width, 18)
                paint_key(painter, self._look, cap, keys, "text_secondary")
        elif isinstance(row, Hit):
            painter.setFont(self._look.font(sizes.SMALL))
            painter.setPen(self._look.colour("text_secondary"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(area.adjusted(0, 0, -16, 0), align, self._look.languages.text(row.note))
