"""Findings that go by the clock: as true as the moment of reading, never stored, while what people said of them is kept."""

from __future__ import annotations

from datetime import timedelta

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Finding
from crf_app.clock import SteppedClock
from crf_app.services.forms import complete_form, confirm_finding, open_points
from crf_app.services.reading import read_form, read_subject_record
from crf_app.store.findings import read_findings
from crf_app.store.queries import read_queries
from tests.services.rules.cases import Spot
from tests.services.rules.world import Bench, Stories

NOW = "2026-03-12T09:00:00"
_VAS = Spot("VAS", "W1")
_SAE = Spot("SAE", "LOG")
_SERIOUS = {
    "AE.AETERM#1@LOG": "Chest pain", "AE.AESTDAT#1@LOG": "2026-03-10", "AE.AEONGO#1@LOG": "Y", "AE.AETOXGR#1@LOG": "3", "AE.AESER#1@LOG": "Y",
    "AE.AESHOSP#1@LOG": "Y",
}  # fmt: skip


def wait(bench: Bench, **time: float) -> None:
    """Let time pass; nothing else happens."""
    assert isinstance(bench.work.clock, SteppedClock)
    bench.work.clock.advance(timedelta(**time))


def said(bench: Bench, form: FormKey, rule: str) -> list[Finding]:
    """What a rule says on a form, alike on the screen and on paper."""
    alone = read_form(bench.work, form)
    whole = next(one for event in read_subject_record(bench.work, bench.subject).events for one in event.forms if one.key == form)
    found = [[one for item in record.items() for one in item.findings if one.rule.partition(":")[0] == rule] for record in (alone, whole)]
    assert found[0] == found[1]
    return found[0]


def stored(bench: Bench, rule: str) -> list[str]:
    """States of what the database holds of a rule."""
    return [one.state for one in read_findings(bench.work.database, bench.subject) if one.rule.partition(":")[0] == rule]


def queries(bench: Bench, rule: str) -> list[str]:
    """States of the queries of a rule."""
    return [one.state for one in read_queries(bench.work.database, bench.subject) if one.rule.partition(":")[0] == rule]


def test_what_was_in_the_future_is_not_once_the_day_has_come(stories: Stories) -> None:
    """A HARD finding refuses *complete* while it holds, and goes by itself: nobody has to touch the value."""
    with stories.copy("week1", NOW, {}) as bench:
        form = FormKey(bench.subject, "W1", 1, "VAS", 1)
        bench.type({"VASPERF": "Y", "VASDAT": "2026-03-14", "VASREC": "AVG24", "VASSCORE": "3.0"}, _VAS)
        assert [str(one.severity) for one in said(bench, form, "X02")] == ["HARD"]
        assert [one.rule.partition(":")[0] for one in complete_form(bench.work, form).blocking] == ["X02"]
        assert stored(bench, "X02") == []
        head = bench.work.database.head.no
        wait(bench, days=2)
        assert said(bench, form, "X02") == []
        assert bench.work.database.head.no == head, "nothing was written"
        assert complete_form(bench.work, form).completed


def late(bench: Bench) -> FormKey:
    """A serious event of which the investigator knows since an hour, its report not sent."""
    bench.type(_SERIOUS, Spot("AE", "LOG"))
    bench.type({"SAETYPE": "INITIAL", "SAEAWARE": "2026-03-12T08:00"}, _SAE)
    return FormKey(bench.subject, "LOG", 1, "SAE", 1)


def test_a_deadline_passes_without_anybody_touching_it(stories: Stories) -> None:
    """The finding appears on reading when the hour has come, is no row of the database, and *complete* makes it a query."""
    with stories.copy("week1", NOW, {}) as bench:
        form = late(bench)
        wait(bench, hours=22, minutes=59)
        assert said(bench, form, "X29") == []
        wait(bench, minutes=3)
        assert len(said(bench, form, "X29")) == 1
        assert "X29" in {one.rule for one in open_points(bench.work, form)}
        assert (stored(bench, "X29"), queries(bench, "X29")) == ([], [])
        outcome = complete_form(bench.work, form)
        assert "X29" in {one.rule for one in outcome.queries}
        assert (stored(bench, "X29"), queries(bench, "X29")) == ([], ["open"])
        assert [one.query for one in said(bench, form, "X29")] == ["open"]


def test_a_confirmation_is_kept_and_ends_with_its_cause(stories: Stories) -> None:
    """What was confirmed stays so while time goes on; a report entered as sent in time takes finding, confirmation and query away."""
    with stories.copy("week1", NOW, {}) as bench:
        form = late(bench)
        wait(bench, hours=30)
        assert complete_form(bench.work, form).completed
        (found,) = said(bench, form, "X29")
        confirm_finding(bench.work, bench.subject, found.rule, found.key.address, "the sponsor was told by telephone")
        wait(bench, days=3)
        bench.work.forget()
        assert [(one.confirmed, one.reason, one.query) for one in said(bench, form, "X29")] == [(True, "the sponsor was told by telephone", "answered")]
        assert "X29" not in {one.rule for one in open_points(bench.work, form)}
        bench.type({"SAEDX": "Angina"}, _SAE)
        assert [(one.confirmed, one.query) for one in said(bench, form, "X29")] == [(True, "answered")]
        bench.type({"SAEREP": "2026-03-12T20:00"}, _SAE)
        assert (said(bench, form, "X29"), stored(bench, "X29"), queries(bench, "X29")) == ([], [], ["closed"])


def test_a_confirmation_speaks_for_its_sentence_alone(stories: Stories) -> None:
    """Another moment of awareness makes another sentence: open again."""
    with stories.copy("week1", NOW, {}) as bench:
        form = late(bench)
        wait(bench, hours=30)
        assert complete_form(bench.work, form).completed
        (found,) = said(bench, form, "X29")
        confirm_finding(bench.work, bench.subject, found.rule, found.key.address, "told by telephone")
        bench.type({"SAEAWARE": "2026-03-12T07:30"}, _SAE)
        assert [(one.confirmed, one.query) for one in said(bench, form, "X29")] == [(False, "open")]
        assert stored(bench, "X29") == []


def test_a_value_that_goes_by_the_clock_is_shown_as_it_is_now_and_not_stored(stories: Stories) -> None:
    """The gate before an injection opens when the product is released and closes when it expires."""
    with stories.copy("ready", "2026-03-02T05:00:00", {}) as bench:
        form, item = FormKey(bench.subject, "D0", 1, "INJ", 1), bench.key("INJ.INJGATE@D0", Spot("INJ", "D0"))
        bench.type({"EXSTTIM": ""}, Spot("INJ", "D0"))
        seen = []
        for hours in (0, 5, 14):
            wait(bench, hours=hours)
            seen.append(bench.shown(item))
            assert bench.work.casebook(bench.subject).value(item).text == ""
        assert seen == ["CLOSED", "OPEN", "CLOSED"]
        assert {one.value.status for one in read_form(bench.work, form).items() if one.key == item} == {"OK"}
