"""From the start of the process to a painted log-in in which a typed key shows: `python bench/startup.py [ROUNDS]`.

Limit: at most 2.0 x a bare PySide6 window with a line to type in, both measured in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 2.0

_END = """
from PySide6.QtCore import QEvent, QTimer, Qt
from PySide6.QtGui import QKeyEvent
def finish(edit):
    app.sendEvent(edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    edit.repaint()
    assert edit.text() == "a", edit.text()
    print("painted", flush=True)
    app.exit(0)
"""
_BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
app = QApplication(sys.argv[:1])
top = QMainWindow(); edit = QLineEdit(); top.setCentralWidget(edit); top.resize(1440, 900)
""" + _END + """
top.show(); app.processEvents(); finish(edit)
"""
_OURS = """
import sys
from PySide6.QtWidgets import QApplication
import crf_app.app as start
from crf_app.clock import SystemClock
app = QApplication(sys.argv[:1])
gate = start.make_gate(app, None, SystemClock())
""" + _END + """
gate.top.painted.connect(lambda: finish(gate.page.name.edit))
gate.top.show()
while True:
    app.processEvents()
    if gate.page.name.edit.text():
        break
heavy = [name for name in ("sqlalchemy", "reportlab", "alembic", "lxml") if name in sys.modules]
assert not heavy, heavy
"""


def main(rounds: int) -> int:
    """Print both medians and their ratio; 0 when it is kept."""
    with tempfile.TemporaryDirectory() as place:
        env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"), "CRF_APP_STATE": place}
        seconds(_BARE, env), seconds(_OURS, env)  # the first start of each writes .pyc files and warms the disk
        pairs = [(seconds(_BARE, env), seconds(_OURS, env)) for _ in range(rounds)]
    bare, ours = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    ratio = ours / bare
    print(f"bare window {bare:.0f} ms, log-in {ours:.0f} ms: {ratio:.2f} x, limit {LIMIT:.1f} x")
    return 0 if ratio <= LIMIT else 1


def seconds(code: str, env: dict[str, str]) -> float:
    """From spawning the process to its word that it is painted."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own text
        line = process.stdout.readline() if process.stdout is not None else ""
        took = time.perf_counter() - start
        process.wait()
    if line.strip() != "painted" or process.returncode:
        raise SystemExit(f"the window did not start (exit code {process.returncode})")
    return took


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 11))
