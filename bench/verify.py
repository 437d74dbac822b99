"""Verifying a workspace beside the bare proof of the same entries: `python bench/verify.py [COMMANDS]`.

The floor is one SHA-256 and one Ed25519 verification for each entry, over texts that are in memory already. Limit: 1.5 x,
with 2 and with 10 changes a command, and on a story of the demonstration (its photographs and logs included). Both are
timed in turn by the clock, and the best of the rounds counts, so that what else runs on the machine does not. Verifying
checks signatures in a second thread; the processor's time, in which that gains nothing, is printed too.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from casebook import machine

from crf_app.admin.roles import Role
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.values import Value
from crf_app.clock import SteppedClock
from crf_app.services.demo.build import make_cohort
from crf_app.services.demo.plans import plans
from crf_app.services.session import open_workspace
from crf_app.services.studies import find_study
from crf_app.store.database import Database, create_database
from crf_app.store.ledger import GENESIS, Command, link
from crf_app.store.signer import Signer, check_signature, load_public_key
from crf_app.store.verify import verify_reader

LIMIT = 1.5
ROUNDS = 9
_USER = "u1"
_ITEMS = 120


def main(commands: int) -> int:
    """Print the figures beside the limit; 0 when it is kept everywhere."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = str(Path(place) / "state")
        print(machine(Path(place)))
        kept = [_measured(f"{commands} commands of {changes} changes", partial(filled, Path(place) / str(changes), commands, changes)) for changes in (2, 10)]
        kept.append(_measured("a story of the demonstration", lambda: demonstration(Path(place) / "demo")))
    return 0 if all(kept) else 1


def filled(folder: Path, commands: int, changes: int) -> Database:
    """A workspace of so many commands with so many changes each, one after the other over the items of a visit."""
    folder.mkdir()
    signer, clock = Signer(_USER, hashlib.sha256(b"bench").digest()), SteppedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    database = create_database(folder, os.urandom(32), clock, signer)
    with database.begin(Command("create_workspace", _USER)) as unit:
        unit.put("workspace", {"id": folder.name, "created": clock.now(), "format": 1, "study_oid": "DEMO", "study_version": "1", "site_code": "01", "synthetic": True})
        unit.put("app_user", {"user_id": _USER, "login": "demo", "name_en": "Demo", "role": "x", "public_key": signer.public_key})
        unit.put("subject", {"number": "01-001", "ordinal": 1, "state": "screening"})
    held: dict[ItemKey, Value] = {}
    keys = [ItemKey("01-001", "SCR", 1, "VS", 1, "VS", 1, f"ITEM{number}_VSORRES") for number in range(_ITEMS)]
    for number in range(commands):
        clock.advance(timedelta(seconds=7))
        with database.begin(Command("enter_items", _USER, role="coordinator", object="01-001 SCR/VS/VS#1")) as unit:
            for at in range(changes):
                key = keys[(number * changes + at) % _ITEMS]
                value = Value(str(number % 997), standard=str(number % 997), unit="mmHg", standard_unit="mmHg")
                unit.append_item_value(key, value, old=held.get(key), reason="")
                held[key] = value
    return database


def demonstration(folder: Path) -> Database:
    """The first story of the demonstration, opened by its coordinator."""
    now = datetime.now().astimezone()
    demo = make_cohort(folder, find_study("NCT05999656"), now, plans(1, 1))
    login = next(one for one in demo.logins if one.role is Role.COORDINATOR)
    return open_workspace(folder, login.user, login.password, SteppedClock(now)).database


def bare(database: Database) -> Callable[[], None]:
    """The least that proves the entries: each hash and each signature once."""
    rows = database.rows("SELECT body, hash, signature, user_id FROM ledger_entry ORDER BY no")
    keys = {user: load_public_key(key) for user, key in database.rows("SELECT user_id, public_key FROM app_user")}

    def prove() -> None:
        before = GENESIS
        for body, entry_hash, signature, user in rows:
            if link(before, body) != entry_hash or not check_signature(keys[user], entry_hash, signature):
                raise ValueError("the bench made a false entry")
            before = entry_hash

    return prove


def _measured(name: str, make: Callable[[], Database]) -> bool:
    database = make()
    prove, rounds = bare(database), []
    for _ in range(ROUNDS):
        floor = _seconds(prove)
        rounds.append((*floor, *_seconds(lambda: _verified(database))))
    floors, floor_cpu, ours, our_cpu = (list(column) for column in zip(*rounds, strict=True))
    ratio = min(ours) / min(floors)
    ledger = database.one("SELECT count(*), sum(length(body)) FROM ledger_entry")
    changes = database.one("SELECT count(*) FROM item_change")[0]
    database.close()
    print(f"{name}: {ledger[0]} entries, {changes} changes, {ledger[1] / 1e6:.1f} MB of text; verify best {min(ours):.3f} s (median {statistics.median(ours):.3f}), "
          f"bare {min(floors):.3f} s (median {statistics.median(floors):.3f}): {ratio:.2f} x (processor {min(our_cpu) / min(floor_cpu):.2f} x), limit {LIMIT} x{'' if ratio <= LIMIT else ' MISSED'}")
    return bool(ratio <= LIMIT)


def _verified(database: Database) -> None:
    report = verify_reader(database, database.folder)
    if not report.intact:
        raise ValueError(report.fault)


def _seconds(act: Callable[[], None]) -> tuple[float, float]:
    """By the clock and by the processor."""
    begun, spent = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - spent


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
