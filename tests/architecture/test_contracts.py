"""Imports point downward, and each contract of pyproject.toml can fail: a breach planted in a copy is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_CHECK = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command as check; check()"


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _CHECK, "--no-cache"]
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_every_contract_is_kept() -> None:
    answer = _lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


_BREACHES = {
    "upward": ("Imports point downward", "clinical/planted.py", "import crf_app.services"),
    "siblings": ("Imports point downward", "export/planted.py", "import crf_app.pdf"),
    "study and admin": ("Imports point downward", "study/planted.py", "import crf_app.admin"),
    "stray part": ("Imports point downward", "utils.py", ""),
    "qt in services": ("Qt stays in the window (ui, app)", "services/planted.py", "from PySide6.QtCore import QObject"),
    "qt in cli": ("Qt stays in the window (ui, app)", "cli/planted.py", "import PySide6.QtWidgets"),
    "sql in ui": ("The database libraries stay in the store", "ui/planted.py", "import sqlalchemy"),
    "sqlite": ("The database libraries stay in the store", "store/planted.py", "import sqlite3"),
    "reportlab": ("ReportLab stays in pdf", "export/planted.py", "from reportlab.pdfgen import canvas"),
    "network": ("No part of the program opens a connection", "services/planted.py", "import http.client"),
}


@pytest.fixture(scope="module")
def copy_of_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, to be spoiled."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "crf_app", folder / "crf_app", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("contract, place, line", _BREACHES.values(), ids=_BREACHES.keys())
def test_a_breach_is_caught(contract: str, place: str, line: str, copy_of_tree: Path) -> None:
    planted = copy_of_tree / "crf_app" / place
    planted.write_text(f"{line}\n", encoding="utf-8")
    try:
        answer = _lint_imports(copy_of_tree)
    finally:
        planted.unlink()
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout, answer.stdout
    assert f"crf_app.{place.removesuffix('.py').replace('/', '.')}" in answer.stdout, answer.stdout
