"""The registry as a whole: complete, closed, strict about types, and never a guess for what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crf_app.study.functions.registry import REGISTRY, assemble, call
from crf_app.study.functions.result import InputDef, Result, Status
from crf_app.study.partial_dates import PartialDate

CASES = json.loads((Path(__file__).parents[2] / "data" / "derivations.json").read_text(encoding="utf-8"))
CODES = {"MET", "NOT_MET", "UNKNOWN"}


def test_every_derivation_is_there() -> None:
    assert list(REGISTRY) == sorted([*(f"D{number:02}" for number in range(1, 38)), "D06b", "D15b"])


# Limits that content leaves to a parameter of the study; left out, the default of the specification holds.
LIMITS_OF_THE_SITE = {"D24": {"LIMIT_H"}, "D34": {"DAYS"}}


def test_a_limit_of_the_site_replaces_the_default() -> None:
    aware = datetime(2024, 3, 2, 10)  # noqa: DTZ001
    assert call("D24", {"AWARE": aware, "LIMIT_H": 48}).outputs["due"] == datetime(2024, 3, 4, 10)  # noqa: DTZ001
    assert call("D24", {"AWARE": aware, "LIMIT_H": 0}).code == "NON_POSITIVE"
    therapy = {"INJECTIONS": [PartialDate(2024, 3, 1)], "CHANGES": [{"date": PartialDate(2024, 3, 20), "for_ae": "N"}]}
    assert call("D34", therapy).value == "Y"
    assert call("D34", {**therapy, "DAYS": 21}).value == "N"


def test_interface_is_that_of_the_specification() -> None:
    """Input and output names of the worked examples' interface, every code and flag it names."""
    for one in REGISTRY.values():
        told = CASES["meta"]["interface"][one.id]
        assert {entry.name for entry in one.inputs} - LIMITS_OF_THE_SITE.get(one.id, set()) == set(told["inputs"])
        assert {entry.name for entry in one.outputs} == set(told["outputs"]) - {"value", "status"}
        assert set(told["codes"]) <= set(one.codes)
        assert set(told["flags"]) == set(one.flags)
        shown = CASES["decimals_of_value"].get(one.id, one.decimals)
        assert one.decimals in (shown, None)


def test_texts_are_in_both_languages() -> None:
    for one in REGISTRY.values():
        for text in (one.title, one.formula):
            assert text.en
            assert any("一" <= letter <= "鿿" for letter in text.zh) or "÷" in text.zh
        assert one.source
        assert one.version
        assert one.compute.__doc__


def test_an_id_is_given_once() -> None:
    one = REGISTRY["D01"]
    with pytest.raises(ValueError, match="one id"):
        assemble([[one], [one]])


def value_of(entry: InputDef) -> st.SearchStrategy[object]:
    """Any Python value of the kind of an input, or none."""
    scalars: Mapping[str, st.SearchStrategy[object]] = {
        "number": st.decimals(-500, 500, places=2),
        "integer": st.integers(-3, 120),
        "date": st.one_of(
            st.dates(date(1950, 1, 1), date(2030, 1, 1)).map(PartialDate.of),
            st.builds(PartialDate, st.integers(2020, 2025), st.integers(1, 12)),
        ),
        "time": st.times(),
        "datetime": st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001 local times
        "code": st.sampled_from(["Y", "N", "U", "M", "F", "LXW", "ELLIPSE", "PLANIMETRY", "ANC", "AG", "ALT", "HGB", "GLUC", *CODES]),
        "text": st.text("ABCDE", max_size=5),
    }
    if entry.kind == "list":
        return st.none() | st.lists(st.none() | scalars[entry.of], max_size=7)
    if entry.kind == "rows":
        return st.none() | st.lists(st.fixed_dictionaries({one.name: value_of(one) for one in entry.columns}), max_size=17)
    return st.none() | scalars[entry.kind]


def parts(value: object) -> list[object]:
    """A value and everything inside it."""
    if isinstance(value, Mapping):
        return [part for one in value.values() for part in parts(one)]
    if isinstance(value, (list, tuple)):
        return [part for one in value for part in parts(one)]
    return [value]


BLANK_IS_AN_ANSWER = {"D15b", "D36", "D37"}  # three-valued verdicts: unknown, not missing


@pytest.mark.parametrize("name", list(REGISTRY))
def test_nothing_given_gives_nothing(name: str) -> None:
    result = call(name, {})
    if name in BLANK_IS_AN_ANSWER:
        assert result.value in ("UNKNOWN", "INCOMPLETE")
    else:
        assert (result.value, result.status) == (None, Status.MISSING)
    assert not any(isinstance(one, (int, Decimal)) and one not in (0, False) for one in parts(result.outputs))


@pytest.mark.parametrize("name", list(REGISTRY))
@settings(max_examples=25)
@given(data=st.data())
def test_answers_keep_the_promises_of_a_result(name: str, data: st.DataObject) -> None:
    """No float, value exactly when OK, declared codes and flags only, every named output or none."""
    function = REGISTRY[name]
    inputs = {one.name: data.draw(value_of(one), label=one.name) for one in function.inputs}
    result = call(name, inputs)
    assert not any(isinstance(one, float) for one in [*parts(result.value), *parts(result.outputs)])
    if result.status is not Status.OK:
        assert result.value is None
        assert not result.flags
    if result.value is None and result.status is Status.OK:
        assert name in ("D15", "D23")
    assert result.code in ("", *function.codes)
    assert (result.code == "") or result.status is not Status.OK
    assert set(result.flags) <= set(function.flags)
    assert set(result.outputs) <= {one.name for one in function.outputs}
    assert call(name, inputs) == result


