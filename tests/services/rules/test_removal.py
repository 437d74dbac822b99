"""A rule taken out of the TOML fails its own cases and no other: each case proves the rule it names, and only that."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.study.loading import load_study
from tests.services.rules.cases import TRIAL, Case, read_cases
from tests.services.rules.proof import prove_case, prove_verdicts
from tests.services.rules.world import Bench, Stories

FORMS = TRIAL.parents[1]
CASES = read_cases()
_STUDY = load_study(TRIAL)
CHECKS = tuple(dict.fromkeys(one.template or one.id for one in _STUDY.checks))
CRITERIA = tuple(one.id for one in _STUDY.criteria)
SAMPLE = ("X03", "X07", "X22", "X35", "X44", "G-CERT", "A-E05")
_NEIGHBOURS = 3
_BLOCK = re.compile(r"^(?=\[\[(?:checks|templates|criteria)\]\])", re.MULTILINE)


def without(rule: str, folder: Path) -> CompiledStudy:
    """The trial as it loads when the block of that rule is deleted from its TOML file."""
    shutil.copytree(FORMS, folder, ignore=shutil.ignore_patterns("released.*", "examples"))
    trial = folder / TRIAL.relative_to(FORMS)
    removed = sum(_cut(path, rule) for path in (*(folder / "library").glob("checks*.toml"), *trial.glob("checks*.toml"), trial / "eligibility.toml"))
    assert removed == 1, f"{rule} stands in {removed} blocks"
    return CompiledStudy(load_study(trial))


def _cut(path: Path, rule: str) -> int:
    blocks = _BLOCK.split(path.read_text(encoding="utf-8"))
    kept = [one for one in blocks if not re.search(rf'^id = "{re.escape(rule)}"$', one, re.MULTILINE)]
    path.write_text("".join(_unfollowed(one, rule) for one in kept), encoding="utf-8")
    return len(blocks) - len(kept)


def _unfollowed(block: str, rule: str) -> str:
    """A block without that rule among those it follows: a DEV check after the act names the STOP in front of it."""
    named = re.search(r"^follows = \[(.*)\]$", block, re.MULTILINE)
    if named is None:
        return block
    left = [one for one in named[1].split(", ") if one.strip('"') != rule]
    return block.replace(named[0], f"follows = [{', '.join(left)}]")


def own(rule: str) -> tuple[Case, ...]:
    """The cases in which the rule must fire, or that state its verdict."""
    return tuple(one for one in CASES if rule in one.firing or rule in one.criteria)


def neighbours(rule: str) -> tuple[Case, ...]:
    """Cases of other rules, those of the same forms first; of a criterion only other criteria, since checks rest on the conclusion."""
    forms = {one.spot.form for one in own(rule)}
    others = [one for one in CASES if one not in own(rule) and (one.criteria if rule in CRITERIA else one.firing)]
    return tuple(sorted(others, key=lambda one: one.spot.form not in forms))


def _prove(bench: Bench, case: Case, rule: str) -> None:
    """What a case says of the kind of rule in question: one may state verdicts and findings."""
    if rule in CRITERIA:
        prove_verdicts(bench, case)
    else:
        prove_case(bench, case)


def _removed(stories: Stories, rule: str, folder: Path, most: int) -> None:
    rules = without(rule, folder)
    assert own(rule), f"{rule} has no case"
    for case in own(rule):
        with stories.copy(case.base, case.now, case.parameters, rules) as bench, pytest.raises(AssertionError, match=f"^{re.escape(rule)} is silent"):
            _prove(bench, case, rule)
    for case in neighbours(rule)[:most]:
        with stories.copy(case.base, case.now, case.parameters, rules) as bench:
            _prove(bench, case, rule)


@pytest.mark.parametrize("rule", SAMPLE)
def test_removal(stories: Stories, tmp_path: Path, rule: str) -> None:
    """One rule of each severity, a template and a criterion."""
    _removed(stories, rule, tmp_path / "forms", _NEIGHBOURS)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [*CHECKS, *CRITERIA])
def test_every_removal(stories: Stories, tmp_path: Path, rule: str) -> None:
    """The same for each rule of the trial, with more neighbours."""
    _removed(stories, rule, tmp_path / "forms", 4 * _NEIGHBOURS)
