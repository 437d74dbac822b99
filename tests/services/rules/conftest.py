"""The base stories of the trial, entered once a test process."""

from __future__ import annotations

import pytest

from tests.services.rules.world import Stories


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Stories:
    """All base stories, entered page by page through the services."""
    return Stories(tmp_path_factory.mktemp("stories"))
