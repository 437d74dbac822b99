"""What was being typed is on the disk within two seconds, survives a crash and is offered at the next start (R04, R28)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.services.drafts import Draft, keep_drafts, kept_drafts
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.store.drafts import drafts_file
from crf_app.ui.behind import OpenSession
from crf_app.ui.casebook import draft_keeper
from crf_app.ui.common.look import Look
from tests.ui.shell_support import START, Hands, sit_down

VS = FormKey("01-001", "SCR", 1, "VS", 1)
HEIGHT = item_key(VS, "VSH", 1, "HEIGHT_VSORRES")
PULSE = item_key(VS, "VS", 1, "PULSE_VSORRES")
CANARY = "7193624580"


def _begin(hands: Hands, key: ItemKey, text: str) -> None:
    """A coordinator types into an item and does not leave it."""
    hands.log_in("crc")
    hands.frame.open_form(key.form_key)
    QApplication.processEvents()
    hands.frame.casebook.pane.view.focus_item(key)
    hands.type(text)


def _file(hands: Hands) -> Path:
    assert hands.gate.folder is not None
    return drafts_file(hands.gate.folder, "u2")


@contextmanager
def _after_crash(hands: Hands, look: Look, place: Path) -> Iterator[Hands]:
    """Somebody sits before what is on the disk at this moment, on a machine that knows nothing of how it went on."""
    assert hands.gate.folder is not None
    shutil.copytree(hands.gate.folder, place)
    hands.gate.top.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(place.with_name("state")))
        person = sit_down(look, place, SteppedClock(START))
        yield person
        person.gate.top.close()
    person.gate.deleteLater()


def _typed(hands: Hands, key: ItemKey) -> str:
    row = hands.frame.casebook.pane.view.row_of(key)
    cell = row.cell_of(key.item) if row is not None else None
    assert cell is not None
    return cell.field.text()


def _value(hands: Hands, key: ItemKey) -> str:
    return hands.frame.context.work.casebook(key.subject).value(key).text


@pytest.mark.requirement("R04", "R28")
def test_text_is_on_the_disk_within_two_seconds_and_nobody_can_read_it(hands: Hands, qtbot: QtBot) -> None:
    _begin(hands, HEIGHT, CANARY)
    begun = time.monotonic()
    qtbot.waitUntil(_file(hands).exists, timeout=2000)
    assert time.monotonic() - begun < 2
    for path in _file(hands).parent.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
    assert CANARY in [one.text for one in kept_drafts(hands.frame.context.work)]


@pytest.mark.requirement("R04")
@pytest.mark.parametrize("key", [HEIGHT, PULSE], ids=["column", "table"])
def test_what_was_typed_is_offered_after_a_crash_and_goes_back_into_its_field(hands: Hands, look: Look, tmp_path: Path, key: ItemKey) -> None:
    _begin(hands, key, "171")
    hands.frame.drafts.look()
    with _after_crash(hands, look, tmp_path / "crashed") as after:
        after.log_in("crc")
        offer = after.frame.draft_offer
        assert offer.isVisible()
        assert "171" in offer.words.text()
        assert "01-001" in offer.words.text()
        offer.buttons[0].setFocus()
        after.key(Qt.Key.Key_Space)
        assert not offer.isVisible()
        assert after.focus == key.address
        assert (_typed(after, key), _value(after, key)) == ("171", "")
        assert kept_drafts(after.frame.context.work), "kept until it is stored"
        after.key(Qt.Key.Key_Tab)
        assert _value(after, key) == "171"
        after.frame.drafts.look()
        assert not _file(after).exists()


def test_an_offer_that_is_not_answered_stays_while_another_text_is_typed(hands: Hands, look: Look, tmp_path: Path) -> None:
    _begin(hands, HEIGHT, "171")
    hands.frame.drafts.look()
    with _after_crash(hands, look, tmp_path / "crashed") as after:
        _begin(after, PULSE, "64")
        after.frame.drafts.look()
        assert after.frame.draft_offer.isVisible()
        assert {one.text for one in kept_drafts(after.frame.context.work)} == {"171", "64"}
        after.frame.draft_offer.buttons[1].click()
        assert [one.text for one in kept_drafts(after.frame.context.work)] == ["64"]


def test_stored_or_given_up_it_is_kept_no_longer(hands: Hands) -> None:
    _begin(hands, HEIGHT, "171")
    hands.frame.drafts.look()
    hands.key(Qt.Key.Key_Escape)
    hands.frame.drafts.look()
    assert not _file(hands).exists()
    hands.type("172")
    hands.frame.drafts.look()
    assert _file(hands).exists()
    hands.key(Qt.Key.Key_Tab)
    hands.frame.drafts.look()
    assert not _file(hands).exists()


def test_a_refused_text_is_kept_while_it_stands_there(hands: Hands) -> None:
    _begin(hands, HEIGHT, "1x7")
    hands.key(Qt.Key.Key_Return)
    hands.frame.drafts.look()
    assert [one.text for one in kept_drafts(hands.frame.context.work)] == ["1x7"]


def test_a_value_stored_meanwhile_is_not_offered_again(hands: Hands) -> None:
    _begin(hands, HEIGHT, "")
    work = hands.frame.context.work
    keep_drafts(work, [Draft(HEIGHT, "171", "", work.clock.now(), work.database.head.no)])
    assert kept_drafts(work)
    enter_item(work, ItemEntry(HEIGHT, "180"))
    assert not kept_drafts(work)


def test_a_lock_keeps_the_text_on_screen_and_for_its_writer_alone(hands: Hands, look: Look, tmp_path: Path) -> None:
    _begin(hands, HEIGHT, "171")
    hands.control(Qt.Key.Key_L)
    assert _file(hands).exists()
    hands.unlock("crc")
    assert (_typed(hands, HEIGHT), hands.focus) == ("171", HEIGHT.address)
    hands.control(Qt.Key.Key_L)
    hands.unlock("pi")
    assert not hands.frame.draft_offer.isVisible()
    hands.frame.drafts.look()
    QApplication.processEvents()
    with _after_crash(hands, look, tmp_path / "crashed") as after:
        after.log_in("crc")
        assert "171" in after.frame.draft_offer.words.text()


def test_closing_the_window_keeps_what_was_just_typed(hands: Hands, look: Look) -> None:
    _begin(hands, HEIGHT, "171")
    hands.gate.top.close()
    assert _file(hands).exists()


def test_a_disk_that_takes_nothing_is_said_once_and_the_text_stays(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    _begin(hands, HEIGHT, "171")
    said: list[ExpectedError] = []
    hands.frame.context.perform.refused.connect(said.append)

    def full(*_: object) -> None:
        raise ExpectedError("disk_full", place="draft", detail="")

    monkeypatch.setattr(draft_keeper, "keep_drafts", full)
    hands.frame.drafts.look()
    hands.frame.drafts.look()
    assert [one.code for one in said] == ["disk_full"]
    assert hands.frame.strip.isVisible()
    assert _typed(hands, HEIGHT) == "171"


def test_a_field_that_is_asked_no_more_loses_no_text(hands: Hands) -> None:
    hands.log_in("crc")
    work = hands.frame.context.work
    gone = item_key(VS._replace(event="W12"), "VSH", 1, "HEIGHT_VSORRES")
    keep_drafts(work, [Draft(gone, "171", "", work.clock.now(), work.database.head.no)])
    hands.frame.offer_drafts()
    hands.frame.draft_offer.buttons[0].click()
    assert "171" in hands.frame.strip.words.text()


def test_opening_twice_is_said_in_both_languages(hands: Hands, look: Look) -> None:
    hands.log_in("crc")
    work = hands.frame.context.work
    keep_drafts(work, [Draft(HEIGHT, "171", "", work.clock.now(), work.database.head.no)])
    hands.frame.offer_drafts()
    look.languages.set_language("zh")
    assert "身高" in hands.frame.draft_offer.words.text()


def test_another_users_file_and_a_damaged_one_offer_nothing(hands: Hands) -> None:
    _begin(hands, HEIGHT, "171")
    hands.frame.drafts.look()
    path = _file(hands)
    content = path.read_bytes()
    assert len(content) == 12 + 512 + 16
    path.rename(drafts_file(path.parent, "u3"))
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    hands.control(Qt.Key.Key_L)
    hands.unlock("pi")
    assert kept_drafts(session.work) == ()
    drafts_file(path.parent, "u3").write_bytes(content[:-1])
    assert kept_drafts(session.work) == ()
