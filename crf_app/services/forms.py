"""Completing a form, confirming what it found, removing rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook, FormMeta
from crf_app.clinical.evaluation import evaluate, new_run
from crf_app.clinical.form_state import Surroundings, evaluate_form, form_address, is_locked, missing_items
from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.queries import Act as QueryAct
from crf_app.clinical.record import Finding
from crf_app.clinical.transitions import Act
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes
from crf_app.services.deviations import propose_deviation
from crf_app.services.entry import changes_of
from crf_app.services.findings import findings_by_form
from crf_app.services.query_writing import close_system_queries, move, open_system_query
from crf_app.services.standing import note_removed_row
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import Draft, finding_address, put_finding, remove_finding, settle
from crf_app.store.queries import read_queries
from crf_app.store.unit import Unit
from crf_app.study.definition import Severity

FindingRef = tuple[str, str]
"""rule and address of a finding."""


@dataclass(frozen=True, slots=True)
class CompletionOutcome:
    """What became of *complete*. `blocking` HARD findings forbid it; otherwise the form is complete and `queries` were opened."""

    changes: Changes | None = None
    blocking: tuple[Finding, ...] = ()
    queries: tuple[Finding, ...] = ()

    @property
    def completed(self) -> bool:
        """Is the form complete now?"""
        return self.changes is not None


def open_points(work: Workspace, form: FormKey) -> tuple[Finding, ...]:
    """All that stands between a form and a clean *complete*: its findings not yet confirmed, and required items still blank.

    Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    return points_of(work, work.casebook(form.subject), form)


def points_of(work: Workspace, casebook: Casebook, form: FormKey) -> tuple[Finding, ...]:
    """The open points of a form in a casebook that may be ahead of what is remembered."""
    run = work.run_over(casebook)
    record = evaluate_form(run, form, Surroundings(with_previous=False, spare_rows=False))
    found = current_findings(work, casebook, form)
    return (*(one for one in found if not one.confirmed and one.severity is not Severity.INFO), *missing_items(record))


def current_findings(work: Workspace, casebook: Casebook, form: FormKey) -> tuple[Finding, ...]:
    """The findings of a form as they stand in `casebook` at this moment, confirmations kept."""
    keys = [item_key(form, group, row, item) for group, row, item in casebook.forms.get(form, {})]
    fresh = evaluate(work.rules_of(form.subject), casebook, keys, work.conditions(), work.run_over(casebook))
    stored = {(one.rule, one.key): one for one in findings_by_form(work, work.run_over(casebook), [form])[form]}
    for place in fresh.checked:
        if place[1].form_key != form:
            continue
        finding, old = fresh.findings.get(place), stored.get(place)
        if finding is None:
            stored.pop(place, None)
        elif old is None or old.message != finding.message:
            stored[place] = finding
    return tuple(stored.values())


def complete_form(work: Workspace, form: FormKey, *, actor: Actor | None = None) -> CompletionOutcome:
    """Mark a form complete. HARD findings forbid it; SOFT and DEV findings and blank required items become system queries (decisions 2).

    Raises ExpectedError "no_right", "empty_form", "signature_needed" (forms that only their signer completes) and those of the disk.
    """
    chosen = work.need(Right.ENTER, actor)
    definition = work.study_at(form).forms[form.form]
    if definition.signature and definition.signature != chosen.user.role:
        raise ExpectedError("signature_needed", role=definition.signature)
    casebook = work.casebook(form.subject)
    if form not in casebook.forms:
        raise ExpectedError("empty_form")
    need_act(work, Act.COMPLETE, (form,), chosen)
    points = points_of(work, casebook, form)
    blocking = tuple(one for one in points if one.severity is Severity.HARD)
    if blocking:
        return CompletionOutcome(blocking=blocking)
    with work.begin(work.command("complete_form", chosen, about=f"{form.subject}:{form_address(form)}"), chosen.signer) as unit:
        changes, opened = write_completion(work, unit, casebook, form, chosen, points)
    return CompletionOutcome(changes, queries=opened)


def write_completion(work: Workspace, unit: Unit, casebook: Casebook, form: FormKey, actor: Actor, points: tuple[Finding, ...]) -> tuple[Changes, tuple[Finding, ...]]:
    """Complete a form inside a command that is under way; returns what changed and the findings that became queries."""
    meta = casebook.form_meta.get(form, FormMeta(form_version=work.study_at(form).forms[form.form].version))
    now = unit.at.isoformat()
    meta = replace(meta, status="complete", completed_at=now, completed_by=actor.user.user_id, first_completed_at=meta.first_completed_at or now)
    draft = Draft(casebook.with_form(form, meta), forms={form})
    draft.written = [item_key(form, group, row, item) for group, row, item in casebook.forms.get(form, {})]
    known = read_queries(work.database, form.subject)
    opened = tuple(one for one in points if open_system_query(work, unit, one, known))
    for one in opened:
        if one.rule == "M-REQ":
            put_finding(work, unit, one, since=unit.entry_no)
    unit.remove("form_rejection", (form.subject, form.form_address))
    settle(work, unit, draft)
    work.remember(draft.casebook)
    return changes_of(draft, unit), opened


