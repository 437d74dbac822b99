"""A copy of the workspace for each test, and its amendment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.once import Once
from tests.services.amendments.site import Site, copy_site, released_amendment
from tests.services.rules.world import machine_of_its_own


@pytest.fixture(scope="session")
def amendment(once: Once) -> Path:
    """Version 2.0, released."""
    return released_amendment(once)


@pytest.fixture
def site(once: Once, amendment: Path, tmp_path: Path) -> Iterator[Site]:
    """A copy of the workspace on a machine of its own."""
    folder = tmp_path / "workspace"
    passwords = copy_site(once, folder)
    with machine_of_its_own(tmp_path / "state"):
        yield Site(folder, passwords, tmp_path / "state", amendment)
