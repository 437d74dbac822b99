"""Proving that the workspace is what its ledger says: chain, signatures, replay, schema, guards, pages, marks,
files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crf_app.errors import ExpectedError
from crf_app.store.allocations import false_allocations
from crf_app.store.attachments import attachment_path
from crf_app.store.columns import KEY_COLUMNS, VALUE_FIELDS
from crf_app.store.connection import Reader
from crf_app.store.database import Database
from crf_app.store.high_water import read_high_water
from crf_app.store.ledger import ENTRY_FORMAT, GENESIS, Anchor, Head, link
from crf_app.store.replay import ROW_ALTERED, ROW_FOREIGN, ROW_MISSING, Fault, Replay, ReplayFault, item_place, place
from crf_app.store.schema import FINGERPRINTS, FORMAT, REVISIONS, SCHEMA_SQL, fingerprint, missing_triggers
from crf_app.store.signature_checks import SignatureChecks
from crf_app.store.statements import STATEMENTS
from crf_app.store.stored_changes import StoredChanges
from crf_app.store.tables import PUT_TABLES

_ENTRIES = "SELECT no, utc, user_id, command, object, body, hash, signature FROM ledger_entry ORDER BY no"
_N_KEY = len(KEY_COLUMNS)
_NEVER = 2**63  # above every number of an entry

_SAME_KEY = " AND ".join(f'i."{name}" = c."{name}"' for name in KEY_COLUMNS)
_SAME_CELLS = " AND ".join(f'i."{name}" = c."{name}"' for name in (*KEY_COLUMNS, *VALUE_FIELDS, "source"))
_CURRENT_KEY = ", ".join(f'c."{name}"' for name in KEY_COLUMNS)
_CHANGE_KEY = ", ".join(f'i."{name}"' for name in KEY_COLUMNS)
_CHANGE_COLUMNS = STATEMENTS["item_change"].columns
_LISTED = ", ".join(f'"{name}"' for name in _CHANGE_COLUMNS[1:])
_CHANGES_OF = f"SELECT {_LISTED} FROM item_change WHERE entry_no = ? ORDER BY change_no"  # noqa: S608  column names of tables.py
# Every current value is the change it says it is ...
_CURRENT_ALTERED = (f"SELECT {_CURRENT_KEY}, c.entry_no, c.change_no FROM item_current c WHERE NOT EXISTS (SELECT 1 "  # noqa: S608  column names of tables.py
                    "FROM item_change i WHERE i.entry_no = c.entry_no AND i.change_no = c.change_no "
                    f"AND {_SAME_CELLS}) LIMIT 1")
# ... and no change is newer than the current value of its key.
_CURRENT_BEHIND = (f"SELECT {_CHANGE_KEY}, i.entry_no, i.change_no FROM item_change i LEFT JOIN item_current c "  # noqa: S608  as above
                   f"ON {_SAME_KEY} WHERE c.entry_no IS NULL OR (i.entry_no, i.change_no) > (c.entry_no, c.change_no) "
                   "LIMIT 1")


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The outcome: `intact`, or the first `fault`. How many entries and item changes there are, and the head they end
    in.

    `signatures_from`: the first entry whose signature was checked; those before it are proven by the anchor given.
    """

    intact: bool
    fault: Fault | None
    entries: int
    changes: int
    head: Head
    signatures_from: int


def verify(db: Database, since: Anchor | None = None) -> VerifyReport:
    """Check everything and remember on this machine that it was found intact. Nothing in the workspace is written.

    With `since`, signatures before the anchor are not checked again: its hash pins all entries up to it. Faults are
    reported, not raised; ExpectedError "damaged" or "io_error" when the file cannot be read at all.
    """
    report = verify_reader(db, db.folder, since)
    if report.intact:
        db.mark_verified(report.head)
    return report


def verify_reader(reader: Reader, folder: Path, since: Anchor | None = None, pace: Callable[[int], None] | None = None) -> VerifyReport:
    """`verify` for any connection, such as a copy for a background thread; remembers nothing.

    `pace` is called with the number of each entry that was checked: it may rest, or end the work by an exception.
    """
    with SignatureChecks(beside=pace is None) as signatures:
        walk = _Walk(reader, since, signatures, pace)
        fault = _first_fault(reader, folder, since, walk)
        false = signatures.first_false()
    if false is not None:  # the walk stops at what it finds, so whatever was signed stands before that
        fault = _entry_fault(false.no, "signature_false", false.user_id).fault
    return VerifyReport(fault is None, fault, walk.head.no, walk.changes, walk.head, since.no + 1 if since else 1)


