"""Study versions: what is loaded, what a version changes for whom, and letting subjects follow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.amendments.impact import Impact, ImpactCase, SubjectImpact, read_cases, work_out
from crf_app.services.amendments.impact_file import impact_rows, save_impact
from crf_app.services.amendments.loading import LoadedVersion, activate_version, load_version, loaded_versions
from crf_app.services.amendments.migrating import migrate_subjects
from crf_app.services.study_difference import difference_lines
from crf_app.study.definition import StudyDef
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.administration.subject_ticks import SubjectTicks
from crf_app.ui.common.ask import FileQuestion, Question
from crf_app.ui.common.jobs import Job, Report
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.segments import Segment, SegmentSwitch
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine

_HEADS = ("subject", "from", "kind", "visits", "form", "what", "old", "new", "count")
_WIDTHS = (76, 80, 176, 120, 110, 180, 164, 164, 50)
_SHORT = 3
"""So many visits are named in a cell; of more, the first and the last."""


class StudyVersionsSection(Section):
    """A version is chosen above; beneath it the report on it or its differences; at the foot the visit, the reason, and the acts."""

    section_name = "versions"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look, user = context.look, context.work.user
        self._keeps, self._amends = user.may(Right.VERSIONS), user.may(Right.AMEND)
        self._versions: tuple[LoadedVersion, ...] = ()
        self._impact: Impact | None = None
        self._job: Job | None = None
        self.table = LineTable(look, "versions/table", (90, 110, 160))
        self.ticks = SubjectTicks(look, "versions/subjects")
        self.load = Button(look, "", icon="file")
        self.activate = Button(look, "")
        self.switch = SegmentSwitch(look, ["", ""], "")
        self.filter = LabeledLine(look, "versions/filter")
        self.note = Label(look, "", "text_secondary", wrap=True)
        self.report = LineTable(look, "versions/report", _WIDTHS)
        self.difference = QPlainTextEdit()
        self.visit = LabeledChoice(look, "versions/visit")
        self.reason = LabeledLine(look, "versions/reason")
        self.outcome = InlineMessage(look)
        self.judge = Button(look, "", icon="search")
        self.save = Button(look, "", icon="export")
        self.go_on = Button(look, "", "primary", icon="check")
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        names = {"load": self.load, "activate": self.activate, "judge": self.judge, "save": self.save, "move": self.go_on, "switch": self.switch}
        for name, widget in names.items():
            widget.setObjectName(f"versions/{name}")
        self.outcome.setObjectName("versions/outcome")
        self.difference.setObjectName("versions/difference")
        self.difference.setReadOnly(True)
        self.difference.setTabChangesFocus(True)
        for button in (self.load, self.activate) if not self._keeps else ():
            button.hide()
        self.column.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._versions_card(), 1)
        top.addWidget(self._subjects_card(), 1)
        self.column.addLayout(top)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        middle.addWidget(self.note, 1, Qt.AlignmentFlag.AlignVCenter)
        middle.addWidget(self.filter)
        self.filter.setFixedWidth(260)
        self.filter.label.setVisible(False)
        self.column.addLayout(middle)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.report)
        self.stack.addWidget(self.difference)
        card = Card(self.context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.stack)
        self.column.addWidget(card, 1)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self._editor())

    def _versions_card(self) -> Card:
        card = Card(self.context.look)
        card.setFixedHeight(152)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 8)
        inner.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self.load)
        foot.addWidget(self.activate)
        foot.addStretch()
        inner.addLayout(foot)
        return card

    def _subjects_card(self) -> Card:
        card = Card(self.context.look)
        card.setFixedHeight(152)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.ticks)
        return card

    def _editor(self) -> Card:
        card = self.editor = Card(self.context.look)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(12)
        beside = Qt.AlignmentFlag.AlignBottom
        grid.addWidget(self.visit, 0, 0, beside)
        grid.addWidget(self.reason, 0, 1, beside)
        for column, button in enumerate((self.judge, self.save, self.go_on), start=2):
            grid.addWidget(button, 0, column, beside)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        return card

    def _connect(self) -> None:
        self.table.chosen.connect(self._choose)
        self.load.clicked.connect(self._load)
        self.activate.clicked.connect(self._activate)
        self.switch.chosen.connect(self._turn)
        self.filter.edited.connect(self._show_report)
        self.visit.chosen.connect(self._forget_report)
        self.ticks.changed.connect(self._forget_report)
        self.judge.clicked.connect(self.start)
        self.save.clicked.connect(self._save)
        self.go_on.clicked.connect(self._move)
        self.reason.entered.connect(self._move)

    # What is there

    @property
    def chosen(self) -> LoadedVersion | None:
        """The version chosen in the table."""
        found = self.table.record()
        return found if isinstance(found, LoadedVersion) else None

    def read(self) -> None:
        """The versions and who follows them."""
        tr = self.context.tr
        self._versions = self.context.perform(loaded_versions, self.context.work) or ()
        heads = [tr(f"ui_shell.versions.{name}") for name in ("version", "followed", "state")]
        self.table.show_lines(heads, [self._line(one) for one in self._versions])

    def _line(self, one: LoadedVersion) -> Line:
        state = self.context.tr("ui_shell.versions.active") if one.active else ""
        return Line((one.version, str(one.subjects), state), one, quiet=not one.active and not one.subjects)

    @Slot(object)
    def _choose(self, _record: object) -> None:
        chosen = self.chosen
        if chosen is None or self.context.work.actor is None:
            return
        self._forget_report()
        self.outcome.setVisible(False)
        self.ticks.show_subjects(self.context.work, chosen.version)
        self._offer_visits(chosen)
        self._show_difference(chosen)
        self.activate.setEnabled(not chosen.active)
        possible = self._amends and self.ticks.count > 0
        for widget in (self.visit, self.judge, self.go_on):
            widget.setEnabled(possible)

    def _offer_visits(self, chosen: LoadedVersion) -> None:
        study, lang = self.context.work.versions.compiled(chosen.version).study, self.context.language_hub.lang
        planned = [one for one in study.events if one.kind == "scheduled"]
        said = [(f"{one.oid} · {one.name.get(lang)}" if one.oid.isascii() and lang == "en" else one.name.get(lang), one.oid) for one in planned]
        self.visit.offer([(self.context.tr("ui_shell.versions.next_visit"), ""), *said])

    def _show_difference(self, chosen: LoadedVersion) -> None:
        at = self._versions.index(chosen)
        if at == 0:
            self.difference.setPlainText(self.context.tr("ui_shell.versions.first"))
            return
        versions = self.context.work.versions
        old, new = (versions.compiled(self._versions[number].version).study for number in (at - 1, at))
        self.difference.setPlainText("\n".join(difference_lines(old, new, self.context.words, self.context.language_hub.lang)))

    @Slot(int)
    def _turn(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.filter.setVisible(number == 0)
        self._show_report()

    # Versions

    @Slot()
    def _load(self) -> None:
        question = FileQuestion("study_version", self.context.tr("ui_shell.versions.load"), folder=True)
        chosen = self.context.ask.files(self, question)
        if chosen:
            self.load_from(Path(chosen[0]))

    def load_from(self, place: Path) -> None:
        """Load a version and choose it."""
        if self._tried(lambda: self.context.perform.strictly(load_version, self.context.work, place)):
            self.read()
            self.table.selectRow(len(self._versions) - 1)
            self.outcome.say("ok", self.context.look.later("ui_shell.versions.loaded"))

    @Slot()
    def _activate(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        if self._tried(lambda: self.context.perform.strictly(activate_version, self.context.work, chosen.version, reason=self.reason.text())):
            self.reason.edit.clear()
            self.read()
            self.outcome.say("ok", self.context.look.later("amendment.activated", version=chosen.version))

    # The report

    @Slot()
    def start(self) -> None:
        """Work out, beside the window, what the version changes for the subjects ticked."""
        chosen = self.chosen
        if chosen is None or self._job is not None:
            return
        cases = self.context.perform(read_cases, self.context.work, chosen.version, self.ticks.chosen(), self._from())
        if cases is None:
            return
        job = self.context.jobs.make(_Judging(chosen.version, cases))
        job.progressed.connect(self._progressed)
        job.finished.connect(self._judged)
        job.broken.connect(self._broken)
        self._job = job
        self.judge.setEnabled(False)
        self.switch.choose(0)
        self.context.jobs.start(job)

    def _from(self) -> str:
        return str(self.visit.data() or "")

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        self.note.setText(self.context.tr("ui_shell.versions.working", done=done, total=total))

    @Slot(object)
    def _judged(self, impact: Impact) -> None:
        self._ended()
        self._impact = impact
        self._show_report()

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        self._ended()
        raise error

    def _ended(self) -> None:
        self._job = None
        self.judge.setEnabled(True)

    @Slot()
    def _forget_report(self) -> None:
        """What it was worked out for is no longer what is chosen."""
        self._impact = None
        self._show_report()

    @Slot()
    def _show_report(self) -> None:
        tr, impact = self.context.tr, self._impact
        heads = [tr(f"amendment.column.{name}") for name in _HEADS]
        self.save.setEnabled(impact is not None)
        if impact is None:
            self.report.show_lines(heads, [])
            self.note.setText(tr("ui_shell.versions.no_report") if self.stack.currentIndex() == 0 else "")
            return
        lang = self.context.language_hub.lang
        names = _Names(self.context.work.study, self.context.work.versions.compiled(impact.version).study, lang)
        rows = [names.shown(row) for row in impact_rows(impact, self.context.words, lang)]
        wanted = self.filter.text().casefold()
        found = [row for row in rows if not wanted or any(wanted in cell.casefold() for cell in row)]
        self.report.show_lines(heads, [Line(row, row) for row in found])
        refused = sum(1 for one in impact.subjects if one.refused is not None)
        self.note.setText("" if self.stack.currentIndex() else tr("ui_shell.versions.counted", shown=len(found), all=len(rows), subjects=len(impact.subjects), refused=refused))

    @Slot()
    def _save(self) -> None:
        if self._impact is None:
            return
        question = FileQuestion("impact_file", self.context.tr("ui_shell.versions.save"), "PDF (*.pdf);;CSV (*.csv)", f"impact_{self._impact.version}.pdf", save=True)
        chosen = self.context.ask.files(self, question)
        if chosen and self._tried(self._saved(Path(chosen[0]), self._impact)):
            self.outcome.say("ok", self.context.look.later("printing.saved", path=chosen[0]))

    def _saved(self, path: Path, impact: Impact) -> Callable[[], object]:
        context = self.context
        return lambda: context.perform.strictly(save_impact, context.work, path, impact, context.words, context.language_hub.lang)

    # Moving subjects

    @Slot()
    def _move(self) -> None:
        chosen, subjects = self.chosen, self.ticks.chosen()
        if chosen is None or not self.go_on.isEnabled():
            return
        if not self.reason.text():
            self._refuse(ExpectedError("reason_missing"))
            return
        tr = self.context.tr
        words = tr("ui_shell.versions.move_words", n=len(subjects), version=chosen.version)
        if not self.context.ask.confirm(self, Question("migrate_subjects", tr("ui_shell.versions.move_title"), words, tr("ui_shell.versions.move"), danger=True)):
            return
        reason, visit = self.reason.text(), self._from()
        if self._tried(lambda: self.context.perform.strictly(migrate_subjects, self.context.work, chosen.version, subjects, visit, reason=reason)):
            self.reason.edit.clear()
            self.read()
            self.outcome.say("ok", self.context.look.later("amendment.migrated", n=len(subjects), version=chosen.version))

    def _tried(self, act: Callable[[], object]) -> bool:
        """Carry an act out; what refuses it is said in place."""
        try:
            act()
        except ExpectedError as error:
            self._refuse(error)
            return False
        self.reason.say("")
        return True

    def _refuse(self, error: ExpectedError) -> None:
        if error.code == "reason_missing":
            self.reason.say(said_error(self.context.look, error))
            self.reason.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.outcome.say("error", said_error(self.context.look, error))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.switch.setAccessibleName(tr("ui_shell.administration.versions"))
        self.switch.set_segments([Segment(tr("ui_shell.versions.report")), Segment(tr("ui_shell.versions.difference"))])
        self.filter.set_label(tr("ui_shell.versions.filter"), tr("ui_shell.versions.filter"))
        self.visit.set_label(tr("ui_shell.versions.from_visit"))
        self.reason.set_label(tr("ui_shell.versions.reason"))
        for button, name in ((self.load, "load"), (self.activate, "activate"), (self.judge, "judge"), (self.save, "save"), (self.go_on, "move")):
            button.set_text(tr(f"ui_shell.versions.{name}"))
        self.table.setAccessibleName(tr("ui_shell.administration.versions"))
        self.report.setAccessibleName(tr("ui_shell.versions.report"))
        self.difference.setAccessibleName(tr("ui_shell.versions.difference"))
        self.ticks.retranslate()
        kept = self._impact
        if self.context.work.actor is not None:
            self.read()
        self._impact = kept
        self._show_report()

    def take_focus(self) -> None:
        """The versions."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


class _Names:
    """The names of visits and forms in a language, for rows that hold their OIDs."""

    def __init__(self, old: StudyDef, new: StudyDef, lang: str) -> None:
        self._visits = {one.oid: one.short.get(lang) or one.name.get(lang) for study in (old, new) for one in study.events}
        self._forms = {oid: form.name.get(lang) for study in (old, new) for oid, form in study.forms.items()}

    def shown(self, row: Sequence[str]) -> tuple[str, ...]:
        """The cells of the table: many visits as the first, the last and how many."""
        names = [self._visits.get(one, one) for one in row[3].split()]
        visits = " ".join(names) if len(names) <= _SHORT else f"{names[0]} – {names[-1]} ({len(names)})"
        return (row[0], self._visits.get(row[1], row[1]), row[2], visits, self._forms.get(row[4], row[4]), *row[5 : len(_HEADS)])


class _Judging:
    """The job: works the cases out one after the other."""

    def __init__(self, version: str, cases: Sequence[ImpactCase | SubjectImpact]) -> None:
        self._version = version
        self._cases = cases

    def __call__(self, report: Report) -> Impact:
        return work_out(self._version, self._cases, report)
