"""A small synthetic workspace on disk: one administrator, one coordinator, some values, a row in every table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.values import Value
from crf_app.clock import SteppedClock
from crf_app.store.attachments import store_file
from crf_app.store.database import Database, create_database, open_database
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger import Command
from crf_app.store.sealing import CodePlace, commitment, new_code, seal_code, seal_secret
from crf_app.store.signer import Signer
from crf_app.store.unit import Unit
from crf_app.store.vault import create_vault

WORKSPACE_ID = "W-TEST-1"
ADMIN, NURSE = "u-admin", "u-nurse"
PHRASE = "seven plain walnut shells"
SYSBP = ItemKey("01-001", "SCR", 1, "VS", 1, "VS", 1, "SYSBP")
PULSE = SYSBP._replace(item="PULSE")
ITEMS = tuple(SYSBP._replace(item=f"ITEM{number}") for number in (1, 2, 3))


def nurse_signer() -> Signer:
    """The coordinator's key: made from a fixed seed, so that a child process can sign too."""
    return Signer(NURSE, hashlib.sha256(b"a test key").digest())


@dataclass
class World:
    """A workspace under test. `nurse` signs as the coordinator; `db` is open and may be replaced by `reopen`."""

    folder: Path
    data_key: bytes
    clock: SteppedClock
    admin: Signer
    nurse: Signer
    db: Database

    def command(self, name: str = "enter_items", user: str = NURSE) -> Command:
        """A command of one of the two users, one second after the last."""
        self.clock.advance(timedelta(seconds=1))
        return Command(name, user, role="coordinator")

    def enter(self, key: ItemKey, text: str, old: str | None = None, reason: str = "") -> None:
        """Store one value as the coordinator."""
        with self.db.begin(self.command(), signer=self.nurse) as unit:
            unit.append_item_value(key, Value(text), old=None if old is None else Value(old), reason=reason)

    def reopen(self) -> Database:
        """Close and open again."""
        self.db.close()
        self.db = open_database(self.folder, self.data_key, self.clock, self.admin)
        return self.db


def make_world(folder: Path) -> World:
    """The workspace with its users and one subject."""
    made = create_vault(folder, WORKSPACE_ID, ADMIN, "admin", PHRASE, cost=CHEAP)
    clock = SteppedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    admin, nurse = made.unlocked.signer, nurse_signer()
    db = create_database(folder, made.unlocked.data_key, clock, admin)
    world = World(folder, made.unlocked.data_key, clock, admin, nurse, db)
    with db.begin(world.command("create_workspace", ADMIN)) as unit:
        unit.put("workspace", {"id": WORKSPACE_ID, "created": clock.now(), "format": 1, "study_oid": "DEMO",
                               "study_version": "1", "site_code": "01", "synthetic": True})
        for user, login, signer in ((ADMIN, "admin", admin), (NURSE, "nurse", nurse)):
            unit.put("app_user", {"user_id": user, "login": login, "name_en": f"Demo {login}", "role": "x",
                                  "public_key": signer.public_key})
        unit.put("subject", {"number": "01-001", "ordinal": 1, "state": "screening"})
    return world


def fill_every_table(world: World) -> None:
    """At least one row in each table of the workspace."""
    fill_first_format(world)
    with world.db.begin(world.command("answer_query"), signer=world.nurse) as unit:
        unit.patch("query", (1,), {"state": "answered", "answer": "measured twice"})
        unit.put("query_message", {"query_id": 1, "number": 1, "user_id": NURSE, "role": "coordinator", "at": unit.at,
                                   "act": "answer", "text": "measured twice", "entry_no": unit.entry_no})
    with world.db.begin(world.command("allocate", ADMIN)) as unit:
        put_list(unit, list_id=1)
        put_allocation(unit, "01-001", 1)
        unit.put("allocation_error", {"id": 1, "subject": "01-001", "given": "B", "found_on": "2026-03-03",
                                      "description": "the other product was given", "entry_no": unit.entry_no})
        unit.put("reported_allocation", {"subject": "01-001", "number": "E-01", "arm": "B", "method": "ENVELOPE", "allocated_at": "2026-03-02T09:40",
                                         "informed_by": "envelope 1", "entry_no": unit.entry_no})
    with world.db.begin(world.command("paper", ADMIN)) as unit:
        certificate = b"a synthetic certificate"
        digest = hashlib.sha256(certificate).hexdigest()
        unit.put("certificate", {"fingerprint": digest, "user_id": ADMIN, "kind": "site", "content": certificate, "entry_no": unit.entry_no})
        unit.put("paper_signature", {"id": 1, "subject": "01-001", "sha256_before": digest, "sha256": digest, "place": 1, "user_id": ADMIN,
                                     "meaning": "review", "certificate": digest, "signed_at": unit.at, "entry_no": unit.entry_no})
        photo = hashlib.sha256(b"a synthetic photograph").hexdigest()
        unit.put("scan_page", {"sha256": photo, "page": 1, "state": "filed", "subject": "01-001", "event": "SCR", "form": "VS",
                               "found_by": "code", "entry_no": unit.entry_no})
        unit.put("paper_setting", {"name": "time_stamp_url", "value": ""})
    with world.db.begin(world.command("workflow", ADMIN)) as unit:
        place = {"subject": "01-001", "event": "SCR", "form": "VS"}
        act = {"user_id": ADMIN, "at": unit.at, "entry_no": unit.entry_no}
        unit.put("verification", {"subject": "01-001", "kind": "source", "address": "SCR/VS", **act})
        unit.put("record_lock", {"subject": "01-001", "address": "SCR/DM", "kind": "frozen", "reason": "clean", **act})
        unit.put("form_seen", {"subject": "01-001", "address": "SCR/VS", "digest": digest, **act})
        unit.put("signature_void", {"signature_id": 1, "cause": "value", "at": unit.at, "entry_no": unit.entry_no})
        unit.put("form_rejection", {"subject": "01-001", "address": "SCR/VS", "reason": "look again", **act})
        unit.put("form_standing", {**place, "states": 1})
        unit.put("subject_standing", {"subject": "01-001", "visits": "SCR#1=1"})
        unit.put("subject_version", {"subject": "01-001", "number": 1, "version": "1", "kept": {"UNS": 1},
                                     "entry_no": unit.entry_no})


