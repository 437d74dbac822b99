from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.store.connection import connect
from crf_app.store.database import Database
from crf_app.store.high_water import high_water_file
from crf_app.store.ledger import parse_anchor
from crf_app.store.tables import METADATA
from crf_app.store.triggers import TRIGGERS
from crf_app.store.verify import VerifyReport, verify
from tests.store.conftest import NURSE, SYSBP, World

Attack = Callable[[dbapi2.Connection], None]

# A column of each table that an attacker with the key in hand changes, and to what.
ALTERED = {
    "workspace": "site_name_en = 'Elsewhere'",
    "study_version": "content = x'00'",
    "study_parameter": "value = '99'",
    "app_user": "role = 'administrator'",
    "subject": "state = 'completed'",
    "event_state": "visit_date = '2020-01-01'",
    "form_state": "state = 'complete'",
    "group_row": "state = 'deleted'",
    "item_current": "text = '999'",
    "item_change": "text = '999'",
    "finding": "state = 'confirmed'",
    "query": "state = 'closed'",
    "query_message": "text = 'said otherwise'",
    "signature": "meaning = 'completion'",
    "snapshot": "content = '{}'",
    "site_row": "active = 0",
    "attachment": "thumbnail = x'00'",
    "ledger_entry": "body = replace(body, '120', '121')",
    "allocation_list": "details = '{}'",
    "allocation_code": "stratum = 'east'",
    "allocation": "arm = 'C'",
    "allocation_error": "given = 'A'",
    "subject_version": "version = '2'",
    "alembic_version": "version_num = '0000'",
    "certificate": "kind = 'own'",
    "paper_setting": "value = 'x'",
    "paper_signature": "meaning = 'approval'",
    "reported_allocation": "arm = 'A'",
    "scan_page": "state = 'set_aside'",
    "verification": "withdrawn = 1",
    "record_lock": "reason = 'x'",
    "form_seen": "at = '2020-01-01'",
    "signature_void": "cause = 'row'",
    "form_rejection": "reason = 'x'",
    "form_standing": "states = 2",
    "subject_standing": "visits = ''",
}


def past_the_checks(world: World) -> Database:
    """Opened without the checks of opening, which have tests of their own: it is `verify` that is tried here."""
    connection = connect(world.folder / "data.db", world.data_key)
    return Database(world.folder, connection, world.data_key, world.clock, None)


def attack(world: World, act: Attack, *, forget_marks: bool = False) -> VerifyReport:
    """Do something to the closed file with the key in hand, put the guards back as they were, and verify."""
    world.db.close()
    connection = connect(world.folder / "data.db", world.data_key)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    act(connection)
    for statement in TRIGGERS.values():
        connection.execute(statement)
    connection.close()
    if forget_marks:
        high_water_file("W-TEST-1").unlink()
    world.db = past_the_checks(world)
    return verify(world.db)


def place_of(report: VerifyReport) -> str:
    assert not report.intact
    assert report.fault is not None
    return report.fault.place


def test_an_untouched_workspace_is_intact(full_world: World) -> None:
    report = verify(full_world.db)
    assert report.intact, report.fault
    assert report.head == full_world.db.head
    assert (report.entries, report.changes) == (9, 3)


def test_every_table_is_attacked() -> None:
    assert set(ALTERED) == set(METADATA.tables)


@pytest.mark.requirement("R21")
@pytest.mark.parametrize("table", sorted(ALTERED))
def test_a_row_altered_with_the_key_in_hand_is_named(full_world: World, table: str) -> None:
    report = attack(full_world, lambda connection: connection.execute(f"UPDATE {table} SET {ALTERED[table]}"))
    assert place_of(report).startswith(table)


@pytest.mark.requirement("R21")
@pytest.mark.parametrize("table", sorted(set(ALTERED) - {"ledger_entry"}))
def test_a_row_deleted_with_the_key_in_hand_is_named(full_world: World, table: str) -> None:
    report = attack(full_world, lambda connection: connection.execute(f"DELETE FROM {table}"))
    assert place_of(report).startswith(table)


@pytest.mark.requirement("R21")
def test_a_foreign_row_is_named(full_world: World) -> None:
    report = attack(full_world, lambda connection: connection.execute(
        "INSERT INTO subject SELECT '01-002', 2, state, arm, details FROM subject"))
    assert place_of(report) == "subject 01-002"


