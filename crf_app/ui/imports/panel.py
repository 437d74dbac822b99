"""One kind of import from file to command: choose, match the columns, look at the dry run, import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.administration import laboratories
from crf_app.services.imports.files import carry_out, dry_run, mapping_for, open_source
from crf_app.services.imports.mapping import LEFT_OUT, ImportMapping, heads_of, read_mappings
from crf_app.services.imports.names import names_of_tests
from crf_app.services.imports.reports import Consent, ImportReport, RowReport, Verdict
from crf_app.services.imports.results import Source
from crf_app.services.imports.sentences import counts_text, note_text
from crf_app.ui.actions import Action
from crf_app.ui.common.ask import FileQuestion, Question
from crf_app.ui.common.jobs import Report
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.imports.columns import ColumnChoices
from crf_app.ui.imports.rows import DryRunTable
from crf_app.ui.messages import error_text
from crf_app.ui.shell.fields import LabeledLine

_RIGHTS = {"results": Right.ENTER, "ranges": Right.SITE_TABLES}


class ImportPanel(QWidget):
    """`imported` after something was stored. Nothing is stored before the import button is pressed."""

    imported = Signal()

    def __init__(self, context: UiContext, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.kind = kind
        self.source: Source | None = None
        self.report: ImportReport | None = None
        self._warned = False
        look = context.look
        self.choose = Button(look, "", "primary", icon="folder")
        self.choose.setObjectName(f"import/{kind}/file")
        self.told = Label(look, "", "text_secondary")
        self.message = InlineMessage(look)
        self.message.setObjectName(f"import/{kind}/message")
        self.columns = ColumnChoices(context, kind)
        self.rows = DryRunTable(context, kind)
        self.leave_out = self._box("leave_out")
        self.replace = self._box("replace")
        self.reason = LabeledLine(look, f"import/{kind}/reason")
        self.go = Button(look, "", "primary", icon="download", key="Ctrl ↵")
        self.go.setObjectName(f"import/{kind}/go")
        self._build()
        self.choose.clicked.connect(self.ask_file)
        self.columns.changed.connect(self.look_again)
        self.columns.mapping_chosen.connect(self._mapping_chosen)
        self.rows.opened.connect(self._tell_test)
        self.go.clicked.connect(self.carry_out)
        self.reason.entered.connect(self.carry_out)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):  # as on a form; the table of actions gives each key to one act only
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.go.click)
        action = Action(f"import.{kind}", "ui_shell.action.import_go", self.carry_out, (), "download", _RIGHTS[kind], self._ready, "go")
        context.actions.add(self, action)
        self._show()

    def _ready(self) -> bool:
        """Is it in sight, with something to import?"""
        return self.go.isVisible() and self.go.isEnabled()

    def _box(self, name: str) -> QCheckBox:
        box = QCheckBox()
        box.setObjectName(f"import/{self.kind}/{name}")
        box.toggled.connect(self._consent_changed)
        return box

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.choose)
        top.addWidget(self.told, 1)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(16)
        for widget in (self.leave_out, self.replace):
            foot.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.reason, 1)
        foot.addStretch()
        foot.addWidget(self.go, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        for part in (self.message, self.columns):
            column.addWidget(part)
        column.addWidget(self.rows, 1)
        column.addWidget(self.foot)
        column.addStretch()

    # The file

    @Slot()
    def ask_file(self) -> None:
        """Ask which file, and read it beside the window."""
        kinds = f"{self.context.tr('ui_import.tables')} (*.csv *.txt *.tsv *.xlsx *.xlsm *.xls)"
        chosen = self.context.ask.files(self, FileQuestion("import_file", self.context.tr("ui_import.which"), kinds))
        if chosen:
            self.open_file(Path(chosen[0]))

    def open_file(self, path: Path) -> None:
        """Read a file in a job; the dry run follows."""
        job = self.context.jobs.make(_Reading(path))
        job.finished.connect(self._read)
        job.refused.connect(self._refused)
        self.told.setText(self.context.tr("ui_import.reading", file=path.name))
        self.choose.setEnabled(False)
        self.context.jobs.start(job)

    @Slot(object)
    def _read(self, source: Source) -> None:
        self.choose.setEnabled(True)
        self.source, self.report = source, None
        for box in (self.leave_out, self.replace):
            box.setChecked(False)
        self.reason.edit.clear()
        self._guess("")

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        """The file is no table: say it, keep what was shown before."""
        self.choose.setEnabled(True)
        self._say(error)
        self._show()

    # The columns

    def _guess(self, name: str) -> None:
        if self.source is None:
            return
        try:
            mapping = mapping_for(self.context.work, self.kind, self.source, name)
            self._offer(mapping)
            self.look_again()
        except ExpectedError as error:
            self._offer(ImportMapping("", self.kind, sheet=self.source.sheet.name))
            self._say(error)
            self.report = None
            self._show()

    def _offer(self, mapping: ImportMapping) -> None:
        work, lang = self.context.work, self.context.language_hub.lang
        if self.source is None:
            return
        heads = heads_of(self.source.sheet, self.kind, names_of_tests(work.studies_in_use[-1]))
        known = [one.name for one in read_mappings(work, self.kind)]
        self.columns.show_mapping(mapping, heads, known, [(code, text.get(lang)) for code, text in laboratories(work)])

    @Slot(str)
    def _mapping_chosen(self, name: str) -> None:
        self._guess(name)

    @Slot()
    def look_again(self) -> None:
        """The dry run with what is chosen now."""
        if self.source is None:
            return
        self.message.setVisible(False)
        self._warned = False
        try:
            self.report = dry_run(self.context.work, self.kind, self.source, self.columns.mapping())
        except ExpectedError as error:
            self.report = None
            self._say(error)
        self._show()
        if self.report is not None:
            self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _tell_test(self, row: RowReport) -> None:
        """Enter on an unknown test: which test of the study is it, or is it left out?"""
        if row.verdict is not Verdict.UNKNOWN_TEST:
            return
        lang, tests = self.context.language_hub.lang, names_of_tests(self.context.work.studies_in_use[-1]).tests
        options = [self.context.tr("ui_import.leave_test_out"), *(f"{code} · {test.item.label.get(lang)}" for code, test in tests.items())]
        number = self.context.ask.choose(self, Question("import_test", self.context.tr("ui_import.which_test", test=row.test)), options)
        if number is not None:
            code = LEFT_OUT if number == 0 else list(tests)[number - 1]
            mapping = self.columns.mapping()
            self._offer(self.columns.mapping({**mapping.tests, row.test: code}))
            self.look_again()

    # The import

    def consent(self) -> Consent:
        """What the person agreed to."""
        return Consent(self.replace.isChecked(), self.leave_out.isChecked(), self.reason.text())

    @Slot()
    def carry_out(self) -> None:
        """Import in one command, or say what stands in the way."""
        if self.source is None or self.report is None:
            return
        context = self.context
        try:
            _, changes = context.perform.strictly(
                carry_out, context.work, self.kind, self.source, self.columns.mapping(), self.consent(), lang=context.language_hub.lang
            )
        except ExpectedError as error:
            if error.code == "reason_missing":
                self.reason.say(error_text(context.look, error))
                self.reason.edit.setFocus()
            else:
                self._say(error)
            return
        counts = counts_text(context.words, context.language_hub.lang, self.report)
        self.look_again()
        self._warned = False
        self.message.say("ok" if changes.entry_no else "info", context.tr("ui_import.done" if changes.entry_no else "ui_import.nothing", counts=counts), ())
        if changes.entry_no:
            self.imported.emit()

    # Showing

    @Slot(bool)
    def _consent_changed(self, _on: bool) -> None:
        self._show_foot()

    def _say(self, error: ExpectedError) -> None:
        self._warned = False
        self.message.say("error", error_text(self.context.look, error), ())

    def _show(self) -> None:
        tr, sheet = self.context.tr, self.source.sheet if self.source is not None else None
        if self.source is None or sheet is None:
            self.told.setText(tr(f"ui_import.begin_{self.kind}"))
        else:
            how = " · ".join(part for part in (sheet.kind.upper(), sheet.encoding, sheet.name, tr("ui_import.merged", count=sheet.merged) if sheet.merged else "") if part)
            self.told.setText(f"{self.source.name}   {how}")
        self.columns.setVisible(self.source is not None)
        self.rows.setVisible(self.report is not None)
        self.rows.show_report(self.report)
        self.foot.setVisible(self.report is not None)
        self._show_warnings()
        self._show_foot()

    def _show_warnings(self) -> None:
        """Gaps that the file would leave, while nothing else is said."""
        warnings = self.report.warnings if self.report is not None else ()
        if warnings and (self._warned or not self.message.isVisible()):
            self._warned = True
            words, lang = self.context.words, self.context.language_hub.lang
            self.message.say("warn", "\n".join(note_text(words, lang, one) for one in warnings[:4]), ())

    def _show_foot(self) -> None:
        """Only the questions that this file asks; the button says how many rows it takes."""
        if self.report is None:
            return
        tr, report = self.context.tr, self.report
        refused, conflicts = len(report.refused), len(report.of(Verdict.CONFLICTING))
        self.leave_out.setVisible(bool(refused))
        self.leave_out.setText(tr("ui_import.leave_out", count=refused))
        self.replace.setVisible(bool(conflicts))
        self.replace.setText(tr("ui_import.replace", count=conflicts))
        self.reason.setVisible(bool(report.completed_forms) or (bool(conflicts) and self.replace.isChecked()))
        taken = len(report.of(Verdict.NEW)) + (conflicts if self.replace.isChecked() else 0)
        self.go.set_text(tr("ui_import.go", count=taken))
        self.go.setEnabled(taken > 0 and (not refused or self.leave_out.isChecked()))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.choose.set_text(tr("ui_import.choose"))
        self.columns.retranslate()
        self.rows.retranslate()
        for box, name in ((self.leave_out, "leave_out"), (self.replace, "replace")):
            box.setAccessibleName(tr(f"ui_import.{name}_name"))
        self.reason.set_label(tr("ui_shell.reason"))
        self._show()

    def take_focus(self) -> None:
        """The rows, else the button for the file."""
        (self.rows.table if self.report is not None else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)


class _Reading:
    """open_source as the work of a job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, _report: Report) -> object:
        return open_source(self._path)
