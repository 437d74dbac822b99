"""Is a workspace what its ledger says, and is this installation whole?"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crf_app.admin.roles import Right, may
from crf_app.clock import Clock, SystemClock
from crf_app.errors import ExpectedError
from crf_app.services.places import need_place
from crf_app.services.workspace import Workspace
from crf_app.store.connection import LEAST_SQLITE, Reader, connect, make_engine
from crf_app.store.database import Database, create_database, open_database
from crf_app.store.instance_lock import take_instance_lock
from crf_app.store.ledger import Anchor, parse_anchor
from crf_app.store.migrate import current_target, upgrade
from crf_app.store.schema import FINGERPRINTS, FORMAT, REVISIONS, SCHEMA_SQL, fingerprint, missing_triggers
from crf_app.store.tables import ALEMBIC_VERSION
from crf_app.store.users import read_user
from crf_app.store.vault import unlock
from crf_app.store.verify import VerifyReport, verify, verify_reader
from crf_app.store.workspace_files import read_workspace_file

_AT_ONCE = 10
_REST_S = 0.01
"""After so many entries, some milliseconds of work, so long a rest."""


def anchor_of(text: str) -> Anchor:
    """An anchor as printed or exported ("number:hash"). Raises ExpectedError "bad_anchor"."""
    try:
        return parse_anchor(text)
    except ValueError as error:
        raise ExpectedError("bad_anchor", text=text) from error


def verify_folder(folder: Path, login: str, password: str, clock: Clock, *, since: str = "") -> VerifyReport:
    """Verify a workspace that is not open: everything is read, nothing is written, not even the log-in.

    Raises ExpectedError "bad_anchor", "not_a_workspace", "unsafe_place_*", "log_in_failed", "log_in_wait", "no_right", "held_by_other" and those of
    `open_database`, which are faults too: they name the place.
    """
    anchor = anchor_of(since) if since else None
    need_place(folder, allowed=read_workspace_file(folder).allowed_place)
    unlocked = unlock(folder, login, password, clock)
    lock = take_instance_lock(folder, login, clock)
    try:
        database = open_database(folder, unlocked.data_key, clock)
        try:
            account = read_user(database, unlocked.user_id)
            if account is None or not account.active:
                raise ExpectedError("log_in_failed")
            if not may(account.role, Right.VERIFY):
                raise ExpectedError("no_right", role=account.role, right=Right.VERIFY)
            return verify(database, anchor)
        finally:
            database.close()
    finally:
        lock.release()


@dataclass(frozen=True)
class CheckBeside:
    """`verify` of a copy, for a thread beside the window: it works a little and rests longer, so that typing is not felt.

    Called with `report(done, total)`, which may end it by an exception. Returns the report of the verification, which says
    nothing about what was stored after the copy; pass it to `remember_check` in the main thread. Raises ExpectedError
    "damaged", "disk_full", "io_error".
    """

    database: Database

    def __call__(self, report: Callable[[int, int], None]) -> VerifyReport:
        """Copy and verify."""
        ended: list[BaseException] = []

        def stop() -> bool:
            try:
                report(0, 0)
            except BaseException as error:  # noqa: BLE001  handed on below, past SQLite, through which it cannot pass
                ended.append(error)
            return bool(ended)

        def pace(no: int) -> None:
            if no % _AT_ONCE == 0:
                time.sleep(_REST_S)
                report(no, 0)

        try:
            with self.database.copied(stop) as copy:
                return verify_reader(copy, self.database.folder, None, pace)
        except InterruptedError:
            raise ended[0] from None


def remember_check(work: Workspace, report: VerifyReport) -> bool:
    """Remember on this machine how far the history is proven, if it is; and whether it is."""
    if report.intact:
        work.database.mark_verified(report.head)
    return report.intact


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database libraries of this installation, and whether tables, migrations and recorded format are one and the same."""

    sqlite: str
    least_sqlite: str
    cipher: str
    format: int
    revision: str
    tables_agree: bool
    migrations_agree: bool
    triggers_missing: tuple[str, ...]


def check_database() -> DatabaseFacts:
    """Make a database, and another one by the migrations alone, in a scratch folder and compare both with the recorded format.

    Raises ExpectedError "sqlite_too_old" and those of the disk.
    """
    wanted, key = FINGERPRINTS[FORMAT], secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as place:
        database = create_database(Path(place), key, SystemClock())
        try:
            rows = _schema(database)
            sqlite, cipher = database.one("SELECT sqlite_version()"), database.one("PRAGMA cipher_version")
        finally:
            database.close()
        migrated = _migrated(Path(place) / "migrated.db", key)
    return DatabaseFacts(
        str(sqlite[0]) if sqlite else "", ".".join(map(str, LEAST_SQLITE)), str(cipher[0]) if cipher else "", FORMAT, REVISIONS[FORMAT],
        fingerprint(rows) == wanted, fingerprint(migrated) == wanted, tuple(missing_triggers(rows)),
    )  # fmt: skip


def _schema(reader: Reader) -> list[tuple[str, str, str | None]]:
    return [(row[0], row[1], row[2]) for row in reader.rows(SCHEMA_SQL)]


def _migrated(path: Path, key: bytes) -> list[tuple[str, str, str | None]]:
    """The schema that the shipped migrations make out of nothing."""
    connection = connect(path, key, create=True)
    try:
        with make_engine(connection).begin() as transaction:
            ALEMBIC_VERSION.create(transaction)  # as new databases have it: Alembic would make a looser one
            upgrade(transaction, current_target())
        return _schema(Reader(connection))
    finally:
        connection.close()
