"""Each check of the trials fires and stays silent: typed through enter_items, read back from the database."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.services.rules.cases import Case, read_cases
from tests.services.rules.proof import prove_case
from tests.services.rules.world import Stories

CASES = tuple(one for one in read_cases() if not one.criteria or one.firing or one.silent)


@pytest.mark.parametrize("case", CASES, ids=[one.id for one in CASES])
def test_case(shelf: Mapping[str, Stories], case: Case) -> None:
    """What the case says fires has a stored finding that does what its severity demands; what it says is silent has none."""
    with shelf[case.trial].copy(case.base, case.now, case.parameters) as bench:
        prove_case(bench, case)
