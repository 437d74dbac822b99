"""A workspace in an unsafe place: refused before anything is touched, allowed by an administrator with a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crf_app.clock import SystemClock
from crf_app.errors import ExpectedError
from crf_app.paths import forms_folder
from crf_app.services.session import NewWorkspace, create_workspace, log_out, open_workspace
from crf_app.services.verification import verify_folder
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger_reading import entries_of_command
from crf_app.store.workspace_files import read_workspace_file, write_workspace_file
from crf_app.study.texts import Text
from tests.once import study_of
from tests.ui.shell_support import PASSWORDS, make_workspace

CLOCK = SystemClock()


def _new(folder: Path, reason: str = "") -> NewWorkspace:
    study = study_of(forms_folder() / "NCT05999656" / "1.0")
    name = Text("Demo Administrator", "演示管理员")
    return NewWorkspace(folder, study, "01", Text("Demo Hospital", "演示医院"), "admin", name, PASSWORDS["admin"], synthetic=True, place_reason=reason)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A workspace that was made in a safe place and copied into a synchronised folder."""
    make_workspace(tmp_path / "w", 0)
    folder = tmp_path / "Dropbox" / "w"
    shutil.copytree(tmp_path / "w", folder)
    return folder


@pytest.mark.requirement("R15")
def test_none_is_made_there_without_a_reason(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive" / "w"
    with pytest.raises(ExpectedError, match="unsafe_place_sync"):
        create_workspace(_new(folder), CLOCK, cost=CHEAP)
    assert not folder.exists()


@pytest.mark.requirement("R15")
def test_with_a_reason_it_is_made_opened_and_verified_and_the_reason_is_in_the_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive" / "w"
    work, _ = create_workspace(_new(folder, "the only disk here"), CLOCK, cost=CHEAP)
    log_out(work)
    work = open_workspace(folder, "admin", PASSWORDS["admin"], CLOCK)
    (first,) = entries_of_command(work.database, "create_workspace")
    assert first.reason == "the only disk here"
    assert str(tmp_path) not in str(first.details)
    log_out(work)
    assert verify_folder(folder, "admin", PASSWORDS["admin"], CLOCK).intact


@pytest.mark.requirement("R15")
def test_a_moved_workspace_is_refused_and_not_a_byte_changed(moved: Path) -> None:
    before = _bytes(moved)
    for login in ("admin", "crc"):
        with pytest.raises(ExpectedError, match="unsafe_place_sync"):
            open_workspace(moved, login, PASSWORDS[login], CLOCK)
    with pytest.raises(ExpectedError, match="unsafe_place_sync"):
        verify_folder(moved, "admin", PASSWORDS["admin"], CLOCK)
    assert _bytes(moved) == before


@pytest.mark.requirement("R15")
def test_only_an_administrator_allows_it_and_then_all_may_open_it(moved: Path) -> None:
    with pytest.raises(ExpectedError, match="unsafe_place_role"):
        open_workspace(moved, "crc", PASSWORDS["crc"], CLOCK, place_reason="I want to")
    work = open_workspace(moved, "admin", PASSWORDS["admin"], CLOCK, place_reason="no other disk until May")
    (entry,) = entries_of_command(work.database, "allow_place")
    assert (entry.user_id, entry.reason) == ("u1", "no other disk until May")
    log_out(work)
    log_out(open_workspace(moved, "crc", PASSWORDS["crc"], CLOCK))


@pytest.mark.requirement("R15")
def test_a_permission_that_is_not_in_the_ledger_counts_for_nothing(moved: Path, tmp_path: Path) -> None:
    work = open_workspace(moved, "admin", PASSWORDS["admin"], CLOCK, place_reason="no other disk")
    log_out(work)
    mark = read_workspace_file(moved).allowed_place
    known = read_workspace_file(tmp_path / "w")
    shutil.rmtree(moved)
    shutil.copytree(tmp_path / "w", moved)
    write_workspace_file(moved, type(known)(known.workspace_id, known.study, known.site, known.created, known.format, known.synthetic, mark))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path / "another machine"))
        with pytest.raises(ExpectedError, match="unsafe_place_sync"):
            open_workspace(moved, "crc", PASSWORDS["crc"], CLOCK)
