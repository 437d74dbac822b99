"""evaluate: what is worked out step by step is what working everything out afresh gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crf_app.clinical.casebook import make_casebook
from tests.clinical.sequences import SUBJECT, Entry, Follower, Step, entered_items, entries, steps
from tests.clinical.small import conditions, small_rules, small_study

ITEMS = entered_items(small_study())
LINKS = ("LOG/AE/AE#1", "LOG/AE/AE#2", "SCR/LB/LB#1", "D0/VS/VS#2")


@settings(max_examples=60)
@given(steps(small_study(), ITEMS, LINKS, 1, 25))
def test_incremental_evaluation_equals_a_fresh_one(sequence: list[Step]) -> None:
    follower = Follower(small_rules(), conditions())
    for step in sequence:
        follower.follow(step)
        follower.check()


@given(st.lists(entries(small_study(), ITEMS, LINKS), max_size=30))
def test_a_casebook_changed_step_by_step_is_the_one_made_at_once(sequence: list[Entry]) -> None:
    changed = make_casebook(small_study(), SUBJECT, {})
    for one in sequence:
        changed = changed.with_changes(small_study(), [one])
    assert changed == make_casebook(small_study(), SUBJECT, dict(sequence))
    assert changed.by_form == make_casebook(small_study(), SUBJECT, dict(sequence)).by_form
    assert make_casebook(small_study(), SUBJECT, {}).with_changes(small_study(), sequence).by_form == changed.by_form
