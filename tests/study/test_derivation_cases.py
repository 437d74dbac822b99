"""The worked examples, and that the runner sees what is wrong."""

from __future__ import annotations

from pathlib import Path

from crf_app.study.derivation_cases import run_cases

CASES = Path(__file__).parents[1] / "data" / "derivations.json"


def test_all_worked_examples_pass() -> None:
    report = run_cases(CASES)
    assert [str(one) for one in report.failures] == []
    assert report.passed == 189
