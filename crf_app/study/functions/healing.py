"""Time to healing: D18."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, code, date, rows
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, missing, ok
from crf_app.study.partial_dates import PartialDate, days_between, on_or_before
from crf_app.study.texts import Text

if TYPE_CHECKING:
    import datetime as dt

CONFIRMATION_DAYS = 14


def time_to_healing(inputs: Inputs) -> Result:
    """Days from the first injection to the first assessment "healed" that is confirmed (content, D18 and Q10).

    Confirmed: still healed at an assessment at least 14 days later, with no "not healed" in between. Healed at the end
    but not yet confirmable is HEALED_UNCONFIRMED, anything else CENSORED at the last assessment. Assessments up to the
    day of injection do not count, missed ones are skipped; several on one day are healed only when all are.
    """
    read = Reader(inputs)
    injection, log = read.date("FIRST_INJECTION"), read.rows("ASSESSMENTS")
    if injection is None or log is None:
        return missing()
    if not injection.is_full:
        return missing("PARTIAL_DATE")
    answered = [(day, healed) for row in log if (day := row.date("date")) and (healed := row.code("healed"))]
    counted = [(day, healed) for day, healed in answered if not on_or_before(day, injection)]
    if any(not day.is_full for day, _ in counted):
        return missing("PARTIAL_DATE")
    if not counted:
        return missing()
    event, since = _event(_by_day([(one.earliest, healed == "Y") for one, healed in counted]))
    days = days_between(injection.earliest, since)
    return ok(days, event=event, date=PartialDate.of(since), weeks=Decimal(days) / 7)


def _by_day(assessments: list[tuple[dt.date, bool]]) -> list[tuple[dt.date, bool]]:
    states: dict[dt.date, bool] = {}
    for day, healed in assessments:
        states[day] = states.get(day, True) and healed
    return sorted(states.items())


def _event(assessments: list[tuple[dt.date, bool]]) -> tuple[str, dt.date]:
    """What happened, and on which day: each run of "healed" is confirmed, or ended by "not healed", or goes on."""
    since: dt.date | None = None
    for day, healed in assessments:
        if not healed:
            since = None
        elif since is None:
            since = day
        elif days_between(since, day) >= CONFIRMATION_DAYS:
            return "HEALED", since
    return ("CENSORED", assessments[-1][0]) if since is None else ("HEALED_UNCONFIRMED", since)


FUNCTIONS = (
    FunctionDef(
        id="D18",
        version="1",
        title=Text("Time to healing (days)", "愈合时间（天）"),
        inputs=(date("FIRST_INJECTION"), rows("ASSESSMENTS", date("date"), code("healed"))),
        outputs=(OutputDef("event", "code"), OutputDef("date", "date"), OutputDef("weeks", "number", 1)),
        source="Regulatory convention of confirmation after 14 days; content, section 7 (D18), Q10",
        formula=Text(
            "Days from first injection to the first healed assessment that is still healed 14 or more days later",
            "首次注射至首次愈合（≥14天后评估仍愈合）的天数",
        ),
        decimals=0,
        codes=("PARTIAL_DATE",),
        flags=(),
        compute=time_to_healing,
        kind="integer",
    ),
)
