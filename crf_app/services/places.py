"""Network drives and synchronised folders are no place for a database, unless an administrator says why (reliability, section 2.7)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.paths import unsafe_place
from crf_app.services.workspace import Workspace
from crf_app.store.ledger_reading import entries_of_command
from crf_app.store.workspace_files import WorkspaceFile, read_workspace_file, write_workspace_file

ALLOW_PLACE = "allow_place"


def place_mark(folder: Path) -> str:
    """What stands for an unsafe place in the ledger: its kind and a hash, as a path may name people; "" for a safe place."""
    kind = unsafe_place(folder)
    return f"{kind}:{hashlib.sha256(str(folder.resolve()).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}" if kind else ""


def need_place(folder: Path, reason: str = "", allowed: str = "") -> str:
    """The mark of the place. Raises ExpectedError "unsafe_place_network" or "unsafe_place_sync" when it is neither safe, nor
    the one `allowed`, nor given a reason for.
    """
    mark = place_mark(folder)
    if mark and mark != allowed and not reason.strip():
        raise ExpectedError(f"unsafe_place_{mark.partition(':')[0]}", place=folder)
    return mark


def settle_place(work: Workspace, mark: str, reason: str) -> None:
    """Once somebody is logged in: an unsafe place was allowed in the ledger, or an administrator allows it now.

    Raises ExpectedError "unsafe_place_network", "unsafe_place_sync", or "unsafe_place_role" when another role gave the reason.
    """
    if not mark or _was_allowed(work, mark):
        return
    if not reason.strip():
        raise ExpectedError(f"unsafe_place_{mark.partition(':')[0]}", place=work.folder)
    if work.user.role is not Role.ADMINISTRATOR:
        raise ExpectedError("unsafe_place_role", place=work.folder)
    with work.begin(work.command(ALLOW_PLACE, work.session, reason=reason.strip(), details={"place": mark})):
        pass
    remember_place(work.folder, read_workspace_file(work.folder), mark)


def remember_place(folder: Path, known: WorkspaceFile, mark: str) -> None:
    """Let the next opening know of the permission before the database is touched. Raises ExpectedError "io_error"."""
    write_workspace_file(folder, replace(known, allowed_place=mark))


def _was_allowed(work: Workspace, mark: str) -> bool:
    found = [*entries_of_command(work.database, ALLOW_PLACE), *entries_of_command(work.database, "create_workspace")]
    return any(one.details.get("place") == mark for one in found)
