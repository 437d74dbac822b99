"""Suggested CTCAE grade of a laboratory value: D33."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from crf_app.study.functions.reading import Reader, code, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, not_applicable, ok
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class _Scale:
    """Grades 1 to 4 by multiples of a limit; `from_first`: grade 1 begins at its multiple, not above it."""

    multiples: tuple[Decimal, Decimal, Decimal, Decimal]
    from_first: bool = False

    def grade(self, value: Decimal, limit: Decimal) -> int:
        first, *higher = (multiple * limit for multiple in self.multiples)
        reached = value > first or (self.from_first and value == first)
        return reached + sum(value > one for one in higher)


def _scale(*multiples: str, from_first: bool = False) -> _Scale:
    first, second, third, fourth = map(Decimal, multiples)
    return _Scale((first, second, third, fourth), from_first)


_LIVER = _scale("1", "3", "5", "20")
_LIVER_BASELINE = _scale("1.5", "3", "5", "20", from_first=True)
# test -> scale on the upper limit, scale on an abnormal baseline
_HIGH: dict[str, tuple[_Scale, _Scale | None]] = {
    "ALT": (_LIVER, _LIVER_BASELINE),
    "AST": (_LIVER, _LIVER_BASELINE),
    "ALP": (_scale("1", "2.5", "5", "20"), _scale("2", "2.5", "5", "20", from_first=True)),
    "BILI": (_scale("1", "1.5", "3", "10"), _scale("1", "1.5", "3", "10")),
    "CK": (_scale("1", "2.5", "5", "10"), None),
}
# test -> values below which grades 2, 3 (and 4) begin; grade 1 is below the lower limit
_LOW = {
    "HGB": (Decimal(100), Decimal(80)),
    "PLAT": (Decimal(75), Decimal(50), Decimal(25)),
    "NEUT": (Decimal("1.5"), Decimal("1.0"), Decimal("0.5")),
    "WBC": (Decimal(3), Decimal(2), Decimal(1)),
}

TERMS: Mapping[str, Text] = {
    "ALT": Text("Alanine aminotransferase increased", "丙氨酸氨基转移酶升高"),
    "AST": Text("Aspartate aminotransferase increased", "天门冬氨酸氨基转移酶升高"),
    "ALP": Text("Alkaline phosphatase increased", "碱性磷酸酶升高"),
    "BILI": Text("Blood bilirubin increased", "血胆红素升高"),
    "CK": Text("CPK increased", "肌酸磷酸激酶升高"),
    "HGB": Text("Anemia", "贫血"),
    "PLAT": Text("Platelet count decreased", "血小板计数降低"),
    "NEUT": Text("Neutrophil count decreased", "中性粒细胞计数降低"),
    "WBC": Text("White blood cell decreased", "白细胞计数降低"),
}
"""The term of CTCAE v5.0 that each graded test stands for."""
GRADED = frozenset(TERMS)
"""Tests that have a scale."""


def laboratory_grade(inputs: Inputs) -> Result:
    """Suggested grade 0 to 4 of a laboratory value in the standard unit (content, D33; CTCAE v5.0).

    High values count in multiples of the upper limit, or of the baseline when the baseline is above that limit; low
    ones against the lower limit and fixed bounds. `basis` says which: ULN, BASELINE, LLN. No limit on file is MISSING.
    A test without a scale is not applicable. The investigator decides.
    """
    read = Reader(inputs)
    test, value = read.code("TEST"), read.number("VALUE")
    if test is None:
        return missing()
    if test in _HIGH:
        return _high(test, value, read.number("ULN"), read.number("BASELINE"))
    if test in _LOW:
        return _low(test, value, read.number("LLN"))
    return not_applicable()


def _high(test: str, value: Decimal | None, limit: Decimal | None, baseline: Decimal | None) -> Result:
    if value is None or limit is None:
        return missing()
    if limit <= 0:
        return error("NON_POSITIVE")
    by_limit, by_baseline = _HIGH[test]
    if by_baseline is not None and baseline is not None and baseline > limit:
        return ok(by_baseline.grade(value, baseline), basis="BASELINE")
    return ok(by_limit.grade(value, limit), basis="ULN")


def _low(test: str, value: Decimal | None, limit: Decimal | None) -> Result:
    if value is None or limit is None:
        return missing()
    if limit <= 0:
        return error("NON_POSITIVE")
    bounds = _LOW[test]
    fixed = sum(value < one for one in bounds)
    return ok(1 + fixed if fixed else int(value < limit), basis="LLN")


@dataclass(frozen=True, slots=True)
class GradeBound:
    """Where a grade begins: above (`high`) or below `at`, in the standard unit."""

    grade: int
    at: Decimal
    high: bool


def grade_bounds(test: str, uln: Decimal | None, lln: Decimal | None, baseline: Decimal | None = None) -> tuple[GradeBound, ...]:
    """The values beyond which D33 gives a higher grade, grade 1 first; none for a test without a scale or where its limit is missing or not above zero.

    The measure is chosen as `laboratory_grade` chooses it: the baseline where it is above the upper limit.
    """
    if test in _HIGH and uln is not None and uln > 0:
        by_limit, by_baseline = _HIGH[test]
        over = by_baseline is not None and baseline is not None and baseline > uln
        scale, limit = (by_baseline, baseline) if over and by_baseline is not None and baseline is not None else (by_limit, uln)
        return tuple(GradeBound(grade, multiple * limit, high=True) for grade, multiple in enumerate(scale.multiples, 1))
    if test in _LOW and lln is not None and lln > 0:
        return tuple(GradeBound(grade, at, high=False) for grade, at in enumerate((max(lln, _LOW[test][0]), *_LOW[test]), 1))
    return ()


FUNCTIONS = (
    FunctionDef(
        id="D33",
        version="1",
        title=Text("Suggested CTCAE v5 grade", "CTCAE v5建议分级"),
        inputs=(code("TEST"), number("VALUE"), number("ULN"), number("LLN"), number("BASELINE")),
        outputs=(OutputDef("basis", "code"),),
        source="NCI CTCAE v5.0 (2017); content, section 7 (D33)",
        formula=Text(
            "ALT, AST: > 1, 3, 5, 20 × ULN; ALP: > 1, 2.5, 5, 20; bilirubin: > 1, 1.5, 3, 10; CK: > 1, 2.5, 5, 10; "
            "haemoglobin, platelets, neutrophils, white cells: below LLN and fixed bounds",
            "ALT、AST：＞1、3、5、20倍上限；ALP：＞1、2.5、5、20倍；胆红素：＞1、1.5、3、10倍；CK：＞1、2.5、5、10倍；"
            "血红蛋白、血小板、中性粒细胞、白细胞：低于下限及固定界值",
        ),
        decimals=0,
        codes=("NON_POSITIVE",),
        flags=(),
        compute=laboratory_grade,
        kind="integer",
    ),
)
