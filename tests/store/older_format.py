"""A workspace as a program of an older format would have made and written it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crf_app.paths import migrations_folder
from crf_app.store.connection import APPLICATION_ID, connect, make_engine
from crf_app.store.database import Database
from crf_app.store.migrate import Target, run_scripts
from crf_app.store.schema import FINGERPRINTS, REVISIONS, SCHEMA_SQL, fingerprint
from crf_app.store.statements import STATEMENTS, TableStatements
from crf_app.store.tables import ALEMBIC_VERSION
from crf_app.store.triggers import TRIGGERS
from crf_app.store.unit import Unit
from tests.store.conftest import World

Rows = dict[str, list[tuple[object, ...]]]


@contextmanager
def of_format(world: World, number: int) -> Iterator[tuple[str, ...]]:
    """The names of its tables; within the block what `world` writes, ledger entries included, names that format's columns alone.

    The shipped migrations make the tables, the recorded fingerprint proves them; rows that are there already are taken along as far as they
    fit. `world` is to be opened anew afterwards.
    """
    world.db.close()
    path = world.folder / "data.db"
    rewrite(world.folder, world.data_key, number)
    older = connect(path, world.data_key)
    tables = _tables(older)
    columns = {table: _columns(older, table) for table in tables}
    older.close()
    world.db = Database(world.folder, connect(path, world.data_key), world.data_key, world.clock, world.admin)
    with pytest.MonkeyPatch.context() as patched:
        if "record_lock" not in tables:  # nothing was held then
            patched.setattr(Unit, "_locks", lambda _unit, _subject: [])
        for table, names in columns.items():
            if names != STATEMENTS[table].columns:
                patched.setitem(STATEMENTS, table, statements_for(table, names))
        yield tables
    world.db.close()


def rewrite(folder: Path, data_key: bytes, number: int) -> Rows:
    """Replace the closed database by one of that format with all rows that fit it; returns the rows of the tables it has not."""
    path = folder / "data.db"
    newer, older = connect(path, data_key), connect(path.with_name("older.db"), data_key, create=True)
    tables = _make(older, number)
    for table in tables:
        kept = ", ".join(name for name in _columns(older, table) if name in _columns(newer, table))
        rows = newer.execute(f"SELECT {kept} FROM {table}").fetchall()
        older.executemany(f"INSERT INTO {table} ({kept}) VALUES ({', '.join('?' * (kept.count(',') + 1))})", rows)
    left = {table: newer.execute(f"SELECT * FROM {table}").fetchall() for table in _tables(newer) if table not in tables}
    newer.close()
    older.close()
    path.with_name("older.db").replace(path)
    return left


def _tables(connection: dbapi2.Connection) -> tuple[str, ...]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'").fetchall()
    return tuple(name for (name,) in found)


def _columns(connection: dbapi2.Connection, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info('{table}')").fetchall())


def _make(connection: dbapi2.Connection, number: int) -> tuple[str, ...]:
    connection.execute("PRAGMA foreign_keys = OFF")
    with make_engine(connection).begin() as transaction:
        ALEMBIC_VERSION.create(transaction)
        run_scripts(transaction, Target(number, REVISIONS[number], FINGERPRINTS[number], migrations_folder()))
    tables = _tables(connection)
    for statement in TRIGGERS.values():
        if any(f" ON {table} " in statement or f" ON {table}\n" in statement for table in tables):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {number}")
    assert fingerprint([(row[0], row[1], row[2]) for row in connection.execute(SCHEMA_SQL)]) == FINGERPRINTS[number]
    return tables


def statements_for(table: str, columns: tuple[str, ...]) -> TableStatements:
    """How a program writes a table that has these columns alone."""
    key = STATEMENTS[table].key
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    changes = ", ".join(f"{name} = ?" for name in columns if name not in key)
    here = " AND ".join(f"{name} = ?" for name in key)
    return TableStatements(
        columns, key, f"INSERT INTO {table} ({names}) VALUES ({marks})", f"UPDATE {table} SET {changes} WHERE {here}",
        f"DELETE FROM {table} WHERE {here}", f"SELECT {names} FROM {table} WHERE {here}", f"SELECT {names} FROM {table} ORDER BY {', '.join(key)}",
    )  # fmt: skip
