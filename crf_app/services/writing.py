"""What every command on clinical data does after its values are written: states, findings, queries, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crf_app.clinical.casebook import Casebook, FormMeta
from crf_app.clinical.evaluation import Evaluation, evaluate, is_baseline
from crf_app.clinical.form_state import count_items, is_required, not_performed
from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.queries import SYSTEM, Act
from crf_app.clinical.record import EventStatus, Finding, FormStatus, Visibility
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import event_forms, event_status, subject_state, visit_date, why_not_made, window
from crf_app.clinical.values import Value
from crf_app.services.plans import plan_details
from crf_app.services.query_writing import close_system_queries, move, restate_system_queries
from crf_app.services.standing import store_standings, store_visit_standing, void_outdated
from crf_app.services.system_rules import changed_eligibility, expected_forms
from crf_app.services.workspace import Workspace
from crf_app.store.findings import StoredFinding
from crf_app.store.locks import refusal
from crf_app.store.queries import count_open, read_queries
from crf_app.store.signatures import latest_snapshot
from crf_app.store.subjects import read_subject
from crf_app.store.unit import Unit
from crf_app.study.partial_dates import PartialDate

_ORDER = (
    FormStatus.NOT_STARTED, FormStatus.IN_PROGRESS, FormStatus.COMPLETE, FormStatus.NOT_DONE, FormStatus.NOT_APPLICABLE,
)  # fmt: skip


TimedOutcome = tuple[str, ItemKey, Finding | None, StoredFinding | None]
"""Rule, place, its finding now, and what is stored of an earlier one."""


@dataclass
class Draft:
    """A casebook in the making: what has been written so far in this command."""

    casebook: Casebook
    written: list[ItemKey] = field(default_factory=list)
    forms: set[FormKey] = field(default_factory=set)
    start: Casebook = field(init=False)
    """The casebook before the command wrote anything."""
    before: Casebook | None = None
    """The same before the command took *complete* back or removed a row, where it did."""

    def __post_init__(self) -> None:
        self.start = self.casebook


def write_value(work: Workspace, unit: Unit, draft: Draft, key: ItemKey, value: Value, *, reason: str = "", rule: str = "", source: str = "typed") -> None:
    """Store one value and put it into the draft; a value equal to what is there is left alone."""
    old = draft.casebook.value(key)
    if old == value:
        return
    stored = draft.casebook.forms.get(key.form_key, {}).get((key.group, key.row, key.item))
    unit.append_item_value(key, value, old=stored, reason=reason, rule=rule, source=source)
    draft.casebook = draft.casebook.with_changes(work.study_of(key.subject), [(key, value)])
    draft.written.append(key)
    draft.forms.add(key.form_key)


def settle(work: Workspace, unit: Unit, draft: Draft, *, everything: bool = False, reason: str = "") -> Evaluation:
    """Evaluate what `draft` changed and store all that follows: derived values, findings, queries, states of forms, visit and subject."""
    evaluation = evaluate(work.rules_of(draft.casebook.subject), draft.casebook, None if everything else draft.written, work.conditions(), work.run_over(draft.start))
    for key, value in evaluation.derived:
        stored = draft.casebook.forms.get(key.form_key, {}).get((key.group, key.row, key.item))
        unit.append_item_value(key, value, old=stored, reason=reason, source="derived")
        draft.forms.add(key.form_key)
        draft.written.append(key)
    _keep_held(work, unit, draft, evaluation)
    draft.casebook = evaluation.casebook
    work.keep_run(evaluation.run)
    _store_findings(work, unit, draft, evaluation)
    _store_system_findings(work, unit, draft)
    store_states(work, unit, draft)
    return evaluation


def _keep_held(work: Workspace, unit: Unit, draft: Draft, evaluation: Evaluation) -> None:
    """No value on a page that is frozen or locked may cease or begin to count as collected because of a change elsewhere (docs/adr/0073).

    Raises ExpectedError "reaches_frozen", "reaches_locked".
    """
    held = [(form, lock) for form in evaluation.casebook.forms if (lock := unit.lock_over(form)) is not None]
    before = work.run_over(draft.start) if held else evaluation.run
    for form, lock in held:
        for (group, row, oid), value in evaluation.casebook.forms[form].items():
            item = evaluation.run.own_item(form, oid)
            if item is not None and not value.is_blank and before.visibility(form, item, row) != evaluation.run.visibility(form, item, row):
                raise refusal(lock, "reaches", key=item_key(form, group, row, oid))


def _store_findings(work: Workspace, unit: Unit, draft: Draft, evaluation: Evaluation) -> None:
    subject = draft.casebook.subject
    stored = work.stored_findings(subject)
    timed: list[TimedOutcome] = []
    rules = evaluation.run.rules
    for rule, key in evaluation.checked:
        finding = evaluation.findings.get((rule, key))
        old = stored.get((rule, finding_address(key)))
        if rules.goes_by_clock(rule, key):
            timed.append((rule, key, finding, old))
        elif finding is None and old is not None:
            remove_finding(work, unit, subject, rule, old.address)
            close_system_queries(work, unit, subject, rule, old.address)
        elif finding is not None and (old is None or _texts(old) != (finding.message.en, finding.message.zh)):
            put_finding(work, unit, finding, since=old.since_entry if old is not None else unit.entry_no)
            restate_system_queries(work, unit, finding)
            draft.forms.add(key.form_key)
    _end_confirmations(work, unit, subject, timed)
    _drop_filled(work, unit, draft, tuple(stored.values()))


def _end_confirmations(work: Workspace, unit: Unit, subject: str, outcomes: Iterable[TimedOutcome]) -> None:
    """Rules that go by the clock: their findings are not stored, but what somebody said of one ends when its cause does, or its sentence changes."""
    silent = set()
    for rule, key, finding, old in outcomes:
        if old is not None and (finding is None or _texts(old) != (finding.message.en, finding.message.zh)):
            remove_finding(work, unit, subject, rule, old.address)
            if finding is not None:
                restate_system_queries(work, unit, finding)
        if finding is None:
            silent.add((rule, finding_address(key)))
    for query in read_queries(work.database, subject) if silent else ():
        if (query.rule, query.address) in silent and query.unresolved:
            move(work, unit, query, Act.AUTO_CLOSE, SYSTEM)


def _drop_filled(work: Workspace, unit: Unit, draft: Draft, stored: Iterable[StoredFinding]) -> None:
    """Required items that hold something now, or are not asked any more, are not missing (M-REQ)."""
    run = work.run_over(draft.casebook)
    for finding in stored:
        if finding.rule != "M-REQ":
            continue
        key = parse_address(finding.subject, finding.address)
        item = run.own_item(key.form_key, key.item)
        seen = run.visibility(key.form_key, item, key.row) if item is not None else Visibility.HIDDEN
        gone = (key.form_key, key.group, key.row) in draft.casebook.deleted
        if item is None or gone or not draft.casebook.value(key).is_blank or not is_required(run, key.form_key, item, key.row, seen):
            remove_finding(work, unit, finding.subject, "M-REQ", finding.address)
            close_system_queries(work, unit, finding.subject, "M-REQ", finding.address)


def _store_system_findings(work: Workspace, unit: Unit, draft: Draft) -> None:
    """What the built-in rules say of the visits touched, and of eligibility once it was confirmed."""
    subject = draft.casebook.subject
    run = work.run_over(draft.casebook)
    found = [one for event, repeat in sorted({(form.event, form.event_repeat) for form in draft.forms}) for one in expected_forms(run, event, repeat)]
    snapshot = latest_snapshot(work.database, subject, "eligibility")
    if snapshot is not None and any(_is_judged(run, key) for key in draft.written):
        found.extend(changed_eligibility(run, _frozen(snapshot.content)))
    stored = work.stored_findings(subject)
    for rule, key, finding in found:
        address = finding_address(key)
        old = stored.get((rule, address))
        if finding is None and old is not None:
            remove_finding(work, unit, subject, rule, address)
            close_system_queries(work, unit, subject, rule, address)
        elif finding is not None and (old is None or _texts(old) != (finding.message.en, finding.message.zh)):
            put_finding(work, unit, finding, since=old.since_entry if old is not None else unit.entry_no)
            restate_system_queries(work, unit, finding)


def _is_judged(run: Run, key: ItemKey) -> bool:
    """Could the value at `key` change what the criteria say?"""
    only_before = run.rules.judged_by.get(f"{key.form}.{key.item}")
    return only_before is not None and (not only_before or is_baseline(run, key))


def _frozen(content: Mapping[str, object]) -> dict[str, str]:
    criteria = content.get("criteria")
    return {str(name): str(verdict) for name, verdict in criteria.items()} if isinstance(criteria, dict) else {}


def _texts(stored: StoredFinding) -> tuple[object, object]:
    return stored.parameters.get("en"), stored.parameters.get("zh")


def finding_address(key: ItemKey) -> str:
    """Where a finding stands: a value's address, a row's, or the form's."""
    return key.address if key.item else key.row_address


