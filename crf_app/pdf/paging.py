"""Blocks to pages: what stays together stays together, heads are repeated, wide tables lie across."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crf_app.pdf.blocks import Block
from crf_app.pdf.frame import Frame


@dataclass(slots=True)
class Page:
    """A page with its blocks at their heights (points from the upper edge)."""

    frame: Frame
    placed: list[tuple[float, Block]] = field(default_factory=list)
    y: float = 0.0
    bookmarks: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing but its surroundings so far."""
        return not self.placed

    def add(self, block: Block) -> None:
        """Put the block below the last one."""
        self.y += 0 if self.empty else block.gap
        self.placed.append((self.y, block))
        self.y += block.height


def paginate(
    blocks: Sequence[Block], frame_for: Callable[[bool], Frame], continued: Callable[[bool], Block | None]
) -> list[Page]:
    """The pages of one form. `frame_for(landscape)` gives the surroundings, `continued` what opens its later pages."""
    pages: list[Page] = []
    for chain in _chains(blocks):
        page = pages[-1] if pages else None
        fresh = page is None or page.frame.landscape != chain[0].landscape or not _fits(page, chain)
        for place, block in enumerate(chain):
            if (fresh and place == 0) or not _fits(pages[-1], (block,)):
                pages.append(
                    _new_page(frame_for(block.landscape), continued(block.landscape) if pages else None, block)
                )
            pages[-1].add(block)
    return pages


def _chains(blocks: Sequence[Block]) -> list[list[Block]]:
    """Runs of blocks that may not be parted."""
    chains: list[list[Block]] = []
    current: list[Block] = []
    for block in blocks:
        if current and current[-1].landscape != block.landscape:
            chains.append(current)
            current = []
        current.append(block)
        if not block.keep_next:
            chains.append(current)
            current = []
    return [*chains, current] if current else chains


def _fits(page: Page, chain: Sequence[Block]) -> bool:
    needed = sum(block.height + block.gap for block in chain) - (chain[0].gap if page.empty else 0)
    return page.y + needed <= page.frame.bottom + 0.01


def _new_page(frame: Frame, continued: Block | None, block: Block) -> Page:
    page = Page(frame, y=frame.top)
    if continued is not None:
        page.add(continued)
    for head in block.heads:
        page.add(head)
    return page
