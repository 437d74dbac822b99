"""A rule taken out of the TOML fails its own cases and no other: each case proves the rule it names, and only that."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.study.loading import load_study
from tests.once import study_of
from tests.services.rules.cases import FORMS, TRIALS, Case, read_cases
from tests.services.rules.proof import prove_case, prove_verdicts
from tests.services.rules.world import Bench, Stories

CASES = read_cases()
_STUDIES = {trial: study_of(folder) for trial, folder in TRIALS.items()}
RULES = tuple(
    (trial, rule)
    for trial, study in _STUDIES.items()
    for rule in (*dict.fromkeys(one.template or one.id for one in study.checks), *(one.id for one in study.criteria))
)
SAMPLE = (
    ("NCT05999656", "X03"), ("NCT05999656", "X07"), ("NCT05999656", "X22"), ("NCT05999656", "X35"), ("NCT05999656", "X44"), ("NCT05999656", "G-CERT"),
    ("NCT05999656", "A-E05"), ("NCT07183761", "X64-OPEN"), ("NCT07183761", "X70"), ("NCT07183761", "X62"), ("NCT07183761", "C-E05"),
    ("NCT05507697", "X61"), ("NCT05507697", "X71"), ("NCT05507697", "X05-LA"), ("NCT05507697", "B-E04"),
)  # fmt: skip
_NEIGHBOURS = 3
_BLOCK = re.compile(r"^(?=\[\[(?:checks|templates|criteria)\]\])", re.MULTILINE)


def without(trial: str, rule: str, folder: Path) -> CompiledStudy:
    """The trial as it loads when the block of that rule is deleted from its TOML file."""
    shutil.copytree(FORMS, folder, ignore=shutil.ignore_patterns("released.*", "examples"))
    own_folder = folder / TRIALS[trial].relative_to(FORMS)
    removed = sum(_cut(path, rule) for path in (*(folder / "library").glob("checks*.toml"), *own_folder.glob("checks*.toml"), own_folder / "eligibility.toml"))
    assert removed == 1, f"{rule} stands in {removed} blocks"
    return CompiledStudy(load_study(own_folder))


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


def own(trial: str, rule: str) -> tuple[Case, ...]:
    """The cases in which the rule must fire, or that state its verdict."""
    return tuple(one for one in CASES if one.trial == trial and (rule in one.firing or rule in one.criteria))


def neighbours(trial: str, rule: str) -> tuple[Case, ...]:
    """Cases of other rules, those of the same forms first; of a criterion only other criteria, since checks rest on the conclusion."""
    mine = own(trial, rule)
    forms = {one.spot.form for one in mine}
    is_criterion = any(one.id == rule for one in _STUDIES[trial].criteria)
    others = [one for one in CASES if one.trial == trial and one not in mine and (one.criteria if is_criterion else one.firing)]
    return tuple(sorted(others, key=lambda one: one.spot.form not in forms))


def _prove(bench: Bench, case: Case, rule: str) -> None:
    """What a case says of the kind of rule in question: one may state verdicts and findings."""
    if any(one.id == rule for one in _STUDIES[case.trial].criteria):
        prove_verdicts(bench, case)
    else:
        prove_case(bench, case)


def _removed(stories: Stories, trial: str, rule: str, folder: Path, most: int) -> None:
    rules = without(trial, rule, folder)
    assert own(trial, rule), f"{rule} has no case"
    for case in own(trial, rule):
        with stories.copy(case.base, case.now, case.parameters, rules) as bench, pytest.raises(AssertionError, match=f"^{re.escape(rule)} is silent"):
            _prove(bench, case, rule)
    for case in neighbours(trial, rule)[:most]:
        with stories.copy(case.base, case.now, case.parameters, rules) as bench:
            _prove(bench, case, rule)


@pytest.mark.parametrize(("trial", "rule"), SAMPLE)
def test_removal(shelf: Mapping[str, Stories], tmp_path: Path, trial: str, rule: str) -> None:
    """Rules of each severity, a template, criteria."""
    _removed(shelf[trial], trial, rule, tmp_path / "forms", _NEIGHBOURS)


@pytest.mark.slow
@pytest.mark.parametrize(("trial", "rule"), RULES)
def test_every_removal(shelf: Mapping[str, Stories], tmp_path: Path, trial: str, rule: str) -> None:
    """The same for each rule of each trial, with more neighbours."""
    _removed(shelf[trial], trial, rule, tmp_path / "forms", 4 * _NEIGHBOURS)
