"""The CTCAE grade that a laboratory result suggests where it stands (content, section 7, D33): shown beside it, never stored."""

from __future__ import annotations

from decimal import Decimal

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import ProposedGrade
from crf_app.clinical.rules.builtins import interval_of
from crf_app.clinical.rules.run import Run
from crf_app.study.definition import ItemDef
from crf_app.study.functions.grades import GRADED, GradeBound, grade_bounds
from crf_app.study.functions.registry import call

CTCAE_PARAMETER, CTCAE_VERSION = "ctcae_version", "v5.0"


def proposed_grade(run: Run, form: FormKey, item: ItemDef, row: int = 1) -> ProposedGrade | None:
    """The grade from value, unit, limits and baseline; None for a test without a scale, inside the limits, or where a limit is missing.

    Of visits before the first treatment the upper limit is the measure: they are the baseline themselves.
    """
    if not _graded(run, item):
        return None
    value, interval = run.read(form, item, row), interval_of(run, item, (form, row))
    if not isinstance(value, Decimal) or interval is None:
        return None
    baseline = _measure(run, form, item, row)
    inputs = {"TEST": item.test, "VALUE": value, "ULN": interval.high, "LLN": interval.low, "BASELINE": baseline}
    result = call("D33", inputs, run.registry)
    if not isinstance(result.value, int) or result.value < 1:
        return None
    basis = str(result.outputs.get("basis", ""))
    limit = {"ULN": interval.high, "LLN": interval.low, "BASELINE": baseline}.get(basis)
    return ProposedGrade(result.value, basis, limit) if limit is not None else None


def grade_limits(run: Run, form: FormKey, item: ItemDef, row: int = 1) -> tuple[GradeBound, ...]:
    """Where the grades of `proposed_grade` begin for a result that stands there; none where there is no scale or no limit."""
    interval = interval_of(run, item, (form, row)) if _graded(run, item) else None
    return grade_bounds(item.test, interval.high, interval.low, _measure(run, form, item, row)) if interval is not None else ()


def _graded(run: Run, item: ItemDef) -> bool:
    return item.test in GRADED and item.operator and run.parameters.get(CTCAE_PARAMETER, CTCAE_VERSION) == CTCAE_VERSION


def _measure(run: Run, form: FormKey, item: ItemDef, row: int) -> Decimal | None:
    """The baseline that counts for a result: of visits before the first treatment none, they are the baseline themselves."""
    return None if run.event(form).flags & {"screening", "baseline"} else _baseline(run, form, item, row)


def _baseline(run: Run, form: FormKey, item: ItemDef, row: int) -> Decimal | None:
    """The last value before the first treatment, as @BL reads it."""
    group = run.definition(form).group(item.group)
    for key in reversed(run.ordered(item.form)):
        if run.before_treatment(key, group, row):
            value = run.read(key, item, row)
            if isinstance(value, Decimal):
                return value
    return None
