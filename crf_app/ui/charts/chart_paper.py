"""One chart out of the window: drawn beside it as a page, then saved or printed, and written into the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crf_app.errors import ExpectedError
from crf_app.services.outputs import save_pdf
from crf_app.services.paper import Paper, Selection, draw_paper, prepare_paper, record_print
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common.ask import FileQuestion, Question
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.jobs import Job
from crf_app.ui.common.languages import Said
from crf_app.ui.context import UiContext
from crf_app.ui.printing.paper_out import print_document


@dataclass(frozen=True, slots=True)
class Told:
    """Something to say beside the chart: kind "ok" or "error"."""

    kind: str
    words: Said


class ChartPaper(QObject):
    """`told(Told)` when a chart was saved or printed, or why not."""

    told = Signal(object)

    def __init__(self, context: UiContext, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._owner = context, owner
        self._paper: Paper | None = None
        self._then: Callable[[Paper, bytes], None] | None = None
        self._job: Job | None = None

    def save(self, subject: str, oid: str) -> None:
        """Ask where, and write the chart as a PDF."""
        tr, name = self._context.tr, "_".join(part for part in (subject, oid.replace(".", "_")) if part)
        question = FileQuestion("save_chart", tr("ui_charts.where"), "PDF (*.pdf)", f"{name}.pdf", save=True)
        chosen = self._context.ask.files(self._owner, question)
        if chosen:
            self._path = Path(chosen[0])
            self._draw(subject, oid, self._save)

    def print(self, subject: str, oid: str) -> None:
        """Hand the chart to a printer."""
        self._draw(subject, oid, self._print)

    def _draw(self, subject: str, oid: str, then: Callable[[Paper, bytes], None]) -> None:
        hub = self._context.language_hub
        try:
            self._paper = prepare_paper(self._context.work, Selection(subject, chart=oid), "both" if hub.bilingual else hub.lang)
        except ExpectedError as error:
            self._refused(error)
            return
        self._then = then
        self._job = self._context.jobs.make(Drawing(draw_paper, self._paper, self._context.words))
        self._job.finished.connect(self._drawn)
        self._job.refused.connect(self._refused)
        self._job.broken.connect(self._broken)
        self._context.jobs.start(self._job)

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        if self._paper is None or self._then is None or self.sender() is not self._job:
            return
        try:
            self._then(self._paper, content)
        except ExpectedError as error:
            self._refused(error)
        self._paper = self._then = None

    def _save(self, paper: Paper, content: bytes) -> None:
        save_pdf(self._path, content)
        record_print(self._context.work, paper, content)
        self.told.emit(Told("ok", self._context.look.later("printing.saved", path=self._path)))

    def _print(self, paper: Paper, content: bytes) -> None:
        question = Question("printer", self._context.tr("printing.print"))
        if print_document(self._context.ask, self._owner, question, content):
            record_print(self._context.work, paper, content)
            self.told.emit(Told("ok", self._context.look.later("printing.printed")))

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        self.told.emit(Told("error", said_error(self._context.look, error)))

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        self._paper = self._then = None
        raise error
