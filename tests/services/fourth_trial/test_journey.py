"""From consent to completion in each group, randomised by the sealed list; and everything that comes out: paper, ODM, CSV, endpoints, the release."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.clinical.schedule import subject_state
from crf_app.paths import resources_folder
from crf_app.services.endpoints import export_endpoints, read_endpoints
from crf_app.services.outputs import export, print_pdf
from crf_app.services.paper import Selection
from crf_app.services.reading import read_subject_record
from crf_app.services.session import log_out
from crf_app.services.studies import check_studies, load_study_folder, release_study
from crf_app.store.allocations import read_allocations
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from crf_app.words import load_words
from tests.export.test_odm import assert_sound
from tests.pdf.reading import Paper
from tests.services.fourth_trial.conftest import FOLDER, STUDIES
from tests.services.fourth_trial.story import Told, tell

WORDS = load_words(resources_folder() / "words")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The stories, told with the released definition, the data manager at work."""
    copy = tmp_path_factory.mktemp("studies") / "SEASVAX" / "1.0"
    shutil.copytree(FOLDER, copy)
    release_study(copy)
    shutil.rmtree(copy / "forms")  # what was released needs neither its sources nor the library
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        found = tell(tmp_path_factory.mktemp("told") / "workspace", load_study_folder(copy))
        yield found
        log_out(found.work)


def test_the_definition_is_clean_and_can_be_released(tmp_path: Path) -> None:
    """`study check` finds nothing; releasing twice is the same file, and what is read from it is the study."""
    checked = check_studies([STUDIES])
    assert [one.oid for one in checked.studies] == ["SEASVAX"]
    assert checked.mistakes == ()
    copy = tmp_path / "studies" / "SEASVAX" / "1.0"
    shutil.copytree(FOLDER, copy)
    path, study = release_study(copy)
    assert release_study(copy) == (path, study)
    assert load_study_folder(copy).landmarks == study.landmarks
    assert (study.home("arm"), study.eligibility_form, study.header_form) == ("ALC", "ENR", "SV")
    assert check_studies([copy]).mistakes == ()


def test_each_group_comes_to_its_end(told: Told) -> None:
    """One subject in each group, by the codes of the list in order; completed, no query that nobody meant, the record intact."""
    assert told.surprises == ()
    assert [(one.number, one.arm, one.place) for one in told.dealt.values()] == [("K001", "VAC", 1), ("K002", "PLA", 2)]
    found = {one.number: (one.state, one.arm) for one in read_subjects(told.work.database)}
    assert found == {number: ("completed", one.arm) for number, one in told.dealt.items()}
    assert [one.subject for one in read_allocations(told.work.database)] == list(told.dealt)
    for number in told.dealt:
        assert subject_state(told.work.run(number)) == "completed"
        visits = {one.event.oid: str(one.status) for one in read_subject_record(told.work, number, light=True).events}
        assert {visits[oid] for oid in ("V1", "V2", "V3")} == {"done"}
        details = next(one.details for one in read_subjects(told.work.database) if one.number == number)
        assert (details["consent"], details["initials"]) == (str(told.work.run(number).plain("consent_date")), "ZHHO")
    assert verify(told.work.database).intact


def test_a_man_has_no_pregnancy_form(told: Told) -> None:
    """Conditional visibility over the whole record."""
    woman, man = told.dealt
    forms = {number: {key.form for key in told.work.casebook(number).forms} for number in (woman, man)}
    assert "PREG" in forms[woman]
    assert "PREG" not in forms[man]


def test_endpoints(told: Told, tmp_path: Path) -> None:
    """The variables of the trial by group, and those of the library that it has the forms for."""
    found = [{one.definition.oid: one.value.text for one in read_endpoints(told.work, number)} for number in told.dealt]
    wanted = ("VAXGRP", "DOSES", "TITRE_V1", "TITRE_V3", "SEROCONV", "REACTMAX", "SAFFL", "COMPLFL", "ENRLFL")
    assert [tuple(one[name] for name in wanted) for one in found] == [
        ("VAC", "2", "10.0", "160.0", "Y", "2", "Y", "Y", "Y"), ("PLA", "2", "20.0", "20.0", "N", "2", "Y", "Y", "Y"),
    ]  # fmt: skip
    assert "SCRFFL" not in found[0], "it needs a form of another name"
    export_endpoints(told.work, tmp_path / "endpoints.csv")
    assert [one["SEROCONV"] for one in rows_of(tmp_path / "endpoints.csv")] == ["Y", "N"]
    summary = (tmp_path / "endpoints-summary.csv").read_text(encoding="utf-8-sig")
    assert "N_SEROCONV" in summary


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_paper(told: Told, lang: str) -> None:
    """Casebook and blank CRF in each language, with what this trial alone has."""
    number = next(iter(told.dealt))
    printed = Paper(print_pdf(told.work, WORDS, Selection(number), lang)).flat()
    assert "K001" in printed
    blank = Paper(print_pdf(told.work, WORDS, Selection(), lang)).flat()
    assert "K001" not in blank
    for page in (printed, blank):
        for text in {"en": ("Diaryofsolicitedreactions",), "zh": ("征集性反应日记卡",)}.get(lang, ("Diaryofsolicitedreactions", "征集性反应日记卡")):
            assert text in page.replace(" ", "")


def test_odm_and_csv(told: Told, tmp_path: Path) -> None:
    """ODM is valid by the schema and refers to nothing outside; CSV holds a file for each group with its rows."""
    export(told.work, WORDS, "odm", tmp_path / "all.xml")
    assert_sound(tmp_path / "all.xml")
    export(told.work, WORDS, "csv", tmp_path / "all")
    files = sorted((tmp_path / "all").rglob("*.csv"))
    (diary,) = [path for path in files if "DIAPAIN" in path.read_text(encoding="utf-8-sig").splitlines()[0]]
    assert len(rows_of(diary)) == 2 * 2 * 7
    assert len(files) > 15


def test_nothing_is_dealt_twice(told: Told) -> None:
    """What each form of allocation holds is what was dealt."""
    for number, one in told.dealt.items():
        casebook = told.work.casebook(number)
        texts = {item.oid: casebook.forms[FormKey(number, "V1", 1, "ALC", 1)].get(("ALC", 1, item.oid)) for item in told.work.study.forms["ALC"].items}
        said = {oid: value.text for oid, value in texts.items() if value is not None}
        assert (said["ALCNO"], said["ALCGRP"], said["ALCMETH"]) == (one.number, one.arm, "LIST")
        assert "ALCSRC" not in said
