"""D28 and D29."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb, erfc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.functions.statistics import complementary_error_function, p_of_chi_square
from tests.study.functions.support import ask, output, said


@pytest.mark.parametrize("x", ["0", "0.1", "0.5", "1", "1.959963984540054", "3", "6", "8.999", "9", "9.001", "12", "25"])
def test_error_function_agrees_with_the_library(x: str) -> None:
    got = complementary_error_function(Decimal(x))
    assert float(got) == pytest.approx(erfc(float(x)), rel=1e-12)


def test_series_and_tail_meet() -> None:
    """The two ways of computing differ by no more than the function itself falls between the points."""
    below, above = complementary_error_function(Decimal(9)), complementary_error_function(Decimal("9.0000000001"))
    assert 0 < (below - above) / below < Decimal("1e-8")


def test_no_error_function_below_zero() -> None:
    with pytest.raises(ValueError, match="below zero"):
        complementary_error_function(Decimal(-1))


@pytest.mark.parametrize(("value", "p"), [("3.841458820694124", "0.05"), ("6.634896601021213", "0.01"), ("0", "1")])
def test_p_of_the_usual_limits(value: str, p: str) -> None:
    assert abs(p_of_chi_square(Decimal(value)) - Decimal(p)) < Decimal("1e-14")


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ((0, 0, 5, 6), "ERROR ZERO_MARGIN"),
        ((5, 6, 0, 0), "ERROR ZERO_MARGIN"),
        ((5, 0, 6, 0), "ERROR ZERO_MARGIN"),
        ((0, 0, 0, 0), "ERROR ZERO_MARGIN"),
        ((-1, 5, 5, 5), "ERROR NEGATIVE"),
        ((5, None, 5, 5), "MISSING"),
        ((10, 0, 0, 10), "20.0000"),
    ],
)
def test_tables(counts: tuple[int | None, ...], answer: str) -> None:
    assert said("D28", **dict(zip("ABCD", counts, strict=True))) == answer


def test_fisher_is_suggested_below_five() -> None:
    assert output("D28", "use", A=5, B=5, C=5, D=5) == "CHI2"  # smallest expected count exactly 5
    assert output("D28", "use", A=4, B=5, C=5, D=5) == "FISHER"
    assert output("D28", "yates", A=5, B=5, C=5, D=4) == 0  # the correction never goes below zero


@given(st.tuples(*[st.integers(0, 25)] * 4))
def test_fisher_is_the_sum_of_the_rarer_tables(counts: tuple[int, int, int, int]) -> None:
    a, b, c, d = counts
    if 0 in (a + b, c + d, a + c, b + d):
        return
    chance = {
        one: Fraction(comb(a + b, one) * comb(c + d, a + c - one), comb(a + b + c + d, a + c))
        for one in range(max(0, a - d), min(a + b, a + c) + 1)
    }
    expected = sum(part for part in chance.values() if part <= chance[a])
    found = output("D28", "p_fisher", A=a, B=b, C=c, D=d)
    assert isinstance(found, Decimal)
    assert abs(found - Decimal(expected.numerator) / Decimal(expected.denominator)) < Decimal("1e-25")
    assert sum(chance.values()) == 1


@pytest.mark.parametrize(
    ("total", "ratio", "assigned", "answer", "remaining"),
    [
        (43, [1, 1], [0, 0], "[22, 21] NON_INTEGER", (22, 21)),
        (10, [1, 2], [3, 0], "[3, 7] NON_INTEGER", (0, 7)),
        (11, [2, 1, 1], [0, 0, 0], "[5, 3, 3] NON_INTEGER", (5, 3, 3)),
        (42, [2, 1], [28, 14], "[28, 14]", (0, 0)),
        (42, [1, 0], [0, 0], "[42, 0]", (42, 0)),
        (0, [1, 1], [0, 0], "[0, 0]", (0, 0)),
        (42, [1, 1], [0, 22], "ERROR ARM_OVERFILLED", None),
        (42, [0, 0], [0, 0], "ERROR NON_POSITIVE", None),
        (-1, [1, 1], [0, 0], "ERROR NEGATIVE", None),
        (42, [1, -1], [0, 0], "ERROR NEGATIVE", None),
        (42, [1, 1], [0, None], "MISSING", None),
        (42, [1, None], [0, 0], "MISSING", None),
        (42, [1, 1], [0], "MISSING", None),
        (42, [], [], "MISSING", None),
        (None, [1, 1], [0, 0], "MISSING", None),
    ],
)
def test_arms(total: int | None, ratio: list[int | None], assigned: list[int | None], answer: str, remaining: tuple[int, ...] | None) -> None:
    assert said("D29", N=total, RATIO=ratio, ASSIGNED=assigned) == answer
    assert ask("D29", N=total, RATIO=ratio, ASSIGNED=assigned).outputs.get("remaining") == remaining


@given(st.integers(0, 500), st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any))
def test_all_places_are_given_out(total: int, ratio: list[int]) -> None:
    planned = ask("D29", N=total, RATIO=ratio, ASSIGNED=[0] * len(ratio)).value
    assert isinstance(planned, tuple)
    assert sum(planned) == total
    assert all(abs(place * sum(ratio) - total * part) < sum(ratio) for place, part in zip(planned, ratio, strict=True))
