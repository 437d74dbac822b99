"""Laboratory trends: a chart for each analyte in its standard unit, the reference interval of each sampling day behind it, CTCAE limits across it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crf_app.clinical.charts.axes import number_axis
from crf_app.clinical.charts.courses import MISSING, MOMENT, Read, nothing_yet, read_items, undated_note
from crf_app.clinical.charts.model import Axis, Band, Chart, Key, Line, Point, Reach, Series, Sign, Tick
from crf_app.clinical.charts.places import Calendar, why_missing
from crf_app.clinical.keys import item_key
from crf_app.clinical.laboratory_grades import grade_limits, proposed_grade
from crf_app.clinical.references import Interval
from crf_app.clinical.rules.builtins import interval_of
from crf_app.clinical.rules.run import Run
from crf_app.study.chart_definition import ChartDef
from crf_app.study.decimals import round_half_away
from crf_app.study.definition import ItemDef, StudyDef
from crf_app.study.functions.grades import GradeBound
from crf_app.study.item_types import format_value, plain_decimal
from crf_app.study.texts import EMPTY, Text
from crf_app.study.units import canonical_unit, display_unit

BAND = Text("reference interval", "参考区间")
ASSUMED = Text("reference interval, assumed", "参考区间（假定值）")
"""Not the laboratory's own: the start-up default of the study."""
HIGH, LOW = Key("high", Text("above the interval", "高于区间")), Key("low", Text("below the interval", "低于区间"))
_REACH = Decimal("1.25")
"""A grade limit farther from the values than this ratio is told in a note: drawn, it would press the values flat."""
_SIGNS = {"HIGH": Sign.HIGH, "LOW": Sign.LOW}


@dataclass(frozen=True, slots=True)
class Sample:
    """One result with what it is compared with."""

    read: Read
    item: ItemDef
    interval: Interval | None
    bounds: tuple[GradeBound, ...]


def analytes(study: StudyDef) -> dict[str, tuple[ItemDef, ...]]:
    """Result items of the laboratory panels by test, in the order they are asked."""
    found: dict[str, tuple[ItemDef, ...]] = {}
    for form in study.forms.values():
        for group in form.groups:
            for item in group.items if group.layout == "lab" else ():
                if item.test and item.operator:
                    found[item.test] = (*found.get(item.test, ()), item)
    return found


def analyte_chart(run: Run, calendar: Calendar, definition: ChartDef, test: str, items: Sequence[ItemDef]) -> Chart:
    """The trend of one test; empty with a word why where no result was entered."""
    samples = [Sample(read, item, interval_of(run, item, (read.asked.form, read.row)), grade_limits(run, read.asked.form, item, read.row))
               for item in items for read in read_items(run, calendar, item)]  # fmt: skip
    dated = sorted((one for one in samples if one.read.asked.day is not None), key=lambda one: one.read.asked.day or date.min)
    series = Series(EMPTY, tuple(_point(run, calendar, one) for one in dated))
    places = {point.x: Tick(point.x, one.read.asked.visit, 1) for point, one in zip(series.points, dated, strict=True)}
    x = calendar.axis([point.x for point in series.points], list(places.values()))
    y = _y_axis(items[0], dated)
    placed = [(point.x, one) for point, one in zip(series.points, dated, strict=True) if point.y is not None]
    bands, lines = tuple(_band(placed, x)), tuple(_lines(placed, x, y))
    moments = tuple(one for one in calendar.moments() if dated and x.low <= one.x <= x.high)
    nothing = all(point.y is None for point in series.points)
    undated = [one.read.asked.visit for one in samples if one.read.asked.day is None]
    return Chart(
        f"{definition.oid}.{test}", items[0].label, x, y, (series,), bands, lines, moments, keys=_keys(dated, series, bands, lines, moments),
        notes=(*undated_note(undated), *_notes(items[0], dated, y)), empty=nothing_yet((series,)) if nothing else EMPTY, group=definition.label,
    )  # fmt: skip


