"""The plan of source data verification: whose items, which items."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crf_app.study.verification import VerificationPlan, needs_check
from tests.clinical.small import small_study


def test_the_share_is_spread_evenly_and_holds_at_any_time() -> None:
    for percent in (0, 1, 20, 33, 50, 99, 100):
        plan = VerificationPlan(percent=percent)
        chosen = [number for number in range(1, 201) if plan.in_full(number)]
        assert all(sum(one <= upto for one in chosen) == upto * percent // 100 for upto in range(1, 201))


def test_the_first_subjects_are_checked_whole() -> None:
    plan = VerificationPlan(percent=0, first_subjects=2)
    assert [plan.in_full(number) for number in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (VerificationPlan(), {"VS.TEMP", "VS.WEIGHT", "VS.VSDAT", "DM.SEX"}),
        (VerificationPlan(percent=0, critical=("VS",)), {"VS.TEMP", "VS.WEIGHT", "VS.VSDAT"}),
        (VerificationPlan(percent=0, critical=("VS.TEMP",), critical_tags=("performed_date",)), {"VS.TEMP", "VS.VSDAT"}),
        (VerificationPlan(percent=0), set()),
    ],
)  # fmt: skip
def test_forms_items_and_tags_are_critical_of_everybody(plan: VerificationPlan, asked: set[str]) -> None:
    study = replace(small_study(), verification=plan)
    names = ("VS.TEMP", "VS.WEIGHT", "VS.VSDAT", "VS.BMI", "DM.SEX")
    assert {name for name in names if needs_check(study, 7, name.partition(".")[0], study.item(*name.split(".")))} == asked, "BMI is calculated: it stands in no source"

