"""The worklist of the day, sorted by urgency, and the figures beside it (screens: Today)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.clinical.plan import Plan
from crf_app.clinical.record import EventStatus
from crf_app.clinical.rules.run import Run
from crf_app.services.plans import FOLLOWED, plan_of, time_left
from crf_app.services.query_list import read_page, waiting
from crf_app.services.task import Task
from crf_app.services.workflow_tasks import workflow_tasks
from crf_app.services.workspace import Workspace
from crf_app.store.forms import read_forms
from crf_app.store.subjects import Subject, read_events, read_subjects
from crf_app.store.workflow import read_rejections
from crf_app.study.definition import ItemDef
from crf_app.study.texts import EMPTY, Text

GROUPS = ("sae", "rejected", "visits", "forms", "queries", "signature", "unverified", "consent")


@dataclass(frozen=True, slots=True)
class TodayRecord:
    """All tasks by group, in order of urgency, and the figures."""

    day: date
    tasks: tuple[Task, ...]
    enrolled: int
    target: int
    screening: int
    screen_failures: int
    visits_done: int
    visits_in_window: int
    visits_missed: int
    next_days: tuple[tuple[date, int], ...] = field(default=())

    def of(self, group: str) -> tuple[Task, ...]:
        """The tasks of one group."""
        return tuple(one for one in self.tasks if one.group == group)


def today(work: Workspace) -> TodayRecord:
    """What there is to do today. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    now = work.clock.now()
    tasks: list[Task] = []
    in_window = done = missed = 0
    coming: dict[date, int] = {now.date() + timedelta(days=step): 0 for step in range(7)}
    subjects = read_subjects(work.database)
    for subject in subjects:
        states = read_events(work.database, subject.number)
        done += sum(1 for one in states if one.state == "done" and one.visit_date)
        in_window += sum(1 for one in states if one.state == "done" and one.visit_date and not one.out_of_window)
        missed += sum(1 for one in states if one.state == "missed")
        if subject.state in FOLLOWED:
            tasks.extend(_visit_tasks(plan_of(work, subject, states), work.study.header_form, coming))
        if subject.state in FOLLOWED or _has_events(work, subject):
            # a report stays due when the event ended the subject's part in the study
            tasks.extend(_sae_tasks(work.run(subject.number), subject, now))
        tasks.extend(_form_tasks(work, subject))
        if not subject.details.get("consent"):
            tasks.append(_consent_task(subject))
    tasks.extend(_query_tasks(work))
    tasks.extend(workflow_tasks(work))
    ordered = sorted(tasks, key=lambda one: (GROUPS.index(one.group), not one.urgent, one.due, one.subject))
    counted = [one.state for one in subjects]
    enrolled = sum(1 for one in counted if one not in ("screening", "screen_failure"))
    return TodayRecord(
        now.date(), tuple(ordered), enrolled, work.study.target_enrolment, counted.count("screening"), counted.count("screen_failure"), done, in_window,
        missed, tuple(coming.items()),
    )


def _visit_tasks(plan: Plan, header: str, coming: dict[date, int]) -> Iterator[Task]:
    """What is due, about to close, or overdue; `coming` counts the visits planned for each of its days."""
    for visit in plan.waiting():
        span = visit.span
        if span.target is not None and span.target in coming:
            coming[span.target] += 1
        left = span.left(plan.day)
        if visit.status not in (EventStatus.DUE, EventStatus.OVERDUE) or span.latest is None or span.earliest is None or left is None:
            continue
        overdue = visit.status is EventStatus.OVERDUE
        why = Text(f"Window {span.earliest} to {span.latest}", f"时间窗 {span.earliest} 至 {span.latest}")
        form = FormKey(plan.subject, visit.event.oid, visit.repeat, header, 1)
        yield Task("visits", plan.subject, "overdue" if overdue else "due", visit.event.name, why, time_left(left), form, span.latest.isoformat(), overdue)


