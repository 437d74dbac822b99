"""Endpoint variables of the three trials equal a second computation from the exported data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.endpoints import export_endpoints, read_endpoints
from crf_app.services.outputs import export
from crf_app.words import Words, load_words
from tests.export.reading import read_sheet
from tests.once import study_of
from tests.services.rules.cases import NOW, TRIALS, Spot
from tests.services.rules.courses import COURSES, Course
from tests.services.rules.second import SECOND, Book, populations
from tests.services.rules.world import Bench, Stories, become, must_store, pages

NOWHERE = Spot("", "")


@pytest.fixture(scope="module")
def words() -> Words:
    """The words of readme files."""
    return load_words(resources_folder() / "words")


@pytest.mark.parametrize("course", COURSES, ids=[one.name for one in COURSES])
def test_variables_equal_the_second_computation(shelf: Mapping[str, Stories], words: Words, tmp_path: Path, course: Course) -> None:
    """Every variable of the course, value by value."""
    with shelf[course.trial].copy(course.base, course.now, course.parameters) as bench:
        tell(bench, course)
        become(bench.work, bench.story.actors[Role.INVESTIGATOR])
        export(bench.work, words, "csv", tmp_path / "data")
        export_endpoints(bench.work, tmp_path / "variables.csv")
    (found,) = read_sheet(tmp_path / "variables.csv")
    book = Book(tmp_path / "data", course.trial)
    wanted = populations(book) | SECOND[course.trial](book)
    assert set(wanted) == set(found) - {"SUBJECT"}
    assert {name: text for name, text in found.items() if name != "SUBJECT" and text != wanted[name]} == {}


def tell(bench: Bench, course: Course) -> None:
    """Type a course, page by page."""
    for page in pages(bench.work.study, bench.subject, course.values, NOWHERE):
        must_store(bench.type(page, NOWHERE))


def _values(shelf: Mapping[str, Stories], name: str) -> dict[str, str]:
    course = next(one for one in COURSES if one.name == name)
    with shelf[course.trial].copy(course.base, course.now, course.parameters) as bench:
        tell(bench, course)
        return {one.definition.oid: one.value.text for one in read_endpoints(bench.work, bench.subject)}


def test_the_primary_variable_of_trial_c(shelf: Mapping[str, Stories]) -> None:
    """By hand: 12 before injection, 4 at week 24; week 8 from the unscheduled visit (7), week 12 missing and not carried on, week 16 the closer one (5)."""
    found = _values(shelf, "cells: windows, nerves, events")
    assert [found[f"TCSSCHG_{visit}"] for visit in ("D28", "W8", "W12", "W16", "W24")] == ["-2", "-5", "", "-7", "-8"]
    assert (found["NTEAE"], found["NRELAE"], found["CELLRELGR"], found["CELLREL_AE"], found["PPFL"]) == ("3", "2", "3", "Y", "N")
    assert (found["FLOWCHG_POPA_RIGHT_W24"], found["NUSCHG_TIB_ANKLE_LEFT_W24"]) == ("13.2", "-2.5")


def test_healing_by_hand(shelf: Mapping[str, Stories]) -> None:
    """Healed on day 35, confirmed on day 49; the area at week 4 is 4.50 of 9.00; nothing is carried on but in its own column."""
    found = _values(shelf, "healed and stopped")
    assert (found["TTH"], found["TTHCNSR"], found["HEAL12"], found["WRATE_W4"], found["WRESP50_W4"]) == ("35", "0", "Y", "-50.0", "Y")
    assert (found["WRATE_W10"], found["WRATE_W10_LOCF"]) == ("", "-100.0")


def test_two_ulcers_by_hand(shelf: Mapping[str, Stories]) -> None:
    """Areas are added: 3.10 + 0.50 of 9.00 + 2.00; week 3 lacks one ulcer; the highest grade fell from 3 to 2; nothing healed, as one opened again."""
    found = _values(shelf, "two ulcers, one opens again")
    assert (found["WRATE_W3"], found["WRATE_W4"], found["WAGCHG_W12"], found["TTHCNSR"], found["HEAL12"]) == ("", "-67.3", "-1", "1", "N")


def test_the_trace_names_what_was_read(shelf: Mapping[str, Stories], tmp_path: Path) -> None:
    """The row of a variable has its rule, the derivation with its version, and the address and value of each input."""
    course = next(one for one in COURSES if one.name == "control arm")
    with shelf[course.trial].copy(course.base, course.now, course.parameters) as bench:
        tell(bench, course)
        become(bench.work, bench.story.actors[Role.INVESTIGATOR])
        files = export_endpoints(bench.work, tmp_path / "v.csv")
        assert bench.work.database.head.no > 0
    assert [one.name for one in files] == ["v.csv", "v-trace.csv", "v-summary.csv"]
    row = next(one for one in read_sheet(files[1]) if one["VARIABLE"] == "TCSSCHG_W24")
    assert (row["VALUE"], row["STATUS"], row["FUNCTIONS"]) == ("1", "OK", "D16 v1")
    assert "D0/TCSS/TCSSX#1/TCSSTOT=12" in row["INPUTS"].split("; ")
    assert "W24/TCSS/TCSSX#1/TCSSTOT=13" in row["INPUTS"].split("; ")
    assert {one["PART"]: (one["N"], one["OF"], one["NOT_KNOWN"]) for one in read_sheet(files[2]) if one["SUMMARY"] == "N_TEAEFL"} == {"CON": ("0", "1", "0")}


def test_only_who_may_export_and_nothing_is_overwritten(shelf: Mapping[str, Stories], tmp_path: Path) -> None:
    """The coordinator is refused; an existing file is left alone; a refusal writes nothing."""
    with shelf["NCT07183761"].copy("screened", NOW, {}) as bench:
        with pytest.raises(ExpectedError, match="no_right"):
            export_endpoints(bench.work, tmp_path / "v.csv")
        become(bench.work, bench.story.actors[Role.INVESTIGATOR])
        (tmp_path / "v-trace.csv").write_text("mine")
        with pytest.raises(ExpectedError, match="export_exists"):
            export_endpoints(bench.work, tmp_path / "v.csv")
        assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("v-trace.csv", "mine")]
        (tmp_path / "v-trace.csv").unlink()
        before = bench.work.database.head.no
        export_endpoints(bench.work, tmp_path / "v.csv")
        assert bench.work.database.head.no == before + 1


@pytest.mark.parametrize("trial", TRIALS)
def test_variables_are_said_in_both_languages(trial: str) -> None:
    """Each variable has its own name, and no placeholder is left in it."""
    endpoints = study_of(TRIALS[trial]).endpoints
    assert len({one.oid for one in endpoints}) == len(endpoints) > 0
    assert all(text and "{" not in text for one in endpoints for text in (one.oid, one.label.en, one.label.zh, one.derive))
