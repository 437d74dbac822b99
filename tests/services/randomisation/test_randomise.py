"""Randomising: the gate, the one atomic step, never twice, stop when full, the record of a wrong allocation."""

from __future__ import annotations

import json

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.errors import ExpectedError
from crf_app.services import randomisation
from crf_app.services.administration import set_parameter
from crf_app.services.allocation_errors import WrongAllocation, record_wrong_allocation, wrong_allocations
from crf_app.services.allocation_lists import ListPlan, make_list, pass_on_key, read_status
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.services.randomisation import allocation_form, obstacles, randomise, read_allocation
from crf_app.services.reading import read_form
from crf_app.services.session import add_user, identify
from crf_app.services.signing import Credentials, confirm_eligibility
from crf_app.store.allocations import active_list, read_allocations
from crf_app.store.kdf import CHEAP
from crf_app.store.subjects import read_subject
from crf_app.store.verify import verify
from crf_app.study.texts import Text
from tests.services.randomisation.conftest import ADMINISTRATOR, SIGNER, Trial, arms, opened, sheet
from tests.services.rules.world import PASSWORD, Stories


def code_of(act: object, *args: object, **named: object) -> str:
    """The code of the expected refusal."""
    assert callable(act)
    with pytest.raises(ExpectedError) as caught:
        act(*args, **named)
    return caught.value.code


def codes(found: tuple[ExpectedError, ...]) -> list[str]:
    return [one.code for one in found]


def values(trial: Trial, form: FormKey) -> dict[str, str]:
    return {one.item.oid: one.value.text for one in read_form(trial.work, form).items()}


@pytest.mark.requirement("C-RND")
def test_a_green_gate_deals_the_next_code_in_one_entry(trial: Trial) -> None:
    work = trial.listed().work
    assert obstacles(work, trial.subject) == ()
    before = work.database.head.no
    dealt = randomise(work, trial.subject, SIGNER)
    assert work.database.head.no == before + 1
    assert (dealt.number, dealt.arm, dealt.place) == ("ZQ7-0001", "MSC", 1)
    form = allocation_form(work, trial.subject)
    shown = values(trial, form)
    assert (shown["RANDNO"], shown["ARMCD"], shown["RANDMETH"], shown["RANDDAT"], shown["RNDELIG"]) == \
        ("ZQ7-0001", "MSC", "LIST", "2026-09-30", "Y")
    record = read_form(work, form)
    assert str(record.status) == "complete"
    stored = read_subject(work.database, trial.subject)
    assert stored is not None
    assert stored.arm == "MSC"
    body = json.loads(work.database.rows("SELECT body FROM ledger_entry ORDER BY no DESC LIMIT 1")[0][0])
    assert (body["command"], body["user"], body["role"]) == ("randomise", identify(work, SIGNER.login, PASSWORD).user.user_id, "investigator")
    assert verify(work.database).intact
    assert work.session.user.role is Role.COORDINATOR, "the coordinator's session goes on"


def test_a_subject_keeps_its_allocation(trial: Trial) -> None:
    work = trial.listed().work
    randomise(work, trial.subject, SIGNER)
    assert codes(obstacles(work, trial.subject)) == ["randomise_done"]
    assert code_of(randomise, work, trial.subject, SIGNER) == "randomise_done"
    assert len(read_allocations(work.database)) == 1
    arm = next(one.key for one in read_form(work, allocation_form(work, trial.subject)).items() if one.item.oid == "ARMCD")
    for text in ("LA", ""):
        outcome = enter_item(trial.be(Role.INVESTIGATOR), ItemEntry(arm, text), reason="as I like")
        assert not outcome.stored


