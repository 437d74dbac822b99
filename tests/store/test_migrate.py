from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crf_app.errors import ExpectedError
from crf_app.paths import migrations_folder
from crf_app.store import database, opening
from crf_app.store.connection import Reader, connect, make_engine
from crf_app.store.migrate import Target, copy_database, current_target, migrate, upgrade
from crf_app.store.schema import FINGERPRINTS, FORMAT, SCHEMA_SQL, fingerprint, missing_triggers, restore_triggers
from crf_app.store.tables import ALEMBIC_VERSION, PUT_TABLES
from crf_app.store.verify import verify
from tests.store.conftest import ADMIN, World, fill_first_format, put_allocation, put_list

# A step of the future: rebuilds a table with rows in it, as batch mode does.
NEXT = """
from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    shape = {{"sqlite_strict": True, "sqlite_with_rowid": False}}  # reflection forgets both
    with op.batch_alter_table("item_change", table_kwargs=shape) as batch:
        batch.add_column(sa.Column("device", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("subject", table_kwargs=shape) as batch:
        batch.add_column(sa.Column("sex", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE subject SET sex = 'F'")
    {end}
"""


def rows_of(connection: dbapi2.Connection) -> list[tuple[str, str, str | None]]:
    return [(row[0], row[1], row[2]) for row in connection.execute(SCHEMA_SQL)]


