"""What an expected failure carries, and how it reads in a log."""

from __future__ import annotations

import pytest

from crf_app.errors import ExpectedError


def test_code_and_parameters_are_kept() -> None:
    error = ExpectedError("workspace_locked", holder="Demo Coordinator", minutes=3)
    assert error.code == "workspace_locked"
    assert error.parameters == {"holder": "Demo Coordinator", "minutes": 3}


@pytest.mark.parametrize(
    "error, shown",
    [
        (ExpectedError("disk_full"), "disk_full"),
        (ExpectedError("wrong_file", path="a.db", size=3), "wrong_file (path=a.db, size=3)"),
    ],
)
def test_it_reads_as_code_and_parameters(error: ExpectedError, shown: str) -> None:
    assert str(error) == shown
