"""crf-app import: every row is said, then all is stored or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.cli.terminal import PASSWORD_VARIABLE
from crf_app.clinical.keys import ItemKey
from crf_app.clock import SystemClock
from crf_app.paths import forms_folder
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out, open_workspace
from crf_app.services.subjects import create_subject
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from tests.cli.conftest import Run
from tests.once import study_of

PHRASE = "seven plain walnut shells"
FILE = "受试者编号,采样日期,检验项目,结果,单位\n01-001,2026-01-05,白细胞,11.2,10^9/L\n01-001,2026-01-05,血红蛋白,12.0,g/dL\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one subject whose screening visit is dated."""
    folder = tmp_path_factory.mktemp("import") / "workspace"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        study = study_of(forms_folder() / "NCT05999656" / "1.0")
        new = NewWorkspace(folder, study, "01", Text("Demo Site", "演示中心"), "admin", Text("Demo Administrator", "演示管理员"), PHRASE, synthetic=True)
        work, _ = create_workspace(new, SystemClock(), cost=CHEAP)
        add_user(work, "crc", Text("Demo Coordinator", "演示协调员"), Role.COORDINATOR, PHRASE, cost=CHEAP)
        log_out(work)
        work = open_workspace(folder, "crc", PHRASE, SystemClock())
        number, _ = create_subject(work, "2026-01-05")
        header = study.item("SV", "VISDAT").group
        enter_items(work, [ItemEntry(ItemKey(number, "SCR", 1, "SV", 1, header, 1, name), text) for name, text in (("SVOCCUR", "Y"), ("VISDAT", "2026-01-05"))])
        log_out(work)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, with the password in the environment."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PHRASE)
    return Path(shutil.copytree(made, tmp_path / "workspace"))


def test_a_dry_run_says_every_row_and_stores_nothing(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lab.csv"
    file.write_bytes(FILE.encode("gb18030"))
    said = run("import", "results", folder, file, "--user", "crc", "--dry-run")
    assert (said.code, said.errors) == (0, [])
    assert said.lines == [
        "lab.csv: csv GB18030", "2  New  01-001  SCR LBHEM  WBC  11.2 10⁹/L", "3  New  01-001  SCR LBHEM  HGB  12.0 g/dL", "Dry run, nothing was stored: New 2.",
    ]  # fmt: skip
    again = run("import", "results", folder, file, "--user", "crc", "--mapping", "HIS")
    assert (again.code, again.lines[-1]) == (0, "Imported: New 2.")
    third = run("import", "results", folder, file, "--user", "crc", "--mapping", "HIS")
    assert (third.code, third.lines[-1]) == (0, "Nothing to store: Stored already 2.")


def test_a_refused_row_refuses_the_file(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lab.csv"
    file.write_text(FILE + "01-001,2026-01-05,ALT,阴性,U/L\n", encoding="utf-8")
    said = run("--lang", "zh", "import", "results", folder, file, "--user", "crc")
    assert said.code == 1
    assert said.lines[-1].startswith("4  无法读取  01-001  SCR LBCHEM  ALT")
    assert "第 4 行" in said.errors[0]
    left = run("import", "results", folder, file, "--user", "crc", "--leave-out")
    assert (left.code, left.lines[-1]) == (0, "Imported: New 2, Unreadable 1.")


def test_ranges_are_the_administrators(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "ranges.csv"
    file.write_text("test,unit,sex,low,high\nALT,U/L,ALL,9,50\n", encoding="utf-8")
    assert run("import", "ranges", folder, file, "--user", "crc").code == 1
    said = run("import", "ranges", folder, file, "--user", "admin")
    assert (said.code, said.lines[-1]) == (0, "Imported: New 1.")
    assert run("import", "results", folder, file, "--user", "admin").code == 1


def test_a_file_that_is_no_table_is_refused_in_one_line(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lab.csv"
    file.write_bytes(b"%PDF-1.7")
    said = run("import", "results", folder, file, "--user", "crc")
    assert (said.code, len(said.errors)) == (1, 1)
    assert "lab.csv" in said.errors[0]
