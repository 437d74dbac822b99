"""Records for screens, paper and exports: read_form, read_subject, histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from crf_app.admin.roles import Right
from crf_app.clinical.allocation import CONCEALED_PARAMETERS
from crf_app.clinical.casebook import make_casebook
from crf_app.clinical.evaluation import Conditions, new_run
from crf_app.clinical.form_state import Surroundings, evaluate_form, form_status, form_title
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.record import (
    ChangeRecord,
    EventRecord,
    EventStatus,
    FormRecord,
    FormStatus,
    OutputContext,
    SignatureRecord,
    SubjectRecord,
)
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import event_forms, event_keys, event_status, visit_date, why_not_made, window
from crf_app.clinical.values import BLANK
from crf_app.services.findings import findings_by_form
from crf_app.services.workspace import Workspace
from crf_app.store.forms import read_group_rows
from crf_app.store.item_values import ItemChange, read_defaulted, read_form_history, read_history, read_subject_history
from crf_app.store.queries import unresolved_on_form
from crf_app.store.signatures import StoredSignature, read_signatures, read_signatures_on
from crf_app.store.subjects import read_subject
from crf_app.study.definition import EventDef
from crf_app.study.texts import Text

_FINISHED = (FormStatus.COMPLETE, FormStatus.NOT_DONE, FormStatus.NOT_APPLICABLE)


def read_form(work: Workspace, form: FormKey, *, history: bool = False) -> FormRecord:
    """One form as it stands. Raises ExpectedError "no_right", "locked", "no_subject"."""
    work.need(Right.READ)
    run = work.run(form.subject)
    changes = _by_key(work, read_form_history(work.database, form)) if history or _was_complete(run, form) else {}
    signed = {form.form_address: tuple(_as_record(work, one) for one in read_signatures_on(work.database, form.subject, form.form_address))}
    around = Surroundings(
        findings=findings_by_form(work, run, [form]), changes=changes, signatures=signed,
        sources=_sources(work, form), names=work.name_of, deleted_reasons=_deleted(work, form.subject), queries=_item_queries(work, form),
    )
    return evaluate_form(run, form, around, optional=_is_optional(run, form))


def _item_queries(work: Workspace, form: FormKey) -> dict[ItemKey, str]:
    """Items and rows with an unresolved query; an open one tells more than an answered one."""
    found = ((parse_address(form.subject, address), state) for address, state in unresolved_on_form(work.database, form))
    return {key: state for key, state in found if key.group}


def _is_optional(run: Run, form: FormKey) -> bool:
    return run.rules.stands_at(form.form, form.event) and run.rules.is_optional(run, form.event, form.form)


def _was_complete(run: Run, form: FormKey) -> bool:
    meta = run.casebook.form_meta.get(form)
    return meta is not None and bool(meta.first_completed_at)


def _sources(work: Workspace, form: FormKey) -> dict[ItemKey, str]:
    return dict.fromkeys(read_defaulted(work.database, form), "default")


def _deleted(work: Workspace, subject: str) -> dict[tuple[FormKey, str, int], str]:
    return {(row.form, row.group, row.row): row.reason for row in read_group_rows(work.database, subject) if row.deleted}


def item_history(work: Workspace, key: ItemKey) -> tuple[ChangeRecord, ...]:
    """Every value an item ever had, oldest first: who, when, why."""
    work.need(Right.READ)
    return _by_key(work, read_history(work.database, key)).get(key, ())


def _by_key(work: Workspace, changes: tuple[ItemChange, ...]) -> dict[ItemKey, tuple[ChangeRecord, ...]]:
    found: dict[ItemKey, list[ChangeRecord]] = {}
    for one in changes:
        name = work.name_of(one.user_id)
        record = ChangeRecord(one.key, one.entry_no, one.change_no, one.at, one.user_id, name, one.role, one.old or BLANK, one.new, one.reason, one.source)
        found.setdefault(one.key, []).append(record)
    return {key: tuple(records) for key, records in found.items()}


def signatures_by_record(work: Workspace, subject: str) -> dict[str, tuple[SignatureRecord, ...]]:
    """Signatures of a subject's records by address; a void one says since when, why and where."""
    found: dict[str, list[SignatureRecord]] = {}
    for one in read_signatures(work.database, subject):
        found.setdefault(one.record, []).append(_as_record(work, one))
    return {record: tuple(signatures) for record, signatures in found.items()}


def _as_record(work: Workspace, one: StoredSignature) -> SignatureRecord:
    user = work.users.get(one.user_id)
    void = datetime.fromisoformat(one.void_at) if one.void_cause else None
    return SignatureRecord(
        str(one.id), one.record, one.meaning, one.user_id, work.name_of(one.user_id), str(user.role) if user is not None else "",
        datetime.fromisoformat(one.signed_at), one.digest, one.entry_no, one.reason, void, one.void_cause, one.void_address,
    )  # fmt: skip


