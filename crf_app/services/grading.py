"""Help for grading an adverse event: what the results it is linked to suggest. The investigator decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.clinical.laboratory_grades import proposed_grade
from crf_app.clinical.record import ItemRecord
from crf_app.services.reading import read_form
from crf_app.services.workspace import Workspace

GRADE, SOURCE = "AE.AETOXGR", "AESRC"


@dataclass(frozen=True, slots=True)
class LinkedGrade:
    """A laboratory result that an event is linked to, and the CTCAE grade (1 to 4) that its value suggests (D33)."""

    result: ItemRecord
    grade: int


def linked_grades(work: Workspace, grade: ItemKey) -> tuple[LinkedGrade, ...]:
    """Suggested grades of the results that the event of a grade item is linked to, the highest first. Raises ExpectedError "no_right"."""
    work.need(Right.READ)
    links = work.casebook(grade.subject).value(grade._replace(item=SOURCE)).text
    found = {one.result.key: one for link in links.split(";") if link for one in _graded(work, grade.subject, link)}
    return tuple(sorted(found.values(), key=lambda one: -one.grade))


def _graded(work: Workspace, subject: str, link: str) -> Iterator[LinkedGrade]:
    try:
        key = parse_address(subject, link)
    except ValueError:
        return
    if key.form not in work.study_at(key.form_key).forms or key.form_key not in work.casebook(subject).forms:
        return
    stem, run = key.item.rpartition("_")[0], work.run(subject)
    for one in read_form(work, key.form_key).items():
        found = proposed_grade(run, key.form_key, one.item, one.key.row)
        if found is not None and (not stem or one.item.oid.startswith(f"{stem}_")):
            yield LinkedGrade(one, found.grade)