def put_finding(work: Workspace, unit: Unit, finding: Finding, *, since: int, state: str = "open", reason: str = "") -> None:
    """Store a finding; one whose text changed is open again."""
    key = finding.key
    work.findings_changed(key.subject)
    unit.put(
        "finding",
        {
            "subject": key.subject, "rule": finding.rule, "address": finding_address(key), "severity": str(finding.severity),
            "at_event": key.event, "at_event_repeat": key.event_repeat, "at_form": key.form, "at_form_repeat": key.form_repeat,
            "parameters": {"en": finding.message.en, "zh": finding.message.zh}, "state": state, "reason": reason, "since_entry": since,
        },
    )  # fmt: skip


def remove_finding(work: Workspace, unit: Unit, subject: str, rule: str, address: str) -> None:
    """The cause of a finding is gone."""
    work.findings_changed(subject)
    unit.remove("finding", (subject, rule, address))


def store_states(work: Workspace, unit: Unit, draft: Draft) -> None:
    """Bring form, visit and subject states up to date with the draft."""
    run = work.run_over(draft.casebook)
    for form in sorted(draft.forms):
        _store_form(run, unit, draft, form)
    void_outdated(work, unit, draft.before or draft.start, draft.casebook, draft.forms)
    store_standings(work, unit, draft.casebook, draft.forms)
    for event, repeat in sorted({(form.event, form.event_repeat) for form in draft.forms}):
        store_event(work, run, unit, event, repeat)
    _store_subject(work, run, unit)


