"""Journeys through the services, page by page, to every outcome of every arm of every trial."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import FormStatus
from crf_app.clinical.schedule import subject_state
from crf_app.services.endpoints import read_endpoints
from crf_app.services.reading import read_form, read_subject_record
from crf_app.services.signing import Credentials, complete_and_sign
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from tests.services.rules.cases import TRIALS, Spot
from tests.services.rules.outcomes import OUTCOMES, Outcome, day
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories, must_store, pages

NOWHERE = Spot("", "")
ALL_OUTCOMES = {"completed", "withdrawn", "screen_failure"}


def _again(stories: Stories, outcome: Outcome) -> dict[str, str]:
    """The sessions that are like one of the base story, on another day; the injection itself comes last."""
    found: dict[str, str] = {}
    for old, new, number in outcome.repeated:
        there = {name: text for name, text in stories.bases[outcome.base][1].items() if name.startswith("INJ.") and name.endswith(f"@{old}")}
        first = there[f"INJ.EXSTDAT@{old}"]
        found |= {name.replace(f"@{old}", f"@{new}"): text.replace(first, day(number)) for name, text in there.items()}
    return found


def _tell(bench: Bench, values: Mapping[str, str]) -> None:
    for page in pages(bench.work.study, bench.subject, values, NOWHERE):
        must_store(bench.type(page, NOWHERE))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=[one.name for one in OUTCOMES])
def test_journey(shelf: Mapping[str, Stories], outcome: Outcome) -> None:
    """The state of the subject, how visits stand, the variables that follow; the record is intact, and a signed end is complete."""
    stories = shelf[outcome.trial]
    with stories.copy(outcome.base, outcome.now, outcome.parameters) as bench:
        _tell(bench, _again(stories, outcome) | dict(outcome.values))
        if outcome.ended:
            _end(bench, outcome.ended)
        bench.work.forget()
        assert subject_state(bench.work.run(bench.subject)) == outcome.state
        assert [one.state for one in read_subjects(bench.work.database)] == [outcome.state]
        stand = {one.event.oid: str(one.status) for one in read_subject_record(bench.work, bench.subject, light=True).events}
        assert {oid: stand.get(oid, "") for oid in outcome.visits} == outcome.visits
        found = {one.definition.oid: one.value.text for one in read_endpoints(bench.work, bench.subject)}
        assert {name: found[name] for name in outcome.variables} == outcome.variables
        assert verify(bench.work.database).fault is None


def _end(bench: Bench, event: str) -> None:
    form = FormKey(bench.subject, event, 1, "DS", 1)
    done = complete_and_sign(bench.work, form, "completion", Credentials(INVESTIGATOR, PASSWORD))
    assert done.completed, [one.rule for one in done.blocking]
    assert read_form(bench.work, form).status is FormStatus.COMPLETE


@pytest.mark.parametrize("trial", TRIALS)
def test_every_outcome_has_its_journey(trial: str) -> None:
    """Completion, leaving and failing, each at least once; completion in each arm."""
    told = [one for one in OUTCOMES if one.trial == trial]
    assert {one.state for one in told} == ALL_OUTCOMES
    arms = {one.variables["ARM"] for one in told if "ARM" in one.variables}
    assert len(arms) == (0 if trial == "NCT05999656" else 2)
