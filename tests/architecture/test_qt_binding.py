"""The binding to Qt keeps count of None: PySide6 6.12.0 does not, and aborts on Python 3.11 (docs/adr/0001)."""

from __future__ import annotations

import subprocess
import sys

_MANY_VOID_CALLS = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
for number in range(30_000):
    label.setText(str(number))
print(label.text())
"""


def test_thirty_thousand_calls_do_not_end_the_process() -> None:
    ask = [sys.executable, "-c", _MANY_VOID_CALLS]
    answer = subprocess.run(ask, capture_output=True, encoding="utf-8", check=False)
    assert (answer.returncode, answer.stdout.strip()) == (0, "29999"), answer.stderr
