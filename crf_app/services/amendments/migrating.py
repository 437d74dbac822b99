"""Letting subjects follow another version from a chosen visit on: one command for all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions
from crf_app.clinical.queries import SYSTEM, Act
from crf_app.clinical.rules.amended import AmendedStudy
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.errors import ExpectedError
from crf_app.services.amendments.judging import Judged, Place, judge, with_versions
from crf_app.services.amendments.loading import need_version, put_stage, version_of
from crf_app.services.changes import Changes, merged
from crf_app.services.entry import changes_of
from crf_app.services.query_writing import move, open_system_query
from crf_app.services.studies import version_order
from crf_app.services.versions import StageKey, stage_key
from crf_app.services.workspace import Workspace
from crf_app.services.writing import Draft, put_finding, remove_finding, store_states
from crf_app.store.findings import StoredFinding
from crf_app.store.queries import read_queries
from crf_app.store.signatures import latest_snapshot
from crf_app.store.subjects import read_subject
from crf_app.store.unit import Unit

_WITHOUT_DAY = ("unscheduled", "termination")


@dataclass(frozen=True, slots=True)
class Move:
    """A subject and the visit from which on it follows another version. `stages`: all versions it follows then; `kept` stays before."""

    subject: str
    from_event: str
    stages: tuple[StageKey, ...]
    kept: Mapping[str, int]
    first: bool
    """Is it the subject's first amendment? Then the version it began with is put on record as well."""


def plan_move(work: Workspace, subject: str, version: str, from_event: str = "") -> Move:
    """What following `version` means for one subject; without a visit from the first one on that was not begun.

    Raises ExpectedError "no_subject", "amendment_already", "amendment_backwards", "amendment_visit" (not a planned visit of that version),
    "amendment_no_visit" (none is left to begin).
    """
    if read_subject(work.database, subject) is None:
        raise ExpectedError("no_subject", subject=subject)
    rows, here = work.subject_versions.get(subject), version_of(work, subject)
    if here == version:
        raise ExpectedError("amendment_already", subject=subject, version=version)
    if version_order(version) < version_order(here):
        raise ExpectedError("amendment_backwards", subject=subject, version=version, here=here)
    casebook = work.casebook(subject)
    planned = [one.oid for one in work.versions.compiled(version).study.events if one.kind == "scheduled"]
    if from_event and from_event not in planned:
        raise ExpectedError("amendment_visit", visit=from_event, version=version, known=", ".join(planned))
    chosen = from_event or _next_visit(casebook, planned)
    if not chosen:
        raise ExpectedError("amendment_no_visit", subject=subject)
    kept = _begun_without_day(work, casebook)
    before = tuple(stage_key(one.version, one.from_event, one.kept) for one in rows) if rows else (stage_key(here),)
    return Move(subject, chosen, (*before, stage_key(version, chosen, kept)), kept, rows is None)


def _next_visit(casebook: Casebook, planned: Sequence[str]) -> str:
    """The visit after the last one that was begun."""
    begun = {key.event for key in casebook.forms}
    last = max((number for number, oid in enumerate(planned) if oid in begun), default=-1)
    return planned[last + 1] if last + 1 < len(planned) else ""


def _begun_without_day(work: Workspace, casebook: Casebook) -> dict[str, int]:
    """Unscheduled visits and the one of early termination that were begun stay with the version they were begun under."""
    found: dict[str, int] = {}
    events = work.rules_of(casebook.subject).events
    for key in casebook.forms:
        if key.event in events and events[key.event].kind in _WITHOUT_DAY:
            found[key.event] = max(found.get(key.event, 0), key.event_repeat)
    return found


@dataclass(frozen=True)
class Case:
    """All that decides what a move makes of a subject's casebook, read at one moment: another thread may work it out."""

    move: Move
    casebook: Casebook
    old: SubjectRules
    new: SubjectRules
    conditions: Conditions
    stored: Mapping[Place, StoredFinding]
    frozen: Mapping[str, str]
    """The verdicts at the confirmation of eligibility."""

    def judged(self) -> Judged:
        """What it makes of it. Raises ExpectedError "amendment_unreadable"."""
        return judge(self.casebook, self.old, self.new, self.conditions, self.stored, self.frozen)


