"""A form brought to each state of its life, and the acts on it, as every role may try them."""

from __future__ import annotations

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import Standing, glyph
from crf_app.services.console import mark_seen, sign_forms
from crf_app.services.forms import complete_form
from crf_app.services.locks import Place, freeze, lock
from crf_app.services.signing import Credentials
from crf_app.services.source_check import mark_checked
from crf_app.services.states import form_states, visit_states
from tests.services.world import PHRASE, World, investigator

HAND_OVER = "data base closed"


def filled(world: World, visit: str = "SCR") -> FormKey:
    """Vital signs of a visit with values that nothing is said of."""
    world.enter({f"{visit}/VS/VSPERF": "Y", f"{visit}/VS/VSDAT": "2026-01-06", f"{visit}/VS/VS#1/TEMP": "36.6", f"{visit}/VS/HEIGHT": "170"})
    return world.form(visit, "VS")


def finished(world: World, visit: str = "SCR") -> FormKey:
    """The same, complete."""
    form = filled(world, visit)
    world.enter({"SCR/DM/SEX": "M", "SCR/DM/BRTHDAT": "1970-05-05", f"{visit}/VS/WEIGHT": "70"})
    world.be(Role.COORDINATOR)
    assert complete_form(world.work, form).completed
    return form


def seen(world: World, form: FormKey) -> None:
    """The investigator opens it."""
    world.be(Role.INVESTIGATOR)
    mark_seen(world.work, form)


def signed(world: World, form: FormKey, meaning: str = "review") -> FormKey:
    """The investigator opens and signs it."""
    seen(world, form)
    sign_forms(world.work, [form], meaning, investigator())
    world.be(Role.COORDINATOR)
    return form


def checked(world: World, *addresses: str) -> None:
    """The monitor checks against the source."""
    world.be(Role.MONITOR)
    mark_checked(world.work, world.subject, addresses)
    world.be(Role.COORDINATOR)


def frozen(world: World, place: Place, reason: str = HAND_OVER) -> None:
    """The data manager freezes."""
    world.be(Role.DATA_MANAGER)
    freeze(world.work, place, reason)
    world.be(Role.COORDINATOR)


def locked(world: World, place: Place, reason: str = HAND_OVER) -> None:
    """The data manager locks."""
    world.be(Role.DATA_MANAGER)
    lock(world.work, place, reason)
    world.be(Role.COORDINATOR)


def place_of(form: FormKey) -> Place:
    """A form as a place."""
    return Place(form.subject, form.form_address)


def states(world: World, form: FormKey) -> Standing:
    """How it stands."""
    return form_states(world.work, form.subject)[form]


def shows(world: World, form: FormKey, role: Role) -> tuple[str, str]:
    """The glyphs of a form and of its visit as a role sees them."""
    visit = visit_states(world.work, form.subject)[form.event, form.event_repeat]
    return glyph(role, int(states(world, form))), glyph(role, int(visit), above=True)


def person(role: Role) -> Credentials:
    """Log-in and password of a role's person."""
    return Credentials(role, PHRASE)
