"""The table of act x role x state, cell by cell, through the services: what it allows happens, what it does not is refused and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.transitions import TRANSITIONS, Act, Stage, allowed
from crf_app.errors import ExpectedError
from crf_app.services.acts import stage_of
from crf_app.services.console import mark_seen, reject_form, sign_forms
from crf_app.services.entry import enter_items
from crf_app.services.forms import complete_form, confirm_finding, delete_row, reopen_form
from crf_app.services.locks import freeze, lock, unfreeze, unlock
from crf_app.services.source_check import mark_checked
from crf_app.services.subjects import create_subject
from crf_app.store.workflow import REVIEW
from tests.services.workflow.life import frozen, locked, person, place_of, signed
from tests.services.world import World, make_world

# What was decided, written out once more by hand: a change of the table is a change of this page.
DECIDED = """
               not_started        started          complete                 signed                   frozen                   locked
enter          coordinator,investigator  coordinator,investigator  coordinator,investigator  coordinator,investigator  -  -
complete       -  coordinator,investigator  coordinator,investigator  coordinator,investigator  -  -
reopen         -  -  coordinator,investigator  coordinator,investigator  -  -
confirm        -  coordinator,investigator  coordinator,investigator  coordinator,investigator  -  -
remove_row     -  coordinator,investigator  coordinator,investigator  coordinator,investigator  -  -
check_source   -  monitor  monitor  monitor  monitor  -
review         -  investigator  investigator  investigator  investigator  -
sign           -  -  investigator  investigator  investigator  -
reject         -  -  investigator  investigator  -  -
freeze         -  -  data_manager,monitor  data_manager,monitor  -  -
unfreeze       -  -  -  -  data_manager,monitor  -
lock           -  -  -  data_manager  data_manager  -
unlock         -  -  -  -  -  data_manager
"""

ACTS: dict[Act, Callable[[World, FormKey], object]] = {
    Act.ENTER: lambda w, _f: enter_items(w.work, w.entries({"LOG/CM/CM#1/CMTRT": "b"}), reason="x"),
    Act.COMPLETE: lambda w, f: complete_form(w.work, f),
    Act.REOPEN: lambda w, f: reopen_form(w.work, f, reason="x"),
    Act.CONFIRM: lambda w, f: confirm_finding(w.work, f.subject, "ROWS", "LOG/CM/CMQ#1/CMYN", "true"),
    Act.REMOVE_ROW: lambda w, f: delete_row(w.work, f, "CM", 1, "x"),
    Act.CHECK_SOURCE: lambda w, f: mark_checked(w.work, f.subject, [f.form_address]),
    Act.REVIEW: lambda w, f: mark_checked(w.work, f.subject, [f.form_address], REVIEW),
    Act.SIGN: lambda w, f: sign_forms(w.work, [f], "reviewed", person(w.work.user.role)),
    Act.REJECT: lambda w, f: reject_form(w.work, f, "x"),
    Act.FREEZE: lambda w, f: freeze(w.work, place_of(f), "x"),
    Act.UNFREEZE: lambda w, f: unfreeze(w.work, place_of(f), "x"),
    Act.LOCK: lambda w, f: lock(w.work, place_of(f), "x"),
    Act.UNLOCK: lambda w, f: unlock(w.work, place_of(f), "x", person(Role.INVESTIGATOR)),
}  # fmt: skip


def bring(world: World, stage: Stage) -> FormKey:
    """The medication log of a new subject in that state, with a value that a rule doubts and that is answered for a lock."""
    world.be(Role.COORDINATOR)
    world.subject, _ = create_subject(world.work, "2026-01-05")
    form = world.form("LOG", "CM")
    if stage is Stage.NOT_STARTED:
        return form
    world.enter({"LOG/CM/CMYN": "Y", "LOG/CM/CM#1/CMTRT": "a", "LOG/CM/CM#1/CMDOSE": "60"})
    if stage is Stage.STARTED:
        return form
    complete_form(world.work, form)
    for finding in [one for one in world.found().values() if one.rule == "ROWS"]:
        confirm_finding(world.work, form.subject, "ROWS", finding.address, "true")
    if stage is not Stage.COMPLETE:
        signed(world, form)
    if stage in (Stage.FROZEN, Stage.LOCKED):
        (frozen if stage is Stage.FROZEN else locked)(world, place_of(form))
    assert stage_of(world.work, form) is stage
    return form


def test_the_table_is_the_one_decided() -> None:
    head, *lines = (line.split() for line in DECIDED.strip().splitlines())
    decided = {Act(name): {Stage(stage): frozenset(Role(one) for one in cell.split(",") if one != "-") for stage, cell in zip(head, cells, strict=True)} for name, *cells in lines}
    assert decided == {act: dict(cells) for act, cells in TRANSITIONS.items()}


def _code(world: World, act: Act, form: FormKey) -> str:
    """How the act ends: "" when it went through."""
    try:
        ACTS[act](world, form)
    except ExpectedError as error:
        return error.code
    return ""


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("stage", list(Stage))
def test_each_cell_of_act_role_and_state(tmp_path: Path, stage: Stage) -> None:
    world = make_world(tmp_path / "workspace")
    wrong, form = [], bring(world, stage)
    for act in Act:
        for role in Role:
            world.be(Role.INVESTIGATOR)
            if stage in (Stage.COMPLETE, Stage.SIGNED, Stage.FROZEN):
                mark_seen(world.work, form)
            world.be(role)
            head = world.work.database.head
            code, may = _code(world, act, form), allowed(act, role, stage)
            if code and world.work.database.head != head:
                wrong.append(f"{act} {role} {stage}: wrote before it refused ({code})")
            if bool(code) == may:
                wrong.append(f"{act} {role} {stage}: {code or 'went through'}, the table says {may}")
            if code and stage in (Stage.FROZEN, Stage.LOCKED) and not any(TRANSITIONS[act][stage]) and code not in (f"record_{stage}", "no_right", "not_locked", "not_frozen"):
                wrong.append(f"{act} {role} {stage}: {code} does not say what is held")
            if not code:
                form = bring(world, stage)
    assert wrong == []
    world.check()
    world.work.close()

