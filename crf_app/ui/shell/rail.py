"""The narrow rail at the left: where one can go. One tab stop an entry, each an icon over its word."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: `name` comes back in `chosen`, `words` is a key of the catalogue."""

    name: str
    words: str
    icon: str


class RailItem(QAbstractButton):
    """Icon and word; the place one is at is marked by tint, bar and bold word."""

    def __init__(self, look: Look, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.place = place
        self.count = 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setObjectName(f"rail/{place.name}")
        self.setFixedSize(QSize(sizes.RAIL, sizes.RAIL_ITEM))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there as Space does; Up and Down walk the rail."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, bar, icon, word."""
        painter = QPainter(self)
        look, here = self._look, self.isChecked()
        if here:
            painter.fillRect(self.rect(), look.colour("surface"))
            painter.fillRect(0, 0, sizes.BAR, self.height(), look.colour("accent"))
        role = "accent" if here else "text_secondary"
        pixmap = look.pixmap(self.place.icon, role, sizes.ICON, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - sizes.ICON) // 2, 9, pixmap)
        latin = look.languages.lang == "en"
        painter.setFont(look.font(sizes.LATIN_SMALL if latin else sizes.SMALL, bold=here))
        painter.setPen(look.colour(role))
        painter.drawText(self.rect().adjusted(0, 30, 0, -4), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.count:
            self._paint_count(painter)
        if self.hasFocus():
            painter.setPen(look.colour("focus"))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))


    def _paint_count(self, painter: QPainter) -> None:
        """How much waits there, at the corner of the icon."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = str(self.count) if self.count < 100 else "99+"
        painter.setFont(self._look.font(sizes.KEY_HINT, bold=True))
        width = max(painter.fontMetrics().horizontalAdvance(words) + 8, sizes.BADGE)
        disc = QRect((self.width() + sizes.ICON) // 2 - 6, 3, width, sizes.BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("query_open"))
        painter.drawRoundedRect(disc, sizes.BADGE / 2, sizes.BADGE / 2)
        painter.setPen(self._look.colour("surface"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QWidget):
    """The entries one above the other. `chosen(name)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, look: Look, places: tuple[Place, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.items = tuple(RailItem(look, place) for place in places)
        self.setFixedWidth(sizes.RAIL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        for item in self.items:
            column.addWidget(item)
            item.clicked.connect(self._clicked)
        column.addStretch()
        look.languages.changed.connect(self.retranslate)
        self.retranslate()

    @Slot()
    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, RailItem):
            self.chosen.emit(sender.place.name)

    def show_count(self, name: str, count: int) -> None:
        """Say at an entry how much waits there; nothing for one that is not there."""
        for item in self.items:
            if item.place.name == name and item.count != count:
                item.count = count
                item.setAccessibleDescription(str(count) if count else "")
                item.update()

    def mark(self, name: str) -> None:
        """Show where one is."""
        for item in self.items:
            item.setChecked(item.place.name == name)

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        for item in self.items:
            word = self._look.tr(item.place.words)
            item.setText(word)
            item.setAccessibleName(word)
            item.setToolTip(word)
            item.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground and its edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("rail"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self._look.colour("line"))
