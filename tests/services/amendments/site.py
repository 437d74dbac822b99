"""A workspace with subjects in the middle of NCT05999656, and its amendment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.services.amendments.loading import load_version
from crf_app.services.demo.build import make_cohort
from crf_app.services.demo.trials import DEMONSTRATIONS
from crf_app.services.session import log_out, open_workspace
from crf_app.services.studies import find_study
from crf_app.services.workspace import Workspace
from tests.services.amendments.amended import TRIAL
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


def tell(folder: Path) -> dict[Role, tuple[str, str]]:
    """Make the workspace before any amendment; returns who may enter it."""
    study = find_study(TRIAL)
    cohort = DEMONSTRATIONS[study.oid].plans(6, 1)
    with machine_of_its_own(folder.parent / "state"):
        demo = make_cohort(folder, study, NOW, [cohort[number] for number in (0, 1, 5)])
    return {one.role: (one.user, one.password) for one in demo.logins}
