"""Which visits a subject has, when they fall, and how they stand on a given day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from crf_app.clinical.keys import FormKey
from crf_app.clinical.plan import Basis, Why, has_own_rule
from crf_app.clinical.record import EventStatus, Visibility, Window
from crf_app.clinical.rules.kinds import truth
from crf_app.clinical.rules.run import NOWHERE, Place, Run
from crf_app.study.definition import EventDef
from crf_app.study.partial_dates import PartialDate


def event_keys(run: Run) -> Iterator[tuple[EventDef, int]]:
    """Every visit that belongs to this subject: scheduled ones whose condition is not false, and each unscheduled one that was begun."""
    for event in run.study.events:
        repeats = sorted({key.event_repeat for key in run.casebook.forms if key.event == event.oid})
        if event.kind in ("unscheduled", "termination"):
            yield from ((event, repeat) for repeat in repeats)
        elif repeats or applies(run, event):
            yield event, 1


def applies(run: Run, event: EventDef) -> bool:
    """Does a conditional visit belong to the subject? Unconditional ones do."""
    if not event.show:
        return True
    return truth(run.rules.applies[event.oid](run, NOWHERE)) is True


def visit_date(run: Run, subject: str, event: str, repeat: int) -> str:
    """The visit date as stored, "" when there is none."""
    return visit_item(run, subject, event, repeat, "visit_date")


def visit_done(run: Run, subject: str, event: str, repeat: int) -> str:
    """Did it take place: Y, N or ""."""
    return visit_item(run, subject, event, repeat, "visit_done")


def why_not_made(run: Run, event: str, repeat: int) -> str:
    """Why a visit was missed (the code given on its header) or cancelled, "" while it was neither."""
    meta = run.casebook.event_meta.get((event, repeat))
    if meta is not None and meta.status == "cancelled":
        return meta.reason
    subject = run.casebook.subject
    return visit_item(run, subject, event, repeat, "visit_reason") if visit_done(run, subject, event, repeat) == "N" else ""


def visit_item(run: Run, subject: str, event: str, repeat: int, landmark: str) -> str:
    """What is stored in a landmark of the visit header, "" when nothing is or the study has no such item."""
    header = FormKey(subject, event, repeat, run.study.home(landmark), 1)
    item = run.own_landmark(header, landmark)
    value = run.casebook.forms.get(header, {}).get((item.group, 1, item.oid)) if item is not None else None
    return value.text if value is not None else ""


def window(run: Run, event: EventDef, actual: str, today: date) -> Window:
    """Target and window of a visit: judged by its actual date (D09), else what is planned for it, judged by `today`."""
    if len(actual) != 10:
        span = run.rules.schedule.span(event, basis_of(run))
        if span.earliest is None or span.latest is None:
            return Window(span.target)
        state = {EventStatus.DUE: "DUE", EventStatus.OVERDUE: "OVERDUE"}.get(span.status(today), "NOT_DUE")
        return Window(span.target, span.earliest, span.latest, state, max(0, (today - span.latest).days))
    target = target_date(run, event)
    if target is None:
        return Window()
    earliest, latest, day = target - timedelta(days=event.minus), target + timedelta(days=event.plus), date.fromisoformat(actual)
    outside = (earliest - day).days if day < earliest else (day - latest).days if day > latest else 0
    return Window(target, earliest, latest, "EARLY" if day < earliest else "LATE" if day > latest else "IN_WINDOW", outside)


def basis_of(run: Run) -> Basis:
    """What the plan of the subject rests on, worked out from the casebook once an evaluation."""
    found = run.remembered("basis", lambda: _basis(run))
    return found if isinstance(found, Basis) else Basis()


def _basis(run: Run) -> Basis:
    subject, anchor = run.casebook.subject, run.anchor()
    scheduled = [one for one in run.study.events if one.kind == "scheduled"]
    made = {one.oid: visit_date(run, subject, one.oid, 1) for one in scheduled}
    return Basis(
        anchor.earliest if isinstance(anchor, PartialDate) and anchor.is_full else None,
        {one.oid: target_date(run, one) for one in scheduled if has_own_rule(one) and applies(run, one)},
        {one.oid: left for one in scheduled if one.within and (left := _left_by_session(run, one)) is not None},
        {oid: date.fromisoformat(day) for oid, day in made.items() if len(day) == 10},
        over(run),
    )


def _left_by_session(run: Run, event: EventDef) -> tuple[date, date] | None:
    """The first and the last day that another visit leaves for this one; None while one of them is unknown."""
    days = [code(run, NOWHERE) for code in run.rules.within[event.oid]]
    found = [one.earliest for one in days if isinstance(one, PartialDate) and one.is_full]
    return (found[0], found[1]) if len(found) == len(days) else None


def over(run: Run) -> Why | None:
    """Why no more visits are planned for the subject: not enrolled, left or finished, or the visit of early termination begun; None while they are."""
    if ended_on(run):
        return Why.ENDED
    if screen_failed(run):
        return Why.SCREEN_FAILURE
    ends = {one.oid for one in run.study.events if one.kind == "termination"}
    return Why.TERMINATED if any(key.event in ends for key in run.casebook.forms) else None


def target_date(run: Run, event: EventDef) -> date | None:
    """The planned day: anchor plus offset, or what `after` gives; None while that is unknown."""
    found = run.planned(event)
    return found.earliest if isinstance(found, PartialDate) and found.is_full else None


def ended_on(run: Run) -> str:
    """The date of completion or withdrawal, "" while the subject is in the study."""
    return _first(run, "study_end")


def event_status(run: Run, event: EventDef, repeat: int, today: date, *, all_complete: bool) -> EventStatus:
    """How a visit stands. `all_complete`: every required form of it is complete, not done or not applicable."""
    subject = run.casebook.subject
    meta = run.casebook.event_meta.get((event.oid, repeat))
    if meta is not None and meta.status == "cancelled":
        return EventStatus.CANCELLED
    if visit_done(run, subject, event.oid, repeat) == "N":
        return EventStatus.MISSED
    if any(key.event == event.oid and key.event_repeat == repeat for key in run.casebook.forms):
        return EventStatus.DONE if all_complete else EventStatus.STARTED
    if event.kind == "log":
        return EventStatus.PLANNED
    if over(run) is not None:
        return EventStatus.NOT_APPLICABLE
    state = window(run, event, "", today).state
    return {"DUE": EventStatus.DUE, "OVERDUE": EventStatus.OVERDUE}.get(state, EventStatus.PLANNED)


def screen_failed(run: Run) -> bool:
    """Has the investigator declined enrolment?"""
    keys = run.casebook.instances(run.study.home("confirmed"))
    item = run.own_landmark(keys[-1], "confirmed") if keys else None
    return item is not None and run.casebook.forms[keys[-1]].get((item.group, 1, item.oid)) is not None and run.read(keys[-1], item, 1) == "N"


def subject_state(run: Run) -> str:
    """screening, screen_failure, enrolled, treatment, follow_up, completed or withdrawn."""
    if ended_on(run):
        return "completed" if _first(run, "study_completed") == "Y" else "screen_failure" if _first(run, "study_end_reason") == "SCREEN FAILURE" else "withdrawn"
    if screen_failed(run):
        return "screen_failure"
    if run.first_treatment() is None:
        answers = [(key, run.own_landmark(key, "confirmed")) for key in run.casebook.instances(run.study.home("confirmed"))]
        confirmed = any(item is not None and run.read(key, item, 1) == "Y" for key, item in answers)
        return "enrolled" if confirmed else "screening"
    return "follow_up" if all(_all_told(run, key) for key in _treatment_forms(run)) else "treatment"


def _treatment_forms(run: Run) -> Iterator[FormKey]:
    """The forms on which the subject's treatment is recorded: those with a date of treatment that this subject's arm needs."""
    for event in run.study.events:
        for place in event.forms if "injection" in event.flags else ():
            key = FormKey(run.casebook.subject, event.oid, 1, place.form, 1)
            dated = any("treatment_date" in item.tags for item in run.definition(key).items)
            if dated and not run.rules.is_optional(run, event.oid, place.form):
                yield key


def _all_told(run: Run, form: FormKey) -> bool:
    """Is the form begun, and where it has a row for each day of treatment, every row?"""
    if form not in run.casebook.forms:
        return False
    fixed = [group for group in run.definition(form).groups if group.repeating == "fixed"]
    return all(len(run.casebook.rows(form, group.oid)) >= len(run.rules.at(form).fixed_rows(run, form, group)) for group in fixed)


def _first(run: Run, landmark: str) -> str:
    """The first text stored in a landmark, "" without."""
    for key in run.casebook.instances(run.study.home(landmark)):
        item = run.own_landmark(key, landmark)
        value = run.casebook.forms[key].get((item.group, 1, item.oid)) if item is not None else None
        if value is not None and value.text:
            return value.text
    return ""


def event_forms(run: Run, event: EventDef, repeat: int) -> Iterator[tuple[FormKey, bool]]:
    """The forms of a visit with `optional`, one for each repeat (ulcer, serious event); forms that are not applicable are left out unless filled."""
    subject = run.casebook.subject
    for place in event.forms:
        for number in form_repeats(run, place.form):
            key = FormKey(subject, event.oid, repeat, place.form, number)
            if key in run.casebook.forms or run.rules.form_visibility(run, key) is not Visibility.HIDDEN:
                yield key, run.rules.is_optional(run, event.oid, place.form)


def form_repeats(run: Run, oid: str) -> tuple[int, ...]:
    """Repeat numbers of a form: 1, or the rows it is repeated for (docs/definition-format.md, repeat_for)."""
    form = run.study.forms[oid]
    if not form.repeat_for:
        return (1,)
    name, _, group_oid = form.repeat_for.partition(".")
    group = run.study.forms[name].group(group_oid)
    condition = run.rules.repeat_when.get(oid)
    found: list[int] = []
    for key in run.casebook.instances(name):
        rows = run.group_rows(key, group)
        found.extend(row for row in rows if condition is None or truth(condition(run, Place(key, group_oid, row))) is True)
    used = {key.form_repeat for key in run.casebook.instances(oid)}
    return tuple(sorted(set(found) | used))
