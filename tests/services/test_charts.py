"""Charts through the services: who may see them, what the ledger keeps of one on paper, and when queries are how old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.charts import SITE_OFFERS, read_subject_charts, site_chart
from crf_app.services.forms import complete_form
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import Selection
from crf_app.services.queries import NewQuery, answer_query, close_query, open_query, reopen_query
from crf_app.store.ledger_reading import newest_entries
from crf_app.words import load_words
from tests.services.world import World

WORDS = load_words(resources_folder() / "words")


def test_only_who_may_read_sees_charts(world: World) -> None:
    for role in (Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER, Role.INVESTIGATOR):
        world.be(role)
        assert site_chart(world.work, "ENROLMENT").count
        read_subject_charts(world.work, world.subject)
    world.be(Role.ADMINISTRATOR)
    for act in (lambda: site_chart(world.work, "ENROLMENT"), lambda: read_subject_charts(world.work, world.subject)):
        with pytest.raises(ExpectedError, match="no_right"):
            act()


def test_enrolment_follows_consent_and_first_treatment(world: World) -> None:
    chart = site_chart(world.work, "ENROLMENT")
    assert [one.name.en for one in chart.series] == ["consented"]
    assert chart.series[0].points[0].said.en == "2026-01-05: consented, 1 in all"
    world.enter({"D0/INJ/EXSTDAT": "2026-01-12"})
    assert [one.name.en for one in site_chart(world.work, "ENROLMENT").series] == ["consented", "first treatment given"]


def test_a_query_grows_older_and_leaves_the_chart_when_it_is_closed(world: World) -> None:
    assert site_chart(world.work, "QUERY_AGE").is_empty
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/VSPERF": "Y", "SCR/VS/VSDAT": "2026-01-06"})
    complete_form(world.work, world.form("SCR", "VS"), actor=world.actor(Role.COORDINATOR))
    opened = site_chart(world.work, "QUERY_AGE")
    assert {bar.lane for bar in opened.bars} == {0}
    assert opened.keys[0].name.en == "waits for: Coordinator"
    world.clock.advance(timedelta(days=6))
    assert {bar.lane for bar in site_chart(world.work, "QUERY_AGE").bars} == {1}
    world.clock.advance(timedelta(days=40))
    older = site_chart(world.work, "QUERY_AGE")
    assert {bar.lane for bar in older.bars} == {3}
    world.enter({"SCR/VS/WEIGHT": "70"}, reason="found in the source")
    assert site_chart(world.work, "QUERY_AGE").count <= older.count
    assert sum(bar.end - bar.start for bar in site_chart(world.work, "QUERY_AGE").bars) < sum(bar.end - bar.start for bar in older.bars)


def test_an_answered_query_waits_for_who_asked_until_it_is_closed_and_keeps_its_age(world: World) -> None:
    world.be(Role.MONITOR)
    _, number = open_query(world.work, NewQuery(world.key("SCR/ICF/RFICDAT"), "Is that the date on the form?", assigned=str(Role.INVESTIGATOR)))
    world.clock.advance(timedelta(days=12))

    def turn() -> list[tuple[int, str]]:
        chart = site_chart(world.work, "QUERY_AGE")
        return [(bar.lane, chart.keys[bar.pattern - 1].name.en) for bar in chart.bars]

    assert turn() == [(2, "waits for: Investigator")]
    world.be(Role.INVESTIGATOR)
    answer_query(world.work, number, "yes")
    assert turn() == [(2, "waits for: Monitor")]
    world.be(Role.MONITOR)
    reopen_query(world.work, number, "the year?")
    assert turn() == [(2, "waits for: Investigator")]
    world.be(Role.INVESTIGATOR)
    answer_query(world.work, number, "2026")
    world.be(Role.MONITOR)
    close_query(world.work, number)
    assert site_chart(world.work, "QUERY_AGE").is_empty


def test_an_answered_query_of_the_system_waits_for_both_who_may_close_it(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/VSPERF": "Y", "SCR/VS/VSDAT": "2026-01-06"})
    complete_form(world.work, world.form("SCR", "VS"), actor=world.actor(Role.COORDINATOR))
    number = world.queries("M-REQ")[0].id
    answer_query(world.work, number, "scale broken", actor=world.actor(Role.COORDINATOR))
    names = [one.name.en for one in site_chart(world.work, "QUERY_AGE").keys]
    assert "waits for: Monitor or Data manager" in names


@pytest.mark.parametrize("oid", [one.oid for one in SITE_OFFERS])
def test_a_chart_of_the_site_goes_onto_paper_and_into_the_ledger(world: World, oid: str) -> None:
    content = print_pdf(world.work, WORDS, Selection(chart=oid), "zh")
    assert content.startswith(b"%PDF")
    entry = newest_entries(world.work.database, 1)[0]
    assert (entry.command, entry.object, entry.details["charts"], entry.details["blank"]) == ("print", "", [oid], False)


def test_without_the_right_to_print_no_paper(world: World) -> None:
    world.be(Role.ADMINISTRATOR)
    with pytest.raises(ExpectedError, match="no_right"):
        print_pdf(world.work, WORDS, Selection(chart="ENROLMENT"), "en")


def test_the_study_of_a_workspace_says_what_is_drawn(world: World) -> None:
    assert read_subject_charts(world.work, world.subject).offers == ()
    with pytest.raises(KeyError):
        read_subject_charts(world.work, world.subject).make("NONE")
