"""Export as CSV or ODM: asks where, shows how far, can be cancelled; a record of it stands in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot

from crf_app.errors import ExpectedError
from crf_app.services.outputs import export
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.widgets.panels import ProgressLine
from crf_app.ui.context import UiContext

if TYPE_CHECKING:
    from crf_app.ui.main_window import MainWindow


class ExportRun(QObject):
    """One export at a time. It reads through the one connection, which belongs to this thread, and lets the window
    breathe between subjects; meanwhile only Cancel can be used.
    """

    def __init__(self, context: UiContext, frame: MainWindow) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._stop = False
        self._line: ProgressLine | None = None

    def odm(self) -> None:
        """One ODM 1.3.2 file."""
        name = f"{self._context.work.study.oid}_{self._context.work.clock.today():%Y%m%d}.xml"
        self._ask("odm", FileQuestion("export_odm", self._title(), "ODM (*.xml)", name, save=True))

    def csv(self) -> None:
        """A folder of CSV files, a file a form."""
        self._ask("csv", FileQuestion("export_csv", self._title(), folder=True))

    def _title(self) -> str:
        return self._context.tr("ui_shell.export.where")

    def _ask(self, kind: str, question: FileQuestion) -> None:
        chosen = self._context.ask.files(self._frame, question)
        if chosen:
            self._run(kind, Path(chosen[0]))

    def _run(self, kind: str, target: Path) -> None:
        context = self._context
        self._stop = False
        line = self._line = ProgressLine(context.look, self._frame)
        line.cancel_requested.connect(self._cancel)
        line.setAutoFillBackground(True)
        line.setGeometry(80, self._frame.height() - 96, self._frame.width() - 120, 56)
        line.show()
        line.cancel.setFocus()
        self._frame.stack.setEnabled(False)
        try:
            export(context.work, context.words, kind, target, progress=self._progress)
            self._frame.status.show_saved(context.work.clock.now())
            self._frame.say(context.look.later("ui_shell.export.done", place=target), "ok")
        except ExpectedError as error:
            self._frame.strip.refuse(error)
        finally:
            self._frame.stack.setEnabled(True)
            line.hide()
            line.deleteLater()
            self._line = None

    def _progress(self, done: int, total: int) -> None:
        if self._line is not None:
            words = self._context.tr("ui_shell.export.running", done=done, total=total)
            self._line.show_progress(words, done / max(total, 1))
        QCoreApplication.processEvents()
        if self._stop:
            raise ExpectedError("export_cancelled")

    @Slot()
    def _cancel(self) -> None:
        self._stop = True
