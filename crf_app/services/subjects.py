"""Enrolling subjects and starting visits."""

from __future__ import annotations

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import make_casebook
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.entry import ItemEntry, parsed, write_entries
from crf_app.services.setup import need_setup
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import Draft
from crf_app.store.subjects import next_ordinal
from crf_app.study.definition import StudyDef


def next_number(work: Workspace) -> str:
    """The number the next subject will get, by the study's pattern. Raises ExpectedError "locked"."""
    work.need_session()
    return work.study.subject_pattern.format(site=work.site.site_code, seq=next_ordinal(work.database))


def create_subject(work: Workspace, consent_date: str, *, lang: str = "en", actor: Actor | None = None) -> tuple[str, Changes]:
    """Enrol a subject into screening: number by the pattern, consent date first, consent form open (decisions 15).

    Raises ExpectedError "parameter_needed" (the set-up is not finished), "bad_consent_date" (the text is no full date), "no_right" and those of the disk.
    """
    chosen = work.need(Right.ENTER, actor)
    need_setup(work)
    ordinal = next_ordinal(work.database)
    number = work.study.subject_pattern.format(site=work.site.site_code, seq=ordinal)
    casebook = make_casebook(work.study, number, {})
    key = consent_key(work.study, number)
    values, problems = parsed(work, casebook, [ItemEntry(key, consent_date)], lang, chosen)
    if problems or not values[key].text:
        raise ExpectedError("bad_consent_date", text=consent_date)
    if values[key].text > work.clock.today().isoformat():
        raise ExpectedError("consent_in_future", text=values[key].text)
    with work.begin(work.command("create_subject", chosen, about=number), chosen.signer) as unit:
        unit.put("subject", {"number": number, "ordinal": ordinal, "state": "screening", "arm": "", "details": {}})
        draft = Draft(casebook)
        given = _given_number(work.study, key, number)
        changes = write_entries(work, unit, casebook, {**values, **given}, "", dict.fromkeys(given, "system"), draft)
    return number, changes


def consent_key(study: StudyDef, subject: str) -> ItemKey:
    """Where the consent date stands. Raises ExpectedError "no_consent_item" for a study without one."""
    for event in study.events:
        for place in event.forms:
            for item in study.forms[place.form].items:
                if "consent_date" in item.tags:
                    return item_key(FormKey(subject, event.oid, 1, place.form, 1), item.group, 1, item.oid)
    raise ExpectedError("no_consent_item")


def _given_number(study: StudyDef, consent: ItemKey, number: str) -> dict[ItemKey, Value]:
    """The screening number on the demographics form, given by the program."""
    item = study.landmark("subject_number")
    if item is None:
        return {}
    return {item_key(FormKey(number, consent.event, 1, item.form, 1), item.group, 1, item.oid): Value(text=number)}


def next_unscheduled(work: Workspace, subject: str) -> FormKey:
    """The visit header of the next unscheduled visit; the visit exists from its first stored value on.

    Raises ExpectedError "no_unscheduled", "no_right", "locked".
    """
    work.need(Right.READ)
    event = next((one for one in work.study_of(subject).events if one.kind == "unscheduled"), None)
    if event is None:
        raise ExpectedError("no_unscheduled")
    used = [key.event_repeat for key in work.casebook(subject).forms if key.event == event.oid]
    return FormKey(subject, event.oid, max(used, default=0) + 1, work.study.header_form, 1)


def termination_visit(work: Workspace, subject: str) -> FormKey:
    """The visit header of the early-termination visit. Raises ExpectedError "no_termination", "no_right", "locked"."""
    work.need(Right.READ)
    event = next((one for one in work.study_of(subject).events if one.kind == "termination"), None)
    if event is None:
        raise ExpectedError("no_termination")
    return FormKey(subject, event.oid, 1, work.study.header_form, 1)
