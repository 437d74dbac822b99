"""A small demonstration workspace, made once and copied for each test that opens it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.clock import SteppedClock
from crf_app.services.demo.build import Demo
from crf_app.services.session import log_out, open_workspace
from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef
from tests.once import Once, study_of
from tests.services.demo.cohorts import FIRST, NOW, cohort, source_of

SMALL = ("serious", "creatinine", "screening")


@pytest.fixture(scope="session")
def trial() -> StudyDef:
    """The trial of the demonstration, from its sources."""
    return study_of(source_of(FIRST))


@pytest.fixture(scope="session")
def made(once: Once) -> Demo:
    """Three stories: in treatment with a serious event, screen failure, in screening. Never written to: see `copied`."""
    return cohort(once, FIRST, NOW, SMALL)


@pytest.fixture
def copied(made: Demo, tmp_path: Path) -> Path:
    """A copy of the workspace that a test may change."""
    return Path(shutil.copytree(made.folder, tmp_path / "copy"))


@pytest.fixture
def work(made: Demo, copied: Path) -> Iterator[Workspace]:
    """The copy, opened by the data manager."""
    login = made.logins[4]
    opened = open_workspace(copied, login.user, login.password, SteppedClock(NOW))
    yield opened
    log_out(opened)
