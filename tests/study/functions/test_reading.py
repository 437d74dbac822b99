"""A derivation reads its inputs by type: what slipped in otherwise is a fault of ours, said at once."""

from __future__ import annotations

import pytest

from crf_app.study.functions.reading import Reader


def test_a_value_of_another_type_is_refused() -> None:
    read = Reader({"A": "text", "B": (1, "two"), "C": ("no row",)})
    assert read.code("A") == "text"
    with pytest.raises(TypeError, match="A is str, not Decimal"):
        read.number("A")
    with pytest.raises(TypeError, match="B holds str, not int"):
        read.integers("B")
    with pytest.raises(TypeError, match="C holds str, not rows"):
        read.rows("C")


def test_nothing_is_missing_not_an_error() -> None:
    read = Reader({"A": None, "B": (None, 2)})
    assert [read.number("A"), read.date("Z"), read.rows("Z"), read.numbers("Z")] == [None] * 4
    assert read.integers("B") == (None, 2)
