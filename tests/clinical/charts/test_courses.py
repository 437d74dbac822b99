"""Numbers by visit: where they stand, where a gap is, and what is said of each."""

from __future__ import annotations

from datetime import datetime

from crf_app.clinical.charts.model import Sign
from tests.clinical.charts.drawn import TREATED, ULCER, charts_of, made, values_of

AREAS = {
    **TREATED, **ULCER, "SCR/WND/WNDDAT": "2026-01-06", "SCR/WND/WNDAREA": "8.00", "D0/WND/WNDDAT": "2026-01-12", "D0/WND/WNDAREA": "10.00",
    "W1/SV/VISDAT": "2026-01-19", "W1/SV/SVOCCUR": "Y", "W1/WND/WNDDAT": "2026-01-19", "W1/WND/WNDAREA": "0.00",
}  # fmt: skip


def test_each_value_stands_at_the_day_of_its_form_counted_from_the_first_treatment() -> None:
    chart = made("AREA", AREAS)
    assert values_of(chart)[:3] == [(-6.0, 8.0), (0.0, 10.0), (7.0, 0.0)]
    assert chart.x.name.en == "Days since the first treatment"
    assert [(one.at, one.text.en) for one in chart.x.places][:3] == [(-6.0, "SCR"), (0.0, "D0"), (7.0, "W1")]
    assert chart.y is not None
    assert chart.y.name.en == "WNDAREA, cm²"


def test_a_healed_wound_is_zero_and_a_missing_value_is_none() -> None:
    chart = made("AREA", {**AREAS, "W1/WND/WNDAREA": "!ND"})
    point = chart.series[0].points[2]
    assert (point.x, point.y, point.sign) == (7.0, None, Sign.MISSING)
    assert point.said.en.endswith("W1, 2026-01-19 (day 7): ND not done: test")
    assert point.said.zh.endswith("ND 未查: test")
    assert values_of(made("AREA", AREAS))[2] == (7.0, 0.0)


def test_a_visit_that_is_over_without_the_form_is_a_gap_and_one_that_is_not_over_is_nothing() -> None:
    values = {**AREAS, "W1/SV/SVOCCUR": "Y"}
    over, due = (made("AREA", values, now=datetime(2026, 1, day, 12, 0)) for day in (28, 27))  # noqa: DTZ001  local and naive, as typed times are
    assert values_of(over)[3] == (14.0, None)
    assert over.series[0].points[3].said.en.endswith("form not begun")
    assert len(due.series[0].points) == 3


def test_a_subject_who_left_is_not_waited_for() -> None:
    values = {**AREAS, "LOG/DS/DSSTDAT": "2026-01-20"}
    assert len(made("AREA", values).series[0].points) == 3


def test_what_is_said_names_ulcer_visit_date_value_unit_and_the_items_beside() -> None:
    point = made("AREA", AREAS).series[0].points[1]
    assert point.said.en == "1: heel: D0, 2026-01-12 (day 0): 10.00 cm²; WNDPCT 0.0"
    assert point.said.zh == "1：heel：访视D0，2026-01-12（第0天）：10.00 cm²；项WNDPCT 0.0"
    assert point.form is not None
    assert (point.form.event, point.form.form) == ("D0", "WND")


def test_each_ulcer_and_each_row_of_a_fixed_group_is_a_line_of_its_own() -> None:
    two = {**AREAS, "SCR/DFH/ULC#2/ULCSITE": "toe", "SCR/DFH/ULC#2/ULCTARG": "Y", "D0/WND#2/WNDDAT": "2026-01-12", "D0/WND#2/WNDAREA": "3.00"}
    chart = made("AREA", two)
    assert [one.name.en for one in chart.series] == ["1: heel", "2: toe"]
    assert (0.0, 3.0) in values_of(chart, 1)
    warm = {**TREATED, "D0/VS/VSPERF": "Y", "D0/VS/VSDAT": "2026-01-12"}
    rows = {"D0/VS/VS#1/VSTPT": "PRE", "D0/VS/VS#1/TEMP": "36.5", "D0/VS/VS#2/VSTPT": "POST15", "D0/VS/VS#2/TEMP": "37.5"}
    assert [one.name.en for one in made("TEMP", {**warm, **rows}).series] == ["PRE", "POST15"]


def test_a_form_that_was_marked_not_done_breaks_the_line_of_each_row() -> None:
    chart = made("PULSE", {**TREATED, "D0/VS/VSPERF": "N"}, now=datetime(2026, 1, 12, 12, 0))  # noqa: DTZ001  local and naive
    assert [(one.name.en, [(point.x, point.y) for point in one.points]) for one in chart.series if (0.0, None) in [(point.x, point.y) for point in one.points]] == [
        ("PRE", values_of(chart, 0)), ("POST15", [(0.0, None)]),
    ]  # fmt: skip
    assert chart.series[1].points[0].said.en == "POST15: D0, 2026-01-12 (day 0): marked as not done"
    assert chart.series[1].points[0].said.zh.endswith("已标记为未做")


def test_a_value_that_may_be_left_out_and_was_is_no_gap() -> None:
    chart = made("PULSE", {**TREATED, "D0/VS/VSPERF": "Y", "D0/VS/VSDAT": "2026-01-12", "D0/VS/VS#1/VSTPT": "PRE", "D0/VS/VS#1/TEMP": "36.5"})
    assert all(point.x != 0.0 for one in chart.series for point in one.points)


def test_without_treatment_days_count_from_consent_and_without_a_date_the_visit_is_named() -> None:
    chart = made("AREA", {"SCR/ICF/RFICDAT": "2026-01-05", **ULCER, "SCR/WND/WNDDAT": "2026-01-06", "SCR/WND/WNDAREA": "8.00"})
    assert (chart.x.name.en, values_of(chart)) == ("Days since consent", [(1.0, 8.0)])
    undated = made("AREA", {"SCR/ICF/RFICDAT": "2026-01-05", **ULCER, "SCR/WND/WNDAREA": "8.00"})
    assert [one.en for one in undated.notes] == ["Without a date, not drawn: SCR"]


def test_nothing_entered_says_so_and_one_value_is_a_chart() -> None:
    nothing = made("AREA", {})
    assert nothing.is_empty
    assert "No value yet" in nothing.empty.en
    assert nothing.empty.zh
    one = made("AREA", {**TREATED, **ULCER, "D0/WND/WNDDAT": "2026-01-12", "D0/WND/WNDAREA": "4.00"})
    assert one.count == 1
    assert one.y is not None
    assert one.y.low < 4 < one.y.high


def test_bands_and_lines_of_the_definition_are_on_the_chart() -> None:
    chart = made("AREA", AREAS)
    assert [(one.name.en, one.reaches[0].low, one.reaches[0].high) for one in chart.bands] == [("small", 0.0, 2.0)]
    assert [(one.short.zh, one.parts[0][2]) for one in chart.lines] == [("五", 5.0)]
    assert [one.x for one in chart.moments] == [0.0]


def test_the_offers_follow_the_definition_and_name_the_forms_their_values_come_from() -> None:
    offers = charts_of({**AREAS, "SCR/LB/LBDAT": "2026-01-06", "SCR/LB/HGB_LBORRES": "140"}).offers
    assert [one.oid for one in offers] == ["AREA", "TEMP", "PULSE", "LAB.HGB", "AE"]
    assert offers[0].forms == {"WND"}
    assert offers[3].items == {"LB.HGB_LBORRES"}
    assert [one.oid for one in charts_of({}).offers] == ["AREA", "TEMP", "PULSE", "AE"]
