"""The few SQL statements of the write path, compiled once from the tables: no SQL is put together while running."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crf_app.store.tables import METADATA

_DIALECT = sqlite.dialect(paramstyle="qmark")


def sql_text(statement: ClauseElement) -> str:
    """The text of `statement` with a question mark for each parameter."""
    return str(statement.compile(dialect=_DIALECT))


@dataclass(frozen=True, slots=True)
class TableStatements:
    """Statements of one table by its primary key. Parameters: all columns, the other columns then the key, or the
    key.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    insert: str
    update: str
    delete: str
    select: str
    select_all: str


def _statements(table: Table) -> TableStatements:
    key = [column for column in table.columns if column.primary_key]
    others = [column for column in table.columns if not column.primary_key]
    here = [column == bindparam(f"k_{column.name}") for column in key]
    change = update(table).where(*here).values({column: bindparam(f"v_{column.name}") for column in others or key})
    return TableStatements(
        columns=tuple(column.name for column in table.columns),
        key=tuple(column.name for column in key),
        insert=sql_text(insert(table)),
        update=sql_text(change),
        delete=sql_text(delete(table).where(*here)),
        select=sql_text(select(table).where(*here)),
        select_all=sql_text(select(table).order_by(*key)),
    )


STATEMENTS: dict[str, TableStatements] = {name: _statements(table) for name, table in METADATA.tables.items()}
"""By name of the table."""

DEFAULTS: dict[str, dict[str, object]] = {
    name: {column.name: column.default.arg for column in table.columns
           if isinstance(column.default, ScalarElementColumnDefault)}
    for name, table in METADATA.tables.items()
}
"""By name of the table, what a column holds that was left out; also what a later format adds to an older row."""
