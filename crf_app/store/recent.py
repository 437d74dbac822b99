"""The short check at opening: the entries since the last verified one on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from crf_app.errors import ExpectedError
from crf_app.store.connection import Reader
from crf_app.store.ledger import GENESIS, link
from crf_app.store.signer import check_signature, load_public_key

MOST_ENTRIES = 2000
"""So many at most, to keep opening short; `verify` in the background checks them all."""

_ENTRIES = "SELECT no, utc, user_id, command, object, body, hash, signature FROM ledger_entry WHERE no > ? ORDER BY no"


@dataclass(frozen=True, slots=True)
class _Entry:
    columns: tuple[Any, ...]
    body: str
    hash: bytes
    signature: bytes
    content: dict[str, Any]


def check_recent(reader: Reader, verified_no: int) -> None:
    """Chain, signatures and item changes of the entries after `verified_no`, at most the newest `MOST_ENTRIES`.

    Raises ExpectedError "history_altered" (entry) for the first that does not fit.
    """
    last = reader.one("SELECT max(no) FROM ledger_entry")[0] or 0
    after = max(verified_no, last - MOST_ENTRIES)
    before = reader.one("SELECT hash FROM ledger_entry WHERE no = ?", (after,)) if after else (GENESIS,)
    if before is None:
        raise ExpectedError("history_altered", entry=after)
    window = [_Entry(row[:5], row[5], row[6], row[7], json.loads(row[5])) for row in reader.rows(_ENTRIES, (after,))]
    _check_chain(window, after, before[0])
    _check_signatures(reader, window)
    _check_changes(reader, window, after)


def _check_chain(window: list[_Entry], after: int, before: bytes) -> None:
    for number, entry in enumerate(window, start=after + 1):
        said = tuple(entry.content.get(name) for name in ("no", "utc", "user", "command", "object"))
        if entry.columns[0] != number or said != entry.columns or link(before, entry.body) != entry.hash:
            raise ExpectedError("history_altered", entry=number)
        before = entry.hash


def _new_keys(content: dict[str, Any]) -> dict[str, str]:
    """The keys that an entry gives to users."""
    rows = [({**op[-1], "user_id": op[2][0]} if op[0] == "update" else op[2]) for op in content["ops"]
            if op[1] == "app_user" and op[0] != "delete"]
    return {row["user_id"]: row["public_key"] for row in rows if "public_key" in row}


def _check_signatures(reader: Reader, window: list[_Entry]) -> None:
    """The table says today's keys only: a user whose key changed inside the window counts from that entry on."""
    changed = {user_id for entry in window for user_id in _new_keys(entry.content)}
    keys = {user_id: key for user_id, key in reader.rows("SELECT user_id, public_key FROM app_user")
            if user_id not in changed}
    for entry in window:
        if entry.columns[0] == 1:
            keys.update(_new_keys(entry.content))
        public_key = keys.get(entry.columns[2])
        if public_key and not check_signature(load_public_key(public_key), entry.hash, entry.signature):
            raise ExpectedError("history_altered", entry=entry.columns[0])
        keys.update(_new_keys(entry.content))


def _check_changes(reader: Reader, window: list[_Entry], after: int) -> None:
    """As many changes of as many items as the entries say, and each with the text they say."""
    stored = iter(reader.rows("SELECT entry_no, change_no, item, text FROM item_change WHERE entry_no > ? "
                              "ORDER BY entry_no, change_no", (after,)))
    for entry in window:
        for change_no, change in enumerate(entry.content["changes"], start=1):
            if next(stored, None) != (entry.columns[0], change_no, change[7], change[8].get("text", "")):
                raise ExpectedError("history_altered", entry=entry.columns[0])
    left = next(stored, None)
    if left is not None:
        raise ExpectedError("history_altered", entry=left[0])
