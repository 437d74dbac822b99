"""Signing: what stands between, what was seen, what a signature covers, what ends it, giving back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import Standing
from crf_app.errors import ExpectedError
from crf_app.services.console import (
    CHANGED,
    CURRENT,
    NEVER,
    SignItem,
    mark_seen,
    reject_form,
    rejections,
    sign_forms,
    sign_items,
    waiting_subjects,
)
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import complete_form, delete_row, reopen_form
from crf_app.services.reading import read_subject_record, signatures_by_record
from crf_app.services.session import lock_session, unlock_session
from crf_app.services.signing import Credentials
from crf_app.services.subjects import create_subject
from crf_app.services.trails import read_trail
from crf_app.store.ledger_reading import newest_entries
from crf_app.store.signatures import read_signatures
from crf_app.store.verify import verify
from tests.services.workflow.life import filled, finished, person, seen, shows, signed, states
from tests.services.world import PHRASE, World, investigator, make_world


def item(world: World, form: FormKey) -> SignItem:
    return next(one for one in sign_items(world.work, world.subject) if one.form == form)


def test_the_console_lists_what_waits_and_the_eye_tells_this_very_version(world: World) -> None:
    form = finished(world)
    world.be(Role.INVESTIGATOR)
    assert [(one.subject, one.forms, one.void) for one in waiting_subjects(world.work)] == [(world.subject, 1, 0)]
    found = {one.form.form_address: one for one in sign_items(world.work, world.subject)}
    assert found["SCR/DM"].incomplete
    assert (found["SCR/VS"].seen, found["SCR/VS"].ready) == (NEVER, False)
    assert mark_seen(world.work, form)
    head = world.work.database.head
    assert not mark_seen(world.work, form), "once for each version"
    assert world.work.database.head == head
    assert not mark_seen(world.work, world.form("SCR", "DM")), "a form in progress has no version to sign"
    now = item(world, form)
    assert (now.seen, now.ready) == (CURRENT, True)
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    assert item(world, form).seen == CHANGED
    with pytest.raises(ExpectedError, match="sign_unseen"):
        sign_forms(world.work, [form], "reviewed", investigator())
    world.enter({"SCR/VS/WEIGHT": "70"}, reason="misread again")
    assert item(world, form).seen == CURRENT, "the same version again"
    world.check()


def test_nothing_is_signed_while_something_stands_between(world: World) -> None:
    form = filled(world)
    world.be(Role.INVESTIGATOR)
    with pytest.raises(ExpectedError, match="act_not_now"):
        sign_forms(world.work, [form], "reviewed", investigator())
    form = finished(world)
    world.enter({"SCR/VS/VS#1/TEMP": "50"}, reason="typed")
    seen(world, form)
    with pytest.raises(ExpectedError, match="sign_impossible"):
        sign_forms(world.work, [form], "reviewed", investigator())
    world.enter({"SCR/VS/VS#1/TEMP": "39"}, reason="typed")
    world.be(Role.COORDINATOR)
    complete_form(world.work, form)
    seen(world, form)
    assert item(world, form).open_queries == 1
    with pytest.raises(ExpectedError, match="sign_query"):
        sign_forms(world.work, [form], "reviewed", investigator())
    with pytest.raises(ExpectedError, match="nothing_to_sign"):
        sign_forms(world.work, [], "reviewed", investigator())
    assert read_signatures(world.work.database, world.subject) == ()
    world.check()


def test_a_batch_is_one_act_and_a_later_change_asks_for_that_form_alone(world: World) -> None:
    first, second = finished(world), world.form("SCR", "DM")
    world.be(Role.COORDINATOR)
    world.enter({"SCR/DM/SUBJINIT": "AB"})
    complete_form(world.work, second)
    for form in (first, second):
        seen(world, form)
    before = world.work.database.head.no
    sign_forms(world.work, [first, second], "reviewed", investigator(), scope="visit")
    assert world.work.database.head.no == before + 1
    assert {one.entry_no for one in read_signatures(world.work.database, world.subject)} == {before + 1}
    assert [shows(world, form, Role.COORDINATOR)[0] for form in (first, second)] == ["signed", "signed"]
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    assert shows(world, first, Role.INVESTIGATOR) == ("signature_void", "signature_void")
    assert shows(world, second, Role.INVESTIGATOR)[0] == "signed"
    assert [one.form for one in sign_items(world.be(Role.INVESTIGATOR), world.subject) if one.waits] == [first]
    signed(world, first)
    assert shows(world, first, Role.INVESTIGATOR)[0] == "signed"
    record = signatures_by_record(world.work, world.subject)["SCR/VS"]
    assert [(one.void_cause, one.void_address) for one in record] == [("value", "SCR/VS/VSD#1/WEIGHT"), ("", "")]
    world.check()


def test_two_components_first_the_password_after_and_both_again_after_a_lock(world: World) -> None:
    form = finished(world)
    seen(world, form)
    alone = Credentials("", PHRASE)
    with pytest.raises(ExpectedError, match="signing_needs_id"):
        sign_forms(world.work, [form], "reviewed", alone)
    sign_forms(world.work, [form], "reviewed", investigator())
    sign_forms(world.work, [form], "author", alone)
    lock_session(world.work)
    unlock_session(world.work, Role.INVESTIGATOR, PHRASE)
    with pytest.raises(ExpectedError, match="signing_needs_id"):
        sign_forms(world.work, [form], "reviewed", alone)
    sign_forms(world.work, [form], "reviewed", investigator())
    sign_forms(world.work, [form], "reviewed", alone)
    world.check()


def test_a_guest_always_says_who_he_is(world: World) -> None:
    form = finished(world)
    seen(world, form)
    world.be(Role.COORDINATOR)
    sign_forms(world.work, [form], "reviewed", investigator())
    with pytest.raises(ExpectedError, match="no_right"):
        sign_forms(world.work, [form], "reviewed", Credentials("", PHRASE))


def test_a_form_given_back_is_open_with_its_reason_until_it_is_complete_again(world: World) -> None:
    form = signed(world, finished(world))
    world.be(Role.INVESTIGATOR)
    with pytest.raises(ExpectedError, match="reason_missing"):
        reject_form(world.work, form, " ")
    reject_form(world.work, form, "weight does not fit")
    assert rejections(world.work, world.subject)[world.subject, "SCR/VS"].reason == "weight does not fit"
    assert shows(world, form, Role.COORDINATOR) == ("rejected", "rejected")
    assert signatures_by_record(world.work, world.subject)["SCR/VS"][0].void_cause == "reopened"
    with pytest.raises(ExpectedError, match="act_not_now"):
        sign_forms(world.work, [form], "reviewed", investigator())
    world.be(Role.COORDINATOR)
    world.enter({"SCR/VS/WEIGHT": "75"}, reason="weighed again")
    complete_form(world.work, form)
    assert rejections(world.work) == {}
    assert states(world, form) & Standing.TO_SIGN
    world.check()


def test_a_form_marked_not_done_is_signed_and_given_back_like_any_other(world: World) -> None:
    world.enter({"SCR/VS/VSPERF": "N"})
    form = world.form("SCR", "VS")
    world.be(Role.COORDINATOR)
    complete_form(world.work, form)
    assert shows(world, form, Role.COORDINATOR)[0] == "not_done"
    signed(world, form)
    assert shows(world, form, Role.COORDINATOR)[0] == "signed"
    world.be(Role.INVESTIGATOR)
    reject_form(world.work, form, "it was done at the ward")
    assert shows(world, form, Role.COORDINATOR)[0] == "rejected"
    assert signatures_by_record(world.work, world.subject)["SCR/VS"][0].void_cause == "reopened"
    with pytest.raises(ExpectedError, match="act_not_now"):
        sign_forms(world.work, [form], "review", investigator())
    world.be(Role.COORDINATOR)
    complete_form(world.work, form)
    assert shows(world, form, Role.COORDINATOR)[0] == "signature_void"
    world.check()


def test_to_take_complete_back_or_remove_a_row_ends_the_signature(world: World) -> None:
    form = signed(world, finished(world))
    reopen_form(world.work, form, reason="weighed again")
    assert signatures_by_record(world.work, world.subject)["SCR/VS"][0].void_cause == "reopened"
    world.enter({"LOG/CM/CMYN": "Y", "LOG/CM/CM#1/CMTRT": "a", "LOG/CM/CM#2/CMTRT": "b"})
    log = world.form("LOG", "CM")
    complete_form(world.work, log)
    signed(world, log)
    delete_row(world.work, log, "CM", 2, "entered twice")
    found = signatures_by_record(world.work, world.subject)["LOG/CM"][0]
    assert (found.void_cause, found.void_address) == ("row", "LOG/CM/CM#2")
    world.check()


def entries_of(world: World, number: int) -> ItemEntry:
    """A change of any kind: a value, a missing code, a unit, a blank, on any item of the form."""
    places = ("SCR/VS/WEIGHT", "SCR/VS/HEIGHT", "SCR/VS/VS#1/TEMP", "SCR/VS/VSDAT", "SCR/VS/VS#1/HR")
    key = world.key(places[number % len(places)])
    if number % 11 == 0:
        return ItemEntry(key, missing="ND", missing_reason=f"reason {number}")
    if number % 13 == 0 and not world.work.casebook(world.subject).value(key).is_blank:
        return ItemEntry(key, "")
    text = {"WEIGHT": f"{60 + number % 37}.{number % 10}", "HEIGHT": f"{150 + number % 41}.{number % 10}", "TEMP": f"36.{number % 9}", "HR": str(60 + number % 29)}
    return ItemEntry(key, text.get(key.item, f"2026-01-{1 + number % 28:02}"))


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often: a tenth of the promise in each run, all of it when asked for."""
    return int(request.param)


