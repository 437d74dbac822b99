"""Entering values: what is stored, what is refused whole, what follows by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import complete_form, confirm_finding, delete_row, reopen_form
from crf_app.services.reading import item_history, read_form
from crf_app.services.subjects import create_subject, next_number, next_unscheduled, termination_visit
from crf_app.store.unit import Unit
from tests.services.world import World, make_world


def test_what_is_typed_is_stored_and_what_follows_with_it(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70", "SCR/VS/HEIGHT": "175"})
    assert world.text("SCR/VS/BMI") == "22.9"
    assert world.text("SCR/VS/LIMIT") == "140.0"
    assert world.text("SCR/VS/VISITNO") == "1"
    world.enter({"SCR/VS/WEIGHT": "400"})
    assert "HARD@SCR/VS/VSD#1/WEIGHT" in world.found()
    world.check()
    assert [one.new.text for one in item_history(world.work, world.key("SCR/VS/WEIGHT"))] == ["70", "400"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"SCR/VS/WEIGHT": "heavy"}, "not_number"), ({"SCR/DM/SEX": "X"}, ""), ({"SCR/DM/CHILDBP": "Y"}, "not_applicable"), ({"SCR/VS/BMI": "22"}, "computed"),
        ({"D0/VS/VS#1/VSTPT": "PRE"}, "computed"), ({"LOG/AE/AE#1/AESPID": "7"}, "computed"), ({"LOG/AE/AE#1/AEREL": "Y"}, "role"),
        ({"D0/DM/SEX": "M"}, "unknown_item"), ({"SCR/VS/VSD#2/WEIGHT": "70"}, "unknown_item"), ({"SCR/ICF/RFICDAT": "!ND"}, "missing_not_allowed"),
        ({"SCR/VS/VSPERF": "N", "SCR/VS/WEIGHT": "70"}, "not_applicable"),
    ],
)  # fmt: skip
def test_a_problem_leaves_everything_as_it_was(world: World, values: dict[str, str], code: str) -> None:
    world.enter({"SCR/DM/SEX": "M"})
    head, before = world.work.database.head, world.work.casebook(world.subject)
    outcome = world.tries({"SCR/VS/HEIGHT": "170", **values})
    assert not outcome.stored
    assert world.key(list(values)[-1]) in outcome.problems
    assert not code or outcome.problems[world.key(list(values)[-1])].code == code
    assert world.work.database.head == head
    assert world.work.casebook(world.subject) == before
    world.check()


def test_an_entry_that_changes_nothing_writes_nothing(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M"})
    head = world.work.database.head
    assert world.tries({"SCR/DM/SEX": "M"}).stored
    assert world.work.database.head == head


def test_the_first_value_of_a_row_brings_its_number_and_its_fixed_codes(world: World) -> None:
    world.enter({"LOG/AE/AE#2/AETERM": "Demo pain"})
    assert world.text("LOG/AE/AE#2/AESPID") == "2"
    world.enter({"D0/VS/VS#2/TEMP": "37"})
    assert world.text("D0/VS/VS#2/VSTPT") == "POST15"
    world.check()


def test_defaults_are_stored_when_a_form_is_begun_and_shown_as_prefilled(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/SV/VISDAT": "2026-01-06", "SCR/VS/HEIGHT": "175"})
    world.enter({"D0/SV/VISDAT": "2026-01-12", "D0/VS/VSPERF": "Y"})
    assert world.text("D0/VS/HEIGHT") == "175.0"
    shown = {item.item.oid: item.prefilled for item in read_form(world.work, world.form("D0", "VS")).items()}
    assert shown["HEIGHT"] is True
    assert shown["WEIGHT"] is False
    world.enter({"D0/VS/HEIGHT": ""})
    world.enter({"D0/VS/WEIGHT": "70"})
    assert world.text("D0/VS/HEIGHT") == "", "a default is given once, not again after it was cleared"
    world.check()


def test_a_typed_value_stands_against_the_computed_one(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70"})
    world.enter({"SCR/VS/LIMIT": "150"})
    world.enter({"SCR/VS/WEIGHT": "80"})
    assert world.text("SCR/VS/LIMIT") == "150"
    world.enter({"SCR/VS/LIMIT": ""})
    assert world.text("SCR/VS/LIMIT") == "160.0"
    world.check()


def test_after_the_first_completion_every_change_says_why(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M"})
    assert complete_form(world.work, world.form("SCR", "DM")).completed
    head = world.work.database.head
    refused = world.tries({"SCR/DM/SEX": "F"})
    assert refused.reason_required
    assert not refused.stored
    assert world.tries({"SCR/DM/SEX": "F"}, reason="   ").reason_required
    assert world.work.database.head == head
    world.enter({"SCR/DM/SEX": "F"}, reason="misread")
    assert item_history(world.work, world.key("SCR/DM/SEX"))[-1].reason == "misread"
    reopen_form(world.work, world.form("SCR", "DM"), reason="to correct")
    assert world.tries({"SCR/DM/SEX": "M"}).reason_required, "taking complete back does not take the reason away"
    world.check()


def test_hard_findings_forbid_complete_and_nothing_is_written(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/VSPERF": "Y", "SCR/VS/WEIGHT": "400"})
    head = world.work.database.head
    outcome = complete_form(world.work, world.form("SCR", "VS"))
    assert [one.rule for one in outcome.blocking] == ["HARD"]
    assert not outcome.completed
    assert world.work.database.head == head
    world.enter({"SCR/VS/WEIGHT": "70"})
    assert complete_form(world.work, world.form("SCR", "VS")).completed
    world.enter({"SCR/VS/WEIGHT": "400"}, reason="typing")
    assert world.work.casebook(world.subject).form_meta[world.form("SCR", "VS")].status == "complete", "a complete form stays complete and shows it"
    world.check()


def test_queries_open_are_answered_and_close_by_themselves(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/SV/VISDAT": "2026-01-06", "SCR/VS/VSPERF": "Y", "SCR/VS/VS#1/TEMP": "39"})
    assert world.states("SOFT") == [], "queries open at complete, not before"
    complete_form(world.work, world.form("SCR", "VS"))
    assert world.states("SOFT") == ["open"]
    assert {one.address.rsplit("/", 1)[1] for one in world.queries("M-REQ")} == {"VSDAT", "WEIGHT"}
    confirm_finding(world.work, world.subject, "SOFT", "SCR/VS/VS#1/TEMP", "fever, measured twice")
    assert world.states("SOFT") == ["answered"]
    assert world.found()["SOFT@SCR/VS/VS#1/TEMP"].state == "confirmed"
    world.enter({"SCR/VS/VS#1/TEMP": "36"}, reason="typing")
    assert world.states("SOFT") == ["closed"]
    world.enter({"SCR/VS/VSDAT": "2026-01-06", "SCR/VS/WEIGHT": "!ND"}, reason="forgotten")
    assert set(world.states("M-REQ")) == {"closed"}
    world.enter({"SCR/VS/WEIGHT": ""}, reason="typing")
    complete_form(world.work, world.form("SCR", "VS"))
    assert world.states("M-REQ").count("open") == 1
    world.check()


def test_a_missing_item_that_is_no_longer_asked_closes_its_query(world: World) -> None:
    world.enter({"SCR/DM/SEX": "F"})
    complete_form(world.work, world.form("SCR", "DM"))
    assert world.states("M-REQ") == ["open"]
    world.enter({"SCR/DM/SEX": "M"}, reason="misread")
    assert world.states("M-REQ") == ["closed"], "CHILDBP is asked of women only"
    world.check()


def test_a_deviation_is_confirmed_once_and_its_row_prepared(world: World) -> None:
    world.enter({"SCR/DM/SEX": "F", "SCR/DM/CHILDBP": "N", "SCR/VS/VSDAT": "2026-01-06", "SCR/VS/WEIGHT": "120"})
    confirm_finding(world.work, world.subject, "GIRL", "SCR/VS/VSD#1/WEIGHT", "is true")
    row = "LOG/DV/DV#1"
    assert world.text(f"{row}/DVCAT") == "OTHER"
    assert world.text(f"{row}/DVSTDAT") == "2026-01-06"
    assert world.text(f"{row}/DVLINK") == "SCR/VS/VSD#1/WEIGHT"
    assert world.text(f"{row}/DVNO") == "1"
    confirm_finding(world.work, world.subject, "GIRL", "SCR/VS/VSD#1/WEIGHT", "is still true")
    assert world.text("LOG/DV/DV#2/DVTERM") == ""
    world.check()


def test_hard_findings_cannot_be_confirmed_away(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "400"})
    for rule, reason, code in (("HARD", "so be it", "not_confirmable"), ("HARD", " ", "reason_missing"), ("SOFT", "so", "no_finding")):
        with pytest.raises(ExpectedError) as caught:
            confirm_finding(world.work, world.subject, rule, "SCR/VS/VSD#1/WEIGHT", reason)
        assert caught.value.code == code


def test_a_deleted_row_stays_in_the_history_and_its_number_is_never_used_again(world: World) -> None:
    world.enter({"LOG/CM/CMYN": "Y", "LOG/CM/CM#1/CMTRT": "a", "LOG/CM/CM#1/CMDOSE": "60", "LOG/CM/CM#2/CMTRT": "b", "LOG/CM/CM#2/CMDOSE": "1"})
    assert world.text("LOG/CM/CMTOTAL") == "61.0"
    assert any(name.startswith("ROWS@") for name in world.found())
    delete_row(world.work, world.form("LOG", "CM"), "CM", 1, "entered twice")
    assert world.text("LOG/CM/CMTOTAL") == "1.0"
    assert not any(name.startswith("ROWS@") for name in world.found())
    assert world.tries({"LOG/CM/CM#1/CMTRT": "c"}).problems
    assert world.work.casebook(world.subject).last_row(world.form("LOG", "CM"), "CM") == 2
    gone = [row for group in read_form(world.work, world.form("LOG", "CM")).groups for row in group.rows if row.deleted]
    assert [(row.number, row.reason) for row in gone] == [(1, "entered twice")]
    for row, reason, code in ((1, "again", "no_row"), (2, " ", "reason_missing"), (9, "x", "no_row")):
        with pytest.raises(ExpectedError) as caught:
            delete_row(world.work, world.form("LOG", "CM"), "CM", row, reason)
        assert caught.value.code == code
    world.check()


def test_the_target_ulcer_is_locked_after_the_first_treatment(world: World) -> None:
    world.enter({"SCR/DFH/ULC#1/ULCTARG": "Y", "SCR/DFH/ULC#1/ULCSITE": "heel"})
    world.enter({"SCR/DFH/ULC#1/ULCTARG": "N"})
    world.enter({"SCR/DFH/ULC#1/ULCTARG": "Y", "D0/INJ/EXSTDAT": "2026-01-12"})
    assert world.tries({"SCR/DFH/ULC#1/ULCTARG": "N"}).problems[world.key("SCR/DFH/ULC#1/ULCTARG")].code == "locked_item"
    assert world.tries({"SCR/DFH/ULC#1/ULCTARG": ""}).problems, "clearing is a change too"
    with pytest.raises(ExpectedError, match="locked"):
        delete_row(world.work, world.form("SCR", "DFH"), "ULC", 1, "round the lock")
    world.enter({"SCR/DFH/ULC#1/ULCSITE": "toe"})
    world.check()


def test_items_of_the_investigator_are_his_alone(world: World) -> None:
    world.enter({"LOG/AE/AE#1/AETERM": "Demo pain"})
    assert world.tries({"LOG/AE/AE#1/AEREL": "Y"}).problems[world.key("LOG/AE/AE#1/AEREL")].code == "role"
    world.enter({"LOG/AE/AE#1/AEREL": "Y"}, role=Role.INVESTIGATOR)
    assert world.tries({"LOG/AE/AE#1/AEREL": ""}).problems, "nor may anybody else clear it"
    assert item_history(world.work, world.key("LOG/AE/AE#1/AEREL"))[-1].role == Role.INVESTIGATOR
    world.check()


def test_subjects_get_the_next_number_and_their_consent_form(world: World) -> None:
    assert world.subject == "01-001"
    assert next_number(world.work) == "01-002"
    number, changes = create_subject(world.work, "2026年3月16日")
    assert number == "01-002"
    assert changes.forms
    for text, code in (("2026-03", "bad_consent_date"), ("", "bad_consent_date"), ("never", "bad_consent_date"), ("2026-03-18", "consent_in_future")):
        head = world.work.database.head
        with pytest.raises(ExpectedError) as caught:
            create_subject(world.work, text)
        assert caught.value.code == code
        assert world.work.database.head == head
    assert next_number(world.work) == "01-003"
    world.check()


def test_unscheduled_visits_are_counted(world: World) -> None:
    first = next_unscheduled(world.work, world.subject)
    assert (first.event, first.event_repeat) == ("UNS", 1)
    world.enter({"UNS/SV/VISDAT": "2026-02-01"})
    assert next_unscheduled(world.work, world.subject).event_repeat == 2
    with pytest.raises(ExpectedError, match="no_termination"):
        termination_visit(world.work, world.subject)


class DiskGoneError(Exception):
    """Stands for whatever may go wrong at the worst moment."""


@pytest.mark.parametrize("error", [ExpectedError("disk_full"), DiskGoneError()], ids=["expected", "unexpected"])
def test_a_failure_at_the_end_leaves_memory_and_disk_in_agreement(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70", "LOG/CM/CM#1/CMTRT": "a", "SCR/VS/VS#1/TEMP": "39"})
    complete_form(world.work, world.form("LOG", "CM"))
    head = world.work.database.head

    def fail(_unit: Unit) -> NoReturn:
        raise error

    acts: list[Callable[[], object]] = [
        lambda: enter_items(world.work, world.entries({"SCR/VS/WEIGHT": "80"})), lambda: complete_form(world.work, world.form("SCR", "DM")),
        lambda: confirm_finding(world.work, world.subject, "SOFT", "SCR/VS/VS#1/TEMP", "true"), lambda: delete_row(world.work, world.form("LOG", "CM"), "CM", 1, "x"),
        lambda: reopen_form(world.work, world.form("LOG", "CM"), reason="x"), lambda: create_subject(world.work, "2026-02-02"),
    ]  # fmt: skip
    for act in acts:
        with monkeypatch.context() as patched:
            patched.setattr(Unit, "seal", fail)
            with pytest.raises(type(error)):
                act()
        assert world.work.database.head == head
        world.check()
    with pytest.raises(ExpectedError, match="no_subject"):
        world.work.casebook("01-002")


POOL = {
    "SCR/DM/SEX": ("M", "F", "", "!UK"), "SCR/DM/CHILDBP": ("Y", "N", ""), "SCR/VS/WEIGHT": ("70", "120", "400", ""), "SCR/VS/VSPERF": ("Y", "N", ""),
    "D0/VS/WEIGHT": ("60", "121", "!ND"), "D0/VS/VS#1/TEMP": ("36", "41", "44"), "D0/VS/VS#2/TEMP": ("36", "41"), "SCR/SV/VISDAT": ("2026-01-06", "2026-01-20"),
    "D0/INJ/EXSTDAT": ("2026-01-12", "2026-01-05", ""), "LOG/CM/CM#1/CMDOSE": ("5", "60", ""), "LOG/CM/CM#2/CMDOSE": ("70", ""), "LOG/CM/CM#1/CMTRT": ("x", "y"),
    "LOG/CM/CM#1/CMAENO": ("LOG/AE/AE#1", ""), "LOG/AE/AE#1/AESER": ("Y", "N"), "LOG/AE/AE#1/AESTDAT": ("2026-01-01", "2026", ""), "LOG/AE/AE#1/AEENDAT": ("2025-12-01", ""),
    "SCR/LB/HGB_LBORRES": ("120", "150", ""), "SCR/LB/LBDAT": ("2026-01-06",),
}  # fmt: skip
ACTS = st.one_of(
    st.dictionaries(st.sampled_from(sorted(POOL)), st.integers(0, 3), min_size=1, max_size=3).map(
        lambda chosen: {address: POOL[address][number % len(POOL[address])] for address, number in chosen.items()}
    ),
    st.sampled_from([("SCR", "VS"), ("LOG", "CM"), ("SCR", "DM"), ("LOG", "AE")]),
    st.sampled_from([("CM", 1), ("CM", 2), ("AE", 1)]),
    st.just(None),
)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=6, max_size=14))
def test_any_sequence_of_commands_keeps_every_promise(tmp_path_factory: pytest.TempPathFactory, acts: list[dict[str, str] | tuple[str, str] | tuple[str, int] | None]) -> None:
    world = make_world(tmp_path_factory.mktemp("made") / "workspace")
    try:
        for act in acts:
            _act(world, act)
            world.check()
            _queries_are_sound(world)
    finally:
        world.work.close()


def _act(world: World, act: dict[str, str] | tuple[str, str] | tuple[str, int] | None) -> None:
    if isinstance(act, dict):
        world.tries(act, reason="sequence")
    elif act is None:
        for name, finding in world.found().items():
            if finding.severity in ("SOFT", "DEV"):
                confirm_finding(world.work, world.subject, finding.rule, name.partition("@")[2], "true")
    else:
        place, second = act
        casebook = world.work.casebook(world.subject)
        if isinstance(second, int):
            if second in casebook.rows(world.form("LOG", place), place):
                delete_row(world.work, world.form("LOG", place), place, second, "sequence")
        elif world.form(place, second) in casebook.forms:
            complete_form(world.work, world.form(place, second))


def _queries_are_sound(world: World) -> None:
    """An open or answered query has its finding, and there is at most one of them a finding."""
    alive = [f"{one.rule}@{one.address}" for rule in {name.partition("@")[0] for name in world.found()} for one in world.queries(rule) if one.state in ("open", "answered")]
    assert len(alive) == len(set(alive))
    assert set(alive) <= set(world.found())


def test_entries_into_nothing_are_nothing(world: World) -> None:
    head = world.work.database.head
    assert enter_items(world.work, []).stored
    assert world.work.database.head == head
    assert not enter_items(world.work, [ItemEntry(world.key("SCR/DM/SEX")._replace(item="NONE"), "x")]).stored