def test_what_stands_in_the_way_is_named_and_nothing_is_revealed(trial: Trial) -> None:
    """No list; consent alone; somebody without the right, with a wrong password, without the key."""
    assert codes(obstacles(trial.work, trial.subject)) == ["randomise_no_list"]
    work = trial.listed().work
    other = trial.another()
    assert codes(obstacles(work, other)) == ["randomise_stopped", "randomise_incomplete"]
    before = work.database.head
    assert code_of(randomise, work, other, SIGNER) == "randomise_stopped"
    for login in ("coordinator", "admin", "monitor", "data_manager"):
        assert code_of(randomise, work, trial.subject, Credentials(login, PASSWORD)) == "no_right"
    assert code_of(randomise, work, trial.subject, Credentials(SIGNER.login, "nine green paper lanterns")) == "log_in_failed"
    assert code_of(randomise, work, trial.subject, SIGNER, stratum="east") == "randomise_stratum"
    assert (work.database.head, read_allocations(work.database)) == (before, ())


def test_a_declined_or_withdrawn_confirmation_closes_the_gate(trial: Trial) -> None:
    work = trial.listed().work
    form = work.casebook(trial.subject).instances("IE")[-1]
    confirm_eligibility(work, form, SIGNER, eligible=False, reason="a criterion was misread")
    found = codes(obstacles(work, trial.subject))
    assert found[0] == "randomise_stopped"
    assert "randomise_ended" in found
    assert code_of(randomise, work, trial.subject, SIGNER) == "randomise_stopped"


def test_consent_must_be_there_and_not_in_the_future(trial: Trial) -> None:
    work = trial.listed().work
    key = next(one.key for one in read_form(work, work.casebook(trial.subject).instances("ICF")[0]).items() if one.item.oid == "RFICDAT")
    assert enter_item(work, ItemEntry(key, ""), reason="misread").stored
    assert "randomise_no_consent" in codes(obstacles(work, trial.subject))
    assert code_of(randomise, work, trial.subject, SIGNER) == "randomise_no_consent"


def test_a_new_investigator_gets_the_key_from_one_who_holds_it(trial: Trial) -> None:
    work = trial.listed().work
    trial.be(Role.ADMINISTRATOR)
    user = add_user(work, "second", Text("Demo Second", "演示二"), Role.INVESTIGATOR, PASSWORD, cost=CHEAP)
    second = Credentials("second", PASSWORD)
    assert read_status(work).waiting == (user.user_id,)
    assert code_of(randomise, trial.be(Role.COORDINATOR), trial.subject, second) == "randomise_no_key"
    assert code_of(pass_on_key, work, second) == "randomise_no_key"
    assert code_of(pass_on_key, work, ADMINISTRATOR) == "no_right"
    assert pass_on_key(work, SIGNER) == (user.user_id,)
    assert code_of(pass_on_key, work, SIGNER) == "nobody_lacks_key"
    assert read_status(work).waiting == ()
    assert randomise(work, trial.subject, second).number == "ZQ7-0001"