def test_a_foreign_change_is_named(full_world: World) -> None:
    def add(connection: dbapi2.Connection) -> None:
        connection.execute("CREATE TEMP TABLE t AS SELECT * FROM item_change WHERE entry_no = 2")
        connection.execute("UPDATE t SET change_no = 2")
        connection.execute("INSERT INTO item_change SELECT * FROM t")

    report = attack(full_world, add)
    assert place_of(report) == "item_change 01-001/SCR/1/VS/1/VS/1/SYSBP"
    assert report.fault is not None
    assert (report.fault.entry_no, report.fault.change_no) == (2, 2)


def test_an_older_value_put_back_is_named(full_world: World) -> None:
    """Each row by itself was true once: replay sees that it is not the last."""
    def put_back(connection: dbapi2.Connection) -> None:
        connection.execute("UPDATE item_current SET text = '120', entry_no = 2, change_no = 1 WHERE item = 'SYSBP'")

    assert place_of(attack(full_world, put_back)) == "item_current 01-001/SCR/1/VS/1/VS/1/SYSBP"


@pytest.mark.requirement("R22")
def test_a_deleted_entry_is_named(full_world: World) -> None:
    def delete(connection: dbapi2.Connection) -> None:
        connection.execute("DELETE FROM item_change WHERE entry_no = 3")
        connection.execute("DELETE FROM ledger_entry WHERE no = 3")

    assert place_of(attack(full_world, delete)) == "ledger_entry 3"


@pytest.mark.requirement("R22")
def test_reordered_entries_are_named(full_world: World) -> None:
    def swap(connection: dbapi2.Connection) -> None:
        connection.execute("UPDATE ledger_entry SET no = 99 WHERE no = 2")
        connection.execute("UPDATE ledger_entry SET no = 2 WHERE no = 3")
        connection.execute("UPDATE ledger_entry SET no = 3 WHERE no = 99")

    assert place_of(attack(full_world, swap)) == "ledger_entry 2"


@pytest.mark.requirement("R23")
def test_an_entry_forged_in_anothers_name_is_named(full_world: World) -> None:
    """The administrator has the file, the data key and his own signing key, and builds the chain anew."""
    def forge(connection: dbapi2.Connection) -> None:
        rows = connection.execute("SELECT no, body, hash FROM ledger_entry ORDER BY no").fetchall()
        previous = rows[0][2]
        for no, body, _ in rows[1:]:
            entry = json.loads(body.replace('"125"', '"140"'))
            entry["prev"] = previous.hex()
            text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            previous = hashlib.sha256(previous + text.encode()).digest()
            connection.execute("UPDATE ledger_entry SET body = ?, hash = ?, "
                               "signature = CASE WHEN user_id = ? OR no > 3 THEN ? ELSE signature END WHERE no = ?",
                               (text, previous, "u-admin", full_world.admin.sign(previous), no))
        for table in ("item_current", "item_change"):
            connection.execute(f"UPDATE {table} SET text = '140' WHERE text = '125'")

    report = attack(full_world, forge, forget_marks=True)
    assert place_of(report) == "ledger_entry 4"
    assert report.fault is not None
    assert (report.fault.what, report.fault.detail) == ("signature_false", NURSE)


@pytest.mark.requirement("R22")
def test_a_tail_cut_cleanly_is_noticed_by_the_high_water_mark(world: World) -> None:
    world.enter(SYSBP, "120")

    def cut(connection: dbapi2.Connection) -> None:
        connection.execute("DELETE FROM item_current")
        connection.execute("DELETE FROM item_change")
        connection.execute("DELETE FROM ledger_entry WHERE no = 2")

    report = attack(world, cut)
    assert report.fault is not None
    assert (report.fault.place, report.fault.what) == ("ledger_entry 2", "history_cut")


@pytest.mark.requirement("R22")
def test_a_tail_cut_cleanly_is_noticed_by_an_anchor_alone(world: World) -> None:
    world.enter(SYSBP, "120")
    anchor = parse_anchor(world.db.head.short)

    def cut(connection: dbapi2.Connection) -> None:
        connection.execute("DELETE FROM item_current")
        connection.execute("DELETE FROM item_change")
        connection.execute("DELETE FROM ledger_entry WHERE no = 2")

    assert attack(world, cut, forget_marks=True).intact
    report = verify(world.db, anchor)
    assert report.fault is not None
    assert report.fault.what == "history_cut"


def test_an_anchor_of_another_history_disagrees(full_world: World) -> None:
    report = verify(full_world.db, parse_anchor("3:" + "ab" * 32))
    assert report.fault is not None
    assert (report.fault.place, report.fault.what) == ("ledger_entry 3", "anchor_disagrees")


