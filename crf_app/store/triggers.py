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

# Codes are dealt from the list in force alone, and within a stratum in the order of the list.
_DEALT_IN_ORDER = """CREATE TRIGGER tr_allocation_in_order BEFORE INSERT ON allocation
WHEN NOT EXISTS (SELECT 1 FROM allocation_list l WHERE l.list_id = NEW.list_id AND l.state = 'active')
OR EXISTS (SELECT 1 FROM allocation_code c JOIN allocation_code n ON n.list_id = c.list_id AND n.stratum = c.stratum
WHERE n.list_id = NEW.list_id AND n.place = NEW.place AND c.place < NEW.place
AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.list_id = c.list_id AND a.place = c.place))
BEGIN SELECT RAISE(ABORT, 'codes are dealt in the order of the list in force'); END"""

# A list is never deleted, nor changed but to be withdrawn while nothing of it was dealt.
_LIST_KEPT = """CREATE TRIGGER tr_allocation_list_kept BEFORE UPDATE ON allocation_list
WHEN NEW.state <> 'withdrawn' OR OLD.state <> 'active' OR NEW.secret <> OLD.secret OR NEW.size <> OLD.size
OR NEW.details <> OLD.details OR NEW.list_id <> OLD.list_id
OR EXISTS (SELECT 1 FROM allocation a WHERE a.list_id = OLD.list_id)
BEGIN SELECT RAISE(ABORT, 'a list that was dealt from stays as it is'); END"""

TRIGGERS: dict[str, str] = dict(
    [*(_guard(table, act) for table in APPEND_ONLY for act in ("UPDATE", "DELETE")),
     ("tr_ledger_entry_in_order", _IN_ORDER),
     ("tr_allocation_in_order", _DEALT_IN_ORDER),
     ("tr_allocation_list_kept", _LIST_KEPT),
     _guard("allocation_list", "DELETE")]
)
"""Name of each trigger and the statement that makes it."""
