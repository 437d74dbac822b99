"""The recovery sheet gives a person who forgot his password a new one; the ledger stays whole."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.services.recovery import reset_password
from crf_app.services.session import NewWorkspace, create_workspace, log_out, open_workspace
from crf_app.store.kdf import CHEAP
from crf_app.store.verify import verify
from crf_app.study.loading import load_study
from crf_app.study.texts import Text
from tests.study.mini import write_study

OLD, NEW = "slow green harbour lamp", "another quiet window 42"


def test_the_sheet_opens_the_workspace_again(tmp_path: Path) -> None:
    clock = SteppedClock(datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    folder = tmp_path / "workspace"
    new = NewWorkspace(folder, load_study(write_study(tmp_path / "forms")), "S1", Text("Site", "中心"), "admin", Text("Demo Administrator", "演示管理员"), OLD)
    work, code = create_workspace(new, clock, cost=CHEAP)
    log_out(work)
    with pytest.raises(ExpectedError) as unknown:
        reset_password(folder, code, "nobody", NEW, clock, cost=CHEAP)
    assert unknown.value.code == "no_account"
    reset_password(folder, code.lower(), "Admin", NEW, clock, cost=CHEAP)
    with pytest.raises(ExpectedError) as wrong:
        open_workspace(folder, "admin", OLD, clock)
    assert wrong.value.code == "log_in_failed"
    work = open_workspace(folder, "admin", NEW, clock)
    assert verify(work.database).intact
    log_out(work)
