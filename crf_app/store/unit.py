"""One transaction: all that a command writes, and at its end the one ledger entry that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.values import BLANK, Value
from crf_app.errors import ExpectedError
from crf_app.store.columns import VALUE_FIELDS
from crf_app.store.ledger import Command, Head, Moment, NewChange, canonical, entry_body, link, pack_cell, utc_text
from crf_app.store.locks import GUARDED, LOCKS_OF, LockGuard, StoredLock
from crf_app.store.statements import DEFAULTS, STATEMENTS, TableStatements
from crf_app.store.tables import APPEND_ONLY, METADATA, PUT_TABLES, SOURCES

if TYPE_CHECKING:
    from crf_app.store.signer import Signer

Cell = str | int | bytes
_N_VALUES = len(VALUE_FIELDS)
_N_KEY = len(ItemKey._fields)
_JSON_COLUMNS = {
    name: frozenset(column.name for column in METADATA.tables[name].columns if column.info.get("json"))
    for name in PUT_TABLES
}


class Unit:
    """What a command may write. Made by `Database.begin`; nothing of it is stored until its block ends without error.

    Reading functions called inside the block see what was written so far, but for `item_change`, which is written at
    the end.
    """

    def __init__(self, connection: Connection, command: Command, signer: Signer, head: Head, moment: Moment) -> None:
        self.command = command
        self.entry_no = head.no + 1
        self._connection = connection
        self._signer = signer
        self._head = head
        self._moment = moment
        self._changes: list[NewChange] = []
        self._ops: list[list[object]] = []
        self._guard = LockGuard(self._locks)

    @property
    def at(self) -> datetime:
        """The time the entry will bear (aware): use it for every time this command stores."""
        return self._moment.at

    def _locks(self, subject: str) -> list[StoredLock]:
        return [StoredLock(*row) for row in self._connection.exec_driver_sql(LOCKS_OF, (subject,))]

    def lock_over(self, form: FormKey) -> StoredLock | None:
        """What freezes or locks a form at this point of the command."""
        return self._guard.over(form)

    def own_lock(self, form: FormKey) -> str:
        """"frozen" or "locked" when the form by itself is, else ""."""
        return self._guard.own(form)

    def put(self, table: str, row: Mapping[str, object]) -> bool:
        """Insert `row`, or replace the row that has its primary key. Columns left out take their defaults.

        Mappings and lists go into JSON columns; times become ISO texts, booleans 0 or 1. A row that is already so is
        left
        alone. Returns whether anything changed. Raises ValueError for an unknown table or column, a missing one, and a
        second version of a row in an append-only table; ExpectedError "record_frozen", "record_locked" (`locks.GUARDED`).
        """
        statements = _writable(table)
        cells = _cells(table, row, statements)
        key = tuple(cells[name] for name in statements.key)
        found = self._connection.exec_driver_sql(statements.select, key).fetchone()
        if found is None:
            self._ask(table, cells, None)
            self._connection.exec_driver_sql(statements.insert, tuple(cells.values()))
            self._ops.append(["insert", table, {name: pack_cell(value) for name, value in cells.items()}])
            return True
        changed = {name: cells[name] for name, old in zip(statements.columns, found, strict=True) if cells[name] != old}
        if not changed:
            return False
        if table in APPEND_ONLY:
            raise ValueError(f"{table} {key} is append-only and holds another version: {sorted(changed)}")
        self._ask(table, cells, changed)
        others = tuple(value for name, value in cells.items() if name not in statements.key)
        self._connection.exec_driver_sql(statements.update, others + key)
        self._ops.append(["update", table, list(key), {name: pack_cell(value) for name, value in changed.items()}])
        return True

    def patch(self, table: str, key: Sequence[str | int], changes: Mapping[str, object]) -> bool:
        """Change some columns of the row with this primary key, the others stay. Raises ValueError when there is
        none.
        """
        statements = _writable(table)
        found = self._connection.exec_driver_sql(statements.select, tuple(key)).fetchone()
        if found is None:
            raise ValueError(f"{table} has no row {tuple(key)}")
        return self.put(table, {**dict(zip(statements.columns, found, strict=True)), **changes})

    def remove(self, table: str, key: Sequence[str | int]) -> bool:
        """Delete the row with this primary key; returns whether there was one. Append-only tables raise ValueError."""
        statements = _writable(table)
        if table in APPEND_ONLY:
            raise ValueError(f"{table} is append-only")
        found = self._connection.exec_driver_sql(statements.select, tuple(key)).fetchone()
        if found is not None and (table in GUARDED or table == "record_lock") and table != "finding":
            self._ask(table, dict(zip(statements.columns, found, strict=True)), None)
        gone = self._connection.exec_driver_sql(statements.delete, tuple(key)).rowcount
        if gone:
            self._ops.append(["delete", table, list(key)])
        return bool(gone)

    def _ask(self, table: str, cells: Mapping[str, object], changed: Mapping[str, object] | None) -> None:
        if table == "record_lock":
            self._guard.forget()
        else:
            self._guard.row(table, cells, changed)

    def append_item_value(self, key: ItemKey, new: Value, *, old: Value | None, reason: str = "", rule: str = "",
                          source: str = "typed") -> None:
        """The one write of a clinical value: `new` becomes current and the change joins the history.

        `old` is what the caller saw before (None: nothing); when the store holds something else, it raises
        ExpectedError "changed_meanwhile" and nothing of the command is stored. `reason` is the reason for the change,
        `rule` the check that prompted it, `source` one of typed, derived, system, default, copied. Raises ExpectedError
        "record_frozen", "record_locked" and, for a derived value, "reaches_frozen", "reaches_locked".
        """
        if source not in SOURCES:
            raise ValueError(f"unknown source of a value: {source!r}")
        self._guard.value(key, source)
        statements = STATEMENTS["item_current"]
        found = self._connection.exec_driver_sql(statements.select, tuple(key)).fetchone()
        before = Value(*found[_N_KEY:_N_KEY + _N_VALUES]) if found else None
        if (before or BLANK) != (old or BLANK):
            raise ExpectedError("changed_meanwhile", subject=key.subject, place=key.address)
        self._changes.append(NewChange(key, new, before, source, reason, rule))
        cells = (*_value_cells(new), source, self.entry_no, len(self._changes))
        if found:
            self._connection.exec_driver_sql(statements.update, cells + tuple(key))
        else:
            self._connection.exec_driver_sql(statements.insert, tuple(key) + cells)

    def seal(self) -> Head:
        """Write the ledger entry and its item changes. Called once by `Database.begin`, before it commits."""
        body = entry_body(self.entry_no, self._head.hash, self._moment, self.command, self._changes, self._ops)
        entry_hash = link(self._head.hash, body)
        self._connection.exec_driver_sql(STATEMENTS["ledger_entry"].insert, (
            self.entry_no, utc_text(self._moment.at), self.command.user_id, self.command.name, self.command.object,
            body, entry_hash, self._signer.sign(entry_hash)))
        if self._changes:
            rows = [(self.entry_no, number, *change.key, *_value_cells(change.new), change.source, change.reason,
                     change.rule) for number, change in enumerate(self._changes, start=1)]
            self._connection.exec_driver_sql(STATEMENTS["item_change"].insert, rows)
        return Head(self.entry_no, entry_hash)

    @property
    def tables_touched(self) -> frozenset[str]:
        """Names of the tables that `put`, `patch` and `remove` changed."""
        return frozenset(str(op[1]) for op in self._ops)


def _writable(table: str) -> TableStatements:
    if table not in PUT_TABLES:
        raise ValueError(f"not a table that a unit may write: {table!r}")
    return STATEMENTS[table]


def _cells(table: str, row: Mapping[str, object], statements: TableStatements) -> dict[str, Cell]:
    unknown = set(row) - set(statements.columns)
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    filled = {**DEFAULTS[table], **row}
    missing = [name for name in statements.columns if name not in filled]
    if missing:
        raise ValueError(f"{table} needs a value for {missing}")
    json_columns = _JSON_COLUMNS[table]
    return {name: _cell(table, name, filled[name], name in json_columns) for name in statements.columns}


def _cell(table: str, name: str, value: object, is_json: bool) -> Cell:
    if is_json and not isinstance(value, str):
        return canonical(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (str, int, bytes)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise ValueError(f"{table}.{name} cannot hold {type(value).__name__}")


def _value_cells(value: Value) -> tuple[str, ...]:
    return (value.text, value.missing, value.reason, value.operator, value.unit, value.standard, value.standard_unit,
            value.exact, value.status, value.code, value.flags)
