"""The checks before a database is used. They write nothing, but for what a crash left half done
(`finish_interrupted`).
"""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from crf_app.errors import ExpectedError
from crf_app.store.connection import APPLICATION_ID, Reader, connect
from crf_app.store.high_water import HighWater, read_high_water
from crf_app.store.recent import check_recent
from crf_app.store.schema import FINGERPRINTS, FORMAT, SCHEMA_SQL, fingerprint, missing_triggers
from crf_app.store.vault import key_fits


def read_format(connection: dbapi2.Connection, path: Path, data_key: bytes) -> int:
    """The format number of the file. Raises ExpectedError "not_ours", "wrong_key", "damaged" or "newer_format"."""
    if path.stat().st_size == 0:
        raise ExpectedError("damaged", place=path, detail="0 bytes")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError as error:
        if "locked" in str(error):
            raise
        raise _unreadable(path, data_key, str(error)) from error
    reader = Reader(connection)
    if (reader.one("PRAGMA application_id") or (0,))[0] != APPLICATION_ID:
        raise ExpectedError("not_ours", place=path)
    found = int((reader.one("PRAGMA user_version") or (0,))[0])
    if found > FORMAT:
        raise ExpectedError("newer_format", place=path, found=found, known=FORMAT)
    if found < 1:
        raise ExpectedError("not_ours", place=path)
    return found


def _unreadable(path: Path, data_key: bytes, said: str) -> ExpectedError:
    """Why the first page cannot be read: another program's file, another key, or damage."""
    if _is_plain(path):
        return ExpectedError("not_ours", place=path)
    if key_fits(path.parent, data_key):
        return ExpectedError("damaged", place=path, detail=said)
    return ExpectedError("wrong_key", place=path)


def _is_plain(path: Path) -> bool:
    plain = connect(path, None)
    try:
        plain.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError:
        return False
    else:
        return True
    finally:
        plain.close()


def finish_interrupted(reader: Reader, path: Path) -> None:
    """After a crash the log beside the file holds pages newer than the file: let SQLite bring them in.

    Only then can the file's pages be judged one by one: one that was being written at the crash is torn and repaired
    from the log. After an orderly end there is no log, and nothing is written.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        reader.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def check_pages(reader: Reader, path: Path) -> None:
    """Raise ExpectedError "damaged" when a page fails its authentication code or the structure is broken."""
    broken = reader.rows("PRAGMA cipher_integrity_check")
    if broken:
        raise ExpectedError("damaged", place=path, detail=str(broken[0][0]))
    structure = reader.rows("PRAGMA quick_check(1)")
    if structure != [("ok",)]:
        raise ExpectedError("damaged", place=path, detail=str(structure[0][0]))


def check_schema(reader: Reader, path: Path, file_format: int) -> None:
    """Raise ExpectedError "trigger_missing" or "schema_altered"."""
    rows = [(row[0], row[1], row[2]) for row in reader.rows(SCHEMA_SQL)]
    if file_format == FORMAT and (missing := missing_triggers(rows)):
        raise ExpectedError("trigger_missing", place=path, names=", ".join(missing))
    if fingerprint(rows) != FINGERPRINTS[file_format]:
        raise ExpectedError("schema_altered", place=path)


def check_history(reader: Reader) -> None:
    """Raise ExpectedError "history_cut" or "history_altered" when this machine has seen another history.

    The entries since the last verified one are checked too.
    """
    found = reader.one("SELECT id FROM workspace")
    mark = read_high_water(str(found[0])) if found else None
    if mark is not None:
        _check_mark(reader, mark)
    check_recent(reader, mark.verified_no if mark else 0)


def _check_mark(reader: Reader, mark: HighWater) -> None:
    last = reader.one("SELECT max(no) FROM ledger_entry")
    there = int(last[0] or 0) if last else 0
    if there < mark.no:
        raise ExpectedError("history_cut", found=there, seen=mark.no)
    entry = reader.one("SELECT hash FROM ledger_entry WHERE no = ?", (mark.no,))
    if entry is None or entry[0].hex() != mark.hash:
        raise ExpectedError("history_altered", entry=mark.no)


def check_before_use(connection: dbapi2.Connection, path: Path, data_key: bytes) -> int:
    """Every check of opening, the cheapest first. Returns the format number of the file."""
    file_format = read_format(connection, path, data_key)
    reader = Reader(connection)
    finish_interrupted(reader, path)
    check_pages(reader, path)
    check_schema(reader, path, file_format)
    if file_format == FORMAT:
        check_history(reader)
    return file_format
