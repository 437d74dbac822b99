"""Parameters, laboratories and reference intervals: each change with its reason, what depends on it computed at once (decisions 12)."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.administration import laboratories, put_site_row, read_parameter_records, set_parameter, site_rows
from crf_app.services.reading import item_history
from crf_app.store.unit import Unit
from tests.services.world import World


def test_a_parameter_changed_after_first_data_says_why_and_recomputes(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70"})
    assert world.text("SCR/VS/LIMIT") == "140.0"
    world.be(Role.ADMINISTRATOR)
    head = world.work.database.head
    for oid, text, reason, code in (
        ("factor", "3", "", "reason_missing"), ("factor", "much", "x", "parameter_value"), ("none", "3", "x", "unknown_parameter"),
        ("initials", "maybe", "x", "parameter_value"),
    ):  # fmt: skip
        with pytest.raises(ExpectedError) as caught:
            set_parameter(world.work, oid, text, reason=reason)
        assert caught.value.code == code
    assert world.work.database.head == head
    set_parameter(world.work, "factor", "3", reason="protocol 2.1")
    assert world.text("SCR/VS/LIMIT") == "210.0"
    assert world.work.database.head.no == head.no + 1, "one command"
    last = item_history_of(world, "SCR/VS/LIMIT")[-1]
    assert last == ("140.0", "210.0", "protocol 2.1")
    record = next(one for one in read_parameter_records(world.work) if one.definition.oid == "factor")
    assert (record.value, record.confirmed, record.note) == ("3", True, "protocol 2.1")
    world.check()


def item_history_of(world: World, address: str) -> list[tuple[str, str, str]]:
    """Old value, new value and reason of every change."""
    world.be(Role.COORDINATOR)
    return [(one.old.text, one.new.text, one.reason) for one in item_history(world.work, world.key(address))]


def test_confirming_an_assumed_parameter_needs_no_reason(world: World) -> None:
    world.be(Role.ADMINISTRATOR)
    assert not next(one for one in read_parameter_records(world.work) if one.definition.oid == "factor").confirmed
    assert not set_parameter(world.work, "factor", "2").everything
    assert next(one for one in read_parameter_records(world.work) if one.definition.oid == "factor").confirmed


def test_a_switch_hides_its_items(world: World) -> None:
    assert world.tries({"SCR/DM/SUBJINIT": "AB"}).stored
    world.be(Role.ADMINISTRATOR)
    set_parameter(world.work, "initials", "N", reason="not collected")
    world.be(Role.COORDINATOR)
    assert world.tries({"SCR/DM/SUBJINIT": "CD"}).problems
    world.check()


def test_a_parameter_that_could_not_be_stored_is_not_in_force(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/WEIGHT": "70"})
    world.be(Role.ADMINISTRATOR)

    def fail(_unit: Unit) -> None:
        raise ExpectedError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "seal", fail)
        with pytest.raises(ExpectedError, match="disk_full"):
            set_parameter(world.work, "factor", "3", reason="x")
        with pytest.raises(ExpectedError, match="disk_full"):
            put_site_row(world.work, "laboratory", "L2", {"en": "Two", "zh": "二"})
    assert world.work.parameters["factor"] == "2"
    assert [code for code, _ in laboratories(world.work)] == ["SITE"]
    codes = [one.code for one in world.work.study.item("LB", "LBNAM").codes]
    assert codes == ["SITE"]
    world.check()


RANGE = {"laboratory": "SITE", "test": "HGB", "unit": "g/L", "sex": "M", "from_age": 0, "to_age": 0, "low": "115", "high": "165", "valid_from": "2026-01-01", "valid_to": ""}


def test_reference_intervals_decide_the_flag_and_a_new_one_decides_it_anew(world: World) -> None:
    world.enter({"SCR/DM/SEX": "M", "SCR/LB/LBDAT": "2026-01-06", "SCR/LB/HGB_LBORRES": "120"})
    assert world.text("SCR/LB/LBNAM") == "SITE", "the only laboratory is the default"
    assert world.text("SCR/LB/HGB_LBNRIND") == "LOW"
    world.be(Role.ADMINISTRATOR)
    put_site_row(world.work, "reference_range", "OWN", RANGE)
    world.be(Role.COORDINATOR)
    assert world.text("SCR/LB/HGB_LBNRIND") == "NORMAL", "the laboratory's own interval before the assumed one"
    world.enter({"SCR/LB/LBDAT": "2025-12-31"})
    assert world.text("SCR/LB/HGB_LBNRIND") == "LOW", "before it was valid"
    world.enter({"SCR/DM/SEX": "F"})
    assert world.text("SCR/LB/HGB_LBNRIND") == "NORMAL"
    world.check()


@pytest.mark.parametrize(("low", "high"), [("", ""), ("5", "4"), ("low", "4"), ("1", "x")])
def test_an_interval_that_is_none_is_refused(world: World, low: str, high: str) -> None:
    world.be(Role.ADMINISTRATOR)
    head = world.work.database.head
    with pytest.raises(ExpectedError, match="interval_wrong"):
        put_site_row(world.work, "reference_range", "OWN", {**RANGE, "low": low, "high": high})
    assert world.work.database.head == head


def test_site_rows_are_versions_never_overwritten(world: World) -> None:
    world.be(Role.ADMINISTRATOR)
    put_site_row(world.work, "laboratory", "L2", {"en": "Two", "zh": "二"})
    put_site_row(world.work, "laboratory", "L2", {"en": "Second", "zh": "第二"})
    assert [(one.row_id, one.version) for one in site_rows(world.work, "laboratory")] == [("L2", 2), ("SITE", 1)]
    assert [one.code for one in world.work.study.item("LB", "LBNAM").codes] == ["L2", "SITE"]
