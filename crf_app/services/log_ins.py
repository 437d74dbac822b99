"""Failed log-ins, told to administrators when they come (reliability, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crf_app.admin.roles import Right
from crf_app.services.workspace import Workspace
from crf_app.store.ledger_reading import entries_of_command

_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class FailedLogIn:
    """One failed attempt: when, and whose account it was aimed at ("" for a name that nobody has)."""

    at: datetime
    user_id: str


def failed_log_ins(work: Workspace) -> tuple[FailedLogIn, ...]:
    """The attempts that failed since this person logged in the time before, oldest first.

    Raises ExpectedError "no_right" for who does not keep the users, "locked".
    """
    actor = work.need(Right.USERS)
    found: list[FailedLogIn] = []
    for number, entry in enumerate(entries_of_command(work.database, "log_in", _LOOKED_AT)):
        if number and entry.user_id == actor.user.user_id:
            break
        attempts = entry.details.get("failed_attempts", ())
        found += [FailedLogIn(datetime.fromisoformat(one["at"]), str(one["user_id"])) for one in attempts]
    return tuple(sorted(found, key=_when))


def _when(one: FailedLogIn) -> datetime:
    return one.at
