"""When a visit is due and what day of the study it is: D09, D27."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, date, integer
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, missing, ok
from crf_app.study.partial_dates import PartialDate, add_days, days_between, interval
from crf_app.study.texts import Text

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class _Window:
    target: dt.date
    earliest: dt.date
    latest: dt.date

    def state_of(self, day: dt.date) -> str:
        if day < self.earliest:
            return "EARLY"
        return "LATE" if day > self.latest else "IN_WINDOW"

    def days_outside(self, day: dt.date) -> int:
        return max(0, days_between(day, self.earliest), days_between(self.latest, day))


_WITHOUT_VISIT = {"EARLY": "NOT_DUE", "IN_WINDOW": "DUE", "LATE": "OVERDUE"}


def visit_window(inputs: Inputs) -> Result:
    """Target date of a visit, its window, and where the actual date lies (content, D09).

    Without an actual date the state is that of TODAY: NOT_DUE, DUE, OVERDUE. A partial actual date has a state only
    when all days it can mean, up to TODAY, have the same; its deviation in days is then blank.
    """
    read = Reader(inputs)
    anchor, offset = read.date("ANCHOR"), read.integer("OFFSET")
    minus, plus = read.integer("W_MINUS"), read.integer("W_PLUS")
    if anchor is None or offset is None or minus is None or plus is None:
        return missing()
    if not anchor.is_full:
        return missing("PARTIAL_DATE")
    target = add_days(anchor.earliest, offset)
    window = _Window(target, add_days(target, -minus), add_days(target, plus))
    return ok(
        PartialDate.of(target),
        earliest=PartialDate.of(window.earliest),
        latest=PartialDate.of(window.latest),
        **_place(window, read.date("ACTUAL"), read.date("TODAY")),
    )


def _place(window: _Window, actual: PartialDate | None, today: PartialDate | None) -> dict[str, object]:
    """Where the visit, or the day when there is none, lies in the window."""
    if actual is None:
        state = None if today is None else _same_state(window, today.earliest, today.latest)
        return {"deviation_days": None, "days_outside": None, "state": state and _WITHOUT_VISIT[state]}
    first, last = interval(actual, actual.latest if today is None else today.latest)
    if first == last:
        return {
            "deviation_days": days_between(window.target, first),
            "days_outside": window.days_outside(first),
            "state": window.state_of(first),
        }
    return {"deviation_days": None, "days_outside": None, "state": _same_state(window, first, last)}


def _same_state(window: _Window, first: dt.date, last: dt.date) -> str | None:
    state = window.state_of(first)
    return state if state == window.state_of(last) else None


def study_day(inputs: Inputs) -> Result:
    """Protocol day of DATE from ANCHOR = day 0, and the SDTM --DY, which has no day 0 (content, D27 and 1.6)."""
    read = Reader(inputs)
    anchor, day = read.date("ANCHOR"), read.date("DATE")
    if anchor is None or day is None:
        return missing()
    if not (anchor.is_full and day.is_full):
        return missing("PARTIAL_DATE")
    days = days_between(anchor.earliest, day.earliest)
    return ok(days, sdtm_dy=sdtm_day(days))


def sdtm_day(protocol_day: int) -> int:
    """SDTM --DY of a protocol day: one more from day 0 on, the same before (content, 1.6)."""
    return protocol_day + 1 if protocol_day >= 0 else protocol_day


FUNCTIONS = (
    FunctionDef(
        id="D09",
        version="1",
        title=Text("Visit window", "访视时间窗"),
        inputs=(
            date("ANCHOR"),
            integer("OFFSET"),
            integer("W_MINUS"),
            integer("W_PLUS"),
            date("ACTUAL"),
            date("TODAY"),
        ),
        outputs=(
            OutputDef("earliest", "date"),
            OutputDef("latest", "date"),
            OutputDef("deviation_days", "integer"),
            OutputDef("days_outside", "integer"),
            OutputDef("state", "code"),
        ),
        source="Schedule of the study; content, section 7 (D09)",
        formula=Text(
            "Target = anchor + offset; window = target − minus to target + plus; deviation = actual − target",
            "目标日＝基准日＋偏移天数；时间窗＝目标日－前窗至目标日＋后窗；偏差＝实际日期－目标日",
        ),
        decimals=None,
        codes=("PARTIAL_DATE",),
        flags=(),
        compute=visit_window,
        kind="date",
    ),
    FunctionDef(
        id="D27",
        version="1",
        title=Text("Study day", "研究日"),
        inputs=(date("ANCHOR"), date("DATE")),
        outputs=(OutputDef("sdtm_dy", "integer"),),
        source="Content, section 1.6; CDISC SDTMIG, --DY variables",
        formula=Text(
            "Date − anchor (day 0); SDTM --DY adds one from day 0 on", "日期－基准日（第0天）；SDTM --DY自第0天起加1"
        ),
        decimals=0,
        codes=("PARTIAL_DATE",),
        flags=(),
        compute=study_day,
        kind="integer",
    ),
)