@pytest.mark.requirement("R26")
@pytest.mark.parametrize("rounds", [100, pytest.param(1000, marks=pytest.mark.slow)], indirect=True)
def test_whatever_changes_after_signing_makes_the_signature_out_of_date(tmp_path: Path, rounds: int) -> None:
    """A signature over a form, then one change of a value, a unit, a missing reason, a blank: out of date each time, in the entry of the change."""
    world = make_world(tmp_path / "workspace")
    form = finished(world)
    work, outdated = world.work, 0
    for number in range(1, rounds + 1):
        seen(world, form)
        sign_forms(work, [form], "reviewed", investigator())
        world.be(Role.COORDINATOR)
        before = work.casebook(world.subject)
        outcome = enter_items(work, [entries_of(world, number)], reason="another look")
        assert outcome.changes is not None
        assert work.casebook(world.subject).forms != before.forms, "every round changes something"
        last = read_signatures(work.database, world.subject)[-1]
        assert (last.void_cause, last.void_address.rsplit("/", 1)[-1]) == ("value", entries_of(world, number).key.item), number
        voided = work.database.one("SELECT entry_no FROM signature_void WHERE signature_id = ?", (last.id,))
        outdated += voided == (outcome.changes.entry_no,)
    assert outdated == rounds
    world.check()
    work.close()


