"""Lists in the store: dealt in order and once, never changed; every dealt code is the one committed to; sealed codes tell nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy.exc import DatabaseError

from crf_app.errors import ExpectedError
from crf_app.store.allocations import active_list, allocation_of, next_code, places_by_stratum, read_allocations
from crf_app.store.sealing import Code, CodePlace, commitment, new_code, open_code, open_secret, seal_code
from crf_app.store.unit import Unit
from crf_app.store.verify import verify
from tests.store.conftest import ADMIN, CODES, LIST_KEY, World, put_allocation, put_list

PLACE = CodePlace("DEMO", 1, 7, "east")


def act(world: World, write: Callable[[Unit], object]) -> None:
    """One command of the administrator."""
    with world.db.begin(world.command("allocate", ADMIN)) as unit:
        write(unit)


def enrol(world: World, number: int) -> str:
    name = f"01-{number:03}"
    act(world, lambda unit: unit.put("subject", {"number": name, "ordinal": number, "state": "screening"}))
    return name


@pytest.fixture
def listed(world: World) -> World:
    """A workspace with a list of four codes, and two more subjects."""
    act(world, put_list)
    for number in (2, 3):
        enrol(world, number)
    return world


def refused(world: World, write: Callable[[Unit], object]) -> None:
    """The guard refuses, and nothing is changed."""
    before = world.db.rows("SELECT * FROM allocation"), world.db.head
    with pytest.raises((DatabaseError, ValueError, ExpectedError)):
        act(world, write)
    assert (world.db.rows("SELECT * FROM allocation"), world.db.head) == before


def test_a_sealed_code_opens_at_its_place_alone() -> None:
    code = new_code("R001", "MSC")
    sealed = seal_code(LIST_KEY, PLACE, code)
    assert open_code(LIST_KEY, PLACE, sealed, commitment(PLACE, code)) == code
    assert b"R001" not in sealed
    assert b"MSC" not in sealed
    elsewhere = (CodePlace("OTHER", 1, 7, "east"), CodePlace("DEMO", 2, 7, "east"), CodePlace("DEMO", 1, 8, "east"), CodePlace("DEMO", 1, 7))
    tries = [(LIST_KEY, place, sealed) for place in elsewhere]
    tries += [(bytes(32), PLACE, sealed), (LIST_KEY, PLACE, sealed[:-1] + bytes([sealed[-1] ^ 1]))]
    for key, place, content in tries:
        with pytest.raises(ExpectedError, match="allocation_unreadable"):
            open_code(key, place, content, commitment(PLACE, code))


def test_a_code_that_was_not_committed_to_is_refused() -> None:
    code = new_code("R001", "MSC")
    with pytest.raises(ExpectedError, match="allocation_unreadable"):
        open_code(LIST_KEY, PLACE, seal_code(LIST_KEY, PLACE, code), commitment(PLACE, new_code("R001", "LA")))


def test_neither_length_nor_repetition_tells_the_arm() -> None:
    """Codes of arms with names of other lengths, in both scripts, look alike; the same code sealed twice does not."""
    codes = [new_code(number, arm) for number in ("1", "随机号-0000000000000042") for arm in ("A", "LIPOIC-ACID", "干细胞组")]
    sealed = [seal_code(LIST_KEY, PLACE, one) for one in codes for _ in range(2)]
    assert len({len(one) for one in sealed}) == 1
    assert len(set(sealed)) == len(sealed)
    assert len({commitment(PLACE, new_code("1", "A")) for _ in range(3)}) == 3


def test_codes_are_dealt_in_order_and_once(listed: World) -> None:
    act(listed, lambda unit: put_allocation(unit, "01-001", 1))
    refused(listed, lambda unit: put_allocation(unit, "01-002", 3))  # out of order
    refused(listed, lambda unit: put_allocation(unit, "01-001", 2))  # the same subject again
    refused(listed, lambda unit: put_allocation(unit, "01-002", 1))  # the same code again
    refused(listed, lambda unit: unit.remove("allocation", (1, 1)))
    refused(listed, lambda unit: unit.patch("allocation", (1, 1), {"arm": "C"}))
    act(listed, lambda unit: put_allocation(unit, "01-002", 2))
    assert [(one.subject, one.number) for one in read_allocations(listed.db)] == [("01-001", "R001"), ("01-002", "R002")]
    assert places_by_stratum(listed.db, 1) == (("", 4, 2),)
    code = next_code(listed.db, 1, "")
    assert code is not None
    assert code.place == 3
    assert open_code(LIST_KEY, CodePlace("DEMO", 1, 3), code.cipher, code.commitment) == CODES[2]
    assert verify(listed.db).intact


def test_a_list_in_use_stays_and_there_is_one_at_most(listed: World) -> None:
    refused(listed, lambda unit: put_list(unit, list_id=2))
    refused(listed, lambda unit: unit.remove("allocation_list", (1,)))
    refused(listed, lambda unit: unit.patch("allocation_list", (1,), {"size": 3}))
    act(listed, lambda unit: unit.patch("allocation_list", (1,), {"state": "withdrawn"}))
    assert active_list(listed.db) is None
    refused(listed, lambda unit: put_allocation(unit, "01-001", 1))
    refused(listed, lambda unit: unit.patch("allocation_list", (1,), {"state": "active"}))
    act(listed, lambda unit: put_list(unit, list_id=2))
    act(listed, put_first_of_second)
    refused(listed, lambda unit: unit.patch("allocation_list", (2,), {"state": "withdrawn"}))
    assert verify(listed.db).intact


def put_first_of_second(unit: Unit) -> None:
    put_allocation(unit, "01-001", 1, list_id=2)


def test_a_code_dealt_that_was_not_committed_to_is_named_by_verify(listed: World) -> None:
    """Somebody with data key and a signing key of his own, but without the key of the list, deals as he likes."""
    liked = Code("R001", "A" if CODES[0].arm == "B" else "B", CODES[1].salt)
    act(listed, lambda unit: unit.put("allocation", {
        "list_id": 1, "place": 1, "subject": "01-001", "number": liked.number, "arm": liked.arm, "salt": liked.salt, "entry_no": unit.entry_no}))
    fault = verify(listed.db).fault
    assert fault is not None
    assert (fault.place, fault.what, fault.entry_no) == ("allocation 1/1", "allocation_false", listed.db.head.no)
    assert not allocation_of(listed.db, "01-002")


def test_the_ledger_holds_commitments_alone_until_a_code_is_dealt(listed: World) -> None:
    bodies = "".join(row[0] for row in listed.db.rows("SELECT body FROM ledger_entry"))
    for code in CODES:
        assert json.dumps(code.number) not in bodies
        assert code.salt not in bodies
    act(listed, lambda unit: put_allocation(unit, "01-001", 1))
    bodies = "".join(row[0] for row in listed.db.rows("SELECT body FROM ledger_entry"))
    assert CODES[0].salt in bodies
    assert CODES[1].salt not in bodies


def test_what_else_is_sealed_opens_with_the_key_of_the_list_alone(listed: World) -> None:
    found = active_list(listed.db)
    assert found is not None
    assert open_secret(LIST_KEY, "DEMO", 1, found.secret) == {"blocks": [4]}
    with pytest.raises(ExpectedError, match="allocation_unreadable"):
        open_secret(bytes(32), "DEMO", 1, found.secret)
