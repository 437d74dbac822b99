"""What the file must look like: format number, schema fingerprint, triggers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from sqlalchemy import Connection

from crf_app.store.tables import ALEMBIC_VERSION, METADATA
from crf_app.store.triggers import TRIGGERS

FORMAT = 7
"""`PRAGMA user_version` of the files this program writes."""

REVISIONS = {number: f"{number:04}" for number in range(1, FORMAT + 1)}
"""The Alembic revision of each format."""

FINGERPRINTS = {
    1: "4c1ad03680a0f038f261b7df427c5ff19167d1872796d36165b75cb3c80ddccd",
    2: "caae947a81f85e81f1fa3e532da1829821b786d75f181e1741139ef24a24f322",
    3: "4ad331f793a853c6789670c22442a5375c5944112e5df281c95debb1c04f86fe",
    4: "35b4d71c9457aa454100bf3e5ddfc5cb2f5e09251ecbd4a0583847f497405446",
    5: "49c60bb5d016ccaec92af581bf2372ceeb19692018fdf34800d46d57e77e2e8e",
    6: "c69719ac28e51a9d681785d53989c2df3cc0815794f2a0efcce9d048eac4ee56",
    7: "28b069d0e7b586243b62a279ee938900f00fe94d4a59cbb8f6c756c6a2aeb658",
}
"""The fingerprint of each format's schema, so that an older file is recognised before it is migrated."""

SCHEMA_SQL = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY type, name"


def create_schema(connection: Connection) -> None:
    """Make all tables, indexes and triggers of the current format in an empty database, within the open transaction."""
    METADATA.create_all(connection, checkfirst=False)
    restore_triggers(connection)
    connection.execute(ALEMBIC_VERSION.insert().values(version_num=REVISIONS[FORMAT]))
    connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")


def restore_triggers(connection: Connection) -> None:
    """Make every trigger anew: a batch migration drops those of the table it rebuilds."""
    for name, statement in TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def normalised(sql: str | None) -> str:
    """A CREATE statement without the accidents of spacing, quoting and case that different versions write."""
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"[\s\"`]+", " ", sql or "")).strip().lower()


def fingerprint(rows: Iterable[tuple[str, str, str | None]]) -> str:
    """SHA-256 over type, name and normalised statement of everything in the schema. `rows` as `SCHEMA_SQL` gives
    them.
    """
    lines = sorted(f"{kind}\t{name}\t{normalised(sql)}" for kind, name, sql in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def missing_triggers(rows: Iterable[tuple[str, str, str | None]]) -> list[str]:
    """Names of the guards that are not there or were altered."""
    present = {name: normalised(sql) for kind, name, sql in rows if kind == "trigger"}
    return [name for name, statement in TRIGGERS.items() if present.get(name) != normalised(statement)]
