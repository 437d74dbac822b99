"""Each criterion in each of its states, through enter_items to the stored verdict of the eligibility form."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.errors import ExpectedError
from crf_app.services.criteria import CriterionRecord, EligibilityRecord, read_eligibility
from crf_app.services.signing import Credentials, confirm_eligibility
from crf_app.study.definition import CriterionDef
from tests.once import study_of
from tests.services.rules.cases import NOW, TRIALS, Case, Spot, read_cases
from tests.services.rules.proof import prove_verdicts
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories

CASES = tuple(one for one in read_cases() if one.criteria)
CRITERIA = {trial: study_of(folder).criteria for trial, folder in TRIALS.items()}
JUDGED = tuple((trial, one) for trial, criteria in CRITERIA.items() for one in criteria if one.klass == "SEMI")
SCREENING = Spot("IE", "SCR")


def states(kind: str) -> tuple[str, str]:
    """The states that speak for and against enrolment."""
    return ("MET", "NOT_MET") if kind == "inclusion" else ("ABSENT", "PRESENT")


@pytest.mark.parametrize("case", CASES, ids=[one.id for one in CASES])
def test_case(shelf: Mapping[str, Stories], case: Case) -> None:
    """The verdict that the form shows is the one of the case, and the stored conclusion follows from it."""
    with shelf[case.trial].copy(case.base, case.now, case.parameters) as bench:
        prove_verdicts(bench, case)
        follows(bench, read_back(bench))


@pytest.mark.parametrize(("trial", "criterion"), JUDGED, ids=[one.id for _, one in JUDGED])
def test_the_investigator_decides(shelf: Mapping[str, Stories], trial: str, criterion: CriterionDef) -> None:
    """A SEMI criterion is what the investigator answers, in each of its states; blank is unknown (decisions 8)."""
    good, bad = states(criterion.kind)
    item = f"IE.{criterion.oid}@SCR"
    with shelf[trial].copy("screened", NOW, {}) as bench:
        for typed, verdict, conclusion in ((bad, bad, "INELIGIBLE"), ("", "UNKNOWN", "INCOMPLETE"), (good, good, "ELIGIBLE")):
            bench.type({item: typed}, SCREENING)
            record = read_back(bench)
            assert _of(record, criterion.id).verdict == verdict
            assert record.verdict == conclusion
            follows(bench, record)


@pytest.mark.parametrize("onset", ["!UK", "2025"])
def test_unknown_onset_leaves_the_duration_open(stories: Stories, onset: str) -> None:
    """An ulcer whose onset is unknown, or known to a year that decides nothing, neither includes nor excludes."""
    with stories.copy("screened", NOW, {}) as bench:
        bench.type({"DFH.ULCSTDAT@SCR": onset}, SCREENING)
        assert _of(read_back(bench), "A-I03").verdict == "UNKNOWN"


def test_only_the_investigator_answers(stories: Stories) -> None:
    """The coordinator's answer is refused and nothing is stored."""
    with stories.copy("screened", NOW, {}) as bench:
        key = bench.key("IE.A_E16@SCR", SCREENING)
        outcome = bench.type_as_coordinator({"IE.A_E16@SCR": "Y"}, SCREENING)
        assert [one.code for one in outcome.problems.values()] == ["role"]
        bench.work.forget()
        assert bench.work.casebook(bench.subject).value(key).text == "N"


@pytest.mark.parametrize("trial", TRIALS)
def test_every_criterion_has_a_case_in_each_state(trial: str) -> None:
    """Both sides and unknown, for each criterion of the trial."""
    found: dict[str, set[str]] = {}
    for case in (one for one in CASES if one.trial == trial):
        for ident, verdict in case.criteria.items():
            found.setdefault(ident, set()).add(verdict)
    assert found == {one.id: {*states(one.kind), "UNKNOWN"} for one in CRITERIA[trial]}


def read_back(bench: Bench) -> EligibilityRecord:
    """The verdicts over what the database holds, nothing remembered."""
    bench.work.forget()
    return read_eligibility(bench.work, bench.subject)


def _of(record: EligibilityRecord, ident: str) -> CriterionRecord:
    return next(one for one in record.criteria if one.definition.id == ident)


def follows(bench: Bench, record: EligibilityRecord) -> None:
    """The conclusion IEYN, stored or by the clock, follows from the verdicts, and only ELIGIBLE can be confirmed."""
    verdicts = {one.favourable for one in record.criteria}
    wanted = "INELIGIBLE" if False in verdicts else "INCOMPLETE" if None in verdicts else "ELIGIBLE"
    assert record.verdict == wanted
    assert bench.shown(bench.key("IE.IEYN@SCR", SCREENING)) == wanted
    if wanted != "ELIGIBLE":
        who, form = Credentials(INVESTIGATOR, PASSWORD), FormKey(bench.subject, "SCR", 1, "IE", 1)
        with pytest.raises(ExpectedError, match="not_eligible"):
            confirm_eligibility(bench.work, form, who, eligible=True, reason="as the worked case says")
