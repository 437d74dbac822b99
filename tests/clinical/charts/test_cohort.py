"""Enrolment against its target, and open queries by age."""

from __future__ import annotations

from datetime import date

from crf_app.clinical.charts.cohort import Enrolment, ageing_chart, enrolment_chart
from tests.clinical.charts.drawn import values_of

TODAY = date(2026, 3, 17)


def test_subjects_are_counted_by_date_up_to_today_against_the_target() -> None:
    found = Enrolment((date(2026, 1, 5), date(2026, 2, 3), date(2026, 2, 3), None), (date(2026, 1, 12), None, None, None), 2, 1, 24)
    chart = enrolment_chart(found, TODAY)
    days = [date(2026, 1, 5), date(2026, 2, 3), TODAY]
    assert values_of(chart) == [(float(day.toordinal()), count) for day, count in zip(days, (1.0, 3.0, 3.0), strict=True)]
    assert chart.series[0].points[1].said.en == "2026-02-03: consented, 3 in all"
    assert [(one.short.en, one.parts[0][2]) for one in chart.lines] == [("target 24", 24.0)]
    assert [one.en for one in chart.notes] == ["Enrolled now: 2 of 24; screen failures: 1.", "Without a date of consent, not drawn: 1."]
    assert chart.y is not None
    assert chart.y.high >= 24


def test_nobody_consented_says_so() -> None:
    chart = enrolment_chart(Enrolment((), (), 0, 0, 24), TODAY)
    assert chart.is_empty
    assert chart.empty.zh == "尚无受试者签署知情同意。"


C, M, D = ({one} for one in ("coordinator", "monitor", "data_manager"))


def test_queries_stand_in_the_lane_of_their_age_one_bar_for_whose_turn_it_is() -> None:
    chart = ageing_chart([(0, C), (4, C), (5, C), (9, M), (10, M), (29, M), (30, M | D), (400, C), (31, D | M)])
    assert [(one.name.en, one.total.en) for one in chart.lanes] == [("0 to 4 days", "2"), ("5 to 9 days", "2"), ("10 to 29 days", "2"), ("30 days and more", "3")]
    assert [(bar.lane, bar.start, bar.end, bar.pattern) for bar in chart.bars] == [(0, 0, 2, 1), (1, 0, 1, 1), (1, 1, 2, 2), (2, 0, 2, 2), (3, 0, 1, 1), (3, 1, 3, 3)]
    assert [one.name.en for one in chart.keys] == ["waits for: Coordinator", "waits for: Monitor", "waits for: Monitor or Data manager"]
    assert chart.bars[1].said.zh == "5–9天，待协调员处理：1条"


def test_no_query_says_so_and_a_role_that_is_not_known_keeps_its_name() -> None:
    assert ageing_chart([]).empty.en == "No query waits for anybody."
    assert ageing_chart([(1, {"auditor"})]).keys[0].name.en == "waits for: auditor"
