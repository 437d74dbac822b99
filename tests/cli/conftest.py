"""The command line as a person runs it: arguments in; exit code, lines and error line out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from crf_app.__main__ import main


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    lines: list[str]
    errors: list[str]


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in this process, in English unless the arguments say otherwise."""
    monkeypatch.delenv("CRF_APP_LANG", raising=False)

    def command(*arguments: object) -> Said:
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as left:  # --help and --version leave so
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return Said(code, out.splitlines(), err.splitlines())

    return command
