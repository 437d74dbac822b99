"""Each check of the trial fires and stays silent: typed through enter_items, read back from the database."""

from __future__ import annotations

import pytest

from tests.services.rules.cases import Case, read_cases
from tests.services.rules.proof import prove_finding, prove_gate, stored_of
from tests.services.rules.world import Stories

CASES = tuple(one for one in read_cases() if not one.criteria or one.firing or one.silent)


@pytest.mark.parametrize("case", CASES, ids=[one.id for one in CASES])
def test_case(stories: Stories, case: Case) -> None:
    """What the case says fires has a stored finding that does what its severity demands; what it says is silent has none."""
    with stories.copy(case.base, case.now, case.parameters) as bench:
        bench.play(case)
        for address, wanted in case.wanted.get("expect", {}).items():
            assert bench.work.casebook(bench.subject).value(bench.key(address, case.spot)).text == wanted, address
        for rule in case.silent:
            assert [one.address for one in stored_of(bench, rule)] == [], rule
        for rule in case.wanted.get("expect_findings", ()):
            found = stored_of(bench, rule)
            assert found, f"{rule} is silent; stored: {sorted(one.rule for one in bench.findings())}"
            prove_finding(bench, found[0])
        if case.tries:
            assert prove_gate(bench, case) == set(case.wanted["expect_stops"])
