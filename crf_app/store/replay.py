"""Building every table again from the ledger, and finding where the stored tables differ from it.

Only what the entries say is used; the tables are read for comparison alone. Item changes are compared while the entries
pass, so that the largest table is never held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crf_app.store.columns import KEY_COLUMNS, VALUE_FIELDS
from crf_app.store.ledger import canonical, pack_cell
from crf_app.store.statements import DEFAULTS, STATEMENTS
from crf_app.store.stored_changes import ChangeTexts
from crf_app.store.tables import METADATA, PUT_TABLES

Key = tuple[str | int, ...]

_N_KEY = len(KEY_COLUMNS)
_NOTHING = "null"
_PUBLIC_KEY, _ACTIVE = (STATEMENTS["app_user"].columns.index(name) for name in ("public_key", "active"))
_EMPTY = dict.fromkeys(VALUE_FIELDS, "")
_HAS_BYTES = frozenset(name for name in PUT_TABLES
                       if any(column.type.python_type is bytes for column in METADATA.tables[name].columns))
# Keys of the fault sentences `store.fault_<what>`.
ROW_ALTERED, ROW_MISSING, ROW_FOREIGN = "row_altered", "row_missing", "row_foreign"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found wrong: where, the entry and change that say otherwise (0 when none does), and what it is.

    `what` names a sentence `store.fault_<what>`, `detail` what it fills in.
    """

    place: str
    entry_no: int
    change_no: int
    what: str
    detail: str = ""


class ReplayFault(Exception):  # noqa: N818  it carries a fault, and is no error of ours
    """Raised inside replay and verify to carry the first fault outward."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(slots=True)
class _Row:
    cells: list[object]
    entry_no: int


def _completed(table: str, said: Mapping[str, Any]) -> list[Any]:
    """The cells of an inserted row in order. What an entry of an older format does not name holds what its migration
    filled in: the default of the column (docs/adr/0014). Raises KeyError for a column without one.
    """
    defaults = DEFAULTS[table]
    return [said[name] if name in said else defaults[name] for name in STATEMENTS[table].columns]


class Replay:
    """The tables as the entries applied so far make them."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, _Row]] = {name: {} for name in PUT_TABLES}
        self._values: dict[str, str] = {}  # by the text of the key, the text of the value

    def public_key(self, user_id: str) -> str | None:
        """The key of an active user at this point; None for anybody else."""
        row = self.tables["app_user"].get((user_id,))
        if row is None:
            return None
        return str(row.cells[_PUBLIC_KEY]) if row.cells[_ACTIVE] == 1 else None

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Apply the table operations of an entry. Raises ReplayFault for one that cannot follow from what was
        before.
        """
        number = entry["no"]
        for op in entry["ops"]:
            try:
                self._apply(number, op)
            except (KeyError, ValueError, TypeError, IndexError) as error:
                raise ReplayFault(Fault(f"ledger_entry {number}", number, 0, "impossible_operation",
                                        str(op[:2]))) from error

    def _apply(self, number: int, op: Sequence[Any]) -> None:
        act, table = op[0], self.tables[op[1]]
        statements = STATEMENTS[op[1]]
        if act == "insert":
            cells = _completed(op[1], op[2])
            key = tuple(op[2][name] for name in statements.key)
            if key in table:
                raise ValueError(key)
            table[key] = _Row(cells, number)
        elif act == "update":
            row = table[tuple(op[2])]
            for name, cell in op[3].items():
                row.cells[statements.columns.index(name)] = cell
            row.entry_no = number
        elif act == "delete":
            del table[tuple(op[2])]
        else:
            raise ValueError(act)

    def proven_changes(self, body: str, stored: Sequence[ChangeTexts]) -> str | None:
        """If the entry's text says exactly the stored changes, each with its true old value, the text without them.

        None when it does not, or says it in other words: then `changes` tells. The entry is in canonical JSON, where the
        changes come first.
        """
        values, said = self._values, []
        fresh: dict[str, str] = {}
        for number, (_, change_no, key, new, rest) in enumerate(stored, start=1):
            if change_no != number:
                return None
            old = fresh.get(key) or values.get(key, _NOTHING)
            fresh[key] = packed = f"{{{new[1:]}}}"
            said.append(f"{key[:-1]},{packed},{old},{rest[1:]}")
        start = f'{{"changes":[{",".join(said)}],'
        if not body.startswith(start) or '"changes":' in body[len(start):]:
            return None
        values.update(fresh)
        return "{" + body[len(start):]

    def changes(self, entry: Mapping[str, Any]) -> list[list[Any]]:
        """The rows that `item_change` must hold for this entry, in order, without the number of the entry.

        Raises ReplayFault for a false old value.
        """
        rows = []
        for change_no, (*key, new, old, source, reason, rule) in enumerate(entry["changes"], start=1):
            text = canonical(key)
            if self._values.get(text, _NOTHING) != canonical(old):
                raise ReplayFault(Fault(item_place(key), entry["no"], change_no, "old_value_false"))
            self._values[text] = canonical(new)
            rows.append([change_no, *key, *{**_EMPTY, **new}.values(), source, reason, rule])
        return rows

    def compare(self, table: str, stored: Iterator[tuple[Any, ...]]) -> None:
        """Compare with all stored rows of a table, in order of their keys. Raises ReplayFault at the first
        difference.
        """
        expected = self.tables[table]
        statements = STATEMENTS[table]
        at = [statements.columns.index(name) for name in statements.key]
        seen: set[Key] = set()
        for cells in stored:
            key = tuple(cells[index] for index in at)
            row = expected.get(key)
            if row is None:
                raise ReplayFault(Fault(place(table, key), 0, 0, ROW_FOREIGN))
            shown = [pack_cell(cell) for cell in cells] if table in _HAS_BYTES else list(cells)
            if shown != row.cells:
                names = [name for name, a, b in zip(statements.columns, shown, row.cells, strict=True) if a != b]
                raise ReplayFault(Fault(place(table, key), row.entry_no, 0, ROW_ALTERED, ", ".join(names)))
            seen.add(key)
        if len(seen) != len(expected):
            key, row = next((key, row) for key, row in expected.items() if key not in seen)
            raise ReplayFault(Fault(place(table, key), row.entry_no, 0, ROW_MISSING))


def place(table: str, key: Sequence[object]) -> str:
    """A row as a fault names it: the table, then the parts of its primary key."""
    return f"{table} {'/'.join(map(str, key))}"


def item_place(key: Sequence[object]) -> str:
    """A value as a fault names it."""
    return place("item_change", key)