def _first_fault(reader: Reader, folder: Path, since: Anchor | None, walk: _Walk) -> Fault | None:
    """What is wrong, but for signatures. What the walk finds names a row, so it goes before what only SQLite sees."""
    try:
        _check_schema(reader)
        walk.run()
        _check_current(reader)
        for table in PUT_TABLES:
            walk.replay.compare(table, reader.stream(STATEMENTS[table].select_all))
        _check_versions(reader)
        _check_allocations(reader)
        _check_marks(reader, walk.head, since)
        _check_files(reader, folder)
        return _damage(reader)
    except ReplayFault as found:
        return found.fault
    except ExpectedError as error:
        place_of = str(error.parameters.get("place", "data.db"))
        return Fault(place_of, walk.head.no, 0, error.code, str(error.parameters.get("detail", "")))


class _Walk:
    """One pass over the entries in order."""

    def __init__(self, reader: Reader, since: Anchor | None, signatures: SignatureChecks, pace: Callable[[int], None] | None) -> None:
        self.replay = Replay()
        self.head = Head(0, GENESIS)
        self.changes = 0
        self._reader = reader
        self._since = since
        self._signatures = signatures
        self._pace = pace

    _stored: StoredChanges

    def run(self) -> None:
        self._stored = StoredChanges(self._reader)
        for row in self._reader.stream(_ENTRIES):
            try:
                self._entry(row)
            except (KeyError, ValueError, TypeError, IndexError) as error:
                raise _entry_fault(row[0], "entry_altered", type(error).__name__) from error
            if self._pace is not None:
                self._pace(row[0])
        self._no_foreign(_NEVER)

    def _entry(self, row: tuple[Any, ...]) -> None:
        no, body, entry_hash = row[0], row[5], row[6]
        if no != self.head.no + 1:
            raise _entry_fault(self.head.no + 1, "entry_missing")
        if link(self.head.hash, body) != entry_hash:
            raise _entry_fault(no, "chain_broken")
        self._no_foreign(no)
        changes = self._stored.of(no)
        rest = self.replay.proven_changes(body, changes)
        entry = json.loads(body if rest is None else rest)
        if entry["v"] != ENTRY_FORMAT:
            raise _entry_fault(no, "entry_format", str(entry["v"]))
        said = (entry["no"], entry["utc"], entry["user"], entry["command"], entry["object"])
        if said != row[:5] or entry["prev"] != self.head.hash.hex():
            raise _entry_fault(no, "entry_altered")
        self._signed(no, entry, entry_hash, row[7])
        if rest is None:
            _compare_rows(no, self.replay.changes(entry), self._reader.rows(_CHANGES_OF, (no,)))
        self.changes += len(changes)
        self.head = Head(no, entry_hash)
        if self._since and no == self._since.no and not self._since.fits(entry_hash):
            raise _entry_fault(no, "anchor_disagrees", self._since.hash_start)

    def _no_foreign(self, below: int) -> None:
        """No change is stored under the number of an entry that was passed, or that never came."""
        no = self._stored.entry_no
        if no is not None and no < below:
            first = self._reader.rows(_CHANGES_OF, (no,))[0]
            raise ReplayFault(Fault(item_place(first[1:1 + _N_KEY]), no, first[0], ROW_FOREIGN))

    def _signed(self, no: int, entry: dict[str, Any], entry_hash: bytes, signature: bytes) -> None:
        """The key is the one before the entry; only the first entry brings its own."""
        before = self.replay.public_key(entry["user"])
        self.replay.apply(entry)
        public_key = self.replay.public_key(entry["user"]) if no == 1 else before
        if self._since and no <= self._since.no:
            return
        if public_key is None:
            raise _entry_fault(no, "signer_unknown", entry["user"])
        self._signatures.add(no, entry["user"], public_key, entry_hash, signature)


