"""An allocation out of an envelope or from the central service: the same gate, one signed act, never twice; and what follows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services import randomisation
from crf_app.services.allocation_errors import WrongAllocation, record_wrong_allocation, wrong_allocations
from crf_app.services.allocation_lists import read_status
from crf_app.services.allocation_report import Report, report_allocation
from crf_app.services.allocation_slip import slip_pdf
from crf_app.services.allocation_words import status_lines
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.services.randomisation import allocation_form, obstacles, randomise, read_allocation
from crf_app.services.reading import read_form
from crf_app.services.session import identify
from crf_app.services.signing import Credentials, confirm_eligibility
from crf_app.store.allocations import ReportedAllocation, read_reported_allocations
from crf_app.store.signatures import read_signatures
from crf_app.store.subjects import read_subject
from crf_app.store.verify import verify
from crf_app.words import load_words
from tests.pdf.reading import Paper
from tests.services.randomisation.conftest import SIGNER, Trial, opened
from tests.services.randomisation.test_randomise import code_of, codes, values
from tests.services.rules.world import PASSWORD, Stories

WORDS = load_words(resources_folder() / "words")
REPORT = Report("LA", "E-017", "2026-09-29", "0940", "Envelope 17")


@pytest.fixture(params=["ENVELOPE", "CENTRAL"])
def method(request: pytest.FixtureRequest) -> str:
    """How the study allocates."""
    return str(request.param)


@pytest.fixture
def outside(stories_b: Stories, method: str) -> Iterator[Trial]:
    """An eligible subject of trial B, which does not allocate by the list."""
    with opened(stories_b, parameters={"allocation_method": method}) as made:
        yield made


@pytest.mark.requirement("C-RND")
def test_the_investigator_records_what_he_was_told(outside: Trial, method: str) -> None:
    """One entry: row, form filled, complete and signed, the arm given; the coordinator's session goes on; the history verifies."""
    work = outside.be(Role.COORDINATOR)
    assert obstacles(work, outside.subject) == ()
    before = work.database.head.no
    report_allocation(work, outside.subject, REPORT, SIGNER)
    assert work.database.head.no == before + 1
    found = read_allocation(work, outside.subject)
    assert found == ReportedAllocation(outside.subject, "E-017", "LA", method, "", "2026-09-29T09:40", "Envelope 17", before + 1)
    form = allocation_form(work, outside.subject)
    shown = values(outside, form)
    assert (shown["RANDNO"], shown["ARMCD"], shown["RANDMETH"], shown["RANDDAT"], shown["RANDTIM"], shown["RANDSRC"]) == \
        ("E-017", "LA", method, "2026-09-29", "09:40", "Envelope 17")
    assert str(read_form(work, form).status) == "complete"
    stored = read_subject(work.database, outside.subject)
    assert stored is not None
    assert stored.arm == "LA"
    body = json.loads(work.database.rows("SELECT body FROM ledger_entry ORDER BY no DESC LIMIT 1")[0][0])
    signer = identify(work, SIGNER.login, PASSWORD).user.user_id
    assert (body["command"], body["user"], body["role"]) == ("report_allocation", signer, "investigator")
    assert (read_signatures(work.database, outside.subject)[-1].meaning, read_signatures(work.database, outside.subject)[-1].user_id) == ("randomised", signer)
    assert verify(work.database).intact
    assert work.session.user.role is Role.COORDINATOR
    assert {one.arm.code: one.assigned for one in read_status(work).arms} == {"MSC": 0, "LA": 1}


def test_never_twice_and_never_by_typing(outside: Trial) -> None:
    work = outside.be(Role.COORDINATOR)
    report_allocation(work, outside.subject, REPORT, SIGNER)
    assert codes(obstacles(work, outside.subject)) == ["randomise_done"]
    assert code_of(report_allocation, work, outside.subject, replace(REPORT, number="E-018", arm="MSC"), SIGNER) == "randomise_done"
    assert len(read_reported_allocations(work.database)) == 1
    arm = next(one.key for one in read_form(work, allocation_form(work, outside.subject)).items() if one.item.oid == "ARMCD")
    assert not enter_item(outside.be(Role.INVESTIGATOR), ItemEntry(arm, "MSC"), reason="as I like").stored


def test_the_gate_is_that_of_the_list(outside: Trial) -> None:
    """Consent alone is not enough; a withdrawn confirmation closes it; only who may randomise, with his password."""
    other = outside.another()
    work = outside.be(Role.COORDINATOR)
    before = work.database.head
    assert code_of(report_allocation, work, other, REPORT, SIGNER) == "randomise_stopped"
    for login in ("coordinator", "admin", "monitor", "data_manager"):
        assert code_of(report_allocation, work, outside.subject, REPORT, Credentials(login, PASSWORD)) == "no_right"
    assert code_of(report_allocation, work, outside.subject, REPORT, Credentials(SIGNER.login, "nine green paper lanterns")) == "log_in_failed"
    assert (work.database.head, read_allocation(work, outside.subject)) == (before, None)
    confirm_eligibility(work, work.casebook(outside.subject).instances("IE")[-1], SIGNER, eligible=False, reason="a criterion was misread")
    assert code_of(report_allocation, work, outside.subject, REPORT, SIGNER) == "randomise_stopped"


