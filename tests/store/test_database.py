# long because: one database is walked here through all it promises, and its fixtures are shared.

from __future__ import annotations

import hashlib
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import dbapi2

from crf_app.clinical.values import BLANK, Value
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.store.connection import SAFE, check_sqlite_version, connect
from crf_app.store.database import DATABASE_NAME, create_database, open_database
from crf_app.store.high_water import HighWater, high_water_file, write_high_water
from crf_app.store.item_values import read_form_history, read_form_values, read_history, read_value, read_values
from crf_app.store.ledger import Command, parse_anchor
from crf_app.store.ledger_reading import clock_jumps, entries, entries_of_command, newest_entries, read_entry
from crf_app.store.schema import FINGERPRINTS, FORMAT, SCHEMA_SQL, fingerprint
from crf_app.store.verify import verify
from tests.store.conftest import ADMIN, NURSE, PULSE, SYSBP, WORKSPACE_ID, World


def file_hash(world: World) -> str:
    return hashlib.sha256((world.folder / DATABASE_NAME).read_bytes()).hexdigest()


def tamper(world: World, *statements: str) -> None:
    """Change the closed file with the key in hand."""
    world.db.close()
    connection = connect(world.folder / DATABASE_NAME, world.data_key)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def refused(world: World, data_key: bytes | None = None) -> ExpectedError:
    """Open, be refused, and see that not one byte of the file changed."""
    world.db.close()
    before = file_hash(world)
    with pytest.raises(ExpectedError) as caught:
        open_database(world.folder, data_key or world.data_key, world.clock, world.admin)
    assert file_hash(world) == before
    assert not (world.folder / (DATABASE_NAME + "-wal")).exists()
    return caught.value


@pytest.mark.requirement("STO-01")
def test_the_profile_is_as_decided(world: World) -> None:
    found = {name: world.db.one(f"PRAGMA {name}")[0] for name, _ in SAFE.pragmas()}
    assert found == dict(SAFE.pragmas())
    assert world.db.one("PRAGMA journal_mode")[0] == "wal"
    assert world.db.one("PRAGMA locking_mode")[0] == "exclusive"


def test_the_schema_has_the_known_fingerprint(world: World) -> None:
    assert fingerprint(world.db.rows(SCHEMA_SQL)) == FINGERPRINTS[FORMAT]


def test_every_table_is_strict_and_every_constraint_named(world: World) -> None:
    tables = world.db.rows("SELECT name, strict FROM pragma_table_list "
                           "WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'")
    assert tables
    assert all(strict for _, strict in tables)
    for name, sql in world.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        for word in ("CHECK", "UNIQUE", "PRIMARY KEY", "FOREIGN KEY"):
            named = sum(line.strip().startswith("CONSTRAINT") and word in line for line in sql.split("\n"))
            assert sql.count(word) == named, name


def test_what_is_stored_is_there_after_reopening(world: World) -> None:
    value = Value("12.50", operator="<", unit="mg/dL", standard="0.70", standard_unit="mmol/L")
    with world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, value, old=None)
        unit.append_item_value(PULSE, Value(missing="ND", reason="cuff broken 袖带损坏"), old=None, source="copied")
    world.reopen()
    assert read_values(world.db, "01-001") == {PULSE: Value(missing="ND", reason="cuff broken 袖带损坏"), SYSBP: value}
    assert read_form_values(world.db, SYSBP.form_key)[SYSBP] == value
    assert read_value(world.db, SYSBP) == value
    assert read_value(world.db, SYSBP._replace(row=2)) is None
    assert read_values(world.db, "01-999") == {}


@pytest.mark.requirement("R24")
def test_history_tells_who_when_why_and_what_was_before(world: World) -> None:
    world.enter(SYSBP, "210")
    command = Command("enter_items", NURSE, role="coordinator", reason="second reading")
    with world.db.begin(command, signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, Value("120"), old=Value("210"), rule="X20", reason="typing error")
        unit.append_item_value(PULSE, Value("60"), old=None)
    first, second = read_history(world.db, SYSBP)
    assert (first.old, first.new, first.user_id) == (None, Value("210"), NURSE)
    assert (second.old, second.new, second.rule, second.reason) == (Value("210"), Value("120"), "X20", "typing error")
    assert (second.entry_no, second.change_no, second.role) == (3, 1, "coordinator")
    assert second.at == world.clock.now()
    assert [change.reason for change in read_form_history(world.db, SYSBP.form_key)][-1] == "second reading"


