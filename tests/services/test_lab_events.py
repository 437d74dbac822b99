"""From a result to an adverse event: proposed with term, grade, date and source; written only when a person says so."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.services.lab_events import add_event, propose_event, result_of
from tests.services.world import World


@pytest.fixture
def lab(world: World) -> World:
    """A low haemoglobin at screening."""
    world.enter({"SCR/DM/SEX": "M", "SCR/LB/LBDAT": "2026-01-06", "SCR/LB/HGB_LBORRES": "90"})
    return world


@pytest.mark.parametrize(("lang", "term"), [("en", "Anemia"), ("zh", "贫血")])
def test_a_proposal_writes_nothing(lab: World, lang: str, term: str) -> None:
    head = lab.work.database.head
    found = propose_event(lab.work, lab.key("SCR/LB/HGB_LBNRIND"), lang)
    assert dict(found.texts) == {"AETERM": term, "AESTDAT": "2026-01-06", "AETOXGR": "2"}
    assert (found.row, found.known, found.source) == (1, 0, "SCR/LB/LB#1/HGB_LBORRES")
    assert found.grade is not None
    assert (found.grade.grade, found.grade.basis) == (2, "LLN")
    assert lab.work.database.head == head


def test_what_the_person_left_of_it_becomes_the_row_with_its_source(lab: World) -> None:
    found = propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"))
    head = lab.work.database.head
    assert add_event(lab.work, found, {"AETERM": "Anaemia of chronic disease", "AESTDAT": "2026-01", "AETOXGR": ""}).stored
    assert lab.work.database.head.no == head.no + 1, "one command"
    assert [lab.text(f"LOG/AE/AE#1/{oid}") for oid in ("AETERM", "AESTDAT", "AESRC", "AESPID")] == ["Anaemia of chronic disease", "2026-01", "SCR/LB/LB#1/HGB_LBORRES", "1"]
    again = propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"))
    assert again.known == 1
    head = lab.work.database.head
    assert add_event(lab.work, found, {"AETERM": "twice"}).stored
    assert lab.work.database.head == head, "one result begins one event"
    lab.check()


def test_a_text_that_is_no_value_is_refused_and_nothing_begins(lab: World) -> None:
    found = propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"))
    outcome = add_event(lab.work, found, {"AETERM": "Anemia", "AESTDAT": "soon"})
    assert [key.item for key in outcome.problems] == ["AESTDAT"]
    assert lab.text("LOG/AE/AE#1/AETERM") == ""


def test_a_result_without_scale_is_named_by_its_direction(lab: World) -> None:
    lab.enter({"SCR/LB/HGB_LBORRES": "200"})
    found = propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"), "en")
    assert dict(found.texts) == {"AETERM": "Hb increased", "AESTDAT": "2026-01-06", "AETOXGR": ""}


def test_what_suggests_nothing_is_refused(lab: World) -> None:
    assert result_of(lab.work, lab.key("SCR/LB/LBDAT")) is None
    with pytest.raises(ExpectedError, match="not_abnormal"):
        propose_event(lab.work, lab.key("SCR/LB/LBDAT"))
    lab.enter({"SCR/LB/HGB_LBORRES": "150"})
    with pytest.raises(ExpectedError, match="not_abnormal"):
        propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"))
    lab.be(Role.MONITOR)
    with pytest.raises(ExpectedError, match="no_right"):
        propose_event(lab.work, lab.key("SCR/LB/HGB_LBORRES"))
