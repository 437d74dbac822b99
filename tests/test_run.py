"""The bootstrap: what it starts, what it says when the machine lacks something, and that it does nothing twice."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module whose checkout is an empty folder with a lock."""
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "LOCK": tmp_path / "requirements.lock",
        "STAMP": tmp_path / ".venv" / "crf-app.stamp",
    }.items():
        monkeypatch.setattr(module, name, path)
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    return module


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would be started in a checkout that is set up."""
    seen: list[tuple[str, ...]] = []

    def call(*arguments: str, environment: object = None) -> int:
        seen.append(arguments)
        return 0

    monkeypatch.setattr(run, "call", call)
    monkeypatch.setattr(run, "set_up", lambda: None)
    return seen


def _show(run: ModuleType, monkeypatch: pytest.MonkeyPatch, *, display: bool) -> None:
    monkeypatch.setattr(run, "has_display", lambda: display)
    monkeypatch.setattr(run, "display_opens", lambda: display)


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    # -I and -S: no site-packages, no folder of the script on the path.
    ask = [sys.executable, "-I", "-S", str(ROOT / "run.py"), "--help"]
    answer = subprocess.run(ask, capture_output=True, check=False)
    assert answer.returncode == 0
    assert b"run.py demo" in answer.stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["setup", "now"], ["lint", "x"], ["demo", "a", "b"]])
def test_what_is_not_understood_gets_help(
    arguments: list[str], run: ModuleType, calls: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(arguments) == 2
    assert "python3 run.py demo" in capsys.readouterr().out
    assert calls == []


def test_tests_write_into_memory_where_there_is_room(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never where the user chose a place himself; what is compiled is kept."""
    seen: list[dict[str, str]] = []
    monkeypatch.setattr(run, "set_up", lambda: None)
    monkeypatch.setattr(run, "call", lambda *_, environment: seen.append(environment) or 0)
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    for place, least, chosen, found in (
        (tmp_path, 1, "", {"PYTEST_DEBUG_TEMPROOT": str(tmp_path)}), (tmp_path, 1 << 62, "", {}), (tmp_path / "none", 1, "", {}), (tmp_path, 1, "/elsewhere", {}),
    ):  # fmt: skip
        monkeypatch.setattr(run, "MEMORY", place)
        monkeypatch.setattr(run, "LEAST_MEMORY", least)
        monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", chosen)
        assert run.main(["test"]) == 0
        assert seen.pop() == {**kept, **found}


def test_tests_run_whole_or_exactly_as_asked(run: ModuleType, calls: list[tuple[str, ...]]) -> None:
    assert run.main(["test"]) == 0
    assert run.main(["test", "tests/store", "-x"]) == 0
    assert calls == [("-m", "pytest", "-n", "2", "--dist", "worksteal"), ("-m", "pytest", "tests/store", "-x")]


