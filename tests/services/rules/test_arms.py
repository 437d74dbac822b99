"""Forms that belong to one arm: shown by the allocation, opened in the other arm behind a STOP, never losing what was told before."""

from __future__ import annotations

from collections.abc import Mapping

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import FormStatus
from crf_app.clinical.schedule import event_forms, subject_state
from crf_app.services.forms import complete_form, confirm_finding
from crf_app.services.reading import read_form
from crf_app.services.signing import Credentials, override_stop
from crf_app.services.system_rules import EXPECTED
from tests.services.rules.cases import NOW, Spot, entry_of
from tests.services.rules.proof import deviations, stored_of
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories

TRIAL, CELLS = "NCT05507697", "NCT07183761"
TREATMENT = Spot("SV", "T0")
_SIGNER = Credentials(INVESTIGATOR, PASSWORD)
_PRODUCT = {
    "PRODCERT": "CERT-1", "PRODRELDT": "2026-03-02T06:00", "PRODEXPDT": "2026-03-02T18:00", "PRODVLIM": "80", "PRODVIA": "92", "PRODAPP": "Y",
    "EXSTDAT": "2026-03-02", "EXSTTIM": "09:40",
}  # fmt: skip


def _treatment_forms(bench: Bench) -> set[str]:
    bench.work.forget()
    run = bench.work.run(bench.subject)
    return {key.form for key, _ in event_forms(run, run.study.event("T0"), 1)} & {"INJ", "LAINF"}


def test_each_arm_has_its_form(shelf: Mapping[str, Stories]) -> None:
    """Both before the allocation, afterwards the arm's own; what is hidden takes no values."""
    for base, wanted in (("enrolled", {"INJ", "LAINF"}), ("ready", {"INJ"}), ("assigned", {"LAINF"})):
        with shelf[TRIAL].copy(base, NOW, {}) as bench:
            assert _treatment_forms(bench) == wanted
    with shelf[TRIAL].copy("assigned", NOW, {}) as bench:
        outcome = bench.type({"PRODLOT": "LOT-1"}, Spot("INJ", "T0"))
        assert [one.code for one in outcome.problems.values()] == ["not_applicable"]


def test_the_other_arms_form_opens_behind_a_stop(shelf: Mapping[str, Stories]) -> None:
    """The investigator signs; the injection that follows is flagged; the opening and the injection are one deviation."""
    with shelf[TRIAL].copy("assigned", NOW, {}) as bench:
        question = bench.key("OTHARM", TREATMENT)
        assert {one.rule for one in bench.type({"OTHARM": "Y"}, TREATMENT).stops} == {"X61-OPEN"}
        override_stop(bench.work, entry_of(question, "Y"), "wrong treatment given", _SIGNER)
        assert _treatment_forms(bench) == {"INJ", "LAINF"}
        spot = Spot("INJ", "T0")
        assert bench.type(_PRODUCT, spot).stored
        assert bench.type({"EXPERF": "Y"}, spot).stored
        (found,) = stored_of(bench, "X61")
        assert complete_form(bench.work, found.form).completed
        confirm_finding(bench.work, bench.subject, found.rule, found.address, "it was given")
        assert len(deviations(bench, question.address)) == 1
        assert deviations(bench, found.address) == ()


