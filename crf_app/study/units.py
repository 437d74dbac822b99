"""Units of measured tests: which are known, how they are shown, and how each becomes the standard unit of its test.

The table is that of content, section 5.15 (laboratory) and 5.10 (temperature, weight). Factors are exact decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType

from crf_app.study.decimals import CONTEXT


class UnitNotConvertibleError(ValueError):
    """The unit is not one of the test, or there is no such test (code UNIT_NOT_CONVERTIBLE)."""

    code = "UNIT_NOT_CONVERTIBLE"


@dataclass(frozen=True, slots=True)
class Conversion:
    """standard value = (value − before) × factor ÷ divisor + after; the one division comes last."""

    factor: Decimal = Decimal(1)
    divisor: Decimal = Decimal(1)
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)

    def apply(self, value: Decimal) -> Decimal:
        """The value in the standard unit, unrounded."""
        with localcontext(CONTEXT):
            return ((value - self.before) * self.factor + self.after * self.divisor) / self.divisor

    def undo(self, standard: Decimal) -> Decimal:
        """The value that becomes `standard`, to the digits of the context."""
        with localcontext(CONTEXT):
            return (standard - self.after) * self.divisor / self.factor + self.before


@dataclass(frozen=True, slots=True)
class TestUnits:
    """The standard unit of a test, its shown decimals, and the other units in which it may be reported."""

    test: str
    unit: str
    decimals: int
    others: Mapping[str, Conversion]

    __test__ = False  # the name means a laboratory test, nothing that pytest should collect


_IDENTITY = Conversion()
_WHOLE = {"C": "℃", "degC": "℃", "°C": "℃", "Cel": "℃", "F": "℉", "degF": "℉", "°F": "℉", "jin": "斤"}
"""Units that have a sign of their own."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"\^(-?\d+)")
_SQUARE = re.compile(r"(?<![A-Za-z])([mcdk]?m)([23])\b")
_MICRO = re.compile(r"(?<![A-Za-z])[uμ](?=(?:mol|g|L|m|IU)\b)")
_SPELLINGS = {
    "10⁹/L": "10^9/L",
    "10¹²/L": "10^12/L",
    "µmol/L": "umol/L",
    "/µL": "/uL",
    "℃": "C",
    "℉": "F",
    "斤": "jin",
    "μmol/L": "umol/L",
    "/μL": "/uL",
    "°C": "C",
    "degC": "C",
    "°F": "F",
    "degF": "F",
    "% NGSP": "%",
    "BUN mg/dL": "mg/dL BUN",
    "mg/L": "mg/L FEU",
    "DDU mg/L": "mg/L DDU",
}


def _times(factor: str) -> Conversion:
    return Conversion(factor=Decimal(factor))


def _per(divisor: str) -> Conversion:
    return Conversion(divisor=Decimal(divisor))


_MG_DL = "mg/dL"
_CHOLESTEROL = {_MG_DL: _per("38.67")}
_PER_DECILITRE = {"g/dL": _times("10")}
_NONE: dict[str, Conversion] = {}
_TABLE: tuple[tuple[str, str, int, dict[str, Conversion]], ...] = (
    ("WBC", "10^9/L", 2, {"/uL": _per("1000")}),
    ("RBC", "10^12/L", 2, _NONE),
    ("HGB", "g/L", 0, _PER_DECILITRE),
    ("HCT", "L/L", 3, {"%": _per("100")}),
    ("PLAT", "10^9/L", 0, _NONE),
    ("NEUT LYM MONO EOS BASO", "10^9/L", 2, _NONE),
    ("NEUTLE LYMLE", "%", 1, _NONE),
    ("GLUC GLUC2H", "mmol/L", 2, {_MG_DL: _per("18.016")}),
    ("HBA1C", "%", 1, {"mmol/mol": Conversion(factor=Decimal("0.0915"), after=Decimal("2.15"))}),
    ("ALT AST ALP GGT CK LDH", "U/L", 0, _NONE),
    ("BILI BILDIR", "umol/L", 1, {_MG_DL: _times("17.1")}),
    ("PROT ALB", "g/L", 1, _PER_DECILITRE),
    ("UREA", "mmol/L", 2, {"mg/dL BUN": _times("0.357")}),
    ("CREAT", "umol/L", 1, {_MG_DL: _times("88.4")}),
    ("URATE", "umol/L", 0, {_MG_DL: _times("59.48")}),
    ("CHOL HDL LDL", "mmol/L", 2, _CHOLESTEROL),
    ("TRIG", "mmol/L", 2, {_MG_DL: _per("88.57")}),
    ("K", "mmol/L", 2, _NONE),
    ("SODIUM CL", "mmol/L", 1, _NONE),
    ("CA", "mmol/L", 2, {_MG_DL: _times("0.2495")}),
    ("PT APTT TT", "s", 1, _NONE),
    ("INR", "", 2, _NONE),
    ("FIBRINO", "g/L", 2, {_MG_DL: _per("100")}),
    ("DDIMER", "mg/L FEU", 2, {"mg/L DDU": _times("2")}),
    ("AFP", "ng/mL", 2, {"IU/mL": _times("1.21")}),
    ("CEA PSA CYFRA NSE SCC", "ng/mL", 2, _NONE),
    ("CA125 CA153 CA199", "U/mL", 1, _NONE),
    ("TEMP", "C", 1, {"F": Conversion(factor=Decimal(5), divisor=Decimal(9), before=Decimal(32))}),
    ("WEIGHT", "kg", 1, {"jin": _per("2")}),
)

