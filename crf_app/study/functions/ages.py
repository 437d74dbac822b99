"""Ages, look-backs and durations, with dates of which a part may be unknown: D01, D20, D21."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.functions.reading import Reader, date, integer
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.partial_dates import (
    PartialDate,
    add_months,
    after,
    days_between,
    interval,
    years_between,
)
from crf_app.study.texts import Text

ULCER_MINIMUM_DAYS = 56


def age(inputs: Inputs) -> Result:
    """Completed years from BIRTH to REF (content, D01).

    Born on 29 February: the birthday of a common year is 1 March. A partial date answers only when all days it can mean
    give the same age. REF certainly before BIRTH is DATE_ORDER.
    """
    read = Reader(inputs)
    birth, reference = read.date("BIRTH"), read.date("REF")
    if birth is None or reference is None:
        return missing()
    if after(birth, reference):
        return error("DATE_ORDER")
    first, last = interval(birth, reference.latest)
    oldest = years_between(first, reference.latest)
    youngest = max(0, years_between(last, reference.earliest))
    return ok(oldest) if oldest == youngest else missing("PARTIAL_DATE")


def look_back(inputs: Inputs) -> Result:
    """Did EVENT happen within the N_MONTHS before REF: EVENT + N months > REF (content, D20)?

    Exactly N months ago is not within. The date from which the subject is free of it is the latest possible EVENT + N
    months. An EVENT certainly after REF is no past event: DATE_ORDER.
    """
    read = Reader(inputs)
    event, months, reference = read.date("EVENT"), read.integer("N_MONTHS"), read.date("REF")
    if event is None or months is None or reference is None:
        return missing()
    if after(event, reference):
        return error("DATE_ORDER")
    first, last = interval(event, reference.latest)
    free_from = PartialDate.of(add_months(last, months))
    within_at_least = add_months(first, months) > reference.latest
    within_at_most = add_months(last, months) > reference.earliest
    if within_at_least != within_at_most:
        return missing("PARTIAL_DATE", free_from=free_from)
    return ok("Y" if within_at_least else "N", free_from=free_from)


def ulcer_duration(inputs: Inputs) -> Result:
    """Weeks from START to REF, and whether the ulcer is at least 56 days old (content, D21).

    A partial START gives the least and the most days; the criterion stands when both ends agree.
    """
    read = Reader(inputs)
    start, reference = read.date("START"), read.date("REF")
    if start is None or reference is None:
        return missing(criterion="UNKNOWN")
    if after(start, reference):
        return error("DATE_ORDER")
    first, last = interval(start, reference.latest)
    most = days_between(first, reference.latest)
    least = max(0, days_between(last, reference.earliest))
    criterion = "MET" if least >= ULCER_MINIMUM_DAYS else "NOT_MET" if most < ULCER_MINIMUM_DAYS else "UNKNOWN"
    known: dict[str, object] = {"days_min": least, "days_max": most, "criterion": criterion}
    if least != most:
        return missing("PARTIAL_DATE", days=None, **known)
    return ok(Decimal(least) / 7, days=least, **known)


FUNCTIONS = (
    FunctionDef(
        id="D01",
        version="1",
        title=Text("Age in completed years", "年龄（周岁）"),
        inputs=(date("BIRTH"), date("REF")),
        outputs=(),
        source="Calendar arithmetic; content, sections 1.3 and 7 (D01)",
        formula=Text(
            "Completed years from birth to the reference date; born on 29 February: birthday 1 March if no leap year",
            "出生日期至参考日期的周岁数；2月29日出生者平年以3月1日为生日",
        ),
        decimals=0,
        codes=("DATE_ORDER", "PARTIAL_DATE"),
        flags=(),
        compute=age,
        kind="integer",
    ),
    FunctionDef(
        id="D20",
        version="1",
        title=Text("Within the last n months", "近n个月内"),
        inputs=(date("EVENT"), integer("N_MONTHS"), date("REF")),
        outputs=(OutputDef("free_from", "date"),),
        source="Calendar arithmetic; content, sections 1.3 and 7 (D20)",
        formula=Text(
            "Event + n calendar months > reference date; exactly n months ago is not within",
            "事件日期＋n个日历月＞参考日期；恰满n个月不计入",
        ),
        decimals=None,
        codes=("DATE_ORDER", "PARTIAL_DATE"),
        flags=(),
        compute=look_back,
        kind="code",
    ),
    FunctionDef(
        id="D21",
        version="1",
        title=Text("Ulcer duration (weeks)", "溃疡病程（周）"),
        inputs=(date("START"), date("REF")),
        outputs=(
            OutputDef("days", "integer"),
            OutputDef("days_min", "integer"),
            OutputDef("days_max", "integer"),
            OutputDef("criterion", "code"),
        ),
        source="Trial A, inclusion criterion 3 (8 weeks); content, section 7 (D21)",
        formula=Text("(Reference date − start) ÷ 7; met from 56 days on", "（参考日期－开始日期）÷7；满56天为符合"),
        decimals=1,
        codes=("DATE_ORDER", "PARTIAL_DATE"),
        flags=(),
        compute=ulcer_duration,
    ),
)
