"""A workspace with subjects in the middle of NCT05999656, and its amendment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.services.amendments.loading import load_version
from crf_app.services.amendments.migrating import migrate_subjects
from crf_app.services.session import log_out, open_workspace
from crf_app.services.workspace import Workspace
from tests.once import Once
from tests.services.amendments.amended import TRIAL, write_amendment
from tests.services.demo.cohorts import cohort

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


def told(once: Once) -> tuple[Path, dict[Role, tuple[str, str]]]:
    """The workspace before any amendment, to be copied, and who may enter it."""
    demo = cohort(once, TRIAL, NOW, ("completer", "serious", "overdue"))
    return demo.folder, {one.role: (one.user, one.password) for one in demo.logins}


def copy_site(once: Once, folder: Path) -> dict[Role, tuple[str, str]]:
    """A copy of the workspace before any amendment at `folder`; returns who may enter it."""
    made, passwords = told(once)
    shutil.copytree(made, folder)
    return passwords


def loaded(once: Once) -> Path:
    """The workspace with version 2.0 loaded and nobody moved yet, to be copied."""

    def make(place: Path) -> Path:
        site = Site(place / "w", copy_site(once, place / "w"), place / "state", released_amendment(once))
        site.load()
        return site.folder

    return once.made("amendment-loaded", make)


def moved(once: Once, *subjects: str) -> Path:
    """The same with those subjects moved to version 2.0 from week 4 on, to be copied."""

    def make(place: Path) -> Path:
        site = Site(Path(shutil.copytree(loaded(once), place / "w")), told(once)[1], place / "state", released_amendment(once))
        with site.at_work(Role.DATA_MANAGER) as work:
            migrate_subjects(work, "2.0", subjects, "W4", reason="Protocol 2.0, approved by the ethics committee")
        return site.folder

    return once.made(f"amendment-moved-{'-'.join(subjects)}", make)


def released_amendment(once: Once) -> Path:
    """Version 2.0, released; never written to."""
    return once.made("amendment-2.0", lambda place: write_amendment(place / "forms"))
