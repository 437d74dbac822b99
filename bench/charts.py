"""How long a person waits for the charts of a full casebook: opening them, and walking from one to the next.

    .venv/bin/python bench/charts.py [folder] [rounds]

Floor: painting the laid-out chart alone, into a picture of the same size.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from casebook import Bench, machine, open_bench, p95
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from crf_app.ui.charts.painting import paint_drawing

OPEN_LIMIT_MS = 300.0
NEXT_LIMIT_MS = 100.0


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as place:
        bench = open_bench(Path(place) / "w")
        print(machine(Path(place)), f"{rounds} rounds", f"{len(bench.work.casebook(bench.subject).forms)} forms", sep="; ")
        opened, worked, followed, painted, count = _measure(bench, rounds)
        print(f"{count} charts of one subject")
        bad = _say("open charts, painted", opened, OPEN_LIMIT_MS)
        print(f"  of that at work (processor): median {statistics.median(worked) * 1000:.0f} ms, slowest {max(worked) * 1000:.0f} ms")
        bad |= _say("next chart, painted", followed, NEXT_LIMIT_MS)
        print(f"floor: paint one laid-out chart: median {statistics.median(painted) * 1000:.1f} ms")
        bench.work.close()
    return int(bad)


def _measure(bench: Bench, rounds: int) -> tuple[list[float], list[float], list[float], list[float], int]:
    page, charts = bench.page, bench.page.charts
    page.open(bench.subject, "W4", 1, "WND", 1)
    opened, worked, followed, painted, offers = [], [], [], [], []
    for _ in range(rounds):
        bench.clock.advance(timedelta(minutes=1))  # a kept evaluation holds for a minute: each round begins without one
        begun, busy = time.perf_counter(), time.process_time()
        charts.open()
        bench.app.processEvents()
        page.grab()
        opened.append(time.perf_counter() - begun)
        worked.append(time.process_time() - busy)
        rows = charts.panel.list.charts
        offers = [offer for row in range(rows.rowCount()) if (offer := rows.offer(row)) is not None]
        for offer in offers:
            if offer.oid == charts.panel.oid:
                continue
            begun = time.perf_counter()
            charts.panel.list.choose(offer.oid)
            charts.panel.view.grab()
            followed.append(time.perf_counter() - begun)
        painted.append(_floor(bench))
        charts.leave()
    return opened, worked, followed, painted, len(offers)


def _floor(bench: Bench) -> float:
    view = bench.page.charts.panel.view
    picture = QPixmap(view.size())
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    begun = time.perf_counter()
    paint_drawing(painter, view.drawing, bench.page.context.look)
    painter.end()
    return time.perf_counter() - begun


def _say(name: str, seconds: list[float], limit: float) -> bool:
    worst = p95(seconds)
    print(f"{name}: median {statistics.median(seconds) * 1000:.0f} ms, p95 {worst:.0f} ms, slowest {max(seconds) * 1000:.0f} ms (limit p95 {limit:.0f} ms)")
    return worst > limit


if __name__ == "__main__":
    raise SystemExit(main())
