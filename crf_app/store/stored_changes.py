"""The stored item changes as texts: SQLite writes each as the ledger does, so that whole entries are compared at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from crf_app.store.columns import KEY_COLUMNS, VALUE_FIELDS
from crf_app.store.connection import Reader

ChangeTexts = tuple[int, int, str, str, str]
"""Entry and number of a change, then JSON: the array of its key; the new value without the brace and comma before it; the
array of source, reason and rule."""


def _listed(*columns: str) -> str:
    return ", ".join(f'"{name}"' for name in columns)


# As `ledger.pack_value` and `ledger.canonical` make it: fields that hold something, in order of their names.
_NEW = ", ".join(f"""iif("{name}" = '', '', ',"{name}":'||json_quote("{name}"))""" for name in sorted(VALUE_FIELDS))
_CHANGES = (f"SELECT entry_no, change_no, json_array({_listed(*KEY_COLUMNS)}), concat({_NEW}), "  # noqa: S608  column names of tables.py
            f"json_array({_listed('source', 'change_reason', 'rule')}) FROM item_change ORDER BY entry_no, change_no")


class StoredChanges:
    """All stored changes in order, entry by entry."""

    def __init__(self, reader: Reader) -> None:
        self._groups: Iterator[tuple[int, Iterator[ChangeTexts]]] = groupby(reader.stream(_CHANGES), key=itemgetter(0))
        self.entry_no: int | None = None
        """The entry of the next changes, None at the end."""
        self._group: Iterator[ChangeTexts] = iter(())
        self._take()

    def _take(self) -> None:
        self.entry_no, self._group = next(self._groups, (None, iter(())))

    def of(self, no: int) -> list[ChangeTexts]:
        """The next changes, if they are of entry `no`."""
        if self.entry_no != no:
            return []
        found = list(self._group)
        self._take()
        return found
