"""crf-app meddra and the report of a serious event from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crf_app.cli.terminal import PASSWORD_VARIABLE
from crf_app.services.forms import complete_form
from crf_app.services.studies import find_study
from tests import made_up_meddra as made_up
from tests.cli.conftest import Run
from tests.services.world import PHRASE, make_world


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A subject with a serious event and one more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        world = make_world(tmp_path_factory.mktemp("made") / "workspace", find_study("NCT05507697"))
        world.enter({"LOG/AE/AE#1/AETERM": "Wobbling foot", "LOG/AE/AE#2/AETERM": "Something else", "LOG/AE/AE#2/AESER": "Y", "LOG/AE/AE#2/AESMIE": "Y"})
        assert not complete_form(world.work, world.key("LOG/AE/AE#1/AETERM").form_key).blocking
        world.work.close()
    return world.work.folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy; everybody's password is in the environment."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PHRASE)
    return Path(shutil.copytree(made, tmp_path / "workspace"))


def test_load_list_and_what_waits(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("meddra", folder, "--user", "administrator").lines == ["No dictionary is loaded."]
    english, chinese = (made_up.write(tmp_path / lang, made_up.files(lang)) for lang in ("en", "zh"))
    said = run("meddra", folder, "--user", "administrator", "--load", english, "--load", chinese)
    assert (said.code, said.errors) == (0, [])
    assert "MedDRA 97.0  English + Chinese  8 lowest-level terms  in force" in said.lines
    assert sum("SHA-256" in line for line in said.lines) == 2
    waits = run("meddra", folder, "--user", "coordinator")
    assert f"01-001:LOG/AE/AE#1: “Wobbling foot” is not coded; exact match: {made_up.llt(1)} Wobbling foot > Foot wobble" in waits.lines
    assert "01-001:LOG/AE/AE#2: “Something else” is not coded; exact match: -" in waits.lines


def test_faults_end_it_before_a_password_is_asked(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE)
    broken = made_up.files()
    broken["pt.asc"] = broken["pt.asc"].replace(b"$90000001$", b"$90000009$", 1)
    said = run("meddra", folder, "--user", "administrator", "--load", made_up.write(tmp_path / "x", broken))
    assert said.code == 1
    assert said.lines[0] == "pt.asc, line 1: SOC 90000009 is not in soc.asc. All files must be of the same release."
    assert said.errors == ["The dictionary was not loaded: 1 faults. Look at the list, put the files right, try again."]


def test_only_an_administrator_loads(run: Run, folder: Path, tmp_path: Path) -> None:
    said = run("meddra", folder, "--user", "coordinator", "--load", made_up.write(tmp_path / "en", made_up.files()))
    assert said.code == 1
    assert not (folder / "dictionaries").exists()


@pytest.mark.parametrize("which", ["01-001", "01-001#2"])
def test_the_report_of_a_serious_event(run: Run, folder: Path, tmp_path: Path, which: str) -> None:
    out = tmp_path / "sae.pdf"
    said = run("print", folder, "--user", "coordinator", "--sae", which, "--lang", "zh", "--out", out)
    assert (said.code, said.errors) == (0, [])
    assert out.read_bytes().startswith(b"%PDF")


def test_a_report_that_is_not_there(run: Run, folder: Path, tmp_path: Path) -> None:
    for arguments in (("--sae", "01-001#1"), ("--sae", "01-001", "--report", "3")):
        said = run("print", folder, "--user", "coordinator", *arguments, "--out", tmp_path / "sae.pdf")
        assert said.code == 1
        assert "01-001" in said.errors[0]
        assert not (tmp_path / "sae.pdf").exists()
