"""The signing console: what waits for a signature, what stands between, what was seen, signing in a batch, giving back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, parse_form_address
from crf_app.clinical.standing import Standing
from crf_app.clinical.transitions import Act
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes
from crf_app.services.digests import form_digest
from crf_app.services.entry import changes_of
from crf_app.services.findings import findings_by_form
from crf_app.services.held import place_name
from crf_app.services.signing import Credentials, put_signature, signer_of
from crf_app.services.states import form_states
from crf_app.services.workspace import Workspace
from crf_app.services.writing import Draft, restate, settle
from crf_app.store.ledger import object_of
from crf_app.store.locks import LOCKED, lock_over, read_all_locks
from crf_app.store.queries import read_queries
from crf_app.store.subjects import read_subjects
from crf_app.store.workflow import Rejection, Seen, read_rejections, read_seen, standings_with
from crf_app.study.definition import Severity

MEANINGS = ("review", "author")
_WAITING = int(Standing.TO_SIGN)
NEVER, CHANGED, CURRENT = "never", "changed", "seen"
"""The eye: not opened, opened in an older version, opened in exactly this one."""


@dataclass(frozen=True, slots=True)
class SignItem:
    """One form at its signature. `seen` NEVER, CHANGED or CURRENT (since `seen_at`); what stands between: `open_queries`, `impossible` values."""

    form: FormKey
    states: Standing
    seen: str
    seen_at: str = ""
    open_queries: int = 0
    impossible: int = 0

    @property
    def waits(self) -> bool:
        """Does it wait for a signature?"""
        return bool(self.states & _WAITING)

    @property
    def incomplete(self) -> bool:
        """Is it begun and not finished?"""
        return bool(self.states & (Standing.STARTED | Standing.REJECTED))

    @property
    def ready(self) -> bool:
        """Can it be signed now?"""
        return self.waits and self.seen == CURRENT and not self.open_queries and not self.impossible


@dataclass(frozen=True, slots=True)
class SubjectWaiting:
    """How many forms of a subject wait for a signature, and how many of those were signed before and changed."""

    subject: str
    forms: int
    void: int


def waiting_subjects(work: Workspace) -> tuple[SubjectWaiting, ...]:
    """The subjects with something to sign, in order of their numbers. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.SIGN)
    locks = [one for one in read_all_locks(work.database) if one.kind == LOCKED]
    open_ones = [one for one in standings_with(work.database, _WAITING) if lock_over(locks, one.form) is None]
    count = Counter(one.form.subject for one in open_ones)
    void = Counter(one.form.subject for one in open_ones if one.states & Standing.SIGNATURE_VOID)
    return tuple(SubjectWaiting(one.number, count[one.number], void[one.number]) for one in read_subjects(work.database) if count[one.number])


def sign_items(work: Workspace, subject: str) -> tuple[SignItem, ...]:
    """Every begun form of a subject with what stands between it and a signature, in order of the schedule. Raises ExpectedError "no_right", "no_subject"."""
    work.need(Right.SIGN)
    casebook = work.casebook(subject)
    seen, states = read_seen(work.database, work.user.user_id, subject), form_states(work, subject)
    queries = Counter(parse_form_address(subject, one.address) for one in read_queries(work.database, subject) if one.state == "open")
    findings = findings_by_form(work, work.run_over(casebook))
    order = {event.oid: (event.order, [place.form for place in event.forms]) for event in work.study_of(subject).events}
    found = []
    for form in sorted(states, key=lambda one: (*_position(order, one), one.event_repeat, one.form_repeat)):
        hard = sum(1 for one in findings.get(form, ()) if one.severity is Severity.HARD)
        eye, at = _eye(work, seen.get((subject, form.form_address)), form)
        found.append(SignItem(form, states[form], eye, at, queries[form], hard))
    return tuple(found)


def _position(order: dict[str, tuple[int, list[str]]], form: FormKey) -> tuple[int, int]:
    place, forms = order.get(form.event, (10**6, []))
    return place, forms.index(form.form) if form.form in forms else len(forms)


def _eye(work: Workspace, seen: Seen | None, form: FormKey) -> tuple[str, str]:
    if seen is None:
        return NEVER, ""
    return (CURRENT if seen.digest == form_digest(work.study_at(form), work.casebook(form.subject), form) else CHANGED), seen.at