def test_a_new_folder_is_made_and_an_earlier_one_opened(
    run: ModuleType, calls: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _show(run, monkeypatch, display=True)
    run.main(["demo"])
    (tmp_path / "empty").mkdir()
    run.main(["demo", str(tmp_path / "empty")])
    assert capsys.readouterr().out == ""
    (tmp_path / "empty" / "logins.txt").write_text("login somebody role password\n", encoding="utf-8")
    run.main(["demo", str(tmp_path / "empty")])
    assert "login somebody role password\n" in capsys.readouterr().out
    assert [call[2:] for call in calls] == [
        ("demo", str(tmp_path / "demo-data")),
        ("demo", str(tmp_path / "empty")),
        ("open", str(tmp_path / "empty")),
    ]


def test_without_a_display_it_says_so_and_leaves_pictures(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _show(run, monkeypatch, display=False)
    run.main(["demo"])
    assert "No display here" in capsys.readouterr().out
    (tmp_path / "demo-out" / "workspace").mkdir(parents=True)
    run.main(["demo"])
    pictures = str(tmp_path / "demo-out")
    assert [call[2:] for call in calls] == [
        ("demo", str(tmp_path / "demo-out" / "workspace"), "--gallery", pictures),
        ("demo", str(tmp_path / "demo-out" / "workspace-2"), "--gallery", pictures),
    ]


def test_a_display_that_does_not_open_is_none(
    run: ModuleType, calls: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _show(run, monkeypatch, display=True)
    monkeypatch.setattr(run, "display_opens", lambda: False)
    run.main(["demo"])
    assert "No display here (it does not open)" in capsys.readouterr().out
    assert "--gallery" in calls[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_qt_is_asked_whether_the_display_opens(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "venv_python", lambda: sys.executable)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run.display_opens()
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert not run.display_opens()


def test_breaking_off_is_no_fault(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "set_up", lambda: None)
    monkeypatch.setattr(run.subprocess, "call", broken_off)
    assert run.main(["test"]) == 130
    monkeypatch.setattr(run, "set_up", broken_off)
    assert run.main(["setup"]) == 130


@pytest.mark.parametrize(
    "platform, variables, expected",
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_known(
    platform: str, variables: dict[str, str], expected: bool, run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert run.has_display() is expected


def test_what_is_done_is_not_done_again_until_the_lock_changes(run: ModuleType, tmp_path: Path) -> None:
    assert not run.stamp_is_fresh()
    run.venv_python().parent.mkdir(parents=True)
    run.venv_python().write_bytes(b"")
    run.STAMP.write_text("\n".join(run.stamp()), encoding="ascii")
    assert run.stamp_is_fresh()
    (tmp_path / "requirements.lock").write_text("another==1", encoding="utf-8")
    assert not run.stamp_is_fresh()


def test_a_folder_that_is_no_environment_is_not_cleared(run: ModuleType, tmp_path: Path) -> None:
    assert run.clear_option() == []
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "thesis.doc").write_bytes(b"")
    with pytest.raises(run.SetupError, match="move it away"):
        run.clear_option()
    (tmp_path / ".venv" / "pyvenv.cfg").write_bytes(b"")
    assert run.clear_option() == ["--clear"]


def test_an_old_python_is_refused_with_the_versions_that_do(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    with pytest.raises(run.SetupError, match=r"Python 3\.11 to 3\.14 is needed"):
        run.find_python()
    monkeypatch.setattr(run.shutil, "which", lambda name: sys.executable if name == "python3.12" else None)
    assert run.find_python() == sys.executable


@pytest.mark.skipif(sys.platform == "win32", reason="system packages are a matter of Linux")
def test_without_root_the_line_to_run_is_said(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(run, "root_prefix", lambda: None)
    with pytest.raises(run.SetupError, match="sudo apt-get install -y --no-install-recommends libgl1"):
        run.install_system_packages(["libgl1"], "Qt needs libGL.so.1")
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    with pytest.raises(run.SetupError, match="Install what your system calls these Debian packages: libgl1"):
        run.install_system_packages(["libgl1"], "Qt needs libGL.so.1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these libraries are a matter of Linux")
def test_a_display_that_is_new_here_is_set_up_once(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    run.venv_python().parent.mkdir(parents=True)
    run.venv_python().write_bytes(b"")
    run.STAMP.write_text("\n".join(run.stamp()), encoding="ascii")
    for name, library in (("DISPLAY", "libxcb-cursor.so.0"), ("WAYLAND_DISPLAY", "libwayland-cursor.so.0")):
        monkeypatch.setenv(name, "x")
        assert library in run.wanted_libraries()
        assert not run.stamp_is_fresh()
        run.STAMP.write_text("\n".join(run.stamp()), encoding="ascii")
        assert run.stamp_is_fresh()
    monkeypatch.delenv("DISPLAY")
    assert run.stamp_is_fresh()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these libraries are a matter of Linux")
def test_a_missing_library_is_seen(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(run, "install_system_packages", lambda packages, _: asked.append(packages))
    monkeypatch.setattr(run, "loads", lambda library: library != "libEGL.so.1")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run.bring_libraries()
    assert asked == [["libegl1"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the names of libraries are those of Linux")
def test_the_linker_is_asked(run: ModuleType) -> None:
    assert run.loads("libc.so.6")
    assert not run.loads("libcrf-nothing.so.1")


def test_the_failure_of_a_step_names_the_command(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(run.SetupError, match="it broke; the command was:"):
        run.run_or_explain([sys.executable, "-c", "raise SystemExit(3)"], "it broke")

    def fails() -> None:
        raise run.SetupError("no disk")

    monkeypatch.setattr(run, "set_up", fails)
    assert run.main(["setup"]) == 1
    assert "run.py: no disk" in capsys.readouterr().err


def test_the_environment_of_these_tests_finds_the_checkout(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ask = [sys.executable, "-c", "import crf_app; print(crf_app.__file__)"]
    answer = subprocess.run(ask, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert Path(answer.stdout.strip()) == ROOT / "crf_app" / "__init__.py"
