"""How long the calendar takes to open and to turn to another month: `python bench/visits.py [SUBJECTS]`.

Limits: 10,000 subjects x 20 visits open in under 600 ms; another month is there in under 200 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bulk import bulk_workspace
from PySide6.QtWidgets import QApplication

from crf_app.clock import SystemClock
from crf_app.paths import resources_folder
from crf_app.services.workspace import Workspace
from crf_app.ui.actions import Actions
from crf_app.ui.calendar.days import VIEWS
from crf_app.ui.calendar.page import CalendarPage
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.look import Look, dress
from crf_app.ui.common.perform import Perform
from crf_app.ui.context import UiContext
from crf_app.words import load_words

OPEN_MS, TURN_MS = 600.0, 200.0


def main(subjects: int) -> int:
    """Print the figures beside their limits; 0 when all are kept."""
    app = QApplication(sys.argv[:1])
    look = dress(app, load_words(resources_folder() / "words"), "en", "light")
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        work = bulk_workspace(Path(place) / "w", SystemClock(), subjects, 20)
        kept = measure(app, look, work, subjects)
        work.close()
    return 0 if kept else 1


def measure(app: QApplication, look: Look, work: Workspace, subjects: int) -> bool:
    """Open, and turn to other months; whether the limits are kept."""
    opening, page = [], None
    for _ in range(5):
        hub = ChangeHub()
        page = CalendarPage(UiContext(work, look, hub, ScriptedAsk(), Perform(hub), Jobs(), Actions()))
        page.resize(1384, 852)
        start = time.perf_counter()
        page.activate()
        page.show()
        app.processEvents()
        opening.append((time.perf_counter() - start) * 1000)
    assert page is not None
    ms = statistics.median(opening)
    print(f"open {subjects} x 20: {ms:.0f} ms, limit {OPEN_MS:.0f} ({ms / OPEN_MS:.2f} of it)")
    worst = 0.0
    for view in VIEWS:
        page.view.set_view(view)
        turns = []
        for step in (1, 1, -1, -1, -1, 1):
            start = time.perf_counter()
            page.view.page(step)
            page.view.viewport().repaint()
            turns.append((time.perf_counter() - start) * 1000)
        worst = max(worst, statistics.median(turns))
        print(f"another month, {view}: {statistics.median(turns):.0f} ms, limit {TURN_MS:.0f}; {page.model.rowCount()} visits")
    return ms < OPEN_MS and worst < TURN_MS


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