def _entry_fault(no: int, what: str, detail: str = "") -> ReplayFault:
    return ReplayFault(Fault(f"ledger_entry {no}", no, 0, what, detail))


def _compare_rows(no: int, expected: list[list[Any]], found: list[tuple[Any, ...]]) -> None:
    """Find the first change of entry `no` that differs, cell by cell. Raises ReplayFault unless there is none."""
    stored = {row[0]: row for row in found}
    for row in expected:
        there = stored.pop(row[0], None)
        if there is None:
            raise ReplayFault(Fault(item_place(row[1:1 + _N_KEY]), no, row[0], ROW_MISSING))
        names = [name for name, a, b in zip(_CHANGE_COLUMNS[1:], row, there, strict=True) if a != b]
        if names:
            raise ReplayFault(Fault(item_place(row[1:1 + _N_KEY]), no, row[0], ROW_ALTERED, ", ".join(names)))
    for change_no, left in sorted(stored.items()):
        raise ReplayFault(Fault(item_place(left[1:1 + _N_KEY]), no, change_no, ROW_FOREIGN))


def _damage(reader: Reader) -> Fault | None:
    """Structure, references and the authentication code of every page.

    A page that is read from the disk is authenticated, and the check of the structure reads all but unused ones.
    """
    reader.rows("PRAGMA shrink_memory")
    checks = ["PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"]
    if reader.one("PRAGMA freelist_count") != (0,):
        checks.insert(0, "PRAGMA cipher_integrity_check")
    for pragma in checks:
        found = reader.one(pragma)
        if found not in (None, ("ok",)):
            return Fault("data.db", 0, 0, "damaged", str(found[0]))
    return None


def _check_schema(reader: Reader) -> None:
    rows = [(row[0], row[1], row[2]) for row in reader.rows(SCHEMA_SQL)]
    if missing := missing_triggers(rows):
        raise ReplayFault(Fault(f"trigger {missing[0]}", 0, 0, "trigger_missing", ", ".join(missing)))
    if fingerprint(rows) != FINGERPRINTS[FORMAT]:
        raise ReplayFault(Fault("sqlite_master", 0, 0, "schema_altered"))


def _check_current(reader: Reader) -> None:
    for sql, what in ((_CURRENT_ALTERED, ROW_ALTERED), (_CURRENT_BEHIND, ROW_MISSING)):
        found = reader.one(sql)
        if found:
            raise ReplayFault(Fault(place("item_current", found[:_N_KEY]), found[-2], found[-1], what))


def _check_versions(reader: Reader) -> None:
    found = reader.rows("SELECT version_num FROM alembic_version")
    if found != [(REVISIONS[FORMAT],)]:
        raise ReplayFault(Fault("alembic_version", 0, 0, ROW_ALTERED, str(found)))


def _check_allocations(reader: Reader) -> None:
    """What was dealt is what the list committed to before: nobody can sign another code into its place."""
    found = reader.one("SELECT study_oid FROM workspace")
    for list_id, code, entry_no in false_allocations(reader, str(found[0]) if found else ""):
        raise ReplayFault(Fault(place("allocation", (list_id, code)), entry_no, 0, "allocation_false"))


def _check_marks(reader: Reader, head: Head, since: Anchor | None) -> None:
    if since and since.no > head.no:
        raise _entry_fault(head.no + 1, "history_cut", str(since.no))
    found = reader.one("SELECT id FROM workspace")
    mark = read_high_water(str(found[0])) if found else None
    if mark is None:
        return
    if mark.no > head.no:
        raise _entry_fault(head.no + 1, "history_cut", str(mark.no))
    entry = reader.one("SELECT hash FROM ledger_entry WHERE no = ?", (mark.no,))
    if entry[0].hex() != mark.hash:
        raise _entry_fault(mark.no, "history_altered")


def _check_files(reader: Reader, folder: Path) -> None:
    for sha256, cipher_sha256 in reader.stream("SELECT sha256, cipher_sha256 FROM attachment ORDER BY sha256"):
        path = attachment_path(folder, sha256)
        where = f"attachments/{path.name}"
        if not path.is_file():
            raise ReplayFault(Fault(where, 0, 0, "attachment_missing"))
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != cipher_sha256:
                raise ReplayFault(Fault(where, 0, 0, "attachment_damaged"))
