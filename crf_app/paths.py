"""Where the program's own files lie, and every call that differs between operating systems."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _beside(name: str) -> Path:
    """A data folder: inside the wheel or frozen program, else beside the package in a checkout."""
    for root in (_PACKAGE / "_data", Path(getattr(sys, "_MEIPASS", _PACKAGE.parent)), _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"{name}/ is missing beside {_PACKAGE}: reinstall the program")


def forms_folder() -> Path:
    """Study definitions shipped with the program."""
    return _beside("forms")


def resources_folder() -> Path:
    """Icons, themes, fonts and words."""
    return _beside("resources")


def migrations_folder() -> Path:
    """Alembic environment and revisions."""
    return _beside("migrations")


def state_folder() -> Path:
    """Per-user, per-machine notes (high-water marks, recent workspaces); made when missing, readable by its owner only.

    `CRF_APP_STATE` names another place, for tests and for installations on removable media.
    """
    chosen = os.environ.get("CRF_APP_STATE")
    if chosen:
        folder = Path(chosen)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "crf-app"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "crf-app"
    else:
        folder = Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state")) / "crf-app"
    folder.mkdir(parents=True, exist_ok=True)
    make_private(folder)
    return folder


def make_private(path: Path) -> None:
    """Let only the owner read `path`. On Windows the profile folder already does."""
    if sys.platform != "win32":
        path.chmod(0o700 if path.is_dir() else 0o600)


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all: temporary file, fsync, rename, fsync of the folder.

    Raises OSError (disk full, no permission) with `path` unchanged.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def own_command(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """How to start this very program again as another process, with the environment it needs: checkout, wheel or frozen."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", _PACKAGE.name]
    return [*start, *arguments], {**os.environ, "PYTHONPATH": str(_PACKAGE.parent), "PYTHONIOENCODING": "utf-8"}


def limit_process(memory: int) -> None:
    """Let this process have no more than `memory` bytes, and leave no core dump. Windows has no such call: there size and time are the limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 Windows has no such module

    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows the limit and does not take every value
            continue
