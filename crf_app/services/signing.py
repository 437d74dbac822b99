"""Electronic signatures: sign a record, confirm eligibility, override a STOP, complete what only a signer completes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import new_run
from crf_app.clinical.form_state import form_address
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.on_asking import stops
from crf_app.clinical.transitions import Act
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes
from crf_app.services.deviations import propose_deviation
from crf_app.services.digests import form_digest
from crf_app.services.entry import ItemEntry, changes_of, needs_reason, parsed, write_entries
from crf_app.services.forms import CompletionOutcome, points_of, write_completion
from crf_app.services.session import identify
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import Draft, restate, settle
from crf_app.store.signatures import next_signature_id, next_snapshot_id
from crf_app.store.unit import Unit
from crf_app.study.definition import Severity


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs: login and password, asked in place. An empty login means the person of the session."""

    login: str
    password: str


def signer_of(work: Workspace, who: Credentials, right: Right = Right.SIGN) -> Actor:
    """The person who signs: log-in and password at his first signature after log-in, the password alone at each further one (21 CFR 11.200).

    Both again after any lock. Raises ExpectedError "log_in_failed", "log_in_wait", "no_right", "signing_needs_id".
    """
    actor = work.need(right, identify(work, who.login or work.user.login, who.password))
    if not who.login and work.identified != actor.user.user_id:
        raise ExpectedError("signing_needs_id")
    if actor.user.user_id == work.user.user_id:
        work.identified = actor.user.user_id
    return actor


def put_signature(work: Workspace, unit: Unit, actor: Actor, *, subject: str, record: str, meaning: str, digest: str, reason: str = "") -> None:
    """Store a signature inside a command that its signer's key signs."""
    unit.put(
        "signature",
        {
            "id": next_signature_id(work.database), "subject": subject, "record": record, "meaning": meaning, "user_id": actor.user.user_id,
            "signed_at": unit.at.isoformat(), "digest": digest, "entry_no": unit.entry_no, "reason": reason,
        },
    )  # fmt: skip


def complete_and_sign(work: Workspace, form: FormKey, meaning: str, who: Credentials) -> CompletionOutcome:
    """Complete a form that only its signer completes (completion form), and sign it, in one act."""
    actor = signer_of(work, who)
    casebook = work.casebook(form.subject)
    if form not in casebook.forms:
        raise ExpectedError("empty_form")
    need_act(work, Act.COMPLETE, (form,), actor)
    points = points_of(work, casebook, form)
    blocking = tuple(one for one in points if one.severity is Severity.HARD)
    if blocking:
        return CompletionOutcome(blocking=blocking)
    record = form_address(form)
    with work.begin(work.command("complete_and_sign", actor, about=f"{form.subject}:{record}", details={"meaning": meaning}), actor.signer) as unit:
        changes, opened = write_completion(work, unit, casebook, form, actor, points)
        put_signature(work, unit, actor, subject=form.subject, record=record, meaning=meaning, digest=form_digest(work.study_at(form), work.casebook(form.subject), form))
        restate(work, unit, form.subject, [form])
    return CompletionOutcome(changes, queries=opened)


@dataclass(frozen=True, slots=True)
class EligibilityOutcome:
    """What became of a confirmation: `verdict` at that moment, and the changes when it was stored."""

    verdict: str
    changes: Changes | None = None


def verdicts(work: Workspace, casebook: Casebook) -> dict[str, str]:
    """Every criterion's verdict now, the investigator's answers included."""
    rules = work.rules_of(casebook.subject)
    run = new_run(rules, casebook, work.conditions())
    return {one.id: rules.verdict(run, one.id) for one in rules.judge.study.criteria}


