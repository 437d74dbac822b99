"""Layout: nothing outside its rectangle, no label on another, no line over a gap, the same on every scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.charts.axes import LOG_RATIO, count_axis, date_axis, day_axis, number_axis
from crf_app.clinical.charts.drawing import PAPER, SCREEN, Disc, Drawing, Path, Words
from crf_app.clinical.charts.frame import spread
from crf_app.clinical.charts.layout import broken, lay_out, least_height
from crf_app.clinical.charts.model import Bar, Chart, Key, Lane, Line, Point, Series, Sign, Tick
from crf_app.study.texts import Text
from tests.clinical.charts.drawn import by_characters, lines, words

NAME = Text("Days", "天数")


def _said(text: str) -> Text:
    return Text(text, text)


def _course(values: Sequence[float | None], step: float = 7.0, names: int = 1) -> Chart:
    """Values a step apart, the same for each of `names` series."""
    places = [Tick(number * step, _said(f"W{number}"), 2 if number == 0 else 1) for number in range(len(values))]
    points = tuple(Point(number * step, one, _said(f"W{number}: {one}"), Sign.PLAIN if one is not None else Sign.MISSING) for number, one in enumerate(values))
    series = tuple(Series(_said(f"ulcer {number}"), points) for number in range(names))
    y = number_axis(_said("cm²"), [one for one in values if one is not None] or [0.0, 1.0])
    return Chart("X", _said("Area"), day_axis(NAME, [one.x for one in points], places), y, series, keys=(Key("missing", _said("no value")),))


def _bars(count: int) -> Chart:
    bars = tuple(Bar(number, float(number), number + 3.0, _said(f"event {number}"), number % 6, _said(str(number % 6)), number % 3 == 0, number % 2 == 0) for number in range(count))
    lanes = tuple(Lane(_said(f"{number}. an event with a name that is far too long to stand beside its bar")) for number in range(count))
    return Chart("B", _said("Events"), day_axis(NAME, [0.0, count + 3.0]), lanes=lanes, bars=bars)


def _extent(one: Path | Disc | Words) -> tuple[float, float, float, float]:
    if isinstance(one, Path):
        return min(x for x, _ in one.places), min(y for _, y in one.places), max(x for x, _ in one.places), max(y for _, y in one.places)
    if isinstance(one, Disc):
        return one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius
    return one.x, one.y - one.size, one.x + by_characters(one.text, one.size, one.bold), one.y + one.size * 0.3


def _inside(drawing: Drawing) -> None:
    for one in drawing.shapes:
        left, top, right, bottom = _extent(one)
        assert left >= -0.5, one
        assert top >= -0.5, one
        assert right <= drawing.width + 0.5, one
        assert bottom <= drawing.height + 0.5, one


def _apart(drawing: Drawing) -> None:
    """No two texts of one line meet."""
    for first in words(drawing):
        for second in words(drawing):
            if first is second or abs(first.y - second.y) > first.size * 0.5:
                continue
            here, there = _extent(first), _extent(second)
            assert here[2] <= there[0] + 0.5 or there[2] <= here[0] + 0.5, (first, second)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
@pytest.mark.parametrize("width", [420.0, 760.0, 1400.0])
@pytest.mark.parametrize("count", [1, 2, 26])
def test_labels_stand_apart_and_everything_inside(count: int, width: float, lang: str) -> None:
    for chart in (_course([4.0 + one % 5 for one in range(count)], names=2), _bars(count)):
        for scale in (SCREEN, PAPER):
            drawing = lay_out(chart, width, 260.0, lang, scale, by_characters)
            _inside(drawing)
            _apart(drawing)


def test_a_missing_value_breaks_the_line_and_is_marked_at_the_foot() -> None:
    chart = _course([5.0, 4.0, None, 3.0, 2.0, None])
    drawing = lay_out(chart, 600, 260, "en", SCREEN, by_characters)
    drawn = [one for one in lines(drawing, "series_1") if one.width == SCREEN.line * 1.6]
    assert [len(one.places) for one in drawn] == [2, 2]
    gap = drawing.stops[2].x
    assert all(not (min(x for x, _ in one.places) < gap < max(x for x, _ in one.places)) for one in drawn)
    assert drawing.stops[2].y > max(y for one in drawn for _, y in one.places)
    assert [one.said.en for one in drawing.stops][2] == "W2: None"


def test_a_value_alone_between_gaps_has_a_mark_and_no_line() -> None:
    drawing = lay_out(_course([None, 4.0, None]), 600, 260, "en", SCREEN, by_characters)
    assert [one for one in lines(drawing, "series_1") if one.width == SCREEN.line * 1.6] == []
    assert any(isinstance(one, Disc) and one.x == drawing.stops[1].x for one in drawing.shapes)


@given(st.lists(st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=3).map(float)), min_size=1, max_size=30), st.floats(300, 1500), st.floats(120, 900))
def test_any_values_find_their_place_in_any_rectangle(values: list[float | None], width: float, height: float) -> None:
    drawing = lay_out(_course(values), width, height, "zh", SCREEN, by_characters)
    assert len(drawing.stops) == len(values)
    _inside(drawing)
    known = [(value, stop.y) for value, stop in zip(values, drawing.stops, strict=True) if value is not None]
    for (first, upper), (second, lower) in pairwise(sorted(known)):
        assert upper >= lower - 1e-6, (first, second)


def test_screen_and_paper_put_a_value_at_the_same_share_of_the_axes() -> None:
    chart = _course([5.0, 4.0, 3.5, 3.0, 2.0])
    shares = []
    for scale, width, height in ((SCREEN, 900.0, 500.0), (PAPER, 240.0, 112.0)):
        stops = lay_out(chart, width, height, "zh", scale, by_characters).stops
        wide, high = stops[-1].x - stops[0].x, stops[-1].y - stops[0].y
        shares.append([((one.x - stops[0].x) / wide, (one.y - stops[0].y) / high) for one in stops])
    for one, other in zip(*shares, strict=True):
        assert one == pytest.approx(other)


def test_bars_take_the_height_of_their_lanes_and_no_more() -> None:
    few, many = (lay_out(_bars(count), 700, 500, "en", SCREEN, by_characters) for count in (2, 60))
    assert few.height < 300
    assert many.height >= 60 * SCREEN.lane
    assert least_height(_bars(60), 700, "en", SCREEN, by_characters) <= many.height
    assert [one.row for one in many.stops] == list(range(60))


def test_a_name_that_does_not_fit_is_cut_with_dots_and_said_whole() -> None:
    drawing = lay_out(_bars(1), 420, 200, "en", SCREEN, by_characters)
    assert any(one.text.endswith("…") for one in words(drawing))


def test_an_empty_chart_says_why_across_its_middle() -> None:
    chart = Chart("X", _said("Area"), day_axis(NAME, []), number_axis(_said("cm²"), [0.0, 1.0]), empty=Text("No value yet.", "尚无数值。"))
    assert any(one.text == "尚无数值。" for one in words(lay_out(chart, 500, 240, "zh", SCREEN, by_characters)))


def test_day_0_keeps_its_label_where_visits_crowd() -> None:
    points = tuple(Point(x, 1.0, _said("x")) for x in (-1.0, 0.0, 1.0, 300.0))
    places = tuple(Tick(point.x, _said(f"visit {number}"), 2 if point.x == 0 else 1) for number, point in enumerate(points))
    chart = Chart("X", _said("A"), day_axis(NAME, [one.x for one in points], places), number_axis(_said("y"), [1.0]), (Series(_said(""), points),))
    told = [one.text for one in words(lay_out(chart, 500, 240, "en", SCREEN, by_characters))]
    assert "visit 1" in told
    assert "visit 0" not in told
    assert "visit 3" in told


def test_lines_of_limits_that_lie_close_keep_their_labels_apart() -> None:
    close = tuple(Line(_said(f"G{one}"), _said(f"G{one}"), ((0.0, 28.0, 5.0 + one * 0.01),)) for one in range(4))
    chart = Chart("X", _said("A"), day_axis(NAME, [0.0, 28.0]), number_axis(_said("y"), [0.0, 10.0]), (Series(_said(""), (Point(0.0, 5.0, _said("x")),)),), lines=close)
    drawing = lay_out(chart, 500, 240, "en", SCREEN, by_characters)
    heights = sorted(one.y for one in words(drawing) if one.text.startswith("G"))
    assert all(second - first >= SCREEN.row - 1e-6 for first, second in pairwise(heights))
    assert spread([5.0, 5.0], 2.0, 0.0, 6.0) == [4.0, 6.0]


# Axes


@given(st.lists(st.decimals(-(10**9), 10**9, places=3).map(float), min_size=1, max_size=20), st.booleans())
def test_an_axis_holds_its_values_between_round_ends(values: list[float], whole: bool) -> None:
    axis = number_axis(_said("y"), values, whole=whole)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 2 <= len(axis.ticks) <= 12
    assert all(axis.low - 1e-6 * abs(axis.high - axis.low) <= one.at <= axis.high + 1e-6 * abs(axis.high - axis.low) for one in axis.ticks)
    assert not whole or all(abs(one.at - round(one.at)) < 1e-6 * max(1.0, abs(one.at)) for one in axis.ticks)


def test_an_axis_of_amounts_begins_at_nothing_one_of_a_narrow_range_does_not() -> None:
    assert number_axis(_said("y"), [2.0, 8.0]).low == 0
    assert number_axis(_said("y"), [136.0, 142.0]).low > 100
    assert number_axis(_said("y"), [3.0, 19.0], scale=(0.0, 19.0)).high == 19.0
    assert number_axis(_said("y"), [3.0, 25.0], scale=(0.0, 19.0)).high == 25.0


@given(st.floats(0.001, 1e4), st.floats(LOG_RATIO * 1.001, 1e6))
def test_ratios_take_equal_lengths_on_a_logarithmic_axis(low: float, ratio: float) -> None:
    axis = number_axis(_said("U/L"), [low, low * ratio], may_log=True)
    assert axis.log
    assert axis.low <= low * 1.001
    assert axis.high >= low * ratio * 0.999
    middle = (low * low * ratio) ** 0.5
    assert axis.share(middle) == pytest.approx((axis.share(low) + axis.share(low * ratio)) / 2)
    assert axis.ticks


def test_days_are_ticked_in_weeks_and_dates_in_months() -> None:
    assert [one.at for one in day_axis(NAME, [0.0, 168.0]).ticks] == [0, 28, 56, 84, 112, 140, 168]
    assert [one.text.en for one in day_axis(NAME, [-28.0, 28.0]).ticks] == ["−28", "−14", "0", "14", "28"]
    axis = date_axis(_said("date"), [date(2026, 1, 20), date(2026, 4, 2)])
    assert [one.text.zh for one in axis.ticks] == ["2026-02", "2026-03", "2026-04"]
    assert [one.text.en for one in date_axis(_said("date"), [date(2026, 1, 20)]).ticks] == ["2026-01-20"]
    assert len(date_axis(_said("date"), [date(2024, 1, 1), date(2029, 1, 1)]).ticks) <= 8
    assert [one.at for one in count_axis(_said("n"), 3).ticks] == [0, 1, 2, 3]


def test_sentences_are_broken_between_words_and_between_characters() -> None:
    assert broken("one two three", 50, by_characters, 12) == ["one two", "three"]
    assert broken("尚无数值记录", 36, by_characters, 12) == ["尚无数", "值记录"]
