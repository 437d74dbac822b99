"""Verification against the source and medical review: per value, row, form, visit; an edit ends it; the plan says what is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.standing import Standing
from crf_app.errors import ExpectedError
from crf_app.services.forms import delete_row
from crf_app.services.source_check import mark_checked, read_check
from crf_app.store.workflow import REVIEW
from crf_app.study.verification import VerificationPlan
from tests.clinical.small import small_study
from tests.services.workflow.life import checked, finished, shows, states
from tests.services.world import World, make_world


def waiting(world: World, form: str = "VS", visit: str = "SCR") -> list[str]:
    return [one.key.item for one in read_check(world.work, world.form(visit, form)).waiting]


@pytest.mark.parametrize("address", ["SCR/VS", "SCR"])
def test_a_form_or_a_visit_is_verified_whole_and_an_edit_ends_it_for_that_value_alone(world: World, address: str) -> None:
    form = finished(world)
    assert waiting(world) == ["VSPERF", "VSDAT", "VSTPT", "TEMP", "HEIGHT", "WEIGHT"], "what is calculated stands in no source"
    checked(world, address)
    found = read_check(world.work, form)
    assert (found.waiting, found.done, len(found.checked)) == ((), True, 6)
    assert shows(world, form, Role.MONITOR)[0] == "verified"
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    found = read_check(world.work, form)
    assert [(one.key.item, one.before.text, one.now.text, one.first) for one in found.changed] == [("WEIGHT", "70", "71", False)]
    assert found.waiting == found.changed
    assert shows(world, form, Role.MONITOR) == ("changed", "changed")
    assert shows(world, form, Role.COORDINATOR)[0] == "complete", "the coordinator cannot act on it"
    checked(world, "SCR/VS/VSD#1/WEIGHT")
    assert read_check(world.work, form).done
    world.enter({"SCR/VS/WEIGHT": ""}, reason="not weighed")
    assert [(one.before.text, one.now.text) for one in read_check(world.work, form).changed] == [("71", "")], "to clear is to change"
    world.check()


def test_values_are_verified_one_by_one_and_a_check_is_taken_back_with_a_reason(world: World) -> None:
    form = finished(world)
    checked(world, "SCR/VS/VS#1/TEMP")
    assert "TEMP" not in waiting(world)
    assert Standing.TO_CHECK in states(world, form)
    checked(world, "SCR/VS")
    world.be(Role.MONITOR)
    with pytest.raises(ExpectedError, match="reason_missing"):
        mark_checked(world.work, world.subject, ["SCR/VS/VSD#1/HEIGHT"], withdrawn=True)
    mark_checked(world.work, world.subject, ["SCR/VS/VSD#1/HEIGHT"], withdrawn=True, reason="wrong file")
    assert waiting(world) == ["HEIGHT"]
    assert Standing.TO_CHECK in states(world, form)
    mark_checked(world.work, world.subject, ["SCR"])
    assert waiting(world) == []
    world.check()


def test_a_row_removed_after_the_check_shows_until_the_form_is_checked_again(world: World) -> None:
    world.enter({"LOG/CM/CMYN": "Y", "LOG/CM/CM#1/CMTRT": "a", "LOG/CM/CM#2/CMTRT": "b"})
    form = world.form("LOG", "CM")
    checked(world, "LOG/CM")
    assert read_check(world.work, form).done
    delete_row(world.work, form, "CM", 1, "entered twice")
    found = read_check(world.work, form)
    assert (found.waiting, found.row_removed, found.done) == ((), True, False)
    checked(world, "LOG/CM")
    assert read_check(world.work, form).done
    world.check()


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (VerificationPlan(percent=0, critical=("VS.TEMP",), critical_tags=("performed_date",)), ["VSDAT", "TEMP"]),
        (VerificationPlan(percent=0, first_subjects=1), ["VSPERF", "VSDAT", "VSTPT", "TEMP", "HEIGHT", "WEIGHT"]),
        (VerificationPlan(percent=0, critical=("ICF",)), []),
    ],
)  # fmt: skip
def test_the_plan_of_the_definition_says_what_is_asked(tmp_path: Path, plan: VerificationPlan, asked: list[str]) -> None:
    world = make_world(tmp_path / "workspace", replace(small_study(), verification=plan))
    form = finished(world)
    assert waiting(world) == asked
    if asked:
        checked(world, *(f"SCR/VS/{world.work.study.item('VS', one).group}#1/{one}" for one in asked))
    assert read_check(world.work, form).done == bool(asked)
    assert shows(world, form, Role.MONITOR)[0] == ("verified" if asked else "complete")
    world.check()
    world.work.close()


def test_medical_review_goes_beside_it_and_asks_for_everything(world: World) -> None:
    form = finished(world)
    world.be(Role.INVESTIGATOR)
    mark_checked(world.work, world.subject, ["SCR/VS"], REVIEW)
    assert read_check(world.work, form, REVIEW).done
    assert not read_check(world.work, form).done, "review is no check against the source"
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    assert [one.key.item for one in read_check(world.work, form, REVIEW).changed] == ["WEIGHT"]
    world.check()


@pytest.mark.parametrize(("address", "code"), [("W1", "nothing_to_check"), ("SCR/LB", "nothing_to_check"), ("SCR/VS/VS#7/TEMP", "nothing_to_check")])
def test_what_was_never_entered_cannot_be_checked(world: World, address: str, code: str) -> None:
    finished(world)
    world.be(Role.MONITOR)
    head = world.work.database.head
    with pytest.raises(ExpectedError, match=code):
        mark_checked(world.work, world.subject, [address])
    assert world.work.database.head == head


def test_every_check_is_one_entry_of_the_ledger_with_what_it_covers(world: World) -> None:
    finished(world)
    before = world.work.database.head.no
    checked(world, "SCR/VS", "SCR/DM")
    assert world.work.database.head.no == before + 1
    body = world.work.database.one("SELECT user_id, command, body FROM ledger_entry WHERE no = ?", (before + 1,))
    assert body[:2] == (world.actor(Role.MONITOR).user.user_id, "check_source")
    assert "SCR/VS" in body[2]
    assert "SCR/DM" in body[2]
