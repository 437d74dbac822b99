"""What bench/entry.py and bench/forms.py share: a demonstration subject with a full casebook, and its page."""

from __future__ import annotations

import os
import platform
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6 import __version__ as qt_version
from PySide6.QtWidgets import QApplication

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.paths import resources_folder
from crf_app.services.demo.build import make_cohort
from crf_app.services.demo.plans import plans
from crf_app.services.session import open_workspace
from crf_app.services.studies import find_study
from crf_app.services.workspace import Workspace
from crf_app.store.connection import apply_profile, connect
from crf_app.ui.actions import Actions
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.look import dress
from crf_app.ui.common.perform import Perform
from crf_app.ui.context import UiContext
from crf_app.words import load_words


@dataclass
class Bench:
    """An open workspace with one whole casebook, and the page over it."""

    app: QApplication
    work: Workspace
    page: CasebookPage
    subject: str
    clock: SteppedClock


def open_bench(folder: Path) -> Bench:
    """The first story of the demonstration (screening to the end of the study), opened by its coordinator."""
    now = datetime.now().astimezone()
    demo = make_cohort(folder, find_study("NCT05999656"), now, plans(1, 1))
    login = next(one for one in demo.logins if one.role is Role.COORDINATOR)
    clock = SteppedClock(now)
    work = open_workspace(folder, login.user, login.password, clock)
    app = QApplication(sys.argv[:1])
    look = dress(app, load_words(resources_folder() / "words"), "zh", "light")
    hub = ChangeHub()
    context = UiContext(work, look, hub, ScriptedAsk(), Perform(hub), Jobs(), Actions())
    context.actions.set_user(work.user)
    page = CasebookPage(context)
    page.resize(1384, 828)
    page.show()
    app.processEvents()
    return Bench(app, work, page, work.study.subject_pattern.format(site=work.site.site_code, seq=1), clock)


def bare_commits(folder: Path, count: int) -> list[float]:
    """Seconds of each of `count` durable commits of one row into a new file of the same kind on the same file system."""
    connection = connect(folder / "bare.db", secrets.token_bytes(32), create=True)
    apply_profile(connection)
    connection.execute("CREATE TABLE row (number INTEGER, text TEXT)")
    found = []
    for number in range(count):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?, ?)", (number, "x" * 400))
        connection.execute("COMMIT")
        found.append(time.perf_counter() - begun)
    connection.close()
    return found


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))] * 1000


def machine(folder: Path) -> str:
    """Machine, versions and the file system in one line."""
    place = os.statvfs(folder)
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Qt {qt_version}, block {place.f_bsize} B"