# The inputs without which there is no number, and inputs with which there is one.
NEEDED: Mapping[str, Mapping[str, object]] = {
    "D01": {"BIRTH": "1960-01-01", "REF": "2024-01-01"},
    "D02": {"H": "170", "W": "65"},
    "D03": {"CREAT": "100", "AGE": 55, "SEX": "M"},
    "D04": {"CREAT": "100", "AGE": 55, "SEX": "M", "W": "60"},
    "D05": {"METHOD": "LXW", "L": "4", "W": "3"},
    "D06": {"A_0": "4", "A_T": "3"},
    "D06b": {"BASE": ["4"], "NOW": ["3"]},
    "D09": {"ANCHOR": "2024-01-01", "OFFSET": 7, "W_MINUS": 1, "W_PLUS": 1},
    "D10": {"N_POINTS": 3, "VOL_PER_POINT": "0.2"},
    "D13": {"VALUE": "40", "ULN": "50"},
    "D15": {"CV": "40", "MEAN": "48", "SD": "4"},
    "D16": {"BASELINE": "4", "NOW": "3"},
    "D17": {"PRE": "14", "CUR": "12", "MONTHS": "6", "RULE": "PCT30"},
    "D20": {"EVENT": "2024-01-01", "N_MONTHS": 6, "REF": "2024-05-01"},
    "D21": {"START": "2024-01-01", "REF": "2024-05-01"},
    "D22": {"QT": "400", "HR": "60"},
    "D24": {"AWARE": "2024-01-01T10:00", "REPORTED": "2024-01-01T11:00"},
    "D26": {"LAST_DOSE": "2024-01-01T10:00", "T_HALF_H": "6"},
    "D27": {"ANCHOR": "2024-01-01", "DATE": "2024-01-02"},
    "D28": {"A": 5, "B": 5, "C": 5, "D": 5},
}


@pytest.mark.parametrize(("name", "left_out"), [(name, one) for name, inputs in NEEDED.items() for one in inputs])
@pytest.mark.parametrize("code", [None, "", "ND", "UK", "NA"])
def test_a_missing_input_is_never_zero(name: str, left_out: str, code: str | None) -> None:
    assert call(name, NEEDED[name]).status is Status.OK
    missing = [code] if left_out in ("BASE", "NOW") and isinstance(NEEDED[name][left_out], list) else code
    assert call(name, {**NEEDED[name], left_out: missing}).status is Status.MISSING


@pytest.mark.parametrize(
    ("name", "inputs", "fault"),
    [
        ("D02", {"H": 170.0, "W": "65"}, TypeError),
        ("D02", {"H": True, "W": "65"}, TypeError),
        ("D02", {"H": Decimal("NaN"), "W": "65"}, TypeError),
        ("D02", {"H": "tall", "W": "65"}, ValueError),
        ("D02", {"HEIGHT": "170"}, ValueError),
        ("D01", {"BIRTH": datetime(2024, 1, 1)}, TypeError),  # noqa: DTZ001 local times
        ("D01", {"BIRTH": "01.02.2024"}, ValueError),
        ("D03", {"AGE": "55.5"}, ValueError),
        ("D03", {"SEX": 1}, TypeError),
        ("D06b", {"BASE": "4"}, TypeError),
        ("D07", {"ITEMS": ["2"]}, TypeError),
        ("D07", {"ITEMS": [{"strength": 2}]}, ValueError),
        ("D07", {"ITEMS": [[1, 2, 3]]}, ValueError),
        ("D23", {"START_TIME": "9"}, ValueError),
        ("D23", {"START_TIME": 9}, TypeError),
        # A date alone must not become midnight.
        ("D24", {"AWARE": "2024-01-01"}, ValueError),
        ("D24", {"AWARE": "2024-01-01T25:00"}, ValueError),
        ("D24", {"AWARE": 5}, TypeError),
        ("D24", {"AWARE": datetime(2024, 1, 1, tzinfo=UTC)}, ValueError),
        ("D99", {}, KeyError),
    ],
)
def test_what_is_no_input_is_refused(name: str, inputs: dict[str, object], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        call(name, inputs)


def test_values_may_come_as_python_or_as_text() -> None:
    assert call("D01", {"BIRTH": date(1960, 1, 1), "REF": PartialDate(2024, 1, 2)}).value == 64
    assert call("D24", {"AWARE": datetime(2024, 1, 1, 10), "REPORTED": "2024-01-01 12:00"}).value == 2  # noqa: DTZ001
    first = {"START": "2024-01-01", "FIRST_TREATMENT": "2024-01-01", "FIRST_TREATMENT_TIME": time(9), "ONGOING": "Y"}
    assert call("D23", {**first, "START_TIME": "08:00"}).outputs["te"] == "N"
    assert call("D23", {**first, "START_TIME": "ND"}).outputs["te"] == "Y"
    assert call("D16", {"BASELINE": 3, "NOW": Decimal("2.5")}) == Result(Decimal("-0.5"))
