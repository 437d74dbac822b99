"""Numbers by visit: scores, wound areas and whatever else a study declares (`kind = "items"`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crf_app.clinical.charts.axes import number_axis
from crf_app.clinical.charts.model import Axis, Band, Chart, Key, Line, Point, Reach, Series, Sign, Tick
from crf_app.clinical.charts.places import Asked, Calendar, why_missing
from crf_app.clinical.form_state import is_required, repeat_label
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.kinds import BLANK, Absent, Span
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.study.chart_definition import ChartDef
from crf_app.study.definition import GroupDef, ItemDef, ItemType
from crf_app.study.item_types import format_value
from crf_app.study.texts import EMPTY, Text
from crf_app.study.units import display_unit

MISSING = Key("missing", Text("no value", "无数值"))
MOMENT = Key("moment", Text("treatment", "治疗"))


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in an item at a place: `number` where it is one, `bound` "<" or ">"; neither where it is missing."""

    asked: Asked
    row: int
    number: Decimal | None
    bound: str = ""


def read_items(run: Run, calendar: Calendar, item: ItemDef) -> Iterator[Read]:
    """Every place at which the item was asked of the subject; what does not apply there is left out."""
    group = run.study.forms[item.form].group(item.group)
    for asked in calendar.asked.get(item.form, ()):
        for row in _rows(run, asked.form, group):
            seen, found = run.visibility(asked.form, item, row), run.read(asked.form, item, row)
            if seen is Visibility.HIDDEN or (isinstance(found, Absent) and found.why == "na"):
                continue
            if found == BLANK and asked.begun and not item.is_derived and not is_required(run, asked.form, item, row, seen):
                continue  # it could be left out, and was
            yield Read(asked, row, *_number(found))


def _rows(run: Run, form: FormKey, group: GroupDef) -> Sequence[int]:
    """The rows that a group has or should have."""
    if group.repeating != "fixed":
        return (1,)
    return sorted({*run.group_rows(form, group), *range(1, len(run.rules.at(form).fixed_rows(run, form, group)) + 1)})


def _number(found: object) -> tuple[Decimal | None, str]:
    if isinstance(found, Decimal):
        return found, ""
    if isinstance(found, Span):
        end = found.high if found.operator == "<" else found.low
        return end, found.operator
    if isinstance(found, str) and found.lstrip("-").isdecimal():
        return Decimal(found), ""
    return None, ""


def item_chart(run: Run, calendar: Calendar, definition: ChartDef) -> Chart:
    """The chart, empty with a word why where nothing was measured yet."""
    items = [run.study.item(*name.split(".")) for name in definition.draw]
    lines: dict[Text, list[Point]] = {}
    places: dict[float, Tick] = {}
    undated: list[Text] = []
    for item in items:
        for one in read_items(run, calendar, item):
            name = _name(run, definition, item, one)
            if one.asked.day is None:
                undated.append(one.asked.visit)
                continue
            x = calendar.x(one.asked.day)
            lines.setdefault(name, []).append(_point(run, calendar, definition, item, one, name if len(items) > 1 or name.en else EMPTY))
            places.setdefault(x, Tick(x, one.asked.visit, _weight(one.asked)))
    series = tuple(Series(name, tuple(sorted(points, key=lambda point: point.x))) for name, points in lines.items())
    return _drawn(calendar, definition, items[0], series, list(places.values()), undated)


def item_applies(run: Run, calendar: Calendar, definition: ChartDef) -> bool:
    """Was one of the items asked of the subject, or may it still be?"""
    for item in (run.study.item(*name.split(".")) for name in definition.draw):
        if any(True for _ in read_items(run, calendar, item)):
            return True
        for event in run.study.events:
            if event.form(item.form) is not None:
                key = FormKey(run.casebook.subject, event.oid, 1, item.form, 1)
                if run.rules.form_visibility(run, key) is not Visibility.HIDDEN and run.visibility(key, item, 1) is not Visibility.HIDDEN:
                    return True
    return False


def _name(run: Run, definition: ChartDef, item: ItemDef, one: Read) -> Text:
    """What tells a line from the others of the chart: question, ulcer, row; empty when there is but one."""
    group = run.study.forms[item.form].group(item.group)
    parts = [item.label] if len(definition.draw) > 1 else []
    if run.study.forms[item.form].repeat_for:
        label = repeat_label(run, one.asked.form)
        parts.append(Text(f"{one.asked.form.form_repeat}: {label.en}", f"{one.asked.form.form_repeat}：{label.zh}") if label.en != str(one.asked.form.form_repeat) else label)
    if group.repeating == "fixed":
        said = [tuple(format_value(key, value, lang) for lang in ("en", "zh")) for key, value in _row_keys(run, one, group)]
        parts.append(Text(" ".join(one[0] for one in said), " ".join(one[1] for one in said)))
    return Text(" · ".join(part.en for part in parts), " · ".join(part.zh for part in parts))


def _row_keys(run: Run, one: Read, group: GroupDef) -> Iterator[tuple[ItemDef, Value]]:
    """The items that name a fixed row, with what is stored or planned in them."""
    planned = run.rules.at(one.asked.form).fixed_rows(run, one.asked.form, group)
    codes = planned[one.row - 1] if one.row <= len(planned) else ()
    for number, oid in enumerate(group.rows_key):
        key = group.item(oid)
        stored = run.casebook.value(item_key(one.asked.form, group.oid, one.row, oid))
        if key is not None:
            yield key, stored if stored.text else Value(codes[number] if number < len(codes) else "")


