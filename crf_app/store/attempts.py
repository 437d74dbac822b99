"""Failed log-ins: counted in a file beside the slots, so that closing the program does not help who guesses.

Each attempt is written down before the password is tried. The records wait there until a log-in succeeds; then they are
moved into the ledger. Who can delete this file can also copy the slots: against him stands only the cost of each guess.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file

ATTEMPTS_NAME = "attempts.json"
# Seconds to wait after the n-th failure in a row; from then on every attempt waits for the last of them. Together
# fewer than 10 attempts fit into an hour.
DELAYS_S = (0, 0, 5, 15, 60, 900)
_MOST_RECORDS = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed log-in: when, whose (user id, "" for a name that has no slot), and whether it was refused unread."""

    at: datetime
    user_id: str
    refused: bool


def begin_attempt(folder: Path, user_id: str, typed: str, clock: Clock) -> None:
    """Record an attempt before the password is tried. Raises ExpectedError "log_in_wait" (seconds) while a delay runs.

    `typed` is kept as a hash only: people type passwords into the wrong field.
    """
    content, name, now = _read(folder), _name(user_id, typed), clock.now()
    count = content["counts"].get(name, {"failures": 0, "until": ""})
    wait = _wait(count["until"], now)
    content["records"].append({"at": now.isoformat(), "user_id": user_id, "refused": wait > 0})
    surplus = len(content["records"]) - _MOST_RECORDS
    if surplus > 0:
        del content["records"][:surplus]
        content["dropped"] += surplus
    if wait == 0:
        failures = count["failures"] + 1
        delay = DELAYS_S[min(failures, len(DELAYS_S)) - 1]
        content["counts"][name] = {"failures": failures, "until": (now + timedelta(seconds=delay)).isoformat()}
    _write(folder, content)
    if wait:
        raise ExpectedError("log_in_wait", seconds=wait)


def end_attempt(folder: Path, user_id: str) -> None:
    """The attempt succeeded: its own record goes, the count starts again; earlier failures stay on record."""
    content = _read(folder)
    content["counts"].pop(_name(user_id, ""), None)
    if content["records"] and content["records"][-1]["user_id"] == user_id:
        content["records"].pop()
    _write(folder, content)


def taken_attempts(folder: Path) -> tuple[Attempt, ...]:
    """The failed attempts on record, oldest first: store them in the ledger, then call `drop_attempts`."""
    return tuple(Attempt(datetime.fromisoformat(one["at"]), one["user_id"], one["refused"])
                 for one in _read(folder)["records"])


def drop_attempts(folder: Path, count: int) -> None:
    """Forget the oldest `count` records, which the ledger holds now. Running delays stay."""
    content = _read(folder)
    del content["records"][:count]
    content["dropped"] = 0
    _write(folder, content)


def _name(user_id: str, typed: str) -> str:
    return user_id or "#" + hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()


def _wait(until: str, now: datetime) -> int:
    """Whole seconds still to wait; never more than the longest delay, should the clock have been wrong."""
    if not until:
        return 0
    left = (datetime.fromisoformat(until) - now).total_seconds()
    return max(0, min(int(left + 0.999), DELAYS_S[-1]))


def _read(folder: Path) -> dict[str, Any]:
    empty: dict[str, Any] = {"counts": {}, "records": [], "dropped": 0}
    try:
        content = json.loads((folder / ATTEMPTS_NAME).read_bytes())
    except (OSError, ValueError):
        return empty
    return {**empty, **content} if isinstance(content, dict) else empty


def _write(folder: Path, content: dict[str, Any]) -> None:
    path = folder / ATTEMPTS_NAME
    try:
        replace_file(path, json.dumps(content).encode())
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
