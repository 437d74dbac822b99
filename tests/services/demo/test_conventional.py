"""The demonstration of the third trial: its stories fit its definition."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.clock import SteppedClock
from crf_app.services.demo.build import Demo, make_demo
from crf_app.services.endpoints import export_endpoints
from crf_app.services.session import log_out, open_workspace
from crf_app.services.today import today
from crf_app.services.workspace import Workspace
from crf_app.store.queries import read_queries
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from crf_app.study.definition import StudyDef
from tests.export.reading import read_sheet
from tests.once import Once, study_of
from tests.services.demo.cohorts import NOW, THIRD, cohort, source_of

SMALL = ("second_session", "hba1c", "died")


@pytest.fixture(scope="module")
def conventional() -> StudyDef:
    """The trial, from its sources."""
    return study_of(source_of(THIRD))


@pytest.fixture(scope="module")
def told(once: Once) -> Demo:
    """A second session that is due, a death in the control arm, a screen failure."""
    return cohort(once, THIRD, NOW, SMALL)


def _opened(demo: Demo, folder: Path) -> Workspace:
    login = demo.logins[4]
    return open_workspace(folder, login.user, login.password, SteppedClock(NOW))


def _begun(work: Workspace, subject: str, form: str) -> set[str]:
    return {key.event for key in work.casebook(subject).forms if key.form == form}


def test_each_subject_is_where_its_story_leads(told: Demo, tmp_path: Path) -> None:
    """No query that no story meant; cells in their arm alone; the dead subject has left the study; the due session is in Today."""
    assert told.surprises == ()
    work = _opened(told, Path(shutil.copytree(told.folder, tmp_path / "copy")))
    found = {one.state: one.number for one in read_subjects(work.database)}
    injected = {state: _begun(work, number, "INJ") for state, number in found.items()}
    due = [one.subject for one in today(work).tasks if one.group == "visits"]
    log_out(work)
    assert set(found) == {"treatment", "withdrawn", "screen_failure"}
    assert injected == {"treatment": {"D0"}, "withdrawn": set(), "screen_failure": set()}
    assert due == [found["treatment"]]


@pytest.mark.slow
def test_the_whole_cohort_fits_the_definition(conventional: StudyDef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Completers of both arms, screen failures, an early end, a death, deviations, missing values, queries; the workspace is intact."""
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    made = make_demo(tmp_path / "all", conventional, NOW, subjects=13)
    assert made.surprises == ()
    work = _opened(made, made.folder)
    people = read_subjects(work.database)
    deviations = sum(len(work.casebook(one.number).rows(FormKey(one.number, "LOG", 1, "DV", 1), "DV")) for one in people)
    queries = Counter(query.state for one in people for query in read_queries(work.database, one.number) if query.kind == "system")
    missing = [value for one in people for _, value in work.casebook(one.number).items() if value.missing]
    export_endpoints(work, tmp_path / "v.csv")
    fault = verify(work.database).fault
    log_out(work)
    assert fault is None
    assert Counter(one.state for one in people) == {
        "completed": 2, "follow_up": 4, "screen_failure": 2, "withdrawn": 2, "treatment": 1, "enrolled": 1, "screening": 1,
    }  # fmt: skip
    assert (deviations, queries["open"]) == (1, 2)
    assert len(missing) >= 3
    changes = {row["ARM"]: row["TCSSCHG_W24"] for row in read_sheet(tmp_path / "v.csv") if row["COMPLFL"] == "Y"}
    assert int(changes["EXP"]) < int(changes["CON"]) <= 0
