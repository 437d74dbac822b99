"""Bringing an older file to today's format: a verified copy first, then every step in one transaction, or nothing.

Alembic is imported only when a migration is due: it is slow to import, and opening compares one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlcipher3 import dbapi2

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import migrations_folder
from crf_app.store.connection import Reader, connect, make_engine
from crf_app.store.schema import FINGERPRINTS, FORMAT, REVISIONS, SCHEMA_SQL, fingerprint, restore_triggers

BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class Target:
    """What a migration must arrive at."""

    format: int
    revision: str
    fingerprint: str
    scripts: Path


def current_target() -> Target:
    """The format of this program, with the migrations it was installed with."""
    return Target(FORMAT, REVISIONS[FORMAT], FINGERPRINTS[FORMAT], migrations_folder())


def copy_database(connection: dbapi2.Connection, target: Path, data_key: bytes) -> None:
    """Copy the open database to `target`, encrypted with the same key, and check the copy. Raises ExpectedError
    "damaged".

    SQLite's own backup makes the copy: no other handle ever touches the live file.
    """
    copy = connect(target, data_key, create=True, exclusive=False)
    try:
        connection.backup(copy)
        for pragma in ("PRAGMA cipher_integrity_check", "PRAGMA quick_check(1)"):
            found = Reader(copy).one(pragma)
            if found not in (None, ("ok",)):
                raise ExpectedError("damaged", place=target, detail=str(found[0]))
    finally:
        copy.close()


def migrate(connection: dbapi2.Connection, path: Path, data_key: bytes, clock: Clock, found: int,
            target: Target) -> Path:
    """Bring the open database from format `found` to `target`. Returns the copy made before, in the backups folder.

    Raises ExpectedError "migration_failed" and those of `copy_database`; whatever is raised, the database is as it was.
    """
    copy = path.parent / BACKUPS / f"before-format-{target.format}-{clock.now():%Y%m%d-%H%M%S}.db"
    copy.parent.mkdir(exist_ok=True)
    copy_database(connection, copy, data_key)
    # Rebuilding a table in batch mode drops it for a moment: references are checked as a whole before the commit.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with make_engine(connection).begin() as transaction:
            upgrade(transaction, target)
            _check(transaction, target)
    except (SQLAlchemyError, dbapi2.Error, ValueError) as error:
        raise ExpectedError("migration_failed", place=path, found=found, known=target.format, copy=copy,
                            detail=str(error)) from error
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    return copy


def upgrade(transaction: Connection, target: Target) -> None:
    """Run the revisions up to the target inside the open transaction, then put the triggers back and the number on."""
    run_scripts(transaction, target)
    restore_triggers(transaction)
    transaction.exec_driver_sql(f"PRAGMA user_version = {target.format:d}")


def run_scripts(transaction: Connection, target: Target) -> None:
    """Run the revisions up to the target inside the open transaction."""
    from alembic import command  # noqa: PLC0415  slow to import and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": transaction})
    config.set_main_option("script_location", str(target.scripts).replace("%", "%%"))
    command.upgrade(config, target.revision)


def _check(transaction: Connection, target: Target) -> None:
    broken = transaction.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise ValueError(f"foreign key of {broken[0]} broken")
    rows = [(row[0], row[1], row[2]) for row in transaction.exec_driver_sql(SCHEMA_SQL)]
    found = fingerprint(rows)
    if found != target.fingerprint:
        raise ValueError(f"schema after migration is {found}")
