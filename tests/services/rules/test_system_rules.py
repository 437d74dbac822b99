"""X06 and X13, which no definition can write. That no check of a trial goes without its cases: test_table.py."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.services.forms import complete_form
from crf_app.services.system_rules import CHANGED, EXPECTED
from tests.services.rules.cases import NOW, Spot
from tests.services.rules.proof import prove_finding, stored_of
from tests.services.rules.world import Bench, Stories

HISTORY = Spot("ELH", "SCR")


def test_x06_fires_when_a_criterion_changes_after_treatment(stories: Stories) -> None:
    """The finding names the criterion and its verdict now; correcting the source takes it away again."""
    with stories.copy("injected", NOW, {}) as bench:
        bench.type({"NYHA": "3"}, HISTORY)
        (found,) = stored_of(bench, CHANGED)
        assert found.severity == "SOFT"
        assert "A-E05" in str(found.parameters["en"])
        bench.type({"NYHA": "1"}, HISTORY)
        assert stored_of(bench, CHANGED) == ()
        bench.type({"NYHA": "3"}, HISTORY)
        prove_finding(bench, stored_of(bench, CHANGED)[0])


CHANGED_CASES = {
    "an exclusion is present now": ({"ELH.NYHA@SCR": "3"}, {"A-E05 is now present"}),
    "an inclusion is not met any more": ({"DFH.ULCSTDAT#1@SCR": "2026-01-20"}, {"A-I03 is now not met"}),
    "a number crosses its limit": ({"LBGLU.GLUC_LBORRES@SCR": "9.5"}, {"A-I05 is now not met"}),
    "a value taken back leaves it open": ({"ELH.NYHA@SCR": ""}, {"A-E05 is now unknown"}),
    "unknown leaves it open": ({"DFH.ULCSTDAT#1@SCR": "!UK"}, {"A-I03 is now unknown"}),
    "two at once": ({"ELH.NYHA@SCR": "4", "LBGLU.GLUC_LBORRES@SCR": "9.5"}, {"A-E05 is now present", "A-I05 is now not met"}),
}
"""What is typed after the treatment, and what the finding says of it."""


@pytest.mark.parametrize("typed,said", CHANGED_CASES.values(), ids=CHANGED_CASES)
def test_x06_names_each_criterion_that_changed(stories: Stories, typed: Mapping[str, str], said: set[str]) -> None:
    """All of them stand in one finding on the newest conclusion, in both languages, and a corrected value takes it and its query away."""
    with stories.copy("injected", NOW, {}) as bench:
        before = {text: bench.work.casebook(bench.subject).value(bench.key(text, HISTORY)) for text in typed}
        for text, value in typed.items():
            bench.type({text: value}, HISTORY)
        (found,) = stored_of(bench, CHANGED)
        sentences = str(found.parameters["en"])
        assert {one for one in said if one in sentences} == said
        assert sentences.count("already been treated") == len(said) == str(found.parameters["zh"]).count("已接受治疗")
        assert found.form.form == "IE"
        assert found.address.endswith("/IEYN")
        for text, old in before.items():
            bench.type({text: old.text}, HISTORY)
        assert stored_of(bench, CHANGED) == ()


SILENT_CASES = {
    "not treated yet": ("ready", {"ELH.NYHA@SCR": "3"}),
    "never confirmed": ("screened", {"ELH.NYHA@SCR": "3"}),
    "the verdict stays": ("injected", {"ELH.NYHA@SCR": "2"}),
    "no source of a criterion": ("injected", {"VS.PULSE_VSORRES@SCR": "71"}),
    "a value after the treatment": ("week1", {"WAG.WAGNER@W1": "1"}),
}


@pytest.mark.parametrize("base,typed", SILENT_CASES.values(), ids=SILENT_CASES)
def test_x06_is_silent(stories: Stories, base: str, typed: Mapping[str, str]) -> None:
    """Before the treatment, without a confirmation, and when every verdict is the frozen one."""
    with stories.copy(base, NOW, {}) as bench:
        bench.type(typed, HISTORY)
        assert stored_of(bench, CHANGED) == ()


def test_x06_confirmed_stays_confirmed_until_its_sentence_changes(stories: Stories) -> None:
    """A second criterion makes it another finding: open again, for it says more than was confirmed."""
    with stories.copy("injected", NOW, {}) as bench:
        bench.type({"NYHA": "3"}, HISTORY)
        prove_finding(bench, stored_of(bench, CHANGED)[0])
        bench.type({"NYHA": "4"}, HISTORY)
        assert [one.state for one in stored_of(bench, CHANGED)] == ["confirmed"]
        bench.type({"LBGLU.GLUC_LBORRES@SCR": "9.5"}, HISTORY)
        assert [one.state for one in stored_of(bench, CHANGED)] == ["open"]


def test_x13_fires_for_a_form_that_was_not_begun(stories: Stories) -> None:
    """Once the visit took place and its header is complete; it goes when the form is begun, and opens no query."""
    with stories.copy("week1", NOW, {}) as bench:
        form = FormKey(bench.subject, "W1", 1, "VAS", 1)
        assert stored_of(bench, EXPECTED) == ()
        assert complete_form(bench.work, FormKey(bench.subject, "W1", 1, "SV", 1)).completed
        (found,) = [one for one in stored_of(bench, EXPECTED) if one.form == form]
        assert found.severity == "INFO"
        bench.type({"VASPERF": "Y"}, Spot("VAS", "W1"))
        assert [one for one in stored_of(bench, EXPECTED) if one.form == form] == []


def expected_at(bench: Bench, visit: str) -> set[str]:
    """The forms that X13 asks for at a visit, as stored."""
    return {one.form.form for one in stored_of(bench, EXPECTED) if one.form.event == visit}


def visited(bench: Bench, visit: str, day: str) -> Spot:
    """A visit that took place, its header not yet complete."""
    header = Spot("SV", visit)
    bench.type({"SVOCCUR": "Y", "VISDAT": day, "SVCNTMOD": "ONSITE", "AEYN": "N"}, header)
    return header


def test_x13_asks_for_every_required_form_and_no_other(stories: Stories) -> None:
    """Not for what is optional or does not apply (a man's pregnancy test), not at other visits; each goes as its form is begun."""
    with stories.copy("week1", NOW, {}) as bench:
        visited(bench, "W2", "2026-03-16")
        assert expected_at(bench, "W2") == set(), "the header is not complete"
        assert complete_form(bench.work, FormKey(bench.subject, "W2", 1, "SV", 1)).completed
        places = bench.work.study.event("W2").forms
        assert expected_at(bench, "W2") == {one.form for one in places if not one.optional} - {"SV", "PREG"}
        assert "PREG" in {one.form for one in places}
        assert expected_at(bench, "W2") > {"VS", "VAS", "CTU", "INJ", "WND", "LBHEM"}
        assert {one.form.event for one in stored_of(bench, EXPECTED)} == {"W2"}
        for form, values in (("VAS", {"VASPERF": "N"}), ("CTU", {"CTUDAT": "2026-03-16"}), ("VS", {"VSDAT": "2026-03-16"})):
            bench.type(values, Spot(form, "W2"))
            assert form not in expected_at(bench, "W2"), "begun, also by saying that it was not done"


def test_x13_goes_and_comes_with_the_visit(stories: Stories) -> None:
    """A visit that turns out not done expects nothing."""
    with stories.copy("week1", NOW, {}) as bench:
        header = visited(bench, "W2", "2026-03-16")
        complete_form(bench.work, FormKey(bench.subject, "W2", 1, "SV", 1))
        assert "VAS" in expected_at(bench, "W2")
        bench.type({"SVOCCUR": "N"}, header)
        assert expected_at(bench, "W2") == set()
        bench.type({"SVOCCUR": "Y"}, header)
        assert "VAS" in expected_at(bench, "W2")


def test_x13_is_silent_for_a_visit_that_did_not_take_place(stories: Stories) -> None:
    """A missed visit expects no form."""
    with stories.copy("week1", NOW, {}) as bench:
        bench.type({"SVOCCUR": "N", "SVREASOC": "MISSED"}, Spot("SV", "W2"))
        assert complete_form(bench.work, FormKey(bench.subject, "W2", 1, "SV", 1)).completed
        assert expected_at(bench, "W2") == set()
