"""Fixtures of the whole window: import them into a conftest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from crf_app.clock import SteppedClock
from crf_app.ui.common.look import Look
from tests.once import Once
from tests.ui.shell_support import START, Hands, make_workspace, sit_down


@pytest.fixture(scope="session")
def workspace_master(once: Once) -> Path:
    """A workspace made once and copied for each test."""

    def make(place: Path) -> Path:
        make_workspace(place / "w")
        return place / "w"

    return once.made("shell", make)


@pytest.fixture
def hands(workspace_master: Path, tmp_path: Path, look: Look) -> Iterator[Hands]:
    """Somebody sits before the log-in of a workspace of his own."""
    folder = tmp_path / "w"
    shutil.copytree(workspace_master, folder)
    person = sit_down(look, folder, SteppedClock(START))
    yield person
    person.gate.top.close()
    person.gate.top.deleteLater()
    person.gate.deleteLater()
    QApplication.processEvents()
