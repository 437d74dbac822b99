"""Decimal arithmetic: values as typed, rounded once, half away from zero (content, section 1.3). No binary floats."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

DIGITS = 60
"""Significant digits of every intermediate result: far more than any value typed into a form."""

CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The context in which derivations are computed; faults of arithmetic are raised, never turned into NaN or infinity."""

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def to_decimal(text: str) -> Decimal:
    """The number written in `text` (decimal point, ASCII digits), trailing zeros kept. Raises ValueError for anything
    else.
    """
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(stripped)


def round_half_away(value: Decimal, places: int) -> Decimal:
    """`value` at `places` decimals, half away from zero: 2.005 gives 2.01, -0.05 gives -0.1. Never negative zero."""
    with localcontext(CONTEXT) as context:
        # A long value must not lose digits to the precision before it is rounded.
        context.prec = max(DIGITS, value.adjusted() + places + 2)
        rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def quantized_text(value: Decimal, places: int) -> str:
    """The rounded value as it is shown and printed: "-0.1", never "-0.0", never an exponent."""
    return f"{round_half_away(value, places):f}"


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """`base` to a power, for a base above zero, to DIGITS digits. Raises ValueError for a base of zero or less."""
    if base <= 0:
        raise ValueError(f"{base} is not above zero")
    return CONTEXT.power(base, exponent)


def root(value: Decimal, degree: int) -> Decimal:
    """The `degree`-th root of a value above zero; exact when it has an exact short decimal, else to about DIGITS
    digits.

    Exactness matters: a value that ends in 5 must not fall below it by the last digit of a logarithm. Raises
    ValueError for a value of zero or less.
    """
    if value <= 0:
        raise ValueError(f"{value} is not above zero")
    approximate = CONTEXT.exp(CONTEXT.divide(CONTEXT.ln(value), Decimal(degree)))
    short = Context(prec=DIGITS // 2).plus(approximate)
    wide = Context(prec=DIGITS * degree)
    return short.normalize() if wide.power(short, degree) == value else approximate
