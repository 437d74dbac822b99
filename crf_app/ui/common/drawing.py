"""Drawing a document beside the window."""

from __future__ import annotations

from collections.abc import Callable

from crf_app.ui.common.jobs import Report
from crf_app.words import Words


class Drawing:
    """The job: `draw(paper, words, progress=report)` on a frozen paper; its report tells how far it is, and stops it when it is told."""

    def __init__(self, draw: Callable[..., bytes], paper: object, words: Words) -> None:
        self._draw, self._paper, self._words = draw, paper, words

    def __call__(self, report: Report) -> bytes:
        return self._draw(self._paper, self._words, progress=report)
