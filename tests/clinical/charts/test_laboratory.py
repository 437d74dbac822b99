"""Laboratory trends: standard unit, the interval of each sampling day, the limits of grades."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.charts.model import Sign
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.clinical.values import Value
from crf_app.study.functions.grades import GRADED, grade_bounds
from crf_app.study.functions.registry import call
from crf_app.study.item_types import EntryContext, parse_value
from tests.clinical.charts.drawn import TREATED, made, values_of
from tests.clinical.small import NOW, key, small_study

MAN = {**TREATED, "SCR/DM/SEX": "M"}


def _sample(event: str, day: str, text: str) -> dict[str, str]:
    return {f"{event}/LB/LBDAT": day, f"{event}/LB/LBNAM": "LAB", f"{event}/LB/HGB_LBORRES": text}


THREE = {**MAN, **_sample("SCR", "2026-01-06", "140"), **_sample("D0", "2026-01-12", "128"), **_sample("W1", "2026-01-19", "95")}


def test_values_flags_and_grades_are_said_and_marked() -> None:
    chart = made("LAB.HGB", THREE)
    assert values_of(chart) == [(-6.0, 140.0), (0.0, 128.0), (7.0, 95.0)]
    points = chart.series[0].points
    assert [one.sign for one in points] == [Sign.PLAIN, Sign.LOW, Sign.LOW]
    assert [one.note.en for one in points] == ["", "G1", "G2"]
    assert points[2].said.en == "W1, 2026-01-19 (day 7): 95 g/L; reference 130–175; LOW; suggested CTCAE grade 2"
    assert points[2].said.zh == "访视W1，2026-01-19（第7天）：95 g/L；参考区间 130–175；LOW；建议CTCAE分级 2"


def test_a_result_in_another_unit_is_drawn_in_the_standard_one_and_both_are_said() -> None:
    place = key("SCR/LB/HGB_LBORRES")
    typed = parse_value(small_study().item("LB", place.item), "14.0", EntryContext(NOW), "g/dL")
    assert isinstance(typed, Value)
    chart = made("LAB.HGB", MAN | _sample("SCR", "2026-01-06", "1"), entered={place: typed})
    assert values_of(chart) == [(-6.0, 140.0)]
    assert "140 g/L (14.0 g/dL)" in chart.series[0].points[0].said.en


def test_the_band_is_the_interval_of_each_sampling_day() -> None:
    changing = ReferenceTable((
        ReferenceInterval("LAB", "HGB", "g/L", "M", 0, 0, "130", "175", "", "2026-01-12"),
        ReferenceInterval("LAB", "HGB", "g/L", "M", 0, 0, "120", "160", "2026-01-13", ""),
    ))  # fmt: skip
    reaches = made("LAB.HGB", THREE, references=changing).bands[0].reaches
    assert [(one.low, one.high) for one in reaches] == [(130.0, 175.0), (120.0, 160.0)]
    assert reaches[0].end == reaches[1].start == 3.5  # half way between the samples of day 0 and day 7
    assert len(made("LAB.HGB", THREE).bands[0].reaches) == 1


def test_a_day_without_an_interval_has_no_band_and_is_named() -> None:
    late = ReferenceTable((ReferenceInterval("LAB", "HGB", "g/L", "M", 0, 0, "130", "175", "2026-01-12", ""),))
    chart = made("LAB.HGB", THREE, references=late)
    assert chart.bands[0].reaches[0].start == -3.0
    assert any("No reference interval on file for SCR" in one.en for one in chart.notes)
    assert made("LAB.HGB", THREE, references=ReferenceTable()).bands == ()


def test_grade_limits_near_the_values_are_lines_and_the_next_one_beyond_is_told() -> None:
    chart = made("LAB.HGB", THREE)
    assert [(one.short.en, one.parts[0][2]) for one in chart.lines] == [("G1", 130.0), ("G2", 100.0), ("G3", 80.0)]
    calm = made("LAB.HGB", MAN | _sample("SCR", "2026-01-06", "150"))
    assert [one.short.en for one in calm.lines] == ["G1"]
    assert any(one.en == "Grade 2 begins below 100 g/L, beyond the chart." for one in calm.notes)


def test_a_value_below_the_limit_of_detection_points_down_and_a_missing_one_is_a_gap() -> None:
    chart = made("LAB.HGB", MAN | _sample("SCR", "2026-01-06", "<60") | _sample("D0", "2026-01-12", "!UK") | _sample("W1", "2026-01-19", "90"))
    first, second, _ = chart.series[0].points
    assert (first.y, first.bound) == (60.0, "<")
    assert "<60 g/L" in first.said.en
    assert (second.y, second.sign) == (None, Sign.MISSING)
    assert "UK" in second.said.en


def test_values_far_apart_stand_on_a_logarithmic_axis_that_says_so() -> None:
    wide = ReferenceTable((ReferenceInterval("LAB", "HGB", "g/L", "M", 0, 0, "5", "10", "", ""),))
    chart = made("LAB.HGB", MAN | _sample("SCR", "2026-01-06", "5") | _sample("D0", "2026-01-12", "290"), references=wide)
    assert chart.y is not None
    assert chart.y.log
    assert "logarithmic" in chart.y.name.en
    assert "对数" in chart.y.name.zh
    assert 0 < chart.y.low <= 5
    assert chart.y.high >= 290


@given(st.sampled_from(sorted(GRADED)), st.decimals(1, 500, places=1), st.one_of(st.none(), st.decimals(1, 500, places=1)))
def test_a_bound_is_where_the_grade_of_d33_changes(test: str, limit: Decimal, baseline: Decimal | None) -> None:
    step = Decimal("0.0001")
    for bound in grade_bounds(test, limit, limit, baseline):
        beyond, within = (bound.at + step, bound.at - step) if bound.high else (bound.at - step, bound.at + step)
        grades = [call("D33", {"TEST": test, "VALUE": one, "ULN": limit, "LLN": limit, "BASELINE": baseline}).value for one in (beyond, within)]
        assert isinstance(grades[0], int)
        assert isinstance(grades[1], int)
        assert grades[0] >= bound.grade > grades[1]


@pytest.mark.parametrize(("test", "limit"), [("GLUC", Decimal(6)), ("ALT", None), ("ALT", Decimal(0))])
def test_no_scale_or_no_limit_no_bounds(test: str, limit: Decimal | None) -> None:
    assert grade_bounds(test, limit, limit) == ()
