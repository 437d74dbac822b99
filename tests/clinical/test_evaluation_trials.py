"""The same promise over every trial that ships: step by step equals afresh, whatever is entered in whatever order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crf_app.clinical.evaluation import Conditions
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from tests.clinical.sequences import Follower, entered_items, steps
from tests.once import rules_of

TRIALS = tuple(sorted(path.parent for path in (Path(__file__).parents[2] / "forms").glob("*/*/study.toml")))
# what a group of forms says together: entries far apart in one sequence would seldom meet
TOGETHER = {
    "eligibility": ("ICF", "DM", "IE", "VS", "LBA1C", "LBSER", "DMH", "SV"), "wounds": ("DFH", "WND", "WAG", "INJ", "SV"),
    "logs": ("AE", "CM", "SAE", "MH", "PR", "INJ", "DS"), "treatment": ("INJ", "IE", "ICF", "PREG", "DM", "VS", "SV"),
    "laboratory": ("LBHEM", "LBCHEM", "DM", "AE", "SV"),
}  # fmt: skip
LINKS = ("LOG/AE/AE#1", "LOG/AE/AE#2", "D0/VS/VS#2", "SCR/LBHEM/LB#1")


def _conditions(rules: CompiledStudy) -> Conditions:
    ranges = tuple(
        ReferenceInterval(laboratory, one.test, one.unit, one.sex, one.from_age, 0, one.low, one.high, assumed=True)
        for form in rules.study.forms.values()
        for one in form.ranges
        for laboratory in ("LAB", "SITE")
    )
    now = datetime(2026, 3, 17, 12, 0)  # noqa: DTZ001  typed times are local and naive
    return Conditions(now, {one.oid: one.value for one in rules.study.parameters}, ReferenceTable(ranges))


@pytest.mark.parametrize("forms", TOGETHER.values(), ids=TOGETHER)
@pytest.mark.parametrize("folder", TRIALS, ids=lambda one: one.parent.name)
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_incremental_evaluation_equals_a_fresh_one(folder: Path, forms: tuple[str, ...], data: st.DataObject) -> None:
    rules = rules_of(folder)
    ruled = {name for rule in rules.rules_by_name.values() for name in (read.name for read in rule.reads)}
    items = [(event, item) for event, item in entered_items(rules.study, forms) if item.name in ruled]
    follower = Follower(rules, _conditions(rules))
    for number, step in enumerate(data.draw(steps(rules.study, items, LINKS, 15, 25))):
        follower.follow(step)
        if number % 6 == 5:
            follower.check()
    follower.check()
