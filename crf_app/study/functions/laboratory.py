"""Laboratory values: ratio to the upper limit, units, identities between results: D13, D14, D32. Grades: `grades`."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.functions.reading import Reader, code, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text
from crf_app.study.units import (
    HBA1C_IFCC_DECIMALS,
    TESTS,
    UnitNotConvertibleError,
    canonical_unit,
    convert,
    hba1c_to_ifcc,
)

NEUTROPHILS_EXCLUDED_BELOW = Decimal("1.5")


def limit_ratio(inputs: Inputs) -> Result:
    """VALUE ÷ ULN, and whether it exceeds K, decided unrounded (content, D13).

    A result reported as "<" a bound does not exceed when the bound is at most K × ULN; one reported as ">" does when
    the bound is at least that; otherwise it is undetermined. No ULN on file is MISSING, never "normal".
    """
    read = Reader(inputs)
    value, limit, times = read.number("VALUE"), read.number("ULN"), read.number("K")
    operator = read.code("OPERATOR")
    if value is None or limit is None:
        return missing(exceeds=None, operator=operator)
    if operator not in (None, "<", ">"):
        return error("RANGE")
    if limit <= 0:
        return error("NON_POSITIVE")
    exceeds = None if times is None else _exceeds(value, times * limit, operator)
    return ok(value / limit, exceeds=exceeds, operator=operator)


def _exceeds(value: Decimal, bound: Decimal, operator: str | None) -> bool | None:
    if operator == "<":
        return False if value <= bound else None
    if operator == ">":
        return True if value >= bound else None
    return value > bound


def unit_conversion(inputs: Inputs) -> Result:
    """VALUE of TEST from UNIT into the standard unit of the test, and HbA1c from % into mmol/mol (content, D14 and
    5.15).

    The value is unrounded; its shown decimals are those of the test. A unit the test does not have is
    UNIT_NOT_CONVERTIBLE.
    """
    read = Reader(inputs)
    test, unit, value = read.code("TEST"), read.code("UNIT"), read.number("VALUE")
    if test is None or unit is None or value is None:
        return missing()
    if test == "HBA1C" and canonical_unit(unit) == "%":
        return ok(hba1c_to_ifcc(value), unit="mmol/mol").shown_at(HBA1C_IFCC_DECIMALS)
    try:
        converted = convert(test, unit, value)
    except UnitNotConvertibleError as fault:
        return error(fault.code)
    return ok(converted, unit=TESTS[test].unit).shown_at(TESTS[test].decimals)


# result -> whole, part, shown decimals; the result is whole − part
_DIFFERENCES = {
    "GLOB": ("PROT", "ALB", 1),
    "IBIL": ("BILI", "BILDIR", 1),
    "NONHDL": ("CHOL", "HDL", 2),
    "NON_HDL": ("CHOL", "HDL", 2),
    "NON-HDL": ("CHOL", "HDL", 2),
}


def identity(inputs: Inputs) -> Result:
    """RESULT from the results it follows from: ANC, GLOB, AG, IBIL, NONHDL (content, D32).

    ANC = WBC × NEUT% ÷ 100, with `excluded_lt1_5` decided unrounded; the others are whole − part; A/G = ALB ÷ GLOB.
    """
    read = Reader(inputs)
    result = read.code("RESULT")
    if result is None:
        return missing()
    if result == "ANC":
        return _neutrophils(read)
    if result == "AG":
        return _albumin_ratio(read)
    return _difference(read, *_DIFFERENCES[result]) if result in _DIFFERENCES else error("RANGE")


def _neutrophils(read: Reader) -> Result:
    cells, percent = read.number("WBC"), read.number("NEUT_PCT")
    if cells is None or percent is None:
        return missing(excluded_lt1_5=None)
    if not 0 <= percent <= 100:
        return error("RANGE")
    count = cells * percent / 100
    return ok(count, excluded_lt1_5=count < NEUTROPHILS_EXCLUDED_BELOW).shown_at(2)


def _difference(read: Reader, whole_name: str, part_name: str, decimals: int) -> Result:
    whole, part = read.number(whole_name), read.number(part_name)
    if whole is None or part is None:
        return missing()
    return error("PART_GT_WHOLE") if part > whole else ok(whole - part).shown_at(decimals)


def _albumin_ratio(read: Reader) -> Result:
    protein, albumin = read.number("PROT"), read.number("ALB")
    if protein is None or albumin is None:
        return missing()
    if albumin > protein:
        return error("PART_GT_WHOLE")
    return error("ZERO_DENOMINATOR") if albumin == protein else ok(albumin / (protein - albumin)).shown_at(2)


FUNCTIONS = (
    FunctionDef(
        id="D13",
        version="1",
        title=Text("Ratio to the upper limit of normal", "与正常值上限之比"),
        inputs=(number("VALUE"), number("ULN"), number("K"), code("OPERATOR")),
        outputs=(OutputDef("exceeds", "boolean"), OutputDef("operator", "code")),
        source="Content, section 7 (D13)",
        formula=Text("Value ÷ upper limit of normal", "检测值÷正常值上限"),
        decimals=2,
        codes=("NON_POSITIVE", "RANGE"),
        flags=(),
        compute=limit_ratio,
    ),
    FunctionDef(
        id="D14",
        version="1",
        title=Text("Unit conversion", "单位换算"),
        inputs=(code("TEST"), code("UNIT"), number("VALUE")),
        outputs=(OutputDef("unit", "code"),),
        source="Content, sections 5.15 and 7 (D14)",
        formula=Text(
            "Value × factor of the test and unit; HbA1c: mmol/mol = 10.93 × % − 23.5, % = 0.0915 × mmol/mol + 2.15",
            "数值×该检测项目的单位系数；HbA1c：mmol/mol＝10.93×%－23.5，%＝0.0915×mmol/mol＋2.15",
        ),
        decimals=None,
        codes=("UNIT_NOT_CONVERTIBLE",),
        flags=(),
        compute=unit_conversion,
    ),
    FunctionDef(
        id="D32",
        version="1",
        title=Text("Laboratory identities", "检验结果推算"),
        inputs=(
            code("RESULT"),
            *(number(one) for one in ("WBC", "NEUT_PCT", "PROT", "ALB", "BILI", "BILDIR", "CHOL", "HDL")),
        ),
        outputs=(OutputDef("excluded_lt1_5", "boolean"),),
        source="Content, section 7 (D32)",
        formula=Text(
            "ANC = WBC × neutrophil % ÷ 100; globulin = protein − albumin; A/G = albumin ÷ globulin; "
            "indirect = total − direct bilirubin; non-HDL = cholesterol − HDL",
            "中性粒细胞＝白细胞×中性粒细胞%÷100；球蛋白＝总蛋白－白蛋白；A/G＝白蛋白÷球蛋白；间接胆红素＝总胆红素－直接胆红素；非HDL＝总胆固醇－HDL",
        ),
        decimals=None,
        codes=("PART_GT_WHOLE", "RANGE", "ZERO_DENOMINATOR"),
        flags=(),
        compute=identity,
    ),
)
