"""The plan of source data verification: which items a monitor checks against the source, as the study definition says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crf_app.study.mistakes import Mistakes
from crf_app.study.source import Table

if TYPE_CHECKING:
    from crf_app.study.definition import ItemDef, StudyDef


@dataclass(frozen=True, slots=True)
class VerificationPlan:
    """Whose items are checked: every item of the first `first_subjects` and of `percent` of all subjects, `critical` ones of everybody.

    `critical` names FORM or FORM.ITEM, `critical_tags` tags of items. Without a plan every item is checked (ICH E6(R3) 3.11.4.5.4 allows less).
    """

    percent: int = 100
    first_subjects: int = 0
    critical: tuple[str, ...] = ()
    critical_tags: tuple[str, ...] = ()
    assumed: bool = False

    def in_full(self, ordinal: int) -> bool:
        """Is every item of the subject with this number (from 1) checked? The share is spread evenly, so it holds at any time."""
        return ordinal <= self.first_subjects or ordinal * self.percent // 100 > (ordinal - 1) * self.percent // 100

    def is_critical(self, form: str, item: ItemDef) -> bool:
        """Is this item checked of every subject?"""
        return form in self.critical or f"{form}.{item.oid}" in self.critical or any(tag in item.tags for tag in self.critical_tags)


def needs_check(study: StudyDef, ordinal: int, form: str, item: ItemDef) -> bool:
    """Does the plan ask to check this item of that subject? What is calculated stands in no source."""
    if item.is_derived and not item.computed_unless_typed:
        return False
    return study.verification.in_full(ordinal) or study.verification.is_critical(form, item)


def read_plan(main: Table) -> VerificationPlan:
    """The table [verification] of study.toml; without it everything is checked."""
    table = main.table("verification")
    if table is None:
        return VerificationPlan()
    percent, first = table.integer("percent", 100), table.integer("first_subjects", 0)
    plan = VerificationPlan(
        100 if percent is None else percent, first or 0, table.strings("critical"), table.strings("critical_tags"), table.truth("assumed")
    )
    if not 0 <= plan.percent <= 100:
        table.mistake("percent", "S64-PERCENT", f"{plan.percent} is no share of the subjects.", "Give a number from 0 to 100.")
    if plan.first_subjects < 0:
        table.mistake("first_subjects", "S65-FIRST", f"{plan.first_subjects} is no number of subjects.", "Give 0 or more.")
    table.finish()
    return plan


def check_plan(study: StudyDef, file: str, mistakes: Mistakes) -> None:
    """Note what the plan names and the study does not have, and a plan that checks nothing."""
    plan, tags = study.verification, {tag for form in study.forms.values() for item in form.items for tag in item.tags}
    for name in plan.critical:
        form, dot, item = name.partition(".")
        if form not in study.forms or (dot and item not in study.forms[form].index):
            mistakes.add(file, "verification > critical", "C24-PLAN-ITEM", f'the study has no "{name}".', "Name a FORM or a FORM.ITEM of the study.")
    for tag in plan.critical_tags:
        if tag not in tags:
            mistakes.add(file, "verification > critical_tags", "C25-PLAN-TAG", f'no item carries the tag "{tag}".', "Use a tag of docs/definition-format.md that an item has.")
    if not (plan.percent or plan.first_subjects or plan.critical or plan.critical_tags):
        mistakes.add(file, "verification", "C26-PLAN-EMPTY", "the plan checks nothing at all.", "Give percent, first_subjects, critical or critical_tags.")
