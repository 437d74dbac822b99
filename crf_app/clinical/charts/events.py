"""Events as bars from start to end beside the days of treatment (`kind = "events"`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crf_app.clinical.charts.courses import MOMENT
from crf_app.clinical.charts.model import Bar, Chart, Key, Lane
from crf_app.clinical.charts.places import Calendar
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import ended_on
from crf_app.study.chart_definition import ChartDef
from crf_app.study.definition import GroupDef, ItemDef
from crf_app.study.item_types import format_value
from crf_app.study.partial_dates import PartialDate
from crf_app.study.texts import EMPTY, Text

_ONGOING = Text("ongoing", "持续中")
_UNKNOWN_END = Text("end not known", "结束日期不详")
_SERIOUS = Text("serious", "严重")


@dataclass(frozen=True, slots=True)
class _Row:
    form: FormKey
    row: int
    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool


def event_chart(run: Run, calendar: Calendar, definition: ChartDef, today: date) -> Chart:
    """The events of a subject in order of their start, one lane each. What goes on reaches to `today` or the end of the subject's part."""
    form_oid, _, group_oid = definition.rows.partition(".")
    group = run.study.forms[form_oid].group(group_oid)
    rows = [row for key in run.casebook.instances(form_oid) for row in _rows(run, key, group)]
    dated = sorted((one for one in rows if one.start is not None), key=lambda one: (one.start.earliest if one.start else date.min, one.row))
    ended = ended_on(run)
    last = date.fromisoformat(ended) if len(ended) == 10 else today
    lanes, bars = [], []
    for number, row in enumerate(dated):
        made = _Maker(run, calendar, definition, group, row, last)
        lanes.append(Lane(made.name()))
        bars.append(made.bar(number))
    days = [one for bar in bars for one in (bar.start, bar.end)] + [calendar.x(day) for day in calendar.treatments if bars]
    x = calendar.axis(days, [])
    undated = [_Maker(run, calendar, definition, group, row, last).name() for row in rows if row.start is None]
    notes = (Text("Without a start date, not drawn: " + "; ".join(one.en for one in undated), "无开始日期，未绘制：" + "；".join(one.zh for one in undated)),) if undated else ()
    empty = EMPTY if bars else Text("No event has been entered.", "尚未录入事件。")
    moments = calendar.moments() if bars else ()
    return Chart(definition.oid, definition.label, x, lanes=tuple(lanes), bars=tuple(bars), moments=moments, keys=_keys(run, definition, group, bars, bool(moments)), notes=notes, empty=empty)


def _rows(run: Run, form: FormKey, group: GroupDef) -> Iterator[_Row]:
    start, end, ongoing = (next((item for item in group.items if tag in item.tags), None) for tag in ("start", "end", "ongoing"))
    for row in run.casebook.rows(form, group.oid):
        found = [run.read(form, item, row) if item is not None else None for item in (start, end)]
        first, last = (one if isinstance(one, PartialDate) else None for one in found)
        yield _Row(form, row, first, last, ongoing is not None and run.read(form, ongoing, row) == "Y")


def _keys(run: Run, definition: ChartDef, group: GroupDef, bars: list[Bar], moments: bool) -> tuple[Key, ...]:
    grade = group.item(definition.grade) if definition.grade else None
    used = sorted({bar.pattern for bar in bars})
    names = {number: one.text for number, one in enumerate(grade.codes, 1)} if grade is not None else {}
    keys = [Key(str(one), names.get(one, Text("no grade", "未分级") if definition.grade else run.study.forms[definition.rows.partition(".")[0]].name)) for one in used]
    keys += [Key("strong", _SERIOUS)] if any(bar.strong for bar in bars) else []
    keys += [Key("open", _ONGOING)] if any(bar.open_end for bar in bars) else []
    keys += [Key("loose", Text("day not exactly known", "日期不完整"))] if any(bar.loose_start or bar.loose_end for bar in bars) else []
    return (*keys, *((MOMENT,) if moments else ()))


class _Maker:
    """Makes the bar of one row."""

    def __init__(self, run: Run, calendar: Calendar, definition: ChartDef, group: GroupDef, row: _Row, last: date) -> None:
        self.run, self.calendar, self.definition, self.group, self.row, self.last = run, calendar, definition, group, row, last

    def name(self) -> Text:
        """Number and name of the event."""
        item = self.group.item(self.definition.named)
        said = self._text(item) if item is not None else EMPTY
        return Text(f"{self.row.row}. {said.en or '–'}", f"{self.row.row}. {said.zh or '–'}")

    def _text(self, item: ItemDef) -> Text:
        value = self.run.casebook.value(item_key(self.row.form, item.group, self.row.row, item.oid))
        return Text(format_value(item, value, "en"), format_value(item, value, "zh"))

    def bar(self, lane: int) -> Bar:
        """From the first day it may have begun to the last one it may have lasted."""
        row, start = self.row, self.row.start
        first = start.earliest if start is not None else self.last
        end = row.end.latest if row.end is not None else self.last if row.ongoing else (start.latest if start is not None else first)
        grade, serious = self._item(self.definition.grade), self._item(self.definition.serious)
        code = self._code(grade)
        pattern = next((at for at, one in enumerate(grade.codes, 1) if one.code == code), 0) if grade is not None else 1
        strong = self._code(serious) == "Y"
        # A bar of one day is that day from morning to evening.
        return Bar(
            lane, self.calendar.x(first), self.calendar.x(max(end, first)) + 1.0, self._said(grade, strong=strong), pattern, Text(code, code), strong,
            open_end=row.ongoing and row.end is None, loose_start=start is not None and not start.is_full,
            loose_end=(row.end is not None and not row.end.is_full) or (row.end is None and not row.ongoing), form=row.form,
        )  # fmt: skip

    def _item(self, oid: str) -> ItemDef | None:
        return self.group.item(oid) if oid else None

    def _code(self, item: ItemDef | None) -> str:
        found = self.run.read(self.row.form, item, self.row.row) if item is not None else ""
        return found if isinstance(found, str) else ""

    def _said(self, grade: ItemDef | None, *, strong: bool) -> Text:
        name, row = self.name(), self.row
        days = [next((self._text(item) for item in self.group.items if tag in item.tags), EMPTY) for tag in ("start", "end")]
        end = _ONGOING if row.end is None and row.ongoing else days[1] if days[1].en else _UNKNOWN_END
        said = []
        for lang, to, grade_word in (("en", "to", "grade"), ("zh", "至", "分级")):
            parts = [f"{days[0].get(lang)} {to} {end.get(lang)}"]
            text = self._text(grade).get(lang) if grade is not None else ""
            parts += [f"{grade_word} {text}"] if text else []
            parts += [_SERIOUS.get(lang)] if strong else []
            said.append(", ".join(parts) if lang == "en" else "，".join(parts))
        return Text(f"{name.en}: {said[0]}", f"{name.zh}：{said[1]}")
