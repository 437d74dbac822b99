"""The list as CSV or PDF: asks where, draws beside the window with progress and cancel, records it in the ledger."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crf_app.errors import ExpectedError
from crf_app.services.outputs import save_pdf
from crf_app.services.query_output import QueryPaper, draw_query_list, prepare_query_list, record_query_list
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.jobs import Job
from crf_app.ui.common.widgets.panels import ProgressLine
from crf_app.ui.context import UiContext
from crf_app.ui.queries.filter_bar import FilterBar

_KINDS = {"csv": "CSV (*.csv)", "pdf": "PDF (*.pdf)"}


class QueryExport(QObject):
    """One file at a time. `written(Said)` when it is there; refusals go to the window's message line."""

    written = Signal(object)

    def __init__(self, context: UiContext, bar: FilterBar, progress: ProgressLine, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._bar = bar
        self._progress = progress
        self._job: Job | None = None
        self._paper: QueryPaper | None = None
        self._target = Path()
        progress.setVisible(False)
        progress.cancel_requested.connect(self.cancel)

    def csv(self) -> None:
        """A file for a spreadsheet."""
        self._ask("csv")

    def pdf(self) -> None:
        """Paper for a monitoring visit."""
        self._ask("pdf")

    def _ask(self, kind: str) -> None:
        context = self._context
        if self._job is not None:
            return
        name = f"{context.work.study.oid}_queries_{context.work.clock.today():%Y%m%d}.{kind}"
        chosen = context.ask.files(self._parent, FileQuestion(f"queries_{kind}", context.tr("query.ui.where"), _KINDS[kind], name, save=True))
        if chosen:
            self._start(kind, Path(chosen[0]))

    def _start(self, kind: str, target: Path) -> None:
        context = self._context
        both = context.language_hub.bilingual
        paper = context.perform(prepare_query_list, context.work, kind, self._bar.line.text(), "both" if both else context.language_hub.lang, self._bar.shown)
        if paper is None:
            return
        self._paper, self._target = paper, target
        job = self._job = context.jobs.make(Drawing(draw_query_list, paper, context.words))
        job.progressed.connect(self._progressed)
        job.finished.connect(self._drawn)
        job.refused.connect(self._refused)
        job.cancelled.connect(self._ended)
        job.broken.connect(self._broken)
        self._progressed(0, len(paper.queries))
        self._progress.setVisible(True)
        context.jobs.start(job)

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        self._progress.show_progress(self._context.tr("query.ui.drawing"), done / max(total, 1), f"{done} / {total}")

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        paper = self._paper
        self._ended()
        if paper is None or self._context.work.actor is None:
            return
        try:
            save_pdf(self._target, content)
            record_query_list(self._context.work, paper, content)
        except ExpectedError as error:
            self._context.perform.refused.emit(error)
            return
        self.written.emit(self._context.look.later("query.ui.written", count=len(paper.queries), place=self._target))

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        self._ended()
        self._context.perform.refused.emit(error)

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        self._ended()
        raise error

    @Slot()
    def _ended(self) -> None:
        self._job, self._paper = None, None
        self._progress.setVisible(False)

    @Slot()
    def cancel(self) -> None:
        """Stop drawing; no file is left behind."""
        if self._job is not None:
            self._job.cancel()
