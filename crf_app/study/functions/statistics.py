"""Counts of arms: the 2 × 2 table and the room left in each arm: D28, D29."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import comb
from typing import TYPE_CHECKING

from crf_app.study.decimals import CONTEXT, PI
from crf_app.study.functions.reading import Reader, integer, items
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

FISHER_BELOW = 5
_TAIL_FROM = Decimal(9)
_TAIL_TERMS = 200


def two_by_two(inputs: Inputs) -> Result:
    """Pearson χ² (value), Yates χ², their p, Fisher's exact two-sided p, the smallest expected count (content, D28).

    Rows are arms (A, B / C, D), columns event yes and no. Fisher sums the tables no more probable than the observed
    one, in whole numbers. A descriptive site summary, not the trial's analysis.
    """
    read = Reader(inputs)
    counts = [read.integer(name) for name in "ABCD"]
    known = [one for one in counts if one is not None]
    if len(known) < len(counts):
        return missing()
    if any(one < 0 for one in known):
        return error("NEGATIVE")
    a, b, c, d = known
    margins = (a + b, c + d, a + c, b + d)
    if 0 in margins:
        return error("ZERO_MARGIN")
    total = a + b + c + d
    off = abs(a * d - b * c)
    plain = _chi_square(Decimal(off), margins, total)
    yates = _chi_square(max(Decimal(0), off - Decimal(total) / 2), margins, total)
    expected = Decimal(min(margins[:2]) * min(margins[2:])) / total
    return ok(
        plain,
        p=p_of_chi_square(plain),
        yates=yates,
        p_yates=p_of_chi_square(yates),
        p_fisher=_fisher(a, margins),
        min_expected=expected,
        use="FISHER" if expected < FISHER_BELOW else "CHI2",
    )


def _chi_square(off: Decimal, margins: Sequence[int], total: int) -> Decimal:
    product = margins[0] * margins[1] * margins[2] * margins[3]
    return total * off * off / product


def p_of_chi_square(value: Decimal) -> Decimal:
    """The probability of a χ² of one degree of freedom of `value` or more: erfc(√(value/2))."""
    with localcontext(CONTEXT):
        return complementary_error_function((value / 2).sqrt())


def complementary_error_function(x: Decimal) -> Decimal:
    """erfc(x) for x of zero or more, good to 20 digits after the point and, for large x, in its leading digits.

    Abramowitz M, Stegun IA. Handbook of Mathematical Functions: 7.1.6 (a series without cancellation) and 7.1.14 (a
    continued fraction for the tail). Raises ValueError for x below zero.
    """
    if x < 0:
        raise ValueError(f"{x} is below zero")
    with localcontext(CONTEXT):
        bell = (-x * x).exp() / PI.sqrt()
        if x > _TAIL_FROM:
            fraction = x
            for term in range(_TAIL_TERMS, 0, -1):
                fraction = x + Decimal(term) / 2 / fraction
            return bell / fraction
        addend = total = x
        odd = 1
        while addend > total.scaleb(-CONTEXT.prec):
            odd += 2
            addend = addend * 2 * x * x / odd
            total += addend
        return 1 - 2 * bell * total


def _fisher(a: int, margins: Sequence[int]) -> Decimal:
    first, second, column = margins[0], margins[1], margins[2]
    weights = [
        comb(first, one) * comb(second, column - one)
        for one in range(max(0, column - second), min(first, column) + 1)
    ]
    observed = comb(first, a) * comb(second, column - a)
    return Decimal(sum(one for one in weights if one <= observed)) / Decimal(sum(weights))


def arm_capacity(inputs: Inputs) -> Result:
    """Planned subjects per arm, N × ratio ÷ Σ ratio, and how many places remain (content, D29).

    When the shares are no whole numbers, the largest remainders get one more each (the earlier arm first) and the
    result is flagged. More assigned than planned is ARM_OVERFILLED.
    """
    read = Reader(inputs)
    total, ratio, assigned = read.integer("N"), read.integers("RATIO"), read.integers("ASSIGNED")
    if total is None or not ratio or assigned is None or len(ratio) != len(assigned):
        return missing()
    parts, taken = [one for one in ratio if one is not None], [one for one in assigned if one is not None]
    if len(parts) < len(ratio) or len(taken) < len(assigned):
        return missing()
    if total < 0 or min(*parts, *taken) < 0:
        return error("NEGATIVE")
    if sum(parts) == 0:
        return error("NON_POSITIVE")
    planned = _largest_remainder(total, parts)
    remaining = tuple(plan - one for plan, one in zip(planned, taken, strict=True))
    if min(remaining) < 0:
        return error("ARM_OVERFILLED")
    capacity = ok(planned, remaining=remaining)
    uneven = any(total * part % sum(parts) for part in parts)
    return capacity.flagged("NON_INTEGER") if uneven else capacity


def _largest_remainder(total: int, parts: Sequence[int]) -> tuple[int, ...]:
    whole, rest = zip(*(divmod(total * part, sum(parts)) for part in parts), strict=True)
    order = sorted(range(len(parts)), key=lambda index: -rest[index])
    favoured = set(order[: total - sum(whole)])
    return tuple(count + (index in favoured) for index, count in enumerate(whole))


FUNCTIONS = (
    FunctionDef(
        id="D28",
        version="1",
        title=Text("2 × 2 comparison (site summary only)", "2×2比较（仅供中心汇总）"),
        inputs=tuple(integer(one) for one in "ABCD"),
        outputs=(
            OutputDef("p", "number", 4),
            OutputDef("yates", "number", 4),
            OutputDef("p_yates", "number", 4),
            OutputDef("p_fisher", "number", 4),
            OutputDef("min_expected", "number", 2),
            OutputDef("use", "code"),
        ),
        source="Chi-squared test, Yates's correction, Fisher's exact test; content, section 7 (D28)",
        formula=Text(
            "χ² = n(ad − bc)² ÷ product of the margins; Yates: |ad − bc| less n/2; "
            "Fisher's exact test when an expected count is below 5",
            "χ²＝n(ad－bc)²÷各边际之积；Yates校正：|ad－bc|减n/2；最小期望频数<5时用Fisher确切概率法",
        ),
        decimals=4,
        codes=("NEGATIVE", "ZERO_MARGIN"),
        flags=(),
        compute=two_by_two,
    ),
    FunctionDef(
        id="D29",
        version="1",
        title=Text("Planned subjects per arm", "各组计划例数"),
        inputs=(integer("N"), items("RATIO", "integer"), items("ASSIGNED", "integer")),
        outputs=(OutputDef("remaining", "list", 0),),
        source="Trials B and C, allocation; content, section 7 (D29)",
        formula=Text(
            "N × ratio ÷ sum of ratios; remaining = planned − assigned",
            "N×比例÷比例之和；剩余＝计划－已分配",
        ),
        decimals=0,
        codes=("ARM_OVERFILLED", "NEGATIVE", "NON_POSITIVE"),
        flags=("NON_INTEGER",),
        compute=arm_capacity,
        kind="list",
    ),
)
