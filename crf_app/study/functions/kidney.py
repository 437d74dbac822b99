"""Body mass index and kidney function: D02, D03, D04."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.decimals import power
from crf_app.study.functions.reading import Reader, code, integer, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, not_applicable, ok
from crf_app.study.texts import Text

UMOL_PER_MG_DL = Decimal("88.4")
ADULT = 18

# version -> constant, exponent of creatinine, exponent of age, factor for women
_EGFR = {
    "MDRD175": (Decimal(175), Decimal("-1.154"), Decimal("-0.203"), Decimal("0.742")),
    "MDRD186": (Decimal(186), Decimal("-1.154"), Decimal("-0.203"), Decimal("0.742")),
    "CMDRD": (Decimal(175), Decimal("-1.234"), Decimal("-0.179"), Decimal("0.79")),
}
_SEXES = ("M", "F")


def body_mass_index(inputs: Inputs) -> Result:
    """W (kg) ÷ (H/100)², H in cm; either of zero or less is NON_POSITIVE (content, D02). Answer in kg/m²."""
    read = Reader(inputs)
    height, weight = read.number("H"), read.number("W")
    if height is None or weight is None:
        return missing()
    if height <= 0 or weight <= 0:
        return error("NON_POSITIVE")
    return ok(weight * 10000 / (height * height))


def filtration_rate(inputs: Inputs) -> Result:
    """Estimated GFR, mL/min/1.73 m², from creatinine in µmol/L (content, D03).

    MDRD with 175 (IDMS) or 186, or the Chinese modification. VERSION is a study parameter; left out it is MDRD175. No race factor, no cap. Under 18 years
    it does not apply. `excluded_lt30` is decided on the unrounded value.
    """
    read = Reader(inputs)
    creatinine, age, sex = read.number("CREAT"), read.integer("AGE"), read.code("SEX")
    if creatinine is None or age is None or sex is None:
        return missing(excluded_lt30=None)
    constants = _EGFR.get(read.code("VERSION") or "MDRD175")
    if constants is None or sex not in _SEXES:
        return error("RANGE")
    if age < ADULT:
        return not_applicable("AGE_UNDER_18")
    if creatinine <= 0:
        return error("NON_POSITIVE")
    factor, of_creatinine, of_age, of_women = constants
    rate = factor * power(creatinine / UMOL_PER_MG_DL, of_creatinine) * power(Decimal(age), of_age)
    if sex == "F":
        rate *= of_women
    return ok(rate, excluded_lt30=rate < 30)


def creatinine_clearance(inputs: Inputs) -> Result:
    """Cockcroft-Gault, mL/min, from creatinine in µmol/L and actual body weight in kg (content, D04).

    Exact conversion by 88.4: the rounded constants 1.23 and 1.04 can flip a
    decision at 45. `excluded_lt45` is decided on the unrounded value.
    """
    read = Reader(inputs)
    creatinine, age = read.number("CREAT"), read.integer("AGE")
    sex, weight = read.code("SEX"), read.number("W")
    if creatinine is None or age is None or sex is None or weight is None:
        return missing(excluded_lt45=None)
    if sex not in _SEXES:
        return error("RANGE")
    if creatinine <= 0 or weight <= 0:
        return error("NON_POSITIVE")
    women = Decimal("0.85") if sex == "F" else Decimal(1)
    # One division, at the end: a value that ends in 5 stays exact.
    clearance = (140 - age) * weight * UMOL_PER_MG_DL * women / (72 * creatinine)
    return ok(clearance, excluded_lt45=clearance < 45)


FUNCTIONS = (
    FunctionDef(
        id="D02",
        version="1",
        title=Text("Body mass index", "体重指数"),
        inputs=(number("H"), number("W")),
        outputs=(),
        source="Quetelet index; content, section 7 (D02)",
        formula=Text("Weight (kg) ÷ height (m)²", "体重(kg)÷身高(m)²"),
        decimals=1,
        codes=("NON_POSITIVE",),
        flags=(),
        compute=body_mass_index,
    ),
    FunctionDef(
        id="D03",
        version="1",
        title=Text("Estimated glomerular filtration rate (MDRD)", "估算肾小球滤过率（MDRD）"),
        inputs=(number("CREAT"), integer("AGE"), code("SEX"), code("VERSION")),
        outputs=(OutputDef("excluded_lt30", "boolean"),),
        source="MDRD with 175 (IDMS) or 186, and the Chinese modification; content, sections 7 (D03) and 11",
        formula=Text(
            "175 (or 186) × (creatinine/88.4)^−1.154 × age^−0.203 × 0.742 if female; "
            "CMDRD: 175 × (creatinine/88.4)^−1.234 × age^−0.179 × 0.79 if female",
            "175（或186）×(肌酐/88.4)^−1.154×年龄^−0.203×0.742(女)；CMDRD：175×(肌酐/88.4)^−1.234×年龄^−0.179×0.79(女)",
        ),
        decimals=1,
        codes=("AGE_UNDER_18", "NON_POSITIVE", "RANGE"),
        flags=(),
        compute=filtration_rate,
    ),
    FunctionDef(
        id="D04",
        version="1",
        title=Text("Creatinine clearance (Cockcroft-Gault)", "肌酐清除率（Cockcroft-Gault）"),
        inputs=(number("CREAT"), integer("AGE"), code("SEX"), number("W")),
        outputs=(OutputDef("excluded_lt45", "boolean"),),
        source="Cockcroft-Gault; content, sections 7 (D04) and 11",
        formula=Text(
            "(140 − age) × weight ÷ (72 × creatinine/88.4) × 0.85 if female",
            "(140－年龄)×体重÷(72×肌酐/88.4)×0.85(女)",
        ),
        decimals=1,
        codes=("NON_POSITIVE", "RANGE"),
        flags=(),
        compute=creatinine_clearance,
    ),
)
