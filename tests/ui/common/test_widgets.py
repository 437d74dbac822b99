"""Small widgets: what they say and what keys they take."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crf_app.ui.common.ask import FileQuestion, Question, ScriptedAsk
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button, KeyHint
from crf_app.ui.common.widgets.chips import Badge, Chip, Glyph
from crf_app.ui.common.widgets.labels import Label, LabeledValue, SectionHead
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.common.widgets.panels import EmptyState, ProgressLine, SearchBox
from crf_app.ui.common.widgets.segments import Segment, Segments, SegmentSwitch, normalise_key


def test_segments_by_key_code_and_beginning(look: Look) -> None:
    strip = Segments(look, [Segment("None", "0"), Segment("Mild", "1", ("MILD", "轻度")), Segment("Severe", "2")])
    assert [strip.type_text(text) and strip.index for text in ("１", "s", "轻", "0", "x")] == [1, 2, 1, 0, False]


def test_segments_send_only_changes(look: Look) -> None:
    strip = Segments(look, [Segment("a"), Segment("b")])
    chosen: list[int] = []
    strip.chosen.connect(chosen.append)
    strip.choose(1)
    strip.choose(1)
    strip.set_index(0)
    assert (chosen, strip.accessibleDescription()) == ([1], "a")


def test_read_only_segments_stay(look: Look) -> None:
    strip = Segments(look, [Segment("a"), Segment("b")], clearable=True)
    strip.set_index(1)
    strip.read_only = True
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_Home):
        QTest.keyClick(strip, key)
    assert strip.index == 1


def test_switch_always_has_a_choice(look: Look) -> None:
    switch = SegmentSwitch(look, ["EN", "中文"], "Language")
    QTest.keyClick(switch, Qt.Key.Key_Delete)
    assert (switch.index, switch.accessibleName()) == (0, "Language")


def test_full_width_is_made_plain() -> None:
    assert normalise_key(" Ｙ ") == "y"


def test_message_offers_acts_and_speaks_its_kind(look: Look) -> None:
    message = InlineMessage(look)
    acted: list[str] = []
    message.acted.connect(acted.append)
    message.say("error", "Diastolic is above systolic.", [Act("swap", "Exchange")])
    message.buttons[0].click()
    assert (acted, message.accessibleName()) == (["swap"], "Error: Diastolic is above systolic.")
    message.say("ok", "Printed.")
    assert message.buttons == ()
    with pytest.raises(KeyError):
        message.say("loud", "x")


def test_words_for_those_who_do_not_see(look: Look) -> None:
    assert Glyph(look, "overdue").accessibleName() == "Overdue"
    assert Badge(look, 3, what="open queries").accessibleName() == "3 open queries"
    assert Badge(look, 0).isHidden()
    assert Chip(look, "In study", "complete").accessibleName() == "In study"
    assert Button(look, "Print", icon="print").accessibleName() == "Print"
    value = LabeledValue(look, "Consent", "")
    assert value.value.text() == "—"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_everything_paints(look: Look, mode: str) -> None:
    look.themes.set_mode(mode)
    empty, progress, head, message = EmptyState(look), ProgressLine(look), SectionHead(look), InlineMessage(look)
    empty.say("No event", "Type one.", "Add")
    progress.show_progress("Casebook 9 of 24", 9 / 24, "40 s")
    head.set_text("Wound bed", "5 / 5", "sum 100")
    message.say("warn", "Late by 2 days", head="Visit")
    widgets: list[QWidget] = [
        empty, progress, head, message, KeyHint(look, "Ctrl K"), SearchBox(look, "Find", "Ctrl K"),
        Label(look, "x", "error"),
        Chip(look, "Locked", "locked", glyph="locked"), Badge(look, 120), Glyph(look, "signed", 24),
        *(Button(look, "Go", kind, key="F1", icon="check") for kind in ("", "primary", "danger", "link")),
    ]  # fmt: skip
    for widget in widgets:
        widget.resize(widget.sizeHint().expandedTo(widget.size()))
        image = widget.grab().toImage()
        first = image.pixelColor(0, 0)
        varied = any(
            image.pixelColor(x, y) != first for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
        )
        assert varied, type(widget).__name__
        widget.deleteLater()


def test_search_box_walks_and_empties(look: Look) -> None:
    box = SearchBox(look, "Find")
    steps: list[int] = []
    box.move_requested.connect(steps.append)
    box.setText("w4")
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (steps, box.text()) == ([1, -1], "")


def test_scripted_answers_are_used_once() -> None:
    ask = ScriptedAsk({"restore": [True], "photo": [("a.jpg",)], "site": ["B"]})
    assert ask.confirm(None, Question("restore", "Restore?"))
    assert ask.files(None, FileQuestion("photo", "Photo")) == ("a.jpg",)
    assert ask.choose(None, Question("site", "Site"), ["A", "B"]) == 1
    with pytest.raises(AssertionError, match="restore"):
        ask.confirm(None, Question("restore", "Restore?"))


def test_passwords_are_asked_for_in_secret() -> None:
    ask = ScriptedAsk({"password": ["x", "x"]})
    assert ask.text(None, Question("password", "Password"), secret=True) == "x"
    with pytest.raises(AssertionError, match="clear"):
        ask.text(None, Question("password", "Password"))
