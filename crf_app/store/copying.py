"""A copy of the open database for work beside the one connection, made in small steps so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from crf_app.errors import ExpectedError
from crf_app.store.connection import Reader, connect, expected_errors

COPY_NAME = ".checked-copy.db"
_PAGES = 32
_BETWEEN_S = 0.005
_ASK_EVERY = 20_000
"""Steps of SQLite's machine between two questions whether to stop: some milliseconds."""


@contextmanager
def copied(source: dbapi2.Connection, folder: Path, data_key: bytes, stop: Callable[[], bool]) -> Iterator[Reader]:
    """A consistent, encrypted copy in `folder`, readable in this thread and gone afterwards.

    May run in another thread than the owner of `source`: only SQLite's backup touches it, `_PAGES` pages at a time under
    SQLite's own lock (docs/adr/0015); what the owner stores meanwhile is in the copy too. `stop` is asked all the time;
    when it says yes, InterruptedError is raised. Raises ExpectedError "damaged", "disk_full", "io_error".
    """
    path = folder / COPY_NAME
    remove_copy(folder)
    try:
        with expected_errors():
            copy = connect(path, data_key, create=True, exclusive=False)
            try:
                copy.execute("PRAGMA synchronous = OFF")
                source.backup(copy, pages=_PAGES, sleep=_BETWEEN_S, progress=_asking(stop))
                copy.set_progress_handler(stop, _ASK_EVERY)
                copy.execute("PRAGMA query_only = ON")
                yield Reader(copy)
            except dbapi2.OperationalError as error:
                if stop():
                    raise InterruptedError from error
                raise
            finally:
                copy.close()
    finally:
        remove_copy(folder)


def remove_copy(folder: Path) -> None:
    """Take away what a crash left. Raises ExpectedError "io_error"."""
    for path in folder.glob(f"{COPY_NAME}*"):
        try:
            path.unlink()
        except OSError as error:
            raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error


def _asking(stop: Callable[[], bool]) -> Callable[[int, int, int], None]:
    def ask(_status: int, _remaining: int, _total: int) -> None:
        if stop():
            raise InterruptedError
        time.sleep(_BETWEEN_S)

    return ask
