"""The monitor's visits in the demonstration: questions of every state and level, each through the services."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crf_app.clock import SystemClock
from crf_app.services.demo.build import Demo, make_cohort
from crf_app.services.demo.plans import plans
from crf_app.services.query_list import find, read_page
from crf_app.services.session import log_out, open_workspace
from crf_app.services.studies import find_study
from crf_app.store.verify import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One subject that has come a long way."""
    cohort = [one for one in plans(12, 1) if one.name == "healed"][:1] or [max(plans(12, 1), key=lambda one: one.day0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        return make_cohort(Path(tmp_path_factory.mktemp("demo")) / "workspace", find_study("NCT05999656"), SystemClock().now(), cohort)


def test_the_monitor_asks_the_site_answers_and_the_monitor_closes(made: Demo) -> None:
    login = next(one for one in made.logins if one.role == "monitor")
    work = open_workspace(made.folder, login.user, login.password, SystemClock())
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
