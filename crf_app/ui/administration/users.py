"""Users: who has an account, and a new one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.admin.users import User
from crf_app.errors import ExpectedError
from crf_app.services.administration import list_users
from crf_app.services.changes import Changes
from crf_app.services.session import add_user
from crf_app.study.texts import Text
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine, PasswordLine

_HEADS = ("login", "name_zh", "name_en", "role", "organisation", "state")


class UsersSection(Section):
    """The list, and beneath it the fields of a new account."""

    section_name = "users"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self.table = LineTable(look, "users/table", (140, 180, 200, 140, 180, 100))
        self.login = LabeledLine(look, "users/login")
        self.name_zh = LabeledLine(look, "users/name_zh")
        self.name_en = LabeledLine(look, "users/name_en")
        self.organisation = LabeledLine(look, "users/organisation")
        self.role = LabeledChoice(look, "users/role")
        self.password = PasswordLine(look, "users/password")
        self.note = Label(look, "", "text_secondary")
        self.add = Button(look, "", "primary", icon="plus")
        self.add.setObjectName("users/add")
        self.add_table(self.table)
        self.column.addWidget(self._editor())
        self.add.clicked.connect(self._add)
        self.password.entered.connect(self._add)
        self.table.opened.connect(self._to_editor)
        self.retranslate()

    def _editor(self) -> Card:
        card = Card(self.context.look)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        fields = (self.login, self.name_zh, self.name_en, self.role, self.organisation, self.password)
        for number, widget in enumerate(fields):
            grid.addWidget(widget, number // 3, number % 3)
            grid.setColumnStretch(number % 3, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.add)
        grid.addLayout(foot, 2, 0, 1, 3)
        return card

    def read(self) -> None:
        """Everybody with an account."""
        users = self.context.perform(list_users, self.context.work) or ()
        heads = [self.context.tr(f"ui_shell.users.{name}") for name in _HEADS]
        self.table.show_lines(heads, [self._line(user) for user in users])

    def _line(self, user: User) -> Line:
        state = self.context.tr("ui_shell.users.active" if user.active else "ui_shell.users.inactive")
        role = self.context.language_hub.text(ROLE_TEXTS[user.role])
        cells = (user.login, user.name.zh, user.name.en, role, user.organisation, state)
        return Line(cells, user, quiet=not user.active)

    @Slot(object)
    def _to_editor(self, _user: object) -> None:
        self.login.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _add(self) -> None:
        context = self.context
        zh, en = self.name_zh.text(), self.name_en.text()
        role = self.role.data()
        if not self.login.text():
            self.login.say(context.look.later("ui_shell.wizard.needed"))
            self.login.edit.setFocus()
            return
        try:
            user = context.perform.strictly(
                add_user, context.work, self.login.text(), Text(en or zh, zh or en), Role(str(role)), self.password.text(),
                organisation=self.organisation.text(),
            )
        except ExpectedError as error:
            line = {"login_taken": self.login, "user_incomplete": self.name_zh}.get(error.code, self.password)
            line.say(said_error(context.look, error))
            line.edit.setFocus()
            return
        for line in (self.login, self.name_zh, self.name_en, self.organisation, self.password):
            line.edit.clear()
            line.say("")
        context.change_hub.publish(Changes(administration=True))
        self.note.setText(context.tr("ui_shell.users.added", login=user.login))
        self.login.edit.setFocus()

    def retranslate(self) -> None:
        """All words anew."""
        tr, text = self.context.tr, self.context.language_hub.text
        for name in ("login", "name_zh", "name_en", "organisation"):
            line = {"login": self.login, "name_zh": self.name_zh, "name_en": self.name_en}.get(name, self.organisation)
            line.set_label(tr(f"ui_shell.users.{name}"))
        self.role.set_label(tr("ui_shell.users.role"))
        self.role.offer([(text(ROLE_TEXTS[role]), role) for role in Role])
        self.password.set_label(tr("ui_shell.users.password"))
        self.add.set_text(tr("ui_shell.users.add"))
        self.table.setAccessibleName(tr("ui_shell.administration.users"))
        self.note.setText("")
        if self.context.work.actor is not None and self.table.lines.rowCount():
            self.read()

    def take_focus(self) -> None:
        """The list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
