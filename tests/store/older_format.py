"""A workspace as a program of an older format would have written it."""

from __future__ import annotations

from crf_app.paths import migrations_folder
from crf_app.store.connection import APPLICATION_ID, connect, make_engine
from crf_app.store.migrate import Target, run_scripts
from crf_app.store.schema import FINGERPRINTS, REVISIONS, SCHEMA_SQL, fingerprint
from crf_app.store.tables import ALEMBIC_VERSION
from crf_app.store.triggers import TRIGGERS
from tests.store.conftest import World


def back_to_format(world: World, number: int) -> list[str]:
    """Replace the database by one with the tables and guards of that format and all rows that fit them; returns the names of its tables.

    The shipped migrations make the tables, the recorded fingerprint proves them; columns and tables that came later are left out.
    """
    world.db.close()
    path = world.folder / "data.db"
    newer, older = connect(path, world.data_key), connect(path.with_name("older.db"), world.data_key, create=True)
    older.execute("PRAGMA foreign_keys = OFF")
    with make_engine(older).begin() as transaction:
        ALEMBIC_VERSION.create(transaction)
        run_scripts(transaction, Target(number, REVISIONS[number], FINGERPRINTS[number], migrations_folder()))
    tables = [name for (name,) in older.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'").fetchall()]
    for table in tables:
        there = [row[1] for row in newer.execute(f"PRAGMA table_info({table})").fetchall()]
        columns = [row[1] for row in older.execute(f"PRAGMA table_info({table})").fetchall() if row[1] in there]
        rows = newer.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        older.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
    for statement in TRIGGERS.values():
        if any(f" ON {table} " in statement or f" ON {table}\n" in statement for table in tables):
            older.execute(statement)
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.execute(f"PRAGMA user_version = {number}")
    assert fingerprint([(row[0], row[1], row[2]) for row in older.execute(SCHEMA_SQL)]) == FINGERPRINTS[number]
    newer.close()
    older.close()
    path.with_name("older.db").replace(path)
    return tables
