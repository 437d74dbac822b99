"""Decimals as typed, rounded half away from zero."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.decimals import CONTEXT, power, quantized_text, root, round_half_away, to_decimal

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("2.005", 2, "2.01"),
        ("-2.005", 2, "-2.01"),
        ("-0.05", 1, "-0.1"),
        ("0.05", 1, "0.1"),
        ("-0.04", 1, "0.0"),
        ("-0", 2, "0.00"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("1E+3", 0, "1000"),
        ("7", 2, "7.00"),
        ("1234567890123456789012345678901234567890123456789012345678901234567890.25", 1,
         "1234567890123456789012345678901234567890123456789012345678901234567890.3"),
    ],
)
def test_half_goes_away_from_zero(value: str, places: int, text: str) -> None:
    assert quantized_text(Decimal(value), places) == text


@given(numbers, st.integers(0, 4))
def test_rounding_is_symmetric(value: Decimal, places: int) -> None:
    assert round_half_away(-value, places) == -round_half_away(value, places)
    assert abs(round_half_away(value, places) - value) * 2 <= Decimal(1).scaleb(-places)
    text = quantized_text(value, places)
    assert text.startswith("-") == (round_half_away(value, places) < 0)
    assert "E" not in text


@pytest.mark.parametrize(("text", "value"), [("2.50", "2.50"), (" 7 ", "7"), ("-.5", "-0.5"), ("3.", "3"), ("+4", "4")])
def test_numbers_as_typed(text: str, value: str) -> None:
    assert str(to_decimal(text)) == value


@pytest.mark.parametrize("text", ["", "1,5", "1e3", "NaN", "Infinity", "0x1", "1 2", "１", "--1", "."])
def test_other_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        to_decimal(text)


@pytest.mark.parametrize(("value", "degree", "exact"), [("1.953125", 3, "1.25"), ("2.25", 2, "1.5"), ("1", 3, "1"), ("0.001", 3, "0.1")])
def test_exact_roots_are_exact(value: str, degree: int, exact: str) -> None:
    assert root(Decimal(value), degree) == Decimal(exact)


@given(st.decimals(min_value="0.001", max_value="1000", places=3), st.sampled_from([2, 3]))
def test_roots_to_fifty_digits(value: Decimal, degree: int) -> None:
    with localcontext(CONTEXT):
        assert abs(root(value, degree) ** degree - value) <= value.scaleb(-50)


def test_powers() -> None:
    assert power(Decimal(1), Decimal("-1.154")) == 1
    assert power(Decimal(4), Decimal("0.5")) == 2
    with localcontext(CONTEXT):
        thousandth = power(Decimal(2), Decimal("-1.154")) ** 1000
        assert abs(thousandth * 2**1154 - 1) < Decimal(1).scaleb(-50)


@pytest.mark.parametrize("value", [0, -1])
def test_no_power_or_root_without_a_positive_base(value: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        power(Decimal(value), Decimal(2))
    with pytest.raises(ValueError, match="above zero"):
        root(Decimal(value), 2)
