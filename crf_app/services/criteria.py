"""Every criterion with its live verdict and the values it rests on, for the eligibility page (content, section 5.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.clinical.values import BLANK, Value

if TYPE_CHECKING:
    from crf_app.clinical.rules.run import Run
    from crf_app.services.workspace import Workspace
    from crf_app.study.definition import CriterionDef, ItemDef


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value a criterion reads: the item, where it stands now (BLANK while there is none)."""

    item: ItemDef
    value: Value


@dataclass(frozen=True, slots=True)
class CriterionRecord:
    """A criterion as it stands. `verdict` MET, NOT_MET, PRESENT, ABSENT or UNKNOWN; `suggestion` the machine's own; `answer` the investigator's."""

    definition: CriterionDef
    verdict: str
    suggestion: str
    answer: str
    evidence: tuple[Evidence, ...]

    @property
    def favourable(self) -> bool | None:
        """Does it speak for enrolment? None while unknown."""
        return None if self.verdict == "UNKNOWN" else self.verdict in ("MET", "ABSENT")


@dataclass(frozen=True, slots=True)
class EligibilityRecord:
    """All criteria and the verdict over them: ELIGIBLE, INELIGIBLE or INCOMPLETE."""

    verdict: str
    criteria: tuple[CriterionRecord, ...]


def read_eligibility(work: Workspace, subject: str) -> EligibilityRecord:
    """The live verdicts of a subject. Raises ExpectedError "no_right", "locked", "no_subject"."""
    work.need(Right.READ)
    run = work.run(subject)
    rules = work.rules_of(subject)
    found = tuple(
        CriterionRecord(
            one, rules.verdict(run, one.id), rules.suggestion(run, one.id), rules.answer(run, one) if one.klass == "SEMI" else "",
            tuple(_evidence(run, name) for name in one.evidence),
        )
        for one in rules.judge.study.criteria
    )  # fmt: skip
    return EligibilityRecord(str(rules.eligibility(run)), found)


def _evidence(run: Run, name: str) -> Evidence:
    """The value behind FORM.ITEM or FORM.ITEM@VISIT: at that visit, else the last one there is."""
    place, _, event = name.partition("@")
    form, _, oid = place.partition(".")
    item = run.rules.judge.study.item(form, oid)
    for key in reversed(run.casebook.instances(form)):
        if event and key.event != event:
            continue
        values = run.casebook.forms[key]
        rows = sorted(row for group, row, one in values if (group, one) == (item.group, oid))
        shown = [values[(item.group, row, oid)] for row in rows if not values[(item.group, row, oid)].is_blank]
        if shown:
            return Evidence(item, shown[0])
    return Evidence(item, BLANK)
