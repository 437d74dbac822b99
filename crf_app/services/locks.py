"""Freezing and locking forms, visits, subjects and the study; and taking that back with a reason and a second person."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, parse_form_address
from crf_app.clinical.standing import Standing
from crf_app.clinical.transitions import ACT_TEXTS, TRANSITIONS, Act
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes
from crf_app.services.held import named, place_name
from crf_app.services.session import identify
from crf_app.services.signing import Credentials
from crf_app.services.states import form_states, visit_states
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import restate
from crf_app.store.locks import FROZEN, LOCKED, StoredLock, lock_over, read_all_locks, read_locks, refusal
from crf_app.store.queries import read_open_queries
from crf_app.store.subjects import read_subjects
from crf_app.store.unit import Unit
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class Place:
    """What is frozen or locked: the study (`subject` ""), a subject (`address` ""), a visit or a form."""

    subject: str = ""
    address: str = ""

    @property
    def is_form(self) -> bool:
        """Is it one form?"""
        return "/" in self.address

    def has(self, form: FormKey) -> bool:
        """Does the form lie in it?"""
        return self.subject in ("", form.subject) and self.address in ("", form.visit_address, form.form_address)


def locks_in_force(work: Workspace) -> tuple[StoredLock, ...]:
    """Everything frozen or locked. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return read_all_locks(work.database)


