"""The demonstration of the second trial: its stories fit its definition."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clock import SteppedClock
from crf_app.paths import resources_folder
from crf_app.services.allocation_lists import read_status
from crf_app.services.allocation_slip import slip_pdf
from crf_app.services.demo.build import Demo, make_cohort, make_demo
from crf_app.services.demo.neuropathy.plans import plans
from crf_app.services.demo.sponsor import sponsors_list
from crf_app.services.session import log_out, open_workspace
from crf_app.services.today import today
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import read_allocations
from crf_app.store.signatures import read_signatures
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from crf_app.study.definition import StudyDef
from crf_app.words import load_words
from tests.once import Once, study_of
from tests.pdf.reading import Paper
from tests.services.demo.cohorts import NOW, SECOND, cohort, source_of

SMALL = ("serious", "infusing", "pressure")


@pytest.fixture(scope="module")
def neuropathy() -> StudyDef:
    """The trial, from its sources."""
    return study_of(source_of(SECOND))


@pytest.fixture(scope="module")
def told(once: Once) -> Demo:
    """Infusions under way, a serious event after the cells, a screen failure."""
    return cohort(once, SECOND, NOW, SMALL)


def _opened(demo: Demo, folder: Path) -> Workspace:
    login = demo.logins[4]
    return open_workspace(folder, login.user, login.password, SteppedClock(NOW))


def test_each_subject_is_where_its_story_leads(told: Demo, tmp_path: Path) -> None:
    """No query that no story meant; both arms under way, each with the form of its arm alone."""
    assert told.surprises == ()
    work = _opened(told, Path(shutil.copytree(told.folder, tmp_path / "copy")))
    found = {one.number: one.state for one in read_subjects(work.database)}
    treated = {}
    for number in found:
        forms = work.casebook(number).forms
        treated[number] = {name for name in ("INJ", "LAINF") if FormKey(number, "T0", 1, name, 1) in forms}
    groups = {one.group for one in today(work).tasks}
    log_out(work)
    assert Counter(found.values()) == {"screen_failure": 1, "follow_up": 1, "treatment": 1}
    assert sorted((found[number], *sorted(forms)) for number, forms in treated.items()) == [("follow_up", "INJ"), ("screen_failure",), ("treatment", "LAINF")]
    assert "sae" in groups


def test_subjects_are_randomised_by_the_sponsors_list(told: Demo, tmp_path: Path) -> None:
    """Sealed codes, dealt in order to the arms that the stories tell, signed by the investigator; a slip for each; the rest stays sealed."""
    work = _opened(told, Path(shutil.copytree(told.folder, tmp_path / "copy")))
    try:
        given = read_allocations(work.database)
        assert [(one.number, one.place) for one in given] == [("R001", 1), ("R002", 2)]
        assert {one.arm for one in given} == {"MSC", "LA"}
        assert {work.run(one.subject).plain("arm") for one in given} == {"MSC", "LA"}
        status = read_status(work)
        assert status.list is not None
        assert (status.list.source, status.dealt, status.list.size, status.waiting) == ("imported", 2, 42, ())
        for one in given:
            signed = [work.users[sign.user_id].role for sign in read_signatures(work.database, one.subject) if sign.meaning == "randomised"]
            assert signed == [Role.INVESTIGATOR]
            assert one.number in Paper(slip_pdf(work, load_words(resources_folder() / "words"), one.subject, "both")).flat()
        commands = [row[0] for row in work.database.rows("SELECT command FROM ledger_entry")]
        assert commands.count("randomise") == 2
        assert verify(work.database).intact
    finally:
        log_out(work)


@pytest.mark.parametrize(("first", "planned"), [([], {"A": 3, "B": 3}), (["B", "B", "A"], {"A": 2, "B": 4}), (["A", "A"], {"A": 2, "B": 2})])
def test_the_list_begins_as_the_stories_need_and_keeps_the_plan(first: list[str], planned: dict[str, int]) -> None:
    arms = [row.split(",")[1] for row in sponsors_list(first, planned).split()[1:]]
    assert arms[: len(first)] == first
    assert Counter(arms) == Counter(planned)


def test_who_comes_when_an_arm_is_full_waits(neuropathy: StudyDef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories stop at the gate, as a site would."""
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    small = replace(neuropathy, parameters=tuple(replace(one, value="1") if one.oid == "arm_size" else one for one in neuropathy.parameters))
    two = [one for one in plans(12, 1) if one.name in ("serious", "half_year")]
    work = _opened(make_cohort(tmp_path / "full", small, NOW, two), tmp_path / "full")
    states = sorted(one.state for one in read_subjects(work.database))
    log_out(work)
    assert states == ["enrolled", "follow_up"]


@pytest.mark.slow
def test_the_whole_cohort_fits_the_definition(neuropathy: StudyDef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Completers of both arms, screen failures, an early end, an open log, a deviation; the workspace is intact."""
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    made = make_demo(tmp_path / "all", neuropathy, NOW)
    assert made.surprises == ()
    work = _opened(made, made.folder)
    states = Counter(one.state for one in read_subjects(work.database))
    deviations = sum(len(work.casebook(one.number).rows(FormKey(one.number, "LOG", 1, "DV", 1), "DV")) for one in read_subjects(work.database))
    fault = verify(work.database).fault
    log_out(work)
    assert fault is None
    assert deviations == 1
    assert states == {"completed": 2, "follow_up": 4, "screen_failure": 2, "withdrawn": 1, "treatment": 1, "enrolled": 1, "screening": 1}
