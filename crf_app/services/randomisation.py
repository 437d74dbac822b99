"""Randomising a subject: the gate, and one atomic step that deals the next code of the list (content, section 5.30)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from crf_app.admin.roles import Right
from crf_app.clinical.allocation import is_full
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import new_run
from crf_app.clinical.form_state import form_address
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.on_asking import stops
from crf_app.clinical.schedule import subject_state
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.allocation_lists import LIST, arm_item, arms_of, method_of, scheme_of
from crf_app.services.changes import Changes
from crf_app.services.digests import form_digest
from crf_app.services.entry import write_entries
from crf_app.services.forms import points_of, write_completion
from crf_app.services.held import named
from crf_app.services.signing import Credentials, put_signature, signer_of
from crf_app.services.subjects import consent_key
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import restate
from crf_app.store.allocations import (
    ReportedAllocation,
    StoredAllocation,
    StoredList,
    active_list,
    allocation_of,
    next_code,
    places_by_stratum,
    read_allocations,
    reported_allocation_of,
)
from crf_app.store.locks import lock_over, read_locks, refusal
from crf_app.store.sealing import Code, CodePlace, open_code
from crf_app.store.unit import Unit
from crf_app.study.definition import Severity

ALLOCATED = "randomised"


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a subject was dealt, at which place of which list, and what changed."""

    number: str
    arm: str
    list_id: int
    place: int
    changes: Changes


def allocation_form(work: Workspace, subject: str) -> FormKey:
    """The randomisation form of a subject. Raises ExpectedError "randomise_no_form"."""
    form = arm_item(work).form
    event = next((one.oid for one in work.study_of(subject).events if one.form(form) is not None), "")
    if not event:
        raise ExpectedError("randomise_no_form")
    return FormKey(subject, event, 1, form, 1)


def arm_key(work: Workspace, subject: str) -> ItemKey:
    """Where the arm of a subject stands. Raises ExpectedError "randomise_no_form"."""
    form, arm = allocation_form(work, subject), arm_item(work)
    return item_key(form, work.study_at(form).item(arm.form, arm.oid).group, 1, arm.oid)


Allocation = StoredAllocation | ReportedAllocation
"""What a subject was allocated: dealt from the list, or reported from outside."""