def future(tmp_path: Path, end: str = "", wanted: str = "") -> Target:
    """The shipped migrations and one more."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), scripts)
    (scripts / "versions" / "0004_next.py").write_text(NEXT.format(end=end))
    return Target(FORMAT + 1, "0004", wanted, scripts)


def expected_fingerprint(world: World, target: Target) -> str:
    """What the step makes of a file, found by running it on a copy."""
    copy = world.folder / "trial.db"
    live = connect(world.folder / "data.db", world.data_key)
    copy_database(live, copy, world.data_key)
    live.close()
    trial = connect(copy, world.data_key)
    with make_engine(trial).begin() as transaction:
        upgrade(transaction, target)
    found = fingerprint(rows_of(trial))
    trial.close()
    return found


def contents(connection: dbapi2.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in (*PUT_TABLES, "ledger_entry", "item_change", "item_current")}


@pytest.mark.requirement("R11")
def test_the_migrated_schema_equals_tables_py(tmp_path: Path) -> None:
    connection = connect(tmp_path / "new.db", bytes(32), create=True)
    with make_engine(connection).begin() as transaction:
        ALEMBIC_VERSION.create(transaction)
        upgrade(transaction, current_target())
    assert fingerprint(rows_of(connection)) == FINGERPRINTS[FORMAT]
    assert missing_triggers(rows_of(connection)) == []
    assert Reader(connection).one("PRAGMA user_version")[0] == FORMAT
    connection.close()


@pytest.mark.requirement("R11")
def test_an_upgrade_keeps_every_row_and_puts_the_guards_back(full_world: World, tmp_path: Path) -> None:
    full_world.db.close()
    target = future(tmp_path)
    target = Target(target.format, target.revision, expected_fingerprint(full_world, target), target.scripts)
    path = full_world.folder / "data.db"
    connection = connect(path, full_world.data_key)
    before = contents(connection)
    copy = migrate(connection, path, full_world.data_key, full_world.clock, FORMAT, target)
    after = contents(connection)
    assert [row[:-1] for row in after["subject"]] == before["subject"]
    assert [row[-1] for row in after["subject"]] == ["F"]
    assert [row[:-1] for row in after["item_change"]] == before["item_change"]
    assert {name: rows for name, rows in after.items() if name not in ("subject", "item_change")} == \
        {name: rows for name, rows in before.items() if name not in ("subject", "item_change")}
    assert missing_triggers(rows_of(connection)) == []
    assert Reader(connection).one("PRAGMA user_version")[0] == FORMAT + 1
    connection.close()
    kept = connect(copy, full_world.data_key)
    assert contents(kept) == before
    kept.close()


def back_to_first_format(world: World) -> None:
    """What a program of the first format would have written: its tables and guards alone. The fingerprint proves it."""
    world.db.close()
    connection = connect(world.folder / "data.db", world.data_key)
    for table in ("subject_version", "allocation_error", "allocation", "allocation_code", "allocation_list"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.execute("PRAGMA user_version = 1")
    assert fingerprint(rows_of(connection)) == FINGERPRINTS[1]
    connection.close()


@pytest.mark.requirement("R11")
def test_a_filled_file_of_the_first_format_is_upgraded_and_goes_on(world: World) -> None:
    """Every value and entry stays, the whole history verifies, and a list can be made and dealt from."""
    fill_first_format(world)
    tables = [name for name in (*PUT_TABLES, "ledger_entry", "item_change", "item_current") if "allocation" not in name and name != "subject_version"]
    before = {name: world.db.rows(f"SELECT * FROM {name}") for name in tables}
    back_to_first_format(world)
    db = world.reopen()
    assert db.migrated_from == 1
    assert {name: db.rows(f"SELECT * FROM {name}") for name in tables} == before
    assert missing_triggers(db.rows(SCHEMA_SQL)) == []
    assert verify(db).intact
    with db.begin(world.command("allocate", ADMIN)) as unit:
        put_list(unit)
        put_allocation(unit, "01-001", 1)
    assert verify(db).intact


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(("end", "wanted"), [
    ("raise ValueError('half way')", ""),
    ("op.execute('DELETE FROM subject')", ""),
    ("", "a schema that it does not arrive at"),
])
def test_a_failing_upgrade_changes_nothing(full_world: World, tmp_path: Path, end: str, wanted: str) -> None:
    full_world.db.close()
    path = full_world.folder / "data.db"
    target = future(tmp_path, end, wanted)
    connection = connect(path, full_world.data_key)
    before, schema = contents(connection), rows_of(connection)
    with pytest.raises(ExpectedError) as caught:
        migrate(connection, path, full_world.data_key, full_world.clock, FORMAT, target)
    assert caught.value.code == "migration_failed"
    assert contents(connection) == before
    assert rows_of(connection) == schema
    assert Reader(connection).one("PRAGMA user_version")[0] == FORMAT
    connection.close()
    full_world.reopen()


@pytest.mark.requirement("R11")
def test_opening_an_older_file_upgrades_it(full_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full_world.db.close()
    target = future(tmp_path)
    wanted = expected_fingerprint(full_world, target)
    monkeypatch.setattr(opening, "FORMAT", FORMAT + 1)
    monkeypatch.setattr(database, "FORMAT", FORMAT + 1)
    monkeypatch.setattr(database, "current_target", lambda: Target(FORMAT + 1, "0004", wanted, target.scripts))
    db = full_world.reopen()
    assert db.migrated_from == FORMAT
    assert db.rows("SELECT sex FROM subject") == [("F",)]
    assert db.one("PRAGMA foreign_keys")[0] == 1
    assert len(list((full_world.folder / "backups").iterdir())) == 1


def test_batch_mode_drops_triggers_and_they_are_put_back(full_world: World, tmp_path: Path) -> None:
    """Why `restore_triggers` is there: without it the guards would be gone silently."""
    full_world.db.close()
    connection = connect(full_world.folder / "data.db", full_world.data_key)
    with make_engine(connection).begin() as transaction:
        for name in ("tr_item_change_no_update", "tr_item_change_no_delete"):
            transaction.exec_driver_sql(f"DROP TRIGGER {name}")
        assert missing_triggers(rows_of(connection)) == ["tr_item_change_no_update", "tr_item_change_no_delete"]
        restore_triggers(transaction)
        assert missing_triggers(rows_of(connection)) == []
    connection.close()


def test_alembic_is_not_imported_to_open_a_workspace() -> None:
    code = "import sys, crf_app.store.database, crf_app.store.verify; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