def _sae_tasks(run: Run, subject: Subject, now: datetime) -> Iterator[Task]:
    """Reports of serious events that were not sent yet: the clock runs from the moment of awareness (D24)."""
    if "SAE" not in run.study.forms or "AE" not in run.study.forms:
        return
    serious, aware, sent = (_item(run, *name.split(".")) for name in ("AE.AESER", "SAE.SAEAWARE", "SAE.SAEREP"))
    if serious is None or aware is None or sent is None:
        return
    for form in run.casebook.instances("AE"):
        for row in run.casebook.rows(form, serious.group):
            if run.read(form, serious, row) != "Y":
                continue
            report = FormKey(subject.number, form.event, form.event_repeat, "SAE", row)
            values = run.casebook.forms.get(report, {})
            for number, one in enumerate(run.casebook.rows(report, aware.group) or (1,)):
                known, done = (values.get((item.group, one, item.oid)) for item in (aware, sent))
                if done is None or not done.text:
                    due = datetime.fromisoformat(known.text) + timedelta(hours=_hours(run)) if known is not None and known.text else None
                    yield _sae_task(subject, report, row, number, due, now)


def _has_events(work: Workspace, subject: Subject) -> bool:
    return any(key.form == "AE" for key in read_forms(work.database, subject.number))


def _hours(run: Run) -> int:
    """The deadline for the sponsor in hours: a parameter, 24 when the study has none (content, section 5.27)."""
    text = run.parameters.get("sae_hours_sponsor", "")
    return int(text) if text.isdecimal() else 24


def _sae_task(subject: Subject, form: FormKey, row: int, number: int, due: datetime | None, now: datetime) -> Task:
    """`number` 0 is the initial report, 1, 2 ... the follow-ups: each has a clock of its own."""
    place = Text(f"AE {row}: serious adverse event report", f"AE {row}：严重不良事件报告")
    if number:
        place = Text(f"AE {row}: follow-up report {number}", f"AE {row}：随访报告 {number}")
    if due is None:
        return Task("sae", subject.number, "overdue", place, Text("Time of awareness not entered", "未填写获知时间"), Text("clock not started", "尚未计时"), form, "", True)
    minutes = int((due - now.replace(tzinfo=None)).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    when = Text(f"{hours} h {rest} min left", f"剩余 {hours} 小时 {rest} 分") if minutes >= 0 else Text(f"late by {hours} h {rest} min", f"已超时 {hours} 小时 {rest} 分")
    return Task("sae", subject.number, "overdue", place, Text(f"Report to sponsor by {due:%Y-%m-%d %H:%M}", f"应于 {due:%Y-%m-%d %H:%M} 前报告申办者"), when, form, due.isoformat(), True)


def _item(run: Run, form: str, oid: str) -> ItemDef | None:
    return run.study.forms[form].index.get(oid)


def _form_tasks(work: Workspace, subject: Subject) -> Iterator[Task]:
    given_back = read_rejections(work.database, subject.number) if work.user.may(Right.ENTER) else {}
    for key, status in read_forms(work.database, subject.number).items():
        event, form = work.rules_of(key.subject).events.get(key.event), work.study_at(key).forms.get(key.form)
        done = status.state != "in_progress" or (subject.number, key.form_address) in given_back
        if event is None or form is None or event.kind == "log" or done:
            continue
        place = Text(f"{event.name.en}, {form.name.en}", f"{event.name.zh}，{form.name.zh}")
        why = Text(f"{status.answered} of {status.total} answered", f"已填 {status.answered}/{status.total}")
        yield Task("forms", subject.number, "started", place, why, EMPTY, key, f"{event.order:03}")


def _consent_task(subject: Subject) -> Task:
    return Task("consent", subject.number, "impossible", Text("Informed consent", "知情同意"), Text("Consent date is missing", "缺少知情同意日期"), EMPTY, None, "", True)


def _query_tasks(work: Workspace) -> Iterator[Task]:
    """The queries whose turn it is for the role at work: open ones assigned to it, answered ones that it is to judge."""
    for one in read_page(work, waiting(work).numbers):
        place = Text(", ".join(filter(None, (one.visit.en, one.form.en))), "，".join(filter(None, (one.visit.zh, one.form.zh))))
        old = Text(f"{one.age_days} days" if one.age_days != 1 else "1 day", f"{one.age_days} 天")
        form = one.key.form_key if one.key.form else None
        yield Task("queries", one.key.subject, f"query_{one.state}", place, one.text, old, form, f"{one.number:09}", query=one.number)
