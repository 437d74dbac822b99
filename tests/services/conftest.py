"""A workspace for each test of the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.once import Once
from tests.services.world import World, copied_world


@pytest.fixture
def world(once: Once, tmp_path: Path) -> Iterator[World]:
    """The small study with a person in every role and one subject; checked again at the end."""
    made = copied_world(once, tmp_path / "workspace")
    yield made
    made.work.close()
