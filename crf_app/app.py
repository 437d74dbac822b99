"""The start of the window: paint the log-in first, load what lies behind it while the person types (decisions 25)."""

from __future__ import annotations

import importlib
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from crf_app.clock import Clock, SystemClock
from crf_app.paths import resources_folder, state_folder
from crf_app.ui.common.ask import Ask, QtAsk
from crf_app.ui.common.error_report import ErrorReport
from crf_app.ui.common.look import Look, dress
from crf_app.ui.common.settings import Settings, load_settings
from crf_app.ui.login.gate import Behind, Gate
from crf_app.words import Pages, Words

BEHIND = (
    "sqlalchemy",
    "cryptography.hazmat.primitives.kdf.argon2",
    "crf_app.services.session",
    "crf_app.ui.main_window",
    "crf_app.ui.behind",
)
"""What the log-in does not need to be painted, in pieces that each take a fraction of a second to load."""


def run(folder: Path | None = None) -> int:
    """Open the window on a workspace folder (None: the one opened last) and stay until it is closed.

    Returns the exit code. Raises OSError when a shipped font or theme is missing.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication without a window is running already")
    clock = SystemClock()
    gate = make_gate(app, folder, clock)
    report = ErrorReport(state_folder(), clock.now, gate)
    report.reported.connect(gate.tell_fault)
    report.install()
    gate.top.show()
    return app.exec()


def make_gate(app: QApplication, folder: Path | None, clock: Clock, ask: Ask | None = None) -> Gate:
    """The window, ready to be shown, with the log-in of `folder` or of the workspace opened last."""
    settings = load_settings(state_folder())
    pages = Pages(resources_folder() / "words")
    look = dress_window(app, settings, Words(pages))
    return Gate(look, settings, folder, clock, ask or QtAsk(look), partial(load_piece, pages=pages), make_behind)


def dress_window(app: QApplication, settings: Settings, words: Words) -> Look:
    """Fonts, style and language as remembered; at first the language of the system."""
    app.setApplicationName("crf-app")
    language = settings.language or ("zh" if QLocale.system().language() == QLocale.Language.Chinese else "en")
    return dress(app, words, language, settings.theme, settings.bilingual)


def load_piece(number: int, pages: Pages | None = None) -> bool:
    """Load the piece of that number of what lies behind the log-in, after the last of them a further page of its words; False when there is none."""
    if number >= len(BEHIND):
        return pages is not None and pages.read_next()
    importlib.import_module(BEHIND[number])
    return True


def make_behind(gate: Gate) -> Behind:
    """What lies behind the log-in."""
    from crf_app.ui.behind import OpenBehind

    return OpenBehind(gate)