def reopen_form(work: Workspace, form: FormKey, *, reason: str, actor: Actor | None = None) -> Changes:
    """Take *complete* back; changes still need their reason. Raises ExpectedError "reason_missing", "not_complete", "no_right"."""
    chosen = work.need(Right.ENTER, actor)
    casebook = work.casebook(form.subject)
    meta = casebook.form_meta.get(form)
    if meta is None or meta.status != "complete":
        raise ExpectedError("not_complete")
    need_act(work, Act.REOPEN, (form,), chosen)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    with work.begin(work.command("reopen_form", chosen, about=f"{form.subject}:{form_address(form)}", reason=reason), chosen.signer) as unit:
        draft = Draft(casebook.with_form(form, replace(meta, status="in_progress")), forms={form}, before=casebook)
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)


def confirm_finding(work: Workspace, subject: str, rule: str, address: str, reason: str, *, actor: Actor | None = None) -> Changes:
    """Say that an unusual value is true: the finding is confirmed with its reason, its query answered; a DEV prepares its deviation row.

    Raises ExpectedError "reason_missing", "no_finding", "not_confirmable" (HARD), "no_right".
    """
    chosen = work.need(Right.ENTER, actor)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    casebook, form = work.casebook(subject), parse_address(subject, address).form_key
    need_act(work, Act.CONFIRM, (form,), chosen)
    found = [one for one in findings_by_form(work, work.run_over(casebook), [form])[form] if (one.rule, finding_address(one.key)) == (rule, address)]
    if not found:
        raise ExpectedError("no_finding")
    finding, stored = found[0], work.stored_findings(subject).get((rule, address))
    if finding.severity is Severity.HARD:
        raise ExpectedError("not_confirmable")
    with work.begin(work.command("confirm_finding", chosen, about=f"{subject}:{address}", reason=reason.strip(), details={"rule": rule}), chosen.signer) as unit:
        since = stored.since_entry if stored is not None else unit.entry_no
        put_finding(work, unit, finding, since=since, state="confirmed", reason=reason.strip())
        for query in read_queries(work.database, subject):
            if query.rule == rule and query.address == address and query.state == "open":
                move(work, unit, query, QueryAct.ANSWER, chosen.user.role, reason.strip())
        draft = Draft(casebook, forms={form})
        if finding.severity is Severity.DEV:
            propose_deviation(work, unit, draft, rule, address, finding.message)
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)


def delete_row(work: Workspace, form: FormKey, group: str, row: int, reason: str, *, actor: Actor | None = None) -> Changes:
    """Remove a row of a log: it stays in the history with its reason, its number is never used again.

    Raises ExpectedError "reason_missing", "no_row", "row_locked" (it holds what can no longer be changed), "no_right".
    """
    chosen = work.need(Right.ENTER, actor)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    casebook = work.casebook(form.subject)
    definition = work.study_at(form).forms[form.form].group(group)
    if row not in casebook.rows(form, group) or definition.repeating != "log":
        raise ExpectedError("no_row")
    need_act(work, Act.REMOVE_ROW, (form,), chosen)
    run = new_run(work.rules_of(form.subject), casebook, work.conditions())
    if any(is_locked(run, form, item, row) for item in definition.items):
        raise ExpectedError("row_locked")
    address = ItemKey(*form, group, row, "").row_address
    with work.begin(work.command("delete_row", chosen, about=f"{form.subject}:{address}", reason=reason.strip()), chosen.signer) as unit:
        unit.put(
            "group_row",
            {
                "subject": form.subject, "event": form.event, "event_repeat": form.event_repeat, "form": form.form, "form_repeat": form.form_repeat,
                "grp": group, "row": row, "state": "deleted", "reason": reason.strip(),
            },
        )  # fmt: skip
        for finding in work.stored_findings(form.subject).values():
            if finding.address == address or finding.address.startswith(f"{address}/"):
                remove_finding(work, unit, finding.subject, finding.rule, finding.address)
                close_system_queries(work, unit, finding.subject, finding.rule, finding.address)
        draft = Draft(casebook.with_deleted(form, group, row), forms={form}, before=casebook)
        note_removed_row(work, unit, form)
        draft.written = [item_key(form, group, row, item.oid) for item in definition.items]
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)


def address_of_finding(finding: Finding) -> str:
    """The address under which a finding is stored and confirmed."""
    return finding_address(finding.key)

