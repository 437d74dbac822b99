"""Events as bars: how long, how sure, how serious."""

from __future__ import annotations

from tests.clinical.charts.drawn import TREATED, made


def _event(row: int, name: str, start: str, end: str = "", serious: str = "N") -> dict[str, str]:
    found = {"AETERM": name, "AESTDAT": start, "AEENDAT": end, "AESER": serious}
    return {"LOG/AE/AEQ#1/AEYN": "Y"} | {f"LOG/AE/AE#{row}/{oid}": text for oid, text in found.items() if text}


def test_a_bar_from_start_to_end_in_order_of_the_start_with_treatment_days() -> None:
    chart = made("AE", {**TREATED, **_event(1, "fever", "2026-01-15", "2026-01-17"), **_event(2, "itch", "2026-01-13", "2026-01-13")})
    assert [one.name.en for one in chart.lanes] == ["2. itch", "1. fever"]
    assert [(one.lane, one.start, one.end) for one in chart.bars] == [(0, 1.0, 2.0), (1, 3.0, 6.0)]
    assert [one.x for one in chart.moments] == [0.0]
    assert chart.bars[1].said.en == "1. fever: 2026-01-15 to 2026-01-17"


def test_a_partial_start_and_an_end_not_known_are_loose_ends() -> None:
    chart = made("AE", {**TREATED, **_event(1, "fever", "2026-01", serious="Y")})
    bar = chart.bars[0]
    assert (bar.loose_start, bar.loose_end, bar.strong, bar.open_end) == (True, True, True, False)
    assert (bar.start, bar.end) == (-11.0, 20.0)  # all of January
    assert bar.said.en == "1. fever: 2026-01-UN to end not known, serious"
    assert bar.said.zh == "1. fever：2026-01-UN 至 结束日期不详，严重"


def test_a_deleted_row_is_no_bar_and_one_without_a_start_is_named() -> None:
    values = {**TREATED, **_event(1, "fever", "2026-01-15"), **_event(2, "itch", "")}
    chart = made("AE", values, deleted=("LOG/AE/AE#1",))
    assert chart.bars == ()
    assert [one.en for one in chart.notes] == ["Without a start date, not drawn: 2. itch"]


def test_no_event_says_so() -> None:
    chart = made("AE", TREATED)
    assert (chart.is_empty, chart.empty.en) == (True, "No event has been entered.")
    assert chart.moments == ()
