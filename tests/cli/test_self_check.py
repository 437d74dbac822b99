from __future__ import annotations

import pytest

from crf_app.cli import self_check as module
from crf_app.services import verification
from tests.cli.conftest import Run


def test_this_installation_is_whole(run: Run) -> None:
    said = run("--self-check")
    assert (said.code, said.errors) == (0, [])
    text = "\n".join(said.lines)
    assert [one for one in ("PySide6", "SQLite", "SQLCipher", "migrations", "CrfBold", "HCBMNC-DF") if one not in text] == []
    assert "FAULT" not in text


def test_a_missing_library_is_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module._LIBRARIES, "no_such_library", "none")
    said = run("--self-check")
    assert said.code == 1
    assert any(line.startswith("FAULT  no_such_library") for line in said.lines)
    assert len(said.errors) == 1


def test_migrations_that_lead_elsewhere_are_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "upgrade", lambda *_: None)
    said = run("--self-check")
    assert said.code == 1
    assert any(line.startswith("FAULT  migrations") for line in said.lines)


def test_a_character_without_a_glyph_is_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from crf_app.pdf import fonts

    monkeypatch.setattr(fonts, "coverage", lambda _: frozenset("abc"))
    said = run("--self-check")
    assert said.code == 1
    assert sum(line.startswith("FAULT  font") for line in said.lines) == 2