TESTS: Mapping[str, TestUnits] = MappingProxyType(
    {
        test: TestUnits(test, unit, decimals, MappingProxyType(others))
        for names, unit, decimals, others in _TABLE
        for test in names.split()
    }
)
"""Every test with a standard unit, by test code."""

HBA1C_IFCC_DECIMALS = 0


def canonical_unit(unit: str) -> str:
    """The one spelling used in definitions and data for a unit however it is written: µmol/L and umol/L are one."""
    stripped = unit.strip()
    return _SPELLINGS.get(stripped, stripped)


@lru_cache(maxsize=512)
def display_unit(unit: str, test: str = "") -> str:
    """The unit as screen, paper and messages show it: 10⁹/L, cm², µmol/L, ℃; one without a sign of its own as it stands.

    Only what `test` makes certain is added: a bare mg/L is one of fibrinogen-equivalent units for D-dimer and no other test.
    """
    stripped = unit.strip()
    if stripped in _WHOLE:
        return _WHOLE[stripped]
    if test in TESTS and canonical_unit(stripped) in units_of(test):
        stripped = canonical_unit(stripped)
    text = _POWER.sub(lambda found: found.group(1).translate(_RAISED), stripped)
    text = _SQUARE.sub(lambda found: found.group(1) + found.group(2).translate(_RAISED), text)
    return _WHOLE.get(text, _MICRO.sub("µ", text))


def units_of(test: str) -> tuple[str, ...]:
    """The units in which a test may be reported, the standard unit first. Raises UnitNotConvertibleError for an
    unknown test.
    """
    known = _units(test)
    return (known.unit, *known.others)


def conversion(test: str, unit: str) -> Conversion:
    """How a value in `unit` becomes the standard unit of `test`. Raises UnitNotConvertibleError."""
    known, canonical = _units(test), canonical_unit(unit)
    if canonical == known.unit:
        return _IDENTITY
    if canonical not in known.others:
        raise UnitNotConvertibleError(f"{test} cannot be converted from {unit}")
    return known.others[canonical]


def convert(test: str, unit: str, value: Decimal) -> Decimal:
    """`value`, reported in `unit`, in the standard unit of `test`, unrounded. Raises UnitNotConvertibleError."""
    return conversion(test, unit).apply(value)


def convert_back(test: str, unit: str, standard: Decimal) -> Decimal:
    """A value in the standard unit of `test` as it would be reported in `unit`, for showing. Raises UnitNotConvertibleError."""
    return conversion(test, unit).undo(standard)


def hba1c_to_ifcc(percent: Decimal) -> Decimal:
    """HbA1c in mmol/mol (IFCC) from % (NGSP): 10.93 × % − 23.5 (content, D14), unrounded.

    Not the exact inverse of the way back (0.0915 × mmol/mol + 2.15): both are published equations with rounded factors.
    """
    with localcontext(CONTEXT):
        return Decimal("10.93") * percent - Decimal("23.5")


def _units(test: str) -> TestUnits:
    if test not in TESTS:
        raise UnitNotConvertibleError(f"no units are known for {test}")
    return TESTS[test]
