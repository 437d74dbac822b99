"""The matrix of subjects and visits: read whole, worked out row by row as rows come into sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crf_app.admin.roles import Right
from crf_app.clinical.schedule import applies, window
from crf_app.services.workspace import Workspace
from crf_app.store.matrix import MatrixCell, MatrixRow, matrix_all
from crf_app.store.subjects import Subject, read_subject
from crf_app.study.definition import EventDef

SUBJECT_STATES = ("screening", "enrolled", "treatment", "follow_up", "completed", "withdrawn", "screen_failure")
_ENDED = ("completed", "withdrawn", "screen_failure")
_FINISHED = {"complete": "complete", "not_done": "not_done", "not_applicable": "not_applicable"}


@dataclass(frozen=True, slots=True)
class Matrix:
    """All subjects in order of creation (their cells still packed), the visits that are columns, and whether the study
    collects initials.
    """

    columns: tuple[EventDef, ...]
    rows: tuple[MatrixRow, ...]
    with_initials: bool = False

    def counts(self) -> Mapping[str, int]:
        """How many subjects stand in each state."""
        return Counter(row.state for row in self.rows)


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
    """A subject as the matrix shows it; `day` counts from the first treatment, None before it."""

    number: str
    initials: str
    state: str
    day: int | None
    cells: tuple[VisitCell, ...]


def read_matrix(work: Workspace) -> Matrix:
    """Every subject and the scheduled visits. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    demography = work.study.forms.get("DM")
    with_initials = demography is not None and "SUBJINIT" in demography.index
    return Matrix(tuple(one for one in work.study.events if one.kind == "scheduled"), matrix_all(work.database), with_initials)


def subject_row(work: Workspace, matrix: Matrix, row: MatrixRow) -> SubjectRow:
    """One row as it stands today: what was begun as stored, the rest by window and condition."""
    subject = read_subject(work.database, row.number) or Subject(row.number, row.ordinal, row.state, row.arm, {})
    stored = {(cell.event, cell.event_repeat): cell for cell in row.cells}
    today = work.clock.today()
    pending = [event for event in matrix.columns if _pending(stored.get((event.oid, 1)))]
    spans = _Spans(work, subject, today, pending)
    cells = tuple(
        spans.cell(event, queries=cell.open_queries if cell is not None else 0) if _pending(cell) else _begun(cell)
        for event, cell in ((event, stored.get((event.oid, 1))) for event in matrix.columns)
    )
    treated = _day(subject.details.get("first_treatment"))
    day = (today - treated).days if treated is not None and row.state not in _ENDED else None
    return SubjectRow(row.number, str(subject.details.get("initials", "")), row.state, day, cells)


def _pending(cell: MatrixCell | None) -> bool:
    return cell is None or cell.state in ("planned", "due")


def _begun(cell: MatrixCell | None) -> VisitCell:
    if cell is None:
        return VisitCell("")
    glyph = {"missed": "not_done", "cancelled": "not_applicable"}.get(cell.state, "started")
    if cell.state == "done":
        glyph = _FINISHED.get(cell.worst_form_state, "complete")
    return VisitCell(glyph, cell.open_queries, bool(cell.out_of_window), cell.visit_date)


class _Spans:
    """Visits not begun yet. The casebook is read only for a subject under treatment whose visits depend on its data."""

    def __init__(self, work: Workspace, subject: Subject, today: date, pending: list[EventDef]) -> None:
        self._subject = subject
        self._today = today
        self._ended = subject.state in _ENDED
        self._anchor = _day(subject.details.get("anchor"))
        asked = self._anchor is not None and not self._ended and any(one.show or one.after for one in pending)
        self._run = work.run(subject.number) if asked else None

    def cell(self, event: EventDef, queries: int) -> VisitCell:
        """Due, overdue, not yet due or not applicable."""
        if self._ended:
            return VisitCell("" if self._subject.state == "screen_failure" else "not_applicable", queries)
        if event.show and (self._run is None or not applies(self._run, event)):
            return VisitCell("not_applicable", queries)
        earliest, latest = self._span(event)
        if earliest is None or latest is None:
            return VisitCell("not_due", queries)
        glyph = "not_due" if self._today < earliest else "overdue" if self._today > latest else "due"
        return VisitCell(glyph, queries, earliest=earliest.isoformat(), latest=latest.isoformat())

    def _span(self, event: EventDef) -> tuple[date | None, date | None]:
        if event.after:
            if self._run is None:
                return None, None
            found = window(self._run, event, "", self._today)
            return found.earliest, found.latest
        if self._anchor is None or event.day is None:
            return None, None
        target = self._anchor + timedelta(days=event.day)
        return target - timedelta(days=event.minus), target + timedelta(days=event.plus)


def _day(value: object) -> date | None:
    text = str(value or "")
    return date.fromisoformat(text) if len(text) == 10 else None
