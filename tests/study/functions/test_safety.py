"""D19, D23, D24, D26."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.study.functions.support import ask, output, said

DONE = {"SESSIONS": 3, "FOLLOWUP_COMPLETE": "Y", "ANY_AE": "Y"}


def event(te: str | None = "Y", rel: str | None = "NOT RELATED", acn: str | None = "DOSE NOT CHANGED", left: str | None = "N") -> dict[str, object]:
    return {"treatment_emergent": te, "AEREL": rel, "AEACN": acn, "AEDISC": left}


@pytest.mark.parametrize(
    ("events", "answer", "related", "none"),
    [
        ([event(acn="DRUG WITHDRAWN")], "N", "Y", "N"),
        ([event(left="Y")], "N", "Y", "N"),
        ([event(rel="RELATED")], "Y", "N", "N"),
        ([event(rel="PROBABLE")], "Y", "N", "N"),
        ([event(rel="UNLIKELY")], "Y", "Y", "N"),
        # Not emergent: ignored, even incomplete.
        ([event("N", "RELATED", "DRUG WITHDRAWN", "Y")], "Y", "Y", "Y"),
        ([event("N", None, None, None)], "Y", "Y", "Y"),
        ([event(), event(rel=None)], "MISSING AE_INCOMPLETE", None, None),
        ([event(acn=None)], "MISSING AE_INCOMPLETE", None, None),
        ([event(acn="UNKNOWN")], "MISSING AE_INCOMPLETE", None, None),
        ([event(te=None)], "MISSING AE_INCOMPLETE", None, None),
        ([event(left=None)], "MISSING AE_INCOMPLETE", None, None),
        # Treatment was withdrawn: whether the study ended too changes nothing.
        ([event(acn="DRUG WITHDRAWN", left=None)], "N", "Y", "N"),
        ([], "ERROR CONFLICT", None, None),
        (None, "MISSING", None, None),
    ],
)
def test_reaction_free(events: list[object] | None, answer: str, related: str | None, none: str | None) -> None:
    assert said("D19", **DONE, AES=events) == answer
    found = ask("D19", **DONE, AES=events).outputs
    assert (found.get("arfree_rel"), found.get("arfree_any")) == (related, none)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"ANY_AE": "N"}, "ERROR CONFLICT"),
        ({"ANY_AE": None}, "MISSING"),
        ({"FOLLOWUP_COMPLETE": None}, "MISSING"),
        ({"FOLLOWUP_COMPLETE": "N"}, "N"),
        ({"SESSIONS": None}, "MISSING"),
        ({"SESSIONS": 2}, "N"),
        ({"SESSIONS": 4}, "Y"),
    ],
)
def test_completion_and_the_question(change: dict[str, object], answer: str) -> None:
    assert said("D19", **{**DONE, "AES": [event()], **change}) == answer


FIRST = {"FIRST_TREATMENT": "2024-03-10"}


@pytest.mark.parametrize(
    ("inputs", "answer", "emergent", "day"),
    [
        ({"START": "2024-03-10", "END": "2024-03-10"}, "1", "Y", 1),
        ({"START": "2024-02-28", "END": "2024-03-01"}, "3", "N", -11),
        # Partial starts: N only when even the latest possible day is earlier.
        ({"START": "2024-02", "ONGOING": "Y"}, "blank", "N", None),
        ({"START": "2024-03", "ONGOING": "Y"}, "blank", "Y", None),
        ({"START": "2024", "ONGOING": "N"}, "MISSING", "Y", None),
        ({"START": "2024", "END": "2024-03-05"}, "MISSING PARTIAL_DATE", "N", None),
        ({"START": "2024-03", "END": "2024-03-10"}, "MISSING PARTIAL_DATE", "Y", None),
        ({"START": "2024-03-01", "END": "2024-03"}, "MISSING PARTIAL_DATE", "N", -9),
        ({"START": "2024-03-01", "END": "2024-02"}, "ERROR DATE_ORDER", None, None),
        ({"END": "2024-03-05"}, "MISSING", "N", None),
        ({"END": "2024-03-15"}, "MISSING", "Y", None),
        ({"START": "2024-03-12"}, "MISSING", "Y", 3),
        # The same day: the time decides when both are known.
        ({"START": "2024-03-10", "START_TIME": "08:59", "FIRST_TREATMENT_TIME": "09:00", "ONGOING": "Y"}, "blank", "N", 1),
        ({"START": "2024-03-10", "START_TIME": "09:00", "FIRST_TREATMENT_TIME": "09:00", "ONGOING": "Y"}, "blank", "Y", 1),
        ({"START": "2024-03-10", "START_TIME": "08:00", "ONGOING": "Y"}, "blank", "Y", 1),
        ({"START": "2024-03-11", "START_TIME": "08:00", "FIRST_TREATMENT_TIME": "09:00", "ONGOING": "Y"}, "blank", "Y", 2),
        ({"START": "2024-03", "START_TIME": "08:00", "FIRST_TREATMENT_TIME": "09:00", "ONGOING": "Y"}, "blank", "Y", None),
    ],
)
def test_event_clock(inputs: dict[str, object], answer: str, emergent: str | None, day: int | None) -> None:
    assert said("D23", **FIRST, **inputs) == answer
    found = ask("D23", **FIRST, **inputs).outputs
    assert (found.get("te"), found.get("aestdy")) == (emergent, day)


def test_before_any_treatment_nothing_is_emergent_yet() -> None:
    found = ask("D23", START="2024-03-01", END="2024-03-02")
    assert (found.value, found.outputs["te"], found.outputs["aestdy"]) == (2, None, None)


@pytest.mark.parametrize(
    ("aware", "reported", "answer", "late"),
    [
        ("2024-03-02T10:00", "2024-03-02T09:59", "ERROR DATE_ORDER", None),
        ("2024-03-02T10:00", "2024-03-02T10:03", "0.1", False),  # 0.05 h: half away from zero
        (None, "2024-03-02T10:03", "MISSING", None),
        # To the minute: seconds do not make it late.
        ("2024-03-02T10:00:00", "2024-03-03T10:00:59", "24.0", False),
    ],
)
def test_report_clock(aware: str | None, reported: str, answer: str, late: bool | None) -> None:
    assert said("D24", AWARE=aware, REPORTED=reported) == answer
    assert ask("D24", AWARE=aware, REPORTED=reported).outputs.get("late") is late


def test_wash_out() -> None:
    last = "2024-02-28T08:00"
    assert said("D26", LAST_DOSE=last, T_HALF_H="9.6") == "2024-03-01T08:00"
    assert output("D26", "cleared", LAST_DOSE=last, T_HALF_H="9.6") is None
    # 5 × 0.005 h are 90 seconds: shown to the minute, decided before that.
    assert ask("D26", LAST_DOSE=last, T_HALF_H="0.005").value == datetime(2024, 2, 28, 8, 1, 30)  # noqa: DTZ001 local times
    assert said("D26", LAST_DOSE=last, T_HALF_H="0.005") == "2024-02-28T08:02"
    assert output("D26", "cleared", LAST_DOSE=last, T_HALF_H="0.005", ENROL="2024-02-28T08:01") == "N"
    assert output("D26", "cleared", LAST_DOSE=last, T_HALF_H="0.005", ENROL="2024-02-28T08:02") == "Y"


@pytest.mark.parametrize(
    ("half_life", "answer"), [("0", "ERROR NON_POSITIVE"), ("-1", "ERROR NON_POSITIVE"), ("1" + "0" * 12, "ERROR RANGE"), (None, "MISSING")]
)
def test_half_lives_without_sense(half_life: str | None, answer: str) -> None:
    assert said("D26", LAST_DOSE="2024-02-28T08:00", T_HALF_H=half_life) == answer
