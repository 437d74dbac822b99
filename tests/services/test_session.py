"""Logging in and out, locking, the clock."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.session import (
    NewWorkspace,
    create_workspace,
    lock_session,
    log_out,
    new_password,
    open_workspace,
    unlock_session,
)
from crf_app.store.kdf import CHEAP
from crf_app.store.verify import verify
from crf_app.study.texts import Text
from tests.clinical.small import small_study
from tests.services.world import PHRASE, START, World


def _sha(folder: Path) -> str:
    return hashlib.sha256((folder / "data.db").read_bytes()).hexdigest()


def test_who_logs_in_finds_what_was_stored(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70"})
    before = world.work.casebook(world.subject)
    log_out(world.work)
    world.work = open_workspace(world.work.folder, Role.COORDINATOR, PHRASE, world.clock)
    world.actors.clear()
    found = world.work.casebook(world.subject)
    assert (found.forms, found.form_meta, found.deleted) == (before.forms, before.form_meta, before.deleted)
    assert world.work.user.role == Role.COORDINATOR
    world.enter({"SCR/VS/WEIGHT": "71"})
    world.check()


@pytest.mark.parametrize(("login", "password"), [(Role.COORDINATOR, "not the right words"), ("nobody", PHRASE), ("", ""), ("recovery", PHRASE)])
def test_a_wrong_password_leaves_the_database_byte_for_byte(world: World, login: str, password: str) -> None:
    log_out(world.work)
    before = _sha(world.work.folder)
    with pytest.raises(ExpectedError) as caught:
        open_workspace(world.work.folder, login, password, world.clock)
    assert caught.value.code == "log_in_failed"
    assert _sha(world.work.folder) == before
    world.work = open_workspace(world.work.folder, Role.COORDINATOR, PHRASE, world.clock)
    assert verify(world.work.database, None).intact


def test_a_second_instance_is_refused_and_the_first_goes_on(world: World) -> None:
    with pytest.raises(ExpectedError) as caught:
        open_workspace(world.work.folder, Role.MONITOR, PHRASE, world.clock)
    assert caught.value.code == "held_by_other"
    world.enter({"SCR/DM/SEX": "M"})
    world.check()


def test_a_locked_session_may_be_taken_over_by_another_person(world: World) -> None:
    lock_session(world.work)
    with pytest.raises(ExpectedError, match="log_in_failed"):
        unlock_session(world.work, Role.COORDINATOR, "not the right words")
    assert world.work.actor is None
    world.clock.advance(timedelta(hours=1))
    unlock_session(world.work, Role.INVESTIGATOR, PHRASE)
    assert world.work.user.role == Role.INVESTIGATOR
    world.enter({"SCR/DM/SEX": "M"}, role=Role.INVESTIGATOR)
    world.check()


def test_a_new_password_replaces_the_old_and_keeps_the_key(world: World) -> None:
    key = world.work.session.signer.public_key
    with pytest.raises(ExpectedError, match="log_in_failed"):
        new_password(world.work, "not the right words", PHRASE + " again", cost=CHEAP)
    world.clock.advance(timedelta(hours=1))
    with pytest.raises(ExpectedError, match="password"):
        new_password(world.work, PHRASE, "short", cost=CHEAP)
    new_password(world.work, PHRASE, PHRASE + " again", cost=CHEAP)
    log_out(world.work)
    with pytest.raises(ExpectedError, match="log_in_failed"):
        open_workspace(world.work.folder, Role.COORDINATOR, PHRASE, world.clock)
    world.clock.advance(timedelta(hours=1))
    world.work = open_workspace(world.work.folder, Role.COORDINATOR, PHRASE + " again", world.clock)
    assert world.work.session.signer.public_key == key


def test_a_workspace_is_made_in_an_empty_folder_only(world: World, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "note.txt").write_text("demo", encoding="utf-8")
    new = NewWorkspace(full, small_study(), "01", Text("Demo Site", "演示中心"), "admin", Text("Demo Administrator", "演示管理员"), PHRASE)
    with pytest.raises(ExpectedError, match="folder_not_empty"):
        create_workspace(new, world.clock, cost=CHEAP)
    assert [path.name for path in full.iterdir()] == ["note.txt"]


def test_today_is_the_clocks_and_stands_still_inside_a_command(world: World) -> None:
    assert world.work.conditions().now == START.replace(tzinfo=None)
    world.enter({"SCR/DM/SEX": "M"})
    world.clock.advance(timedelta(days=3))
    world.enter({"SCR/SV/VISDAT": "t"})
    assert world.text("SCR/SV/VISDAT") == "2026-03-20"