def test_a_failure_half_way_deals_nothing(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code stays sealed and free, the subject without an arm, the form empty."""
    work = trial.listed().work
    before = work.database.head

    def fail(*_args: object, **_named: object) -> None:
        raise ExpectedError("disk_full", place="data.db", detail="full")

    monkeypatch.setattr(randomisation, "put_signature", fail)
    assert code_of(randomise, work, trial.subject, SIGNER) == "disk_full"
    assert work.database.head == before
    assert read_allocation(work, trial.subject) is None
    assert values(trial, allocation_form(work, trial.subject))["ARMCD"] == ""
    monkeypatch.undo()
    assert randomise(work, trial.subject, SIGNER).number == "ZQ7-0001"
    assert verify(work.database).intact


def test_randomisation_stops_when_an_arm_is_full_and_reveals_nothing(trial: Trial) -> None:
    """The sponsor lowered the planned numbers after the list was made: the next code's arm has no place left (D29)."""
    work = trial.listed().work
    for oid, text in (("arm_size", "1"), ("allocation_ratio", "1:100")):
        set_parameter(trial.be(Role.ADMINISTRATOR), oid, text, reason="amendment")
    assert [one.planned for one in read_status(work).arms] == [0, 2]
    trial.be(Role.COORDINATOR)
    before = work.database.head
    with pytest.raises(ExpectedError) as caught:
        randomise(work, trial.subject, SIGNER)
    assert (caught.value.code, dict(caught.value.parameters)) == ("randomise_arm_full", {})
    assert (work.database.head, read_allocations(work.database)) == (before, ())


def test_the_list_runs_out(trial: Trial) -> None:
    """42 codes in the list; all but the first stratum's last are taken by other subjects."""
    work = trial.listed().work
    database, actor = work.database, identify(work, SIGNER.login, PASSWORD)
    found = active_list(database)
    assert found is not None
    for ordinal in range(100, 142):
        name = f"T1-{ordinal}"
        place, code = randomisation._revealed(work, actor, found, "")
        with work.begin(work.command("fill", actor), actor.signer) as unit:
            unit.put("subject", {"number": name, "ordinal": ordinal, "state": "screening"})
            unit.put("allocation", {"list_id": 1, "place": place.place, "subject": name, "number": code.number, "arm": code.arm, "salt": code.salt,
                                    "entry_no": unit.entry_no})
    assert codes(obstacles(work, trial.subject)) == ["randomise_list_full"]
    assert code_of(randomise, work, trial.subject, SIGNER) == "randomise_list_full"
    assert verify(database).intact


def test_strata_are_dealt_apart(stories_b: Stories) -> None:
    with opened(stories_b, parameters={"strata": "age < 40; age 40+"}) as trial:
        work = trial.be(Role.ADMINISTRATOR)
        make_list(work, ListPlan((4, 6), 42, "a seed"), ADMINISTRATOR)
        work = trial.be(Role.COORDINATOR)
        assert [(one.stratum, one.size, one.dealt) for one in read_status(work).strata] == [("age 40+", 42, 0), ("age < 40", 42, 0)]
        assert code_of(randomise, work, trial.subject, SIGNER) == "randomise_stratum"
        dealt = randomise(work, trial.subject, SIGNER, stratum="age 40+")
        assert (dealt.place, dealt.number) == (43, "R043")
        assert values(trial, allocation_form(work, trial.subject))["RANDSTR"] == "age 40+"


def test_a_wrong_allocation_is_documented_and_nothing_is_dealt_again(trial: Trial) -> None:
    work = trial.listed().work
    wrong = WrongAllocation("LA", "2026-09-30", "the infusion was started before the slip was read")
    assert code_of(record_wrong_allocation, work, trial.subject, wrong, SIGNER) == "not_randomised"
    randomise(work, trial.subject, SIGNER)
    for bad, code in ((WrongAllocation("MSC", "t", "x"), "given_as_allocated"), (WrongAllocation("X", "t", "x"), "unknown_arm"),
                      (WrongAllocation("LA", "t", " "), "reason_missing"), (WrongAllocation("LA", "2027-01-01", "x"), "bad_date")):
        assert code_of(record_wrong_allocation, work, trial.subject, bad, SIGNER) == code
    assert code_of(record_wrong_allocation, work, trial.subject, wrong, Credentials("coordinator", PASSWORD)) == "no_right"
    record_wrong_allocation(work, trial.subject, wrong, SIGNER)
    (found,) = wrong_allocations(work, trial.subject)
    assert (found.given, found.found_on) == ("LA", "2026-09-30")
    stored = read_subject(work.database, trial.subject)
    assert stored is not None
    assert stored.arm == "MSC"
    assert [one.arm for one in read_allocations(work.database)] == ["MSC"]
    form = work.casebook(trial.subject).instances("DV")[-1]
    terms = [one.value.text for one in read_form(work, form).items() if one.item.oid == "DVTERM"]
    assert any("HUC-MSC" in term and "started before the slip" in term for term in terms)
    assert verify(work.database).intact


def test_the_arm_follows_the_list(trial: Trial) -> None:
    """A list whose first code is the other arm."""
    work = trial.listed(sheet(arms(pattern="LMLMML"))).work
    assert randomise(work, trial.subject, SIGNER).arm == "LA"
