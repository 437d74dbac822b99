"""The worked examples, and that the runner sees what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.study.derivation_cases import read_cases, run_cases, shown
from crf_app.study.functions.registry import REGISTRY
from crf_app.study.functions.result import Inputs, Result, Status, ok
from crf_app.words import load_words

CASES = Path(__file__).parents[1] / "data" / "derivations.json"


def test_all_worked_examples_pass() -> None:
    report = run_cases(CASES)
    assert [str(one) for one in report.failures] == []
    assert (report.passed, report.failed) == (189, 0)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_a_broken_function_fails_its_examples_and_no_others(name: str) -> None:
    def broken(_inputs: Inputs) -> Result:
        return ok("something else")

    report = run_cases(CASES, {**REGISTRY, name: replace(REGISTRY[name], compute=broken)})
    mine = {one.id for one in read_cases(CASES) if one.function.id == name}
    assert mine
    assert {one.case_id for one in report.failures} == mine
    assert (report.passed, report.failed) == (189 - len(mine), len(mine))


def test_the_page_on_the_format_lists_every_function() -> None:
    page = (Path(__file__).parents[2] / "docs" / "derivation-cases.md").read_text(encoding="utf-8")
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| D")}
    assert set(rows) == set(REGISTRY)
    for one in REGISTRY.values():
        assert one.title.zh in rows[one.id]
        names = [*(entry.name for entry in one.inputs), *(entry.name for entry in one.outputs)]
        assert all(name in rows[one.id] for name in names)


def file(folder: Path, *cases: object) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return path


def case(derivation: str = "D02", /, **expected: object) -> dict[str, object]:
    inputs = {"D02": {"H": "170", "W": "65"}, "D24": {"AWARE": "2024-03-02T10:00", "REPORTED": "2024-03-02T11:00"}}
    return {"id": "X-1", "derivation": derivation, "inputs": inputs.get(derivation, {}), "expected": expected}


@pytest.mark.parametrize("value", ["22.5", "22.50", 22.5])
def test_numbers_agree_as_shown(tmp_path: Path, value: object) -> None:
    assert run_cases(file(tmp_path, case(value=value))).passed == 1


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        ({"value": 22.4}, "X-1: value: expected 22.4, got 22.5"),
        ({"value": 22.49}, "X-1: value: expected 22.49, got 22.5"),
        ({"value": None}, "X-1: value: expected blank, got 22.5"),
        ({"value": "much"}, "X-1: value: expected much, got 22.5"),
        ({"value": True}, "X-1: value: expected true, got 22.5"),
        ({"value": [22.5]}, "X-1: value: expected [22.5], got 22.5"),
        ({"status": "MISSING"}, "X-1: status: expected MISSING, got OK"),
        ({"code": "RANGE"}, "X-1: code: expected RANGE, got "),
        ({"flags": ["NO_RESPONSE"]}, "X-1: flags: expected [NO_RESPONSE], got []"),
        ({"flags": "NO_RESPONSE"}, None),
    ],
)
def test_each_difference_is_said(tmp_path: Path, expected: dict[str, object], line: str | None) -> None:
    report = run_cases(file(tmp_path, case(**expected)))
    assert [str(one) for one in report.failures] == ([] if line is None else [line])
    assert report.failed == (line is not None)


def test_one_case_with_two_differences_fails_once(tmp_path: Path) -> None:
    report = run_cases(file(tmp_path, case(value=1, status="NA")))
    assert (len(report.failures), report.failed, report.passed) == (2, 1, 0)


def test_named_outputs_date_times_and_blank_codes(tmp_path: Path) -> None:
    good = case("D24", value=1.0, due="2024-03-03T10:00", late=False, code=None, flags=[])
    assert run_cases(file(tmp_path, good)).failures == ()
    bad = run_cases(file(tmp_path, case("D24", due="2024-03-03T10:01", late=None)))
    assert [one.field for one in bad.failures] == ["due", "late"]


def test_rows_and_lists_element_by_element(tmp_path: Path) -> None:
    def violations(*rows: object) -> int:
        inputs = {"INJECTIONS": ["2024-03-01"], "CHANGES": [["2024-03-02", "N"]]}
        one = {"id": 1, "derivation": "D34", "inputs": inputs, "expected": {"violations": list(rows)}}
        return run_cases(file(tmp_path, one)).passed

    row = {"date": "2024-03-02", "day_after": 1, "for_ae": "N"}
    assert violations(row) == 1
    assert violations() == violations(row, row) == violations({**row, "day_after": 2}) == violations({"date": "x"}) == 0
    assert violations("2024-03-02") == 0


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("{", "cases_not_json", "line 1"),
        ('{"cases": [NaN]}', "cases_not_json", "NaN"),
        ("[]", "cases_format", 'no list "cases"'),
        ('{"cases": {}}', "cases_format", 'no list "cases"'),
        ('{"cases": ["D01"]}', "cases_format", "a case is an object"),
        ('{"cases": [{"derivation": "D99", "inputs": {}, "expected": {"value": 1}}]}', "cases_format", "no derivation D99"),
        ('{"cases": [{"id": "a", "derivation": "D01", "inputs": [], "expected": {}}]}', "cases_format", "are objects"),
        ('{"cases": [{"id": "a", "derivation": "D01", "inputs": {}, "expected": {}}]}', "cases_format", "names nothing"),
        ('{"cases": [{"derivation": "D01", "inputs": {}, "expected": {"band": 1}}]}', "cases_format", "no output band"),
        ('{"cases": [{"derivation": "D01", "inputs": {"X": 1}, "expected": {"value": 1}}]}', "cases_format", "no input X"),
        (
            '{"cases": [{"derivation": "D01", "inputs": {"REF": "2024-02-30"}, "expected": {"value": 1}}]}',
            "cases_format",
            "day is out of range",
        ),
        ('{"cases": [{"derivation": "D02", "inputs": {"H": true}, "expected": {"value": 1}}]}', "cases_format", "H is True"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, text: str, code: str, hint: str) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExpectedError) as caught:
        run_cases(path)
    assert caught.value.code == code
    assert hint in str(caught.value.parameters["reason"])
    assert str(path) in sentence(caught.value)


def sentence(fault: ExpectedError) -> str:
    words = load_words(resources_folder() / "words")
    chinese = words.text(f"error.{fault.code}", "zh", **fault.parameters)
    assert str(fault.parameters["reason"]) in chinese
    return words.text(f"error.{fault.code}", "en", **fault.parameters)


def test_a_deep_file_and_an_id_used_twice(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ExpectedError, match="cases_not_json"):
        run_cases(path)
    with pytest.raises(ExpectedError, match="used twice"):
        run_cases(file(tmp_path, case(value=22.5), case(value=22.5)))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cases_unreadable") as caught:
        run_cases(tmp_path / "nowhere.json")
    assert "nowhere.json" in sentence(caught.value)
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ExpectedError, match="cases_unreadable"):
        run_cases(wrong)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("1E+2"), None, "100"),
        (datetime(2024, 3, 1, 9, 59, 30), None, "2024-03-01T10:00"),  # noqa: DTZ001 local times
        (time(9, 5), None, "09:05"),
        ({"a": (1, None)}, 1, "{a: [1.0, blank]}"),
        (Status.OK, None, "OK"),
    ],
)
def test_values_as_shown(value: object, decimals: int | None, text: str) -> None:
    assert shown(value, decimals) == text
