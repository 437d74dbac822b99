"""The log-in, which is also the lock: name and password, what workspace it is, ways to another one (look 12b)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.shell.cards import Card, Hairline, Mark
from crf_app.ui.shell.fields import LabeledLine, PasswordLine
from crf_app.ui.shell.language_switch import LanguageSwitch

CARD_WIDTH = 400


@dataclass(frozen=True, slots=True)
class LogIn:
    """What was typed."""

    login: str
    password: str
    place_reason: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page says of the workspace before anybody is known: from workspace.toml, so proven by nothing."""

    study: str = ""
    site: Said = ""
    folder: str = ""
    synthetic: bool = False
    locked: bool = False


class LoginPage(QWidget):
    """Asks who it is. `log_in_requested(LogIn)`, `other_requested()`, `new_requested()`,
    `recovery_requested()`, `leave_requested()`.
    """

    log_in_requested = Signal(object)
    other_requested = Signal()
    new_requested = Signal()
    recovery_requested = Signal()
    leave_requested = Signal()

    def __init__(self, look: Look, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._version = version
        self._facts = Facts()
        self._busy = False
        self.setObjectName("login_page")
        self.setAutoFillBackground(True)
        self.languages = LanguageSwitch(look)
        self.study = Label(look, "", pixels=sizes.FORM_TITLE, bold=True)
        self.site = Label(look, "", "text_secondary", wrap=True)
        self.name = LabeledLine(look, "login/name")
        self.password = PasswordLine(look, "login/password")
        self.place = LabeledLine(look, "login/place_reason")
        self.place.setVisible(False)
        self.go = Button(look, "", "primary")
        self.go.setObjectName("login/go")
        self.other = Button(look, "", "link")
        self.other.setObjectName("login/other")
        self.new = Button(look, "", "link")
        self.new.setObjectName("login/new")
        self.recovery = Button(look, "", "link")
        self.recovery.setObjectName("login/recovery")
        self.state = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.foot = Label(look, "", "text_secondary", sizes.SMALL)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        top = QHBoxLayout()
        top.addStretch()
        top.addWidget(self.languages)
        outer.addLayout(top)
        outer.addStretch()
        self.card = self._card()
        outer.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(16)
        outer.addWidget(self.foot, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch()

    def _card(self) -> Card:
        card = Card(self._look, sizes.PANEL_RADIUS)
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 32, 0, 20)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(40, 0, 40, 24)
        inner.setSpacing(16)
        inner.addLayout(self._head())
        inner.addWidget(self.name)
        inner.addWidget(self.password)
        inner.addWidget(self.place)
        inner.addSpacing(4)
        inner.addWidget(self.go)
        links = QHBoxLayout()
        links.addWidget(self.new)
        links.addStretch()
        links.addWidget(self.other)
        inner.addLayout(links)
        inner.addWidget(self.recovery, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(inner)
        column.addWidget(Hairline(self._look))
        notes = QHBoxLayout()
        notes.setContentsMargins(40, 14, 40, 0)
        notes.addWidget(self.state, 1)
        column.addLayout(notes)
        return card

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Mark(self._look, 30))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.study)
        words.addWidget(self.site)
        head.addLayout(words, 1)
        return head

    def _connect(self) -> None:
        self.go.clicked.connect(self._log_in)
        self.name.entered.connect(self._to_password)
        self.password.entered.connect(self._log_in)
        self.place.entered.connect(self._log_in)
        self.other.clicked.connect(self._other)
        self.new.clicked.connect(self._new)
        self.recovery.clicked.connect(self.recovery_requested)
        self._look.languages.changed.connect(self.retranslate)

    @Slot()
    def _to_password(self) -> None:
        self.password.edit.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _other(self) -> None:
        if self._facts.locked:
            self.leave_requested.emit()
        else:
            self.other_requested.emit()

    @Slot()
    def _new(self) -> None:
        self.new_requested.emit()

    @Slot()
    def _log_in(self) -> None:
        if self._busy:
            return
        if not self.name.text():
            self.name.say(self._look.later("ui_shell.login.name_missing"))
            self.name.edit.setFocus()
        elif not self.password.text():
            self.password.say(self._look.later("ui_shell.login.password_missing"))
            self.password.edit.setFocus()
        else:
            reason = self.place.text() if self.place.isVisibleTo(self) else ""
            self.log_in_requested.emit(LogIn(self.name.text(), self.password.text(), reason))

    def show_facts(self, facts: Facts, login: str = "") -> None:
        """Say which workspace it is and who was here last; the focus goes to what is still to be typed."""
        self._facts = facts
        self.name.edit.setText(login)
        self.password.edit.clear()
        self.retranslate()
        self.first_field.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    @property
    def first_field(self) -> QWidget:
        """Where work begins: where no workspace is known, a new one is what is wanted first."""
        if not self._facts.folder:
            return self.new
        return self.password.edit if self.name.text() else self.name.edit

    def show_busy(self, busy: bool) -> None:
        """While the key is derived, which takes half a second on purpose, the button says so."""
        self._busy = busy
        self.go.set_text(self._look.tr("ui_shell.login.opening" if busy else self._go_words()))
        self.go.repaint()

    def refuse(self, words: Said) -> None:
        """Say why it was refused; the password is typed again, the name stays."""
        self.show_busy(busy=False)
        self.password.edit.clear()
        self.password.say(words)
        self._fit()
        self.password.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_place_reason(self) -> None:
        """The workspace lies where a database should not: an administrator may say why it must."""
        self.place.setVisible(True)
        self._fit()

    def _fit(self) -> None:
        """The card is as tall as its wrapped words need: a layout that centres it would press the fields together."""
        layout = self.card.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()  # the layouts inside forget what they measured, too
            self.card.setMinimumHeight(layout.totalHeightForWidth(CARD_WIDTH))

    def forget_password(self) -> None:
        """Let nothing of it stay in the page."""
        self.password.edit.clear()

    def _go_words(self) -> str:
        return "ui_shell.login.unlock" if self._facts.locked else "ui_shell.login.go"

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        tr, facts = self._look.tr, self._facts
        self.study.setText(facts.study or tr("ui_shell.program"))
        self.site.setText(in_words(facts.site) or tr("ui_shell.program_what"))
        self.name.set_label(tr("ui_shell.login.name"))
        self.password.set_label(tr("ui_shell.login.password"))
        self.place.set_label(tr("ui_shell.place.reason"))
        self.go.set_text(tr("ui_shell.login.opening" if self._busy else self._go_words()))
        self.new.set_text(tr("ui_shell.login.new"))
        self.new.setVisible(not facts.locked)
        self.recovery.set_text(tr("ui_shell.login.recovery"))
        self.recovery.setVisible(bool(facts.study) and not facts.locked)
        self.other.set_text(tr("ui_shell.login.leave" if facts.locked else "ui_shell.login.other"))
        lines = [tr("ui_shell.login.locked")] if facts.locked else []
        if facts.folder and not facts.locked:
            lines.append(facts.folder)
        if facts.synthetic:
            lines.append(tr("ui_shell.synthetic_long"))
        if not facts.folder:
            lines = [tr("ui_shell.login.none_known"), tr("ui_shell.local_only")]
        self.state.setText("\n".join(lines))
        self.foot.setText(tr("ui_shell.version", version=self._version))
        self._fit()