def _keys(samples: Sequence[Sample], series: Series, bands: Sequence[Band], lines: Sequence[Line], moments: Sequence[object]) -> tuple[Key, ...]:
    signs = {point.sign for point in series.points}
    assumed = any(one.interval is not None and one.interval.assumed for one in samples)
    found = [Key("band", ASSUMED if assumed else BAND)] if bands else []
    found += [HIGH] if Sign.HIGH in signs else []
    found += [LOW] if Sign.LOW in signs else []
    found += [Key("line", Text("limit of a CTCAE grade (suggested)", "CTCAE分级界值（建议）"))] if lines else []
    return (*found, *((MISSING,) if Sign.MISSING in signs else ()), *((MOMENT,) if moments else ()))


# Points


def _point(run: Run, calendar: Calendar, one: Sample) -> Point:
    read, item, asked = one.read, one.item, one.read.asked
    when = calendar.when(asked.visit, asked.day or date.min)
    x = calendar.x(asked.day or date.min)
    value = run.casebook.value(item_key(asked.form, item.group, read.row, item.oid))
    if read.number is None:
        why = why_missing(run, item, read.row, asked)
        return Point(x, None, Text(f"{when.en}: {why.en}", f"{when.zh}：{why.zh}"), Sign.MISSING, form=asked.form)
    flag, grade = _member(run, one, "LBNRIND"), proposed_grade(run, asked.form, item, read.row)
    said = []
    for lang, reference, suggested in (("en", "reference", "suggested CTCAE grade"), ("zh", "参考区间", "建议CTCAE分级")):
        parts = [_value(item, read, value.text, value.unit)]
        if one.interval is not None:
            parts.append(f"{reference} {_ends(item, one.interval)}")
        parts += [text for oid in ("LBNRIND", "LBCLSIG") if (text := _member_text(run, one, oid, lang))]
        parts += [f"{suggested} {grade.grade}"] if grade is not None else []
        said.append("; ".join(parts) if lang == "en" else "；".join(parts))
    note = Text(f"G{grade.grade}", f"{grade.grade}级") if grade is not None else EMPTY
    sign = _SIGNS.get(flag, Sign.PLAIN)
    return Point(x, float(read.number), Text(f"{when.en}: {said[0]}", f"{when.zh}：{said[1]}"), sign, read.bound, note, asked.form)


def _value(item: ItemDef, read: Read, entered: str, unit: str) -> str:
    """The value in the standard unit; what was entered behind it where that was another unit."""
    standard = f"{read.bound}{_rounded(item, read.number)} {display_unit(item.unit, item.test)}".strip()
    if not unit or canonical_unit(unit) == canonical_unit(item.unit):
        return standard
    return f"{standard} ({read.bound}{entered} {display_unit(unit, item.test)})"


def _rounded(item: ItemDef, number: Decimal | None) -> str:
    return "" if number is None else plain_decimal(round_half_away(number, max(item.decimals, 0)))


def _ends(item: ItemDef, interval: Interval) -> str:
    low, high = _rounded(item, interval.low), _rounded(item, interval.high)
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"


def _member(run: Run, one: Sample, oid: str) -> str:
    found = run.study.forms[one.item.form].index.get(f"{one.item.oid.rpartition('_')[0]}_{oid}")
    if found is None:
        return ""
    read = run.read(one.read.asked.form, found, one.read.row)
    return read if isinstance(read, str) else ""


def _member_text(run: Run, one: Sample, oid: str, lang: str) -> str:
    code = _member(run, one, oid)
    item = run.study.forms[one.item.form].index.get(f"{one.item.oid.rpartition('_')[0]}_{oid}")
    if not code or item is None:
        return ""
    return format_value(item, run.casebook.value(item_key(one.read.asked.form, item.group, one.read.row, item.oid)), lang)


# Behind and across the points


