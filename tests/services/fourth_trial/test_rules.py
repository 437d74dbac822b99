"""Each check and criterion of the trial both ways: typed through enter_items, read back from the database."""

from __future__ import annotations

import pytest

from crf_app.services.criteria import read_eligibility
from tests.once import study_of
from tests.services.fourth_trial.conftest import FOLDER
from tests.services.rules.cases import NOW, Case, Spot, cases_in
from tests.services.rules.proof import is_of, prove_case, prove_verdicts, stored_of
from tests.services.rules.world import Stories

CASES = tuple(cases_in("SEASVAX", FOLDER))
STUDY = study_of(FOLDER)
JUDGED = tuple(one for one in STUDY.criteria if one.klass == "SEMI")


@pytest.mark.parametrize("case", [one for one in CASES if not one.criteria], ids=lambda one: one.id)
def test_check(vaccine: Stories, case: Case) -> None:
    """What fires is stored and does what its severity demands; what is silent is not there; what is computed is so."""
    with vaccine.copy(case.base, case.now, case.parameters) as bench:
        prove_case(bench, case)


@pytest.mark.parametrize("case", [one for one in CASES if one.criteria], ids=lambda one: one.id)
def test_criterion(vaccine: Stories, case: Case) -> None:
    """The machine's verdict of each criterion a case names, and the conclusion that follows on the form."""
    with vaccine.copy(case.base, case.now, case.parameters) as bench:
        prove_verdicts(bench, case)
        record = read_eligibility(bench.work, bench.subject)
        states = {one.favourable for one in record.criteria}
        wanted = "INELIGIBLE" if False in states else "INCOMPLETE" if None in states else "ELIGIBLE"
        assert (record.verdict, bench.shown(bench.key("ENR.ENRVERD@V1", case.spot))) == (wanted, wanted)


@pytest.mark.parametrize("criterion", JUDGED, ids=lambda one: one.id)
def test_the_investigator_decides(vaccine: Stories, criterion: object) -> None:
    """A SEMI criterion is what he answers on this trial's own form."""
    chosen = next(one for one in JUDGED if one is criterion)
    good, bad = ("MET", "NOT_MET") if chosen.kind == "inclusion" else ("ABSENT", "PRESENT")
    with vaccine.copy("screened", NOW, {}) as bench:
        for typed, verdict in ((bad, bad), ("", "UNKNOWN"), (good, good)):
            bench.type({f"ENR.{chosen.oid}@V1": typed}, Spot("ENR", "V1"))
            bench.work.forget()
            found = {one.definition.id: one.verdict for one in read_eligibility(bench.work, bench.subject).criteria}
            assert found[chosen.id] == verdict


def test_every_rule_has_its_cases() -> None:
    """Each check of the trial fires in one case and is silent in another; each criterion in each of its states; each kind of severity and class."""
    own = [one for one in STUDY.checks if one.id.startswith(("V-", "G-", "R-"))]
    assert {str(one.severity) for one in own} == {"HARD", "SOFT", "DEV", "STOP", "INFO"}
    assert {one.klass for one in STUDY.criteria} == {"AUTO", "SEMI", "MAN"}
    fired = {rule for case in CASES for rule in case.firing}
    assert {one.id for one in own} <= fired
    passed = {rule for case in CASES if "expect_stops" in case.wanted for rule in ("R-ELIG", *(one.id for one in own if one.gate)) if rule not in case.firing}
    silent = {rule for case in CASES for rule in case.silent} | passed
    assert {one.id for one in own} <= silent
    states: dict[str, set[str]] = {}
    for case in CASES:
        for ident, verdict in case.criteria.items():
            states.setdefault(ident, set()).add(verdict)
    both = {"inclusion": {"MET", "NOT_MET", "UNKNOWN"}, "exclusion": {"PRESENT", "ABSENT", "UNKNOWN"}}
    assert states == {one.id: both[one.kind] for one in STUDY.criteria}


def test_what_is_required_and_expected_is_said(vaccine: Stories) -> None:
    """A blank that is required becomes a query at complete (M-REQ), a form that was not begun is named at its visit (X13)."""
    from crf_app.clinical.keys import FormKey
    from crf_app.services.forms import complete_form

    with vaccine.copy("dosed", NOW, {}) as bench:
        outcome = complete_form(bench.work, FormKey(bench.subject, "V1", 1, "DIA", 1))
        assert outcome.completed
        assert {one.key.item for one in outcome.queries if one.rule == "M-REQ"} >= {"DIATEMP", "DIAPAIN"}
    with vaccine.copy("complete", NOW, {}) as bench:
        assert stored_of(bench, "X13") == ()
        complete_form(bench.work, FormKey(bench.subject, "V3", 1, "SV", 1))
        assert {one.form.form for one in stored_of(bench, "X13")} == {"VS", "SAF", "DS"}


def test_a_verdict_that_changes_after_the_dose_is_told(vaccine: Stories) -> None:
    """X06 on the form and with the landmarks of this trial."""
    with vaccine.copy("dosed", NOW, {}) as bench:
        assert not [one for one in bench.findings() if is_of("X06", one.rule)]
        bench.type({"DM.BRTHDAT@V1": "1960-01-01"}, Spot("DM", "V1"))
        (found,) = [one for one in bench.findings() if is_of("X06", one.rule)]
        assert found.address.endswith("ENRVERD")
        assert "V-I01" in str(found.parameters["en"])
