"""The conversion table of the laboratory, temperature and weight."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crf_app.study.decimals import quantized_text
from crf_app.study.units import (
    TESTS,
    UnitNotConvertibleError,
    canonical_unit,
    conversion,
    convert,
    display_unit,
    hba1c_to_ifcc,
    units_of,
)


@pytest.mark.parametrize(
    ("test", "unit", "value", "standard"),
    [
        ("WBC", "/uL", "7500", "7.50"),
        ("WBC", "/µL", "7500", "7.50"),
        ("HGB", "g/dL", "8.05", "81"),
        ("HCT", "%", "42.5", "0.425"),
        ("GLUC", "mg/dL", "126", "6.99"),
        ("GLUC2H", "mg/dL", "200", "11.10"),
        ("HBA1C", "mmol/mol", "108", "12.0"),
        ("BILI", "mg/dL", "1.0", "17.1"),
        ("PROT", "g/dL", "7.25", "72.5"),
        ("ALB", "g/dL", "4.1", "41.0"),
        ("UREA", "mg/dL BUN", "20", "7.14"),
        ("CREAT", "mg/dL", "1.2", "106.1"),
        ("URATE", "mg/dL", "6", "357"),
        ("CHOL", "mg/dL", "200", "5.17"),
        ("TRIG", "mg/dL", "150", "1.69"),
        ("HDL", "mg/dL", "40", "1.03"),
        ("LDL", "mg/dL", "130", "3.36"),
        ("CA", "mg/dL", "9.5", "2.37"),
        ("FIBRINO", "mg/dL", "300", "3.00"),
        ("DDIMER", "mg/L DDU", "0.25", "0.50"),
        ("AFP", "IU/mL", "10", "12.10"),
        ("TEMP", "F", "98.6", "37.0"),
        ("TEMP", "degF", "100.4", "38.0"),
        ("TEMP", "℃", "36.6", "36.6"),
        ("WEIGHT", "jin", "130.5", "65.3"),
    ],
)
def test_each_other_unit(test: str, unit: str, value: str, standard: str) -> None:
    assert quantized_text(convert(test, unit, Decimal(value)), TESTS[test].decimals) == standard


def test_the_answer_is_unrounded() -> None:
    assert convert("HBA1C", "mmol/mol", Decimal(108)) == Decimal("12.032")
    assert convert("TEMP", "F", Decimal("98.6")) == 37
    assert hba1c_to_ifcc(Decimal("7.0")) == Decimal("53.01")


@pytest.mark.parametrize("test", sorted(TESTS))
def test_the_standard_unit_changes_nothing(test: str) -> None:
    value = Decimal("12.340")
    assert str(convert(test, TESTS[test].unit, value)) == str(value)
    assert units_of(test)[0] == TESTS[test].unit
    for unit in units_of(test):
        assert canonical_unit(display_unit(unit)) == unit
        assert convert(test, unit, Decimal(100)) > convert(test, unit, Decimal(50))


@pytest.mark.parametrize(("test", "unit"), [("GLUC", "g/L"), ("UREA", "mg/dL"), ("NOPE", "mg/dL"), ("ALT", ""), ("DDIMER", "ng/mL")])
def test_what_cannot_be_converted(test: str, unit: str) -> None:
    with pytest.raises(UnitNotConvertibleError) as caught:
        conversion(test, unit)
    assert caught.value.code == "UNIT_NOT_CONVERTIBLE"


@pytest.mark.parametrize(
    ("unit", "shown"),
    [("10^9/L", "10⁹/L"), ("10^12/L", "10¹²/L"), ("10^-4", "10⁻⁴"), ("10^6", "10⁶"), ("umol/L", "µmol/L"), ("μmol/L", "µmol/L"),
     ("/uL", "/µL"), ("cm2", "cm²"), ("cm3", "cm³"), ("kg/m2", "kg/m²"), ("mL/min/1.73m2", "mL/min/1.73m²"), ("degC", "℃"), ("C", "℃"),
     ("degF", "℉"), ("F", "℉"), ("jin", "斤"), ("斤", "斤"), ("mmHg", "mmHg"), ("U/L", "U/L"), ("mg/L", "mg/L"), ("mg/L FEU", "mg/L FEU"),
     ("CEU", "CEU"), ("", "")],
)  # fmt: skip
def test_units_are_shown_as_people_write_them(unit: str, shown: str) -> None:
    assert display_unit(unit) == shown
    assert display_unit(shown) == shown, "what is shown already stays as it is"


def test_a_bare_unit_is_completed_for_its_own_test_only() -> None:
    assert display_unit("mg/L", "DDIMER") == "mg/L FEU"
    assert display_unit("DDU mg/L", "DDIMER") == "mg/L DDU"
    assert display_unit("mg/L", "CRP") == display_unit("mg/L", "HGB") == "mg/L"


def test_spellings() -> None:
    assert canonical_unit(" μmol/L ") == canonical_unit("µmol/L") == "umol/L"
