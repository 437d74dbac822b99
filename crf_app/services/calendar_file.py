"""Planned visits of all subjects as a calendar file for a phone or an office program: subject numbers and visits, nothing else of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.clinical.plan import Basis, Plan, PlannedVisit, Span
from crf_app.clinical.record import EventStatus
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.errors import ExpectedError
from crf_app.paths import make_private, replace_file
from crf_app.services.plans import basis_of_subject, day_of, plan_of
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_events, read_subjects
from crf_app.words import Words

if TYPE_CHECKING:
    from crf_app.export.calendar_file import CalendarVisit

_GONE = (EventStatus.MISSED, EventStatus.CANCELLED, EventStatus.NOT_APPLICABLE)


def export_calendar(work: Workspace, words: Words, target: Path, lang: str, *, first: date | None = None, last: date | None = None) -> int:
    """Write the visits whose day lies from `first` to `last` (None: open) and return how many; the ledger keeps the hash of the file.

    A visit that took place stands on its own day; one that will not take place any more is marked cancelled, so that a calendar into which an earlier file
    was read lets it go. Raises ExpectedError "no_right", "export_exists", "io_error".
    """
    from crf_app.export.calendar_file import calendar_bytes

    actor = work.need(Right.EXPORT)
    if target.exists():
        raise ExpectedError("export_exists", place=target)
    visits = [one for one in _visits(work, words, lang) if (first is None or one.day >= first) and (last is None or one.day <= last)]
    name = words.text("export.calendar_name", lang, study=work.study.oid) + _synthetic(work, words, lang)
    content = calendar_bytes(visits, name, work.clock.now(), work.database.head.no)
    try:
        replace_file(target, content)
        make_private(target)
    except OSError as error:
        raise ExpectedError("io_error", place=target, detail=error.strerror or str(error)) from error
    details = {"format": "calendar", "sha256": hashlib.sha256(content).hexdigest(), "identified": False}
    with work.begin(work.command("export", actor, details=details), actor.signer):
        pass
    return len(visits)


def _visits(work: Workspace, words: Words, lang: str) -> Iterator[CalendarVisit]:
    for subject in read_subjects(work.database):
        states = read_events(work.database, subject.number)
        plan = plan_of(work, subject, states)
        dates = {one.event: one.visit_date for one in states if one.event_repeat == 1}
        basis = replace(basis_of_subject(work, subject, dates, ended_early=False), over=None)
        held = {one.event.oid for one in plan.visits if one.event.show and (one.begun is not None or one.event.oid in basis.own)}
        would_be = replace(basis, own={**_days_of_conditional(work.rules_of(plan.subject), basis), **basis.own})
        for visit in plan.visits:
            # Where no condition ever held there is nothing to take back.
            if not visit.event.show or held:
                found = _visit(work, words, lang, plan, visit, would_be)
                if found is not None:
                    yield found


def _days_of_conditional(rules: SubjectRules, basis: Basis) -> dict[str, date | None]:
    """Where conditional visits would stand if they belonged to the subject: the days of what may have been planned once."""
    anchor, found = basis.anchor, dict[str, date | None]()
    for event in rules.schedule.scheduled if anchor is not None else ():
        if anchor is not None and event.show and not event.after and event.day is not None:
            found[event.oid] = anchor + timedelta(days=event.day)
    return found


def _visit(work: Workspace, words: Words, lang: str, plan: Plan, visit: PlannedVisit, would_be: Basis) -> CalendarVisit | None:
    from crf_app.export.calendar_file import CalendarVisit

    made = day_of(visit.begun.visit_date) if visit.begun is not None else None
    span = work.rules_of(plan.subject).schedule.span(visit.event, would_be) if visit.event.kind == "scheduled" else visit.span
    day = made or span.day
    if day is None:
        return None
    state = "made" if made is not None else "gone" if visit.status in _GONE else "planned"
    number = f" {visit.repeat}" if visit.event.kind == "unscheduled" else ""
    title = f"{plan.subject} {visit.event.name.get(lang)}{number}"
    uid = f"{work.study.oid}-{plan.subject}-{visit.event.oid}-{visit.repeat}@{work.site.id}"
    return CalendarVisit(uid, day, title, _description(work, words, lang, span, state), state)


def _description(work: Workspace, words: Words, lang: str, span: Span, state: str) -> str:
    lines = [words.text(f"export.calendar_{state}", lang)]
    if state == "planned" and span.earliest is not None:
        lines.append(words.text("export.calendar_window", lang, earliest=span.earliest, latest=span.latest))
    lines.append(words.text("export.calendar_study", lang, study=work.study.oid, site=work.site.site_code) + _synthetic(work, words, lang))
    return "\n".join(lines)


def _synthetic(work: Workspace, words: Words, lang: str) -> str:
    return f" ({words.text('ui_shell.synthetic', lang)})" if work.site.synthetic else ""
