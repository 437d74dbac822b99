"""Append-only guards. They stand against faults of ours; against an attacker stands the ledger's chain."""

from __future__ import annotations

from crf_app.store.tables import APPEND_ONLY


def _guard(table: str, act: str) -> tuple[str, str]:
    name = f"tr_{table}_no_{act.lower()}"
    return name, (f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                  f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")


_IN_ORDER = """CREATE TRIGGER tr_ledger_entry_in_order BEFORE INSERT ON ledger_entry
WHEN NEW.no <> coalesce((SELECT max(no) FROM ledger_entry), 0) + 1
BEGIN SELECT RAISE(ABORT, 'ledger entries are numbered without gaps'); END"""

TRIGGERS: dict[str, str] = dict(
    [*(_guard(table, act) for table in APPEND_ONLY for act in ("UPDATE", "DELETE")),
     ("tr_ledger_entry_in_order", _IN_ORDER)]
)
"""Name of each trigger and the statement that makes it."""
