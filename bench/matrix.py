"""How long the subject matrix takes to open and to scroll: `python bench/matrix.py [SUBJECTS]`.

Limits: 10,000 subjects x 20 visits open in under 300 ms; 30 frames a second or more while scrolling.
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
from PySide6.QtWidgets import QApplication, QWidget

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
from crf_app.ui.subjects.page import SubjectsPage
from crf_app.words import load_words

OPEN_MS, FRAMES = 300.0, 30.0
FRAMES_MEASURED = 200
NOTCH = 3  # rows that one notch of a wheel moves


def main(subjects: int) -> int:
    """Print the figures beside their limits; 0 when all are kept."""
    app = QApplication(sys.argv[:1])
    look = dress(app, load_words(resources_folder() / "words"), "en", "light")
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        folder = Path(place) / "w"
        print(f"file system of the workspace: {place}")
        work = bulk_workspace(folder, SystemClock(), subjects, 20)
        kept = measure(app, look, work, subjects)
        work.close()
    return 0 if kept else 1


def measure(app: QApplication, look: Look, work: Workspace, subjects: int) -> bool:
    """Open and scroll; whether the limits are kept."""
    bare = painted_ms(app, QWidget())
    opening, page = [], None
    for _ in range(5):
        hub = ChangeHub()
        page = SubjectsPage(UiContext(work, look, hub, ScriptedAsk(), Perform(hub), Jobs(), Actions()))
        start = time.perf_counter()
        page.activate()
        painted_ms(app, page)
        opening.append((time.perf_counter() - start) * 1000)
    ms = statistics.median(opening)
    assert page is not None
    frames, pages = scroll(app, page, NOTCH), scroll(app, page, page.view.verticalScrollBar().pageStep())
    slow = sorted(frames)[int(len(frames) * 0.95)]
    print(f"open {subjects} x 20: {ms:.0f} ms, limit {OPEN_MS:.0f} ({ms / OPEN_MS:.2f} of it), {ms / bare:.1f} x an empty window")
    print(f"scroll: {1000 / statistics.median(frames):.0f} frames/s, p95 {1000 / slow:.0f}, limit {FRAMES:.0f} or more; a page at a time {1000 / statistics.median(pages):.0f}")
    return ms < OPEN_MS and 1000 / slow >= FRAMES


def scroll(app: QApplication, page: SubjectsPage, rows: int) -> list[float]:
    """Milliseconds of each frame while scrolling by `rows`, through subjects never seen before."""
    bar, frames = page.view.verticalScrollBar(), []
    for number in range(FRAMES_MEASURED):
        start = time.perf_counter()
        bar.setValue((bar.value() + rows) % max(bar.maximum(), 1))
        page.view.viewport().repaint()
        app.processEvents()
        frames.append((time.perf_counter() - start) * 1000)
        if number == 0:
            frames.clear()
    return frames


def painted_ms(app: QApplication, widget: QWidget) -> float:
    """Show a widget and paint it once."""
    start = time.perf_counter()
    widget.resize(1384, 852)
    widget.show()
    app.processEvents()
    widget.repaint()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
