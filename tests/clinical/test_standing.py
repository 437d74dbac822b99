"""How a form stands as facts, what a role sees of them, and the union above."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.admin.roles import Role
from crf_app.clinical.standing import (
    FORM_GLYPHS,
    URGENCY,
    FormFacts,
    Standing,
    form_standing,
    glyph,
    held,
    rolled_up,
    shown,
    stage,
)
from crf_app.clinical.transitions import ACT_TEXTS, STAGE_TEXTS, TRANSITIONS, Act, Stage, allowed, stages_for

S = Standing
FACTS = st.builds(
    FormFacts, st.sampled_from(("not_started", "in_progress", "complete", "not_done", "not_applicable")), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.booleans(), st.booleans(), st.sampled_from(("", "frozen", "locked")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "states", "where"),
    [
        (FormFacts("not_started"), S.NOT_STARTED, Stage.NOT_STARTED),
        (FormFacts("not_applicable"), S.NOT_APPLICABLE, Stage.NOT_STARTED),
        (FormFacts("in_progress"), S.STARTED, Stage.STARTED),
        (FormFacts("in_progress", rejected=True, signature_void=True), S.REJECTED | S.SIGNATURE_VOID, Stage.STARTED),
        (FormFacts("complete", to_check=True), S.COMPLETE | S.TO_CHECK | S.TO_SIGN, Stage.COMPLETE),
        (FormFacts("not_done"), S.NOT_DONE | S.TO_SIGN, Stage.COMPLETE),
        (FormFacts("complete", checked=True), S.VERIFIED | S.TO_SIGN, Stage.COMPLETE),
        (FormFacts("complete", checked=True, signed=True), S.SIGNED, Stage.SIGNED),
        (FormFacts("complete", to_check=True, changed=True, signature_void=True), S.COMPLETE | S.CHANGED | S.SIGNATURE_VOID | S.TO_CHECK | S.TO_SIGN, Stage.COMPLETE),
        (FormFacts("complete", signed=True, lock="frozen"), S.SIGNED | S.FROZEN, Stage.FROZEN),
        (FormFacts("complete", signed=True, checked=True, lock="locked"), S.LOCKED, Stage.LOCKED),
        (FormFacts("complete", signature_void=True, lock="locked"), S.LOCKED | S.SIGNATURE_VOID, Stage.LOCKED),
    ],
)  # fmt: skip
def test_facts_become_bits_and_a_place_in_the_table(facts: FormFacts, states: Standing, where: Stage) -> None:
    assert form_standing(facts) == states
    assert stage(int(states)) is where


def test_each_role_sees_what_it_can_do_something_about() -> None:
    changed = S.COMPLETE | S.CHANGED | S.SIGNATURE_VOID | S.TO_CHECK | S.TO_SIGN
    assert {role: glyph(role, int(changed)) for role in Role} == {
        Role.COORDINATOR: "signature_void", Role.INVESTIGATOR: "signature_void", Role.MONITOR: "changed", Role.DATA_MANAGER: "signature_void",
        Role.ADMINISTRATOR: "signature_void",
    }  # fmt: skip
    waits = S.SIGNED | S.TO_CHECK
    assert (glyph(Role.MONITOR, int(waits)), glyph(Role.COORDINATOR, int(waits))) == ("complete", "signed")
    assert (glyph(Role.COORDINATOR, int(S.NOT_STARTED)), glyph(Role.COORDINATOR, int(S.NOT_STARTED | S.SIGNED), above=True)) == ("due", "started")
    assert glyph(Role.MONITOR, 0) == ""


@given(FACTS, st.sampled_from(list(Role)))
def test_every_form_has_a_glyph_for_everybody(facts: FormFacts, role: Role) -> None:
    states = form_standing(facts)
    assert glyph(role, int(states)) in set(FORM_GLYPHS.values())
    assert shown(role, int(states)) & states


@given(st.lists(FACTS, min_size=1, max_size=6), st.sampled_from(list(Role)))
def test_what_shows_above_is_what_the_most_urgent_below_shows(forms: list[FormFacts], role: Role) -> None:
    below = [form_standing(one) for one in forms]
    order = URGENCY[role]
    assert shown(role, int(rolled_up(below))) == min((shown(role, int(one)) for one in below), key=order.index)


@given(FACTS)
def test_a_lock_hides_all_but_a_void_signature_and_a_freeze_hides_nothing(facts: FormFacts) -> None:
    states = form_standing(facts)
    assert held(int(states), "locked") in (S.LOCKED, S.LOCKED | S.SIGNATURE_VOID)
    assert held(int(states), "frozen") == states | S.FROZEN
    assert held(int(states), "") == states


def test_the_table_knows_every_act_state_and_word() -> None:
    assert set(TRANSITIONS) == set(Act) == set(ACT_TEXTS)
    assert set(Stage) == set(STAGE_TEXTS)
    assert all(set(cells) == set(Stage) for cells in TRANSITIONS.values())
    assert not any(allowed(act, Role.ADMINISTRATOR, one) for act in Act for one in Stage)
    assert not allowed(Act.ENTER, "nobody", Stage.STARTED)
    assert stages_for(Act.UNLOCK) == (Stage.LOCKED,)
