"""What was stored step by step equals what an evaluation of the whole casebook says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crf_app.clinical.evaluation import evaluate
from crf_app.services.system_rules import CHANGED, EXPECTED
from crf_app.services.writing import finding_address
from tests.services.rules.cases import Case, read_cases
from tests.services.rules.world import Stories

CASES = read_cases()
_STORED_ONLY = ("M-REQ", CHANGED, EXPECTED)


def _same(shelf: Mapping[str, Stories], case: Case) -> None:
    with shelf[case.trial].copy(case.base, case.now, case.parameters) as bench:
        bench.play(case)
        bench.work.forget()
        whole = evaluate(bench.work.rules, bench.work.casebook(bench.subject), None, bench.work.conditions())
        assert [(key.address, value.text) for key, value in whole.derived] == []
        said = {(one.rule, one.address): str(one.parameters["en"]) for one in bench.findings() if one.rule not in _STORED_ONLY}
        assert said == {(rule, finding_address(key)): one.message.en for (rule, key), one in whole.findings.items()}


@pytest.mark.parametrize("case", CASES[::12], ids=[one.id for one in CASES[::12]])
def test_steps_equal_the_whole(shelf: Mapping[str, Stories], case: Case) -> None:
    """Nothing more is derived, and the findings, stored or by the clock, are those of the whole, text by text."""
    _same(shelf, case)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[one.id for one in CASES])
def test_steps_equal_the_whole_in_every_case(shelf: Mapping[str, Stories], case: Case) -> None:
    """The same for each worked case."""
    _same(shelf, case)
