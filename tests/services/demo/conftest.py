"""A small demonstration workspace, made once for the tests that read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.demo.build import Demo, make_cohort
from crf_app.services.demo.plans import plans
from crf_app.services.session import log_out, open_workspace
from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef
from crf_app.study.loading import load_study

NOW = datetime(2026, 3, 18, 14, 30, tzinfo=timezone(timedelta(hours=8)))
SMALL = ("serious", "creatinine", "screening")


@pytest.fixture(scope="session")
def trial() -> StudyDef:
    """The trial of the demonstration, from its sources."""
    return load_study(forms_folder() / "NCT05999656" / "1.0")


@pytest.fixture(scope="session")
def made(trial: StudyDef, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Three stories: in treatment with a serious event, screen failure, in screening. Never written to: see `copied`."""
    cohort = [one for one in plans(12, 1) if one.name in SMALL]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        return make_cohort(tmp_path_factory.mktemp("demo") / "workspace", trial, NOW, cohort)


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