@pytest.fixture
def closing(tmp_path: Path) -> Iterator[World]:
    """A world that is closed afterwards."""
    made = make_world(tmp_path / "workspace")
    yield made
    made.work.close()


def test_a_change_elsewhere_that_recalculates_a_value_ends_the_signature_too(closing: World) -> None:
    """BMI follows the height of its own form; RISE follows the temperature of the visit before."""
    world = closing
    finished(world)
    later = filled(world, "D0")
    world.enter({"D0/VS/WEIGHT": "70"})
    complete_form(world.work, later)
    signed(world, later)
    world.enter({"SCR/VS/VS#1/TEMP": "36.0"}, reason="misread")
    found = signatures_by_record(world.work, world.subject)["D0/VS"][0]
    assert (found.void_cause, found.void_address) == ("value", "D0/VS/VS#1/RISE")
    world.check()


def test_who_signs_must_be_the_investigator_himself(closing: World) -> None:
    form = finished(closing)
    seen(closing, form)
    for role in (Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER):
        with pytest.raises(ExpectedError, match="no_right"):
            sign_forms(closing.work, [form], "reviewed", person(role))


def test_a_batch_names_every_form_of_every_subject_as_the_object_of_its_entry(world: World) -> None:
    first, second = finished(world), finished(world, "W1")
    other, _ = create_subject(world.work, "2026-01-05")
    world.subject, before = other, world.subject
    third = finished(world)
    for form in (first, second, third):
        seen(world, form)
    sign_forms(world.work, [first, second, third, first], "review", investigator(), scope="batch")
    entry = newest_entries(world.work.database, 1)[0]
    assert entry.command == "sign"
    assert entry.object == f"{before}:SCR/VS; {before}:W1/VS; {other}:SCR/VS"
    assert entry.object.split("; ") == entry.details["forms"]
    for subject, addresses in ((before, ("SCR/VS", "W1/VS")), (other, ("SCR/VS",))):
        told = [one for one in read_trail(world.work, read_subject_record(world.work, subject)).acts if one.command == "sign"]
        assert [one.about for one in told] == [addresses], "the trail of each subject tells the act, and its own forms alone"
    assert verify(world.work.database, None).intact
    world.subject = before
    world.check()


def test_one_form_is_named_as_it_always_was(world: World) -> None:
    form = signed(world, finished(world))
    entry = next(one for one in newest_entries(world.work.database, 3) if one.command == "sign")
    assert entry.object == f"{form.subject}:{form.form_address}"