def _point(run: Run, calendar: Calendar, definition: ChartDef, item: ItemDef, one: Read, name: Text) -> Point:
    asked = one.asked
    day = asked.day or date.min
    when, value = calendar.when(asked.visit, day), run.casebook.value(item_key(asked.form, item.group, one.row, item.oid))
    head = Text(f"{name.en}: {when.en}", f"{name.zh}：{when.zh}") if name.en else when
    if one.number is None:
        why = why_missing(run, item, one.row, asked)
        return Point(calendar.x(day), None, Text(f"{head.en}: {why.en}", f"{head.zh}：{why.zh}"), Sign.MISSING, form=asked.form)
    unit = display_unit(item.unit, item.test)
    beside = [_beside(run, name, asked) for name in definition.beside if name.partition(".")[0] == item.form]
    said = []
    for at, lang in enumerate(("en", "zh")):
        text = f"{format_value(item, value, lang)} {unit}".strip()
        said.append(("; ", "；")[at].join([text, *(part.get(lang) for part in beside if part.en)]))
    return Point(calendar.x(day), float(one.number), Text(f"{head.en}: {said[0]}", f"{head.zh}：{said[1]}"), bound=one.bound, form=asked.form)


def _beside(run: Run, name: str, asked: Asked) -> Text:
    """Another item of the form with its question, empty where it holds nothing."""
    item = run.study.item(*name.split("."))
    value = run.casebook.value(item_key(asked.form, item.group, 1, item.oid))
    if value.is_blank or run.visibility(asked.form, item, 1) is Visibility.HIDDEN:
        return EMPTY
    unit = display_unit(item.unit, item.test)
    return Text(*(f"{item.label.get(lang)} {format_value(item, value, lang)} {unit}".strip() for lang in ("en", "zh")))


def _weight(asked: Asked) -> int:
    """Which visit keeps its label where two would meet: day 0, then what the schedule planned."""
    return 2 if "baseline" in asked.event.flags or asked.event.day == 0 else 1 if asked.event.kind == "scheduled" else 0


def _drawn(
    calendar: Calendar, definition: ChartDef, item: ItemDef, series: tuple[Series, ...], places: list[Tick], undated: list[Text]
) -> Chart:
    days = [point.x for one in series for point in one.points]
    x = calendar.axis(days, places)
    y = _y_axis(definition, item, series)
    missing = any(point.y is None for one in series for point in one.points)
    moments = tuple(one for one in calendar.moments() if days and x.low <= one.x <= x.high)
    keys = (*((MISSING,) if missing else ()), *((MOMENT,) if moments else ()))
    marks = tuple(Line(one.label, one.label, ((x.low, x.high, float(one.at)),)) for one in definition.marks if y.low <= float(one.at) <= y.high)
    nothing = not any(point.y is not None for one in series for point in one.points)
    return Chart(
        definition.oid, definition.label, x, y, series, _bands(definition, item, x, y), marks, moments, keys=keys, notes=undated_note(undated),
        empty=nothing_yet(series) if nothing else EMPTY,
    )


def _y_axis(definition: ChartDef, item: ItemDef, series: Sequence[Series]) -> Axis:
    values = [point.y for one in series for point in one.points if point.y is not None]
    unit = display_unit(item.unit, item.test)
    label = item.label if len(definition.draw) == 1 else Text("Score", "评分") if not unit else EMPTY
    name = Text(f"{label.en}, {unit}" if unit else label.en, f"{label.zh}（{unit}）" if unit else label.zh)
    scale = (float(definition.scale[0]), float(definition.scale[1])) if definition.scale else None
    shown = [float(one.at) for one in definition.marks[:1]]
    return number_axis(name, [*values, *shown] or [0.0, 1.0], scale=scale, whole=item.type in (ItemType.INT, ItemType.SINGLE))


def _bands(definition: ChartDef, item: ItemDef, x: Axis, y: Axis) -> tuple[Band, ...]:
    """Named parts of a scale; of whole numbers each reaches half a step beyond its ends, so that parts meet."""
    half = 0.5 if item.type is ItemType.INT else 0.0
    return tuple(
        Band(one.label, (Reach(x.low, x.high, max(float(one.low) - half, y.low), min(float(one.high) + half, y.high)),), named=True) for one in definition.bands
    )


def undated_note(undated: Sequence[Text]) -> tuple[Text, ...]:
    """Says which values have no day and so no place in the chart."""
    if not undated:
        return ()
    found = tuple(dict.fromkeys(undated))
    return (Text(f"Without a date, not drawn: {', '.join(one.en for one in found)}", f"无日期，未绘制：{'、'.join(one.zh for one in found)}"),)


def nothing_yet(series: Sequence[Series]) -> Text:
    """What is missing from a chart without values."""
    if any(one.points for one in series):
        return Text("Asked for, but no value was entered: each mark below is a visit without one.", "已到应采集访视，但尚无数值：下方每个标记为一次缺失。")
    return Text("No value yet: no visit at which it is measured has been entered.", "尚无数值：测量该指标的访视尚未录入。")
