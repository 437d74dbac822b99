"""The lock pins every package for every platform by hash, and names no address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _entries() -> dict[str, str]:
    return {_name(entry): entry for entry in re.split(r"\n(?=[a-z0-9])", LOCK) if not entry.startswith("#")}


def test_every_dependency_is_in_the_lock() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    assert {_name(requirement) for requirement in wanted} <= set(_entries())


def test_every_package_has_a_version_and_several_files() -> None:
    for name, entry in _entries().items():
        assert re.match(rf"{name}==\d", entry), entry
        assert entry.count("--hash=sha256:") >= 1, f"{name} has no hash"


def test_compiled_packages_have_files_for_many_platforms() -> None:
    # One file only would be a build of one machine: Linux, Windows and macOS for four Pythons make many.
    for name in ("cryptography", "lxml", "sqlcipher3", "pillow", "sqlalchemy", "pypdfium2"):
        assert _entries()[name].count("--hash=") > 10, name


def test_no_address_is_in_the_lock() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    assert not [line for line in lines if re.search(r"://|--index|--find-links|--extra|@ |file:|\.whl", line)]
    assert "://" not in LOCK


def test_the_qt_that_aborts_on_this_python_is_not_in_the_lock() -> None:
    assert "pyside6-essentials==6.11." in LOCK
