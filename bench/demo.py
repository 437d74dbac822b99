"""Time of the demonstration: 12 subjects through the services, and what dominates it, beside the bare durable commits.

    python bench/demo.py [subjects=12]

Key derivation is left out by the cheap cost of the demonstration's slots. Target: 12 subjects under 90 s. The floor is the
same number of commands as bare durable commits of one row into the same kind of file, on the same file system, in the same run.
The share of evaluation, of writing and of photographs is taken from a profile of one story, which is slower than the run itself.
"""

from __future__ import annotations

import cProfile
import os
import platform
import pstats
import secrets
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crf_app.clock import SystemClock
from crf_app.services.demo.build import Demo, make_cohort, make_demo
from crf_app.services.demo.plans import plans
from crf_app.services.studies import find_study
from crf_app.store.connection import apply_profile, connect
from crf_app.study.definition import StudyDef

LIMIT_S = 90.0
_PARTS = {
    "evaluate (clinical/evaluation)": ("evaluation.py", "evaluate"),
    "form states (clinical/form_state)": ("form_state.py", "evaluate_form"),
    "checking entries (services/entry)": ("entry.py", "parsed"),
    "findings, states and queries (services/writing)": ("writing.py", "settle"),
    "ledger entry and signature (store/unit)": ("unit.py", "seal"),
    "photographs (services/demo)": ("photographs.py", "wound_photograph"),
    "attachments (services/attachments)": ("attachments.py", "attach"),
}
"""Functions whose cumulated share is shown; they overlap: settle calls evaluate."""


def timed(study: StudyDef, folder: Path, subjects: int) -> tuple[Demo, float]:
    """The whole cohort and the seconds it took."""
    start = time.perf_counter()
    made = make_demo(folder, study, SystemClock().now(), subjects=subjects)
    return made, time.perf_counter() - start


def bare_commits(folder: Path, number: int) -> float:
    """Seconds for as many durable commits of one row, with the store's own profile."""
    connection = connect(folder / "bare.db", secrets.token_bytes(32), create=True)
    apply_profile(connection)
    connection.execute("CREATE TABLE entry (no INTEGER PRIMARY KEY, body BLOB) STRICT")
    body = secrets.token_bytes(1500)
    start = time.perf_counter()
    for no in range(number):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entry VALUES (?, ?)", (no, body))
        connection.execute("COMMIT")
    took = time.perf_counter() - start
    connection.close()
    return took


def shares(study: StudyDef, folder: Path) -> tuple[dict[str, float], float]:
    """Cumulated seconds of each part in one profiled story, and of the story."""
    profile = cProfile.Profile()
    cohort = [one for one in plans(12, 1) if one.name == "due"]
    profile.runcall(make_cohort, folder, study, SystemClock().now(), cohort)
    entries = pstats.Stats(profile).get_stats_profile().func_profiles
    total = max(one.cumtime for one in entries.values())
    found = {}
    for part, (file, name) in _PARTS.items():
        one = entries.get(name)
        found[part] = one.cumtime if one is not None and one.file_name.endswith(file) else 0.0
    return found, total


def main() -> int:
    """Print the figures; 1 when the limit is missed."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    study = find_study("NCT05999656")
    with tempfile.TemporaryDirectory() as place:
        os.environ["CRF_APP_STATE"] = place
        folder = Path(place)
        made, took = timed(study, folder / "demo", subjects)
        floor = bare_commits(folder, made.entries)
        parts, total = shares(study, folder / "profiled")
        size = sum(one.stat().st_size for one in (folder / "demo").rglob("*") if one.is_file())
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, folder {tempfile.gettempdir()}")
    print(f"demo of {subjects} subjects: {took:.1f} s, {made.entries} commands, {1000 * took / made.entries:.1f} ms each, {size / 1e6:.1f} MB")
    print(f"bare durable commits: {floor:.2f} s, {1000 * floor / made.entries:.2f} ms each; ratio {took / floor:.1f}")
    for part, seconds in sorted(parts.items(), key=lambda one: -one[1]):
        print(f"  {100 * seconds / total:5.1f} %  {part}")
    print(f"queries that no story meant: {len(made.surprises)}")
    limit = LIMIT_S * subjects / 12
    print(f"limit {limit:.0f} s: {'met' if took < limit else 'MISSED'}")
    return int(took >= limit)


if __name__ == "__main__":
    sys.exit(main())
