"""The high-water file: per machine and workspace, how far the ledger had come. It notices a tail that was cut off."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from crf_app.errors import ExpectedError
from crf_app.paths import replace_file, state_folder


@dataclass(frozen=True, slots=True)
class HighWater:
    """The head last seen on this machine and the head up to which everything was verified (0 and "" for none)."""

    no: int
    hash: str
    verified_no: int = 0
    verified_hash: str = ""


def high_water_file(workspace_id: str) -> Path:
    """Where the mark of this workspace lies; the name is a hash, so that no text of ours becomes a path."""
    name = hashlib.sha256(workspace_id.encode()).hexdigest()[:32]
    return state_folder() / f"high-water-{name}.json"


def read_high_water(workspace_id: str) -> HighWater | None:
    """The mark of this workspace; None when this machine never saw it or the file cannot be read as one."""
    try:
        content = json.loads(high_water_file(workspace_id).read_bytes())
        return HighWater(int(content["no"]), str(content["hash"]), int(content["verified_no"]),
                         str(content["verified_hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_high_water(workspace_id: str, mark: HighWater) -> None:
    """Store the mark durably. Raises ExpectedError "io_error" when the machine's state folder cannot be written."""
    if not workspace_id:
        return
    path = high_water_file(workspace_id)
    try:
        replace_file(path, json.dumps(asdict(mark)).encode())
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
