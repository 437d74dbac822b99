"""crf-app study versions, load, impact, migrate, activate on a workspace with subjects in the middle of the study."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.cli.terminal import PASSWORD_VARIABLE
from tests.cli.conftest import Run
from tests.once import Once
from tests.services.amendments.site import COMPLETED, WEEK_3, WEEK_5, copy_site, released_amendment


@pytest.mark.slow
def test_an_amendment_from_the_command_line(run: Run, once: Once, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made" / "workspace"
    passwords = copy_site(once, folder)
    amendment = released_amendment(once)
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))

    def be(role: Role) -> str:
        login, password = passwords[role]
        monkeypatch.setenv(PASSWORD_VARIABLE, password)
        return login

    admin = be(Role.ADMINISTRATOR)
    assert run("study", "load", folder, tmp_path, "--user", admin).code == 1
    said = run("study", "load", folder, amendment / "released.json", "--user", admin)
    assert (said.code, said.errors) == (0, [])
    assert "Nothing has changed for any subject" in said.lines[0]
    lines = run("study", "versions", folder, "--user", admin).lines
    assert [line.split()[0] for line in lines] == ["1.0", "2.0"]
    assert "3 subjects, new subjects get it" in lines[0]

    manager = be(Role.DATA_MANAGER)
    report = tmp_path / "impact.csv"
    said = run("study", "impact", folder, "2.0", "--from", "W4", "--out", report, "--user", manager)
    assert said.lines[0] == "Version 2.0: 3 subjects, 0 of them cannot follow it as chosen"
    assert any(line.startswith("  New finding: ") for line in said.lines)
    with report.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["Subject"] for row in rows} == {COMPLETED, WEEK_5, WEEK_3}
    assert run("study", "impact", folder, "2.0", "--out", report, "--user", manager).code == 1, "a report is not written over"
    chinese = run("--lang", "zh", "study", "impact", folder, "2.0", "--subject", WEEK_3, "--user", manager)
    assert chinese.lines[-1].startswith(f"{WEEK_3}：现为版本 1.0，自 W4 起执行版本 2.0")

    refused = run("study", "migrate", folder, "2.0", "--subject", WEEK_5, "--from", "W99", "--reason", "Protocol 2.0", "--user", manager)
    assert (refused.code, "W99 is no planned visit of version 2.0" in refused.errors[0]) == (1, True)
    assert run("study", "migrate", folder, "2.0", "--subject", WEEK_5, "--from", "W4", "--reason", "Protocol 2.0", "--user", manager).lines == [
        "1 subjects follow version 2.0; visits before keep the version they were collected under."
    ]
    assert run("study", "migrate", folder, "2.0", "--all", "--from", "W5", "--reason", "Protocol 2.0", "--user", manager).lines[0].startswith("2 subjects follow")
    out = tmp_path / "w8.pdf"
    assert run("print", folder, "--subject", WEEK_5, "--visit", "W4", "--form", "VS", "--out", out, "--user", manager).code == 0
    assert run("study", "migrate", folder, "2.0", "--all", "--from", "W5", "--reason", "again", "--user", manager).code == 1, "nobody is left"

    admin = be(Role.ADMINISTRATOR)
    assert run("study", "activate", folder, "2.0", "--reason", "approved", "--user", admin).code == 0
    assert "new subjects get it" in run("study", "versions", folder, "--user", admin).lines[1]
    assert run("verify", folder, "--user", admin).code == 0
