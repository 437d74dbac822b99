"""How fast is a casebook on paper? Pages per second of the whole rendering against its own draw operations alone.

    python bench/pdf.py [VISITS] [RUNS]

The casebook is rendered once on a canvas that writes down every call; the same calls are then replayed on a bare
ReportLab canvas in the same run. The ratio says what definition, layout and line breaking cost beside the drawing.
Target: at least 0.5.
"""

from __future__ import annotations

import io
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import reportlab
from reportlab.pdfgen.canvas import Canvas

from crf_app.clinical.record import EventRecord, FormRecord, SubjectRecord
from crf_app.paths import resources_folder
from crf_app.pdf.casebook import WHOLE, draw_with, render_casebook
from crf_app.pdf.desk import Desk
from crf_app.words import Words, load_words
from tests.pdf import sample

LIMIT = 0.5
Call = tuple[int, str, tuple[Any, ...], dict[str, Any]]


class Recorder:
    """Stands for a canvas, or a text or path that came from one, and writes down what is asked of it."""

    def __init__(self, real: Any, calls: list[Call], number: int, numbers: Iterator[int]) -> None:
        self.real, self.calls, self.number, self.numbers = real, calls, number, numbers

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.real, name)

        def called(*arguments: Any, **options: Any) -> Any:
            plain = tuple(_Mark(one.number) if isinstance(one, Recorder) else one for one in arguments)
            self.calls.append((self.number, name, plain, options))
            result = method(*(one.real if isinstance(one, Recorder) else one for one in arguments), **options)
            if name in ("beginText", "beginPath"):
                return Recorder(result, self.calls, next(self.numbers), self.numbers)
            return result

        return called


class _Mark(int):
    """The number of a recorded text or path among the arguments of a call."""


def record(desk: Desk, subject: SubjectRecord) -> tuple[list[Call], dict[str, Any]]:
    """Every call on the canvas while the casebook is drawn, and how the canvas was made."""
    calls: list[Call] = []
    made: dict[str, Any] = {}

    def make(stream: io.BytesIO, **options: Any) -> Recorder:
        made.update(options)
        return Recorder(Canvas(stream, **options), calls, 0, count(1))

    assert draw_with(desk, subject, WHOLE, make) == replay(calls, made), "the replay must make the same file"
    return calls, made


def replay(calls: list[Call], made: dict[str, Any]) -> bytes:
    """The same calls on a bare canvas."""
    stream = io.BytesIO()
    objects: list[Any] = [Canvas(stream, **made)]
    for number, name, arguments, options in calls:
        plain = [objects[one] if type(one) is _Mark else one for one in arguments]
        result = getattr(objects[number], name)(*plain, **options)
        if name in ("beginText", "beginPath"):
            objects.append(result)
    return stream.getvalue()


def casebook(visits: int) -> SubjectRecord:
    """A subject with many visits, each with different values."""
    base = sample.subject_record()
    first, log = base.events
    events: list[EventRecord] = []
    for number in range(1, visits + 1):
        forms = tuple(_moved(form, number) for form in first.forms)
        events.append(replace(first, repeat=number, forms=forms))
    return replace(base, events=(*events, log))


def _moved(form: FormRecord, number: int) -> FormRecord:
    groups = tuple(
        replace(
            group,
            rows=tuple(
                replace(row, items=tuple(replace(one, value=_varied(one.value, number)) for one in row.items))
                for row in group.rows
            ),
        )
        for group in form.groups
    )
    return replace(form, key=form.key._replace(event_repeat=number), groups=groups)


def _varied(value: Any, number: int) -> Any:
    return replace(value, text=f"{value.text} {number}") if " " in value.text else value


def timed(run: Callable[[], bytes]) -> tuple[float, bytes]:
    """Seconds of one run, and what it made."""
    begun = time.perf_counter()
    content = run()
    return time.perf_counter() - begun, content


def main(arguments: list[str]) -> int:
    """Print pages per second of both and their ratio."""
    visits = int(arguments[0]) if arguments else 30
    runs = int(arguments[1]) if len(arguments) > 1 else 5
    words: Words = load_words(resources_folder() / "words")
    subject = casebook(visits)
    render_casebook(subject, sample.CONTEXT, words, "both")  # fonts are read once for the process
    calls, made = record(Desk(sample.CONTEXT, words, "both", subject), subject)
    own, floor = [], []
    content = b""
    for _ in range(runs):  # in turn, so that a busy moment of the machine meets both
        seconds, content = timed(lambda: render_casebook(subject, sample.CONTEXT, words, "both"))
        own.append(seconds)  # the making of PDF/A included
        seconds, _ = timed(lambda: replay(calls, made))
        floor.append(seconds)
    ours, bare = statistics.median(own), statistics.median(floor)
    pages = sum(name == "showPage" for _, name, _, _ in calls)
    # Round by round: a busy moment of the machine then weighs on both sides alike.
    ratio = statistics.median(second / first for first, second in zip(own, floor, strict=True))
    print(
        f"{platform.platform()}, Python {platform.python_version()}, ReportLab {reportlab.__version__}, {runs} rounds"
    )
    print(f"{pages} pages, {len(calls)} calls, {len(content) / pages / 1000:.1f} kB a page")
    print(f"casebook  {pages / ours:7.1f} pages/s median, {pages / max(own):7.1f} slowest")
    print(f"replayed  {pages / bare:7.1f} pages/s median, {pages / max(floor):7.1f} slowest")
    print(f"ratio     {ratio:7.2f} median of the rounds (limit {LIMIT}) {'ok' if ratio >= LIMIT else 'MISSED'}")
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