def read_case(work: Workspace, move: Move) -> Case:
    """Read what decides. The versions are made ready."""
    subject = move.subject
    snapshot = latest_snapshot(work.database, subject, "eligibility")
    criteria = snapshot.content.get("criteria") if snapshot is not None else None
    frozen = {str(name): str(verdict) for name, verdict in criteria.items()} if isinstance(criteria, dict) else {}
    versions = tuple(dict.fromkeys(version for version, _, _ in move.stages))
    new = work.versions.of_stages(move.stages)
    return Case(move, work.casebook(subject), work.rules_of(subject), new, work.conditions_of(versions), work.stored_findings(subject), frozen)


def migrate_subjects(work: Workspace, version: str, subjects: Sequence[str], from_event: str, *, reason: str) -> Changes:
    """Let subjects follow a loaded version from a visit on ("": each from its first visit not begun). Visits before keep theirs.

    Everything that follows is computed and stored in the same transaction: derived values, findings, queries for required items that are
    missing now on complete forms, states. All subjects or none. Raises ExpectedError "no_right", "reason_missing", "amendment_unknown",
    "amendment_nobody" and those of `plan_move` and `Case.judged`; nothing was stored then.
    """
    actor = work.need(Right.AMEND)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    need_version(work, version)
    if not subjects:
        raise ExpectedError("amendment_nobody", version=version)
    moves = [plan_move(work, one, version, from_event) for one in dict.fromkeys(subjects)]
    details = {"version": version, "subjects": {one.subject: one.from_event for one in moves}}
    about = f"{work.study.oid} {version}" if len(moves) > 1 else f"{moves[0].subject}:{moves[0].from_event}"
    with work.begin(work.command("migrate_subjects", actor, about=about, reason=reason.strip(), details=details)) as unit:
        parts = [_migrate(work, unit, one, version, reason.strip()) for one in moves]
    work.forget(settings=True)
    return merged(parts)


def _migrate(work: Workspace, unit: Unit, move: Move, version: str, reason: str) -> Changes:
    judged = read_case(work, move).judged()
    here = move.stages[-2][0]
    number = len(move.stages)
    if move.first:
        put_stage(unit, move.subject, 1, here, reason=reason)
    put_stage(unit, move.subject, number, version, from_event=move.from_event, kept=dict(move.kept), reason=reason)
    draft = Draft(work.casebook(move.subject))
    work.forget(settings=True)
    _store(work, unit, draft, judged, reason)
    work.remember(draft.casebook)
    return changes_of(draft, unit)


def _store(work: Workspace, unit: Unit, draft: Draft, judged: Judged, reason: str) -> None:
    for key, value in judged.derived:
        old = draft.casebook.forms.get(key.form_key, {}).get((key.group, key.row, key.item))
        unit.append_item_value(key, value, old=old, reason=reason, source="derived")
        draft.written.append(key)
    _store_findings(work, unit, judged)
    draft.casebook = with_versions(judged)
    draft.forms.update(draft.casebook.forms)
    store_states(work, unit, draft)


def _store_findings(work: Workspace, unit: Unit, judged: Judged) -> None:
    subject = judged.casebook.subject
    stored = dict(work.stored_findings(subject))
    for place, old in stored.items():
        if place not in judged.kept and place not in judged.findings:
            remove_finding(work, unit, subject, old.rule, old.address)
    for query in read_queries(work.database, subject):
        if query.kind == "system" and query.state in ("open", "answered") and (query.rule, query.address) not in judged.told:
            move(work, unit, query, Act.AUTO_CLOSE, SYSTEM)
    for place, finding in judged.findings.items():
        if place not in judged.kept:
            put_finding(work, unit, finding, since=stored[place].since_entry if place in stored else unit.entry_no)
    for one in judged.asked:
        open_system_query(work, unit, one, read_queries(work.database, subject))


def first_visits(rules: SubjectRules) -> Mapping[str, str]:
    """For each version after the first, the visit from which on it holds, for those who show it."""
    if not isinstance(rules, AmendedStudy):
        return {}
    return {stage.rules.study.version: stage.from_event for stage in rules.stages if stage.from_event}