def read_allocation(work: Workspace, subject: str) -> Allocation | None:
    """What the subject was allocated; None before. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return given_to(work, subject)


def given_to(work: Workspace, subject: str) -> Allocation | None:
    """The same, for services that asked for the right already."""
    return allocation_of(work.database, subject) or reported_allocation_of(work.database, subject)


def obstacles(work: Workspace, subject: str) -> tuple[ExpectedError, ...]:
    """All that stands between a subject and randomisation, each with its remedy in its sentence; empty when the gate is green.

    Raises ExpectedError "no_right", "locked", "no_subject".
    """
    work.need(Right.READ)
    return tuple(_obstacles(work, work.casebook(subject)))


def _obstacles(work: Workspace, casebook: Casebook) -> Iterator[ExpectedError]:
    key = arm_key(work, casebook.subject)
    done = given_to(work, casebook.subject)
    if done is not None or not casebook.value(key).is_blank:
        number = done.number if done is not None else new_run(work.rules, casebook, work.conditions()).plain("allocation_number")
        yield ExpectedError("randomise_done", number=number or "–")
        return
    lock = lock_over(read_locks(work.database, casebook.subject), key.form_key)
    if lock is not None:
        yield named(work.study_of(casebook.subject), work.name_of, refusal(lock))
    yield from _consent(work, casebook)
    yield from _eligibility(work, casebook, key)
    if method_of(work) == LIST:
        yield from _codes_left(work)


def _codes_left(work: Workspace) -> Iterator[ExpectedError]:
    found = active_list(work.database)
    if found is None:
        yield ExpectedError("randomise_no_list")
    elif all(dealt >= size for _, size, dealt in places_by_stratum(work.database, found.list_id)):
        yield ExpectedError("randomise_list_full", stratum="–")


def _consent(work: Workspace, casebook: Casebook) -> Iterator[ExpectedError]:
    key = consent_key(work.study_of(casebook.subject), casebook.subject)
    signed = next((casebook.value(one) for one in (key._replace(event=form.event) for form in casebook.instances(key.form))), casebook.value(key))
    if not signed.text:
        yield ExpectedError("randomise_no_consent")
    elif date.fromisoformat(signed.text[:10]) > work.clock.today():
        yield ExpectedError("consent_in_future", text=signed.text)


def _eligibility(work: Workspace, casebook: Casebook, key: ItemKey) -> Iterator[ExpectedError]:
    """The STOP rules of the arm (X62), the criteria as they stand at this moment, and a subject that is still in the study."""
    rules = work.rules_of(casebook.subject)
    run = new_run(rules, casebook, work.conditions())
    for arm in arms_of(work)[:1]:
        for stop in stops(rules, casebook, key, Value(text=arm.code), work.conditions()):
            yield ExpectedError("randomise_stopped", rule=stop.rule, message=stop.message)
    verdict = str(rules.eligibility(run)) if rules.judge.study.criteria else "ELIGIBLE"
    if verdict == "INCOMPLETE":
        yield ExpectedError("randomise_incomplete")
    elif verdict != "ELIGIBLE":
        yield ExpectedError("randomise_not_eligible", failing=rules.failing(run))
    if subject_state(run) in ("withdrawn", "completed", "screen_failure"):
        yield ExpectedError("randomise_ended")


def randomise(work: Workspace, subject: str, who: Credentials, *, stratum: str = "") -> Dealt:
    """Deal the next free code of the list to a subject: one transaction, one ledger entry, signed by who may randomise.

    The gate is judged again; the code is revealed, the randomisation form filled, completed and signed, the arm given to the subject.
    A subject that has an allocation keeps it. Raises ExpectedError "randomise_*" (with remedy), "allocation_unreadable",
    "log_in_failed", "no_right" and those of the disk; nothing was revealed or stored then.
    """
    actor = signer_of(work, who, Right.RANDOMISE)
    casebook = work.casebook(subject)
    for obstacle in _obstacles(work, casebook):
        raise obstacle
    found = active_list(work.database)
    if found is None or method_of(work) != LIST:
        raise ExpectedError("randomise_no_list" if found is None else "randomise_other_method")
    place, code = _revealed(work, actor, found, stratum.strip())
    return _deal(work, actor, casebook, place, code)


def _revealed(work: Workspace, actor: Actor, found: StoredList, stratum: str) -> tuple[CodePlace, Code]:
    strata = [one for one, _, _ in places_by_stratum(work.database, found.list_id)]
    if stratum not in strata:
        raise ExpectedError("randomise_stratum", known=", ".join(strata))
    key = actor.allocation_keys.get(found.list_id)
    if key is None:
        raise ExpectedError("randomise_no_key")
    sealed = next_code(work.database, found.list_id, stratum)
    if sealed is None:
        raise ExpectedError("randomise_list_full", stratum=stratum or "–")
    place = CodePlace(work.study.oid, found.list_id, sealed.place, stratum)
    code = open_code(key, place, sealed.cipher, sealed.commitment)
    assigned = Counter(one.arm for one in read_allocations(work.database))
    if is_full(scheme_of(work), assigned, code.arm):
        raise ExpectedError("randomise_arm_full")
    return place, code


def _deal(work: Workspace, actor: Actor, casebook: Casebook, place: CodePlace, code: Code) -> Dealt:
    subject, form = casebook.subject, allocation_form(work, casebook.subject)
    details = {"list": place.list_id, "place": place.place, "stratum": place.stratum, "number": code.number, "arm": code.arm, "salt": code.salt}
    command = work.command("randomise", actor, about=f"{subject}:{form_address(form)}", details=details)
    with work.begin(command, actor.signer) as unit:
        cells = {"list_id": place.list_id, "place": place.place, "subject": subject, "number": code.number, "arm": code.arm, "salt": code.salt}
        unit.put("allocation", {**cells, "entry_no": unit.entry_no})
        unit.patch("subject", (subject,), {"arm": code.arm})
        changes = fill_and_sign(work, unit, actor, casebook, _texts(work, actor, place, code))
    return Dealt(code.number, code.arm, place.list_id, place.place, changes)


def _texts(work: Workspace, actor: Actor, place: CodePlace, code: Code) -> Mapping[str, str]:
    now = work.clock.now()
    return {
        "allocation_date": now.strftime("%Y-%m-%d"), "allocation_time": now.strftime("%H:%M"), "allocation_number": code.number,
        "allocation_stratum": place.stratum, "arm": code.arm, "allocation_method": LIST, "allocation_person": person_of(work, actor),
    }  # fmt: skip


def person_of(work: Workspace, actor: Actor) -> str:
    """The person as the form names him."""
    return actor.user.name.get(work.site.language)[:50]


def fill_and_sign(work: Workspace, unit: Unit, actor: Actor, casebook: Casebook, texts: Mapping[str, str]) -> Changes:
    """The part that every way of allocating ends with, inside its command: the form filled (by landmark), completed and signed."""
    subject, form = casebook.subject, allocation_form(work, casebook.subject)
    given = ((work.study.landmark(name), text) for name, text in texts.items())
    values: dict[ItemKey, Value] = {
        item_key(form, item.group, 1, item.oid): Value(text=text) for item, text in given if item is not None and item.form == form.form and text
    }
    changes = write_entries(work, unit, casebook, values, "", dict.fromkeys(values, "system"))
    changes = _completed(work, unit, form, actor) or changes
    digest = form_digest(work.study_at(form), work.casebook(subject), form)
    put_signature(work, unit, actor, subject=subject, record=form_address(form), meaning=ALLOCATED, digest=digest)
    restate(work, unit, subject, [form])
    return changes


def _completed(work: Workspace, unit: Unit, form: FormKey, actor: Actor) -> Changes | None:
    """The form is complete as it is dealt, unless an impossible value stands in it."""
    casebook = work.casebook(form.subject)
    points = points_of(work, casebook, form)
    if any(one.severity is Severity.HARD for one in points):
        return None
    changes, _ = write_completion(work, unit, casebook, form, actor, points)
    return changes
