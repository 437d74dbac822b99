"""The base stories of the trials, entered once a test process."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.once import Once
from tests.services.rules.cases import TRIAL, TRIALS
from tests.services.rules.world import Stories


@pytest.fixture(scope="session")
def shelf(once: Once) -> Mapping[str, Stories]:
    """The base stories of each trial, entered page by page through the services when they are first asked for."""
    return {trial: Stories(once, folder) for trial, folder in TRIALS.items()}


@pytest.fixture(scope="session")
def stories(shelf: Mapping[str, Stories]) -> Stories:
    """The stories of the first trial."""
    return shelf[TRIAL.parent.name]
