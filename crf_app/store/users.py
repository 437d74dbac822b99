"""Reading users."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crf_app.store.connection import Reader

_USERS = """SELECT user_id, login, name_en, name_zh, role, organisation, public_key, active, settings FROM app_user"""


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A user row. `public_key` (hexadecimal) verifies what he signed; ids and logins are never used again."""

    user_id: str
    login: str
    name_en: str
    name_zh: str
    role: str
    organisation: str
    public_key: str
    active: bool
    settings: Mapping[str, object]


def read_users(db: Reader) -> tuple[StoredUser, ...]:
    """All users, inactive ones and the recovery user included, by id."""
    return tuple(_user(row) for row in db.rows(_USERS + " ORDER BY user_id"))


def read_user(db: Reader, user_id: str) -> StoredUser | None:
    """One user, or None."""
    row = db.one(_USERS + " WHERE user_id = ?", (user_id,))
    return _user(row) if row else None


def _user(row: tuple[Any, ...]) -> StoredUser:
    return StoredUser(*(*row[:7], bool(row[7]), json.loads(row[8])))
