from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from crf_app.paths import forms_folder
from crf_app.services import studies
from crf_app.services.studies import find_study, load_study_folder, read_studies, study_folders
from crf_app.study.mistakes import DefinitionError
from tests.cli.conftest import Run

TRIAL = Path("NCT05999656") / "1.0"


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """A copy of the library and one of the shipped trials, not released."""
    copy, unused = tmp_path / "forms", shutil.ignore_patterns("released.*", "examples")
    for name in ("library", TRIAL.parent):
        shutil.copytree(forms_folder() / name, copy / name, ignore=unused)
    return copy


def test_list_names_the_studies(run: Run) -> None:
    said = run("study", "list")
    assert said.code == 0
    assert any("HCBMNC-DF" in line and "NCT05999656" in line for line in said.lines)


def test_the_shipped_definitions_are_clean(run: Run) -> None:
    said = run("study", "check", forms_folder())
    assert (said.code, said.errors) == (0, [])
    assert "no mistakes" in said.lines[-1]


def test_check_says_where_which_rule_and_what_to_do(run: Run, forms: Path) -> None:
    schedule = forms / TRIAL / "schedule.toml"
    schedule.write_text(schedule.read_text(encoding="utf-8").replace('oid = "W1"', 'oid = "W 1"', 1), encoding="utf-8")
    vital = forms / "library" / "forms" / "VS.toml"
    vital.write_text(vital.read_text(encoding="utf-8").replace('unit = "degC"', 'unit = "degX"', 1), encoding="utf-8")
    said = run("study", "check", forms / TRIAL)
    assert said.code == 1
    assert any(line.startswith("NCT05999656/1.0/schedule.toml > ") for line in said.lines)
    assert any(line.startswith("library/forms/VS.toml > ") for line in said.lines)
    assert len(said.errors) == 1
    assert said.errors[0] == f"{len(said.lines)} mistakes"


@pytest.mark.parametrize("inside", ["NCT05999656/1.0/study.toml", "NCT05999656", "library/forms/VS.toml", "library", ""])
def test_a_path_means_the_studies_it_belongs_to(forms: Path, inside: str) -> None:
    assert list(studies._folders_of(forms / inside)) == [(forms / TRIAL).resolve()]


def test_where_no_study_is_check_says_so(run: Run, tmp_path: Path) -> None:
    said = run("study", "check", tmp_path)
    assert said.code == 1
    assert said.lines == []
    assert str(tmp_path) in said.errors[0]


def test_release_freezes_a_version(run: Run, forms: Path) -> None:
    folder = forms / TRIAL
    said = run("study", "release", folder)
    assert said.code == 0
    content = (folder / "released.json").read_bytes()
    assert json.loads(content)["format"] == 1
    hash_, name = (folder / "released.sha256").read_text().split()
    assert name == "released.json"
    assert hash_ in said.lines[0]
    assert load_study_folder(folder).sha256 == hash_
    assert run("study", "release", folder).code == 0, "releasing the same again changes nothing"
    assert (folder / "released.json").read_bytes() == content
    assert run("study", "check", folder).code == 0


def test_a_released_version_is_never_changed(run: Run, forms: Path) -> None:
    folder = forms / TRIAL
    run("study", "release", folder)
    content = (folder / "released.json").read_bytes()
    study = folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("target_enrolment = 24", "target_enrolment = 25"), encoding="utf-8")
    again = run("study", "release", folder)
    assert again.code == 1
    assert "new version" in again.errors[0]
    assert (folder / "released.json").read_bytes() == content
    checked = run("study", "check", folder)
    assert checked.code == 1
    assert "E-RELEASED-SOURCES" in checked.lines[0]


def test_what_is_released_is_what_is_loaded(forms: Path, run: Run) -> None:
    folder = forms / TRIAL
    run("study", "release", folder)
    shutil.rmtree(forms / "library")
    assert find_study("NCT05999656", forms).oid == "HCBMNC-DF"
    assert find_study("hcbmnc-df", forms).sha256 == find_study("", forms).sha256


@pytest.mark.parametrize(("spoil", "rule"), [(b"{", "E-RELEASED"), (b'{"format": 7}', "E-RELEASED"), (None, "E-RELEASED-HASH")])
def test_a_spoilt_release_is_listed_with_its_mistake(forms: Path, run: Run, spoil: bytes | None, rule: str) -> None:
    folder = forms / TRIAL
    run("study", "release", folder)
    path = folder / "released.json"
    path.write_bytes(path.read_bytes().replace(b'"target_enrolment":24', b'"target_enrolment":25') if spoil is None else spoil)
    with pytest.raises(DefinitionError) as caught:
        load_study_folder(folder)
    assert [one.rule for one in caught.value.mistakes] == [rule]
    (found,) = read_studies(forms)
    assert found.study is None
    assert found.released


def test_a_broken_study_does_not_hide_the_others(forms: Path) -> None:
    other = forms / "NCT00000000" / "2.0"
    shutil.copytree(forms / TRIAL, other)
    (other / "schedule.toml").write_text("not toml")
    assert [one.parent.name for one in study_folders(forms)] == ["NCT00000000", "NCT05999656"]
    broken, sound = read_studies(forms)
    assert broken.study is None
    assert broken.mistakes
    assert sound.study is not None
    assert find_study("", forms).oid == "HCBMNC-DF"


def test_a_broken_release_fails_with_all_mistakes(run: Run, forms: Path) -> None:
    (forms / TRIAL / "schedule.toml").write_text("not toml")
    said = run("study", "release", forms / TRIAL)
    assert said.code == 1
    assert said.lines
    assert not (forms / TRIAL / "released.json").exists()


def test_diff_says_what_a_newer_version_changes_and_refuses_another_study(run: Run, tmp_path: Path) -> None:
    shutil.copytree(forms_folder() / "library", tmp_path / "library")
    newer = tmp_path / "NCT05999656" / "1.1"
    shutil.copytree(forms_folder() / "NCT05999656" / "1.0", newer, ignore=shutil.ignore_patterns("released.*"))
    schedule = newer / "schedule.toml"
    schedule.write_text(schedule.read_text(encoding="utf-8").replace("day = 84\nminus = 3\nplus = 3", "day = 84\nminus = 3\nplus = 5"), encoding="utf-8")
    said = run("study", "diff", forms_folder() / "NCT05999656" / "1.0", newer)
    assert (said.code, said.errors) == (0, [])
    assert said.lines[-1] == "  W12  Week 12 (primary): days after was 3, now 5"
    other = run("study", "diff", forms_folder() / "NCT05507697" / "1.0", newer)
    assert (other.code, len(other.errors)) == (1, 1)
