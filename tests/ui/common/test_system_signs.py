"""R30: a locked screen or a machine that goes to sleep locks the window too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.ui.common.system_signs import SCREEN_SAVERS, SystemSigns

# A bus of its own, and the desktop's word sent over it as a desktop sends it.
_SCRIPT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from crf_app.ui.common.system_signs import SystemSigns

app = QCoreApplication(sys.argv)
signs, heard = SystemSigns(), []
signs.went_away.connect(lambda: heard.append(1))
other = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "desktop")

def send(name, away):
    message = QDBusMessage.createSignal("/ScreenSaver", name, "ActiveChanged")
    message.setArguments([away])
    assert other.send(message)

for name in sys.argv[1:]:
    send(name, True)
    send(name, False)
QTimer.singleShot(1500, app.quit)
app.exec()
print(len(heard))
"""


@pytest.mark.requirement("R30")
@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no D-Bus on this machine")
def test_the_word_of_each_desktop_is_heard_over_the_bus() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", _SCRIPT, *SCREEN_SAVERS]
    found = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False, timeout=60)
    assert found.stdout.strip() == str(len(SCREEN_SAVERS)), found.stderr


def test_coming_back_is_no_reason_to_lock(qapp: QApplication, qtbot: QtBot) -> None:
    signs = SystemSigns()
    with qtbot.assertNotEmitted(signs.went_away):
        signs.said(False)
    with qtbot.waitSignal(signs.went_away, timeout=1000):
        signs.said(True)
