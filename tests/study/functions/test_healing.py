"""D18: healing is confirmed, or not yet, or not."""

from __future__ import annotations

import pytest

from tests.study.functions.support import ask, said

FIRST = "2024-03-01"


@pytest.mark.parametrize(
    ("assessments", "event", "days"),
    [
        # Fourteen days later is enough, thirteen are not.
        ([("04-01", "Y"), ("04-14", "Y")], "HEALED_UNCONFIRMED", 31),
        ([("04-01", "Y"), ("04-15", "Y")], "HEALED", 31),
        ([("04-01", "Y"), ("04-08", "Y"), ("04-15", "Y")], "HEALED", 31),
        # Re-opened in between: the first healing is not confirmed, the second may be.
        ([("04-01", "Y"), ("04-08", "N"), ("04-15", "Y")], "HEALED_UNCONFIRMED", 45),
        ([("04-01", "Y"), ("04-08", "N"), ("04-15", "Y"), ("04-29", "Y")], "HEALED", 45),
        ([("04-01", "Y"), ("04-08", "N")], "CENSORED", 38),
        # Re-opened after confirmation: the healing stands.
        ([("04-01", "Y"), ("04-15", "Y"), ("05-01", "N")], "HEALED", 31),
        # Missed assessments are skipped, the order of entry does not matter.
        ([("04-15", "Y"), ("04-08", None), ("04-01", "Y")], "HEALED", 31),
        ([("04-01", "N"), (None, "Y")], "CENSORED", 31),
        # Up to the day of injection nothing counts, even when the date is partial.
        ([("03-01", "Y"), ("03-15", "Y")], "HEALED_UNCONFIRMED", 14),
        ([("02-20", "Y"), ("04-01", "N")], "CENSORED", 31),
        ([("02", "Y"), ("04-01", "N")], "CENSORED", 31),
        # Two wounds on one day: healed only when both are.
        ([("04-01", "Y"), ("04-15", "Y"), ("04-15", "N")], "CENSORED", 45),
    ],
)
def test_events(assessments: list[tuple[str | None, str | None]], event: str, days: int) -> None:
    rows = [{"date": date and f"2024-{date}", "healed": healed} for date, healed in assessments]
    found = ask("D18", FIRST_INJECTION=FIRST, ASSESSMENTS=rows)
    assert (found.outputs["event"], found.value) == (event, days)


@pytest.mark.parametrize(
    ("first", "rows", "answer"),
    [
        (FIRST, [], "MISSING"),
        (FIRST, [["2024-03-01", "Y"]], "MISSING"),
        (FIRST, None, "MISSING"),
        ("2024-03", [["2024-04-01", "Y"]], "MISSING PARTIAL_DATE"),
        (FIRST, [["2024-04", "Y"]], "MISSING PARTIAL_DATE"),
        (FIRST, [["2024-04", None], ["2024-04-05", "N"]], "35"),
    ],
)
def test_what_is_needed(first: str, rows: list[list[object]] | None, answer: str) -> None:
    assert said("D18", FIRST_INJECTION=first, ASSESSMENTS=rows) == answer