def restate(work: Workspace, unit: Unit, subject: str, forms: Iterable[FormKey]) -> None:
    """Store anew how forms stand after a signature, a check or a lock on them: no value changed."""
    draft = Draft(work.casebook(subject), forms=set(forms))
    store_states(work, unit, draft)
    work.remember(draft.casebook)


def _store_form(run: Run, unit: Unit, draft: Draft, form: FormKey) -> None:
    answered, total = count_items(run, form)
    meta = draft.casebook.form_meta.get(form, FormMeta(form_version=run.definition(form).version))
    status = meta.status if meta.status == "complete" else "not_done" if not_performed(run, form) else "in_progress"
    meta = FormMeta(status, meta.form_version, meta.completed_at, meta.completed_by, meta.first_completed_at, meta.reason)
    draft.casebook = draft.casebook.with_form(form, meta)
    run.casebook = draft.casebook
    put_form(unit, form, meta, answered, total)


def put_form(unit: Unit, form: FormKey, meta: FormMeta, answered: int, total: int) -> None:
    """Store the state of one form."""
    unit.put(
        "form_state",
        {
            "subject": form.subject, "event": form.event, "event_repeat": form.event_repeat, "form": form.form, "form_repeat": form.form_repeat,
            "form_version": meta.form_version, "state": meta.status, "answered": answered, "total": total, "completed_at": meta.completed_at,
            "completed_by": meta.completed_by, "first_completed_at": meta.first_completed_at, "reason": meta.reason,
        },
    )  # fmt: skip


def required_statuses(run: Run, event: str, repeat: int) -> Mapping[FormKey, FormStatus]:
    """The states of the forms a visit needs."""
    found = {}
    for key, optional in event_forms(run, run.study.event(event), repeat):
        meta = run.casebook.form_meta.get(key)
        if key in run.casebook.forms and meta is not None:
            found[key] = {"complete": FormStatus.COMPLETE, "not_done": FormStatus.NOT_DONE}.get(meta.status, FormStatus.IN_PROGRESS)
        elif not optional and run.rules.form_visibility(run, key) is not Visibility.HIDDEN:
            found[key] = FormStatus.NOT_STARTED
    return found


def store_event(work: Workspace, run: Run, unit: Unit, event: str, repeat: int) -> None:
    """Store how a visit stands: state, date, worst form, open queries, out of window."""
    definition, subject = run.study.event(event), run.casebook.subject
    statuses = required_statuses(run, event, repeat)
    worst = min(statuses.values(), key=_ORDER.index, default=FormStatus.NOT_APPLICABLE)
    complete = all(one in (FormStatus.COMPLETE, FormStatus.NOT_DONE, FormStatus.NOT_APPLICABLE) for one in statuses.values())
    day = visit_date(run, subject, event, repeat)
    status = event_status(run, definition, repeat, work.clock.today(), all_complete=complete)
    outside = definition.kind == "scheduled" and bool(day) and window(run, definition, day, work.clock.today()).state in ("EARLY", "LATE")
    queries = count_open(work.database, subject, event, repeat)
    unit.put(
        "event_state",
        {
            "subject": subject, "event": event, "event_repeat": repeat, "state": stored_event_state(status), "reason": why_not_made(run, event, repeat),
            "visit_date": day, "worst_form_state": str(worst), "open_queries": queries, "out_of_window": outside,
        },
    )  # fmt: skip
    store_visit_standing(work, unit, statuses, subject, event, repeat)


def stored_event_state(status: EventStatus) -> str:
    """Only what data decides is stored; due and overdue are read off the clock."""
    kept = (EventStatus.STARTED, EventStatus.DONE, EventStatus.MISSED, EventStatus.CANCELLED)
    return str(status) if status in kept else "planned"


def _store_subject(work: Workspace, run: Run, unit: Unit) -> None:
    stored = read_subject(work.database, run.casebook.subject)
    if stored is None:
        return
    treated = run.first_treatment()
    anchor = run.anchor()
    details = {
        **stored.details, "first_treatment": treated.isoformat() if treated is not None else "", "anchor": str(anchor) if isinstance(anchor, PartialDate) else "",
        **plan_details(run), "consent": run.plain("consent_date"), "sex": run.sex(), "initials": run.plain("initials"), "extension": run.plain("extension"),
    }  # fmt: skip
    unit.put("subject", {"number": stored.number, "ordinal": stored.ordinal, "state": subject_state(run), "arm": stored.arm, "details": details})

