"""Adverse events and their clocks, wash-out of earlier drugs: D19, D23, D24, D26."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, clock, code, date, integer, moment, number, rows
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.functions.visits import sdtm_day
from crf_app.study.partial_dates import PartialDate, before, days_between, same_day
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

SESSIONS_PLANNED = 3
RELATED = frozenset({"RELATED", "PROBABLE", "POSSIBLE"})
HALF_LIVES = 5
REPORT_WITHIN = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)
_MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class _Event:
    emergent: str | None
    relation: str | None
    action: str | None
    left: str | None

    @property
    def incomplete(self) -> bool:
        """May it count without our knowing how: no relationship, no action, or not known whether it ended the study."""
        if self.emergent == "N":
            return False
        undecided = self.action != "DRUG WITHDRAWN" and self.left is None
        return self.emergent is None or self.relation is None or self.action in (None, "UNKNOWN") or undecided


def reaction_free(inputs: Inputs) -> Result:
    """Was the patient free of adverse reactions (content, D19; endpoint of trial A, three readings)?

    Completed = three sessions and follow-up completed. The value, ARFREE: completed and no treatment-emergent event
    with DRUG WITHDRAWN or that led to leaving. `arfree_rel`: completed, none related. `arfree_any`: completed, none at
    all. "Any AE?" that contradicts the log is CONFLICT. An event that may be emergent, without relationship or action,
    is AE_INCOMPLETE; an action UNKNOWN is as good as none. Events that are not emergent are ignored.
    """
    read = Reader(inputs)
    sessions, followed = read.integer("SESSIONS"), read.code("FOLLOWUP_COMPLETE")
    any_event, log = read.code("ANY_AE"), read.rows("AES")
    if sessions is None or followed is None or any_event is None or log is None:
        return missing()
    if any_event != ("Y" if log else "N"):
        return error("CONFLICT")
    events = [
        _Event(row.code("treatment_emergent"), row.code("AEREL"), row.code("AEACN"), row.code("AEDISC")) for row in log
    ]
    if any(one.incomplete for one in events):
        return missing("AE_INCOMPLETE")
    return _freedoms(sessions >= SESSIONS_PLANNED and followed == "Y", [one for one in events if one.emergent == "Y"])


def _freedoms(completed: bool, emergent: Sequence[_Event]) -> Result:
    stopped = any(one.action == "DRUG WITHDRAWN" or one.left == "Y" for one in emergent)
    related = any(one.relation in RELATED for one in emergent)
    return ok(
        _yn(completed and not stopped),
        arfree_rel=_yn(completed and not related),
        arfree_any=_yn(completed and not emergent),
        completed=_yn(completed),
    )


def _yn(answer: bool) -> str:
    return "Y" if answer else "N"


def event_clock(inputs: Inputs) -> Result:
    """Duration of an adverse event in days (end − start + 1), its SDTM study day, and whether it is treatment-emergent.

    Content, D23. Emergent is N only when it certainly began before the first treatment: the latest possible start is
    earlier, or it ended earlier, or it is the same day with an earlier time; otherwise Y. An ongoing event has no
    duration (OK, blank); one with an end date is CONFLICT. Before any treatment nothing is said about emergence.
    """
    read = Reader(inputs)
    start, end, ongoing = read.date("START"), read.date("END"), read.code("ONGOING")
    first = read.date("FIRST_TREATMENT")
    if ongoing == "Y" and end is not None:
        return error("CONFLICT")
    if start is not None and end is not None and before(end, start):
        return error("DATE_ORDER")
    known: dict[str, object] = {
        "te": None if first is None else _yn(not _began_before(read, start, end, first)),
        "aestdy": _study_day(start, first),
    }
    if start is None:
        return missing(**known)
    if end is None:
        return ok(None, **known) if ongoing == "Y" else missing(**known)
    if not (start.is_full and end.is_full):
        return missing("PARTIAL_DATE", **known)
    return ok(days_between(start.earliest, end.earliest) + 1, **known)


def _began_before(read: Reader, start: PartialDate | None, end: PartialDate | None, first: PartialDate) -> bool:
    if end is not None and before(end, first):
        return True
    if start is None:
        return False
    return bool(before(start, first)) or (bool(same_day(start, first)) and _earlier_time(read))


def _earlier_time(read: Reader) -> bool:
    started: time | None = read.time("START_TIME")
    treated: time | None = read.time("FIRST_TREATMENT_TIME")
    return started is not None and treated is not None and started < treated


def _study_day(start: PartialDate | None, first: PartialDate | None) -> int | None:
    if start is None or first is None or not (start.is_full and first.is_full):
        return None
    return sdtm_day(days_between(first.earliest, start.earliest))


def report_clock(inputs: Inputs) -> Result:
    """Hours from AWARE to REPORTED; due LIMIT_H hours (24 when not given) after AWARE; late when reported after that, to
    the minute (content, D24).
    """
    read = Reader(inputs)
    aware, reported, limit = read.moment("AWARE"), read.moment("REPORTED"), read.number("LIMIT_H")
    if aware is None:
        return missing(due=None, late=None)
    if limit is not None and limit <= 0:
        return error("NON_POSITIVE")
    due = aware + REPORT_WITHIN if limit is None else _later(aware, limit)
    if reported is None:
        return missing(due=due, late=None)
    if reported < aware:
        return error("DATE_ORDER")
    return ok(Decimal((reported - aware) // _MINUTE) / 60, due=due, late=reported > due)


def wash_out(inputs: Inputs) -> Result:
    """The moment five half-lives after the last dose, and whether enrolment is not before it (content, D26).

    T_HALF_H in hours. The moment is exact; it is shown to the minute, and decided unrounded.
    """
    read = Reader(inputs)
    last, half_life, enrolled = read.moment("LAST_DOSE"), read.number("T_HALF_H"), read.moment("ENROL")
    if last is None or half_life is None:
        return missing(cleared=None)
    if half_life <= 0:
        return error("NON_POSITIVE")
    earliest = _later(last, half_life * HALF_LIVES)
    return ok(earliest, cleared=None if enrolled is None else _yn(enrolled >= earliest))


def _later(moment_: datetime, hours: Decimal) -> datetime:
    """`moment_` + hours, up to the next microsecond, the smallest step a date-time has."""
    exact = hours * _MICROSECONDS_PER_HOUR
    whole = int(exact)
    return moment_ + timedelta(microseconds=whole + (exact > whole))


FUNCTIONS = (
    FunctionDef(
        id="D19",
        version="1",
        title=Text("Free of adverse reactions", "无不良反应"),
        inputs=(
            integer("SESSIONS"),
            code("FOLLOWUP_COMPLETE"),
            code("ANY_AE"),
            rows("AES", code("treatment_emergent"), code("AEREL"), code("AEACN"), code("AEDISC")),
        ),
        outputs=(OutputDef("arfree_rel", "code"), OutputDef("arfree_any", "code"), OutputDef("completed", "code")),
        source="Primary outcome of trial A; content, section 7 (D19), Q5",
        formula=Text(
            "Three sessions, follow-up completed and no treatment-emergent event with withdrawal of treatment or study",
            "完成3次注射及随访，且无导致永久停药或退出的治疗期不良事件",
        ),
        decimals=None,
        codes=("AE_INCOMPLETE", "CONFLICT"),
        flags=(),
        compute=reaction_free,
        kind="code",
    ),
    FunctionDef(
        id="D23",
        version="1",
        title=Text("Duration of the adverse event (days)", "不良事件持续天数"),
        inputs=(
            date("START"),
            date("END"),
            code("ONGOING"),
            date("FIRST_TREATMENT"),
            clock("START_TIME"),
            clock("FIRST_TREATMENT_TIME"),
        ),
        outputs=(OutputDef("te", "code"), OutputDef("aestdy", "integer")),
        source="CDISC SDTMIG, AE domain; content, sections 1.6 and 7 (D23)",
        formula=Text(
            "End − start + 1; treatment-emergent unless it certainly began before the first treatment",
            "结束日期－开始日期＋1；除非确定早于首次治疗，均视为治疗期不良事件",
        ),
        decimals=0,
        codes=("CONFLICT", "DATE_ORDER", "PARTIAL_DATE"),
        flags=(),
        compute=event_clock,
        kind="integer",
    ),
    FunctionDef(
        id="D24",
        version="1",
        title=Text("Hours from awareness to report", "获知至报告时长（小时）"),
        inputs=(moment("AWARE"), moment("REPORTED"), number("LIMIT_H")),
        outputs=(OutputDef("due", "datetime"), OutputDef("late", "boolean")),
        source="Default limit of 24 hours, assumed; content, sections 5.27 and 7 (D24)",
        formula=Text("Report − awareness; due 24 hours (or the set limit) after awareness", "报告时间－获知时间；获知后24小时（或设定时限）为截止时间"),
        decimals=1,
        codes=("DATE_ORDER", "NON_POSITIVE"),
        flags=(),
        compute=report_clock,
    ),
    FunctionDef(
        id="D26",
        version="1",
        title=Text("End of the wash-out", "洗脱期结束时间"),
        inputs=(moment("LAST_DOSE"), number("T_HALF_H"), moment("ENROL")),
        outputs=(OutputDef("cleared", "code"),),
        source="Trial C, exclusion criteria (five half-lives); content, section 7 (D26)",
        formula=Text(
            "Last dose + 5 × half-life; cleared when enrolled no earlier", "末次用药＋5个半衰期；入组不早于此时为已洗脱"
        ),
        decimals=None,
        codes=("NON_POSITIVE",),
        flags=(),
        compute=wash_out,
        kind="datetime",
    ),
)
