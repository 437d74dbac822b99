"""What an act was done to: one text of the ledger for one place and for many, read back by subject."""

from __future__ import annotations

import pytest

from crf_app.store.ledger import addresses_in, object_of

PLACES = [("01-001", "SCR/VS"), ("01-001", ""), ("01-0011", "SCR/VS"), ("01-002", "LOG/AE/AE#2")]


def test_every_place_is_named_once_in_order() -> None:
    assert object_of([*PLACES, PLACES[0]]) == "01-001:SCR/VS; 01-001; 01-0011:SCR/VS; 01-002:LOG/AE/AE#2"
    assert object_of([]) == ""


@pytest.mark.parametrize(
    ("subject", "addresses"), [("01-001", ("SCR/VS", "")), ("01-0011", ("SCR/VS",)), ("01-002", ("LOG/AE/AE#2",)), ("01-00", ()), ("SCR/VS", ())]
)
def test_a_subject_finds_its_own_places_alone(subject: str, addresses: tuple[str, ...]) -> None:
    assert addresses_in(object_of(PLACES), subject) == addresses


def test_the_object_of_one_place_reads_as_before() -> None:
    assert object_of([("01-001", "SCR/VS")]) == "01-001:SCR/VS"
    assert addresses_in("01-001", "01-001") == ("",)
    assert addresses_in("study", "01-001") == addresses_in("", "01-001") == ()
