"""What an expression reads: the items it names, what shows them, what orders them, and which forms it goes by."""

from __future__ import annotations

import pytest

from crf_app.study.dependencies import CycleError, Read, depends_on, derived_order, extent, reads
from crf_app.study.expressions.typing import scope_of
from crf_app.study.loading import load_study
from crf_app.study.mistakes import DefinitionError
from tests.clinical.small import small_study
from tests.study.mini import write_study

CASES = [
    ("VS", "VSD", "HEIGHT", {"VS.HEIGHT", "VS.VSPERF"}), ("VS", "VSD", "WEIGHT", {"VS.WEIGHT", "VS.VSPERF", "DM.SEX", "DM.CHILDBP"}),
    ("VS", "VSD", "HEIGHT@PREV", {"VS.HEIGHT", "VS.VSPERF", "VS.VSDAT", "SV.VISDAT", "VS.*"}),
    ("DM", "", "count(for CM.CM)", {"CM.*", "CM.CMYN"}), ("CM", "CM", "CMAENO -> AESTDAT", {"CM.CMAENO", "AE.AESTDAT", "AE.*"}),
    ("AE", "AE", "AESRC -> LBDAT", {"AE.AESRC", "LB.LBDAT", "LB.*"}), ("DM", "", "first_treatment", {"INJ.EXSTDAT", "INJ.EXPERF"}),
    ("LB", "LB", "uln(HGB_LBORRES)", {"LB.LBNAM", "LB.LBDAT", "SV.VISDAT", "DM.SEX", "DM.BRTHDAT"}),
    ("", "", 'criterion("E01")', {"IE.E01", "LB.HBSAG", "INJ.EXSTDAT"}), ("DM", "", "1 + 1", set()),
]  # fmt: skip


@pytest.mark.parametrize(("form", "group", "source", "names"), CASES, ids=[one[2] for one in CASES])
def test_everything_that_can_change_the_answer_is_read(form: str, group: str, source: str, names: set[str]) -> None:
    assert names <= {one.name for one in depends_on(source, scope_of(small_study(), form, group))}


def test_reads_names_items_alone() -> None:
    scope = scope_of(small_study(), "DM")
    assert extent("CM") in {one.name for one in depends_on("count(for CM.CM)", scope)}
    assert {one.name for one in reads("count(for CM.CM)", scope)} == {"CM.CMYN"}


def test_what_is_read_in_the_same_row_is_told_apart() -> None:
    found = {one.name: one for one in depends_on("CMDOSE + sum(CMDOSE for CM.CM)", scope_of(small_study(), "CM", "CM")) if one.same_row}
    assert set(found) == {"CM.CMDOSE"}
    assert Read("CM.CMDOSE", local=True, same_row=True) in found.values()


def test_a_loop_that_stays_at_its_event_reads_there_alone() -> None:
    scope = scope_of(small_study(), "WND", "WND")
    here = {one.name: one for one in depends_on('first(TEMP for VS.VS where event.order = this.event.order and VSTPT = "PRE")', scope)}
    assert all(here[name].same_event for name in ("VS.TEMP", "VS.VSTPT", "VS.VSPERF", "VS.*"))
    for anywhere in ("first(TEMP for VS.VS where event.order <= this.event.order)", 'first(TEMP for VS.VS where event.order = this.event.order or VSTPT = "PRE")'):
        assert not any(one.same_event for one in depends_on(anywhere, scope))
    other = [one for one in depends_on("any(WEIGHT@PREV > 1 for VS.VSD where event.order = this.event.order)", scope) if one.name == "VS.WEIGHT"]
    assert other
    assert not any(one.same_event for one in other)


def test_baseline_reads_are_told_apart_from_others() -> None:
    found = {one.baseline for one in depends_on("WEIGHT@BL", scope_of(small_study(), "VS", "VSD")) if one.name == "VS.WEIGHT"}
    assert found == {True}
    assert {one.baseline for one in depends_on("WEIGHT@BL - WEIGHT", scope_of(small_study(), "VS", "VSD")) if one.name == "VS.WEIGHT"} == {True, False}


def test_derived_items_stand_after_what_they_read() -> None:
    order = derived_order(small_study())
    assert len(order) == len(set(order))
    for name in order:
        form, oid = name.split(".")
        item = small_study().item(form, oid)
        needed = {one.name for one in reads(item.derive, scope_of(small_study(), form, item.group))} - {name}
        assert not needed & set(order[order.index(name) :]), name


def test_a_circle_is_refused_with_its_way_round(tmp_path_factory: pytest.TempPathFactory) -> None:
    circle = ("derive = 'D02(H = HEIGHT, W = WEIGHT)'", "derive = 'BMI + 1'")
    assert CycleError(("A", "B", "A")).names == ("A", "B", "A")
    with pytest.raises(DefinitionError, match=r"VS\.BMI"):
        load_study(write_study(tmp_path_factory.mktemp("own"), {"library/forms/VS.toml": circle}))
    two = ("derive = 'D02(H = HEIGHT, W = WEIGHT)'", "derive = 'TWO + 1'\n\n[[groups.items]]\noid = \"TWO\"\nlabel = { en = \"t\", zh = \"t\" }\ntype = \"int\"\nderive = 'BMI - 1'")
    with pytest.raises(DefinitionError, match=r"VS\.BMI"):
        load_study(write_study(tmp_path_factory.mktemp("two"), {"library/forms/VS.toml": two}))


def test_what_is_read_at_one_visit_says_which() -> None:
    study = small_study()
    visit = study.events[0].oid
    found = [one for one in depends_on(f"WEIGHT@{visit}", scope_of(study, "VS", "VSD")) if one.name == "VS.WEIGHT"]
    assert [one.event for one in found] == [visit]
    assert {one.event for one in depends_on("WEIGHT@LAST", scope_of(study, "VS", "VSD"))} == {""}


def test_what_the_first_treatment_is_computed_from_is_read_through_it() -> None:
    found = {one.through for one in depends_on("first_treatment", scope_of(small_study(), "DM")) if one.name == "INJ.EXSTDAT"}
    assert found == {"first_treatment"}
    assert {one.through for one in depends_on("INJ.EXSTDAT", scope_of(small_study(), "DM"))} >= {""}


def test_the_reference_interval_of_an_own_result_is_read_of_the_own_form() -> None:
    found = {one.name: one for one in depends_on("uln(HGB_LBORRES)", scope_of(small_study(), "LB", "LB"))}
    assert found["LB.LBNAM"].local
    assert found["LB.LBDAT"].local
    assert found["SV.VISDAT"].same_event
    assert not any(one.local for one in depends_on("uln(LB.HGB_LBORRES)", scope_of(small_study(), "VS", "VSD")) if one.name == "LB.LBDAT")
