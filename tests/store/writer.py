"""A program that saves until it is stopped, for the crash tests: `writer.py FOLDER KEY COUNT SYNCHRONOUS`.

Each command writes the same number into three items, so that half of one would show. Before a command it says `b`,
after the commit `a`, and the number.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crf_app.clinical.values import Value
from crf_app.clock import SystemClock
from crf_app.store.connection import Profile
from crf_app.store.database import open_database
from crf_app.store.item_values import read_value
from crf_app.store.ledger import Command
from tests.store.conftest import ITEMS, NURSE, nurse_signer


def main() -> None:
    """Save `COUNT` times, moving the log into the file now and then."""
    folder, key, count, synchronous = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    db = open_database(folder, key, SystemClock(), nurse_signer(), profile=Profile(synchronous=synchronous))
    before = read_value(db, ITEMS[0])
    for number in range(count):
        new = Value(str(int(before.text if before else 0) + 1))
        with db.begin(Command("enter_items", NURSE)) as unit:
            unit.append_item_value(ITEMS[0], new, old=before)
            _say("b", new.text)
            for key_ in ITEMS[1:]:
                unit.append_item_value(key_, new, old=before)
        _say("a", new.text)
        before = new
        if number % 5 == 4:
            db.rows("PRAGMA wal_checkpoint(PASSIVE)")
    db.close()


def _say(what: str, number: str) -> None:
    os.write(1, f"{what}{number}\n".encode())


if __name__ == "__main__":
    main()
