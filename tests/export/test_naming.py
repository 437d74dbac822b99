"""Names that leave the program are safe, and never two things under one name."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crf_app.export.naming import companions, csv_file, encoded, unit_oid, user_oid
from tests.export import sample


@given(st.text(max_size=12), st.text(max_size=12))
def test_different_texts_have_different_names(one: str, other: str) -> None:
    assert (encoded(one) == encoded(other)) == (one == other)
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", unit_oid(one))


def test_what_no_person_did_is_the_programs() -> None:
    assert user_oid("") == "USR.SYSTEM"
    assert user_oid("张") == "USR._5F20_"


def test_companions_avoid_the_names_of_items() -> None:
    parts = companions(sample.LB)
    assert parts["CRP_LBORRES"].standard == "CRP_LBORRES__STD"
    names = [item.oid for item in sample.LB.items]
    names += [name for one in parts.values() for _part, name in one.items()]
    assert len(names) == len(set(names))


def test_no_file_is_called_like_a_device_or_one_of_our_tables() -> None:
    assert csv_file("CON", None) == "CON_.csv"
    assert csv_file("Items", None) == "Items_.csv"
    assert csv_file("AE", sample.AE.groups[0]) == "AE.AE.csv"
