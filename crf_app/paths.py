"""Where the program's own files lie, and every call that differs between operating systems."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath

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


def data_folder() -> Path:
    """Where new workspaces go unless another place is chosen: local application data, which no program synchronises.

    It is not made here.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "crf-app" / "workspaces"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "crf-app" / "workspaces"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "crf-app" / "workspaces"


# File systems whose locks and syncs are another machine's, or none. 9p is left out: it is also how virtual machines see a local disk.
_NETWORK_SYSTEMS = frozenset((
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre", "gpfs", "beegfs",
    "orangefs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.ceph",
    "fuse.gvfsd-fuse", "fuse.smbnetfs", "fuse.google-drive-ocamlfuse", "fuse.onedriver", "fuse.juicefs",
))  # fmt: skip
_SYNC_NAMES = frozenset((
    "dropbox", "onedrive", "google drive", "googledrive", "my drive", "我的云端硬盘", "icloud drive", "iclouddrive", "mobile documents", "cloudstorage",
    "box sync", "nextcloud", "owncloud", "seafile", "syncthing", "mega", "megasync", "pcloud drive", "pclouddrive", "yandex.disk", "yandexdisk",
    "nutstore", "nutstore files", "坚果云", "我的坚果云", "baidusyncdisk", "baidunetdiskworkspace", "百度网盘", "百度网盘同步空间", "wpsdrive", "wps云盘",
    "wps cloud files", "weiyun", "微云", "微云同步助手", "阿里云盘", "aliyundrive", "tresorit", "resilio sync", "creative cloud files", "proton drive",
    "synologydrive", "cloudstation", "qsync",
))  # fmt: skip
_SYNC_STARTS = ("onedrive - ", "dropbox (", "google drive (", "seafile-", "nextcloud-")
_SYNC_MARKS = (".stfolder", ".dropbox", ".dropbox.cache", ".owncloudsync.log", ".nextcloudsync.log", ".sync_*.db", "._sync_*.db", ".nutstore", ".resilio")


def unsafe_place(folder: Path) -> str:
    """Why a database must not lie in `folder` (which need not exist yet): "network", "sync", or "" when nothing speaks against it.

    Links are followed. What cannot be found out counts as safe.
    """
    real = folder.expanduser().resolve()
    existing = next((one for one in (real, *real.parents) if one.exists()), real)
    roots = [Path(value) for name, value in os.environ.items() if name.upper().startswith("ONEDRIVE") and value]
    marked = any(next(one.glob(mark), None) is not None for one in (existing, *existing.parents) for mark in _SYNC_MARKS if one != one.parent)
    return place_kind(real, file_system=_file_system(existing), sync_roots=roots, marked=marked)


def place_kind(path: PurePath, *, file_system: str = "", sync_roots: Sequence[PurePath] = (), marked: bool = False) -> str:
    """The judgement of `unsafe_place` on what was found out of a place, in the spelling of any operating system.

    `file_system`: its name; `sync_roots`: folders that are known to be synchronised; `marked`: a mark of a synchronising
    program lies in the folder or above it.
    """
    share = (path.anchor.startswith("\\\\") and not path.anchor.startswith(("\\\\?\\", "\\\\.\\"))) or path.anchor.upper().startswith("\\\\?\\UNC\\")
    if share or file_system in _NETWORK_SYSTEMS:
        return "network"
    names = [part.casefold() for part in path.parts]
    named = any(name in _SYNC_NAMES or name.startswith(_SYNC_STARTS) for name in names)
    return "sync" if named or marked or any(path.is_relative_to(root) for root in sync_roots) else ""


def _file_system(path: Path) -> str:
    """The name of the file system that holds the existing `path`, "" when it is not known."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  nothing else needs it

        return "smbfs" if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == 4 else ""  # DRIVE_REMOTE
    if sys.platform == "darwin":
        said = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return mounted_at(path, [(line.partition(" on ")[2].rpartition(" (")[0], line.rpartition(" (")[2].split(",")[0]) for line in said.splitlines()])
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    return mounted_at(path, [read_mount(line) for line in lines])


def read_mount(line: str) -> tuple[str, str]:
    """Mount point and file system of a line of Linux's mountinfo."""
    before, _, after = line.partition(" - ")
    place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), before.split(" ")[4])
    return place, after.split(" ")[0]


def mounted_at(path: PurePath, mounts: Sequence[tuple[str, str]]) -> str:
    """The file system of the innermost of `mounts` (place, file system) that holds `path`; of two at one place the later."""
    holding = [(len(PurePath(place).parts), number, system) for number, (place, system) in enumerate(mounts) if path.is_relative_to(place)]
    return max(holding)[2] if holding else ""


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
