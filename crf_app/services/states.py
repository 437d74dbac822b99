"""How forms, visits and subjects stand, for every view: stored facts, with what is frozen or locked laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crf_app.admin.roles import Right, Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import FormFacts, Standing, form_standing, glyph, held, rolled_up
from crf_app.services.workspace import Workspace
from crf_app.store.forms import read_forms
from crf_app.store.locks import StoredLock, lock_over, read_all_locks, read_locks
from crf_app.store.subjects import read_events
from crf_app.store.workflow import (
    all_visit_standings,
    read_standings,
    read_visit_standings,
    unpack_visit,
    unpack_visits,
)


def form_states(work: Workspace, subject: str) -> dict[FormKey, Standing]:
    """How every form of a subject stands that was ever begun. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    locks = read_locks(work.database, subject)
    known = read_standings(work.database, subject)
    found = {form: known[form].states if form in known else form_standing(FormFacts(one.state)) for form, one in read_forms(work.database, subject).items()}
    return {form: _under(states, lock_over(locks, form)) for form, states in found.items()}


def visit_states(work: Workspace, subject: str) -> dict[tuple[str, int], Standing]:
    """How every begun visit of a subject stands. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return overlaid(read_visit_standings(work.database, subject), subject, read_locks(work.database, subject))


def overlaid(states: Mapping[tuple[str, int], int], subject: str, locks: Iterable[StoredLock]) -> dict[tuple[str, int], Standing]:
    """Visits with the locks of visit, subject and study laid over them."""
    wide = [one for one in locks if "/" not in one.address]
    if not wide:
        return {visit: Standing(one) for visit, one in states.items()}
    return {visit: _under(one, lock_over(wide, FormKey(subject, *visit, "", 1))) for visit, one in states.items()}


def _under(states: int, lock: StoredLock | None) -> Standing:
    return held(states, lock.kind) if lock is not None else Standing(states)


_DONE = {"complete": "complete", "not_done": "not_done", "not_applicable": "not_applicable"}


def visit_glyph(role: Role, state: str, states: int, worst: str = "") -> str:
    """The glyph of a visit that was begun, missed or cancelled. Without facts (a file of an older program) that of its worst form."""
    if state in ("missed", "cancelled"):
        return "not_done" if state == "missed" else "not_applicable"
    found = glyph(role, int(states), above=True)
    if found:
        return found
    return _DONE.get(worst, "complete") if state == "done" else "started"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a subject's begun forms and visits show to the person at work."""

    forms: Mapping[FormKey, str] = field(default_factory=dict)
    visits: Mapping[tuple[str, int], str] = field(default_factory=dict)
    void: int = 0
    """How many forms bear a signature that is void."""
    hold: str = ""
    """"frozen" or "locked" when the whole subject or the study is."""


def subject_glyphs(work: Workspace, subject: str) -> Glyphs:
    """The same for every view of one subject. Raises ExpectedError "no_right", "locked"."""
    role = work.need(Right.READ).user.role
    standings = form_states(work, subject)
    forms = {form: glyph(role, int(one)) for form, one in standings.items()}
    whole = lock_over(read_locks(work.database, subject), FormKey(subject, "", 1, "", 1))
    states = visit_states(work, subject)
    visits = {
        (one.event, one.event_repeat): visit_glyph(role, one.state, states.get((one.event, one.event_repeat), 0), one.worst_form_state)
        for one in read_events(work.database, subject) if one.state not in ("planned", "due")
    }  # fmt: skip
    void = sum(1 for one in standings.values() if one & Standing.SIGNATURE_VOID)
    return Glyphs(forms, visits, void, whole.kind if whole is not None else "")


@dataclass(frozen=True, slots=True)
class SubjectStates:
    """A subject's begun visits as a role sees them: glyph by (event, repeat), and the most urgent of all."""

    visits: Mapping[tuple[str, int], str]
    whole: str


def roll_up(work: Workspace, role: Role | None = None) -> dict[str, SubjectStates]:
    """Every subject with a begun visit, seen with the eyes of a role (the person's own by default).

    Visits that nobody began stand by window and clock: those are worked out with a subject's plan. Raises ExpectedError "no_right", "locked".
    """
    eyes = role or work.need(Right.READ).user.role
    locks = read_all_locks(work.database)
    everywhere = [one for one in locks if not one.subject]
    by_subject: dict[str, list[StoredLock]] = {}
    for one in locks:
        by_subject.setdefault(one.subject, []).append(one)
    plain = _Unpacker(eyes)
    return {
        subject: seen_by(eyes, overlaid(unpack_visits(packed), subject, (*everywhere, *by_subject.get(subject, ()))))
        if everywhere or subject in by_subject else plain.of(packed)
        for subject, packed in all_visit_standings(work.database).items()
    }  # fmt: skip


class _Unpacker:
    """Packed visits as a role sees them. Few texts differ among many subjects, and fewer parts of them: each is read once."""

    def __init__(self, role: Role) -> None:
        self._role = role
        self._whole: dict[str, SubjectStates] = {}
        self._parts: dict[str, tuple[tuple[str, int], str, int]] = {}

    def of(self, packed: str) -> SubjectStates:
        """One subject."""
        found = self._whole.get(packed)
        if found is None:
            parts = [self._parts.get(one) or self._read(one) for one in packed.split(" ")]
            states = 0
            for _, _, one in parts:
                states |= one
            found = self._whole[packed] = SubjectStates({visit: sign for visit, sign, _ in parts}, glyph(self._role, states, above=True))
        return found

    def _read(self, part: str) -> tuple[tuple[str, int], str, int]:
        visit, states = unpack_visit(part)
        found = self._parts[part] = (visit, glyph(self._role, states, above=True), states)
        return found


def roll_up_subject(work: Workspace, subject: str, role: Role | None = None) -> SubjectStates:
    """One subject, after a change. Raises ExpectedError "no_right", "locked"."""
    eyes = role or work.need(Right.READ).user.role
    return seen_by(eyes, visit_states(work, subject))


def seen_by(role: Role, visits: Mapping[tuple[str, int], int]) -> SubjectStates:
    """The glyphs of visits and of the subject that a role sees."""
    return SubjectStates({visit: glyph(role, int(states), above=True) for visit, states in visits.items()}, glyph(role, int(rolled_up(visits.values())), above=True))