def confirm_eligibility(work: Workspace, form: FormKey, who: Credentials, *, eligible: bool, reason: str = "") -> EligibilityOutcome:
    """The investigator confirms (or declines) enrolment on an eligibility form: answer, moment, frozen verdicts, signature, form complete, in one act.

    No waiver can turn INELIGIBLE into ELIGIBLE (content, section 5.8): confirming needs the verdict ELIGIBLE.
    Raises ExpectedError "not_eligible" (verdict), "log_in_failed", "no_right", "reason_missing".
    """
    actor = signer_of(work, who)
    need_act(work, Act.ENTER, (form,), actor)
    casebook = work.casebook(form.subject)
    found = verdicts(work, casebook)
    rules = work.rules_of(form.subject)
    run = new_run(rules, casebook, work.conditions())
    verdict = str(rules.eligibility(run))
    if eligible and verdict != "ELIGIBLE":
        raise ExpectedError("not_eligible", verdict=verdict, failing=rules.failing(run))
    texts = {"confirmed": "Y" if eligible else "N", "confirmed_at": work.clock.now().strftime("%Y-%m-%dT%H:%M")}
    answers = ((run.own_landmark(form, name), text) for name, text in texts.items())
    values = {item_key(form, item.group, 1, item.oid): Value(text=text) for item, text in answers if item is not None}
    if not reason.strip() and any(needs_reason(casebook, key) and casebook.value(key) != value for key, value in values.items()):
        raise ExpectedError("reason_missing")
    record = form_address(form)
    command = work.command("confirm_eligibility", actor, about=f"{form.subject}:{record}", reason=reason, details={"verdict": verdict, "eligible": eligible})
    with work.begin(command, actor.signer) as unit:
        write_entries(work, unit, casebook, values, reason, {})
        unit.put("snapshot", {"id": next_snapshot_id(work.database), "subject": form.subject, "kind": "eligibility", "content": {"verdict": verdict, "criteria": found}, "entry_no": unit.entry_no})
        changes, _ = write_completion(work, unit, work.casebook(form.subject), form, actor, points_of(work, work.casebook(form.subject), form))
        meaning = "eligibility_confirmed" if eligible else "eligibility_declined"
        put_signature(work, unit, actor, subject=form.subject, record=record, meaning=meaning, digest=form_digest(work.study_at(form), work.casebook(form.subject), form), reason=reason)
        restate(work, unit, form.subject, [form])
    return EligibilityOutcome(verdict, changes)


def override_stop(work: Workspace, entry: ItemEntry, reason: str, who: Credentials, *, lang: str = "en") -> Changes:
    """Let an entry pass its STOP checks: an investigator's reason and signature, and the deviation record (content, section 1.4).

    One command, signed by the investigator: the entry, the signature over it, and one deviation row per rule and fact.
    Raises ExpectedError "reason_missing", "nothing_to_override", "log_in_failed", "no_right", "entry_refused".
    """
    if not reason.strip():
        raise ExpectedError("reason_missing")
    actor = signer_of(work, who)
    need_act(work, Act.ENTER, (entry.key.form_key,), actor)
    casebook = work.casebook(entry.key.subject)
    values, problems = parsed(work, casebook, [entry], lang, actor)
    if problems:
        raise ExpectedError("entry_refused")
    blocked = stops(work.rules_of(entry.key.subject), casebook, entry.key, values[entry.key], work.conditions())
    if not blocked:
        raise ExpectedError("nothing_to_override")
    address = entry.key.address
    command = work.command("override_stop", actor, about=f"{entry.key.subject}:{address}", reason=reason.strip(), details={"rules": [one.rule for one in blocked]})
    with work.begin(command, actor.signer) as unit:
        draft = Draft(casebook)
        write_entries(work, unit, casebook, values, reason.strip(), {entry.key: "typed"}, draft)
        for one in blocked:
            propose_deviation(work, unit, draft, one.rule, address, one.message)
        settle(work, unit, draft)
        work.remember(draft.casebook)
        digest = hashlib.sha256(json.dumps([address, values[entry.key].text, [one.rule for one in blocked], reason], ensure_ascii=False).encode()).hexdigest()
        put_signature(work, unit, actor, subject=entry.key.subject, record=address, meaning="stop_overridden", digest=digest, reason=reason.strip())
        return changes_of(draft, unit)