def test_since_an_anchor_older_entries_are_still_chained(full_world: World) -> None:
    anchor = parse_anchor(full_world.db.head.anchor)
    assert verify(full_world.db, anchor).signatures_from == full_world.db.head.no + 1
    attack(full_world, lambda connection: connection.execute("UPDATE ledger_entry SET body = body || ' ' WHERE no = 2"))
    assert place_of(verify(full_world.db, anchor)) == "ledger_entry 2"


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_dropped_trigger_is_named_by_verify_and_refused_at_opening(full_world: World, name: str) -> None:
    full_world.db.close()
    connection = connect(full_world.folder / "data.db", full_world.data_key)
    connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    db = past_the_checks(full_world)
    assert place_of(verify(db)) == f"trigger {name}"
    db.close()
    with pytest.raises(ExpectedError) as refused:
        full_world.reopen()
    assert refused.value.code == "trigger_missing"


def test_a_changed_schema_is_named(full_world: World) -> None:
    report = attack(full_world, lambda connection: connection.execute("DROP INDEX ix_query_subject"))
    assert report.fault is not None
    assert report.fault.what == "schema_altered"


@pytest.mark.parametrize(("content", "what"), [(None, "attachment_missing"), (b"other", "attachment_damaged")])
def test_an_attachment_file_lost_or_replaced_is_named(full_world: World, content: bytes | None, what: str) -> None:
    path = next((full_world.folder / "attachments").iterdir())
    path.unlink() if content is None else path.write_bytes(content)
    report = verify(full_world.db)
    assert report.fault is not None
    assert (report.fault.place, report.fault.what) == (f"attachments/{path.name}", what)


def test_a_signer_who_lost_his_right_is_named(world: World) -> None:
    """The store refuses such a command; an entry written past it does not verify."""
    world.enter(SYSBP, "120")
    with world.db.begin(world.command("deactivate_user", "u-admin")) as unit:
        unit.patch("app_user", [NURSE], {"active": False})
    with pytest.raises(ValueError, match="not that of an active user"), \
            world.db.begin(world.command(), signer=world.nurse) as unit:
        unit.append_item_value(SYSBP, Value("130"), old=Value("120"))
    assert verify(world.db).intact


def test_hostile_texts_are_proven_without_reading_them_cell_by_cell(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite and Python write the same JSON, so the quick way is taken for every text."""
    texts = ['"quoted" \\ back/slash', "line\nfeed\ttab\r\b\f", "\x01\x1f\x7f", "\u2028\u2029\u0085", "𠮷 é 空", '{"changes":[]}', "'; DROP TABLE x"]
    before: str | None = None
    for text in texts:
        world.enter(SYSBP, text, old=before, reason=text)
        before = text
    monkeypatch.delattr("crf_app.store.replay.Replay.changes")
    report = verify(world.db)
    assert report.intact, report.fault
    assert report.changes == len(texts)


def test_changes_said_in_other_words_are_read_cell_by_cell(world: World) -> None:
    """An entry that is no canonical JSON but chained and signed is judged by what it says."""
    world.enter(SYSBP, "120")
    world.enter(SYSBP, "125", old="120")

    def spaced(connection: dbapi2.Connection) -> None:
        body = connection.execute("SELECT body FROM ledger_entry WHERE no = 3").fetchone()[0]
        previous = connection.execute("SELECT hash FROM ledger_entry WHERE no = 2").fetchone()[0]
        said = json.dumps(json.loads(body), sort_keys=True)
        entry_hash = hashlib.sha256(previous + said.encode()).digest()
        connection.execute("UPDATE ledger_entry SET body = ?, hash = ?, signature = ? WHERE no = 3", (said, entry_hash, world.nurse.sign(entry_hash)))

    report = attack(world, spaced, forget_marks=True)
    assert report.intact, report.fault
    assert report.changes == 2


def test_damage_to_any_page_of_an_open_file_is_noticed(full_world: World) -> None:
    """Also to pages that are in memory already. After damage a connection reads nothing any more: each page has its own."""
    full_world.db.close()
    path = full_world.folder / "data.db"
    size = 4096
    for page in range(path.stat().st_size // size):
        full_world.db = past_the_checks(full_world)
        assert verify(full_world.db).intact
        _flip(path, page * size + size // 2)
        report = verify(full_world.db)
        full_world.db.close()
        _flip(path, page * size + size // 2)
        assert report.fault is not None, f"page {page + 1}"
        assert report.fault.what == "damaged"


def _flip(path: Path, at: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 4]))
