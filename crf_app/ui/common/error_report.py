"""Faults of ours: written down without any patient data, said once, and the program goes on."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

FILE_NAME = "faults.log"
_MOST_BYTES = 200_000


class ErrorReport(QObject):
    """Takes what nobody caught. `reported(place)` after it was written to the state folder.

    Only names of files, lines and kinds of exceptions are written: messages and variables may hold values of a subject.
    """

    reported = Signal(str)

    def __init__(self, folder: Path, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = folder / FILE_NAME
        self._now = now

    def install(self) -> None:
        """Stand in for Python's own report of what nobody caught."""
        sys.excepthook = self.take

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write one fault down and say so; a keyboard interrupt ends the program as usual."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._write("\n".join((f"{self._now():%Y-%m-%d %H:%M:%S} {kind.__name__}", *_places(trace), "")))
        self.reported.emit(str(self._path))

    def _write(self, text: str) -> None:
        try:
            if self._path.is_file() and self._path.stat().st_size > _MOST_BYTES:
                self._path.unlink()
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(text + "\n")
        except OSError:
            sys.stderr.write(text + "\n")


def _places(trace: TracebackType | None) -> list[str]:
    return [f"  {Path(one.filename).name}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]
