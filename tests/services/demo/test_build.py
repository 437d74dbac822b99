from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from odmlib.schema_manager import get_schema_path

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.export.odm_check import check_references
from crf_app.paths import resources_folder
from crf_app.services.demo.build import Demo, make_cohort, make_demo, make_logins
from crf_app.services.demo.plans import plans
from crf_app.services.outputs import export, print_pdf
from crf_app.services.paper import Selection
from crf_app.services.reading import read_form
from crf_app.services.session import log_out, open_workspace
from crf_app.services.today import today
from crf_app.services.workspace import Workspace
from crf_app.store.item_values import read_values
from crf_app.store.passwords import check_password
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from crf_app.study.definition import StudyDef
from crf_app.study.outlines import OUTLINES, read_point, region_at
from crf_app.words import load_words
from tests.services.demo.cohorts import NOW


def numbers(work: Workspace) -> dict[str, str]:
    """Subject numbers by state."""
    return {one.state: one.number for one in read_subjects(work.database)}


def test_stories_and_definition_fit_each_other(made: Demo) -> None:
    assert made.surprises == ()


def test_each_subject_is_where_its_story_leads(work: Workspace) -> None:
    assert set(numbers(work)) == {"follow_up", "screen_failure", "screening"}


def test_the_machine_finds_the_treated_subject_eligible_and_the_other_not(work: Workspace) -> None:
    by_state = numbers(work)
    for state, verdict in (("follow_up", "ELIGIBLE"), ("screen_failure", "INELIGIBLE")):
        form = read_form(work, FormKey(by_state[state], "SCR", 1, "IE", 1))
        answers = {one.item.oid: one.value.text for one in form.items()}
        assert answers["IEYN"] == verdict
        assert answers["IEINVYN"] == ("Y" if verdict == "ELIGIBLE" else "N")
    failed = read_form(work, FormKey(by_state["screen_failure"], "SCR", 1, "IE", 1))
    assert "A-E04" in next(one.value.text for one in failed.items() if one.item.oid == "SFREAS")


def test_today_has_work_in_it(work: Workspace) -> None:
    found = today(work)
    assert {one.group for one in found.tasks} >= {"sae", "visits", "forms"}
    clock = found.of("sae")[0]
    assert clock.urgent
    assert "left" in clock.when.en
    assert (found.enrolled, found.screening, found.screen_failures) == (1, 1, 1)


def test_wounds_have_photographs_that_open(work: Workspace) -> None:
    from crf_app.services.attachments import attachment, attachment_content

    form = read_form(work, FormKey(numbers(work)["follow_up"], "W4", 1, "WND", 1))
    sha256 = next(one.value.text for one in form.items() if one.item.oid == "WNDPHOTO")
    record = attachment(work, sha256)
    assert record is not None
    assert record.media_type == "image/jpeg"
    assert attachment_content(work, sha256).startswith(b"\xff\xd8")


def test_points_on_the_foot_lie_in_the_region_they_name(work: Workspace) -> None:
    values = read_values(work.database, numbers(work)["follow_up"])
    points = [point for key, value in values.items() if key.item.endswith("MAP") and (point := read_point(value.text)) is not None]
    assert len(points) > 9, "an ulcer and the points of an injection"
    drawings = OUTLINES["FOOTVIEW"]
    assert [region_at(drawings[one.view], one.x, one.y) for one in points] == [one.region for one in points]
    assert len({(one.x, one.y) for one in points}) > 8, "points of an injection stand apart"


def test_the_workspace_is_intact_and_says_that_it_is_invented(work: Workspace) -> None:
    assert verify(work.database).fault is None
    assert work.site.synthetic


def test_equal_seeds_give_equal_data(trial: StudyDef, tmp_path: Path) -> None:
    def values(folder: Path, seed: int) -> object:
        cohort = [one for one in plans(12, seed) if one.name == "screening"]
        demo = make_cohort(folder, trial, NOW, cohort, seed=seed)
        login = demo.logins[1]
        work = open_workspace(folder, login.user, login.password, SteppedClock(NOW))
        found = read_values(work.database, "01-001")
        log_out(work)
        photographs = {"WNDPHOTO"}
        return {key.address: value for key, value in found.items() if key.item not in photographs}

    first = values(tmp_path / "a", 1)
    assert values(tmp_path / "b", 1) == first
    assert values(tmp_path / "c", 2) != first


def test_log_ins_are_strong_and_one_of_each_role() -> None:
    logins = make_logins(5)
    assert Counter(one.role for one in logins) == dict.fromkeys(Role, 1)
    for one in logins:
        assert len(one.password) >= 15
        check_password(one.password, (one.user,))


def test_a_folder_with_something_in_it_is_refused(trial: StudyDef, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(ExpectedError) as caught:
        make_demo(tmp_path, trial, NOW, subjects=1)
    assert caught.value.code == "folder_not_empty"
    assert [one.name for one in tmp_path.iterdir()] == ["note.txt"]


def test_another_study_has_no_demonstration(trial: StudyDef, tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ExpectedError) as caught:
        make_demo(tmp_path / "new", replace(trial, oid="OTHER"), NOW, subjects=1)
    assert caught.value.code == "demo_study"


def test_a_larger_cohort_repeats_the_stories_with_other_dates() -> None:
    cohort = plans(24, 3)
    assert Counter(one.name for one in cohort) == dict.fromkeys((one.name for one in cohort[:12]), 2)
    assert cohort[0].day0 != cohort[12].day0


def test_the_export_is_valid_odm(work: Workspace, tmp_path: Path) -> None:
    export(work, load_words(resources_folder() / "words"), "odm", tmp_path / "odm.xml")
    schema = etree.XMLSchema(etree.parse(str(get_schema_path("odm", "1.3.2"))))
    document = etree.parse(str(tmp_path / "odm.xml"))
    assert schema.validate(document), schema.error_log
    assert len(document.findall(".//{*}SubjectData")) == 3
    assert check_references(tmp_path / "odm.xml") == ()


def test_csv_has_a_row_for_each_visit_with_vital_signs(work: Workspace, tmp_path: Path) -> None:
    import csv

    export(work, load_words(resources_folder() / "words"), "csv", tmp_path / "csv")
    file = next(one for one in (tmp_path / "csv").iterdir() if one.name.startswith("VS") and one.suffix == ".csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) >= 9


def test_the_casebook_prints(work: Workspace) -> None:
    import pypdfium2

    words = load_words(resources_folder() / "words")
    content = print_pdf(work, words, Selection(numbers(work)["follow_up"]), "both")
    document = pypdfium2.PdfDocument(content)
    assert len(document) > 20
    first = document[0].get_textpage().get_text_range()
    document.close()
    assert numbers(work)["follow_up"] in first


@pytest.mark.slow
def test_the_whole_cohort_fits_the_definition(trial: StudyDef, tmp_path: Path) -> None:
    made = make_demo(tmp_path / "all", trial, NOW)
    assert made.surprises == ()
    login = made.logins[1]
    work = open_workspace(made.folder, login.user, login.password, SteppedClock(NOW + timedelta(minutes=1)))
    states = Counter(one.state for one in read_subjects(work.database))
    groups = Counter(one.group for one in today(work).tasks)
    fault = verify(work.database).fault
    log_out(work)
    assert fault is None
    assert states == {"completed": 2, "follow_up": 4, "screen_failure": 2, "withdrawn": 1, "treatment": 1, "enrolled": 1, "screening": 1}
    assert set(groups) == {"sae", "visits", "forms", "queries"}
