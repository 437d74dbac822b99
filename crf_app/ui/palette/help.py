"""Every key of the program, drawn from the action table: F1 or Ctrl+/."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.ui.actions import Action
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import key_width, paint_key
from crf_app.ui.context import UiContext
from crf_app.ui.palette.hit_list import shown_keys

GROUPS = ("general", "go", "form", "subject", "queries", "look")
_FIELD_KEYS = ("next", "previous", "escape", "choice", "missing", "date", "confirm", "rows")
_LINE, _COLUMN = 24, 400


class KeyHelp(QWidget):
    """A sheet over the frame; any of Escape, F1 and Enter takes it away."""

    def __init__(self, context: UiContext, frame: QWidget) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._before: QWidget | None = None
        self.setObjectName("key_help")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        frame.installEventFilter(self)
        context.language_hub.changed.connect(self._name)
        self.setVisible(False)

    @Slot()
    def open_help(self) -> None:
        """Show the sheet; pressed again, take it away."""
        if not self.isHidden():
            self.close_help()
            return
        self._before = QApplication.focusWidget()
        self.setGeometry(self._frame.rect())
        self._name()
        self.setVisible(True)
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _name(self) -> None:
        lines = [f"{head}: {words} {keys}" for head, rows in self.columns() for words, keys in rows]
        self.setAccessibleName(self._context.tr("ui_shell.help.title"))
        self.setAccessibleDescription("; ".join(lines))

    @Slot()
    def close_help(self) -> None:
        """Away with it; the focus goes back."""
        self.setVisible(False)
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def columns(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Heads, each with its lines: words and keys."""
        tr, found = self._context.tr, []
        for group in GROUPS:
            rows = [row for row in self._context.actions.rows() if row.group == group and row.shortcuts]
            if rows:
                found.append((tr(f"ui_shell.group.{group}"), [(tr(row.words), _keys(row)) for row in rows]))
        fields = [(tr(f"ui_shell.help.{name}"), tr(f"ui_shell.help.{name}_keys")) for name in _FIELD_KEYS]
        found.append((tr("ui_shell.help.fields"), fields))
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that close it; others do nothing here."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F1):
            self.close_help()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click closes it."""
        self.close_help()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the size of the frame."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self._frame.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The layer, the card, the lines in two columns."""
        painter, look = QPainter(self), self._context.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(look.colour("window"))
        shade.setAlphaF(0.6)
        painter.fillRect(self.rect(), shade)
        left, right = self._split()
        rows = max(sum(len(lines) + 2 for _, lines in side) for side in (left, right))
        # in a low window the lines stand closer, so that none is cut off
        line = min(_LINE, (self.height() - 104) / max(rows, 1))
        width, height = 2 * _COLUMN + 72, 72 + rows * line
        card = QRectF((self.width() - width) / 2, max((self.height() - height) / 2, 16), width, height)
        painter.setPen(QPen(look.colour("line_strong"), 1))
        painter.setBrush(look.colour("raised"))
        painter.drawRoundedRect(card, sizes.PANEL_RADIUS, sizes.PANEL_RADIUS)
        painter.setPen(look.colour("text"))
        painter.setFont(look.font(sizes.TITLE, bold=True))
        painter.drawText(card.adjusted(24, 16, 0, 0), self._context.tr("ui_shell.help.title"))
        for side, x in ((left, card.left() + 24), (right, card.left() + _COLUMN + 48)):
            self._column(painter, side, QPointF(x, card.top() + 60), line)

    def _split(self) -> tuple[list[tuple[str, list[tuple[str, str]]]], list[tuple[str, list[tuple[str, str]]]]]:
        """Where to split so that the longer side is shortest."""
        columns = self.columns()
        tall = [len(lines) + 2 for _, lines in columns]
        at = min(range(1, len(columns) + 1), key=lambda number: max(sum(tall[:number]), sum(tall[number:])))
        return columns[:at], columns[at:]

    def _column(self, painter: QPainter, side: list[tuple[str, list[tuple[str, str]]]], at: QPointF, line: float) -> None:
        look, middle, x, y = self._context.look, Qt.AlignmentFlag.AlignVCenter, at.x(), at.y()
        for head, lines in side:
            painter.setFont(look.font(bold=True))
            painter.setPen(look.colour("text_secondary"))
            painter.drawText(QRectF(x, y, _COLUMN, line), middle, head)
            y += line
            for words, keys in lines:
                painter.setFont(look.font())
                painter.setPen(look.colour("text"))
                painter.drawText(QRectF(x, y, _COLUMN, line), middle, words)
                width = key_width(look, keys)
                paint_key(painter, look, QRectF(x + _COLUMN - width, y + (line - 18) / 2, width, 18), keys, "text_secondary")
                y += line
            y += line / 2


def _keys(row: Action) -> str:
    return shown_keys(row)
