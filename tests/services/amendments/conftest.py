"""The workspace made once and copied for each test, and its amendment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from tests.services.amendments.amended import write_amendment
from tests.services.amendments.site import Site, tell
from tests.services.rules.world import machine_of_its_own


@pytest.fixture(scope="session")
def amendment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 2.0, released."""
    return write_amendment(tmp_path_factory.mktemp("forms") / "forms")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, tuple[str, str]]]:
    """The workspace before any amendment, with the accounts."""
    folder = tmp_path_factory.mktemp("told") / "workspace"
    return folder, tell(folder)


@pytest.fixture
def site(told: tuple[Path, dict[Role, tuple[str, str]]], amendment: Path, tmp_path: Path) -> Iterator[Site]:
    """A copy of the workspace on a machine of its own."""
    folder = tmp_path / "workspace"
    shutil.copytree(told[0], folder)
    with machine_of_its_own(tmp_path / "state"):
        yield Site(folder, told[1], tmp_path / "state", amendment)
