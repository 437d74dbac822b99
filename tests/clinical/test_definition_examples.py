"""The worked cases of every trial: each check and criterion fires where it should and is silent where it should."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crf_app.clinical.casebook import Casebook, make_casebook
from crf_app.clinical.evaluation import Conditions, Evaluation, evaluate, new_run, stops
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.values import Value
from crf_app.study.definition import Severity
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.loading import load_study

TRIALS = Path(__file__).parents[2] / "forms"
FOLDERS = tuple(sorted(path.parent for path in TRIALS.glob("*/*/examples")))
LABORATORY = "SITE"
ADDRESS = re.compile(r"(?:(\w+)(?:#(\d+))?\.)?(\w+?)(?:#(\d+))?(?:@(\w+?)(?:#(\d+))?)?\Z")


def _cases(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted((folder / "examples").glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("case", []), 1):
            yield f"{folder.parent.name}/{path.stem}[{number}] {case.get('name', '')}", case


CASES = [(folder, name, case) for folder in FOLDERS for name, case in _cases(folder)]


@cache
def _rules(folder: Path) -> CompiledStudy:
    return CompiledStudy(load_study(folder))


@cache
def _bases(folder: Path) -> Mapping[str, Mapping[str, str]]:
    path = folder / "examples" / "base.toml"
    bases: dict[str, dict[str, str]] = {}
    for name, base in tomllib.loads(path.read_text(encoding="utf-8"))["base"].items():
        bases[name] = {**bases.get(base.get("from", ""), {}), **base["values"]}
    return bases


@cache
def _references(folder: Path) -> ReferenceTable:
    study = _rules(folder).study
    return ReferenceTable(
        tuple(
            ReferenceInterval(LABORATORY, one.test, one.unit, one.sex, one.from_age, 0, one.low, one.high, assumed=True)
            for form in study.forms.values()
            for one in form.ranges
        )
    )


def _address(rules: CompiledStudy, text: str, form: str, event: str, repeat: int) -> ItemKey:
    match = ADDRESS.match(text)
    assert match is not None, text
    name, form_repeat, oid, row, visit, visit_repeat = match.groups()
    key = FormKey(
        "001-001", visit or event, int(visit_repeat or 1), name or form, int(form_repeat or (1 if name else repeat))
    )
    item = rules.study.item(key.form, oid)
    return item_key(key, item.group, int(row or 1), oid)


def _value(rules: CompiledStudy, key: ItemKey, text: str, now: datetime) -> Value:
    if text.startswith("!"):
        return Value(missing=text[1:], reason="example")
    number, _, unit = text.partition(" [")
    found = parse_value(rules.study.item(key.form, key.item), number, EntryContext(now), unit.rstrip("]"))
    assert isinstance(found, Value), f"{key.address}: {text!r} is refused: {found}"
    return found


def _casebook(folder: Path, case: Mapping[str, Any], now: datetime) -> Casebook:
    rules = _rules(folder)
    written = {**_bases(folder).get(case.get("base", ""), {}), **case.get("with", {})}
    place = (case["form"], case["event"], case.get("repeat", 1))
    values: dict[ItemKey, Value] = {}
    for text, value in (*written.items(), *case.get("values", {}).items()):
        key = _address(rules, text, *place)
        if value == "":
            values.pop(key, None)
        else:
            values[key] = _value(rules, key, value, now)
    return make_casebook(rules.study, "001-001", values)


def _evaluated(folder: Path, case: Mapping[str, Any]) -> tuple[Evaluation, Conditions]:
    now = datetime.fromisoformat(case.get("now", "2026-09-30T12:00:00"))
    parameters = {one.oid: one.value for one in _rules(folder).study.parameters} | case.get("parameters", {})
    conditions = Conditions(now, parameters, _references(folder))
    return evaluate(_rules(folder), _casebook(folder, case, now), None, conditions), conditions


def _fired(evaluation: Evaluation) -> set[str]:
    ids = {rule for rule, _ in evaluation.findings}
    return ids | {rule.partition(":")[0] for rule in ids}


@pytest.mark.parametrize(("folder", "name", "case"), CASES, ids=[name for _, name, _ in CASES])
def test_example(folder: Path, name: str, case: Mapping[str, Any]) -> None:
    rules = _rules(folder)
    evaluation, conditions = _evaluated(folder, case)
    fired = _fired(evaluation)
    assert set(case.get("expect_findings", [])) - fired == set(), f"silent; fired: {sorted(fired)}"
    assert set(case.get("expect_silent", [])) & fired == set()
    place = (case["form"], case["event"], case.get("repeat", 1))
    for text, wanted in case.get("expect", {}).items():
        assert evaluation.casebook.value(_address(rules, text, *place)).text == wanted, text
    run = new_run(rules, evaluation.casebook, conditions)
    for ident, wanted in case.get("expect_suggestions", {}).items():
        assert rules.suggestion(run, ident) == wanted, ident
    if "try" in case:
        _gates(rules, evaluation, conditions, case)


def _gates(rules: CompiledStudy, evaluation: Evaluation, conditions: Conditions, case: Mapping[str, Any]) -> None:
    stopped: set[str] = set()
    for text, value in case["try"].items():
        key = _address(rules, text, case["form"], case["event"], case.get("repeat", 1))
        found = stops(rules, evaluation.casebook, key, _value(rules, key, value, conditions.now), conditions)
        stopped |= {one.rule for one in found}
    assert stopped == set(case["expect_stops"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.parent.name)
def test_every_check_and_criterion_has_its_examples(folder: Path) -> None:
    rules = _rules(folder)
    cases = [case for one, _, case in CASES if one == folder]
    firing = {ident for case in cases for ident in (*case.get("expect_findings", []), *case.get("expect_stops", []))}
    silent = {ident for case in cases for ident in case.get("expect_silent", [])}
    for case in cases:
        if "try" in case:
            silent |= {ident for ident, one in rules.checks.items() if one.check.severity is Severity.STOP} - set(
                case["expect_stops"]
            )
    wanted = {one.check.template or one.check.id for one in rules.checks.values()}
    assert sorted(wanted - firing) == []
    assert sorted(wanted - silent) == []
    verdicts = {
        ident: {case["expect_suggestions"][ident] for case in cases if ident in case.get("expect_suggestions", {})}
        for ident in (one.id for one in rules.study.criteria)
    }
    assert sorted(ident for ident, found in verdicts.items() if len(found) < 2) == []
