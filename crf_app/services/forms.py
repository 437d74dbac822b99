"""Completing a form, confirming what it found, removing rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook, FormMeta
from crf_app.clinical.derived import derived_value
from crf_app.clinical.evaluation import new_run
from crf_app.clinical.form_state import Surroundings, evaluate_form, form_address, is_locked, missing_items
from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.run import Place
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.entry import changes_of
from crf_app.services.findings import findings_by_form
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import (
    Draft,
    close_queries,
    finding_address,
    open_query,
    put_finding,
    remove_finding,
    settle,
    write_value,
)
from crf_app.store.queries import read_queries
from crf_app.store.unit import Unit
from crf_app.study.definition import Severity
from crf_app.study.texts import Text

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
    run = new_run(work.rules, casebook, work.conditions())
    record = evaluate_form(run, form, Surroundings(with_previous=False, spare_rows=False))
    found = findings_by_form(work, form.subject).get(form, ())
    return (*(one for one in found if not one.confirmed and one.severity is not Severity.INFO), *missing_items(record))


def complete_form(work: Workspace, form: FormKey, *, actor: Actor | None = None) -> CompletionOutcome:
    """Mark a form complete. HARD findings forbid it; SOFT and DEV findings and blank required items become system queries (decisions 2).

    Raises ExpectedError "no_right", "empty_form", "signature_needed" (forms that only their signer completes) and those of the disk.
    """
    chosen = work.need(Right.ENTER, actor)
    definition = work.study.forms[form.form]
    if definition.signature and definition.signature != chosen.user.role:
        raise ExpectedError("signature_needed", role=definition.signature)
    casebook = work.casebook(form.subject)
    if form not in casebook.forms:
        raise ExpectedError("empty_form")
    points = points_of(work, casebook, form)
    blocking = tuple(one for one in points if one.severity is Severity.HARD)
    if blocking:
        return CompletionOutcome(blocking=blocking)
    with work.begin(work.command("complete_form", chosen, about=f"{form.subject}:{form_address(form)}"), chosen.signer) as unit:
        changes, opened = write_completion(work, unit, casebook, form, chosen, points)
    return CompletionOutcome(changes, queries=opened)


def write_completion(work: Workspace, unit: Unit, casebook: Casebook, form: FormKey, actor: Actor, points: tuple[Finding, ...]) -> tuple[Changes, tuple[Finding, ...]]:
    """Complete a form inside a command that is under way; returns what changed and the findings that became queries."""
    meta = casebook.form_meta.get(form, FormMeta(form_version=work.study.forms[form.form].version))
    now = unit.at.isoformat()
    meta = replace(meta, status="complete", completed_at=now, completed_by=actor.user.user_id, first_completed_at=meta.first_completed_at or now)
    draft = Draft(casebook.with_form(form, meta), forms={form})
    known = read_queries(work.database, form.subject)
    opened = tuple(one for one in points if open_query(work, unit, one, known))
    for one in opened:
        if one.rule == "M-REQ":
            put_finding(work, unit, one, since=unit.entry_no)
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
    if not reason.strip():
        raise ExpectedError("reason_missing")
    with work.begin(work.command("reopen_form", chosen, about=f"{form.subject}:{form_address(form)}", reason=reason), chosen.signer) as unit:
        draft = Draft(casebook.with_form(form, replace(meta, status="in_progress")), forms={form})
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
    stored = work.stored_findings(subject).get((rule, address))
    if stored is None:
        raise ExpectedError("no_finding")
    if stored.severity == "HARD":
        raise ExpectedError("not_confirmable")
    casebook = work.casebook(subject)
    with work.begin(work.command("confirm_finding", chosen, about=f"{subject}:{address}", reason=reason.strip(), details={"rule": rule}), chosen.signer) as unit:
        work.findings_changed(subject)
        unit.patch("finding", (subject, rule, address), {"state": "confirmed", "reason": reason.strip()})
        for query in read_queries(work.database, subject):
            if query.rule == rule and query.address == address and query.state == "open":
                unit.patch("query", (query.id,), {"state": "answered", "answer": reason.strip()})
        draft = Draft(casebook, forms={stored.form})
        if stored.severity == "DEV":
            text = Text(str(stored.parameters.get("en", "")), str(stored.parameters.get("zh", "")))
            propose_deviation(work, unit, draft, rule, address, text)
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)


def propose_deviation(work: Workspace, unit: Unit, draft: Draft, rule: str, address: str, text: Text) -> None:
    """Add the deviation row of a confirmed DEV or an overridden STOP, its fact filled in; one row per fact (content, section 5.28)."""
    check = work.rules.checks[rule]
    event = next((one.oid for one in work.study.events if one.kind == "log" and one.form("DV") is not None), "")
    if not event or "DV" not in work.study.forms:
        return
    form = FormKey(draft.casebook.subject, event, 1, "DV", 1)
    link = f"{address}"
    linked = work.study.forms["DV"].index["DVLINK"]
    for row in draft.casebook.rows(form, linked.group):
        if link in draft.casebook.value(item_key(form, linked.group, row, "DVLINK")).text.split(";"):
            return
    row = draft.casebook.last_row(form, linked.group) + 1
    number = work.study.forms["DV"].group(linked.group).row_number
    for oid, value in {number: str(row), **_deviation_values(work, draft, check.check.propose, rule, address, text)}.items():
        item = work.study.forms["DV"].index.get(oid)
        if item is not None and value:
            write_value(work, unit, draft, item_key(form, item.group, row, oid), Value(text=value), rule=rule, source="system")


def _deviation_values(work: Workspace, draft: Draft, propose: Mapping[str, str], rule: str, address: str, text: Text) -> dict[str, str]:
    language = work.site.language
    today = work.clock.today().isoformat()
    values = {"DVTERM": text.get(language)[:400], "DVSEV": "IMPORTANT", "DVSRC": "AUTO", "DVLINK": address, "DVAWARE": today, "DVSTDAT": today}
    key = parse_address(draft.casebook.subject, address)
    run = new_run(work.rules, draft.casebook, work.conditions())
    place = Place(key.form_key, key.group, key.row)
    compiled = work.rules.proposals(rule)
    for oid, source in propose.items():
        if oid in ("form", "DVTERM"):
            continue
        item = work.study.forms["DV"].index.get(oid)
        if item is not None and item.codes and item.code(source) is not None:
            values[oid] = source
        elif item is not None and oid in compiled:
            found = derived_value(item, compiled[oid](run, place), None)
            if found.text:
                values[oid] = found.text
    visit = FormKey(key.subject, key.event, key.event_repeat, "SV", 1)
    visit_link = ItemKey(*visit, work.study.forms["SV"].index["VISDAT"].group, 1, "").row_address if "SV" in work.study.forms else ""
    return {**values, "DVVISIT": visit_link}


def delete_row(work: Workspace, form: FormKey, group: str, row: int, reason: str, *, actor: Actor | None = None) -> Changes:
    """Remove a row of a log: it stays in the history with its reason, its number is never used again.

    Raises ExpectedError "reason_missing", "no_row", "row_locked" (it holds what can no longer be changed), "no_right".
    """
    chosen = work.need(Right.ENTER, actor)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    casebook = work.casebook(form.subject)
    if row not in casebook.rows(form, group) or work.study.forms[form.form].group(group).repeating != "log":
        raise ExpectedError("no_row")
    run = new_run(work.rules, casebook, work.conditions())
    if any(is_locked(run, form, item, row) for item in work.study.forms[form.form].group(group).items):
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
                close_queries(work, unit, finding.subject, finding.rule, finding.address)
        draft = Draft(casebook.with_deleted(form, group, row), forms={form})
        draft.written = [item_key(form, group, row, item.oid) for item in work.study.forms[form.form].group(group).items]
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)


def address_of_finding(finding: Finding) -> str:
    """The address under which a finding is stored and confirmed."""
    return finding_address(finding.key)

