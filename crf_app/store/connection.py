"""The one connection to the encrypted file: SQLCipher under SQLAlchemy, its profile, and what its errors mean.

The profile is decided in docs/adr/0011; each setting is read back after it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import get_ident
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from crf_app.errors import ExpectedError

_CHUNK = 1000
APPLICATION_ID = 0x43524641  # "CRFA"
LEAST_SQLITE = (3, 51, 3)  # older ones can damage a WAL file


@dataclass(frozen=True, slots=True)
class Profile:
    """How the file is written. The default is the only one used; tests weaken it to see that losses would show."""

    journal_mode: str = "wal"
    synchronous: int = 2

    def pragmas(self) -> tuple[tuple[str, int | str], ...]:
        """Each setting with the value that reading it back must give."""
        return (
            ("foreign_keys", 1),
            ("recursive_triggers", 1),
            ("trusted_schema", 0),
            ("cell_size_check", 1),
            ("mmap_size", 0),
            ("secure_delete", 1),
            ("journal_size_limit", 16_777_216),
            ("cache_size", -32_768),  # kibibytes: the matrix and one casebook stay in memory
            ("synchronous", self.synchronous),
        )


SAFE = Profile()


def check_sqlite_version(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Raise ExpectedError "sqlite_too_old" for a library with the known damage to WAL files."""
    if version < LEAST_SQLITE:
        raise ExpectedError("sqlite_too_old", found=".".join(map(str, version)), least=".".join(map(str, LEAST_SQLITE)))


def connect(path: Path, data_key: bytes | None, *, create: bool = False,
            exclusive: bool = True) -> dbapi2.Connection:
    """Open `path` with the raw 256-bit `data_key` (None: as an unencrypted file); the lock is taken on reading.

    Nothing is read or written yet. Raises dbapi2.OperationalError when the file cannot be opened. That one thread uses
    it is watched by `Reader`, as SQLite's backup alone may run in another (docs/adr/0015).
    """
    mode = "rwc" if create else "rw"
    connection = dbapi2.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=0,
                                check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level = NONE")
    if data_key is not None:
        connection.execute(f"PRAGMA key = \"x'{data_key.hex()}'\"")
    if exclusive:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def apply_profile(connection: dbapi2.Connection, profile: Profile = SAFE) -> None:
    """Set the profile and read it back. Raises ExpectedError "profile_refused" naming the setting that did not take."""
    _expect(connection, "locking_mode", "exclusive")
    if _pragma(connection, "journal_mode") != profile.journal_mode:
        connection.execute(f"PRAGMA journal_mode = {profile.journal_mode}").fetchall()
    _expect(connection, "journal_mode", profile.journal_mode)
    for name, value in profile.pragmas():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        _expect(connection, name, value)


def make_engine(connection: dbapi2.Connection) -> Engine:
    """SQLAlchemy over this one connection; every transaction begins with BEGIN IMMEDIATE."""
    engine = create_engine("sqlite://", module=dbapi2, creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _pragma(connection: dbapi2.Connection, name: str) -> int | str:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    value = row[0] if row else 0
    return value if isinstance(value, int) else str(value)


def _expect(connection: dbapi2.Connection, name: str, value: int | str) -> None:
    found = _pragma(connection, name)
    if found != value:
        raise ExpectedError("profile_refused", setting=name, wanted=value, found=found)


_MEANINGS = (
    ("database or disk is full", "disk_full"),
    ("disk i/o error", "io_error"),
    ("unable to open database file", "io_error"),
    ("attempt to write a readonly database", "read_only"),
    ("database is locked", "database_locked"),
    ("database disk image is malformed", "damaged"),
    ("file is not a database", "damaged"),
)


def meaning_of(error: BaseException) -> ExpectedError | None:
    """What a database error means to the user, or None when it is a fault of ours."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, dbapi2.Error):
        return None
    said = str(original).lower()
    for words, code in _MEANINGS:
        if words in said:
            return ExpectedError(code, place="data.db", detail=str(original))
    return None


@contextmanager
def expected_errors() -> Iterator[None]:
    """Turn failures of disk and file inside the block into ExpectedError; others pass as they are."""
    try:
        yield
    except (DBAPIError, dbapi2.Error) as error:
        expected = meaning_of(error)
        if expected is None:
            raise
        raise expected from error
    except UnicodeEncodeError as error:
        raise ExpectedError("character_not_storable", character=f"U+{ord(error.object[error.start]):04X}") from error


class Reader:
    """Reading statements on the one connection. Only `store` calls them: rows do not leave it."""

    def __init__(self, connection: dbapi2.Connection) -> None:
        self._connection = connection
        self._owner = get_ident()

    def need_owner(self) -> None:
        """Raises RuntimeError in any other thread than the one that made this: a connection belongs to one."""
        if get_ident() != self._owner:
            raise RuntimeError("the database is used in a thread that does not own it")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows as tuples, including what an open unit has written."""
        self.need_owner()
        with expected_errors():
            return list(self._connection.execute(sql, tuple(parameters)).fetchall())

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """The rows one after the other, for what is too large to hold."""
        self.need_owner()
        with expected_errors():
            cursor = self._connection.execute(sql, tuple(parameters))
        return self._chunks(cursor)

    def _chunks(self, cursor: dbapi2.Cursor) -> Iterator[Any]:
        return chain.from_iterable(iter(lambda: self._chunk(cursor), []))

    def _chunk(self, cursor: dbapi2.Cursor) -> list[Any]:
        with expected_errors():
            return list(cursor.fetchmany(_CHUNK))

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row as a tuple, or None."""
        self.need_owner()
        with expected_errors():
            return self._connection.execute(sql, tuple(parameters)).fetchone()
