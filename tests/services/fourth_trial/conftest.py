"""The base stories of the trial, entered once a test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.once import Once
from tests.services.rules.world import Stories

STUDIES = Path(__file__).parents[2] / "data" / "studies"
FOLDER = STUDIES / "SEASVAX" / "1.0"


@pytest.fixture(scope="session")
def vaccine(once: Once) -> Stories:
    """The stories, entered page by page through the services when they are first asked for."""
    return Stories(once, FOLDER)
