"""A robot at the real window for the crash tests: `robot.py FOLDER MINUTE FIRST [slowly]`, typing until it is killed.

It logs in as the coordinator and fills the vital signs of the screening visit by keys alone, again and again, each time
with a number that was not there before (counting from `FIRST`); its clock begins `MINUTE` minutes after the start.
It says, one line each: `r` ready; `t ADDRESS TEXT` this is what is typed now; `b` a transaction has begun; `e` it has
returned; `a ADDRESS TEXT` the status line says "saved". When it types `slowly` it never leaves its first field:
`k SECONDS TEXT` this stands there since that moment of the machine's monotonic clock.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clock import SteppedClock
from crf_app.paths import resources_folder
from crf_app.store.database import Database
from crf_app.store.ledger import Command
from crf_app.store.signer import Signer
from crf_app.store.unit import Unit
from crf_app.study.definition import ItemType
from crf_app.ui.common.look import dress
from crf_app.ui.form.form_view import FormView
from crf_app.words import load_words
from tests.ui.shell_support import START, Hands, sit_down

FORM = FormKey("01-001", "SCR", 1, "VS", 1)
_NUMBERS = (ItemType.INT, ItemType.DEC)
SPAN = 97
"""So many different numbers: a prime, so that an item never gets the one it holds."""
PAUSE_MS = 120


def say(*words: str) -> None:
    """One line to whoever watches, at once."""
    os.write(1, (" ".join(words) + "\n").encode())


def mark_transactions() -> None:
    """Say when a transaction begins and when it has returned."""
    begin = Database.begin

    @contextmanager
    def marked(self: Database, command: Command, signer: Signer | None = None) -> Iterator[Unit]:
        with begin(self, command, signer) as unit:
            say("b")
            yield unit
        say("e")

    pytest.MonkeyPatch().setattr(Database, "begin", marked)


def open_window(folder: Path, minute: int) -> Hands:
    """The window with the form open and the focus in its first number."""
    app = QApplication([])
    look = dress(app, load_words(resources_folder() / "words"), "en", "light")
    hands = sit_down(look, folder, SteppedClock(START + timedelta(minutes=minute)))
    hands.log_in("crc")
    hands.frame.open_form(FORM)
    QApplication.processEvents()
    return hands


def number_keys(hands: Hands) -> dict[str, ItemKey]:
    """The items of the form into which a number can be typed, by address."""
    cells = [cell for view in hands.frame.casebook.pane.view._views() for cell in view.cells()]
    found = [cell.record.key for cell in cells if cell.record is not None and cell.is_stop and cell.item.type in _NUMBERS]
    return {key.address: key for key in found}


def main() -> None:
    """Type without end."""
    folder, minute, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    hands = open_window(folder, minute)
    mark_transactions()
    keys = number_keys(hands)
    view = hands.frame.casebook.pane.view
    say("r")
    if "slowly" in sys.argv:
        type_slowly(hands, view, next(iter(keys.values())))
    while True:
        for address, key in keys.items():
            view.focus_item(key)
            enter(hands, address, str(50 + number % SPAN))
            number += 1


def type_slowly(hands: Hands, view: FormView, key: ItemKey) -> None:
    """One digit after the other into one field, without end; the timers of the window run between them."""
    view.focus_item(key)
    text = ""
    for number in itertools.count():
        digit = str(number % 10)
        hands.type(digit)
        text += digit
        say("k", repr(time.monotonic()), text)
        QTest.qWait(PAUSE_MS)


def enter(hands: Hands, address: str, text: str) -> None:
    """Type one number over what stands there and leave it by Tab."""
    assert isinstance(QApplication.focusWidget(), QLineEdit), hands.focus
    said = hands.frame.status.saved.text()
    hands.clock.advance(timedelta(seconds=1))
    say("t", address, text)
    hands.control(Qt.Key.Key_A)
    hands.type(text)
    hands.key(Qt.Key.Key_Tab)
    if hands.frame.status.saved.text() != said:
        say("a", address, text)


if __name__ == "__main__":
    main()
