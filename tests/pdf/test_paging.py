"""What stays together on a page."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crf_app.pdf.blocks import LONGEST_ROW, Block, Column, Strip, row_blocks
from crf_app.pdf.frame import Frame
from crf_app.pdf.paging import Page, paginate

FRAMES = {False: Frame(False, [], [], 100.0, 700.0, 710.0), True: Frame(True, [], [], 100.0, 450.0, 460.0)}


def pages_of(blocks: list[Block], continued: Block | None = None) -> list[Page]:
    """The pages of some blocks."""
    return paginate(blocks, lambda landscape: FRAMES[landscape], lambda _landscape: continued)


def where(pages: list[Page]) -> dict[int, int]:
    """Page of each block by its identity."""
    return {id(block): number for number, page in enumerate(pages) for _, block in page.placed}


def test_a_block_that_must_not_be_last_moves_with_the_next() -> None:
    first, title, row = Block(550), Block(30, keep_next=True), Block(40)
    at = where(pages_of([first, title, row]))
    assert (at[id(first)], at[id(title)], at[id(row)]) == (0, 1, 1)


def test_heads_stand_again_on_the_next_page() -> None:
    head = Block(20)
    rows = [Block(50, heads=(head,)) for _ in range(20)]
    pages = pages_of([Block(20, keep_next=True), *rows])
    assert len(pages) == 2
    assert pages[1].placed[0][1] is head


def test_a_turned_page_begins_and_ends_its_own_run() -> None:
    pages = pages_of([Block(50), Block(50, landscape=True), Block(50, landscape=True), Block(50)])
    assert [page.frame.landscape for page in pages] == [False, True, False]


def test_later_pages_open_with_the_continued_title() -> None:
    title = Block(15)
    pages = pages_of([Block(500), Block(500), Block(500)], title)
    assert [page.placed[0][1] is title for page in pages] == [False, True, True]


def test_the_gap_above_is_left_out_at_the_top() -> None:
    (page,) = pages_of([Block(10, gap=30), Block(10, gap=30)])
    assert [y for y, _ in page.placed] == [100.0, 140.0]


def test_a_row_that_is_too_high_is_broken_line_by_line() -> None:
    strips = [Strip(12.0) for _ in range(100)]
    blocks = row_blocks([Column(0, strips[:1]), Column(50, strips)], 400)
    assert len(blocks) > 3
    assert all(block.height <= LONGEST_ROW + 10 for block in blocks)
    assert sum(len([part for part in block.parts if part.x == 50]) for block in blocks) == 100


@given(st.lists(st.tuples(st.floats(1, 300), st.booleans(), st.floats(0, 20)), min_size=1, max_size=60))
def test_nothing_is_lost_overlaps_or_leaves_the_page(sizes: list[tuple[float, bool, float]]) -> None:
    blocks = [Block(height, keep_next=keep, gap=gap) for height, keep, gap in sizes]
    pages = pages_of(blocks)
    assert [block for page in pages for _, block in page.placed] == blocks
    for page in pages:
        for (y, block), (next_y, _) in pairwise(page.placed):
            assert y + block.height <= next_y + 1e-6
        last_y, last = page.placed[-1]
        assert last_y + last.height <= page.frame.bottom + 0.02


def test_only_the_last_part_of_a_broken_row_has_a_line_under_it() -> None:
    parts = row_blocks([Column(0, [Strip(11.0)] * 60)], 500.0)
    lines = [[shape for placed in part.parts for shape in placed.strip.shapes] for part in parts]
    assert [len(one) for one in lines] == [0] * (len(parts) - 1) + [1]
    assert len(parts) > 1
