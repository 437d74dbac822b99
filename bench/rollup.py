"""How long the state roll-up takes: `python bench/rollup.py [SUBJECTS]`.

Limits: 10,000 subjects x 20 visits in under 500 ms from cold (a program just started, nothing remembered), under 20 ms after one change.
Floor of the same run: the same rows read and measured by SQLite alone.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bulk import PASSWORD, bulk_standings, bulk_workspace
from sqlcipher3 import dbapi2

from crf_app.admin.roles import Role
from crf_app.clinical.standing import Standing, glyph
from crf_app.clock import SystemClock
from crf_app.services.session import log_out, open_workspace
from crf_app.services.states import roll_up, roll_up_subject
from crf_app.services.workspace import Workspace
from crf_app.store.workflow import pack_visits, read_visit_standings

COLD_MS, CHANGE_MS, VISITS = 500.0, 20.0, 20
ROUNDS = 5


def main(subjects: int) -> int:
    """Print the figures beside their limits; 0 when both are kept."""
    print(f"{platform.platform()}, Python {platform.python_version()}, SQLite {dbapi2.sqlite_version}, {ROUNDS} rounds, median (slowest)")
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        folder, clock = Path(place) / "w", SystemClock()
        work = bulk_workspace(folder, clock, subjects, VISITS)
        bulk_standings(work)
        cold, busy, floor = [], [], []
        for _ in range(ROUNDS):
            log_out(work)
            work = open_workspace(folder, "crc", PASSWORD + " x", clock)  # the pages of the file are read and decrypted anew
            glyph.cache_clear()
            before = time.process_time()
            cold.append(_ms(lambda opened=work: roll_up(opened, Role.MONITOR)))
            busy.append((time.process_time() - before) * 1000)
            floor.append(_ms(lambda opened=work: opened.database.rows("SELECT count(*), sum(length(visits)) FROM subject_standing")))
        changes = _after_changes(work, subjects)
        _agrees(work)
        log_out(work)
    kept = _line(f"cold, {subjects} x {VISITS}", cold, COLD_MS)
    print(f"  of it at work on the processor: {statistics.median(busy):.0f} ms; the rest is waiting for disk and for other programs")
    print(f"  floor (SQLite reads and measures the same rows, warm): {statistics.median(floor):.0f} ms; {statistics.median(cold) / statistics.median(floor):.1f} x of it")
    return 0 if _line("after one change", changes, CHANGE_MS) and kept else 1


def _after_changes(work: Workspace, subjects: int) -> list[float]:
    """One visit's facts change: the subject it belongs to is rolled up again."""
    found = []
    for number in range(1, 101):
        subject = f"01-{number * subjects // 101 + 1:05}"
        visits = read_visit_standings(work.database, subject)
        visits["SCR", 1] |= Standing.CHANGED
        connection = work.database._connection  # noqa: SLF001  as in bulk.py
        connection.execute("UPDATE subject_standing SET visits = ? WHERE subject = ?", (pack_visits(visits), subject))
        found.append(_ms(lambda name=subject: roll_up_subject(work, name, Role.MONITOR)))
    return found


def _agrees(work: Workspace) -> None:
    """Both ways give the same: what is quick must also be right."""
    whole = roll_up(work, Role.MONITOR)
    for subject in sorted(whole)[::997]:
        if whole[subject] != roll_up_subject(work, subject, Role.MONITOR):
            raise SystemExit(f"{subject}: the whole and the single roll-up differ")


def _ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _line(name: str, found: list[float], limit: float) -> bool:
    median = statistics.median(found)
    print(f"{name}: {median:.1f} ms ({max(found):.1f}), limit {limit:.0f} ({median / limit:.2f} of it)")
    return median < limit


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