def test_what_was_told_before_the_allocation_stays_and_is_flagged(shelf: Mapping[str, Stories]) -> None:
    """An injection entered too early: refused without a signature, kept and shown when the arm turns out to be the other one."""
    with shelf[TRIAL].copy("enrolled", NOW, {}) as bench:
        spot = Spot("INJ", "T0")
        assert bench.type(_PRODUCT, spot).stored
        assert {one.rule for one in bench.type({"EXPERF": "Y"}, spot).stops} == {"G-ARM"}
        override_stop(bench.work, entry_of(bench.key("EXPERF", spot), "Y"), "given before the allocation was known", _SIGNER)
        allocated = {"RANDDAT": "2026-03-03", "RANDTIM": "10:00", "RANDNO": "R-009", "RANDMETH": "LIST", "RANDBY": "Demo", "ARMCD": "LA"}
        assert bench.type(allocated, Spot("RND", "BL")).stored
        assert _treatment_forms(bench) == {"INJ", "LAINF"}
        assert len(stored_of(bench, "X61")) == 1
        record = read_form(bench.work, FormKey(bench.subject, "T0", 1, "INJ", 1))
        assert record.status is not FormStatus.NOT_APPLICABLE
        shown = {one.item.oid: one.value.text for group in record.groups for row in group.rows for one in row.items}
        assert (shown["EXPERF"], shown["PRODCERT"]) == ("Y", "CERT-1")


def test_treatment_is_over_when_the_arms_own_form_is_told(shelf: Mapping[str, Stories]) -> None:
    """The injection, or each of the 15 infusions."""
    for base, row, wanted in (("injected", "", "follow_up"), ("infused", "", "follow_up"), ("assigned", "1", "treatment")):
        with shelf[TRIAL].copy(base, NOW, {}) as bench:
            if row:
                assert bench.type({"EXSTDAT": "2026-03-02", "EXPERF": "Y"}, Spot("LAINF", "T0")).stored
            assert subject_state(bench.work.run(bench.subject)) == wanted


def test_the_control_arm_of_the_cell_trial_expects_no_injection(shelf: Mapping[str, Stories]) -> None:
    """Day 0 of the control arm waits for every form but the injection; with cells it waits for that too."""
    for base, waits in (("control_day0", False), ("randomised", True)):
        with shelf[CELLS].copy(base, NOW, {}) as bench:
            header = Spot("SV", "D0")
            assert bench.type({"SVOCCUR": "Y", "VISDAT": "2026-03-02", "SVCNTMOD": "ONSITE", "AEYN": "N"}, header).stored
            assert complete_form(bench.work, FormKey(bench.subject, "D0", 1, "SV", 1)).completed
            expected = {one.form.form for one in stored_of(bench, EXPECTED)}
            assert ("INJ" in expected) is waits
            assert "PE" in expected


def test_an_injection_in_the_control_arm_is_told_behind_a_stop(shelf: Mapping[str, Stories]) -> None:
    """Hidden at first; opened by the investigator's signature; the injection is flagged, and all of it is one deviation."""
    with shelf[CELLS].copy("control_day0", NOW, {}) as bench:
        spot, question = Spot("INJ", "D0"), bench.key("OTHARM", Spot("SV", "D0"))
        assert {one.code for one in bench.type(_PRODUCT, spot).problems.values()} == {"not_applicable"}
        override_stop(bench.work, entry_of(question, "Y"), "injected by mistake", _SIGNER)
        assert bench.type(_PRODUCT, spot).stored
        assert bench.type({"EXPERF": "Y"}, spot).stored
        (found,) = stored_of(bench, "X64")
        assert found.severity == "DEV"
        assert complete_form(bench.work, found.form).completed
        confirm_finding(bench.work, bench.subject, found.rule, found.address, "it was given")
        assert len(deviations(bench, question.address)) == 1
        assert deviations(bench, found.address) == ()


def test_day_0_is_counted_by_arm(shelf: Mapping[str, Stories]) -> None:
    """With cells from the first injection, in the control arm from the day 0 visit; treatment of the control arm is over with that visit."""
    for base, state in (("injected", "treatment"), ("control_day0", "follow_up"), ("control", "enrolled"), ("ready", "enrolled")):
        with shelf[CELLS].copy(base, NOW, {}) as bench:
            run = bench.work.run(bench.subject)
            assert subject_state(run) == state
            assert (str(run.anchor()) if run.first_treatment() else "") == ("2026-03-02" if state in ("treatment", "follow_up") else "")
