"""The proposed CTCAE grade: from value, unit, limits and baseline, where the result stands (content, D33)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.evaluation import Conditions, new_run
from crf_app.clinical.laboratory_grades import proposed_grade
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.run import Run
from crf_app.study.functions.grades import GRADED, TERMS
from crf_app.study.functions.registry import call
from tests.clinical.small import NOW, REFERENCES, casebook, conditions, form_key, small_rules, small_study

HGB = small_study().item("LB", "HGB_LBORRES")


def _run(values: dict[str, str], references: ReferenceTable = REFERENCES, **parameters: str) -> Run:
    given_values = {"SCR/LB/LBDAT": "2026-01-06", "SCR/LB/LBNAM": "LAB", "SCR/DM/SEX": "M", **values}
    known = conditions(NOW, **parameters)
    return new_run(small_rules(), casebook(given_values), Conditions(NOW, known.parameters, references))


@pytest.mark.parametrize(("text", "grade"), [("130", None), ("129", 1), ("100", 1), ("99", 2), ("80", 2), ("79", 3), ("<79", None), ("!ND", None)])
def test_a_low_result_is_graded_by_limit_and_bounds(text: str, grade: int | None) -> None:
    found = proposed_grade(_run({"SCR/LB/HGB_LBORRES": text}), form_key("SCR", "LB"), HGB)
    assert (found.grade if found is not None else None) == grade
    assert found is None or (found.basis, found.limit) == ("LLN", Decimal(130))


def test_no_limit_on_file_no_grade_and_no_other_version_of_the_criteria() -> None:
    low = {"SCR/LB/HGB_LBORRES": "79"}
    assert proposed_grade(_run(low, ReferenceTable()), form_key("SCR", "LB"), HGB) is None
    assert proposed_grade(_run(low, ctcae_version="v4.03"), form_key("SCR", "LB"), HGB) is None
    assert proposed_grade(_run({**low, "SCR/DM/SEX": "!UK"}), form_key("SCR", "LB"), HGB) is None


def test_every_graded_test_has_a_term_in_both_languages_and_a_scale() -> None:
    for test in GRADED:
        assert TERMS[test].en
        assert TERMS[test].zh
        assert call("D33", {"TEST": test, "VALUE": Decimal(10), "ULN": Decimal(5), "LLN": Decimal(4)}).status == "OK"


@given(st.sampled_from(sorted(GRADED)), st.decimals(1, 1000, places=2), st.decimals(1, 1000, places=2), st.decimals(1, 100, places=1))
def test_a_worse_result_never_has_a_lower_grade(test: str, one: Decimal, other: Decimal, limit: Decimal) -> None:
    high = test in ("ALT", "AST", "ALP", "BILI", "CK")
    worse, better = (max(one, other), min(one, other)) if high else (min(one, other), max(one, other))
    grades = [call("D33", {"TEST": test, "VALUE": value, "ULN": limit, "LLN": limit}).value for value in (worse, better)]
    assert all(isinstance(grade, int) and 0 <= grade <= 4 for grade in grades)
    assert isinstance(grades[0], int)
    assert isinstance(grades[1], int)
    assert grades[0] >= grades[1]
