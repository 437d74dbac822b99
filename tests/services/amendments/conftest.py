"""A copy of the workspace for each test, and its amendment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.once import Once
from tests.services.amendments.site import COMPLETED, WEEK_5, Site, loaded, moved, released_amendment, told
from tests.services.rules.world import machine_of_its_own


@pytest.fixture(scope="session")
def amendment(once: Once) -> Path:
    """Version 2.0, released."""
    return released_amendment(once)


@pytest.fixture
def site(once: Once, tmp_path: Path) -> Iterator[Site]:
    """A copy of the workspace on a machine of its own."""
    with _copied(once, told(once)[0], tmp_path) as found:
        yield found


@pytest.fixture
def loaded_site(once: Once, tmp_path: Path) -> Iterator[Site]:
    """A copy in which version 2.0 is loaded."""
    with _copied(once, loaded(once), tmp_path) as found:
        yield found


@pytest.fixture
def moved_site(once: Once, tmp_path: Path) -> Iterator[Site]:
    """A copy in which one subject follows version 2.0 from week 4 on."""
    with _copied(once, moved(once, WEEK_5), tmp_path) as found:
        yield found


@pytest.fixture
def site_of_two_versions(once: Once, tmp_path: Path) -> Iterator[Site]:
    """A copy in which two of three subjects follow version 2.0 from week 4 on."""
    with _copied(once, moved(once, COMPLETED, WEEK_5), tmp_path) as found:
        yield found


@contextmanager
def _copied(once: Once, made: Path, place: Path) -> Iterator[Site]:
    folder = Path(shutil.copytree(made, place / "workspace"))
    with machine_of_its_own(place / "state"):
        yield Site(folder, told(once)[1], place / "state", released_amendment(once))
