"""The table of rules and tests is fresh, and has no gap."""

from __future__ import annotations

import pytest

from tests.services.rules.cases import TRIALS
from tests.services.rules.table import PAGE, page, rules_of


def test_the_table_is_fresh() -> None:
    """Made anew it is the same; if not: python -m tests.services.rules.table."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("trial", TRIALS)
def test_every_rule_is_proved_both_ways(trial: str) -> None:
    """No rule without a case that fires it and one that silences it; no criterion without each of its verdicts."""
    criteria, checks = rules_of(trial)
    assert len(criteria) > 15
    assert len(checks) > 60
    assert [one.id for one in (*criteria, *checks) if not all(one.proofs)] == []
