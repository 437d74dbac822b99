"""What waits, by role; and that worklist, matrix, visit tree, calendar and search show the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.transitions import Stage
from crf_app.services.acts import stage_of
from crf_app.services.calendar import calendar_entries, read_calendar
from crf_app.services.console import reject_form
from crf_app.services.forms import complete_form
from crf_app.services.matrix import read_matrix, subject_row
from crf_app.services.search import find_places
from crf_app.services.states import roll_up, roll_up_subject, subject_glyphs
from crf_app.services.today import today
from tests.services.workflow.life import checked, finished, frozen, locked, place_of, signed
from tests.services.world import START, World


def groups(world: World, role: Role) -> dict[str, list[str]]:
    world.be(role)
    found: dict[str, list[str]] = {}
    for one in today(world.work).tasks:
        if one.group in ("rejected", "signature", "unverified", "forms"):
            found.setdefault(one.group, []).append(f"{one.place.en}: {one.why.en}")
    return found


def test_each_role_is_told_what_it_can_do_something_about(world: World) -> None:
    form = signed(world, finished(world))
    checked(world, "SCR/VS")
    assert "signature" not in groups(world, Role.INVESTIGATOR)
    world.be(Role.COORDINATOR)
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    assert groups(world, Role.INVESTIGATOR)["signature"] == ["SCR: 1 form awaits signature, 1 changed since signed"]
    assert groups(world, Role.MONITOR)["unverified"] == ["SCR, VS form: Changed since it was verified"]
    assert "unverified" not in groups(world, Role.COORDINATOR)
    world.be(Role.INVESTIGATOR)
    reject_form(world.work, form, "weight does not fit")
    found = groups(world, Role.COORDINATOR)
    assert found["rejected"] == ["SCR, VS form: Demo investigator: weight does not fit"]
    assert not any("VS form" in one for one in found["forms"]), "told once"
    assert any("VS form" in one for one in groups(world, Role.MONITOR)["forms"])
    world.be(Role.COORDINATOR)
    complete_form(world.work, form)
    assert "rejected" not in groups(world, Role.COORDINATOR)
    signed(world, form)
    locked(world, place_of(form))
    assert groups(world, Role.INVESTIGATOR).get("signature") is None
    world.check()


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_every_view_shows_the_same_state_of_a_visit(world: World, role: Role) -> None:
    """Through the life of a form: matrix, tree, calendar, search and roll-up agree for each role after every step."""
    world.enter({"SCR/SV/VISDAT": START.date().isoformat()})
    steps: list[Callable[[], object]] = [
        lambda: finished(world), lambda: checked(world, "SCR/VS"), lambda: signed(world, world.form("SCR", "VS")),
        lambda: (world.be(Role.COORDINATOR), world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")), lambda: signed(world, world.form("SCR", "VS")),
        lambda: frozen(world, place_of(world.form("SCR", "VS"))), lambda: locked(world, place_of(world.form("SCR", "VS"))),
    ]  # fmt: skip
    for step in steps:
        step()
        world.be(role)
        work = world.work
        tree = subject_glyphs(work, world.subject)
        matrix = read_matrix(work)
        cell = subject_row(work, matrix, matrix.subjects[0]).cells[0]
        made = [one.glyph for one in calendar_entries(work, read_calendar(work), START.date(), START.date()) if one.made]
        found = {hit.kind: hit.glyph for hit in find_places(work, f"{world.subject} SCR VS") if hit.kind == "form"}
        rolled = roll_up(work)[world.subject]
        assert {cell.glyph, *made, rolled.visits["SCR", 1]} == {tree.visits["SCR", 1]}
        assert found["form"] == tree.forms[world.form("SCR", "VS")]
        assert rolled == roll_up_subject(work, world.subject)


def test_a_file_of_an_older_program_shows_the_state_of_entry_until_it_is_written_to(world: World) -> None:
    form = finished(world)
    connection = world.work.database._connection
    for table in ("form_standing", "subject_standing"):
        connection.execute(f"DELETE FROM {table}")
    assert (subject_glyphs(world.work, world.subject).forms[form], stage_of(world.work, form)) == ("complete", Stage.COMPLETE)
    assert subject_glyphs(world.work, world.subject).visits["SCR", 1] == "started"
    matrix = read_matrix(world.work)
    assert subject_row(world.work, matrix, matrix.subjects[0]).cells[0].glyph == "started"
    assert roll_up(world.work) == {}
    checked(world, "SCR/VS")
    assert subject_glyphs(world.work, world.subject).forms[form] == "verified"
