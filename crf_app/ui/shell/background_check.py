"""The whole history is verified while the person works (reliability, section 2.6); a word in the status line says so."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crf_app.errors import ExpectedError
from crf_app.services.verification import CheckBeside, remember_check
from crf_app.store.verify import VerifyReport
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.context import UiContext

AFTER_MS = 5000
"""So long after the log-in: the first thing the person does comes first."""


class BackgroundCheck(QObject):
    """Verifies a copy of the database beside the window, once a session: `verified()` or `faulty(sentence)`.

    What is stopped by a lock begins anew with `start`.
    """

    verified = Signal()
    faulty = Signal(str)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._jobs = Jobs(self)  # of its own: paper does not wait for it
        self._done = self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.begin)

    def start(self) -> None:
        """Begin in a while, unless it was done."""
        self._stopped = False
        if not self._done:
            self._timer.start()

    def stop(self) -> None:
        """Stop and wait for it: the database may be closed after that."""
        self._stopped = True
        self._timer.stop()
        self._jobs.stop()

    @Slot()
    def begin(self) -> None:
        """Begin now."""
        if self._jobs.busy:
            return
        job = self._jobs.make(CheckBeside(self._context.work.database))
        job.finished.connect(self._finished)
        job.refused.connect(self._refused)
        job.broken.connect(self._broken)
        self._jobs.start(job)

    @Slot(object)
    def _finished(self, report: VerifyReport) -> None:
        if self._stopped:  # the word came when the database was locked or closed already
            return
        self._done = True
        if remember_check(self._context.work, report) or report.fault is None:
            self.verified.emit()
            return
        fault = report.fault
        words = self._context.tr(f"store.fault_{fault.what}", place=fault.place, entry_no=fault.entry_no, change_no=fault.change_no, detail=fault.detail)
        self.faulty.emit(self._context.tr("ui_shell.check_faulty", fault=words))

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        """It could not be checked, for want of room or because a page cannot be read: that is said too."""
        self._context.perform.refused.emit(error)

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        raise error
