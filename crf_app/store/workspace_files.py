"""The workspace folder: `workspace.toml`, which holds no secrets, and the places of what lies beside it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from crf_app.errors import ExpectedError
from crf_app.paths import make_private, replace_file

WORKSPACE_NAME = "workspace.toml"
_FOLDERS = ("attachments", "backups")


@dataclass(frozen=True, slots=True)
class WorkspaceFile:
    """What is known of a workspace before log-in: shown on the log-in page, proven by nothing."""

    workspace_id: str
    study: str
    site: str
    created: str
    format: int = 1
    synthetic: bool = False
    site_en: str = ""
    """The site as English screens call it; `site` is its Chinese name. "" in files of the first versions."""
    allowed_place: str = ""
    """The unsafe place that an administrator allowed; counts only together with the ledger entry in which he did."""


def prepare_folder(folder: Path) -> None:
    """Make a private workspace folder with its places. Raises ExpectedError "folder_not_empty" or "io_error"."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExpectedError("folder_not_empty", folder=folder)
        make_private(folder)
        for name in _FOLDERS:
            (folder / name).mkdir()
    except OSError as error:
        raise ExpectedError("io_error", place=folder, detail=error.strerror or str(error)) from error


def write_workspace_file(folder: Path, workspace: WorkspaceFile) -> None:
    """Write `workspace.toml`. Raises ExpectedError "io_error"."""
    # A JSON string, number or truth value is the same in TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in asdict(workspace).items()]
    try:
        replace_file(folder / WORKSPACE_NAME, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise ExpectedError("io_error", place=folder / WORKSPACE_NAME, detail=error.strerror or str(error)) from error


def read_workspace_file(folder: Path) -> WorkspaceFile:
    """Read `workspace.toml`. Raises ExpectedError "not_a_workspace" when there is none or it is not one."""
    path = folder / WORKSPACE_NAME
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return WorkspaceFile(str(content["workspace_id"]), str(content["study"]), str(content["site"]),
                             str(content["created"]), int(content["format"]), bool(content["synthetic"]),
                             str(content.get("site_en", "")), str(content.get("allowed_place", "")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExpectedError("not_a_workspace", place=path) from error
