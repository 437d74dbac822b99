"""The search finds what it is meant to find, so that finding nothing says something."""

from __future__ import annotations

import base64

import pytest

from tests.hay import ARMS, NUMBERS, found_in

ONE = NUMBERS[16]


@pytest.mark.parametrize("hay", [
    f"before {ONE} after".encode(), f"x{ONE}".encode("utf-16-le"), ONE.encode("utf-16-be"), ONE.encode().hex().encode(), ONE.encode().hex().upper().encode(),
    ONE[::-1].encode(), *(base64.b64encode(b"x" * before + ONE.encode() + b"tail") for before in range(6)), base64.urlsafe_b64encode(ONE.encode()),
])  # fmt: skip
def test_a_number_is_found(hay: bytes) -> None:
    assert found_in(hay) == {ONE}


def test_all_of_many_are_found_and_no_other() -> None:
    """Far apart, side by side, in different shapes, at the very beginning and end."""
    parts = [NUMBERS[3].encode(), b"." * 5000, NUMBERS[4].encode("utf-16-le"), NUMBERS[5].encode().hex().encode(), b"ZQ7-0099" * 20, base64.b64encode(NUMBERS[6].encode())]
    assert found_in(b"".join((*parts, b" " * 900, NUMBERS[7][::-1].encode()))) == {NUMBERS[one] for one in (3, 4, 5, 6, 7)}


@pytest.mark.parametrize("hay", [",".join(ARMS), repr(list(ARMS)), "\n".join(f"{number} {arm}" for number, arm in enumerate(ARMS))])
def test_the_order_of_the_arms_is_found(hay: str) -> None:
    assert found_in(hay.encode()) == {"arms"}


@pytest.mark.parametrize("hay", [b"", b"ZQ7", b"ZQ6-0001 ZQ8-0001", b"MSC, LA", b"MSC LA MSC LA MSC LA MSC LA", bytes(range(256))])
def test_nothing_is_found_where_nothing_is(hay: bytes) -> None:
    assert found_in(hay) == set()