def lock_of(work: Workspace, form: FormKey) -> StoredLock | None:
    """What holds a form, for screens. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return lock_over(read_locks(work.database, form.subject), form)


@dataclass(frozen=True, slots=True)
class HoldCount:
    """What a place holds, told before it is frozen or locked: begun forms, those in progress or given back, those without a signature in force,
    visits with forms that were not begun, open queries.
    """

    forms: int = 0
    unfinished: int = 0
    unsigned: int = 0
    visits_waiting: int = 0
    open_queries: int = 0


def count_held(work: Workspace, place: Place) -> HoldCount:
    """How far everything in a place is; what is locked already counts as signed. Raises ExpectedError "no_right", "locked", "no_subject"."""
    work.need(Right.READ)
    subjects = [place.subject] if place.subject else [one.number for one in read_subjects(work.database)]
    forms = [states for subject in subjects for form, states in form_states(work, subject).items() if place.has(form)]
    visits = [
        states for subject in subjects for (event, repeat), states in visit_states(work, subject).items() if place.has(FormKey(subject, event, repeat, "", 1))
    ]
    return HoldCount(
        len(forms), sum(1 for one in forms if one & (Standing.STARTED | Standing.REJECTED) and not one & Standing.LOCKED),
        sum(1 for one in forms if not one & (Standing.SIGNED | Standing.LOCKED)), sum(1 for one in visits if one & Standing.NOT_STARTED),
        sum(1 for one in read_open_queries(work.database) if place.has(parse_form_address(one.subject, one.address))),
    )  # fmt: skip


def freeze(work: Workspace, place: Place, reason: str) -> Changes:
    """Hold the values still: nothing can be entered, completed, confirmed or removed; checks, review, queries and signatures go on.

    Raises ExpectedError "no_right", "reason_missing", "hold_unfinished" (a form in it is in progress), "held_already", "act_not_now" (one form).
    """
    actor = work.need(Right.FREEZE)
    _ready(work, place, actor, Act.FREEZE, reason)
    return _put(work, place, actor, FROZEN, reason)


def lock(work: Workspace, place: Place, reason: str) -> Changes:
    """Close for good: nothing but unlocking is possible. Every form must be finished and signed, no query open.

    Raises ExpectedError "no_right", "reason_missing", "hold_unfinished", "lock_unsigned", "lock_query", "held_already", "act_not_now" (one form).
    """
    actor = work.need(Right.LOCK)
    _ready(work, place, actor, Act.LOCK, reason)
    return _put(work, place, actor, LOCKED, reason)


def unfreeze(work: Workspace, place: Place, reason: str) -> Changes:
    """Take a freeze back. Raises ExpectedError "no_right", "reason_missing", "not_frozen", "record_locked"."""
    actor = work.need(Right.FREEZE)
    _need_reason(reason)
    found = _held_by_itself(work, place, FROZEN, "not_frozen")
    return _take_back(work, place, actor, found, "unfreeze_record", reason, {})


def unlock(work: Workspace, place: Place, reason: str, second: Credentials) -> Changes:
    """Take a lock back: a reason, and a second person who identifies himself; both are in the entry.

    Raises ExpectedError "no_right", "reason_missing", "not_locked", "second_person_same", "log_in_failed", "log_in_wait".
    """
    actor = work.need(Right.LOCK)
    _need_reason(reason)
    found = _held_by_itself(work, place, LOCKED, "not_locked")
    if not second.login.strip():
        raise ExpectedError("second_person_missing")
    witness = work.need(Right.COUNTERSIGN, identify(work, second.login, second.password))
    if witness.user.user_id == actor.user.user_id:
        raise ExpectedError("second_person_same")
    return _take_back(work, place, actor, found, "unlock_record", reason, {"second_person": witness.user.user_id, "second_role": str(witness.user.role)})


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ExpectedError("reason_missing")


def _ready(work: Workspace, place: Place, actor: Actor, act: Act, reason: str) -> None:
    """Is everything in the place as far as the act needs it?"""
    _need_reason(reason)
    _need_place(work, place)
    above = _lock_over_place(work, place)
    if above is not None and (above.kind == LOCKED or act is Act.FREEZE):
        raise named(work.study_of(place.subject), work.name_of, refusal(above))
    if place.is_form:
        need_act(work, act, (parse_form_address(place.subject, place.address),), actor)
    needed = [one.number for one in read_subjects(work.database)] if not place.subject else [place.subject]
    for subject in needed:
        for form, states in form_states(work, subject).items():
            if place.has(form):
                _finished(work, form, states, act)
        for (event, repeat), states in visit_states(work, subject).items() if act is Act.LOCK and not place.is_form else ():
            visit = FormKey(subject, event, repeat, "", 1)
            if place.has(visit) and states & Standing.NOT_STARTED:
                raise ExpectedError("hold_unfinished", act=ACT_TEXTS[act], where=place_name(work.study_of(subject), subject, visit.visit_address))
    if act is Act.LOCK:
        _no_query(work, place)


def _need_place(work: Workspace, place: Place) -> None:
    """Raises ExpectedError "no_subject", "nothing_to_hold" (a visit or form the study does not have)."""
    if not place.subject:
        return
    work.casebook(place.subject)
    if place.address:
        form = parse_form_address(place.subject, place.address if place.is_form else f"{place.address}/")
        event = work.rules_of(place.subject).events.get(form.event)
        if event is None or (place.is_form and event.form(form.form) is None):
            raise ExpectedError("nothing_to_hold", place=place.address)


def _finished(work: Workspace, form: FormKey, states: Standing, act: Act) -> None:
    """A form in progress is neither frozen nor locked; for a lock it must be signed too."""
    if states & Standing.LOCKED:
        return
    where = place_name(work.study_of(form.subject), form.subject, form.form_address)
    if states & (Standing.STARTED | Standing.REJECTED):
        raise ExpectedError("hold_unfinished", act=ACT_TEXTS[act], where=where)
    if act is Act.LOCK and not states & Standing.SIGNED:
        raise ExpectedError("lock_unsigned", where=where)


def _no_query(work: Workspace, place: Place) -> None:
    for query in read_open_queries(work.database):
        form = parse_form_address(query.subject, query.address)
        if place.has(form):
            text = Text(str(query.text.get("en", "")), str(query.text.get("zh", "")))
            raise ExpectedError("lock_query", where=place_name(work.study_of(form.subject), form.subject, form.form_address), query=text)


def _lock_over_place(work: Workspace, place: Place) -> StoredLock | None:
    """What holds the whole of a place already."""
    form = parse_form_address(place.subject, place.address if place.is_form else f"{place.address}/")
    return lock_over(read_locks(work.database, place.subject), form)


def _held_by_itself(work: Workspace, place: Place, kind: str, code: str) -> StoredLock:
    """The freeze or lock put on exactly this place; one put on what contains it is taken back there."""
    locks = read_locks(work.database, place.subject)
    own = next((one for one in locks if (one.subject, one.address, one.kind) == (place.subject, place.address, kind)), None)
    if own is not None:
        return own
    above = _lock_over_place(work, place)
    if above is not None:
        raise named(work.study_of(place.subject), work.name_of, refusal(above))
    raise ExpectedError(code, where=place_name(work.study_of(place.subject), place.subject, place.address))


def _put(work: Workspace, place: Place, actor: Actor, kind: str, reason: str) -> Changes:
    name = "freeze_record" if kind == FROZEN else "lock_record"  # "lock" alone is that of the window
    with work.begin(work.command(name, actor, about=_about(place), reason=reason.strip()), actor.signer) as unit:
        cells = {"user_id": actor.user.user_id, "at": unit.at.isoformat(), "reason": reason.strip(), "entry_no": unit.entry_no}
        unit.put("record_lock", {"subject": place.subject, "address": place.address, "kind": kind, **cells})
        _restate(work, unit, place)
        return _changes(place, unit)


def _take_back(work: Workspace, place: Place, actor: Actor, found: StoredLock, name: str, reason: str, details: dict[str, object]) -> Changes:
    details = {**details, "since": found.at, "by": found.user_id}
    with work.begin(work.command(name, actor, about=_about(place), reason=reason.strip(), details=details), actor.signer) as unit:
        unit.remove("record_lock", (place.subject, place.address))
        _restate(work, unit, place)
        return _changes(place, unit)


def _restate(work: Workspace, unit: Unit, place: Place) -> None:
    """The standing of one form holds its own lock; wider ones are laid over it by who reads."""
    if place.is_form:
        restate(work, unit, place.subject, [parse_form_address(place.subject, place.address)])


def _about(place: Place) -> str:
    return f"{place.subject}:{place.address}" if place.subject else "study"


def _changes(place: Place, unit: Unit) -> Changes:
    forms = frozenset({parse_form_address(place.subject, place.address)}) if place.is_form else frozenset()
    subjects = frozenset({place.subject}) if place.subject else frozenset()
    return Changes(subjects, forms, everything=not place.subject, entry_no=unit.entry_no, saved_at=unit.at.strftime("%H:%M:%S"))


def may_hold(work: Workspace, act: Act) -> bool:
    """May the person at work do this to anything at all?"""
    return any(work.user.role in roles for roles in TRANSITIONS[act].values())

