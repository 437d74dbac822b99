"""Plans of subjects from what is stored beside them: no casebook is opened unless a subject was last written by an older program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from crf_app.admin.roles import Right
from crf_app.clinical.plan import CLOSING_DAYS, Basis, Begun, Plan, Why, has_own_rule
from crf_app.clinical.record import EventStatus
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import basis_of
from crf_app.errors import ExpectedError
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import EventState, Subject, read_events, read_subject
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text

FOLLOWED = ("screening", "enrolled", "treatment", "follow_up")
"""States of subjects for whom visits are still planned."""
_NOT_BEGUN = ("planned", "due")


def read_plan(work: Workspace, number: str) -> Plan:
    """The plan of a subject as it stands today. Raises ExpectedError "no_right", "locked", "no_subject"."""
    work.need(Right.READ)
    subject = read_subject(work.database, number)
    if subject is None:
        raise ExpectedError("no_subject", subject=number)
    return plan_of(work, subject, read_events(work.database, number))


def plan_of(work: Workspace, subject: Subject, states: Iterable[EventState]) -> Plan:
    """The plan of a subject whose rows were read already."""
    found = tuple(states)
    basis = basis_of_subject(work, subject, {one.event: one.visit_date for one in found if one.event_repeat == 1}, terminated(work.study_of(subject.number), found))
    begun = {(one.event, one.event_repeat): Begun(EventStatus(one.state), one.visit_date, one.reason) for one in found if one.state not in _NOT_BEGUN}
    return work.rules_of(subject.number).schedule.plan(subject.number, basis, begun, work.clock.today())


def terminated(study: StudyDef, states: Iterable[EventState]) -> bool:
    """Was the visit of early termination begun?"""
    ends = {one.oid for one in study.events if one.kind == "termination"}
    return any(one.event in ends and one.state not in _NOT_BEGUN for one in states)


def plan_details(run: Run) -> Mapping[str, object]:
    """What is kept beside a subject for its plan: "visits", the visits with a rule of their own that belong to it with their target or "", and "within"."""
    basis = basis_of(run)
    return {
        "visits": {oid: day.isoformat() if day is not None else "" for oid, day in basis.own.items()},
        "within": {oid: [first.isoformat(), last.isoformat()] for oid, (first, last) in basis.within.items()},
    }


def basis_of_subject(work: Workspace, subject: Subject, dates: Mapping[str, str], ended_early: bool) -> Basis:
    """What the plan of a subject rests on. `dates`: visit dates of its first repeats, "" where there is none."""
    rules = work.rules_of(subject.number)
    visits, within = subject.details.get("visits"), subject.details.get("within")
    if not isinstance(visits, dict) and any(has_own_rule(one) for one in rules.study.events):
        return basis_of(work.run(subject.number))
    scheduled = {one.oid for one in rules.schedule.scheduled}
    over = Why.SCREEN_FAILURE if subject.state == "screen_failure" else Why.ENDED if subject.state not in FOLLOWED else None
    return Basis(
        day_of(subject.details.get("anchor")),
        {oid: day_of(day) for oid, day in visits.items()} if isinstance(visits, dict) else {},
        {oid: (date.fromisoformat(span[0]), date.fromisoformat(span[1])) for oid, span in within.items()} if isinstance(within, dict) else {},
        {oid: date.fromisoformat(day) for oid, day in dates.items() if len(day) == 10 and oid in scheduled},
        over or (Why.TERMINATED if ended_early else None),
    )


def day_of(value: object) -> date | None:
    """A stored ISO day, None for what is no full one."""
    text = str(value or "")
    return date.fromisoformat(text) if len(text) == 10 else None


def time_left(days: int) -> Text:
    """How long the open window of a visit still lasts, or for how long it has been over (negative)."""
    if days < 0:
        return Text(f"overdue by {-days} day{'' if days == -1 else 's'}", f"逾期 {-days} 天")
    if days > CLOSING_DAYS:
        return Text(f"due, {days} days left", f"到期，剩余 {days} 天")
    return (Text("closes today", "今日截止"), Text("closes tomorrow", "明日截止"))[days] if days < 2 else Text(f"closes in {days} days", f"{days} 天后截止")
