"""Freezing and locking: what refuses, what still goes, what a change elsewhere may not reach, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.administration import put_site_row, set_parameter
from crf_app.services.attachments import attach
from crf_app.services.console import reject_form, sign_forms
from crf_app.services.forms import complete_form, confirm_finding, reopen_form
from crf_app.services.locks import HoldCount, Place, count_held, freeze, lock, lock_of, locks_in_force, unfreeze, unlock
from crf_app.services.queries import NewQuery, open_query
from crf_app.services.session import lock_session, unlock_session
from crf_app.services.signing import Credentials, complete_and_sign, confirm_eligibility, override_stop
from crf_app.services.source_check import mark_checked
from crf_app.services.subjects import create_subject
from crf_app.store.ledger import Command
from crf_app.study.texts import Text
from tests.services.workflow.life import (
    checked,
    filled,
    finished,
    frozen,
    locked,
    person,
    place_of,
    seen,
    shows,
    signed,
)
from tests.services.world import PHRASE, World, investigator

Act = Callable[[World], object]
_HOUR = timedelta(hours=1)

WRITES: dict[str, Act] = {
    "enter": lambda w: w.tries({"SCR/VS/WEIGHT": "71"}, "misread"),
    "enter by the investigator": lambda w: w.tries({"SCR/VS/WEIGHT": "71"}, "misread", Role.INVESTIGATOR),
    "enter with others": lambda w: w.tries({"SCR/LB/HBSAG": "NEG", "SCR/VS/WEIGHT": "71"}, "misread"),
    "complete": lambda w: complete_form(w.work, w.form("SCR", "VS")),
    "complete and sign": lambda w: complete_and_sign(w.work, w.form("SCR", "VS"), "x", investigator()),
    "reopen": lambda w: reopen_form(w.work, w.form("SCR", "VS"), reason="x"),
    "confirm": lambda w: confirm_finding(w.work, w.subject, "SOFT", "SCR/VS/VS#1/TEMP", "true"),
    "attach": lambda w: attach(w.work, w.key("SCR/VS/WEIGHT"), "note.txt", b"demo"),
    "override a stop": lambda w: override_stop(w.work, w.entries({"SCR/VS/WEIGHT": "71"})[0], "urgent", investigator()),
    "give back": lambda w: reject_form(w.be(Role.INVESTIGATOR), w.form("SCR", "VS"), "x"),
}  # fmt: skip
PLACES: dict[str, Callable[[World], Place]] = {
    "form": lambda w: Place(w.subject, "SCR/VS"), "visit": lambda w: Place(w.subject, "SCR"), "subject": lambda w: Place(w.subject), "study": lambda _w: Place(),
}  # fmt: skip


def everything_signed(world: World) -> FormKey:
    """The screening visit so far as it was begun: complete and signed, with what the visit needs marked not done."""
    form = finished(world)
    world.enter({"SCR/SV/VISDAT": "2026-01-06", "SCR/LB/HBSAG": "NEG", "SCR/DFH/ULC#1/ULCSITE": "toe", "SCR/IE/E01": "ABSENT"}, role=Role.INVESTIGATOR)
    world.be(Role.COORDINATOR)
    for one in ("ICF", "SV", "DM", "LB", "DFH", "IE"):
        assert complete_form(world.work, world.form("SCR", one)).completed, one
        signed(world, world.form("SCR", one))
    return signed(world, form)


@pytest.mark.parametrize("scope", PLACES)
@pytest.mark.parametrize("kind", ["frozen", "locked"])
def test_every_way_in_refuses_and_says_what_is_held_by_whom_and_since_when(world: World, scope: str, kind: str) -> None:
    everything_signed(world)
    (frozen if kind == "frozen" else locked)(world, PLACES[scope](world))
    head, wrong = world.work.database.head, []
    for name, act in WRITES.items():
        world.be(Role.COORDINATOR)
        try:
            act(world)
            wrong.append(f"{name}: went through")
        except ExpectedError as error:
            said = error.parameters
            if error.code != f"record_{kind}" or str(said["who"]) != str(world.actor(Role.DATA_MANAGER).user.name) or not said["at"] or said["why"] != "data base closed":
                wrong.append(f"{name}: {error}")
    assert wrong == []
    assert world.work.database.head == head
    world.check()


@pytest.mark.parametrize("kind", ["frozen", "locked"])
def test_the_store_itself_refuses_whoever_comes_past_the_services(world: World, kind: str) -> None:
    form = everything_signed(world)
    world.enter({"LOG/CM/CMYN": "N"})
    (frozen if kind == "frozen" else locked)(world, place_of(form))
    coordinator = world.actor(Role.COORDINATOR)
    key, cells = world.key("SCR/VS/WEIGHT"), {"subject": world.subject, "event": "SCR", "form": "VS"}
    old = world.work.casebook(world.subject).value(key)
    attempts: dict[str, Callable[..., object]] = {
        "value": lambda unit: unit.append_item_value(key, Value(text="99"), old=old),
        "state": lambda unit: unit.put("form_state", {**cells, "state": "in_progress"}),
        "row": lambda unit: unit.put("group_row", {**cells, "grp": "VS", "row": 1, "state": "deleted"}),
        "confirmation": lambda unit: unit.put("finding", {"subject": world.subject, "rule": "SOFT", "address": "SCR/VS/VS#1/TEMP", "severity": "SOFT", "at_event": "SCR", "at_form": "VS",
                                                          "state": "confirmed"}),
    }  # fmt: skip
    if kind == "locked":
        row = {"subject": world.subject, "user_id": coordinator.user.user_id, "entry_no": 1}
        attempts["check"] = lambda unit: unit.put("verification", {**row, "kind": "source", "address": "SCR/VS", "at": "x"})
        attempts["signature"] = lambda unit: unit.put("signature", {**row, "id": 99, "record": "SCR/VS", "meaning": "x", "signed_at": "x", "digest": "0" * 64})
    head = world.work.database.head
    for name, attempt in attempts.items():
        command = Command(name="second_path", user_id=coordinator.user.user_id, role="coordinator", organisation="", entered_at=world.clock.now())
        with pytest.raises(ExpectedError) as caught, world.work.database.begin(command, coordinator.signer) as unit:
            attempt(unit)
        assert caught.value.code == f"record_{kind}", name
    assert world.work.database.head == head
    world.check()


def test_a_frozen_form_is_still_checked_and_signed_a_locked_one_is_not(world: World) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    checked(world, "SCR/VS")
    assert shows(world, form, Role.MONITOR)[0] == "verified"
    signed(world, form)
    assert shows(world, form, Role.INVESTIGATOR)[0] == "signed"
    locked(world, place_of(form))
    assert [shows(world, form, role)[0] for role in Role] == ["locked"] * len(Role)
    world.be(Role.MONITOR)
    with pytest.raises(ExpectedError, match="record_locked"):
        mark_checked(world.work, world.subject, ["SCR/VS"])
    seen(world, form)
    with pytest.raises(ExpectedError, match="record_locked"):
        sign_forms(world.work, [form], "reviewed", investigator())
    world.check()


def test_a_change_elsewhere_that_would_reach_a_held_page_is_refused_by_name(world: World) -> None:
    """LOSS at D0 follows the baseline weight of screening, RISE the temperature of the visit before."""
    finished(world)
    later = filled(world, "D0")
    world.enter({"D0/VS/WEIGHT": "70"})
    complete_form(world.work, later)
    frozen(world, place_of(later))
    with pytest.raises(ExpectedError) as caught:
        world.enter({"SCR/VS/VS#1/TEMP": "36.0"}, reason="misread")
    assert caught.value.code == "reaches_frozen"
    assert (caught.value.parameters["item"], str(caught.value.parameters["what"])) == (Text("RISE", "项RISE"), str(Text(f"D0, VS form of {world.subject}", f"{world.subject} 的 访视D0，表VS")))
    world.enter({"SCR/DM/SUBJINIT": "AB"})
    world.check()


def test_a_change_elsewhere_may_not_make_a_held_value_uncollected(world: World) -> None:
    """The pregnancy test is asked of women only: a corrected sex would take the stored result out of the data."""
    world.enter({"SCR/DM/SEX": "F", "SCR/PREG/HCG": "NEG"})
    world.be(Role.COORDINATOR)
    form = world.form("SCR", "PREG")
    complete_form(world.work, form)
    frozen(world, place_of(form))
    with pytest.raises(ExpectedError) as caught:
        world.enter({"SCR/DM/SEX": "M"})
    assert (caught.value.code, caught.value.parameters["item"]) == ("reaches_frozen", Text("HCG", "项HCG"))
    assert world.text("SCR/DM/SEX") == "F"
    world.enter({"SCR/DM/SUBJINIT": "AB"})
    world.check()


def test_a_parameter_that_would_reach_a_held_page_is_refused_whole(world: World) -> None:
    form = finished(world)
    assert world.text("SCR/VS/LIMIT") == "140.0"
    frozen(world, place_of(form))
    world.be(Role.ADMINISTRATOR)
    with pytest.raises(ExpectedError, match="reaches_frozen"):
        set_parameter(world.work, "factor", "3", reason="protocol")
    assert world.text("SCR/VS/LIMIT") == "140.0"
    world.check()


def test_a_finding_may_arise_on_a_held_page_but_nobody_can_say_it_is_true(world: World) -> None:
    form = finished(world)
    frozen(world, place_of(form))
    world.enter({"SCR/DM/SEX": "F", "SCR/DM/CHILDBP": "N"})
    assert "ALWAYS@SCR/VS/VSQ#1" not in world.found(), "a finding whose cause went is gone, held or not"
    world.check()


def test_a_locked_study_takes_no_subject_no_parameter_no_laboratory(world: World) -> None:
    everything_signed(world)
    locked(world, Place())
    for role, act in (
        (Role.COORDINATOR, lambda: create_subject(world.work, "2026-02-02")),
        (Role.ADMINISTRATOR, lambda: set_parameter(world.work, "initials", "N", reason="x")),
        (Role.ADMINISTRATOR, lambda: put_site_row(world.work, "laboratory", "L2", {"en": "Two", "zh": "二"})),
        (Role.COORDINATOR, lambda: confirm_eligibility(world.work, world.form("SCR", "IE"), investigator(), eligible=False)),
    ):  # fmt: skip
        world.be(role)
        with pytest.raises(ExpectedError, match="record_locked"):
            act()
    world.check()


def test_locking_needs_everything_finished_signed_and_without_query(world: World) -> None:
    form = finished(world)
    world.be(Role.DATA_MANAGER)
    with pytest.raises(ExpectedError, match="act_not_now"):
        lock(world.work, place_of(form), "x")
    with pytest.raises(ExpectedError, match="hold_unfinished"):
        lock(world.work, Place(world.subject), "x")
    signed(world, form)
    world.be(Role.DATA_MANAGER)
    with pytest.raises(ExpectedError, match="reason_missing"):
        lock(world.work, place_of(form), " ")
    with pytest.raises(ExpectedError, match="nothing_to_hold"):
        lock(world.work, Place(world.subject, "NOWHERE/VS"), "x")
    everything_signed(world)
    for visit in ("SCR", ""):
        world.be(Role.DATA_MANAGER)
        lock(world.work, Place(world.subject, visit), "closed")
    with pytest.raises(ExpectedError, match="record_locked"):
        lock(world.work, Place(world.subject), "again")
    world.check()


def test_a_visit_with_a_form_that_nobody_began_is_not_locked(world: World) -> None:
    form = signed(world, finished(world))
    for one in ("ICF", "DM"):
        world.be(Role.COORDINATOR)
        complete_form(world.work, world.form("SCR", one))
        signed(world, world.form("SCR", one))
    world.be(Role.DATA_MANAGER)
    with pytest.raises(ExpectedError, match="hold_unfinished"):
        lock(world.work, Place(world.subject, "SCR"), "closed")
    lock(world.work, place_of(form), "closed")
    assert [(one.address, one.kind) for one in locks_in_force(world.work)] == [("SCR/VS", "locked")]


def test_unlocking_needs_a_reason_and_a_second_person_and_both_are_on_record(world: World) -> None:
    form = signed(world, finished(world))
    locked(world, place_of(form))
    world.be(Role.DATA_MANAGER)
    place = place_of(form)
    for reason, who, code in (
        ("", person(Role.INVESTIGATOR), "reason_missing"), ("late result", Credentials("", PHRASE), "second_person_missing"),
        ("late result", person(Role.DATA_MANAGER), "second_person_same"), ("late result", person(Role.COORDINATOR), "no_right"),
        ("late result", Credentials(Role.INVESTIGATOR, "not the right words"), "log_in_failed"),
    ):  # fmt: skip
        with pytest.raises(ExpectedError, match=code):
            unlock(world.work, place, reason, who)
    with pytest.raises(ExpectedError, match="record_locked"):
        unfreeze(world.work, place, "late result")
    world.clock.advance(_HOUR)
    unlock(world.work, place, "late result", person(Role.INVESTIGATOR))
    assert lock_of(world.work, form) is None
    body = world.work.database.one("SELECT body ->> 'reason', body -> 'details' ->> 'second_person' FROM ledger_entry WHERE command = 'unlock_record'")
    assert body == ("late result", world.actor(Role.INVESTIGATOR).user.user_id)
    assert shows(world, form, Role.COORDINATOR)[0] == "signed", "the signature still stands: nothing was changed"
    world.be(Role.COORDINATOR)
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="late result")
    assert shows(world, form, Role.COORDINATOR)[0] == "signature_void"
    world.check()


def test_what_is_held_as_part_of_something_is_released_there(world: World) -> None:
    form = finished(world)
    frozen(world, Place(world.subject, "LOG"))
    world.be(Role.DATA_MANAGER)
    with pytest.raises(ExpectedError, match="not_frozen"):
        unfreeze(world.work, place_of(form), "x")
    for one in ("ICF", "DM"):
        world.be(Role.COORDINATOR)
        complete_form(world.work, world.form("SCR", one))
    frozen(world, Place(world.subject, "SCR"))
    world.be(Role.MONITOR)
    with pytest.raises(ExpectedError) as caught:
        unfreeze(world.work, place_of(form), "x")
    assert (caught.value.code, caught.value.parameters["what"]) == ("record_frozen", Text(f"SCR of {world.subject}", f"{world.subject} 的 访视SCR"))
    with pytest.raises(ExpectedError, match="record_frozen"):
        freeze(world.work, place_of(form), "twice")
    unfreeze(world.work, Place(world.subject, "SCR"), "late result")
    world.be(Role.COORDINATOR)
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="late result")
    world.check()


def test_a_lock_outlives_the_session(world: World) -> None:
    form = signed(world, finished(world))
    locked(world, place_of(form))
    lock_session(world.work)
    unlock_session(world.work, Role.COORDINATOR, PHRASE)
    with pytest.raises(ExpectedError, match="record_locked"):
        world.enter({"SCR/VS/WEIGHT": "71"}, reason="x")


def test_what_a_place_holds_is_counted_before_it_is_held(world: World) -> None:
    form = everything_signed(world)
    for place in PLACES.values():
        found = count_held(world.work, place(world))
        assert (found.unfinished, found.unsigned, found.open_queries) == (0, 0, 0)
        assert found.forms >= 1
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    filled(world, "W1")
    world.be(Role.MONITOR)
    open_query(world.work, NewQuery(world.key("SCR/VS/WEIGHT"), "why?"))
    assert count_held(world.work, place_of(form)) == HoldCount(1, 0, 1, 0, 1)
    everywhere = count_held(world.work, Place())
    assert (everywhere.unfinished, everywhere.unsigned, everywhere.open_queries) == (1, 2, 1)
    assert everywhere.visits_waiting >= 1
    assert count_held(world.work, Place(world.subject, "W2")) == HoldCount()
