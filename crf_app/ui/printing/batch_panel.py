"""All casebooks into a folder: reading here, drawing beside the window, one after the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.batch import NOTHING, BatchOrder, batch_paper, plan_batch, store_one
from crf_app.services.paper import Paper, draw_paper
from crf_app.ui.actions import Action
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.context import UiContext
from crf_app.ui.printing.making_panel import MakingPanel
from crf_app.ui.printing.options import PrintOptions
from crf_app.ui.shell.fields import LabeledLine


class BatchPanel(MakingPanel):
    """The database is read in this thread, a subject at a time, so that the window answers in between."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "batch", parent)
        look = context.look
        self.options = PrintOptions(context, "documents/batch")
        self.folder = LabeledLine(look, "documents/batch/folder")
        self.choose = Button(look, "", "bare", icon="folder")
        self.choose.setObjectName("documents/batch/choose")
        self.folder.row.addWidget(self.choose)
        self.column.addWidget(self.options)
        self.options.show_for("batch")  # once it has a place: shown before, it would be a window of its own
        self.field_width(self.folder, 720)
        self.build_end()
        self.go.clicked.connect(self.carry_out)
        self.choose.clicked.connect(self._choose)
        self.folder.entered.connect(self.carry_out)
        self._order = BatchOrder(Path())
        self._waiting: list[str] = []
        self._total = 0
        self._made = 0
        self._empty: list[str] = []
        self._paper: Paper | None = None
        action = Action("documents.print_all", "ui_paper.batch.go", self.carry_out, (), "print", Right.PRINT, self._ready, "go")
        context.actions.add(self, action)

    def _ready(self) -> bool:
        return self.go.isVisible() and self.go.isEnabled()

    @Slot()
    def _choose(self) -> None:
        chosen = self.context.ask.files(self, FileQuestion("batch_folder", self.context.tr("ui_paper.batch.choose"), folder=True))
        if chosen:
            self.folder.edit.setText(chosen[0])

    @Slot()
    def carry_out(self) -> None:
        """Print all that the study has, into the folder."""
        if self.busy:
            return
        text = self.folder.text() or str(Path.home() / f"{self.context.work.study.oid}_{self.context.work.clock.today():%Y%m%d}")
        self.folder.edit.setText(text)
        self._order = BatchOrder(Path(text).expanduser(), self.chosen_language, self.options.options())
        try:
            self._waiting = list(plan_batch(self.context.work, self._order))
        except ExpectedError as error:
            self.refused(error)
            return
        self._total, self._made, self._empty = len(self._waiting), 0, []
        self.begin()
        self._next()

    def _next(self) -> None:
        if self.stop_asked or not self._waiting:
            self._ended()
            return
        subject = self._waiting.pop(0)
        done = self._total - len(self._waiting)
        words = self.context.look.later("ui_paper.batch.running", done=done, total=self._total, subject=subject)
        self.show_working(words, (done - 1) / self._total)
        try:
            self._paper = batch_paper(self.context.work, self._order, subject)
        except ExpectedError as error:
            self.refused(error)
            return
        self.start(Drawing(draw_paper, self._paper, self.context.words), self._drawn, words)

    @Slot(int, int)
    def progressed(self, done: int, total: int) -> None:
        """Inside one casebook: the line goes on by its part."""
        if self._total:
            before = self._total - len(self._waiting) - 1
            self.progress.show_progress(self.progress.words.text(), (before + done / max(total, 1)) / self._total)

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        if self._paper is None:
            return
        try:
            store_one(self.context.work, self._order, self._paper, content)
        except ExpectedError as error:
            self.refused(error)
            return
        self._made += 1
        self._paper = None
        QTimer.singleShot(0, self._go_on)

    @Slot()
    def _go_on(self) -> None:
        self._next()

    @Slot(object)
    def refused(self, error: ExpectedError) -> None:
        """A casebook that holds nothing yet is passed over; anything else ends the batch. What is written stays."""
        if error.code == NOTHING and self._paper is not None:
            self._empty.append(self._paper.selection.subject)
            QTimer.singleShot(0, self._go_on)
            return
        super().refused(error)

    @Slot()
    def stopped(self) -> None:
        """The casebook at hand was given up."""
        self._ended()

    def _ended(self) -> None:
        self.rest()
        look, path = self.context.look, self._order.folder
        if self.stop_asked:
            self.say("warn", look.later("ui_paper.batch.stopped", n=self._made, path=path))
        elif self._empty:
            self.say("ok", look.later("ui_paper.batch.empty", n=self._made, path=path, empty=", ".join(self._empty)))
        else:
            self.say("ok", look.later("ui_paper.batch.done", n=self._made, path=path))

    def retranslate(self) -> None:
        """All words anew."""
        super().retranslate()
        tr = self.context.tr
        self.options.retranslate()
        self.folder.set_label(tr("ui_paper.batch.folder"))
        self.choose.setAccessibleName(tr("ui_paper.batch.choose"))
        self.choose.setToolTip(tr("ui_paper.batch.choose"))

    def take_focus(self) -> None:
        """The folder."""
        self.folder.edit.setFocus(Qt.FocusReason.OtherFocusReason)
