"""The matrix of subjects and visits: subjects read whole, their visits worked out as rows come into sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from crf_app.admin.roles import Right
from crf_app.clinical.rules.kinds import truth
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.rules.translate import Code, compile_source
from crf_app.clinical.schedule import window
from crf_app.services.workspace import Workspace
from crf_app.store.queries import read_open_queries
from crf_app.store.subjects import EventState, Subject, read_events, read_subjects
from crf_app.study.definition import EventDef
from crf_app.study.expressions.typing import scope_of

SUBJECT_STATES = ("screening", "enrolled", "treatment", "follow_up", "completed", "withdrawn", "screen_failure")
_ENDED = ("completed", "withdrawn", "screen_failure")
_FINISHED = {"complete": "complete", "not_done": "not_done", "not_applicable": "not_applicable"}


@dataclass(frozen=True, slots=True)
class Matrix:
    """All subjects in order of creation, the visits that are columns, and whether the study collects initials.

    `conditions` are the compiled conditions of visits that not everybody has.
    """

    columns: tuple[EventDef, ...] = ()
    subjects: tuple[Subject, ...] = ()
    with_initials: bool = False
    conditions: Mapping[str, Code] = field(default_factory=dict, repr=False)

    def counts(self) -> Mapping[str, int]:
        """How many subjects stand in each state."""
        return Counter(one.state for one in self.subjects)


@dataclass(frozen=True, slots=True)
class VisitCell:
    """One visit of one subject. `glyph` is a status glyph name, "" for a visit that will not be; days ISO text or ""."""

    glyph: str
    queries: int = 0
    out_of_window: bool = False
    visit_date: str = ""
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject as the matrix shows it. `day` counts from the first treatment, None before it and after the end.

    `whole` is false where visits that depend on the subject's data still wait to be judged.
    """

    number: str
    initials: str
    state: str
    day: int | None
    cells: tuple[VisitCell, ...]
    whole: bool = True


def read_matrix(work: Workspace) -> Matrix:
    """Every subject and the scheduled visits. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    demography = work.study.forms.get("DM")
    with_initials = demography is not None and "SUBJINIT" in demography.index
    columns = tuple(one for one in work.study.events if one.kind == "scheduled")
    scope = scope_of(work.study)
    conditions = {source: compile_source(source, scope) for source in {one.show for one in columns} - {""}}
    return Matrix(columns, read_subjects(work.database), with_initials, conditions)


def with_open_queries(work: Workspace) -> frozenset[str]:
    """The subjects with at least one open query. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return frozenset(one.subject for one in read_open_queries(work.database))


def subject_row(work: Workspace, matrix: Matrix, subject: Subject, *, at_a_glance: bool = False) -> SubjectRow:
    """One row as it stands today: what was begun as stored, the rest by window and condition.

    `at_a_glance` leaves the casebook alone (a tenth of the time): visits that depend on it count as not applicable, and the
    row is not `whole`. Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    stored = {one.event: one for one in read_events(work.database, subject.number) if one.event_repeat == 1}
    pending = [event for event in matrix.columns if _pending(stored.get(event.oid))]
    anchor = _day(subject.details.get("anchor"))
    asked = anchor is not None and subject.state not in _ENDED and any(one.show or one.after for one in pending)
    run = work.run(subject.number) if asked and not at_a_glance else None
    plan = _Plan(subject, anchor, work.clock.today(), run, _applying(matrix, run))
    cells = tuple(
        plan.cell(event, found) if _pending(found) else _begun(found)
        for event, found in ((event, stored.get(event.oid)) for event in matrix.columns)
    )
    treated = _day(subject.details.get("first_treatment"))
    day = (work.clock.today() - treated).days if treated is not None and subject.state not in _ENDED else None
    initials = str(subject.details.get("initials", ""))
    return SubjectRow(subject.number, initials, subject.state, day, cells, not (asked and at_a_glance))


def _applying(matrix: Matrix, run: Run | None) -> Mapping[str, bool]:
    if run is None:
        return dict.fromkeys(matrix.conditions, False)
    return {source: truth(code(run, Place())) is True for source, code in matrix.conditions.items()}


def _pending(found: EventState | None) -> bool:
    return found is None or found.state in ("planned", "due")


def _begun(found: EventState | None) -> VisitCell:
    if found is None:
        return VisitCell("")
    glyph = {"missed": "not_done", "cancelled": "not_applicable"}.get(found.state, "started")
    if found.state == "done":
        glyph = _FINISHED.get(found.worst_form_state, "complete")
    return VisitCell(glyph, found.open_queries, found.out_of_window, found.visit_date)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Visits not begun yet: due, overdue, not yet due or not applicable."""

    subject: Subject
    anchor: date | None
    today: date
    run: Run | None
    applying: Mapping[str, bool]

    def cell(self, event: EventDef, found: EventState | None) -> VisitCell:
        """How a visit stands that nothing was entered for."""
        queries = found.open_queries if found is not None else 0
        if self.subject.state in _ENDED:
            return VisitCell("" if self.subject.state == "screen_failure" else "not_applicable", queries)
        if event.show and not self.applying.get(event.show, False):
            return VisitCell("not_applicable", queries)
        earliest, latest = self._span(event)
        if earliest is None or latest is None:
            return VisitCell("not_due", queries)
        glyph = "not_due" if self.today < earliest else "overdue" if self.today > latest else "due"
        return VisitCell(glyph, queries, earliest=earliest.isoformat(), latest=latest.isoformat())

    def _span(self, event: EventDef) -> tuple[date | None, date | None]:
        if event.after:
            found = window(self.run, event, "", self.today) if self.run is not None else None
            return (found.earliest, found.latest) if found is not None else (None, None)
        if self.anchor is None or event.day is None:
            return None, None
        target = self.anchor + timedelta(days=event.day)
        return target - timedelta(days=event.minus), target + timedelta(days=event.plus)


def _day(value: object) -> date | None:
    text = str(value or "")
    return date.fromisoformat(text) if len(text) == 10 else None
