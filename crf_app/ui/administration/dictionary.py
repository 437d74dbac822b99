"""The site's own medical dictionary: what is loaded, and loading another version or language from the licensed files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QWidget

from crf_app.errors import ExpectedError
from crf_app.services.dictionaries import (
    DictionaryVersion,
    Fault,
    FolderReading,
    Release,
    dictionary_versions,
    dictionary_writer,
    read_dictionary,
    record_dictionary,
    version_in_force,
)
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.jobs import Job, Report
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledLine

LANGUAGES = ("en", "zh")
_WIDTHS = (100, 180, 160, 330)
_HASH_SHOWN = 16


class DictionarySection(Section):
    """A table of versions; beneath it a folder for each language. Every fault found is listed with file, line and remedy."""

    section_name = "dictionary"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self._job: Job | None = None
        self._said: tuple[Said, ...] = ()
        self.table = LineTable(look, "dictionary/versions", _WIDTHS)
        self.add_table(self.table)
        self.hint = Label(look, "", "text_secondary", wrap=True)
        self.folders = {lang: LabeledLine(look, f"dictionary/folder_{lang}") for lang in LANGUAGES}
        self.choosers = {lang: Button(look, "", icon="folder") for lang in LANGUAGES}
        self.load = Button(look, "", "primary", icon="check")
        self.load.setObjectName("dictionary/load")
        self.result = QPlainTextEdit()
        self.result.setObjectName("dictionary/result")
        self.result.setReadOnly(True)
        self.result.setTabChangesFocus(True)
        self.result.setFixedHeight(120)
        self.column.addWidget(self._editor())
        for lang in LANGUAGES:
            self.choosers[lang].clicked.connect(self._choose_en if lang == "en" else self._choose_zh)
            self.folders[lang].entered.connect(self.start)
        self.load.clicked.connect(self.start)
        context.language_hub.changed.connect(self._say_again)
        self.retranslate()

    def _editor(self) -> Card:
        card = Card(self.context.look)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.hint, 0, 0, 1, 2)
        for column, lang in enumerate(LANGUAGES):
            self.choosers[lang].setObjectName(f"dictionary/choose_{lang}")
            self.folders[lang].row.addWidget(self.choosers[lang])
            grid.addWidget(self.folders[lang], 1, column)
            grid.setColumnStretch(column, 1)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.load)
        grid.addLayout(foot, 2, 0, 1, 2)
        grid.addWidget(self.result, 3, 0, 1, 2)
        return card

    # What is loaded

    def read(self) -> None:
        """The versions that are there."""
        if self.context.work.actor is None:
            return
        tr = self.context.tr
        found = self.context.perform(dictionary_versions, self.context.work) or ()
        heads = [tr(f"coding.load.{name}") for name in ("version", "languages", "terms", "sha256", "state")]
        in_force = version_in_force(self.context.work)
        self.table.show_lines(heads, [self._line(one, in_force) for one in found])

    def _line(self, one: DictionaryVersion, in_force: str) -> Line:
        tr = self.context.tr
        hashes = " / ".join(one.sha256[lang][:_HASH_SHOWN] for lang in one.languages)
        state = tr("coding.load.in_force" if one.version == in_force else "coding.load.kept")
        return Line((one.version, self._languages(one.languages), f"{one.terms:,}", hashes, state), one, quiet=one.version != in_force)

    def _languages(self, languages: Sequence[str]) -> str:
        return " · ".join(self.context.tr(f"coding.language.{lang}") for lang in languages)

    # Loading

    @Slot()
    def _choose_en(self) -> None:
        self._choose("en")

    @Slot()
    def _choose_zh(self) -> None:
        self._choose("zh")

    def _choose(self, lang: str) -> None:
        question = FileQuestion(f"dictionary_{lang}", self.context.tr(f"coding.load.folder_{lang}"), folder=True)
        chosen = self.context.ask.files(self, question)
        if chosen:
            self.folders[lang].edit.setText(str(chosen[0]))

    @Slot()
    def start(self) -> None:
        """Read, check and write beside the window; nothing is kept when anything is wrong."""
        folders = [Path(text).expanduser() for lang in LANGUAGES if (text := self.folders[lang].text())]
        if self._job is not None:
            return
        if not folders:
            self.folders["en"].say(self.context.look.later("coding.load.needed"))
            return
        for line in self.folders.values():
            line.say("")
        try:
            write = dictionary_writer(self.context.work)
        except ExpectedError as error:
            self._say(said_error(self.context.look, error))
            return
        job = self.context.jobs.make(_Loading(folders, write))
        job.finished.connect(self._read)
        job.refused.connect(self._refused)
        job.broken.connect(self._broken)
        self._job = job
        self.load.setEnabled(False)
        self._say(self.context.look.later("coding.load.working"))
        self.context.jobs.start(job)

    def _ended(self) -> None:
        self._job = None
        self.load.setEnabled(True)

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        self._ended()
        self._say(said_error(self.context.look, error))

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        self._ended()
        raise error

    @Slot(object)
    def _read(self, readings: tuple[FolderReading, ...]) -> None:
        self._ended()
        releases = [one.release for one in readings if one.release is not None]
        if len(releases) < len(readings):
            self._say(*(line for one in readings for line in self._faults(one)))
            return
        try:
            self.context.perform.strictly(record_dictionary, self.context.work, releases)
        except ExpectedError as error:
            self._say(said_error(self.context.look, error))
            return
        self._say(partial(self._done, releases), *(partial(self._read_as, one) for one in releases))
        self.read()

    def _done(self, releases: Sequence[Release]) -> str:
        return self.context.tr("coding.load.done", version=releases[0].version, languages=self._languages([one.lang for one in releases]))

    def _read_as(self, one: Release) -> str:
        return f"{self._languages([one.lang])}: {self.context.tr(f'coding.encoding.{one.encoding}')}"

    def _faults(self, reading: FolderReading) -> list[Said]:
        found: list[Said] = [partial(self._fault, one) for one in reading.faults]
        if reading.more:
            found.append(self.context.look.later("coding.fault.more", count=reading.more))
        return found

    def _fault(self, one: Fault) -> str:
        return self.context.tr(f"coding.fault.{one.code}", file=one.file, line=one.line, **one.parameters)

    def _say(self, *lines: Said) -> None:
        self._said = lines
        self._say_again()

    @Slot()
    def _say_again(self) -> None:
        self.result.setPlainText("\n".join(in_words(one) for one in self._said))
        self.result.setVisible(bool(self._said))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.table.setAccessibleName(tr("coding.load.table"))
        self.result.setAccessibleName(tr("coding.load.load"))
        self.hint.setText(tr("coding.load.hint"))
        self.load.set_text(tr("coding.load.load"))
        for lang in LANGUAGES:
            self.folders[lang].set_label(tr(f"coding.load.folder_{lang}"))
            self.choosers[lang].set_text(tr("coding.load.choose"))
        self._say_again()
        self.read()

    def take_focus(self) -> None:
        """The first folder."""
        self.folders["en"].edit.setFocus()


class _Loading:
    """The job: reads the folders, and writes when nothing is wrong."""

    def __init__(self, folders: Sequence[Path], write: Callable[[Sequence[Release]], None]) -> None:
        self._folders = folders
        self._write = write

    def __call__(self, _report: Report) -> tuple[FolderReading, ...]:
        readings = read_dictionary(self._folders)
        releases = [one.release for one in readings if one.release is not None]
        if len(releases) == len(readings):
            self._write(releases)
        return readings
