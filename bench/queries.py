"""How long the list of queries takes to open, to filter and to scroll: `python bench/queries.py [QUERIES]`.

Limits: 50,000 queries open in under 300 ms, any filter line takes under 100 ms. Judged by the clock, for that is what a person
waits; the processor time of this process beside it tells how busy others kept the machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bulk import bulk_workspace, fill_queries
from PySide6.QtWidgets import QApplication

from crf_app.clock import SystemClock
from crf_app.paths import resources_folder
from crf_app.services.workspace import Workspace
from crf_app.ui.actions import Actions
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.look import Look, dress
from crf_app.ui.common.perform import Perform
from crf_app.ui.context import UiContext
from crf_app.ui.queries.page import QueriesPage
from crf_app.words import load_words

OPEN_MS, FILTER_MS = 300.0, 100.0
SUBJECTS, ROUNDS = 500, 7
LINES = ("mine", "<7", ">14", "form:VS", "visit:D0", "subject:0123", "people state:closed", "#4000", "differs", "confirmed", "体重", "state:all form:VS <7 mine 复测")
FLOOR = "SELECT count(*) FROM query NOT INDEXED WHERE closed_entry = -1"


class Taken(NamedTuple):
    """Milliseconds on the clock, and those the processor was at work for it: the difference is other people's work."""

    ms: float
    busy_ms: float


def main(queries: int) -> int:
    """Print the figures beside their limits; 0 when all are kept."""
    app = QApplication(sys.argv[:1])
    look = dress(app, load_words(resources_folder() / "words"), "en", "light")
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        work = bulk_workspace(Path(place) / "w", SystemClock(), SUBJECTS, 20)
        fill_queries(work, queries)
        print(f"{queries} queries, {SUBJECTS} subjects, {ROUNDS} rounds; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        kept = measure(app, look, work)
        work.close()
    return 0 if kept else 1


def measure(app: QApplication, look: Look, work: Workspace) -> bool:
    """Open, filter, scroll; whether the limits are kept."""
    floor = statistics.median(timed(lambda: work.database.one(FLOOR)).busy_ms for _ in range(ROUNDS))
    print(f"floor: every query read once and left alone, {floor:.0f} ms at work")
    hub = ChangeHub()
    page = QueriesPage(UiContext(work, look, hub, ScriptedAsk(), Perform(hub), Jobs(), Actions()))
    page.resize(1384, 852)
    page.show()
    app.processEvents()

    def opened() -> None:
        page.read()
        page.repaint()
        app.processEvents()

    def filtered() -> None:
        page._filter()  # noqa: SLF001  as the pause after the last key does
        page.repaint()
        app.processEvents()

    kept = told("open", [timed(opened) for _ in range(ROUNDS)], OPEN_MS, floor)
    for line in LINES:
        rounds = []
        for _ in range(ROUNDS):
            page.bar.line.blockSignals(True)  # the pause after the last key is not counted
            page.bar.line.setText("")
            page.read()
            page.bar.line.setText(line)
            rounds.append(timed(filtered))
        kept = told(f"filter {line!r}, {page.model.rowCount()} listed", rounds, FILTER_MS, floor) and kept
    page.bar.line.setText("")
    page.read()
    frames = [timed(lambda row=row: step(app, page, row)).ms for row in range(0, min(page.model.rowCount(), 4000), 20)]
    print(f"scroll a page: {1000 / statistics.median(frames):.0f} a second, slowest {max(frames):.0f} ms")
    return kept


def step(app: QApplication, page: QueriesPage, row: int) -> None:
    """Scroll so that a row stands at the top."""
    page.table.verticalScrollBar().setValue(row)
    page.table.viewport().repaint()
    app.processEvents()


def told(name: str, rounds: list[Taken], limit: float, floor: float) -> bool:
    """Print a figure; whether its limit is kept."""
    middle, busy = statistics.median(one.ms for one in rounds), statistics.median(one.busy_ms for one in rounds)
    slow = max(one.ms for one in rounds)
    print(f"{name}: {middle:.0f} ms ({busy:.0f} of them at work), slowest {slow:.0f}, limit {limit:.0f} ({middle / limit:.2f} of it), {middle / floor:.1f} x the floor")
    return middle < limit


def timed(act: Callable[[], object]) -> Taken:
    """What one call takes."""
    start, busy = time.perf_counter(), time.process_time()
    act()
    return Taken((time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
