"""The whole history is verified beside the window, and typing goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.clinical.keys import FormKey, item_key
from crf_app.services import verification
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.store.connection import connect
from crf_app.store.copying import COPY_NAME
from crf_app.store.high_water import read_high_water
from crf_app.store.triggers import TRIGGERS
from crf_app.store.vault import unlock
from crf_app.store.verify import verify
from tests.ui.shell_support import PASSWORDS, Hands

PULSE = item_key(FormKey("01-001", "SCR", 1, "VS", 1), "VS", 1, "PULSE_VSORRES")


def _copies(hands: Hands) -> list[Path]:
    return list(hands.frame.context.work.folder.glob(f"{COPY_NAME}*"))


@pytest.mark.requirement("R21")
def test_the_history_is_verified_beside_typing(hands: Hands, qtbot: QtBot) -> None:
    hands.log_in("crc")
    work = hands.frame.context.work
    with qtbot.waitSignal(hands.frame.check.verified, timeout=30_000):
        hands.frame.check.begin()
        for number in range(40):
            assert enter_item(work, ItemEntry(PULSE, str(60 + number))).stored
            QApplication.processEvents()
    assert hands.frame.status.database.text() == "Database verified 09:00"
    mark = read_high_water(work.database.workspace_id)
    assert mark is not None
    assert 0 < mark.verified_no <= work.database.head.no
    assert work.casebook("01-001").value(PULSE).text == "99"
    assert verify(work.database).intact
    assert not _copies(hands)


@pytest.mark.requirement("R21")
def test_a_fault_is_said_loudly(hands: Hands, qtbot: QtBot) -> None:
    """A row of the administration was changed with the key in hand; nothing of it is looked at when the file is opened."""
    assert hands.gate.folder is not None
    key = unlock(hands.gate.folder, "crc", PASSWORDS["crc"], hands.clock).data_key
    connection = connect(hands.gate.folder / "data.db", key)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE study_parameter SET value = '99' WHERE name = (SELECT min(name) FROM study_parameter)")
    for statement in TRIGGERS.values():
        connection.execute(statement)
    connection.close()
    hands.log_in("crc")
    with qtbot.waitSignal(hands.frame.check.faulty, timeout=30_000):
        hands.frame.check.begin()
    assert "study_parameter" in hands.frame.strip.words.text()
    assert hands.frame.status.database.text() == "Database faulty"
    assert read_high_water(hands.frame.context.work.database.workspace_id) is None


def test_closing_stops_it_and_leaves_nothing_behind(hands: Hands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_AT_ONCE", 1)
    monkeypatch.setattr(verification, "_REST_S", 0.5)
    hands.log_in("crc")
    hands.frame.check.begin()
    qtbot.waitUntil(lambda: bool(_copies(hands)), timeout=5000)
    folder = hands.frame.context.work.folder
    hands.gate.top.close()
    QApplication.processEvents()
    assert not list(folder.glob(f"{COPY_NAME}*"))


def test_a_lock_stops_it_and_an_unlock_begins_anew(hands: Hands, qtbot: QtBot) -> None:
    hands.log_in("crc")
    first = hands.frame.check
    first.begin()
    first.stop()
    QApplication.processEvents()
    assert hands.frame.status.database.text() == "Database checked 09:00"
    (hands.frame.context.work.folder / COPY_NAME).write_bytes(b"left by a crash")
    first.start()
    with qtbot.waitSignal(first.verified, timeout=30_000):
        first.begin()
    assert not _copies(hands)
