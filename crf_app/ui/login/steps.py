"""The five questions of the first run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import data_folder
from crf_app.services.places import need_place
from crf_app.services.studies import StudyFolder
from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import Ask, FileQuestion
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.login.recovery_sheet import Sheet, print_sheet, save_sheet
from crf_app.ui.messages import said_error
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine, PasswordLine

LEAST_PASSWORD = 15
_LANGUAGES = (("zh", "简体中文"), ("en", "English"))


class Step(QWidget):
    """One step. `entered` on Enter in its last field, `changed` when `ready` may have changed."""

    entered = Signal()
    changed = Signal()
    step_name = ""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)

    @property
    def first_field(self) -> QWidget:
        """Where typing begins."""
        return self

    def ready(self) -> bool:
        """May one go on?"""
        return True

    def check(self) -> bool:
        """Go over the answers and say in place what is wrong; whether nothing is."""
        return self.ready()

    def retranslate(self) -> None:
        """All words anew."""

    def need(self, *lines: LabeledLine) -> bool:
        """Say under each empty line that it is needed; whether none is empty."""
        empty = [line for line in lines if not line.text()]
        for line in empty:
            line.say(self.look.later("ui_shell.wizard.needed"))
        if empty:
            empty[0].edit.setFocus()
        return not empty


class StudyStep(Step):
    """Which study. A definition with mistakes is listed with them and cannot be chosen."""

    step_name = "study"

    def __init__(self, look: Look, found: tuple[StudyFolder, ...], parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._usable = [one for one in found if one.study is not None]
        self._broken = [one for one in found if one.study is None]
        self.choice = LabeledChoice(look, "wizard/study")
        self.title = Label(look, "", wrap=True)
        self.facts = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.broken = Label(look, "", "error", sizes.SMALL, wrap=True)
        for widget in (self.choice, self.title, self.facts, self.broken):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.choice.chosen.connect(self.retranslate)

    @property
    def first_field(self) -> QWidget:
        """The list of studies."""
        return self.choice.box

    def chosen(self) -> StudyDef | None:
        """The study chosen."""
        number = self.choice.data()
        return self._usable[number].study if isinstance(number, int) else None

    def ready(self) -> bool:
        """There must be one."""
        return self.chosen() is not None

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        look = self.look
        self.choice.set_label(look.tr("ui_shell.wizard.study"))
        names = [one.study for one in self._usable if one.study is not None]
        self.choice.offer([(f"{one.oid} {one.version}", number) for number, one in enumerate(names)])
        study = self.chosen()
        self.title.setText(look.languages.text(study.title) if study is not None else look.tr("ui_shell.wizard.no_study"))
        parts = (study.registry_id, study.protocol) if study is not None else ()
        self.facts.setText("  ·  ".join(part for part in parts if part))
        lines = [
            look.tr("ui_shell.wizard.broken", folder=one.folder.name, count=len(one.mistakes), first=str(one.mistakes[0]))
            for one in self._broken
        ]
        self.broken.setText("\n".join(lines))
        self.broken.setVisible(bool(lines))


class SiteStep(Step):
    """Which site, and the folder that will hold its data."""

    step_name = "site"

    def __init__(self, look: Look, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._ask = ask
        self.code = LabeledLine(look, "wizard/site_code")
        self.name_zh = LabeledLine(look, "wizard/site_zh")
        self.name_en = LabeledLine(look, "wizard/site_en")
        self.folder = LabeledLine(look, "wizard/folder")
        self.browse = Button(look, "", icon="folder")
        self.browse.setObjectName("wizard/browse")
        self.folder.row.addWidget(self.browse)
        self.folder.edit.setText(str(data_folder() / "crf"))
        self.place = LabeledLine(look, "wizard/place_reason")
        self.place.setVisible(False)
        self.code.edit.setFixedWidth(sizes.DATE_FIELD)
        self.code.row.addStretch()
        for line in (self.code, self.name_zh, self.name_en, self.folder, self.place):
            self.column.addWidget(line)
        self.column.addStretch()
        self.browse.clicked.connect(self._browse)
        self.folder.entered.connect(self.entered)

    @property
    def first_field(self) -> QWidget:
        """The code."""
        return self.code.edit

    def name(self) -> Text:
        """The site's name; one language stands in for the other when only one is given."""
        en, zh = self.name_en.text(), self.name_zh.text()
        return Text(en or zh, zh or en)

    @Slot()
    def _browse(self) -> None:
        question = FileQuestion("new_workspace", self.look.tr("ui_shell.wizard.folder"), folder=True)
        chosen = self._ask.files(self, question)
        if chosen:
            self.folder.edit.setText(chosen[0])
            self.folder.say("")

    def check(self) -> bool:
        """Code, a name and a folder are needed."""
        named = bool(self.name().en)
        if not named:
            self.name_zh.say(self.look.later("ui_shell.wizard.needed"))
        return self.need(self.code, self.folder) and named and self._check_place()

    def _check_place(self) -> bool:
        """A place where a database should not lie needs the administrator's reason."""
        try:
            self.place.setVisible(bool(need_place(Path(self.folder.text()), self.place.text())))
        except ExpectedError as error:
            self.folder.say(said_error(self.look, error))
            self.place.setVisible(True)
            return False
        return True

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.look.tr
        self.code.set_label(tr("ui_shell.wizard.site_code"), "NJ01")
        self.name_zh.set_label(tr("ui_shell.wizard.site_zh"))
        self.name_en.set_label(tr("ui_shell.wizard.site_en"))
        self.folder.set_label(tr("ui_shell.wizard.folder"), tr("ui_shell.wizard.folder_hint"))
        self.place.set_label(tr("ui_shell.place.reason"))
        self.browse.set_text(tr("ui_kit.file.choose"))


