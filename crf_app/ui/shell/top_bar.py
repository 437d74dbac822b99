"""The bar at the top: which study, search, language, who is at work, lock."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS
from crf_app.admin.users import User
from crf_app.study.texts import Text
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button, key_width, paint_key
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.shell.cards import Mark
from crf_app.ui.shell.elided import ElidedLabel
from crf_app.ui.shell.language_switch import LanguageSwitch

_NARROW = 1366


class SearchLauncher(QAbstractButton):
    """Looks like a search box and opens the palette; what is typed on it goes along in `opened(text)`."""

    opened = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setObjectName("search")
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.clicked.connect(self._clicked)

    def sizeHint(self) -> QSize:
        """400 wide, 320 in a small window."""
        return QSize(sizes.SEARCH_NARROW if self.window().width() < _NARROW else sizes.SEARCH, 32)

    @Slot()
    def _clicked(self) -> None:
        self.opened.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter begins the search."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit("")
        elif plain and event.text().strip() and event.text().isprintable():
            self.opened.emit(event.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Box, magnifier, hint, key."""
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(look.colour("focus" if focused else "line_strong"), sizes.FOCUS if focused else 1))
        painter.setBrush(look.colour("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), sizes.RADIUS, sizes.RADIUS)
        painter.drawPixmap(10, 8, look.pixmap("search", "text_tertiary", sizes.GLYPH, self.devicePixelRatioF()))
        painter.setPen(look.colour("text_tertiary"))
        painter.setFont(look.font())
        painter.drawText(self.rect().adjusted(34, 0, -70, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        width = key_width(look, "Ctrl K")
        paint_key(painter, look, QRectF(self.width() - width - 8, 7, width, 18), "Ctrl K", "text_tertiary")


class TopBar(QWidget):
    """`search_opened(text)`, `lock_requested()`."""

    search_opened = Signal(str)
    lock_requested = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._study = Text("", "")
        self._version = ""
        self._user: User | None = None
        self.setFixedHeight(sizes.TOP_BAR)
        self.name = Label(look, bold=True)
        self.version = Label(look, "", "text_secondary")
        self.title = ElidedLabel(look, "text_secondary", sizes.SMALL)
        self.search = SearchLauncher(look)
        self.languages = LanguageSwitch(look)
        self.person = Label(look, bold=True)
        self.role = Label(look, "", "text_secondary", sizes.SMALL)
        self.lock = Button(look, "", icon="lock")
        self.lock.setObjectName("lock")
        self.lock.setFixedSize(QSize(sizes.FIELD, sizes.FIELD))
        self._build()
        self.search.opened.connect(self.search_opened)
        self.lock.clicked.connect(self._lock)
        look.languages.changed.connect(self.retranslate)
        self.retranslate()

    def _build(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 16, 0)
        line.setSpacing(16)
        line.addSpacing((sizes.RAIL - 28) // 2)
        line.addWidget(Mark(self._look))
        line.addLayout(self._study_words(), 1)
        line.addWidget(self.search)
        right = QHBoxLayout()
        right.setSpacing(16)
        right.addStretch()
        right.addWidget(self.languages)
        right.addLayout(self._person_words())
        right.addWidget(self.lock)
        line.addLayout(right, 1)

    def _study_words(self) -> QVBoxLayout:
        words, first = QVBoxLayout(), QHBoxLayout()
        words.setSpacing(0)
        words.setContentsMargins(4, 6, 0, 6)
        first.setSpacing(6)
        first.addWidget(self.name)
        first.addWidget(self.version)
        first.addStretch()
        words.addLayout(first)
        words.addWidget(self.title)
        return words

    def _person_words(self) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.setContentsMargins(0, 6, 0, 6)
        for label in (self.person, self.role):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            words.addWidget(label)
        return words

    def show_session(self, study: Text, name: str, version: str, user: User) -> None:
        """Which study, in which version, and who is at work."""
        self._study, self._version, self._user = study, version, user
        self.name.setText(name)
        self.retranslate()

    @Slot()
    def _lock(self) -> None:
        self.lock_requested.emit()

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        look, user = self._look, self._user
        self.version.setText(f"v{self._version}" if self._version else "")
        self.title.setText(look.languages.text(self._study))
        self.search.setText(look.tr("ui_shell.search_hint"))
        self.search.setAccessibleName(look.tr("ui_shell.search_hint"))
        self.person.setText(look.languages.text(user.name) if user is not None else "")
        self.role.setText(look.languages.text(ROLE_TEXTS[user.role]) if user is not None else "")
        self.lock.setAccessibleName(look.tr("ui_shell.action.lock"))
        self.lock.setToolTip(look.tr("ui_shell.action.lock"))
        self.search.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground and its edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