def mark_seen(work: Workspace, form: FormKey) -> bool:
    """A signer has this very version before him: written once for each version of a finished form. Returns whether it was new.

    Raises ExpectedError "no_right", "no_subject" and those of the disk.
    """
    actor = work.need(Right.SIGN)
    casebook = work.casebook(form.subject)
    meta = casebook.form_meta.get(form)
    if form not in casebook.forms or meta is None or meta.status not in ("complete", "not_done"):
        return False
    digest = form_digest(work.study_at(form), casebook, form)
    known = read_seen(work.database, actor.user.user_id, form.subject).get((form.subject, form.form_address))
    if known is not None and known.digest == digest:
        return False
    with work.begin(work.command("see_form", actor, about=f"{form.subject}:{form.form_address}", details={"digest": digest}), actor.signer) as unit:
        row = {"user_id": actor.user.user_id, "subject": form.subject, "address": form.form_address, "digest": digest}
        unit.put("form_seen", {**row, "at": unit.at.isoformat(), "entry_no": unit.entry_no})
    return True


def sign_forms(work: Workspace, forms: Sequence[FormKey], meaning: str, who: Credentials, *, scope: str = "form") -> Changes:
    """Sign forms of one subject or several in one act: a visit, a casebook, a batch. Each form gets a signature of its own over what stands there.

    So a later change ends the signature of one form alone, and signing again asks for that one. The entry of the ledger names every form as its
    object; `scope` is told to it.
    Raises ExpectedError "nothing_to_sign", "sign_unseen", "sign_query", "sign_impossible", "act_not_now", "record_locked", "log_in_failed",
    "no_right", "signing_needs_id".
    """
    actor = signer_of(work, who)
    chosen = tuple(dict.fromkeys(forms))
    if not chosen:
        raise ExpectedError("nothing_to_sign")
    need_act(work, Act.SIGN, chosen, actor)
    digests = {form: form_digest(work.study_at(form), work.casebook(form.subject), form) for form in chosen}
    _nothing_between(work, digests, actor.user.user_id)
    batch = hashlib.sha256("\n".join(digests[form] for form in sorted(digests)).encode()).hexdigest()
    details = {"meaning": meaning, "scope": scope, "forms": [f"{one.subject}:{one.form_address}" for one in chosen], "digest": batch}
    with work.begin(work.command("sign", actor, about=object_of((one.subject, one.form_address) for one in chosen), details=details), actor.signer) as unit:
        for form in chosen:
            put_signature(work, unit, actor, subject=form.subject, record=form.form_address, meaning=meaning, digest=digests[form])
        for subject in sorted({form.subject for form in chosen}):
            restate(work, unit, subject, [form for form in chosen if form.subject == subject])
        return Changes(frozenset(form.subject for form in chosen), frozenset(chosen), entry_no=unit.entry_no, saved_at=unit.at.strftime("%H:%M:%S"))


def _nothing_between(work: Workspace, digests: dict[FormKey, str], user_id: str) -> None:
    for subject in sorted({form.subject for form in digests}):
        seen = read_seen(work.database, user_id, subject)
        queried = {parse_form_address(subject, one.address) for one in read_queries(work.database, subject) if one.state == "open"}
        mine = [form for form in digests if form.subject == subject]
        findings = findings_by_form(work, work.run(subject), mine)
        for form in mine:
            place = place_name(work.study_of(subject), subject, form.form_address)
            if any(one.severity is Severity.HARD for one in findings[form]):
                raise ExpectedError("sign_impossible", place=place)
            if form in queried:
                raise ExpectedError("sign_query", place=place)
            known = seen.get((subject, form.form_address))
            if known is None or known.digest != digests[form]:
                raise ExpectedError("sign_unseen", place=place)


def rejections(work: Workspace, subject: str = "") -> dict[tuple[str, str], Rejection]:
    """The forms given back, by subject and address. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return read_rejections(work.database, subject)


def reject_form(work: Workspace, form: FormKey, reason: str) -> Changes:
    """Give a form back instead of signing it: it is open again, the reason stands with it until it is complete the next time.

    A signature in force ends. Raises ExpectedError "no_right", "reason_missing", "act_not_now", "record_frozen", "record_locked".
    """
    actor = work.need(Right.SIGN)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    need_act(work, Act.REJECT, (form,), actor)
    casebook = work.casebook(form.subject)
    with work.begin(work.command("reject_form", actor, about=f"{form.subject}:{form.form_address}", reason=reason.strip()), actor.signer) as unit:
        cells = {"reason": reason.strip(), "user_id": actor.user.user_id, "at": unit.at.isoformat(), "entry_no": unit.entry_no}
        unit.put("form_rejection", {"subject": form.subject, "address": form.form_address, **cells})
        reopened = replace(casebook.form_meta[form], status="in_progress")
        draft = Draft(casebook.with_form(form, reopened), forms={form}, before=casebook)
        settle(work, unit, draft)
        work.remember(draft.casebook)
        return changes_of(draft, unit)