def test_one_command_may_change_one_item_twice(world: World) -> None:
    with world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, Value("1"), old=None)
        unit.append_item_value(SYSBP, Value("2"), old=Value("1"), source="derived")
    assert [change.new.text for change in read_history(world.db, SYSBP)] == ["1", "2"]
    assert verify(world.db).intact


def test_a_value_changed_meanwhile_is_refused_whole(world: World) -> None:
    world.enter(SYSBP, "120")
    head = world.db.head

    def enter_both() -> None:
        with world.db.begin(world.command(), signer=world.nurse) as unit:
            unit.append_item_value(PULSE, Value("60"), old=None)
            unit.append_item_value(SYSBP, Value("130"), old=Value("110"))

    with pytest.raises(ExpectedError) as caught:
        enter_both()
    assert caught.value.code == "changed_meanwhile"
    assert world.db.head == head
    assert read_values(world.db, "01-001") == {SYSBP: Value("120")}


def test_a_cleared_value_counts_as_nothing_before(world: World) -> None:
    world.enter(SYSBP, "120")
    with world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, BLANK, old=Value("120"), reason="wrong subject")
    with world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, Value("121"), old=None)
    assert verify(world.db).intact


@pytest.mark.requirement("STO-04")
def test_any_exception_rolls_everything_back(world: World) -> None:
    head = world.db.head

    def fail_half_way() -> None:
        with world.db.begin(world.command(), signer=world.nurse) as unit:
            unit.append_item_value(SYSBP, Value("1"), old=None)
            unit.put("subject", {"number": "01-002", "ordinal": 2, "state": "screening"})
            raise KeyError("a fault of ours")

    with pytest.raises(KeyError):
        fail_half_way()
    assert world.db.head == head
    assert read_values(world.db, "01-001") == {}
    assert world.db.rows("SELECT number FROM subject") == [("01-001",)]
    world.enter(SYSBP, "2")
    assert verify(world.db).intact


def test_a_broken_constraint_is_a_fault_of_ours_and_rolls_back(world: World) -> None:
    with pytest.raises(IntegrityError), world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.put("event_state", {"subject": "01-001", "event": "SCR", "state": "perhaps"})
    with pytest.raises(IntegrityError), world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP._replace(subject="99-999"), Value("1"), old=None)
    assert world.db.head.no == 1


def test_only_the_acting_users_own_key_signs(world: World) -> None:
    for command, signer in ((world.command(user=NURSE), None), (world.command(user=ADMIN), world.nurse)):
        with pytest.raises(ValueError, match="no signing key"), world.db.begin(command, signer=signer):
            pass
    world.db.use_signer(None)
    with pytest.raises(ValueError, match="no signing key"), world.db.begin(world.command(user=ADMIN)):
        pass
    world.db.use_signer(world.nurse)
    with world.db.begin(world.command()):
        pass
    assert read_entry(world.db, 2) is not None


def test_commands_do_not_nest(world: World) -> None:
    with world.db.begin(world.command(), signer=world.nurse), \
            pytest.raises(ValueError, match="under way"), world.db.begin(world.command(), signer=world.nurse):
        pass
    assert world.db.head.no == 2


def test_append_only_tables_refuse_change_even_past_the_unit(full_world: World) -> None:
    columns = {"ledger_entry": "utc", "item_change": "text", "attachment": "file_name", "study_version": "version"}
    for table, column in columns.items():
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = ''"):
            with pytest.raises(dbapi2.IntegrityError, match="append-only"):
                full_world.db._connection.execute(statement)


def test_text_that_has_no_bytes_is_refused_before_anything_is_stored(world: World) -> None:
    with pytest.raises(ExpectedError) as caught:
        world.enter(SYSBP, "half a character \ud842")
    assert (caught.value.code, caught.value.parameters["character"]) == ("character_not_storable", "U+D842")
    assert world.db.head.no == 1


