"""D10, D11, D25, D34."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crf_app.study.partial_dates import parse_iso
from tests.study.functions.support import ask, output, said

PRODUCT = {"PROD_VOL": "2.0", "PROD_CELLS": "100"}
LOG = {"POINT_VOLUMES": ["0.2"] * 10}


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        ({**LOG, "REMAINDERS": ["0", "0"], **PRODUCT}, "2.00"),
        # A remainder left blank, a point without volume: nothing is taken for zero.
        ({**LOG, "REMAINDERS": ["0", None], **PRODUCT}, "MISSING"),
        ({"POINT_VOLUMES": ["0.2", None], "REMAINDERS": ["0", "0"], **PRODUCT}, "MISSING"),
        ({"POINT_VOLUMES": ["0.2", "0"], **PRODUCT}, "0.20"),
        ({"POINT_VOLUMES": [], **PRODUCT}, "MISSING"),
        ({"N_POINTS": 0, "VOL_PER_POINT": "0.2", "REMAINDERS": ["0", "0"], **PRODUCT}, "0.00"),
        ({"N_POINTS": 3, **PRODUCT}, "MISSING"),
        ({**LOG, **PRODUCT, "DECLARED_POINTS": 10}, "2.00"),
        ({**LOG, **PRODUCT, "DECLARED_POINTS": 9}, "2.00 POINT_COUNT_MISMATCH"),
        (
            {**LOG, "REMAINDERS": ["0.01", "0"], **PRODUCT, "DECLARED_POINTS": 9},
            "2.01 VOLUME_EXCEEDS_PRODUCT POINT_COUNT_MISMATCH",
        ),
        ({"N_POINTS": 4, "VOL_PER_POINT": "1", "CONC": "5", "PROD_VOL": "3"}, "4.00 VOLUME_EXCEEDS_PRODUCT"),
        ({**LOG, "PROD_VOL": "0", "PROD_CELLS": "100"}, "ERROR NON_POSITIVE"),
        ({"POINT_VOLUMES": ["0.2", "-0.2"], **PRODUCT}, "ERROR NEGATIVE"),
        ({"N_POINTS": -1, "VOL_PER_POINT": "0.2", **PRODUCT}, "ERROR NEGATIVE"),
        ({**LOG, "REMAINDERS": ["-1", "0"], **PRODUCT}, "ERROR NEGATIVE"),
    ],
)
def test_volume(inputs: dict[str, object], answer: str) -> None:
    assert said("D10", **inputs) == answer


def test_cells_need_their_product() -> None:
    found = ask("D10", **LOG, PROD_CELLS="90", PROD_VOL="1.8", VIABILITY="92.5").outputs
    assert (found["cells_1e6"], found["viable_cells_1e6"]) == (Decimal(100), Decimal("92.5"))
    assert output("D10", "cells_1e6", **LOG, PROD_CELLS="90") is None
    assert output("D10", "cells_1e6", **LOG) is None
    assert output("D10", "cells_1e6", **LOG, CONC="5") == Decimal(10)
    assert output("D10", "viable_cells_1e6", **LOG, CONC="5") is None
    assert output("D10", "n_points", POINT_VOLUMES=["0.2", None]) == 2


def day(number: int, given: str | None = "Y", dose: str | None = "600", date: str | None = "") -> list[object]:
    return [f"2024-06-{number:02}" if date == "" else date, given, dose]


FIFTEEN = [day(number) for number in range(1, 16)]


@pytest.mark.parametrize(
    ("rows", "answer", "consecutive"),
    [
        (FIFTEEN[::-1], "100.0", "Y"),
        ([*FIFTEEN[:14], day(16)], "100.0", "N"),
        ([*FIFTEEN[:14], day(15, dose=None)], "MISSING INCOMPLETE_ROW", None),
        ([*FIFTEEN[:14], day(15, date=None)], "MISSING INCOMPLETE_ROW", None),
        ([*FIFTEEN[:14], day(15, date="2024-06")], "MISSING INCOMPLETE_ROW", None),
        ([*FIFTEEN[:14], day(14)], "ERROR DUPLICATE_DATE", None),
        # A day that was not given has no dose to duplicate.
        ([*FIFTEEN[:14], day(14, "N", None)], "93.3", "Y"),
        ([*FIFTEEN[:14], day(15, dose="-1")], "ERROR NEGATIVE", None),
        ([*FIFTEEN[:14], day(15, dose="0")], "93.3", "Y"),
        (FIFTEEN[:14], "MISSING LOG_OPEN", "Y"),
        ([*FIFTEEN, day(16, None)], "MISSING LOG_OPEN", "Y"),
        ([day(number, "N", None) for number in range(1, 16)], "0.0", None),
        ([day(1, None, None)], "MISSING LOG_OPEN", None),
        ([], "MISSING", None),
        (None, "MISSING", None),
    ],
)
def test_infusions(rows: list[list[object]] | None, answer: str, consecutive: str | None) -> None:
    assert said("D11", DAYS=rows) == answer
    assert ask("D11", DAYS=rows).outputs.get("consecutive") == consecutive


def test_running_totals_while_the_log_is_open() -> None:
    found = ask("D11", DAYS=[*FIFTEEN[:3], *[day(number, None, None) for number in range(4, 16)]]).outputs
    assert (found["n_doses"], found["total_mg"], found["last_date"]) == (3, 1800, parse_iso("2024-06-03"))


@pytest.mark.parametrize(
    ("removed", "start", "end", "limit", "answer", "to_end", "over"),
    [
        ("09:00", "09:30", "11:00", 120, "30", 120, False),
        ("09:00", "09:30", "11:01", 120, "30", 121, True),
        ("09:00", "09:30", None, 120, "30", None, None),
        ("09:00", "11:01", None, 120, "121", None, True),
        ("09:00", "09:30", "11:01", None, "30", 121, None),
        ("09:00", None, "11:01", 120, "MISSING", 121, True),
        (None, "09:30", "11:01", 120, "MISSING", None, None),
        ("09:00", "09:00", "09:00", 0, "0", 0, False),
    ],
)
def test_storage(
    removed: str | None, start: str | None, end: str | None, limit: int | None, answer: str, to_end: int | None, over: bool | None
) -> None:
    clock = {"REMOVED": removed, "START": start, "END": end}
    inputs = {name: time and f"2024-03-01T{time}" for name, time in clock.items()}
    assert said("D25", **inputs, LIMIT_MIN=limit) == answer
    found = ask("D25", **inputs, LIMIT_MIN=limit).outputs
    assert (found["to_end"], found["over_limit"]) == (to_end, over)


def test_storage_times_in_order() -> None:
    at = "2024-03-01T{}".format
    assert said("D25", REMOVED=at("09:00"), START=at("10:00"), END=at("09:59")) == "ERROR DATE_ORDER"
    assert said("D25", REMOVED=at("09:00"), END=at("08:59")) == "ERROR DATE_ORDER"
    assert said("D25", START=at("10:00"), END=at("09:59")) == "ERROR DATE_ORDER"


INJECTIONS = ["2024-03-01", "2024-03-08", "2024-03-15"]


@pytest.mark.parametrize(
    ("injections", "changes", "answer"),
    [
        (INJECTIONS, [["2024-02-29", "N"]], "Y"),
        (INJECTIONS, [["2024-03-01", "N"]], "N"),
        (INJECTIONS, [["2024-03-29", "Y"]], "N"),
        (INJECTIONS[::-1], [["2024-03-30", "Y"]], "Y"),
        (INJECTIONS[:1], [["2024-03-16", "N"]], "Y"),
        (INJECTIONS, [["2024-03", "N"]], "MISSING PARTIAL_DATE"),
        (["2024-03"], [], "MISSING PARTIAL_DATE"),
        (INJECTIONS, [[None, "N"]], "MISSING CHANGE_DATE_MISSING"),
        (INJECTIONS, [[None, "N"], ["2024-03", "N"]], "MISSING CHANGE_DATE_MISSING"),
        ([], [[None, "N"]], "MISSING"),
        ([None], [], "MISSING"),
        (["2024-03-01", None], [], "MISSING"),
        (None, [], "MISSING"),
        (INJECTIONS, None, "MISSING"),
    ],
)
def test_therapy_unchanged(injections: list[str | None] | None, changes: list[list[object]] | None, answer: str) -> None:
    assert said("D34", INJECTIONS=injections, CHANGES=changes) == answer


def test_changes_for_an_event_are_listed_too() -> None:
    changes = [["2024-03-10", "Y"], ["2024-03-30", "N"], ["2024-03-08", None]]
    assert output("D34", "violations", INJECTIONS=INJECTIONS, CHANGES=changes) == (
        {"date": parse_iso("2024-03-10"), "day_after": 2, "for_ae": "Y"},
        {"date": parse_iso("2024-03-08"), "day_after": 0, "for_ae": None},
    )
