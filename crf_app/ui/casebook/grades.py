"""A proposed CTCAE grade in words: by which measure, and how far from it."""

from __future__ import annotations

from decimal import Decimal

from crf_app.clinical.record import ProposedGrade
from crf_app.clinical.values import Value
from crf_app.study.decimals import round_half_away
from crf_app.study.definition import ItemDef
from crf_app.study.item_types import plain_decimal
from crf_app.ui.common.look import Look
from crf_app.ui.form.unit_text import unit_text


def grade_text(look: Look, item: ItemDef, value: Value, grade: ProposedGrade | None) -> str:
    """Suggested grade 2: 3.6 × the upper limit (50 U/L). "" without a grade."""
    if grade is None:
        return ""
    ratio = round_half_away(Decimal(value.standard or value.text or "0") / grade.limit, 2)
    limit = f"{plain_decimal(round_half_away(grade.limit, item.decimals + 1))} {unit_text(item.unit)}".strip()
    return look.tr(f"casebook.event.grade_{grade.basis.lower()}", grade=grade.grade, ratio=plain_decimal(ratio), limit=limit)
