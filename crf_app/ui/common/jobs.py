"""Long work beside the window: progress, cancel, and the result back in the main thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from crf_app.errors import ExpectedError

Report = Callable[[int, int], None]


class Cancelled(Exception):  # noqa: N818 it is no error
    """Raised inside a job at its next report after it was cancelled."""


class Job(QObject):
    """One piece of work. `progressed(done, total)`, then exactly one of `finished(result)`, `refused(ExpectedError)`,
    `cancelled()` and `broken(exception)`: all in the main thread.
    """

    progressed = Signal(int, int)
    finished = Signal(object)
    refused = Signal(object)
    cancelled = Signal()
    broken = Signal(object)

    def __init__(self, work: Callable[[Report], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = Event()

    def cancel(self) -> None:
        """Ask it to stop at its next report."""
        self._stop.set()

    def report(self, done: int, total: int) -> None:
        """Called by the work. Raises Cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self.progressed.emit(done, total)

    def do(self) -> None:
        """Run the work in the calling thread and say how it ended."""
        try:
            result = self._work(self.report)
        except Cancelled:
            self.cancelled.emit()
        except ExpectedError as error:
            self.refused.emit(error)
        except BaseException as error:  # noqa: BLE001 carried to the main thread, which reports it
            self.broken.emit(error)
        else:
            self.finished.emit(result)


class _Runner(QRunnable):
    """Does the job in a thread that Python itself made, and waits for it.

    A thread of the pool gets a new state of the interpreter for each job, while extensions made with pybind11 (pikepdf) remember the
    first one by thread: the second job in the same thread would wait for itself for ever.
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        thread = Thread(target=self._job.do, name="job")
        thread.start()
        thread.join()


class Jobs(QObject):
    """Runs jobs on a pool of its own, one after the other. The work gets frozen records or a copy, never the database."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._running: list[Job] = []

    def make(self, work: Callable[[Report], object]) -> Job:
        """A job that is not started yet: connect its signals, then `start` it."""
        return Job(work, self)

    def start(self, job: Job) -> None:
        """Begin; the job is kept until it ended."""
        for ended in (job.finished, job.refused, job.cancelled, job.broken):
            ended.connect(self._ended)
        self._running.append(job)
        self._pool.start(_Runner(job))

    @Slot()
    def _ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self._running:
            self._running.remove(job)

    @property
    def busy(self) -> bool:
        """Is anything running?"""
        return bool(self._running)

    def stop(self) -> None:
        """Cancel what runs and wait for it."""
        for job in list(self._running):
            job.cancel()
        self._pool.waitForDone()