def test_rare_characters_and_controls_survive(world: World) -> None:
    text = "𠮷 U+20BB7 \u0000 \x1f \" ' \\ \u2028 é e\u0301"
    world.enter(SYSBP, text)
    assert world.reopen().head.no == 2
    assert read_value(world.db, SYSBP) == Value(text)
    assert verify(world.db).intact


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(("act", "code"), [
    (f"PRAGMA user_version = {FORMAT + 1}", "newer_format"),
    ("PRAGMA application_id = 1", "not_ours"),
    ("PRAGMA user_version = 0", "not_ours"),
    ("DROP INDEX ix_query_subject", "schema_altered"),
    ("DROP TRIGGER tr_item_change_no_update", "trigger_missing"),
])
def test_a_file_of_another_shape_is_refused_untouched(full_world: World, act: str, code: str) -> None:
    tamper(full_world, act)
    assert refused(full_world).code == code


def test_another_key_is_told_from_damage(full_world: World) -> None:
    assert refused(full_world, bytes(32)).code == "wrong_key"


@pytest.mark.requirement("R06")
@pytest.mark.parametrize("page", [0, 1, 5])
def test_a_flipped_bit_is_refused_untouched(full_world: World, page: int) -> None:
    full_world.db.close()
    path = full_world.folder / DATABASE_NAME
    content = bytearray(path.read_bytes())
    content[page * 4096 + 77] ^= 4
    path.write_bytes(content)
    assert refused(full_world).code == "damaged"


def test_a_cut_or_empty_file_is_refused_untouched(full_world: World) -> None:
    full_world.db.close()
    path = full_world.folder / DATABASE_NAME
    whole = path.read_bytes()
    for size in (len(whole) - 4096, len(whole) - 100, 4096, 0):
        path.write_bytes(whole[:size])
        assert refused(full_world).code == "damaged", size


def test_a_file_of_another_program_is_refused_untouched(world: World) -> None:
    world.db.close()
    path = world.folder / DATABASE_NAME
    path.unlink()
    other = connect(path, None, create=True)
    other.execute("CREATE TABLE notes (text)")
    other.close()
    assert refused(world).code == "not_ours"


