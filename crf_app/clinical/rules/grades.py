"""The CTCAE grade that a laboratory result suggests. The investigator decides."""

from __future__ import annotations

from decimal import Decimal

from crf_app.clinical.keys import FormKey
from crf_app.clinical.rules.run import Place, Run
from crf_app.study.definition import ItemDef

_VERSION = "v5.0"
"""The only edition of the scale that the registry's grading knows."""


def suggested_grade(run: Run, form: FormKey, item: ItemDef, row: int) -> int | None:
    """Grade 0 to 4 (content, section 7, D33), by the interval of the form's laboratory and the subject's baseline.

    None where the test has no scale, nothing is known, or the study goes by another edition of the CTCAE.
    """
    grading = run.rules.grades.get(item.name)
    if grading is None:
        return None
    if run.parameters.get("ctcae_version", run.study.parameter("ctcae_version").value) != _VERSION:
        return None
    grade = grading(run, Place(form, item.group, row))
    return int(grade) if isinstance(grade, Decimal) else None
