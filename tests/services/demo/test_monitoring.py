"""The monitor's visits in the demonstration: questions of every state and level, each through the services."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from crf_app.clock import SteppedClock
from crf_app.services.query_list import find, read_page
from crf_app.services.session import log_out, open_workspace
from crf_app.store.verify import verify
from tests.once import Once
from tests.services.demo.cohorts import FIRST, FULL, NOW, cohort


def test_the_monitor_asks_the_site_answers_and_the_monitor_closes(once: Once, tmp_path: Path) -> None:
    """Two subjects that have come a long way."""
    made = cohort(once, FIRST, NOW, FULL)
    login = next(one for one in made.logins if one.role == "monitor")
    work = open_workspace(Path(shutil.copytree(made.folder, tmp_path / "copy")), login.user, login.password, SteppedClock(NOW))
    try:
        asked = read_page(work, find(work, "people state:all").numbers)
        states = Counter(one.state for one in asked)
        assert states["closed"] >= 2
        assert states["open"] + states["answered"] >= 1
        assert {one.origin for one in asked} == {"monitor"}
        assert all(one.text.zh for one in asked)
        assert all(one.answer for one in asked if one.state == "closed")
        assert verify(work.database).intact
    finally:
        log_out(work)
    assert made.surprises == ()