@pytest.mark.parametrize(("wrong", "code"), [
    ({"arm": "XX"}, "unknown_arm"), ({"arm": ""}, "unknown_arm"), ({"number": " "}, "allocation_number"), ({"number": "9" * 21}, "allocation_number"),
    ({"number": "E\t1"}, "allocation_number"), ({"informed_by": ""}, "allocation_source"), ({"informed_by": "x" * 101}, "allocation_source"),
    ({"day": "soon"}, "bad_date"), ({"day": ""}, "bad_date"), ({"time": "25:00"}, "bad_time"), ({"time": ""}, "bad_time"),
    ({"day": "2026-10-01"}, "allocation_moment"), ({"day": "2026-01-31"}, "allocation_moment"), ({"stratum": "east"}, "randomise_stratum"),
])  # fmt: skip
def test_what_is_typed_wrongly_is_named(stories_b: Stories, wrong: dict[str, str], code: str) -> None:
    """Each with its sentence in both languages; nothing is stored."""
    with opened(stories_b, parameters={"allocation_method": "ENVELOPE"}) as trial:
        head = trial.work.database.head
        with pytest.raises(ExpectedError) as caught:
            report_allocation(trial.work, trial.subject, replace(REPORT, **wrong), SIGNER)
        assert caught.value.code == code
        for lang in ("en", "zh"):
            assert WORDS.text(f"error.{code}", lang, **caught.value.parameters)
        assert trial.work.database.head == head


def test_a_method_is_one_method(stories_b: Stories) -> None:
    """By the list nothing is reported; by envelope nothing is dealt, though a list were there."""
    with opened(stories_b) as trial:
        assert code_of(report_allocation, trial.listed().work, trial.subject, REPORT, SIGNER) == "randomise_by_list"
    with opened(stories_b, parameters={"allocation_method": "ENVELOPE"}) as trial:
        assert code_of(randomise, trial.listed().work, trial.subject, SIGNER) == "randomise_other_method"


def test_strata_of_the_study_are_asked(stories_b: Stories) -> None:
    with opened(stories_b, parameters={"allocation_method": "CENTRAL", "strata": "north; south"}) as trial:
        assert code_of(report_allocation, trial.work, trial.subject, REPORT, SIGNER) == "randomise_stratum"
        report_allocation(trial.work, trial.subject, replace(REPORT, stratum="south"), SIGNER)
        assert values(trial, allocation_form(trial.work, trial.subject))["RANDSTR"] == "south"


def test_a_failure_half_way_records_nothing(outside: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    work = outside.be(Role.COORDINATOR)

    def broken(*_args: object, **_named: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(randomisation, "put_signature", broken)
    with pytest.raises(OSError, match="disk"):
        report_allocation(work, outside.subject, REPORT, SIGNER)
    monkeypatch.undo()
    assert read_allocation(work, outside.subject) is None
    assert {one.item.oid for one in read_form(work, allocation_form(work, outside.subject)).items() if one.value.text} <= {"RNDELIG"}
    report_allocation(work, outside.subject, REPORT, SIGNER)
    assert verify(work.database).intact


def test_a_wrong_allocation_and_the_slip(outside: Trial) -> None:
    """What was given otherwise is recorded as with the list; the slip names the source and no place of a list."""
    work = outside.be(Role.COORDINATOR)
    report_allocation(work, outside.subject, REPORT, SIGNER)
    record_wrong_allocation(work, outside.subject, WrongAllocation("MSC", "t", "the bags were exchanged"), SIGNER)
    assert [one.given for one in wrong_allocations(work, outside.subject)] == ["MSC"]
    page = Paper(slip_pdf(work, WORDS, outside.subject, "en")).flat()
    for text in ("E-017", "Envelope17", "2026-09-2909:40", "HUC-MSC"):
        assert text in page
    assert "Commitment" not in page


def test_the_state_says_how_the_study_allocates(outside: Trial, method: str) -> None:
    """In words, for window and command line, with the counts of the arms."""
    work = outside.be(Role.COORDINATOR)
    report_allocation(work, outside.subject, REPORT, SIGNER)
    lines = status_lines(work, WORDS, "en", read_status(work))
    assert WORDS.text(f"randomisation.status.{method.lower()}", "en") == lines[0]
    assert "Lipoic acid i.v.: 1 of 21 planned" in lines
