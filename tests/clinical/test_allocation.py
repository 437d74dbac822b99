"""Checks of allocation lists, and lists by permuted blocks."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.allocation import PlannedCode, Scheme, check_codes, is_full, parsed_ratio, planned_per_arm
from crf_app.clinical.permuted_blocks import Draw, permuted_blocks

TWO = Scheme(("A", "B"), (1, 1), (21, 21))
FROZEN = "BAAABBBBAAABABABBABBAABAABBAABBAABABBABAAB"
RATIOS = st.sampled_from([(1, 1), (2, 1), (1, 2), (1, 1, 1), (3, 2)])


def scheme(ratio: tuple[int, ...], strata: tuple[str, ...], total: int) -> Scheme:
    return Scheme(tuple("ABC"[: len(ratio)]), ratio, planned_per_arm(total, ratio), strata)


@given(RATIOS, st.sampled_from([("",), ("north", "south"), ("男", "女", "–")]), st.integers(1, 12), st.text(max_size=12), st.data())
def test_a_list_by_permuted_blocks_passes_the_checks_of_a_list(ratio: tuple[int, ...], strata: tuple[str, ...], times: int, seed: str, data: st.DataObject) -> None:
    """Each block has one of the sizes and holds the ratio; the same seed gives the same list."""
    wanted = scheme(ratio, strata, times * sum(ratio))
    sizes = data.draw(st.sets(st.sampled_from([wanted.unit * one for one in (1, 2, 3)]), min_size=1).filter(lambda one: wanted.unit in one))
    made = permuted_blocks(wanted, seed, sorted(sizes), times * wanted.unit)
    assert made == permuted_blocks(wanted, seed, sorted(sizes), times * wanted.unit)
    assert check_codes(wanted, made)[0] == ()
    assert [one.number for one in made] == [f"R{number:03}" for number in range(1, len(made) + 1)]
    for _, members in groupby(made, key=lambda one: (one.stratum, one.block)):
        assert len(list(members)) in sizes


def test_seeds_give_other_lists_and_draws_are_even() -> None:
    assert len({tuple(one.arm for one in permuted_blocks(TWO, str(seed), (4, 6), 42)) for seed in range(50)}) == 50
    drawn = Counter(Draw(f"seed {number}").below(6) for number in range(6000))
    assert set(drawn) == set(range(6))
    assert max(drawn.values()) - min(drawn.values()) < 250, "about six standard deviations"
    firsts = Counter(permuted_blocks(TWO, str(seed), (4,), 4)[0].arm for seed in range(1000))
    assert 400 < firsts["A"] < 600


def test_the_list_of_a_seed_stays_what_it_is() -> None:
    """Frozen: a list made from a seed can be made again by any later version."""
    assert "".join(one.arm for one in permuted_blocks(TWO, "a seed", (4, 6), 42)) == FROZEN


@pytest.mark.parametrize(("sizes", "total", "why"), [((3,), 42, "block_size"), ((0,), 42, "block_size"), ((), 42, "block_size"),
                                                     ((4,), 42, "blocks_do_not_fit"), ((4, 6), 2, "blocks_do_not_fit"), ((4,), 0, "blocks_do_not_fit")])
def test_sizes_that_cannot_be_are_refused(sizes: tuple[int, ...], total: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        permuted_blocks(TWO, "s", sizes, total)


def test_planned_numbers_and_a_full_arm_are_those_of_d29() -> None:
    assert planned_per_arm(140, (1, 1)) == (70, 70)
    assert planned_per_arm(7, (1, 1)) == (4, 3)
    assert not is_full(TWO, {"A": 20, "B": 21}, "A")
    assert is_full(TWO, {"A": 20, "B": 21}, "B")
    assert parsed_ratio("2：1", 2) == (2, 1)
    for text in ("1", "1:1:1", "0:1", "a:b", "", "1:-1"):
        with pytest.raises(ValueError, match=r"ratio|invalid literal"):
            parsed_ratio(text, 2)


def test_a_number_of_a_list_that_runs_must_run() -> None:
    def found(numbers: list[str]) -> list[tuple[str, int]]:
        codes = [PlannedCode(number, "AB"[at % 2], row=at + 2) for at, number in enumerate(numbers)]
        return [(one.code, one.row) for one in check_codes(Scheme(("A", "B"), (1, 1), (1, 1)), codes)[0]]

    assert found(["R1", "R2", "R3", "R4"]) == []
    assert found(["R1", "R2", "R4", "R5"]) == [("number_gap", 4)]
    assert found(["R1", "R2", "R3", "R1x", "R4", "R5"]) == []
    assert found(["R7", "R8", "R9", "R3"]) == [("number_back", 5)]
    assert found(["8271", "1134", "9920", "4410"]) == [], "arbitrary numbers have no gaps"