def fill_first_format(world: World) -> None:
    """At least one row in each table that a file of the first format has."""
    sha256, cipher_sha256 = store_file(world.folder, world.data_key, b"a synthetic photograph")
    world.enter(SYSBP, "120")
    world.enter(PULSE, "64")
    world.enter(SYSBP, "125", old="120", reason="read again")
    visit = {"subject": "01-001", "event": "SCR"}
    digest = hashlib.sha256(b"signed").hexdigest()
    with world.db.begin(world.command("fill", ADMIN)) as unit:
        content = b'{"synthetic": "definition"}'
        unit.put("study_version", {"oid": "DEMO", "version": "1", "sha256": hashlib.sha256(content).hexdigest(),
                                   "content": content})
        unit.put("study_parameter", {"name": "window_days", "value": "3"})
        unit.put("event_state", {**visit, "state": "started", "open_queries": 1})
        unit.put("form_state", {**visit, "form": "VS", "state": "in_progress", "answered": 2, "total": 4})
        unit.put("group_row", {**visit, "form": "VS", "grp": "VS", "row": 1})
        unit.put("finding", {"subject": "01-001", "rule": "X20", "address": SYSBP.address, "severity": "SOFT",
                             "parameters": {"low": "90"}, "since_entry": unit.entry_no})
        unit.put("query", {"id": 1, "subject": "01-001", "address": SYSBP.address, "rule": "X20",
                           "text": {"en": "Please check", "zh": "请核对"}, "opened_entry": unit.entry_no})
        unit.put("signature", {"id": 1, "subject": "01-001", "record": "SCR/ELIG", "meaning": "eligibility",
                               "user_id": ADMIN, "signed_at": unit.at, "digest": digest, "entry_no": unit.entry_no})
        unit.put("snapshot", {"id": 1, "subject": "01-001", "content": {"I01": "MET"}, "entry_no": unit.entry_no})
        unit.put("site_row", {"kind": "laboratory", "row_id": "LAB1", "content": {"name": "Demo laboratory"}})
        unit.put("attachment", {"sha256": sha256, "file_name": "photo.png", "media_type": "image/png", "size": 22,
                                "thumbnail": b"tiny", "cipher_sha256": cipher_sha256})


LIST_KEY = hashlib.sha256(b"the key of a list").digest()
CODES = tuple(new_code(f"R{number:03}", "AB"[number % 2]) for number in range(1, 5))


def put_list(unit: Unit, *, list_id: int = 1) -> None:
    """A list of four codes without strata."""
    unit.put("allocation_list", {"list_id": list_id, "source": "imported", "size": len(CODES), "made_by": ADMIN,
                                 "made_at": unit.at, "secret": seal_secret(LIST_KEY, "DEMO", list_id, {"blocks": [4]}),
                                 "details": {"ratio": "1:1"}})
    for number, code in enumerate(CODES, 1):
        where = CodePlace("DEMO", list_id, number)
        unit.put("allocation_code", {"list_id": list_id, "place": number, "commitment": commitment(where, code),
                                     "cipher": seal_code(LIST_KEY, where, code)})


def put_allocation(unit: Unit, subject: str, number: int, *, list_id: int = 1) -> None:
    """Deal the code with that number in the list."""
    code = CODES[number - 1]
    unit.put("allocation", {"list_id": list_id, "place": number, "subject": subject, "number": code.number,
                            "arm": code.arm, "salt": code.salt, "entry_no": unit.entry_no})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An open workspace with two users and one subject."""
    made = make_world(tmp_path)
    yield made
    made.db.close()


@pytest.fixture
def full_world(world: World) -> World:
    """The same with a row in every table."""
    fill_every_table(world)
    return world
