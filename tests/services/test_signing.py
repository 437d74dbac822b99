"""Signatures, the confirmation of eligibility, and what stops an injection."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.console import sign_forms
from crf_app.services.forms import complete_form
from crf_app.services.reading import read_form, signatures_by_record
from crf_app.services.signing import Credentials, complete_and_sign, confirm_eligibility, override_stop
from tests.services.workflow.life import finished, signed
from tests.services.world import PHRASE, World, investigator

ELIGIBLE = {"SCR/DM/SEX": "M", "SCR/DM/BRTHDAT": "1970-05-05", "SCR/VS/WEIGHT": "70", "SCR/LB/HBSAG": "NEG"}


def test_a_signature_covers_what_was_seen_and_ends_with_the_next_change(world: World) -> None:
    form = signed(world, finished(world))
    signature = read_form(world.work, form).signatures[0]
    assert (signature.meaning, signature.role, signature.void_since) == ("review", Role.INVESTIGATOR, None)
    world.enter({"SCR/LB/HBSAG": "NEG"})
    assert read_form(world.work, form).signatures[0].void_since is None, "another form is another matter"
    world.enter({"SCR/VS/WEIGHT": "71"}, reason="misread")
    void = signatures_by_record(world.work, world.subject)["SCR/VS"][0].void_since
    assert void == world.clock.now()
    world.check()


@pytest.mark.parametrize(
    ("who", "code"),
    [(Credentials(Role.INVESTIGATOR, "not the right words"), "log_in_failed"), (Credentials("nobody", PHRASE), "log_in_failed"), (Credentials("", PHRASE), "no_right"),
     (Credentials(Role.MONITOR, PHRASE), "no_right")],
)  # fmt: skip
def test_only_an_investigator_with_his_password_signs(world: World, who: Credentials, code: str) -> None:
    world.enter({"SCR/DM/SEX": "M"})
    head = world.work.database.head
    for act in (
        lambda: sign_forms(world.work, [world.form("SCR", "DM")], "reviewed", who),
        lambda: confirm_eligibility(world.work, world.form("SCR", "IE"), who, eligible=False),
        lambda: override_stop(world.work, world.entries({"D0/INJ/EXPERF": "Y"})[0], "urgent", who),
        lambda: complete_and_sign(world.work, world.form("SCR", "DM"), "completed", who),
    ):
        with pytest.raises(ExpectedError) as caught:
            act()
        assert caught.value.code in (code, "log_in_wait" if code == "log_in_failed" else code)
    assert world.work.database.head == head
    assert world.work.user.role == Role.COORDINATOR, "the session goes on"
    world.check()


def test_enrolment_is_confirmed_only_of_who_is_eligible(world: World) -> None:
    form = world.form("SCR", "IE")
    world.enter({**ELIGIBLE, "SCR/IE/E01": "ABSENT"}, role=Role.INVESTIGATOR)
    world.enter({"SCR/VS/WEIGHT": "39"})
    head = world.work.database.head
    with pytest.raises(ExpectedError) as caught:
        confirm_eligibility(world.work, form, investigator(), eligible=True)
    assert (caught.value.code, caught.value.parameters["verdict"], caught.value.parameters["failing"]) == ("not_eligible", "INELIGIBLE", "I02")
    assert world.work.database.head == head
    world.enter({"SCR/VS/WEIGHT": ""})
    with pytest.raises(ExpectedError, match="INCOMPLETE"):
        confirm_eligibility(world.work, form, investigator(), eligible=True)
    world.enter({"SCR/VS/WEIGHT": "70"})
    outcome = confirm_eligibility(world.work, form, investigator(), eligible=True)
    assert outcome.verdict == "ELIGIBLE"
    assert world.text("SCR/IE/IEINVYN") == "Y"
    assert world.text("SCR/IE/IEDAT") == world.clock.now().strftime("%Y-%m-%dT%H:%M")
    record = read_form(world.work, form)
    assert record.status == "complete"
    assert record.signatures[0].meaning == "eligibility_confirmed"
    assert record.signatures[0].void_since is None
    assert world.tries({"D0/INJ/EXPERF": "Y"}).stored, "the gate is open"
    world.check()


def test_a_stop_holds_the_act_until_an_investigator_signs_his_reason(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M"})
    entry = world.entries({"D0/INJ/EXPERF": "Y"})[0]
    head = world.work.database.head
    outcome = world.tries({"D0/INJ/EXPERF": "Y"})
    assert [one.rule for one in outcome.stops] == ["NOTREADY"]
    assert not outcome.stored
    assert world.work.database.head == head
    assert world.tries({"D0/INJ/EXPERF": "N"}).stored, "only the gated answer is stopped"
    with pytest.raises(ExpectedError, match="reason_missing"):
        override_stop(world.work, entry, "  ", investigator())
    override_stop(world.work, entry, "agreed with the sponsor", investigator())
    assert world.text("D0/INJ/EXPERF") == "Y"
    assert world.text("LOG/DV/DV#1/DVCAT") == "ELIG"
    assert world.text("LOG/DV/DV#1/DVLINK") == "D0/INJ/INJ#1/EXPERF"
    signed = signatures_by_record(world.work, world.subject)["D0/INJ/INJ#1/EXPERF"]
    assert [(one.meaning, one.reason) for one in signed] == [("stop_overridden", "agreed with the sponsor")]
    with pytest.raises(ExpectedError, match="nothing_to_override"):
        override_stop(world.work, world.entries({"SCR/DM/SEX": "F"})[0], "x", investigator())
    world.check()


def test_the_completion_form_is_completed_by_its_signer(world: World) -> None:
    form = world.form("LOG", "DS")
    world.enter({"LOG/DS/DSSTDAT": "2026-03-16", "LOG/DS/DSCOMP": "Y"})
    with pytest.raises(ExpectedError, match="signature_needed"):
        complete_form(world.work, form)
    assert complete_and_sign(world.work, form, "completed", investigator()).completed
    record = read_form(world.work, form)
    assert (record.status, [one.meaning for one in record.signatures]) == ("complete", ["completed"])
    with pytest.raises(ExpectedError, match="empty_form"):
        complete_and_sign(world.work, world.form("SCR", "PREG"), "reviewed", investigator())
    world.check()
