"""The report of a serious adverse event: what it puts together, how it is numbered, that each print is on record; and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.sae_report import sae_report, serious_rows
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.grading import linked_grades
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import sae_selection
from crf_app.services.reading import read_subject_record
from crf_app.services.today import today
from crf_app.store.ledger_reading import newest_entries
from crf_app.words import load_words
from tests.once import Once
from tests.services.demo.cohorts import SECOND, source_of
from tests.services.world import World, copied_world

WORDS = load_words(resources_folder() / "words")
EVENT = {
    "LOG/AE/AE#1/AETERM": "Mild cough", "LOG/AE/AE#1/AESER": "N", "LOG/AE/AE#2/AETERM": "Pneumonia", "LOG/AE/AE#2/AESTDAT": "2026-03-10",
    "LOG/AE/AE#2/AESER": "Y", "LOG/AE/AE#2/AESHOSP": "Y", "LOG/AE/AE#2/AEOUT": "NOT RECOVERED/NOT RESOLVED",
}  # fmt: skip


@pytest.fixture
def site(once: Once, tmp_path: Path) -> Iterator[World]:
    """A subject in hospital."""
    world = copied_world(once, tmp_path / "workspace", source_of(SECOND))
    world.enter(EVENT)
    yield world
    world.check()
    world.work.close()


def report(world: World, row: int, **values: str) -> None:
    """Fill a row of the SAE form of event 2."""
    world.enter({f"LOG/SAE#2/SAEREPORT#{row}/{item}": text for item, text in values.items()})


def texts(world: World, number: int | None = None) -> dict[str, str]:
    """What the report of event 2 holds, by item."""
    found = sae_report(read_subject_record(world.work, world.subject), 2, number)
    assert found is not None
    return {one.item.oid: one.value.text for one in found.form.items()}


def test_only_serious_events_have_a_report(site: World) -> None:
    record = read_subject_record(site.work, site.subject)
    assert serious_rows(record) == (2,)
    assert sae_report(record, 1) is None
    assert sae_report(record, 7) is None
    assert sae_selection(site.work, site.subject).sae == 2


def test_before_anything_was_reported_it_is_the_initial_report(site: World) -> None:
    found = sae_report(read_subject_record(site.work, site.subject), 2)
    assert found is not None
    assert (found.number, found.title.en, found.title.zh) == (0, "initial report", "首次报告")
    assert texts(site)["AETERM"] == "Pneumonia"
    assert texts(site)["SAETYPE"] == ""


def test_reports_are_numbered_and_each_can_be_printed(site: World) -> None:
    report(site, 1, SAETYPE="INITIAL", SAEAWARE="2026-03-16T10:00", SAENARR="First account")
    report(site, 2, SAETYPE="FOLLOWUP", SAEAWARE="2026-03-16T20:00", SAENARR="Second account")
    report(site, 3, SAETYPE="FINAL", SAEAWARE="2026-03-17T08:00", SAENARR="Last account")
    record = read_subject_record(site.work, site.subject)
    found = [sae_report(record, 2, number) for number in (0, 1, 2, 3)]
    assert [one.title.en if one else None for one in found] == ["initial report", "follow-up report 1", "final report (follow-up 2)", None]
    assert [one.title.zh if one else None for one in found] == ["首次报告", "随访报告 1", "总结报告（随访 2）", None]
    assert texts(site, 1)["SAENARR"] == "Second account"
    assert texts(site)["SAENARR"] == "Last account"


def test_it_has_every_part(site: World) -> None:
    site.enter({"LOG/MH/MHYN": "Y", "LOG/MH/MH#1/MHTERM": "Hypertension", "LOG/MH/MH#1/MHONGO": "Y"})
    site.enter({"LOG/CM/CMYN": "Y"})
    for row, name, end in ((1, "Cefuroxime", ""), (2, "Metformin", ""), (3, "Old tablet", "2025-12"), (4, "Late tablet", "2026-02-20")):
        site.enter({f"LOG/CM/CM#{row}/CMTRT": name, f"LOG/CM/CM#{row}/CMONGO": "N" if end else "Y", **({f"LOG/CM/CM#{row}/CMENDAT": end} if end else {})})
    site.enter({"LOG/CM/CM#1/CMINDTYP": "AE"})
    site.enter({"LOG/CM/CM#1/CMAENO": "LOG/AE/AE#2"})
    found = sae_report(read_subject_record(site.work, site.subject), 2)
    assert found is not None
    assert [group.group.name.en for group in found.form.groups] == [
        "Report", "Event", "Seriousness", "Narrative, tests, treatment", "Causality and action", "Outcome",
    ]  # fmt: skip
    tables = {one.name.en: one for one in found.form.tables}
    medication = [row[0].en for row in tables["Concomitant medication"].rows]
    assert medication == ["● Cefuroxime (for this event)", "Metformin", "Late tablet"]
    assert next(row[0].zh for row in tables["Concomitant medication"].rows) == "● Cefuroxime（用于本事件）"
    assert [row[0].en for row in tables["Medical history"].rows] == ["Hypertension"]
    assert tables["Linked test results"].rows == ()
    held = texts(site)
    assert {"AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE", "AEREL", "SAESUSAR", "AEOUT"} <= set(held)


def test_linked_results_and_the_grade_they_suggest(site: World) -> None:
    event = next(one.oid for one in site.work.study.events if one.form("LBCHEM") is not None)
    panel = f"{event}/LBCHEM"
    site.enter({"SCR/DM/SEX": "M", "SCR/DM/BRTHDAT": "1960-05-02"})
    site.enter({f"{panel}/LBPERF": "Y", f"{panel}/LBDAT": "2026-03-10", f"{panel}/ALT_LBORRES": "400", f"{panel}/AST_LBORRES": "20"})
    group = site.work.study.item("LBCHEM", "ALT_LBORRES").group
    site.enter({"LOG/AE/AE#2/AESRC": f"{panel}/{group}#1"})
    found = sae_report(read_subject_record(site.work, site.subject), 2)
    assert found is not None
    rows = next(one for one in found.form.tables if one.name.en == "Linked test results").rows
    assert [(row[1].en, row[2].en, row[4].en) for row in rows] == [("Alanine aminotransferase (ALT)", "400 U/L", "High")]
    grades = linked_grades(site.work, site.key("LOG/AE/AE#2/AETOXGR"))
    assert [(one.result.item.oid, one.grade >= 3) for one in grades] == [("ALT_LBORRES", True)]
    site.enter({"LOG/AE/AE#2/AESRC": f"{panel}/{group}#1/AST_LBORRES"})
    assert linked_grades(site.work, site.key("LOG/AE/AE#2/AETOXGR")) == ()


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_every_print_is_in_the_ledger_with_its_number(site: World, lang: str) -> None:
    report(site, 1, SAETYPE="INITIAL", SAEAWARE="2026-03-16T10:00")
    report(site, 2, SAETYPE="FOLLOWUP", SAEAWARE="2026-03-17T08:00")
    content = print_pdf(site.work, WORDS, sae_selection(site.work, site.subject, 2), lang)
    assert content.startswith(b"%PDF")
    entry = newest_entries(site.work.database, 1)[0]
    assert entry.command == "print"
    assert {name: entry.details[name] for name in ("form", "sae", "report", "report_name", "language")} == {
        "form": "SAE", "sae": 2, "report": 1, "report_name": "follow-up report 1", "language": lang,
    }  # fmt: skip


def test_what_is_not_there_is_said_with_what_is(site: World) -> None:
    with pytest.raises(ExpectedError) as caught:
        print_pdf(site.work, WORDS, sae_selection(site.work, site.subject, 1), "en")
    assert (caught.value.code, caught.value.parameters["known"]) == ("no_sae_report", "2")
    site.enter({"LOG/AE/AE#1/AESER": "Y", "LOG/AE/AE#1/AESMIE": "Y"})
    with pytest.raises(ExpectedError, match="no_sae_report"):
        sae_selection(site.work, site.subject)
    with pytest.raises(ExpectedError, match="no_right"):
        sae_selection(site.be(Role.ADMINISTRATOR), site.subject)
    site.be(Role.COORDINATOR)


def test_each_report_has_its_clock_until_it_is_sent(site: World) -> None:
    def clocks() -> list[tuple[str, str]]:
        return [(one.place.en, one.when.en) for one in today(site.work).of("sae")]

    assert clocks() == [("AE 2: serious adverse event report", "clock not started")]
    report(site, 1, SAEAWARE="2026-03-17T08:00")
    assert clocks()[0][1].endswith("min left")
    site.clock.advance(timedelta(hours=30))
    assert clocks()[0][1].startswith("late by")
    report(site, 1, SAEREP="2026-03-18T15:00")
    assert clocks() == []
    report(site, 2, SAETYPE="FOLLOWUP", SAEAWARE="2026-03-18T14:00")
    assert [one[0] for one in clocks()] == ["AE 2: follow-up report 1"]


def test_the_clock_runs_on_when_the_event_ended_the_study(site: World) -> None:
    with site.work.begin(site.work.command("test", site.work.session)) as unit:
        unit.patch("subject", [site.subject], {"state": "withdrawn"})
    assert [one.place.zh for one in today(site.work).of("sae")] == ["AE 2：严重不良事件报告"]
