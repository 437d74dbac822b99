"""The workspace database: made, opened after its checks, written by one command at a time, closed.

One connection, owned by the thread that opened it, holding the file exclusively (docs/adr/0011). No other code opens
the file while it lives: on POSIX closing any second handle would drop SQLite's locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.store.connection import (
    APPLICATION_ID,
    SAFE,
    Profile,
    Reader,
    apply_profile,
    check_sqlite_version,
    connect,
    expected_errors,
    make_engine,
)
from crf_app.store.copying import copied
from crf_app.store.high_water import HighWater, read_high_water, write_high_water
from crf_app.store.ledger import GENESIS, Command, Head, Moment, parse_utc
from crf_app.store.migrate import current_target, migrate
from crf_app.store.opening import check_before_use
from crf_app.store.schema import FORMAT, create_schema
from crf_app.store.signer import Signer
from crf_app.store.unit import Unit

DATABASE_NAME = "data.db"
_HIGH_WATER_EVERY = 50
# A suspended machine and a set clock look alike: a difference below this is neither.
_CLOCK_TOLERANCE_S = 60.0


class Database(Reader):
    """An open workspace database. Made by `create_database` and `open_database`."""

    def __init__(self, folder: Path, connection: dbapi2.Connection, data_key: bytes, clock: Clock,
                 signer: Signer | None, *, migrated_from: int = 0) -> None:
        super().__init__(connection)
        # The older format this file was brought from at opening; 0 when it was of today's.
        self.migrated_from = migrated_from
        self.folder = folder
        self.clock = clock
        self.data_key = data_key
        self._engine = make_engine(connection)
        self._signer = signer
        self._since_high_water = 0
        self._last_monotonic: float | None = None
        self._busy = False
        self._closed = False
        self._head = Head(0, GENESIS)
        self._last_utc: datetime | None = None
        self._public_keys: dict[str, str] = {}
        self._read_head()

    @property
    def head(self) -> Head:
        """The newest entry of the ledger."""
        return self._head

    @property
    def workspace_id(self) -> str:
        """The id of the workspace row; "" before the first entry."""
        found = self.one("SELECT id FROM workspace")
        return str(found[0]) if found else ""

    def use_signer(self, signer: Signer | None) -> None:
        """Whose key signs from now on (None: nobody's, after log-out or lock)."""
        self._signer = signer

    @contextmanager
    def begin(self, command: Command, signer: Signer | None = None) -> Iterator[Unit]:
        """One command in one transaction: all that the block writes and one signed ledger entry, or nothing at all.

        `signer`: the key of a second person who identified himself in place; by default the session's. Any exception of
        the block rolls everything back and passes on. Raises ExpectedError "disk_full", "io_error", "read_only" when
        the file could not be written; ValueError when the key is not that of `command.user_id`.
        """
        self.need_owner()
        chosen = signer or self._signer
        if chosen is None or chosen.user_id != command.user_id:
            raise ValueError(f"{command.name}: no signing key of user {command.user_id!r} is at hand")
        if self._busy:
            raise ValueError(f"{command.name}: a command is under way already")
        moment = self._moment()
        self._busy = True
        try:
            with expected_errors(), self._engine.begin() as connection:
                unit = Unit(connection, command, chosen, self._head, moment)
                keys = dict(self._public_keys)
                yield unit
                if "app_user" in unit.tables_touched:
                    self._read_public_keys()
                self._check_key(chosen, keys or self._public_keys)
                head = unit.seal()
        except BaseException:
            self._read_head_quietly()
            raise
        finally:
            self._busy = False
        self._head, self._last_utc, self._last_monotonic = head, moment.at, moment.monotonic
        self._count_towards_high_water()

    def close(self) -> None:
        """Write the high-water file and close. Closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        if self._head.no:
            with suppress(ExpectedError):
                self._save_high_water()
        self._engine.dispose()
        self._connection.close()

    def copied(self, stop: Callable[[], bool]) -> AbstractContextManager[Reader]:
        """A copy for a thread beside, which may call this and nothing else here (`copying.copied`)."""
        return copied(self._connection, self.folder, self.data_key, stop)

    def mark_verified(self, head: Head) -> None:
        """Remember on this machine that everything up to `head` was verified."""
        old = read_high_water(self.workspace_id)
        if old is None or head.no >= old.verified_no:
            mark = HighWater(self._head.no, self._head.hash.hex(), head.no, head.hash.hex())
            write_high_water(self.workspace_id, mark)

    def _read_head(self) -> None:
        found = self.one("SELECT no, hash, utc FROM ledger_entry ORDER BY no DESC LIMIT 1")
        self._head = Head(found[0], found[1]) if found else Head(0, GENESIS)
        self._last_utc = parse_utc(found[2]) if found else None
        self._read_public_keys()

    def _read_public_keys(self) -> None:
        self._public_keys = dict(self.rows("SELECT user_id, public_key FROM app_user WHERE active = 1"))

    def _read_head_quietly(self) -> None:
        try:
            self._read_head()
        except (ExpectedError, dbapi2.Error):
            self._public_keys = {}  # the first error is the one to report; without keys no further command passes

    def _check_key(self, signer: Signer, keys: dict[str, str]) -> None:
        if keys.get(signer.user_id) != signer.public_key:
            raise ValueError(f"the signing key of {signer.user_id!r} is not that of an active user of this workspace")

    def _moment(self) -> Moment:
        at, monotonic = self.clock.now(), self.clock.monotonic()
        jump: dict[str, object] = {}
        if self._last_utc is not None and at < self._last_utc:
            jump = {"against": "last_entry", "seconds": round((at - self._last_utc).total_seconds())}
        elif self._last_utc is not None and self._last_monotonic is not None:
            drift = (at - self._last_utc).total_seconds() - (monotonic - self._last_monotonic)
            if abs(drift) > _CLOCK_TOLERANCE_S:
                jump = {"against": "monotonic", "seconds": round(drift)}
        return Moment(at, monotonic, jump)

    def _count_towards_high_water(self) -> None:
        """The command is stored already: a state folder that cannot be written must not make it look failed."""
        self._since_high_water += 1
        if self._since_high_water >= _HIGH_WATER_EVERY:
            with suppress(ExpectedError):
                self._save_high_water()

    def _save_high_water(self) -> None:
        old = read_high_water(self.workspace_id)
        verified = (old.verified_no, old.verified_hash) if old else (0, "")
        write_high_water(self.workspace_id, HighWater(self._head.no, self._head.hash.hex(), *verified))
        self._since_high_water = 0


def create_database(folder: Path, data_key: bytes, clock: Clock, signer: Signer | None = None, *,
                    profile: Profile = SAFE) -> Database:
    """Make an empty encrypted database in `folder` and open it. The first command must store workspace and first user.

    Raises ExpectedError "workspace_exists" when there is one, and those of `Database.begin` for disk troubles.
    """
    check_sqlite_version()
    path = folder / DATABASE_NAME
    if path.exists():
        raise ExpectedError("workspace_exists", folder=folder)
    with expected_errors():
        connection = connect(path, data_key, create=True)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        apply_profile(connection, profile)
        with make_engine(connection).begin() as transaction:
            create_schema(transaction)
    return Database(folder, connection, data_key, clock, signer)


def open_database(folder: Path, data_key: bytes, clock: Clock, signer: Signer | None = None, *,
                  profile: Profile = SAFE) -> Database:
    """Open the database of `folder` after every check of `opening.check_before_use`; nothing is written before.

    An older file is copied, then upgraded: `migrated_from` tells, and the caller stores a command that says so.
    Raises ExpectedError "database_missing", "not_ours", "wrong_key", "damaged", "newer_format", "migration_failed",
    "database_locked", "schema_altered", "trigger_missing", "history_cut", "history_altered", "sqlite_too_old".
    """
    check_sqlite_version()
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise ExpectedError("database_missing", place=path)
    with expected_errors():
        connection = connect(path, data_key)
    try:
        with expected_errors():
            found = check_before_use(connection, path, data_key)
            if found < FORMAT:
                migrate(connection, path, data_key, clock, found, current_target())
            apply_profile(connection, profile)
            older = found if found < FORMAT else 0
            return Database(folder, connection, data_key, clock, signer, migrated_from=older)
    except BaseException:
        connection.close()
        raise
