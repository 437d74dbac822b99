"""crf-app randomisation on a workspace of trial B: check, import, make, status; no code is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.cli.terminal import PASSWORD_VARIABLE
from crf_app.clock import SystemClock
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from tests.cli.conftest import Run, Said
from tests.once import study_of
from tests.services.randomisation.conftest import TRIAL_B, arms, sheet
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import PASSWORD


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace of trial B with administrator and investigator; their password is in the environment."""
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    place = tmp_path / "workspace"
    new = NewWorkspace(place, study_of(TRIALS[TRIAL_B]), "T1", Text("Demo", "演示"), "admin", Text("Demo Administrator", "演示管理员"), PASSWORD)
    work, _ = create_workspace(new, SystemClock(), cost=CHEAP)
    add_user(work, "pi", Text("Demo Investigator", "演示研究者"), Role.INVESTIGATOR, PASSWORD, cost=CHEAP)
    log_out(work)
    return place


def silent(said: Said) -> Said:
    """No number of the list stands in what was said."""
    assert "ZQ7" not in "".join([*said.lines, *said.errors])
    return said


def test_a_list_is_checked_imported_and_its_state_told(run: Run, folder: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(sheet(arms()).encode("gb18030"))
    bad.write_bytes(sheet(arms()).replace("ZQ7-0005,LA", "ZQ7-0005,PLACEBO").encode("utf-16"))
    said = run("randomisation", "check", folder, bad, "--user", "admin")
    assert said.code == 1
    assert [line for line in said.errors if line.startswith("Row 6, column arm")]
    assert run("randomisation", "import", folder, bad, "--user", "admin").code == 1
    assert run("randomisation", "status", folder, "--user", "admin").lines == ["There is no allocation list yet."]
    assert silent(run("randomisation", "check", folder, good, "--user", "admin")).code == 0
    assert silent(run("randomisation", "import", folder, good, "--user", "admin")).code == 0
    told = silent(run("--lang", "zh", "randomisation", "status", folder, "--user", "pi"))
    assert told.lines[0] == "随机表 1（申办方随机表）：已分配 0 / 42。"
    assert "演示研究者" in told.lines[-1]
    again = run("randomisation", "import", folder, good, "--user", "admin")
    assert (again.code, "reason" in again.errors[0]) == (1, True)
    assert run("randomisation", "import", folder, good, "--user", "pi").code == 1


def test_a_list_is_made_with_a_seed_from_a_file(run: Run, folder: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.txt"
    seed.write_text("marmalade skies\n", encoding="utf-8")
    refused = run("randomisation", "make", folder, "--user", "admin", "--blocks", "5", "--codes", "42")
    assert (refused.code, "multiple of 2" in refused.errors[0]) == (1, True)
    assert run("randomisation", "make", folder, "--user", "admin", "--blocks", "x", "--codes", "42").code == 1
    made = run("randomisation", "make", folder, "--user", "admin", "--blocks", "4,6", "--codes", "42", "--seed-file", seed)
    assert (made.code, made.lines[0]) == (0, "List 1 (made here by permuted blocks): 0 of 42 codes dealt.")
    assert "marmalade" not in "".join(made.lines)
    assert run("verify", folder, "--user", "admin").lines[0] == "intact"


def test_a_file_that_is_not_there_is_said_before_the_password(run: Run, folder: Path) -> None:
    said = run("randomisation", "import", folder, folder / "none.csv", "--user", "admin")
    assert (said.code, "none.csv" in said.errors[0]) == (1, True)
