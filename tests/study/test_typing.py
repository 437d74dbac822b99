"""Expressions that make no sense in the study are refused at load, each with its rule."""

from __future__ import annotations

import pytest

from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import check_expression, scope_of
from tests.clinical.small import small_study

WRONG = [
    ("VS", "", "NONE > 1", "E-UNKNOWN-ITEM"), ("VS", "", "NONE.X > 1", "E-UNKNOWN-FORM"), ("", "", "WEIGHT > 1", "E-UNKNOWN-ITEM"),
    ("VS", "", "WEIGHT@V9 > 1", "E-SELECTOR"), ("VS", "", 'WEIGHT = "x"', "E-TYPE"), ("VS", "", "VSDAT > 5", "E-TYPE"), ("DM", "", 'SEX = "X"', "E-CODE"),
    ("DM", "", 'SEX in ("M", "X")', "E-CODE"), ("DM", "", "SEX + 1 > 2", "E-TYPE"), ("DM", "", "not SEX", "E-TYPE"), ("VS", "", "WEIGHT and true", "E-TYPE"),
    ("", "", "nothing(1)", "E-FUNCTION"), ("", "", "days(1)", "E-ARGUMENTS"), ("VS", "", "D02(H = HEIGHT, X = 1) > 1", "E-INPUT"), ("VS", "", "D02(HEIGHT) > 1", "E-ARGUMENT"),
    ("VS", "", "D02(H = HEIGHT, W = WEIGHT).none > 1", "E-OUTPUT"), ("", "", 'param.none = "x"', "E-PARAMETER"), ("", "", "event.none", "E-CONTEXT"), ("", "", "form.none", "E-CONTEXT"),
    ("AE", "AE", "this.AETERM", "E-THIS"), ("", "", "any(any(true for CM.CM) for AE.AE)", "E-NESTED"), ("", "", "count(for NO.NO) > 1", "E-UNKNOWN-FORM"),
    ("", "", "count(for AE.NO) > 1", "E-UNKNOWN-GROUP"), ("CM", "CM", "CMTRT -> AETERM", "E-LINK"), ("CM", "CM", "CMAENO -> WEIGHT", "E-UNKNOWN-ITEM"),
    ("", "", 'criterion("Z9")', "E-CRITERION"), ("", "", "uln(VS.WEIGHT) > 1", "E-NO-TEST"), ("", "", "if 1 then 2 else 3", "E-TYPE"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "group", "source", "rule"), WRONG, ids=[one[2] for one in WRONG])
def test_what_makes_no_sense_is_refused(form: str, group: str, source: str, rule: str) -> None:
    faults = [one.rule for one in check_expression(parse(source), scope_of(small_study(), form, group))]
    assert rule in faults


@pytest.mark.parametrize(
    ("source", "wanted", "sound"),
    [("VS.WEIGHT > 1", "truth", True), ("VS.WEIGHT", "truth", False), ("VS.WEIGHT", "number", True), ("today", "date", True), ("now", "date", True), ("1", "date", False)],
)
def test_the_place_says_which_kind_is_needed(source: str, wanted: str, sound: bool) -> None:
    assert (list(check_expression(parse(source), scope_of(small_study()), wanted)) == []) == sound


def test_all_mistakes_are_told_at_once() -> None:
    faults = [one.rule for one in check_expression(parse('NO.A > 1 and DM.SEX = "X" and nothing()'), scope_of(small_study()))]
    assert faults == ["E-UNKNOWN-FORM", "E-CODE", "E-FUNCTION"]
