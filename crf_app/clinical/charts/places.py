"""Where a subject was, or should have been, asked something: the days at which a chart has a value or a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from crf_app.clinical.charts.axes import day_axis
from crf_app.clinical.charts.model import Axis, Moment, Tick
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import EventStatus, Visibility
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import (
    basis_of,
    ended_on,
    event_forms,
    event_keys,
    target_date,
    visit_date,
    visit_item,
    why_not_made,
)
from crf_app.study.definition import EventDef, ItemDef
from crf_app.study.item_types import MISSING_TEXTS, format_value
from crf_app.study.partial_dates import PartialDate
from crf_app.study.texts import EMPTY, Text
from crf_app.study.values import Value

NO_VALUE = Text("no value", "无数值")


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that was begun, or whose visit is over without it. `day` is when, or when it should have been; None while unknown.

    `why` says why nothing was entered at all: the visit was missed, or nobody began the form.
    """

    form: FormKey
    event: EventDef
    visit: Text
    day: date | None
    begun: bool
    why: Text = EMPTY


@dataclass(frozen=True)
class Calendar:
    """Day 0 of a subject's charts and every place of it; `origin` is None where there is no day to count from."""

    origin: date | None
    name: Text
    asked: Mapping[str, tuple[Asked, ...]]
    treatments: tuple[date, ...]

    def x(self, day: date) -> float:
        """The day as a number of the x axis."""
        return float((day - self.origin).days) if self.origin is not None else float(day.toordinal())

    def axis(self, days: list[float], places: list[Tick]) -> Axis:
        """The x axis over those days."""
        return day_axis(self.name, days, places)

    def moments(self) -> tuple[Moment, ...]:
        """The days of treatment."""
        return tuple(Moment(self.x(day), Text(f"Treatment {day}", f"治疗 {day}")) for day in self.treatments)

    def when(self, visit: Text, day: date) -> Text:
        """Visit, date and day in words."""
        number = f"{self.x(day):.0f}".replace("-", "−")
        if self.origin is None:
            return Text(f"{visit.en}, {day}", f"{visit.zh}，{day}")
        return Text(f"{visit.en}, {day} (day {number})", f"{visit.zh}，{day}（第{number}天）")


def read_calendar(run: Run, today: date) -> Calendar:
    """Every place at which the subject was asked something, by form; once for all charts of the subject."""
    treated, consent = run.first_treatment(), _consent(run)
    origin, name = treated, Text("Days since the first treatment", "距首次治疗天数")
    if origin is None:
        origin, name = consent, Text("Days since consent", "距知情同意天数")
    asked: dict[str, list[Asked]] = {}
    for event, repeat in event_keys(run):
        if event.kind != "log":
            for one in _at(run, event, repeat, today):
                asked.setdefault(one.form.form, []).append(one)
    if origin is None:
        origin = min((one.day for places in asked.values() for one in places if one.day is not None), default=None)
        name = Text("Days since the first entry", "距首次记录天数")
    return Calendar(origin, name, {form: tuple(places) for form, places in asked.items()}, _treatments(run))


def _at(run: Run, event: EventDef, repeat: int, today: date) -> Iterator[Asked]:
    visit = visit_text(event, repeat)
    made = visit_date(run, run.casebook.subject, event.oid, repeat)
    held = date.fromisoformat(made) if len(made) == 10 else None
    day, over = _planned(run, event, today)
    why = _why(run, event, repeat)
    for form, optional in event_forms(run, event, repeat):
        begun = form in run.casebook.forms
        if begun:
            yield Asked(form, event, visit, run.date_of(form) or held or day, True, why)
        elif not optional and (held is not None or over or why.en):
            yield Asked(form, event, visit, held or day, False, why)


def _planned(run: Run, event: EventDef, today: date) -> tuple[date | None, bool]:
    """The day for which a visit was planned, and whether its time is over: after the window, and of a subject who left, before the day of leaving."""
    span, target, ended = run.rules.schedule.span(event, basis_of(run)), target_date(run, event), ended_on(run)
    if ended:
        return target, target is not None and target.isoformat() < ended[:10]
    return span.day or target, span.status(today) is EventStatus.OVERDUE


def visit_text(event: EventDef, repeat: int) -> Text:
    """The short name of a visit, its number behind it when it was repeated."""
    short = event.short if event.short.en else event.name
    return short if repeat == 1 and event.kind != "unscheduled" else Text(f"{short.en} #{repeat}", f"{short.zh} #{repeat}")


def _why(run: Run, event: EventDef, repeat: int) -> Text:
    reason = why_not_made(run, event.oid, repeat)
    if not reason:
        return EMPTY
    item = run.study.landmark("visit_reason")
    stored = visit_item(run, run.casebook.subject, event.oid, repeat, "visit_reason")
    said = [format_value(item, Value(reason), lang) if item is not None and stored == reason else reason for lang in ("en", "zh")]
    return Text(f"visit not made: {said[0]}", f"访视未进行：{said[1]}")


def _consent(run: Run) -> date | None:
    return min(_dates(run, "consent_date"), default=None)


def _treatments(run: Run) -> tuple[date, ...]:
    return tuple(sorted(set(_dates(run, "treatment_date"))))


def _dates(run: Run, tag: str) -> Iterator[date]:
    """Every whole date of the items with that tag, in forms that were begun."""
    for form in run.study.forms.values():
        for item in form.items:
            if tag in item.tags:
                for key in run.casebook.instances(form.oid):
                    for row in run.group_rows(key, form.group(item.group)):
                        found = run.read(key, item, row)
                        if isinstance(found, PartialDate) and found.is_full:
                            yield found.earliest


def why_missing(run: Run, item: ItemDef, row: int, asked: Asked) -> Text:
    """Why there is no number where one was asked for, in words."""
    value = run.casebook.value(item_key(asked.form, item.group, row, item.oid))
    if value.missing:
        return Text(*(format_value(item, value, lang) for lang in ("en", "zh"))) if value.missing in MISSING_TEXTS else NO_VALUE
    if not asked.begun:
        return asked.why if asked.why.en else Text("form not begun", "表单未开始")
    if run.visibility(asked.form, item, row) is Visibility.NOT_ASKED:
        return Text("marked as not done", "已标记为未做")
    if value.status == "ERROR":
        return Text("cannot be computed", "无法计算")
    return Text("not computed: an answer it needs is missing", "未计算：缺少所需数据") if item.is_derived else NO_VALUE
