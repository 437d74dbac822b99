"""The real window on a new workspace, watched for mouse events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crf_app.app import make_gate
from crf_app.clock import SteppedClock
from crf_app.services.administration import set_parameter
from crf_app.services.allocation_lists import import_list
from crf_app.services.demo.figures import Wound
from crf_app.services.demo.photographs import wound_photograph
from crf_app.services.session import log_out, open_workspace
from crf_app.services.signing import Credentials
from crf_app.study.definition import StudyDef
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.login.gate import Gate
from crf_app.ui.main_window import MainWindow
from tests.journeys.study_nurse import Nurse
from tests.journeys.typist import CONTROL, MouseTrap, Typist
from tests.ui.casebook.conftest import ADMIN_PASSWORD, CHINA, CRC_PASSWORD, PI_PASSWORD, make_workspace, study

_CONFIRMED = {
    "volume_per_point": "", "anchor": "", "viability_limit": "", "ctcae_version": "", "product_temp_min": "2.0", "product_temp_max": "8.0",
}  # fmt: skip


@dataclass
class Site:
    """The hospital: the window with the log-in painted, the clock on the wall, the coordinator's hands."""

    gate: Gate
    clock: SteppedClock
    hands: Typist
    ask: ScriptedAsk

    def log_in(self) -> Nurse:
        """The coordinator types her name and password."""
        self._type_in("crc", CRC_PASSWORD)
        return self._at_window(CRC_PASSWORD)

    def change_to(self, login: str, password: str) -> Nurse:
        """Who is at the desk locks it by Ctrl+L; somebody else types his name over hers, and his password."""
        self.hands.press(Qt.Key.Key_L, CONTROL)
        self.hands.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        self.hands.press(Qt.Key.Key_A, CONTROL)
        self._type_in(login, password)
        return self._at_window(password)

    def _type_in(self, login: str, password: str) -> None:
        for text in (login, password):
            self.hands.type(text)
            self.hands.press(Qt.Key.Key_Return)

    def _at_window(self, password: str) -> Nurse:
        session = self.gate.session
        assert session is not None
        assert isinstance(session.frame, MainWindow)
        assert not self.gate.top.covered
        QApplication.processEvents()
        return Nurse(session.frame, self.clock, self.hands, password, ("pi", PI_PASSWORD))


def confirm_parameters(folder: Path, clock: SteppedClock, confirmed: Mapping[str, str]) -> None:
    """The administrator confirms what the protocol leaves to the site."""
    work = open_workspace(folder, "admin", ADMIN_PASSWORD, clock)
    for oid, value in confirmed.items():
        set_parameter(work, oid, value or work.study.parameter(oid).value)
    log_out(work)


def take_in_list(folder: Path, clock: SteppedClock, content: str) -> None:
    """The administrator imports the sponsor's sealed list."""
    work = open_workspace(folder, "admin", ADMIN_PASSWORD, clock)
    import_list(work, content.encode(), Credentials("admin", ADMIN_PASSWORD))
    log_out(work)


@pytest.fixture
def site(tmp_path: Path, qapp: QApplication) -> Iterator[Site]:
    """A new workspace of the first trial."""
    with new_site(tmp_path, qapp, study(), _CONFIRMED) as found:
        yield found


@contextmanager
def new_site(
    tmp_path: Path, qapp: QApplication, trial: StudyDef, confirmed: Mapping[str, str], allocations: str = "",
    *, lang: str = "zh", before: Callable[[Path, SteppedClock], None] | None = None,
) -> Iterator[Site]:  # fmt: skip
    """A new workspace with its window; `confirmed`: parameters, "" as the definition has them; `allocations`: the sponsor's list.

    `before` tells by the services what happened before the window is opened.

    Whatever the mouse does fails the test at its end.
    """
    clock = SteppedClock(datetime(2026, 1, 21, 8, 0, tzinfo=CHINA))
    folder = tmp_path / "workspace"
    make_workspace(folder, clock, trial)
    confirm_parameters(folder, clock, confirmed)
    if allocations:
        take_in_list(folder, clock, allocations)
    if before is not None:
        before(folder, clock)
    photograph = tmp_path / "wound.jpg"
    photograph.write_bytes(wound_photograph(Wound(6.8, 3.4, 2.6, 0.6, 60), "DEMO", "SCR", Random(1)))  # noqa: S311  invented data
    ask = ScriptedAsk({"attachment": [(str(photograph),)] * 20})
    gate = make_gate(qapp, folder, clock, ask)
    gate.look.languages.set_language(lang)
    gate.look.themes.set_mode("light")
    trap = MouseTrap()
    qapp.installEventFilter(trap)
    gate.top.resize(1440, 900)
    gate.top.show()
    gate.top.activateWindow()
    QApplication.processEvents()
    gate.behind()
    try:
        yield Site(gate, clock, Typist(trial, gate.top), ask)
    finally:
        qapp.removeEventFilter(trap)
        gate.top.close()
        gate.top.deleteLater()
        QApplication.processEvents()
    assert trap.caught == []