class AdministratorStep(Step):
    """Who keeps the users, and the password that opens the data."""

    step_name = "administrator"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.name_zh = LabeledLine(look, "wizard/name_zh")
        self.name_en = LabeledLine(look, "wizard/name_en")
        self.login = LabeledLine(look, "wizard/login")
        self.password = PasswordLine(look, "wizard/password")
        self.again = PasswordLine(look, "wizard/again")
        self.hint = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        places = ((self.name_zh, 0, 0), (self.name_en, 0, 1), (self.login, 1, 0), (self.password, 2, 0), (self.again, 2, 1))
        for line, row, column in places:
            grid.addWidget(line, row, column)
        self.column.addLayout(grid)
        self.column.addWidget(self.hint)
        self.column.addStretch()
        self.again.entered.connect(self.entered)
        self.password.edited.connect(self._count)

    @property
    def first_field(self) -> QWidget:
        """The name."""
        return self.name_zh.edit

    def name(self) -> Text:
        """The person's name; one language stands in for the other when only one is given."""
        en, zh = self.name_en.text(), self.name_zh.text()
        return Text(en or zh, zh or en)

    @Slot()
    def _count(self) -> None:
        length = len(self.password.text())
        self.hint.setText(self.look.tr("ui_shell.wizard.password_hint", length=length, least=LEAST_PASSWORD))

    def check(self) -> bool:
        """All are needed, and the password twice the same."""
        if not self.name().en:
            self.name_zh.say(self.look.later("ui_shell.wizard.needed"))
            return False
        if not self.need(self.login, self.password):
            return False
        if self.password.text() != self.again.text():
            self.again.say(self.look.later("ui_shell.password.differ"))
            self.again.edit.setFocus()
            return False
        return True

    def forget(self) -> None:
        """Let nothing of the password stay in the page."""
        self.password.edit.clear()
        self.again.edit.clear()

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.look.tr
        self.name_zh.set_label(tr("ui_shell.wizard.name_zh"))
        self.name_en.set_label(tr("ui_shell.wizard.name_en"))
        self.login.set_label(tr("ui_shell.login.name"))
        self.password.set_label(tr("ui_shell.login.password"))
        self.again.set_label(tr("ui_shell.password.again"))
        self._count()


class LanguageStep(Step):
    """The language the workspace starts in; everybody can switch at any time."""

    step_name = "language"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.choice = LabeledChoice(look, "wizard/language")
        self.choice.offer([(text, lang) for lang, text in _LANGUAGES])
        self.column.addWidget(self.choice)
        self.column.addStretch()

    @property
    def first_field(self) -> QWidget:
        """The list."""
        return self.choice.box

    def chosen(self) -> str:
        """"en" or "zh"."""
        return str(self.choice.data())

    def retranslate(self) -> None:
        """All words anew."""
        self.choice.set_label(self.look.tr("ui_shell.wizard.language"))


class RecoveryStep(Step):
    """The recovery code, shown once: print it, save it, confirm that it is put away."""

    step_name = "recovery"

    def __init__(self, look: Look, ask: Ask, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._ask = ask
        self._clock = clock
        self._sheet: Sheet | None = None
        self._done: Said = ""
        self.code = Label(look, "", pixels=sizes.FORM_TITLE, bold=True, wrap=True)
        self.code.setObjectName("wizard/code")
        self.print = Button(look, "", icon="print")
        self.print.setObjectName("wizard/print")
        self.save = Button(look, "", icon="download")
        self.save.setObjectName("wizard/save")
        self.done = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.kept = QCheckBox()
        self.kept.setObjectName("wizard/kept")
        line = QHBoxLayout()
        line.addWidget(self.print)
        line.addWidget(self.save)
        line.addStretch()
        self.column.addWidget(self.code)
        self.column.addLayout(line)
        self.column.addWidget(self.done)
        self.column.addWidget(self.kept)
        self.column.addStretch(1)
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)
        self.kept.toggled.connect(self.changed)

    @property
    def first_field(self) -> QWidget:
        """Print."""
        return self.print

    def show_code(self, code: str, work: Workspace) -> None:
        """Show the code of the new workspace."""
        self.code.setText(code)
        site = Text(work.site.site_name_en, work.site.site_name_zh)
        study = f"{work.study.oid} {work.study.version}"
        self._sheet = Sheet(code, study, work.site.site_code, site, work.site.id, self._clock.today())

    def ready(self) -> bool:
        """Only who has put it away may go on."""
        return self.kept.isChecked()

    @Slot()
    def _print(self) -> None:
        if self._sheet is not None:
            printer = print_sheet(self.look, self._sheet)
            words = ("ui_shell.wizard.printed", "ui_shell.wizard.no_printer")[not printer]
            self._say_done(self.look.later(words, printer=printer))

    @Slot()
    def _save(self) -> None:
        question = FileQuestion("recovery_sheet", self.look.tr("ui_shell.wizard.save"), "PDF (*.pdf)", "recovery.pdf", save=True)
        chosen = self._ask.files(self, question)
        if chosen and self._sheet is not None:
            stored = save_sheet(self.look, self._sheet, chosen[0])
            words = "ui_shell.wizard.saved" if stored else "ui_shell.wizard.not_saved"
            self._say_done(self.look.later(words, place=chosen[0]))

    def _say_done(self, words: Said) -> None:
        self._done = words
        self.done.setText(in_words(words))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.look.tr
        self.print.set_text(tr("ui_shell.wizard.print"))
        self.save.set_text(tr("ui_shell.wizard.save"))
        self.done.setText(in_words(self._done))
        self.kept.setText(tr("ui_shell.wizard.kept"))
        self.kept.setAccessibleName(tr("ui_shell.wizard.kept"))
