"""A workspace with subjects in the middle of NCT05999656, made once and copied for each test, and its amendment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.services.amendments.loading import load_version
from crf_app.services.demo.build import make_cohort
from crf_app.services.demo.trials import DEMONSTRATIONS
from crf_app.services.session import log_out, open_workspace
from crf_app.services.studies import find_study
from crf_app.services.workspace import Workspace
from tests.services.amendments.amended import TRIAL, write_amendment
from tests.services.rules.world import machine_of_its_own

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=timezone(timedelta(hours=8)))
COMPLETED, WEEK_5, WEEK_3 = "01-001", "01-002", "01-003"
"""The subjects: one who has finished, and two whose last visit was that of week 5 or of week 3."""


@dataclass
class Site:
    """A copy of the workspace, and who may enter it."""

    folder: Path
    passwords: dict[Role, tuple[str, str]]
    state: Path
    amendment: Path

    @contextmanager
    def at_work(self, role: Role) -> Iterator[Workspace]:
        """The workspace as a person in that role opens it, some hours later."""
        login, password = self.passwords[role]
        work = open_workspace(self.folder, login, password, SteppedClock(NOW + timedelta(hours=2)))
        try:
            yield work
        finally:
            log_out(work)

    def load(self, amendment: Path | None = None) -> None:
        """Load a version as the administrator."""
        with self.at_work(Role.ADMINISTRATOR) as work:
            load_version(work, amendment or self.amendment)


@pytest.fixture(scope="session")
def amendment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 2.0, released."""
    return write_amendment(tmp_path_factory.mktemp("forms") / "forms")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, tuple[str, str]]]:
    """The workspace before any amendment, with the accounts."""
    folder = tmp_path_factory.mktemp("told") / "workspace"
    study = find_study(TRIAL)
    cohort = DEMONSTRATIONS[study.oid].plans(6, 1)
    with machine_of_its_own(folder.parent / "state"):
        demo = make_cohort(folder, study, NOW, [cohort[number] for number in (0, 1, 5)])
    return folder, {one.role: (one.user, one.password) for one in demo.logins}


@pytest.fixture
def site(told: tuple[Path, dict[Role, tuple[str, str]]], amendment: Path, tmp_path: Path) -> Iterator[Site]:
    """A copy of the workspace on a machine of its own."""
    folder = tmp_path / "workspace"
    shutil.copytree(told[0], folder)
    with machine_of_its_own(tmp_path / "state"):
        yield Site(folder, told[1], tmp_path / "state", amendment)
