"""What a study needs before its first subject holds enrolment back, says what and who, and is never made blank again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.paths import forms_folder
from crf_app.services.administration import read_parameter_records, set_parameter
from crf_app.services.session import NewWorkspace, add_user, create_workspace, identify
from crf_app.services.setup import need_setup, needed_parameters
from crf_app.services.subjects import create_subject
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import ItemType, ParameterDef, StudyDef
from crf_app.study.loading import load_study
from crf_app.study.mistakes import DefinitionError
from crf_app.study.texts import Text
from tests.clinical.small import small_study

PHRASE = "seven plain walnut shells"
DOSE = ParameterDef("dose", Text("Cell dose", "细胞剂量"), ItemType.DEC, "", unit="10^6", assumed=True, needed=True)
POINTS = replace(DOSE, oid="points", label=Text("Points", "注射点数"), type=ItemType.INT, unit="")
FREE = replace(DOSE, oid="free", label=Text("Free", "可空"), needed=False)


def wanting() -> StudyDef:
    """The small study with two parameters that it needs, and one that may stay blank."""
    return replace(small_study(), parameters=(*small_study().parameters, DOSE, POINTS, FREE))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    """A new workspace of that study; the administrator is at work."""
    new = NewWorkspace(tmp_path / "w", wanting(), "01", Text("Demo Site", "演示中心"), "admin", Text("Demo Administrator", "演示管理员"), PHRASE, synthetic=True)
    made, _ = create_workspace(new, SteppedClock(datetime(2026, 3, 17, 9, 0, tzinfo=UTC)), cost=CHEAP)
    add_user(made, "crc", Text("Demo Coordinator", "演示协调员"), Role.COORDINATOR, PHRASE, cost=CHEAP)
    yield made
    made.close()


def be(work: Workspace, login: str) -> None:
    work.actor = identify(work, login, PHRASE)
    work.database.use_signer(work.actor.signer)


def test_no_subject_before_everything_needed_is_entered(work: Workspace) -> None:
    assert [one.oid for one in needed_parameters(work)] == ["dose", "points"]
    be(work, "crc")
    with pytest.raises(ExpectedError) as refused:
        create_subject(work, "2026-03-16")
    assert refused.value.code == "parameter_needed"
    assert refused.value.parameters["names"] == Text("Cell dose, Points", "细胞剂量、注射点数")
    assert refused.value.parameters["who"] == Text("Administrator", "系统管理员")
    assert read_subjects(work.database) == ()
    be(work, "admin")
    set_parameter(work, "dose", "50")
    assert [one.oid for one in needed_parameters(work)] == ["points"]
    set_parameter(work, "points", "20")
    be(work, "crc")
    need_setup(work)
    number, _ = create_subject(work, "2026-03-16")
    assert [one.number for one in read_subjects(work.database)] == [number]


def test_what_is_needed_says_so_until_it_is_entered_and_is_not_made_blank_again(work: Workspace) -> None:
    assert [one.definition.oid for one in read_parameter_records(work) if one.needed] == ["dose", "points"]
    for text in ("", "  "):
        with pytest.raises(ExpectedError, match="parameter_blank"):
            set_parameter(work, "dose", text)
    set_parameter(work, "dose", "50")
    with pytest.raises(ExpectedError, match="parameter_blank"):
        set_parameter(work, "dose", "", reason="unknown again")
    assert work.parameters["dose"] == "50"
    assert [one.definition.oid for one in read_parameter_records(work) if one.needed] == ["points"]
    set_parameter(work, "free", "3")
    set_parameter(work, "free", "")


def test_the_coordinator_cannot_enter_it_himself(work: Workspace) -> None:
    be(work, "crc")
    with pytest.raises(ExpectedError, match="no_right"):
        set_parameter(work, "dose", "50")


def test_the_trial_without_a_dose_in_its_record_needs_one() -> None:
    study = load_study(forms_folder() / "NCT07183761" / "1.0")
    assert [one.oid for one in study.parameters if one.needed] == ["cells_per_session", "volume_per_session", "points_per_session", "volume_per_point"]
    for other in ("NCT05999656", "NCT05507697"):
        assert not [one for one in load_study(forms_folder() / other / "1.0").parameters if one.needed]


@pytest.mark.parametrize(("line", "value"), [("", "1"), ("switch = true\n", "Y")])
def test_a_needed_parameter_with_a_default_is_a_mistake(tmp_path: Path, line: str, value: str) -> None:
    made = tmp_path / "study"
    source = forms_folder() / "NCT07183761" / "1.0"
    for path in source.rglob("*.toml"):
        there = made / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    text = (made / "study.toml").read_text(encoding="utf-8")
    kind = "yn" if line else "int"
    more = f'\n[[parameters]]\noid = "extra"\nlabel = {{ en = "x", zh = "x" }}\ntype = "{kind}"\nvalue = "{value}"\nneeded = true\n{line}'
    (made / "study.toml").write_text(text + more, encoding="utf-8")
    with pytest.raises(DefinitionError, match="S58-NEEDED-DEFAULT"):
        load_study(made)
