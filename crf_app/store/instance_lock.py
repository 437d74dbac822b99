"""One program at a time per workspace: an operating system lock that dies with its holder, and who holds it."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

from filelock import FileLock, Timeout

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file

LOCK_NAME = ".lock"
HOLDER_NAME = ".lock.json"


class InstanceLock:
    """The held lock of a workspace. Freed by `release`, or by the operating system when the program dies."""

    def __init__(self, lock: FileLock, holder: Path) -> None:
        self._lock = lock
        self._holder = holder

    def release(self) -> None:
        """Give the workspace free. Twice is harmless."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()


def take_instance_lock(folder: Path, user: str, clock: Clock) -> InstanceLock:
    """Hold the workspace for this program, telling others `user` (a login name or an account of the machine) and
    since when.

    Raises ExpectedError "held_by_other" (user, machine, since) when another program holds it, "io_error" when the
    folder cannot be written.
    """
    lock = FileLock(folder / LOCK_NAME, timeout=0)
    holder = folder / HOLDER_NAME
    try:
        lock.acquire()
    except Timeout as error:
        raise ExpectedError("held_by_other", **_read(holder)) from error
    except OSError as error:
        raise ExpectedError("io_error", place=folder, detail=error.strerror or str(error)) from error
    try:
        _write(holder, user, clock)
    except BaseException:
        lock.release()
        raise
    return InstanceLock(lock, holder)


def _write(holder: Path, user: str, clock: Clock) -> None:
    content = {"user": user, "machine": platform.node(), "pid": os.getpid(),
               "since": clock.now().isoformat(timespec="minutes")}
    try:
        replace_file(holder, json.dumps(content).encode())
    except OSError as error:
        raise ExpectedError("io_error", place=holder, detail=error.strerror or str(error)) from error


def _read(holder: Path) -> dict[str, object]:
    """The holder as far as he is known: he may be just writing his name."""
    try:
        content = json.loads(holder.read_bytes())
        return {name: str(content[name]) for name in ("user", "machine", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"user": "?", "machine": "?", "since": "?"}
