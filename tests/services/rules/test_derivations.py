"""Each derivation a trial uses, reached by typing its worked examples into the form that uses it."""

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
from tests.once import study_of
from tests.services.rules import typed_examples, typed_neuropathy
from tests.services.rules.cases import NOW, TRIALS, Spot, entry_of
from tests.services.rules.proof import stored_of
from tests.services.rules.typed_examples import Page, Typed
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories, must_store

FILE = Path(__file__).parents[2] / "data" / "derivations.json"
MAKERS = {"NCT05999656": typed_examples.MAKERS, "NCT05507697": typed_neuropathy.MAKERS}
UNTYPED = {"NCT05999656": set[str](), "NCT05507697": {"D20"}}
"""What a trial uses with inputs that no worked example has: a look-back of three months."""
CASES: tuple[Mapping[str, Any], ...] = tuple(json.loads(FILE.read_text(encoding="utf-8"))["cases"])
TYPED = tuple(
    (trial, one, typed)
    for trial, makers in MAKERS.items()
    for one in CASES
    if one["derivation"] in makers and (typed := makers[one["derivation"]](one["inputs"], one["expected"])) is not None
)
_SIGNER = Credentials(INVESTIGATOR, PASSWORD)


@pytest.mark.parametrize(("trial", "example", "typed"), TYPED, ids=[f"{trial}-{one['id']}" for trial, one, _ in TYPED])
def test_example(shelf: Mapping[str, Stories], trial: str, example: Mapping[str, Any], typed: Typed) -> None:
    """The stored value and its status are those of the worked example."""
    assert differences(shelf[trial], typed, example["expected"], shelf[trial].rules) == []


@pytest.mark.parametrize(("trial", "ident"), [(trial, ident) for trial, makers in MAKERS.items() for ident in sorted(makers)])
def test_a_broken_entry_fails_both(shelf: Mapping[str, Stories], trial: str, ident: str) -> None:
    """With an entry of the registry that answers nothing, `derive` fails the example and so does the form."""
    broken = {**REGISTRY, ident: _mute(REGISTRY[ident])}
    failed = {one.case_id for one in run_cases(FILE, broken).failures}
    told = ((one, typed) for name, one, typed in TYPED if (name, one["derivation"]) == (trial, ident) and one["id"] in failed and _tells(typed))
    example, typed = next(told)
    stories = shelf[trial]
    assert differences(stories, typed, example["expected"], CompiledStudy(stories.study, registry=broken)) != []


@pytest.mark.parametrize("trial", MAKERS)
def test_every_derivation_of_the_trial_is_typed(trial: str) -> None:
    """What items, checks and criteria name, the look-back (D20) and the conclusion (D37) that stand in the rule language included."""
    assert _used(study_of(TRIALS[trial])) | {"D20", "D37"} == set(MAKERS[trial]) | UNTYPED[trial]
    assert {one["derivation"] for name, one, _ in TYPED if name == trial} == set(MAKERS[trial])


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
    spot = Spot(form, visit)
    acts = {name: value for name, value in values.items() if name.partition("#")[0] == "EXPERF"}
    others = {name: value for name, value in values.items() if name not in acts}
    if others:
        must_store(bench.type(others, spot))
    for name, value in acts.items():
        outcome = bench.type({name: value}, spot)
        if outcome.stops:
            override_stop(bench.work, entry_of(bench.key(name, spot), value), "typed as an example", _SIGNER)
        else:
            must_store(outcome)


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
