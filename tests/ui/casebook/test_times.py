"""History, threads, bands and the foot of a form tell their times with the zone, whatever zone the machine is set to."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.services.locks import lock_of
from crf_app.services.queries import NewQuery, answer_query, open_query
from crf_app.services.query_reading import read_thread
from crf_app.services.reading import item_history
from crf_app.ui.casebook.bands import hold_lines
from crf_app.ui.casebook.history import history_lines
from crf_app.ui.common.look import Look
from crf_app.ui.queries.sentences import thread_lines
from tests.services.workflow.life import finished, frozen, place_of
from tests.services.world import World, make_world

START = datetime(2026, 3, 17, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A site at +08:00 on a machine whose own zone is another one."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    made = make_world(tmp_path / "workspace", start=START)
    yield made
    made.work.close()
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_all_of_them_tell_the_zone_of_the_site(world: World, look: Look) -> None:
    form = finished(world)
    key = world.key("SCR/VS/WEIGHT")
    world.be(Role.MONITOR)
    _, number = open_query(world.work, NewQuery(key, "Is that so?"))
    world.be(Role.COORDINATOR)
    answer_query(world.work, number, "yes")
    history = " ".join(one.text for one in history_lines(look, world.work.study.item("VS", "WEIGHT"), item_history(world.work, key)))
    thread = read_thread(world.work, number)
    said = " ".join(one.text for one in thread_lines(look, thread))
    frozen(world, place_of(form))
    band = hold_lines(world.work, look, lock_of(world.work, form), "")[0].text
    assert "2026-03-17 09:00 +08:00" in history
    assert said.count("2026-03-17 09:00 +08:00") == 2
    assert "2026-03-17 09:00 +08:00" in band
    assert thread.record.opened_at.utcoffset() == timedelta(hours=8)
