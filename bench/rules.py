"""Rules on a full casebook, and definitions read: `python bench/rules.py`. All times are CPU times, as others may use the machine.

Limits: every check of a whole casebook of trial C (week 104, all logs filled) under 300 ms; after one item changed p95 under 10 ms in
`evaluate`; all three definitions read from their sources in at most 2 x the parsing of their files alone; each released one under 50 ms.
"""

from __future__ import annotations

import platform
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crf_app.admin.roles import Role
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions, evaluate, new_run
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.clock import SteppedClock
from crf_app.paths import forms_folder
from crf_app.services.demo.build import make_cohort
from crf_app.services.demo.conventional.plans import plans
from crf_app.services.session import open_workspace
from crf_app.services.workspace import Workspace
from crf_app.study.definition import ItemType
from crf_app.study.loading import load_study
from crf_app.study.released import read_released

WHOLE_MS, ONE_MS, TIMES, RELEASED_MS = 300.0, 10.0, 2.0, 50.0
LOG_ROWS = 40
_NOW = datetime(2026, 3, 18, 14, 30, tzinfo=timezone(timedelta(hours=8)))
_LOGS = (("MH", "MH", "MHTERM"), ("CM", "CM", "CMTRT"), ("PR", "PR", "PRTRT"), ("AE", "AE", "AETERM"), ("DV", "DV", "DVTERM"))


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of one call."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def best_ms(work: Callable[[], object], rounds: int = 5) -> float:
    """The least of several: what the work takes when nothing disturbs it."""
    return min(cpu_ms(work) for _ in range(rounds))


def full_casebook(folder: Path) -> Workspace:
    """The completer of trial C, opened; its logs are filled up in memory by `with_logs`."""
    demo = make_cohort(folder, load_study(forms_folder() / "NCT07183761" / "1.0"), _NOW, plans(1, 1))
    login = next(one for one in demo.logins if one.role is Role.COORDINATOR)
    return open_workspace(folder, login.user, login.password, SteppedClock(_NOW))


def with_logs(work: Workspace, subject: str) -> list[tuple[ItemKey, Value]]:
    """Rows for every log until it has LOG_ROWS of them: its last row again and again, a row of its own kind where it has none."""
    casebook, added = work.casebook(subject), []
    for form, group, first in _LOGS:
        key = FormKey(subject, "LOG", 1, form, 1)
        rows = casebook.rows(key, group)
        last = {slot[2]: value for slot, value in casebook.forms.get(key, {}).items() if rows and slot[:2] == (group, rows[-1])} or {first: Value("Row")}
        for row in range(len(rows) + 1, LOG_ROWS + 1):
            added += [(item_key(key, group, row, oid), value) for oid, value in last.items()]
    return added


def one_changed(work: Workspace, casebook: Casebook, key: ItemKey, conditions: Conditions, run: Run) -> float:
    """CPU milliseconds of what follows from one change: of a date from the day before, as what stands where it stood is not looked at again."""
    value = casebook.value(key)
    if work.study.item(key.form, key.item).type in (ItemType.DATE, ItemType.PDATE) and len(value.text) == 10:
        day_before = replace(value, text=(date.fromisoformat(value.text) - timedelta(days=1)).isoformat())
        earlier = evaluate(work.rules, casebook.with_changes(work.study, [(key, day_before)]), [key], conditions, run)
        casebook, run = earlier.casebook.with_changes(work.study, [(key, value)]), earlier.run
    return cpu_ms(lambda: evaluate(work.rules, casebook, [key], conditions, run))


def rules(folder: Path) -> bool:
    """The casebook as a whole, then each entered item of it changed alone."""
    work = full_casebook(folder)
    subject = work.study.subject_pattern.format(site=work.site.site_code, seq=1)
    casebook = work.casebook(subject).with_changes(work.study, with_logs(work, subject))
    work.rules.warm()
    conditions = work.conditions()
    whole = evaluate(work.rules, casebook, None, conditions)
    casebook = whole.casebook
    took = best_ms(lambda: evaluate(work.rules, casebook, None, conditions))
    items = sum(1 for _ in casebook.items())
    print(f"full casebook: {items} items, {len(casebook.forms)} forms, {len(work.rules.rules_by_name)} rules, {len(whole.findings)} findings")
    print(f"  everything evaluated: {took:.0f} ms, limit {WHOLE_MS:.0f} ({took / WHOLE_MS:.2f} x)")
    run = new_run(work.rules, casebook, conditions)
    for form in casebook.forms:
        for item in work.study.forms[form.form].items:
            run.visibility(form, item, 1)
    keys = [key for key, _ in casebook.items() if not work.study.item(key.form, key.item).derive]
    times = sorted((one_changed(work, casebook, key, conditions, run), key.address) for key in keys)
    p95 = times[int(len(times) * 0.95)][0]
    slowest = ", ".join(f"{address} {one:.0f}" for one, address in times[-1:-6:-1])
    print(f"  one item changed ({len(times)} items): median {statistics.median(one for one, _ in times):.1f}, p95 {p95:.1f} ms, limit {ONE_MS:.0f} ({p95 / ONE_MS:.2f} x)")
    print(f"    slowest: {slowest}")
    work.close()
    return took < WHOLE_MS and p95 < ONE_MS


def definitions() -> bool:
    """The three definitions from their sources, beside the parsing of the same files, and each from its released document."""
    folders = [path.parent for path in sorted(forms_folder().glob("NCT*/*/released.json"))]
    first = cpu_ms(lambda: [load_study(one) for one in folders])
    files = [path for folder in folders for path in _files(folder)]
    # turn about, so that what slows the machine slows both
    pairs = [(cpu_ms(lambda: _parse(files)), cpu_ms(lambda: [load_study(one) for one in folders])) for _ in range(9)]
    parsing, again = min(one for one, _ in pairs), min(one for _, one in pairs)
    print(f"{len(folders)} definitions from {len(files)} files: parsing alone {parsing:.0f} ms, loaded {again:.0f} ms ({again / parsing:.2f} x, limit {TIMES:.0f} x)")
    print(f"  the first time in a process: {first:.0f} ms ({first / parsing:.2f} x), with every expression parsed for the first time")
    kept = again <= TIMES * parsing
    for folder in folders:
        content = (folder / "released.json").read_bytes()
        took = best_ms(lambda content=content: read_released(content))
        study = read_released(content)
        items = sum(len(form.items) for form in study.forms.values())
        print(f"  {study.registry_id} released: {items} items, {took:.0f} ms, limit {RELEASED_MS:.0f} ({took / RELEASED_MS:.2f} x)")
        kept = kept and took < RELEASED_MS
    return kept


def _parse(files: list[Path]) -> None:
    for path in files:
        tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _files(folder: Path) -> list[Path]:
    """What loading a definition reads, each file once."""
    library = folder.parent.parent / "library"
    study = load_study(folder)
    forms = [own if (own := folder / "forms" / f"{oid}.toml").exists() else library / "forms" / f"{oid}.toml" for oid in study.forms]
    return [*folder.glob("*.toml"), *library.glob("*.toml"), *forms]


def main() -> int:
    """Print the figures beside their limits; 0 when all are kept."""
    print(f"{platform.machine()}, Python {platform.python_version()}")
    kept = definitions()
    with tempfile.TemporaryDirectory() as place:
        kept = rules(Path(place) / "demo") and kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
