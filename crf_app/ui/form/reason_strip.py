"""Asks in place why something is changed: four standard reasons by key, or one in the person's own words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.segments import Segment, Segments

CHANGE_REASONS = ("transcription", "source", "repeat", "query")
DELETE_REASONS = ("duplicate", "wrong_subject", "not_event", "transcription")


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason in words, and whether it counts for every further change of this form."""

    text: str
    same_for_form: bool = False


class ReasonStrip(QWidget):
    """`given(Reason)` on Enter, `declined` on Escape. Keys 1 to 4 choose, any other letter begins the free text."""

    given = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names = CHANGE_REASONS
        self.question = Label(look, bold=True, wrap=True)
        self.choices = Segments(look, parent=self)
        self.choices.installEventFilter(self)
        self.other = QLineEdit(self)
        self.other.setFixedHeight(sizes.FIELD)
        self.other.setTextMargins(5, 0, 5, 0)
        self.other.textEdited.connect(self._own_words)
        self.same = QCheckBox(self)
        self.keys = Label(look, role="text_secondary", pixels=sizes.SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(sizes.GRID)
        column.addWidget(self.question)
        self._line = QHBoxLayout()
        self._line.addWidget(self.choices)
        column.addLayout(self._line)
        column.addWidget(self.other)
        last = QHBoxLayout()
        last.addWidget(self.same)
        last.addStretch()
        last.addWidget(self.keys)
        column.addLayout(last)
        self._line.addStretch()
        self._asked: tuple[Said, Said] = ("", "")
        look.languages.changed.connect(self._retranslate)

    def ask(self, question: Said, keys: Said, *, deleting: bool = False, for_form: bool = True) -> None:
        """Show the question and take the focus; `for_form` offers the same reason for the rest of the form."""
        self._asked = (question, keys)
        self._names = DELETE_REASONS if deleting else CHANGE_REASONS
        self._retranslate()
        self.choices.set_index(-1)
        self.other.clear()
        self.other.setProperty("field_state", "")
        self.same.setChecked(False)
        self.same.setVisible(for_form and not deleting)
        self.setVisible(True)
        self.choices.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _retranslate(self) -> None:
        look, (question, keys) = self._look, map(in_words, self._asked)
        words = [look.tr(f"ui_kit.reason.{name}") for name in self._names]
        self.choices.set_segments([Segment(word, str(n), (str(n),)) for n, word in enumerate(words, 1)])
        self.choices.setAccessibleName(question)
        self.other.setPlaceholderText(look.tr("ui_kit.reason.other"))
        self.other.setAccessibleName(look.tr("ui_kit.reason.other"))
        self.same.setText(look.tr("ui_kit.reason.same"))
        self.question.setText(question)
        self.keys.setText(keys)

    def take(self) -> None:
        """Send the reason; without one the free text asks for it."""
        text = self.other.text().strip() or self.choices.text()
        if not text:
            self.other.setProperty("field_state", "error")
            self.other.setFocus()
            return
        self.given.emit(Reason(text, self.same.isChecked()))

    @Slot()
    def _own_words(self) -> None:
        self.choices.set_index(-1)

    def _begin(self, text: str) -> None:
        """The person's own words instead of a standard reason."""
        self.other.setText(text)
        self.choices.set_index(-1)
        self.other.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What an input method commits begins the free text too, unless it is the key of a standard reason."""
        if watched is not self.choices or not isinstance(event, QInputMethodEvent) or not event.commitString().strip():
            return False
        if not self.choices.type_text(event.commitString()):
            self._begin(event.commitString())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter stores, Escape keeps, letters begin the free text."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif key == Qt.Key.Key_Escape:
            self.declined.emit()
        elif key == Qt.Key.Key_Down:
            self.focusNextPrevChild(True)
        elif key == Qt.Key.Key_Up:
            self.focusNextPrevChild(False)
        elif self.choices.hasFocus() and event.text().strip():
            self._begin(event.text())
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 Qt's name
        """Tab stays inside until it is answered."""
        ring: list[QWidget] = [self.choices, self.other, *([self.same] if self.same.isVisibleTo(self) else [])]
        here = next((number for number, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if forward else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("line_strong"), 1))
        painter.setBrush(self._look.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), sizes.RADIUS, sizes.RADIUS)
