"""Lines to type in with their label above and what is wrong beneath: for log-in, wizard and administration."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label


class ErrorLine(QWidget):
    """What is wrong with the field above it, with its icon; takes no room while nothing is."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.words = Label(look, "", "error", sizes.SMALL, wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 3, 0, 0)
        line.addWidget(self.words)
        self.setVisible(False)

    def say(self, text: str) -> None:
        """Show `text`; "" hides the line."""
        self.words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon."""
        pixmap = self._look.pixmap("error", "error", 14, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 5, pixmap)


class LabeledLine(QWidget):
    """A label, a line edit, an error. `entered` on Enter, `edited` when the person changes the text."""

    entered = Signal()
    edited = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.label = Label(look, "", "text_secondary", sizes.SMALL)
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setFixedHeight(sizes.FIELD)
        self.edit.setTextMargins(5, 0, 5, 0)
        self.edit.returnPressed.connect(self.entered)
        self.edit.textEdited.connect(self._edited)
        self.error = ErrorLine(look)
        self._wrong: Said = ""
        look.languages.changed.connect(self._say_again)
        self.label.setBuddy(self.edit)
        self.setFocusProxy(self.edit)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self.row.addWidget(self.edit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addLayout(self.row)
        column.addWidget(self.error)
        column.addStretch()

    def set_label(self, text: str, hint: str = "") -> None:
        """What is asked, and a hint inside the empty line."""
        self.label.setText(text)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(text)

    def say(self, error: Said) -> None:
        """What is wrong, said anew when the language changes; "" when nothing is."""
        self._wrong, words = error, in_words(error)
        self.edit.setProperty("field_state", "error" if words else "")
        self.edit.setAccessibleDescription(words)
        self.edit.update()
        self.error.say(words)
        for one in (self.error, self):
            one.updateGeometry()  # at once: who measures next must not find the height of the words before

    @Slot()
    def _say_again(self) -> None:
        if self._wrong:
            self.say(self._wrong)

    def text(self) -> str:
        """What stands there, without spaces around it."""
        return self.edit.text().strip()

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self.say("")
        self.edited.emit()


class PasswordLine(LabeledLine):
    """The same for a password: hidden until the eye is pressed; never offered to a clipboard or a dictionary."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = Button(look, "", "bare", icon="eye")
        self.eye.setCheckable(True)
        self.eye.setObjectName(f"{name}/eye")
        self.eye.setFixedWidth(sizes.FIELD)
        self.eye.toggled.connect(self._show)
        self.row.addWidget(self.eye)

    def set_label(self, text: str, hint: str = "") -> None:
        """What is asked, and the name of the eye."""
        super().set_label(text, hint)
        self.eye.setAccessibleName(self.look.tr("ui_shell.show_password"))
        self.eye.setToolTip(self.look.tr("ui_shell.show_password"))

    def text(self) -> str:
        """What stands there, spaces included."""
        return self.edit.text()

    @Slot(bool)
    def _show(self, shown: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class LabeledChoice(QWidget):
    """A label over a list to choose from. `chosen` when the person takes another entry."""

    chosen = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(look, "", "text_secondary", sizes.SMALL)
        self.box = ChoiceList()
        self.box.setObjectName(name)
        self.box.setFixedHeight(sizes.FIELD)
        self.box.activated.connect(self._activated)
        self.label.setBuddy(self.box)
        self.setFocusProxy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.box)

    def set_label(self, text: str) -> None:
        """What is asked."""
        self.label.setText(text)
        self.box.setAccessibleName(text)

    def offer(self, options: list[tuple[str, object]]) -> None:
        """Words with the data behind each; the choice stays where its data is still on offer."""
        chosen = self.box.currentData()
        self.box.clear()
        for text, data in options:
            self.box.addItem(text, data)
        found = [index for index, (_, data) in enumerate(options) if data == chosen]
        self.box.setCurrentIndex(found[0] if found else 0)

    def data(self) -> object:
        """The data behind the choice, None without one."""
        return self.box.currentData()

    @Slot(int)
    def _activated(self, _index: int) -> None:
        self.chosen.emit()

