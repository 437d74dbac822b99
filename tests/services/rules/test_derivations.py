"""Each derivation the trial uses, reached by typing its worked examples into the form that uses it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.services.criteria import read_eligibility
from crf_app.services.signing import Credentials, override_stop
from crf_app.services.subjects import create_subject
from crf_app.study.definition import ItemType, StudyDef
from crf_app.study.derivation_cases import run_cases
from crf_app.study.functions.registry import REGISTRY
from crf_app.study.functions.result import FunctionDef, Inputs, Result, missing
from crf_app.study.loading import load_study
from tests.services.rules.cases import NOW, TRIAL, Spot, entry_of
from tests.services.rules.proof import stored_of
from tests.services.rules.typed_examples import MAKERS, Page, Typed
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories, must_store

FILE = Path(__file__).parents[2] / "data" / "derivations.json"
EXAMPLES = tuple((one, MAKERS[one["derivation"]](one["inputs"], one["expected"])) for one in json.loads(FILE.read_text(encoding="utf-8"))["cases"] if one["derivation"] in MAKERS)
TYPED = tuple((one, typed) for one, typed in EXAMPLES if typed is not None)
_SIGNER = Credentials(INVESTIGATOR, PASSWORD)


@pytest.mark.parametrize(("example", "typed"), TYPED, ids=[one["id"] for one, _ in TYPED])
def test_example(stories: Stories, example: Mapping[str, Any], typed: Typed) -> None:
    """The stored value and its status are those of the worked example."""
    assert differences(stories, typed, example["expected"], stories.rules) == []




@pytest.mark.parametrize("ident", sorted(MAKERS))
def test_a_broken_entry_fails_both(stories: Stories, ident: str) -> None:
    """With an entry of the registry that answers nothing, `derive` fails the example and so does the form."""
    broken = {**REGISTRY, ident: _mute(REGISTRY[ident])}
    failed = {one.case_id for one in run_cases(FILE, broken).failures}
    example, typed = next((one, typed) for one, typed in TYPED if one["derivation"] == ident and (one["id"] in failed) and _tells(typed))
    assert example["id"] in failed
    assert differences(stories, typed, example["expected"], CompiledStudy(stories.study, registry=broken)) != []


def test_every_derivation_of_the_trial_is_typed() -> None:
    """What items, checks and criteria name, the look-back (D20) and the conclusion (D37) that stand in the rule language included."""
    assert _used(load_study(TRIAL)) | {"D20", "D37"} == set(MAKERS)
    assert {one["derivation"] for one, _ in TYPED} == set(MAKERS)


def _used(study: StudyDef) -> set[str]:
    items = [source for form in study.forms.values() for item in form.items for source in (item.derive, item.default, item.show, item.required)]
    checks = [source for check in study.checks for source in (check.when, *check.values.values())]
    criteria = [source for one in study.criteria for source in (one.condition, one.unknown_if, one.applies)]
    return {name for source in (*items, *checks, *criteria) for name in re.findall(r"\bD\d\d\b", source)}


def _mute(function: FunctionDef) -> FunctionDef:
    def compute(_inputs: Inputs) -> Result:
        return missing()

    return replace(function, compute=compute)


def _tells(typed: Typed) -> bool:
    """Does the example show in a value, in a check that fires or in a verdict? Silence alone would not tell."""
    return bool(typed.shown) or any(typed.rules.values()) or bool(typed.verdicts)


def differences(stories: Stories, typed: Typed, expected: Mapping[str, Any], rules: CompiledStudy) -> list[str]:
    """Type an example with those rules in force; what is stored otherwise than expected."""
    with stories.copy(typed.base or "screened", NOW, typed.parameters) as copy:
        copy.work.rules = rules
        bench = copy if typed.base else Bench(copy.work, replace(copy.story, subject=create_subject(copy.work, typed.consent)[0]))
        for page in typed.pages:
            _type(bench, page)
        bench.work.forget()
        return [*_values(bench, typed, expected), *_rules(bench, typed), *_verdicts(bench, typed)]


def _type(bench: Bench, page: Page) -> None:
    form, visit, values = page
    acts = {name: value for name, value in values.items() if name == "EXPERF"}
    others = {name: value for name, value in values.items() if name not in acts}
    if others:
        must_store(bench.type(others, Spot(form, visit)))
    for name, value in acts.items():
        override_stop(bench.work, entry_of(bench.key(name, Spot(form, visit)), value), "typed as an example", _SIGNER)


def _values(bench: Bench, typed: Typed, expected: Mapping[str, Any]) -> list[str]:
    found = []
    for at, name in typed.shown.items():
        key = bench.key(at, Spot("", ""))
        stored = bench.work.casebook(bench.subject).value(key)
        wanted = _shown(bench, key.form, key.item, expected.get(name))
        if stored.text != wanted:
            found.append(f"{at}: {stored.text!r}, expected {wanted!r}")
        status = expected["status"]
        if name == "value" and (wanted or status == "ERROR") and (stored.status, stored.code) != (status, expected.get("code", "")):
            found.append(f"{at}: {stored.status} {stored.code}, expected {status} {expected.get('code', '')}")
    return found


def _shown(bench: Bench, form: str, oid: str, value: object) -> str:
    item = bench.work.study.item(form, oid)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if item.type in (ItemType.INT, ItemType.DEC):
        return f"{Decimal(str(value)):.{item.decimals if item.type is ItemType.DEC else 0}f}"
    return str(value)


def _rules(bench: Bench, typed: Typed) -> list[str]:
    return [f"{rule}: expected {'to fire' if fires else 'silence'}" for rule, fires in typed.rules.items() if bool(stored_of(bench, rule)) is not fires]


def _verdicts(bench: Bench, typed: Typed) -> list[str]:
    if not typed.verdicts:
        return []
    record = read_eligibility(bench.work, bench.subject)
    found = {**{one.definition.id: one.suggestion for one in record.criteria}, "IEYN": record.verdict}
    return [f"{ident}: {found[ident]}, expected {wanted}" for ident, wanted in typed.verdicts.items() if found[ident] != wanted]
