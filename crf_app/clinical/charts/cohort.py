"""Charts of all subjects of a site: enrolment against its target, unresolved queries by age and by whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.charts.axes import count_axis, date_axis, number_axis
from crf_app.clinical.charts.model import Bar, Chart, Key, Lane, Line, Point, Series
from crf_app.study.texts import EMPTY, Text

ENROLMENT, AGEING = "ENROLMENT", "QUERY_AGE"
TITLES = {ENROLMENT: Text("Enrolment against target", "入组进度与目标"), AGEING: Text("Queries waiting, by age", "待处理质疑（按时长）")}
AGES = ((0, 4), (5, 9), (10, 29), (30, None))
"""Ages of queries in days; from 5 and from 10 days on a list of queries shows them as late."""

@dataclass(frozen=True, slots=True)
class Enrolment:
    """When subjects consented and were first treated, None while they were not; `enrolled` how many count as enrolled now."""

    consented: tuple[date | None, ...]
    treated: tuple[date | None, ...]
    enrolled: int
    failures: int
    target: int


def enrolment_chart(found: Enrolment, today: date) -> Chart:
    """Cumulated subjects by date, with the target as a line."""
    lines = (
        (Text("consented", "已签知情同意"), sorted(one for one in found.consented if one is not None)),
        (Text("first treatment given", "已首次治疗"), sorted(one for one in found.treated if one is not None)),
    )
    days = [day for _, dates in lines for day in dates]
    x = date_axis(Text("Date", "日期"), [*days, today])
    series = tuple(Series(name, _counted(name, dates, today), steps=True) for name, dates in lines if dates)
    y = number_axis(Text("Subjects", "受试者（例）"), [0.0, float(max(len(found.consented), found.target, 1))], whole=True)
    target = Text(f"target {found.target}", f"目标 {found.target}")
    marks = (Line(target, target, ((x.low, x.high, float(found.target)),)),) if found.target else ()
    empty = EMPTY if days else Text("No subject has consented yet.", "尚无受试者签署知情同意。")
    return Chart(ENROLMENT, TITLES[ENROLMENT], x, y, series, lines=marks, notes=tuple(_enrolment_notes(found)), empty=empty)


def _counted(name: Text, dates: Sequence[date], today: date) -> tuple[Point, ...]:
    totals = {day: number for number, day in enumerate(dates, 1)}  # of several on a day the last counts
    if dates and today > dates[-1]:
        totals[today] = len(dates)
    return tuple(Point(float(day.toordinal()), float(count), Text(f"{day}: {name.en}, {count} in all", f"{day}：{name.zh}，累计{count}例")) for day, count in totals.items())


def _enrolment_notes(found: Enrolment) -> Iterable[Text]:
    if found.target:
        yield Text(
            f"Enrolled now: {found.enrolled} of {found.target}; screen failures: {found.failures}.",
            f"目前已入组：{found.enrolled}/{found.target}例；筛选失败：{found.failures}例。",
        )
    undated = sum(1 for one in found.consented if one is None)
    if undated:
        yield Text(f"Without a date of consent, not drawn: {undated}.", f"无知情同意日期，未绘制：{undated}例。")


def ageing_chart(queries: Sequence[tuple[int, Collection[str]]]) -> Chart:
    """How many unresolved queries are how old (days since they were raised), by the roles whose turn it is.

    An open one waits for whom it was assigned to, an answered one for who may close it: whoever asked. What several roles may close waits
    for all of them and counts once.
    """
    found = [(days, _in_order(roles)) for days, roles in queries]
    turns = sorted({turn for _, turn in found}, key=lambda one: (len(one), [_rank(role) for role in one]))
    counted = Counter((_age(days), turn) for days, turn in found)
    totals = [sum(counted[lane, turn] for turn in turns) for lane in range(len(AGES))]
    bars: list[Bar] = []
    for lane in range(len(AGES)):
        start = 0
        for number, turn in enumerate(turns, 1):
            count = counted[lane, turn]
            if count:
                bars.append(_bar(lane, start, count, turn, min(number, 5)))
                start += count
    lanes = tuple(Lane(_name(lane), Text(str(total), str(total)) if total else EMPTY) for lane, total in enumerate(totals))
    keys = tuple(Key(str(min(number, 5)), _turn(turn)) for number, turn in enumerate(turns, 1))
    x = count_axis(Text("Queries not closed", "未关闭质疑（条）"), max(totals))
    return Chart(AGEING, TITLES[AGEING], x, lanes=lanes, bars=tuple(bars), keys=keys, empty=EMPTY if queries else Text("No query waits for anybody.", "没有未关闭的质疑。"))


def _age(days: int) -> int:
    return next(lane for lane, (_, most) in enumerate(AGES) if most is None or days <= most)


def _name(lane: int) -> Text:
    least, most = AGES[lane]
    return Text(f"{least} to {most} days", f"{least}–{most}天") if most is not None else Text(f"{least} days and more", f"{least}天及以上")


def _rank(role: str) -> int:
    return next((number for number, one in enumerate(Role) if one == role), len(Role))


def _in_order(roles: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(map(str, roles), key=lambda role: (_rank(role), role)))


def _turn(turn: Sequence[str]) -> Text:
    names = [ROLE_TEXTS[Role(role)] if role in set(Role) else Text(role, role) for role in turn]
    return Text(f"waits for: {' or '.join(one.en for one in names)}", f"待{'或'.join(one.zh for one in names)}处理")


def _bar(lane: int, start: int, count: int, turn: Sequence[str], pattern: int) -> Bar:
    name, who = _name(lane), _turn(turn)
    return Bar(lane, float(start), float(start + count), Text(f"{name.en}, {who.en}: {count}", f"{name.zh}，{who.zh}：{count}条"), pattern, Text(str(count), str(count)))
