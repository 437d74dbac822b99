"""X06 and X13, which no definition can write, and that no check of the trial goes without its cases."""

from __future__ import annotations

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.services.forms import complete_form
from crf_app.services.system_rules import CHANGED, EXPECTED
from crf_app.study.definition import Severity
from crf_app.study.loading import load_study
from tests.services.rules.cases import NOW, TRIALS, Spot, read_cases
from tests.services.rules.proof import prove_finding, stored_of
from tests.services.rules.world import Stories

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


def test_x06_is_silent(stories: Stories) -> None:
    """Before the treatment, and when the new value leaves every verdict as it was."""
    with stories.copy("ready", NOW, {}) as bench:
        bench.type({"NYHA": "3"}, HISTORY)
        assert stored_of(bench, CHANGED) == ()
    with stories.copy("injected", NOW, {}) as bench:
        bench.type({"NYHA": "2"}, HISTORY)
        assert stored_of(bench, CHANGED) == ()


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


def test_x13_is_silent_for_a_visit_that_did_not_take_place(stories: Stories) -> None:
    """A missed visit expects no form."""
    with stories.copy("week1", NOW, {}) as bench:
        bench.type({"SVOCCUR": "N", "SVREASOC": "MISSED"}, Spot("SV", "W2"))
        complete_form(bench.work, FormKey(bench.subject, "W2", 1, "SV", 1))
        assert [one for one in stored_of(bench, EXPECTED) if one.form.event == "W2"] == []


@pytest.mark.parametrize("trial", TRIALS)
def test_every_check_has_a_firing_and_a_silent_case(trial: str) -> None:
    """Each check or template of checks that the trial uses; a gate that lets an act pass is silent."""
    checks = load_study(TRIALS[trial]).checks
    wanted = {one.template or one.id for one in checks}
    gates = {one.id for one in checks if one.severity is Severity.STOP}
    cases = read_cases(trial)
    assert sorted(wanted - {rule for case in cases for rule in case.firing}) == []
    passed = {rule for case in cases if case.tries for rule in gates - set(case.firing)}
    assert sorted(wanted - {rule for case in cases for rule in case.silent} - passed) == []
