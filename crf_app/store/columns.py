"""What tables are made of: columns, named constraints, the one collection of all tables."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.values import Value

COLLECTION = MetaData()
"""Every table joins it; it is complete once `crf_app.store.tables` is loaded, which gives it out as METADATA."""

VALUE_FIELDS = tuple(field.name for field in fields(Value))
# "group" is a word of SQL, so the column is "grp".
KEY_COLUMNS = tuple("grp" if name == "group" else name for name in ItemKey._fields)


def text(name: str, *, default: str | None = None) -> Column[str]:
    """A text that is never NULL."""
    return Column(name, Text, nullable=False, default=default)


def number(name: str, *, default: int | None = None) -> Column[int]:
    """A whole number that is never NULL."""
    return Column(name, Integer, nullable=False, default=default)


def json_text(name: str, default: str = "{}") -> Column[str]:
    """A text that holds JSON."""
    return Column(name, Text, nullable=False, default=default, info={"json": True})


def one_of(table: str, column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


def yes_no(table: str, column: str) -> CheckConstraint:
    """The column holds 0 or 1."""
    return CheckConstraint(f"{column} IN (0, 1)", name=f"ck_{table}_{column}")


def is_json(table: str, column: str) -> CheckConstraint:
    """The column holds valid JSON."""
    return CheckConstraint(f"json_valid({column})", name=f"ck_{table}_{column}_json")


def of_subject(table: str) -> ForeignKeyConstraint:
    """The column `subject` names a subject."""
    return ForeignKeyConstraint(["subject"], ["subject.number"], name=f"fk_{table}_subject")


def key(table: str, *columns: str) -> PrimaryKeyConstraint:
    """The primary key."""
    return PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def table(name: str, *parts: Column[str] | Column[int] | Column[bytes] | CheckConstraint | ForeignKeyConstraint
          | PrimaryKeyConstraint | UniqueConstraint, rowid: bool = False) -> Table:
    """A STRICT table, without a rowid unless it is asked for."""
    return Table(name, COLLECTION, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def item_key_columns() -> list[Column[str] | Column[int]]:
    """The columns that say where a value stands."""
    numbers = {"event_repeat", "form_repeat", "row"}
    return [number(name) if name in numbers else text(name) for name in KEY_COLUMNS]


def value_columns() -> list[Column[str]]:
    """The columns that hold a value."""
    return [text(name, default="") for name in VALUE_FIELDS]
