"""Randomisation: how far the list was dealt; a list is checked and imported, or made; the key is passed on. No code is ever shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.allocation import Remark
from crf_app.errors import ExpectedError
from crf_app.services.allocation_csv import ListReport
from crf_app.services.allocation_lists import (
    LIST,
    ListPlan,
    check_list,
    import_list,
    make_list,
    method_of,
    pass_on_key,
    read_status,
)
from crf_app.services.allocation_words import status_lines
from crf_app.services.changes import Changes
from crf_app.services.signing import Credentials
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.messages import error_text
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledLine, PasswordLine

_HEADS = ("row", "column", "what")


class RandomisationSection(Section):
    """The state above, the report of a checked file in the middle, the ways to a list beneath."""

    section_name = "randomisation"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self._content: bytes | None = None
        self._report: ListReport | None = None
        self._keeps = context.work.user.may(Right.ALLOCATION_LIST)
        self.state = InlineMessage(look)
        self.state.setObjectName("randomisation/status")
        self.outcome = InlineMessage(look)
        self.outcome.setObjectName("randomisation/outcome")
        self.table = LineTable(look, "randomisation/report", (70, 110, 860))
        self.file = LabeledLine(look, "randomisation/file")
        self.blocks = LabeledLine(look, "randomisation/blocks")
        self.codes = LabeledLine(look, "randomisation/codes")
        self.seed = PasswordLine(look, "randomisation/seed")
        self.reason = LabeledLine(look, "randomisation/reason")
        self.password = PasswordLine(look, "randomisation/password")
        self.note = Label(look, "", "text_secondary", wrap=True)
        self.choose = Button(look, "", icon="file")
        self.take = Button(look, "", "primary")
        self.make = Button(look, "")
        self.pass_on = Button(look, "", "primary")
        for name, button in (("choose", self.choose), ("import", self.take), ("make", self.make), ("pass_on", self.pass_on)):
            button.setObjectName(f"randomisation/{name}")
        self.column.addWidget(self.state)
        self.report = self.add_table(self.table)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self._editor())
        self.column.addStretch()
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.file.entered.connect(self._check)
        self.take.clicked.connect(self._import)
        self.password.entered.connect(self._import if self._keeps else self._pass_on)
        self.make.clicked.connect(self._make)
        self.pass_on.clicked.connect(self._pass_on)

    def _editor(self) -> Card:
        card = self.editor = Card(self.context.look)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        beside = Qt.AlignmentFlag.AlignBottom
        if self._keeps:
            grid.addWidget(self.file, 0, 0, 1, 3)
            grid.addWidget(self.choose, 0, 3, beside)
            for column, widget in enumerate((self.blocks, self.codes, self.seed)):
                grid.addWidget(widget, 1, column)
            grid.addWidget(self.make, 1, 3, beside)
            grid.addWidget(self.reason, 2, 1, 1, 2)
        grid.addWidget(self.password, 2, 0)
        if self._keeps:
            grid.addWidget(self.take, 2, 3, beside)
            grid.addWidget(self.note, 3, 0, 1, 4)
        else:
            grid.addWidget(self.pass_on, 2, 1, beside | Qt.AlignmentFlag.AlignLeft)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        return card

    def read(self) -> None:
        """How the randomisation stands."""
        status = self.context.perform(read_status, self.context.work)
        if status is None:
            return
        lines = status_lines(self.context.work, self.context.words, self.context.language_hub.lang, status)
        by_list = method_of(self.context.work) == LIST
        kind = "info" if not by_list or (status.list is not None and not status.waiting) else "warn"
        self.state.say(kind, "\n".join(lines[1:]) or lines[0], (), lines[0] if lines[1:] else "")
        self.editor.setVisible(by_list and (self._keeps or bool(status.waiting)))
        self.reason.setVisible(status.list is not None)
        self._show_report()

    # A sponsor's list

    @Slot()
    def _choose(self) -> None:
        question = FileQuestion("allocation_list", self.context.tr("ui_shell.randomisation.choose"), "CSV (*.csv *.txt)")
        chosen = self.context.ask.files(self, question)
        if chosen:
            self.file.edit.setText(chosen[0])
            self._check()

    @Slot()
    def _check(self) -> None:
        """Read the file and report; nothing is stored."""
        self._content = self._report = None
        try:
            self._content = Path(self.file.text()).read_bytes()
            self._report = check_list(self.context.work, self._content)
        except OSError as error:
            said = ExpectedError("io_error", place=self.file.text(), detail=error.strerror or str(error))
            self.file.say(error_text(self.context.look, said))
        except ExpectedError as error:
            self.file.say(error_text(self.context.look, error))
        self._show_report()
        if self._report is not None and self._report.good:
            self.password.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_report(self) -> None:
        tr, report = self.context.tr, self._report
        heads = [tr(f"ui_shell.randomisation.{name}") for name in _HEADS]
        self.take.setEnabled(report is not None and report.good)
        self.report.setVisible(report is not None and bool(report.mistakes or report.notes))
        if report is None:
            self.table.show_lines(heads, [])
            return
        found = [self._line(one, quiet=False) for one in report.mistakes] + [self._line(one, quiet=True) for one in report.notes]
        self.table.show_lines(heads, found)
        if report.good:
            self.outcome.say("ok", tr("randomisation.list.good", count=len(report.codes), encoding=report.encoding))
        else:
            self.outcome.say("error", tr("randomisation.list.bad", count=len(report.mistakes)))

    def _line(self, remark: Remark, *, quiet: bool) -> Line:
        words, tr = self.context.words, self.context.tr
        key = f"randomisation.list.column_{remark.column}"
        column = tr(key) if words.has(key) else remark.column
        return Line((str(remark.row or "–"), column or "–", tr(f"randomisation.list.{remark.code}", **remark.parameters)), remark, quiet=quiet)

    # Acts, each with the password

    def _who(self) -> Credentials:
        return Credentials(self.context.work.user.login, self.password.text())

    @Slot()
    def _import(self) -> None:
        if self._report is not None and self._report.good:
            self._stored(lambda: self.context.perform.strictly(import_list, self.context.work, self._content or b"", self._who(), reason=self.reason.text()))

    @Slot()
    def _make(self) -> None:
        parts = self.blocks.text().replace("，", ",").replace(";", ",").split(",")
        numbers = [one.strip() for one in parts]
        for line, good in ((self.blocks, all(one.isdecimal() for one in numbers)), (self.codes, self.codes.text().isdecimal())):
            if not good:
                line.say(self.context.tr("ui_shell.randomisation.number_needed"))
                line.edit.setFocus()
                return
        plan = ListPlan(tuple(map(int, numbers)), int(self.codes.text()), self.seed.text())
        self._stored(lambda: self.context.perform.strictly(make_list, self.context.work, plan, self._who(), reason=self.reason.text()))

    @Slot()
    def _pass_on(self) -> None:
        if self._tried(lambda: self.context.perform.strictly(pass_on_key, self.context.work, self._who())):
            self.context.change_hub.publish(Changes(administration=True))
            self.outcome.say("ok", self.context.tr("ui_shell.randomisation.passed_on"))

    def _stored(self, act: Callable[[], object]) -> None:
        if not self._tried(act):
            return
        self._content = self._report = None
        for line in (self.file, self.blocks, self.codes, self.seed, self.reason):
            line.edit.clear()
        self.read()
        self.outcome.say("ok", self.context.tr("ui_shell.randomisation.stored"))

    def _tried(self, act: Callable[[], object]) -> bool:
        """Carry an act out; what refuses it is said at the line it is about. The password is asked each time."""
        try:
            act()
        except ExpectedError as error:
            line = {"reason_missing": self.reason, "block_size": self.blocks, "blocks_do_not_fit": self.blocks, "list_too_small": self.codes}.get(
                error.code, self.password
            )
            line.say(error_text(self.context.look, error))
            line.edit.setFocus()
            return False
        finally:
            self.password.edit.clear()
        self.password.say("")
        return True

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        hints = {"file": "file_hint", "blocks": "blocks_hint"}
        for name in ("file", "blocks", "codes", "seed", "reason", "password"):
            line = getattr(self, name)
            line.set_label(tr(f"ui_shell.randomisation.{name}"), tr(f"ui_shell.randomisation.{hints[name]}") if name in hints else "")
        self.choose.set_text(tr("ui_shell.randomisation.choose"))
        self.take.set_text(tr("ui_shell.randomisation.import"))
        self.make.set_text(tr("ui_shell.randomisation.make"))
        self.pass_on.set_text(tr("ui_shell.randomisation.pass_on"))
        self.note.setText(tr("ui_shell.randomisation.note"))
        self.table.setAccessibleName(tr("ui_shell.randomisation.what"))
        if self.context.work.actor is not None:
            self.read()

    def take_focus(self) -> None:
        """The file, or the password for who only passes the key on."""
        (self.file if self._keeps else self.password).edit.setFocus(Qt.FocusReason.OtherFocusReason)
