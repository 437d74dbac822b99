"""Where files lie, and that a file is written whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crf_app import paths
from crf_app.paths import (
    forms_folder,
    make_private,
    migrations_folder,
    own_command,
    replace_file,
    resources_folder,
    state_folder,
)

ON_WINDOWS = sys.platform == "win32"


def _tree(root: Path, *names: str) -> None:
    for name in names:
        (root / name).mkdir(parents=True)


def test_in_a_checkout_the_folders_lie_beside_the_package() -> None:
    assert resources_folder() == Path(paths.__file__).resolve().parents[1] / "resources"


@pytest.mark.parametrize(
    "find, name",
    [(forms_folder, "forms"), (resources_folder, "resources"), (migrations_folder, "migrations")],
    ids=["forms", "resources", "migrations"],
)
def test_wheel_then_frozen_program_then_checkout(
    find: Callable[[], Path], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, frozen = tmp_path / "site" / "crf_app", tmp_path / "frozen"
    _tree(tmp_path, "site/crf_app")
    monkeypatch.setattr(paths, "_PACKAGE", package)
    with pytest.raises(FileNotFoundError, match=f"{name}/ is missing"):
        find()
    _tree(tmp_path, f"site/{name}")
    assert find() == tmp_path / "site" / name
    _tree(frozen, name)
    monkeypatch.setattr(sys, "_MEIPASS", str(frozen), raising=False)
    assert find() == frozen / name
    _tree(package, f"_data/{name}")
    assert find() == package / "_data" / name


def test_the_state_folder_is_the_one_named_and_private(state_folder_of_the_test: Path) -> None:
    assert state_folder() == state_folder_of_the_test
    if not ON_WINDOWS:
        assert stat.S_IMODE(state_folder().stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "platform, variables, expected",
    [
        ("linux", {"XDG_STATE_HOME": "{tmp}/state"}, "state/crf-app"),
        ("linux", {}, "home/.local/state/crf-app"),
        ("darwin", {}, "home/Library/Application Support/crf-app"),
        ("win32", {"LOCALAPPDATA": "{tmp}/local"}, "local/crf-app"),
        ("win32", {}, "home/AppData/Local/crf-app"),
    ],
)
def test_each_system_has_its_own_place_for_state(
    platform: str, variables: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CRF_APP_STATE", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(sys, "platform", platform)
    assert state_folder() == tmp_path / expected
    assert (tmp_path / expected).is_dir()


@pytest.mark.skipif(ON_WINDOWS, reason="Windows keeps rights in the profile folder, not in mode bits")
def test_private_means_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_bytes(b"x")
    file.chmod(0o644)
    tmp_path.chmod(0o755)
    make_private(file)
    make_private(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_file_is_made_and_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "患者 notes.json"
    for content in (b"first", b"", b"\x00\xff" * 50_000):
        replace_file(target, content)
        assert target.read_bytes() == content
        assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("fails_at", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_no_rubbish(
    fails_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "notes.json"
    replace_file(target, b"old")

    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if fails_at == "fsync" else Path, fails_at, disk_full)
    with pytest.raises(OSError, match="No space"):
        replace_file(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_missing_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "none" / "notes.json", b"x")
    assert list(tmp_path.iterdir()) == []


def test_the_program_starts_itself_again_wherever_it_is_started_from(tmp_path: Path) -> None:
    command, environment = own_command("--version")
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=True)
    assert done.stdout.startswith("crf-app ")
