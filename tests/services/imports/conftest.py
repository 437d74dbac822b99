"""A site of the first trial with a subject whose screening visit is dated; made once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.session import open_workspace
from crf_app.services.subjects import create_subject
from tests.once import study_of
from tests.services.world import PHRASE, START, World, make_world


@pytest.fixture(scope="session")
def site_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that is copied."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state-of-site")))
        world = make_world(tmp_path_factory.mktemp("site") / "w", study_of(forms_folder() / "NCT05999656" / "1.0"))
        world.enter({"SCR/SV/SVOCCUR": "Y", "SCR/SV/VISDAT": "2026-03-10", "SCR/DM/SEX": "M", "SCR/DM/BRTHDAT": "1970-05-01"})
        create_subject(world.work, "2026-01-06")
        world.work.close()
    return world.work.folder


@pytest.fixture
def site(site_master: Path, tmp_path: Path) -> Iterator[World]:
    """The coordinator at work in a workspace of his own; `subject` is the first of two."""
    folder = Path(shutil.copytree(site_master, tmp_path / "w"))
    clock = SteppedClock(START)
    world = World(open_workspace(folder, Role.COORDINATOR, PHRASE, clock), clock, subject="01-001")
    yield world
    world.work.close()
