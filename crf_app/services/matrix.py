"""The matrix of subjects and visits: subjects read whole, their visits worked out as rows come into sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crf_app.admin.roles import Right, Role
from crf_app.clinical.plan import NEVER, Basis, Span, Why, has_own_rule
from crf_app.clinical.record import EventStatus
from crf_app.services.plans import FOLLOWED, basis_of_subject, day_of, terminated
from crf_app.services.states import visit_glyph, visit_states
from crf_app.services.versions import events_in_use
from crf_app.services.workspace import Workspace
from crf_app.store.queries import subjects_with_open
from crf_app.store.subjects import EventState, Subject, read_events, read_subjects
from crf_app.study.definition import EventDef

SUBJECT_STATES = ("screening", "enrolled", "treatment", "follow_up", "completed", "withdrawn", "screen_failure")
PENDING_GLYPHS = {EventStatus.PLANNED: "not_due", EventStatus.DUE: "due", EventStatus.OVERDUE: "overdue"}


@dataclass(frozen=True, slots=True)
class Matrix:
    """All subjects in order of creation, the visits that are columns, and whether the study collects initials."""

    columns: tuple[EventDef, ...] = ()
    subjects: tuple[Subject, ...] = ()
    with_initials: bool = False

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
    with_initials = work.study.landmark("initials") is not None
    columns = tuple(one for one in events_in_use(work.studies_in_use) if one.kind == "scheduled")
    return Matrix(columns, read_subjects(work.database), with_initials)


def with_open_queries(work: Workspace) -> frozenset[str]:
    """The subjects with at least one open query. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return subjects_with_open(work.database)


def subject_row(work: Workspace, matrix: Matrix, subject: Subject, *, at_a_glance: bool = False) -> SubjectRow:
    """One row as it stands today: what was begun as stored, the rest by window and condition.

    `at_a_glance` leaves the casebook alone (a tenth of the time): visits that depend on it count as not applicable, and the
    row is not `whole`. Raises ExpectedError "no_right", "locked".
    """
    role = work.need(Right.READ).user.role
    states = read_events(work.database, subject.number)
    standings = visit_states(work, subject.number)
    stored = {one.event: one for one in states if one.event_repeat == 1}
    waits = at_a_glance and _needs_casebook(matrix, subject)
    basis = Basis(day_of(subject.details.get("anchor"))) if waits else _basis(work, subject, states)
    today, rules = work.clock.today(), work.rules_of(subject.number)
    cells = tuple(
        _planned(rules.schedule.span(event, basis), found, today) if event is not None and _pending(found) else _begun(found, role, standings)
        for event, found in ((rules.events.get(event.oid), stored.get(event.oid)) for event in matrix.columns)
    )
    treated = day_of(subject.details.get("first_treatment"))
    day = (today - treated).days if treated is not None and subject.state in FOLLOWED else None
    initials = str(subject.details.get("initials", ""))
    return SubjectRow(subject.number, initials, subject.state, day, cells, not waits)


def _needs_casebook(matrix: Matrix, subject: Subject) -> bool:
    """Was the subject last written by a program that kept no plan beside it?"""
    return "visits" not in subject.details and subject.state in FOLLOWED and any(has_own_rule(one) for one in matrix.columns)


def _basis(work: Workspace, subject: Subject, states: tuple[EventState, ...]) -> Basis:
    dates = {one.event: one.visit_date for one in states if one.event_repeat == 1}
    return basis_of_subject(work, subject, dates, terminated(work.study_of(subject.number), states))


def _pending(found: EventState | None) -> bool:
    return found is None or found.state in ("planned", "due")


def _begun(found: EventState | None, role: Role, states: Mapping[tuple[str, int], int]) -> VisitCell:
    if found is None:
        return VisitCell("")
    sign = visit_glyph(role, found.state, states.get((found.event, found.event_repeat), 0), found.worst_form_state)
    return VisitCell(sign, found.open_queries, found.out_of_window, found.visit_date)


def _planned(span: Span, found: EventState | None, today: date) -> VisitCell:
    """How a visit stands that nothing was entered for."""
    queries = found.open_queries if found is not None else 0
    if span.why in NEVER or span.earliest is None or span.latest is None:
        quiet = {Why.SCREEN_FAILURE: "", Why.WAITING: "not_due"}.get(span.why, "not_applicable")
        return VisitCell(quiet, queries)
    glyph = PENDING_GLYPHS[span.status(today)]
    return VisitCell(glyph, queries, earliest=span.earliest.isoformat(), latest=span.latest.isoformat())
