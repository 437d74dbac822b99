"""The rules of source_rules.py hold in every file of the project, and each of them can fail."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture import source_rules

ROOT = Path(__file__).resolve().parents[2]
# The licence texts are not ours to change; a lock of hashes has no addresses (test_lock.py) and is large.
_NOT_READ = {"LICENSE", "resources/fonts/OFL.txt", "requirements.lock"}


def _names() -> list[str]:
    """The files of the project as git tells them; where there is no git, or no clone, those in its folders and beside them."""
    git = shutil.which("git")
    answer = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False) if git else None
    if answer is not None and answer.returncode == 0 and answer.stdout:
        return answer.stdout.decode("utf-8").split("\0")
    parts = ("crf_app", "tests", "forms", "resources", "migrations", "docs", "bench", ".ci")
    paths = [path for part in parts for path in (ROOT / part).rglob("*")] + [path for path in ROOT.iterdir() if path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in paths]


def _project_files() -> list[tuple[str, str]]:
    names = _names()
    files = []
    for name in sorted(set(names) - _NOT_READ):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content and not name.startswith("tests/architecture/"):
            files.append((name, content.decode("utf-8")))
    return files


@pytest.fixture(scope="module")
def project_files() -> list[tuple[str, str]]:
    """Path and text of every file of the project that is text."""
    return _project_files()


def test_the_whole_project_is_read(project_files: list[tuple[str, str]]) -> None:
    assert {"crf_app/paths.py", "run.py", "pyproject.toml", "README.md"} <= {name for name, _ in project_files}


def test_without_git_the_same_files_are_read(project_files: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert {name for name, _ in project_files} <= {name for name, _ in _project_files()}


@pytest.mark.parametrize("rule", source_rules.all_rules().values(), ids=source_rules.all_rules().keys())
def test_no_file_breaks_the_rule(rule: source_rules.Rule, project_files: list[tuple[str, str]]) -> None:
    broken = [place for name, text in project_files for place in rule(name, text)]
    assert not broken, "\n".join(["", str(rule.__doc__), *broken])


_BREAKS = [
    ("dangerous", "crf_app/x.py", "value = eval(text)"),
    ("dangerous", "crf_app/x.py", "import pickle"),
    ("dangerous", "crf_app/x.py", "import os\nos.system('ls')"),
    ("dangerous", "tests/x.py", "subprocess.run('ls', shell=True)"),
    ("posix", "crf_app/store/x.py", "import fcntl"),
    ("posix", "crf_app/store/x.py", "import os\nos.open(p, os.O_RDONLY | os.O_DIRECTORY)"),
    ("posix", "crf_app/store/x.py", "path.chmod(0o600)"),
    ("posix", "crf_app/store/x.py", "import signal\nstop(signal.SIGKILL)"),
    ("qt", "crf_app/ui/x.py", "from PySide6.QtSql import QSqlDatabase"),
    ("qt", "crf_app/ui/x.py", "from PySide6 import QtCharts"),
    ("window", "crf_app/cli/x.py", "from crf_app.app import open_window"),
    ("window", "crf_app/__main__.py", "if True:\n    import crf_app.app"),
    ("clock", "crf_app/services/x.py", "now = datetime.now(UTC)"),
    ("clock", "crf_app/services/x.py", "today = datetime.date.today()"),
    ("length", "tests/x.py", "\n" * (source_rules.LONGEST_FILE + 1)),
    ("docstrings", "crf_app/x.py", "def show(): pass"),
    ("docstrings", "crf_app/x.py", "class Visit:\n    '''A visit.'''\n    def start(self): pass"),
    ("hosts", "README.md", "see https:" + "//example.org/page"),
    ("own machine", "docs/x.md", "put it in /" + "tmp/here"),
    ("own machine", "docs/x.md", "put it in C:\\" + "Users\\me"),
    ("types", "tests/x.py", "x = 1  # type:" + " ignore[assignment]"),
]


@pytest.mark.parametrize("name, path, text", _BREAKS)
def test_a_breach_is_seen(name: str, path: str, text: str) -> None:
    assert source_rules.all_rules()[name](path, text)


_ALLOWED = [
    ("dangerous", "crf_app/ui/x.py", "dialog.exec()\nsubprocess.run(['ls'], shell=False)"),
    ("posix", "crf_app/paths.py", "path.chmod(0o600)"),
    ("qt", "crf_app/ui/x.py", "from PySide6.QtWidgets import QWidget\nfrom PySide6 import QtCore"),
    ("window", "crf_app/cli/x.py", "def open_it():\n    from crf_app.app import open_window"),
    ("clock", "crf_app/clock.py", "now = datetime.now()"),
    ("length", "tests/x.py", "# long because: one table\n" + "\n" * source_rules.LONGEST_FILE),
    ("docstrings", "crf_app/x.py", "def _inner(): pass"),
    ("docstrings", "crf_app/x.py", "class Clock(Protocol):\n    '''Time.'''\n    def now(self): ..."),
    ("docstrings", "crf_app/ui/x.py", "class Page(QWidget):\n    '''A page.'''\n    def paintEvent(self, event): pass"),
    ("hosts", "crf_app/export/x.py", "NAMESPACE = 'http://www.cdisc.org/ns/odm/v1.3'"),
    ("own machine", "docs/x.md", "./work/here and docs/home/page"),
]


@pytest.mark.parametrize("name, path, text", _ALLOWED)
def test_what_is_allowed_passes(name: str, path: str, text: str) -> None:
    assert source_rules.all_rules()[name](path, text) == []