def read_subject_record(work: Workspace, subject: str, *, history: bool = False, events: tuple[tuple[str, int], ...] | None = None, light: bool = False) -> SubjectRecord:
    """A subject's whole casebook, or the named visits of it. `light`: forms without their items, for the visit tree."""
    work.need(Right.READ)
    run = work.run(subject)
    changes = _by_key(work, read_subject_history(work.database, subject)) if history else {}
    signatures = signatures_by_record(work, subject)
    around = Surroundings(
        findings={} if light else findings_by_form(work, run), changes=changes, signatures=signatures, names=work.name_of, with_previous=False, spare_rows=False,
        with_tables=history, deleted_reasons=_deleted(work, subject),
    )
    found = tuple(
        _event(run, event, repeat, around, work.clock.today(), light)
        for event, repeat in event_keys(run)
        if events is None or (event.oid, repeat) in events
    )
    stored = read_subject(work.database, subject)
    everything = tuple(one for signed in signatures.values() for one in signed)
    return SubjectRecord(subject, stored.state if stored is not None else "", found, facts(work, run), everything)


def _event(run: Run, event: EventDef, repeat: int, around: Surroundings, today: date, light: bool) -> EventRecord:
    subject = run.casebook.subject
    forms = tuple(
        (_light_form(run, key, optional) if light else evaluate_form(run, key, around, optional=optional)) for key, optional in event_forms(run, event, repeat)
    )
    complete = all(one.status in _FINISHED for one in forms if not one.optional or one.status is not FormStatus.NOT_STARTED)
    day = visit_date(run, subject, event.oid, repeat)
    span = window(run, event, day, today)
    title = event.name if repeat == 1 and event.kind != "unscheduled" else Text(f"{event.name.en} {repeat}", f"{event.name.zh} {repeat}")
    status = event_status(run, event, repeat, today, all_complete=complete)
    version = run.rules.at(FormKey(subject, event.oid, repeat, "SV", 1)).study.version
    return EventRecord(event, repeat, title, status, day, span, forms, span.state in ("EARLY", "LATE"), why_not_made(run, event.oid, repeat), version)


def _light_form(run: Run, key: FormKey, optional: bool) -> FormRecord:
    meta = run.casebook.form_meta.get(key)
    record = FormRecord(key, run.definition(key), form_title(run, key), form_status(run, key), optional, study_version=run.rules.at(key).study.version)
    return record if meta is None else replace(record, form_version=meta.form_version)


def facts(work: Workspace, run: Run) -> Mapping[str, str]:
    """What a casebook's header says: consent, first treatment, study day, sex, age, initials, arm."""
    stored = read_subject(work.database, run.casebook.subject)
    details = stored.details if stored is not None else {}
    treated, today = run.first_treatment(), work.clock.today()
    age = run.age_on(today)
    return {
        "consent": str(details.get("consent", "")), "first_treatment": treated.isoformat() if treated is not None else "",
        "day": str((today - treated).days) if treated is not None else "", "sex": run.sex(), "age": "" if age is None else str(age),
        "initials": str(details.get("initials", "")), "arm": stored.arm if stored is not None else "", "version": run.rules.newest.study.version,
        **_versions(work, run.casebook.subject),
    }  # fmt: skip


def _versions(work: Workspace, subject: str) -> Mapping[str, str]:
    """The versions that an amended subject follows, each later one with the visit from which on it holds: "1.0, 2.0 (W4)"."""
    rows = work.subject_versions.get(subject, ())
    return {"versions": ", ".join(f"{one.version} ({one.from_event})" if one.from_event else one.version for one in rows)} if len(rows) > 1 else {}


def blank_events(work: Workspace) -> tuple[EventRecord, ...]:
    """Every visit with every form empty, for blank paper. Raises ExpectedError "locked"."""
    work.need_session()
    return empty_events(work.rules, work.conditions(), work.clock.today())


def empty_events(rules: CompiledStudy, conditions: Conditions, today: date) -> tuple[EventRecord, ...]:
    """Every visit of a definition with every form empty."""
    run = new_run(rules, make_casebook(rules.study, "", {}), conditions)
    around = Surroundings(with_previous=False, spare_rows=True)
    found = []
    for event in rules.study.events:
        forms = tuple(evaluate_form(run, FormKey("", event.oid, 1, place.form, 1), around, optional=place.optional) for place in event.forms)
        found.append(EventRecord(event, 1, event.name, EventStatus.PLANNED, "", window(run, event, "", today), forms))
    return tuple(found)


def output_context(work: Workspace) -> OutputContext:
    """What stands around printed or exported data: the ledger head is the one before the print event (decisions 4)."""
    head, now = work.database.head, work.clock.now()
    investigators = [user for user in work.users.values() if user.active and user.role == "investigator"]
    told = {name: value for name, value in work.parameters.items() if name not in CONCEALED_PARAMETERS}
    return OutputContext(
        work.study, work.site.site_code, Text(work.site.site_name_en, work.site.site_name_zh), now, work.user.name, now, head.no, head.hash.hex(),
        work.site.synthetic, told, investigators[0].name if investigators else Text("", ""), work.site.id, work.studies_in_use,
    )