def test_a_missing_file_is_told(world: World, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as caught:
        open_database(tmp_path / "nowhere", world.data_key, world.clock)
    assert caught.value.code == "database_missing"


def test_an_existing_database_is_not_made_again(world: World) -> None:
    with pytest.raises(ExpectedError) as caught:
        create_database(world.folder, world.data_key, world.clock)
    assert caught.value.code == "workspace_exists"


def test_a_second_connection_is_refused(world: World) -> None:
    with pytest.raises(ExpectedError) as caught:
        open_database(world.folder, world.data_key, world.clock)
    assert caught.value.code == "database_locked"
    world.enter(SYSBP, "1")


@pytest.mark.requirement("R22")
def test_an_older_copy_put_back_is_refused(world: World, tmp_path: Path) -> None:
    world.reopen().close()
    kept = tmp_path / "kept.db"
    shutil.copy(world.folder / DATABASE_NAME, kept)
    world.db = open_database(world.folder, world.data_key, world.clock, world.admin)
    world.enter(SYSBP, "120")
    world.db.close()
    shutil.copy(kept, world.folder / DATABASE_NAME)
    error = refused(world)
    assert (error.code, error.parameters) == ("history_cut", {"found": 1, "seen": 2})


def test_another_history_of_the_same_length_is_refused(world: World) -> None:
    world.db.close()
    write_high_water(WORKSPACE_ID, HighWater(1, "ab" * 32))
    assert refused(world).code == "history_altered"


@pytest.mark.parametrize("act", [
    "UPDATE item_change SET text = '7' WHERE entry_no = 2",
    "UPDATE ledger_entry SET body = replace(body, '125', '126') WHERE no = 4",
    "UPDATE ledger_entry SET signature = zeroblob(64) WHERE no = 4",
    "UPDATE ledger_entry SET user_id = 'u-admin' WHERE no = 3",
    "DELETE FROM item_change WHERE entry_no = 4",
])
def test_recent_entries_are_checked_at_opening(full_world: World, act: str) -> None:
    triggers = full_world.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    tamper(full_world, *(f"DROP TRIGGER {name}" for name, _ in triggers), act, *(sql for _, sql in triggers))
    assert refused(full_world).code == "history_altered"


def test_entries_verified_before_are_not_read_again_at_opening(full_world: World) -> None:
    """What lies before the last verified entry is left to `verify`."""
    assert verify(full_world.db).intact
    triggers = full_world.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    tamper(full_world, *(f"DROP TRIGGER {name}" for name, _ in triggers),
           "UPDATE item_change SET text = '7' WHERE entry_no = 2", *(sql for _, sql in triggers))
    assert not verify(full_world.reopen()).intact


def test_a_lost_high_water_file_is_written_again(world: World) -> None:
    world.db.close()
    high_water_file(WORKSPACE_ID).write_text("{")
    world.db = open_database(world.folder, world.data_key, world.clock, world.admin)
    world.db.close()
    assert f'"no": {world.db.head.no}' in high_water_file(WORKSPACE_ID).read_text()


def test_another_thread_may_not_use_the_connection(world: World) -> None:
    errors: list[BaseException] = []

    def read() -> None:
        try:
            world.db.rows("SELECT 1")
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_an_old_sqlite_is_refused() -> None:
    with pytest.raises(ExpectedError) as caught:
        check_sqlite_version((3, 40, 1))
    assert (caught.value.code, caught.value.parameters["found"]) == ("sqlite_too_old", "3.40.1")
    check_sqlite_version((3, 51, 3))


@pytest.mark.requirement("R25")
def test_a_clock_set_back_is_noted_in_the_entry(world: World) -> None:
    world.enter(SYSBP, "1")
    assert clock_jumps(world.db) == ()
    world.db.close()
    early = SteppedClock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
    world.db = open_database(world.folder, world.data_key, early, world.admin)
    with world.db.begin(Command("log_in", ADMIN)):
        pass
    assert [entry.clock_jump for entry in clock_jumps(world.db)] == [{"against": "last_entry", "seconds": -86402}]


@pytest.mark.requirement("R25")
def test_a_clock_that_outruns_monotonic_time_is_noted(world: World) -> None:
    world.enter(SYSBP, "1")
    world.clock.advance(timedelta(hours=2))
    world.clock._steps -= 3600
    world.enter(PULSE, "1")
    assert [entry.clock_jump for entry in clock_jumps(world.db)] == [{"against": "monotonic", "seconds": 3600}]


def test_the_ledger_reads_as_a_list_of_acts(full_world: World) -> None:
    everything = entries(full_world.db)
    assert [entry.no for entry in everything] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [entry.no for entry in entries(full_world.db, after=2, limit=2)] == [3, 4]
    assert [entry.no for entry in newest_entries(full_world.db, 2)] == [9, 8]
    assert [entry.no for entry in newest_entries(full_world.db, 2, before=3)] == [2, 1]
    assert [entry.command for entry in entries_of_command(full_world.db, "create_workspace")] == ["create_workspace"]
    fourth = everything[3]
    assert (fourth.user_id, fourth.role, fourth.changes) == (NURSE, "coordinator", 1)
    assert fourth.content["changes"][0][8:] == [{"text": "125"}, {"text": "120"}, "typed", "read again", ""]
    assert read_entry(full_world.db, 10) is None


def test_anchors_read_back_what_heads_print(world: World) -> None:
    head = world.db.head
    for text in (head.anchor, head.short, f" {head.anchor.upper()} "):
        anchor = parse_anchor(text)
        assert anchor.no == head.no
        assert anchor.fits(head.hash)
    for text in ("", "12", "12:", "x:" + "a" * 20, "1:abc", "1:" + "g" * 20, "-1:" + "a" * 20, "1:" + "a" * 65):
        with pytest.raises(ValueError, match="not an anchor"):
            parse_anchor(text)


@pytest.mark.requirement("R05")
def test_a_full_disk_is_said_and_nothing_is_half_saved(world: World) -> None:
    """SQLite answers a limit on its pages exactly as it answers a full disk."""
    world.enter(SYSBP, "120")
    pages = world.db.one("PRAGMA page_count")[0]
    world.db.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ExpectedError) as caught:
        world.enter(PULSE, "6" * 20_000)
    assert caught.value.code == "disk_full"
    assert read_values(world.db, "01-001") == {SYSBP: Value("120")}
    world.db.rows("PRAGMA max_page_count = 1000000")
    world.enter(PULSE, "60")
    assert verify(world.db).intact
