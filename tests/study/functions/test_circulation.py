"""D12 and D22."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.study.functions.support import ask, exact, output, said

ARMS = {"BRACHIAL_R": 120, "BRACHIAL_L": 110}


@pytest.mark.parametrize(
    ("ankles", "answer", "excluded"),
    [
        ({"DP_R": 100, "PT_R": 96}, "MISSING", True),
        ({"DP_L": 120}, "MISSING", None),
        ({}, "MISSING", None),
        ({"DP_R": 108, "PT_L": 120}, "0.90", False),
        ({"DP_R": 107, "PT_L": 120}, "0.89", True),
        # No signal is a pressure of 0, not a missing one.
        ({"DP_R": 0, "PT_R": 0, "PT_L": 120}, "0.00", True),
        ({"DP_R": 0, "PT_R": 120, "PT_L": 120}, "1.00", False),
        ({"DP_R": 168, "PT_L": 120}, "1.00", False),
        ({"DP_R": 169, "PT_L": 120}, "1.00 NON_COMPRESSIBLE", False),
    ],
)
def test_index(ankles: dict[str, int], answer: str, excluded: bool | None) -> None:
    assert said("D12", **ARMS, **ankles) == answer
    assert output("D12", "excluded_lt0_9", **ARMS, **ankles) is excluded


def test_a_missing_leg_leaves_the_other() -> None:
    found = ask("D12", **ARMS, DP_R=90).outputs
    assert (found["right"], found["left"]) == (Decimal("0.75"), None)


def test_exclusion_uses_the_unrounded_index() -> None:
    legs = {"BRACHIAL_R": 201, "DP_R": 180, "DP_L": 201}  # 0.8955…
    assert said("D12", **legs) == "0.90"
    assert output("D12", "excluded_lt0_9", **legs) is True


def test_impossible_pressures() -> None:
    assert said("D12", BRACHIAL_R=0, DP_R=100, DP_L=100) == "ERROR NON_POSITIVE"
    assert said("D12", BRACHIAL_R=120, DP_R=-1, DP_L=100) == "ERROR NEGATIVE"
    assert said("D12", DP_R=100, DP_L=100) == "MISSING"


def test_corrected_qt_at_an_exact_half() -> None:
    """HR 117.1875: the cube root of RR is exactly 0.8, so 400.4 ms become 500.5, shown 501."""
    assert said("D22", QT="400.4", HR="117.1875") == "501"
    assert exact("D22", QT="400.4", HR="117.1875") == Decimal("500.5")
    assert output("D22", "qtcb", QT="380", HR="135") == Decimal(570)


@pytest.mark.parametrize(
    ("qt", "rate", "answer"),
    [("0", "60", "ERROR NON_POSITIVE"), ("400", "-1", "ERROR NON_POSITIVE"), (None, "60", "MISSING"), ("0", None, "MISSING")],
)
def test_corrected_qt_without_sense(qt: str | None, rate: str | None, answer: str) -> None:
    assert said("D22", QT=qt, HR=rate) == answer
