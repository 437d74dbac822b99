"""How forms, visits and subjects stand, for every view: stored facts, with what is frozen or locked laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crf_app.admin.roles import Right, Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import FormFacts, Standing, form_standing, glyph, held, rolled_up
from crf_app.services.workspace import Workspace
from crf_app.store.forms import read_forms
from crf_app.store.locks import StoredLock, lock_over, read_all_locks, read_locks
from crf_app.store.workflow import all_visit_standings, read_standings, read_visit_standings


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
    return {
        subject: _rolled(packed, subject, eyes, (*everywhere, *by_subject.get(subject, ())))
        for subject, packed in all_visit_standings(work.database).items()
    }


def roll_up_subject(work: Workspace, subject: str, role: Role | None = None) -> SubjectStates:
    """One subject, after a change. Raises ExpectedError "no_right", "locked"."""
    eyes = role or work.need(Right.READ).user.role
    return seen_by(eyes, visit_states(work, subject))


def seen_by(role: Role, visits: Mapping[tuple[str, int], int]) -> SubjectStates:
    """The glyphs of visits and of the subject that a role sees."""
    return SubjectStates({visit: glyph(role, int(states), above=True) for visit, states in visits.items()}, glyph(role, int(rolled_up(visits.values())), above=True))


def _rolled(packed: str, subject: str, role: Role, locks: tuple[StoredLock, ...]) -> SubjectStates:
    """The same from the packed text; a screen shows a few dozen of 10,000 subjects, so this is kept plain and quick."""
    if locks:
        return seen_by(role, overlaid(_unpacked(packed), subject, locks))
    visits, whole = {}, 0
    for part in packed.split(" "):
        place, _, number = part.partition("=")
        event, _, repeat = place.partition("#")
        states = int(number)
        whole |= states
        visits[event, int(repeat)] = glyph(role, states, above=True)
    return SubjectStates(visits, glyph(role, whole, above=True))


def _unpacked(packed: str) -> dict[tuple[str, int], int]:
    found = {}
    for part in packed.split(" "):
        place, _, number = part.partition("=")
        event, _, repeat = place.partition("#")
        found[event, int(repeat)] = int(number)
    return found