def _y_axis(item: ItemDef, samples: Sequence[Sample]) -> Axis:
    values = [one.read.number for one in samples if one.read.number is not None]
    ends = [end for one in samples if one.interval is not None for end in (one.interval.low, one.interval.high) if end is not None]
    shown = [bound.at for one in samples for bound in one.bounds if values and _near(bound, values, ends)]
    unit = display_unit(item.unit, item.test)
    name = Text(unit, unit) if unit else Text("value", "数值")
    log = len(values) > 1 and min(values) > 0 and all(end > 0 for end in ends)
    return number_axis(name, [float(one) for one in (*values, *ends, *shown)] or [0.0, 1.0], may_log=log)


def _near(bound: GradeBound, values: Sequence[Decimal], ends: Sequence[Decimal]) -> bool:
    if bound.high:
        return bound.at <= max(*values, *ends) * _REACH
    return bound.at * _REACH >= min(*values, *ends)


def _stretches(placed: Sequence[tuple[float, Sample]], x: Axis) -> Iterator[tuple[float, float, Sample]]:
    """Each sample with the part of the x axis that is nearer to it than to any other."""
    for at, (here, sample) in enumerate(placed):
        start = x.low if at == 0 else (placed[at - 1][0] + here) / 2
        end = x.high if at == len(placed) - 1 else (here + placed[at + 1][0]) / 2
        yield start, end, sample


def _band(placed: Sequence[tuple[float, Sample]], x: Axis) -> Iterator[Band]:
    reaches: list[Reach] = []
    for start, end, sample in _stretches(placed, x):
        interval = sample.interval
        if interval is None or (interval.low is None and interval.high is None):
            continue
        low, high = (None if one is None else float(one) for one in (interval.low, interval.high))
        if reaches and reaches[-1].end == start and (reaches[-1].low, reaches[-1].high) == (low, high):
            reaches.append(replace(reaches.pop(), end=end))
        else:
            reaches.append(Reach(start, end, low, high))
    if reaches:
        yield Band(BAND, tuple(reaches))


def _lines(placed: Sequence[tuple[float, Sample]], x: Axis, y: Axis) -> Iterator[Line]:
    parts: dict[int, list[tuple[float, float, float]]] = {}
    for start, end, sample in _stretches(placed, x):
        for bound in sample.bounds:
            at, found = float(bound.at), parts.setdefault(bound.grade, [])
            if not y.low <= at <= y.high:
                continue
            goes_on = bool(found) and found[-1][1:] == (start, at)
            found.append((found.pop()[0] if goes_on else start, end, at))
    for grade, found in sorted(parts.items()):
        if found:
            yield Line(Text(f"CTCAE grade {grade} begins", f"CTCAE {grade}级起点"), Text(f"G{grade}", f"{grade}级"), tuple(found))


def _notes(item: ItemDef, samples: Sequence[Sample], y: Axis) -> Iterator[Text]:
    unit = display_unit(item.unit, item.test)
    without = _visits(one for one in samples if one.interval is None and one.read.number is not None)
    if without is not None:
        yield Text(f"No reference interval on file for {without.en}.", f"以下访视无参考区间：{without.zh}。")
    last = next((one for one in reversed(samples) if one.bounds), None)
    beyond = [one for one in last.bounds if not y.low <= float(one.at) <= y.high] if last is not None else []
    if beyond:
        first = beyond[0]
        at, side = _rounded(item, first.at), ("above", "高于") if first.high else ("below", "低于")
        yield Text(f"Grade {first.grade} begins {side[0]} {at} {unit}, beyond the chart.", f"{first.grade}级：{side[1]}{at} {unit}，超出图示范围。")


def _visits(samples: Iterable[Sample]) -> Text | None:
    found = tuple(dict.fromkeys(one.read.asked.visit for one in samples))
    return Text(", ".join(one.en for one in found), "、".join(one.zh for one in found)) if found else None
