"""What nobody expected: one line for the user, a report for us, without a value of a subject in it."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType
from typing import Self

from crf_app import __version__
from crf_app.cli.terminal import Terminal
from crf_app.clock import SystemClock
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file, state_folder

UNEXPECTED = 2
EXPECTED = 1


class Guarded:
    """A block whose errors end the command: `code` is 0, or what the error makes of it.

    An expected error is said in one line. Anything else is our fault: one line, and a report in the state folder. Leaving
    (SystemExit) passes on.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.code = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if error is None or isinstance(error, (SystemExit, GeneratorExit)):
            return False
        if isinstance(error, ExpectedError):
            self._terminal.complain(self._terminal.sentence(error))
            self.code = EXPECTED
        elif isinstance(error, KeyboardInterrupt):
            self._terminal.complain(self._terminal.text("interrupted"))
            self.code = EXPECTED
        else:
            self._terminal.complain(self._terminal.text("unexpected", kind=type(error).__name__, place=write_report(error)))
            self.code = UNEXPECTED
        return True


def write_report(error: BaseException) -> str:
    """Store where the error happened, and return the file's name. Messages of exceptions are left out: they may quote data."""
    now = SystemClock().now()
    lines = [
        f"crf-app {__version__}, Python {platform.python_version()}, {sys.platform} {platform.machine()}",
        f"{now.isoformat(timespec='seconds')}",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    path = state_folder() / f"error-{now:%Y%m%d-%H%M%S-%f}.txt"
    try:
        replace_file(path, "\n".join([*lines, ""]).encode())
    except OSError:
        return "-"  # the disk may be the very trouble; the line on the screen must come nevertheless
    return str(path)
