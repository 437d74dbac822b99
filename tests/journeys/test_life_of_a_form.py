"""The life of a form at the window, by keyboard, in both languages, told by everybody who has a hand in it.

Vital signs with an unusual value are completed, and a query opens; the monitor verifies and asks himself; both are answered beside the
item and closed; the investigator signs, the data manager locks; unlocked by two, a value is corrected, the signature is void, he signs again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import Standing
from crf_app.errors import ExpectedError
from crf_app.services.console import CURRENT
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.locks import lock_of
from crf_app.services.source_check import read_check
from crf_app.store.ledger_reading import entries_about
from crf_app.store.signatures import read_signatures
from crf_app.store.verify import verify
from crf_app.ui.form.item_row import ItemRow
from crf_app.ui.signing.console_page import ConsolePage
from tests.journeys.conftest import new_site
from tests.journeys.study_nurse import ALT
from tests.journeys.team import ASKED, CONSENT, CORRECTED, CRA_PASSWORD, FORM, ITEMS, SUBJECT, UNUSUAL, Team, begin
from tests.journeys.typist import CONTROL
from tests.ui.casebook.conftest import PI_PASSWORD, study

STORY = [
    *(("enter_items", "crc", item) for item in ITEMS), ("complete_form", "crc", "SCR/VS"), ("open_query", "cra", ASKED),
    *(("check_source", "cra", item) for item in ("VSDAT", "HEIGHT_VSORRES", "WEIGHT_VSORRES", "VSTPT", *list(ITEMS)[3:])),
    ("answer_query", "crc", ASKED), ("confirm_finding", "crc", UNUSUAL), ("close_query", "cra", ASKED), ("close_query", "cra", UNUSUAL),
    ("see_form", "pi", "SCR/ICF"), ("see_form", "pi", "SCR/VS"), ("sign", "pi", "SCR/ICF; SCR/VS"), ("lock_record", "dm", "SCR/VS"), ("unlock_record", "dm", "SCR/VS"),
    ("enter_items", "crc", ASKED), ("see_form", "pi", "SCR/VS"), ("sign", "pi", "SCR/VS"),
]  # fmt: skip
"""What the ledger must tell of the subject, in this order: the command, who gave it, on which form or item."""


class Story(Team):
    """The life of the form, act by act."""

    def enter(self) -> None:
        """The coordinator fills the form in; the check of the systolic pressure becomes a query with *complete*."""
        nurse = self.sit_down("crc")
        self.open_form()
        nurse.fill(ITEMS)
        nurse.complete_with_queries(1)
        assert self.queries() == {UNUSUAL: "open"}

    def verify_and_ask(self) -> None:
        """The monitor asks about the weight (F2), then verifies value by value (Space)."""
        monitor = self.sit_down("cra")
        self.open_form()
        checks = monitor.page.pane.checks
        assert checks.list.hasFocus(), "where a monitor begins"
        waiting = [one.key.item for one in checks.model.items]
        assert set(waiting) >= set(ITEMS)
        while (here := checks.list.current()) is None or here.key.item != ASKED:
            self.press(Qt.Key.Key_Down)
        row = monitor.page.pane.view.row_of(self.key(ASKED))
        assert isinstance(row, ItemRow)
        assert row.pointed, "the form shows where he is"
        self.press(Qt.Key.Key_F2)
        assert self.focus == "inspector/ask/text"
        monitor.hands.type(self.say("asked"))
        self.press(Qt.Key.Key_Return, CONTROL)
        assert self.queries() == {UNUSUAL: "open", ASKED: "open"}
        self.press(Qt.Key.Key_Escape)
        self.press(Qt.Key.Key_F5, CONTROL)
        assert checks.list.hasFocus(), self.focus
        assert not self.buttons(UNUSUAL), "a monitor confirms no value"
        self.press(Qt.Key.Key_Home)
        for left in range(len(waiting), 0, -1):
            assert checks.model.rowCount() == left
            self.press(Qt.Key.Key_F5 if left % 2 else Qt.Key.Key_Space)
        assert read_check(self.work, FORM).done
        assert self.glyph == "verified"

    def answer(self) -> None:
        """The coordinator answers both beside their items (Alt+4)."""
        nurse = self.sit_down("crc")
        assert len(self.tasks("queries")) == 2
        self.open_form()
        assert len(self.buttons(UNUSUAL)) == 1
        for item in (ASKED, UNUSUAL):
            self.walk_to(item)
            self.press(Qt.Key.Key_4, ALT)
            assert self.focus == "inspector/query/answer"
            shown = nurse.page.inspector.queries.view.shown
            assert shown is not None
            assert shown.record.key == self.key(item)
            if item == ASKED:
                nurse.hands.type(self.say("without"))
            else:
                self.press(Qt.Key.Key_2)
            self.press(Qt.Key.Key_Return, CONTROL)
            assert self.queries()[item] == "answered"
            self.press(Qt.Key.Key_Escape)
            here = nurse.hands.here()
            assert here is not None, self.focus
            assert here.item == item
        assert self.record.completed_at is not None, "Ctrl+Enter sent the answer, nothing else"

    def close(self) -> None:
        """The monitor closes both in the list: R to the answer, Ctrl+Enter and on to the next."""
        monitor = self.sit_down("cra")
        self.press(Qt.Key.Key_5, CONTROL)
        assert self.focus == "queries/table"
        assert monitor.window.queries.model.rowCount() == 2
        self.press(Qt.Key.Key_R)
        for _ in range(2):
            assert self.focus == "queries/thread/answer"
            self.press(Qt.Key.Key_Return, CONTROL)
        assert self.queries() == {UNUSUAL: "closed", ASKED: "closed"}
        assert self.focus == "queries/filter", "nothing is left in the list"

    def sign(self, *forms: FormKey) -> None:
        """The investigator sees each form on paper in the console at hand, then signs with log-in and password."""
        pi = self.at
        console = pi.window.signing
        assert console.list.hasFocus()
        waiting = [one.form for one in console.model.items() if one.waits]
        assert set(waiting) == set(forms)
        for count in range(1, len(forms) + 1):
            pi.wait_for(partial(_seen, console, count))
            if count < len(forms):
                self.press(Qt.Key.Key_Space)
        assert set(console.model.chosen()) == set(forms)
        self.press(Qt.Key.Key_Return, CONTROL)
        for name, text in (("login", "pi"), ("password", PI_PASSWORD)):
            assert self.focus == f"signing/{name}"
            pi.hands.type(text)
            self.press(Qt.Key.Key_Return)
        assert console.side.error.text() == ""
        assert not [one for one in console.model.items() if one.waits]
        pi.wait_for(lambda: console.is_drawn)

    def lock(self) -> None:
        """The data manager locks the form; a reason is asked in place."""
        manager = self.sit_down("dm")
        self.open_form()
        assert self.glyph == "signed"
        self.act("lock.form")
        assert self.focus == "sign/reason"
        manager.hands.type(self.say("lock"))
        self.press(Qt.Key.Key_Return)
        hold = lock_of(self.work, FORM)
        assert hold is not None
        assert (hold.kind, hold.reason) == ("locked", self.say("lock"))
        assert self.glyph == "locked"

    def try_in_vain(self) -> None:
        """The coordinator finds it read-only: it says so, nothing can be typed, no field takes a key."""
        nurse = self.sit_down("crc")
        self.open_form()
        pane = nurse.page.pane
        assert pane.hold.isVisible()
        assert self.say("lock") in pane.hold.accessibleName()
        assert self.glyph == "locked"
        assert not [one.item.oid for one in self.record.items() if one.editable and not one.item.is_derived]
        head = self.work.database.head
        for _ in range(30):
            nurse.hands.type("9")
            self.press(Qt.Key.Key_Tab)
        assert self.work.database.head == head
        assert nurse.value("SCR", "VS", ASKED) == "70"
        with pytest.raises(ExpectedError) as refused:
            enter_items(self.work, [ItemEntry(self.key(ASKED), CORRECTED)], reason=self.say("misread"))
        assert refused.value.code == "record_locked"
        assert self.work.database.head == head

    def unlock(self) -> None:
        """The data manager unlocks with a reason; the monitor countersigns with his password."""
        manager = self.sit_down("dm")
        self.open_form()
        self.act("unlock.form")
        assert self.focus == "sign/reason"
        for text in (self.say("unlock"), "cra", CRA_PASSWORD):
            assert isinstance(manager.hands.focus(), QLineEdit)
            manager.hands.type(text)
            self.press(Qt.Key.Key_Return)
        assert lock_of(self.work, FORM) is None
        assert self.glyph == "signed"
        assert manager.page.pane.hold.isHidden()

    def correct(self) -> None:
        """The coordinator corrects the weight with a reason: the signature is void, the value is no longer verified, and both are said."""
        nurse = self.sit_down("crc")
        self.open_form()
        self.walk_to(ASKED)
        nurse.hands.replace(CORRECTED)
        self.press(Qt.Key.Key_Tab)
        row = nurse.page.pane.view.row_of(self.key(ASKED))
        assert isinstance(row, ItemRow)
        assert row.reason_strip is not None
        assert row.reason_strip.isVisible()
        for part in (self.say("misread")[:1], self.say("misread")[1:]):  # the first letter leaves the standard reasons
            nurse.hands.type(part)
        self.press(Qt.Key.Key_Return)
        assert nurse.value("SCR", "VS", ASKED) == CORRECTED
        assert entries_about(self.work.database, SUBJECT)[-1].reason == self.say("misread")
        band = nurse.page.pane.record_band
        assert band.isVisible()
        assert band.lines[-1].glyph == "signature_void"
        label = study().forms["VS"].index[ASKED].label.get(self.lang)
        assert label in band.lines[-1].text
        assert self.glyph == "signature_void"
        assert nurse.page.header.void.isVisible()
        assert self.states & Standing.SIGNATURE_VOID
        marks = {one.item.oid: one.check for one in self.record.items()}
        assert (marks[ASKED], marks[UNUSUAL]) == ("changed", "checked")

    def told_on_today(self) -> None:
        """The monitor is told of the value to verify again, on Today and in the list of the form."""
        monitor = self.sit_down("cra")
        assert [one.form for one in self.tasks("unverified")] == [FORM]
        self.open_form()
        assert self.glyph == "changed"
        changed = [(one.key.item, one.before.text, one.now.text) for one in monitor.page.pane.checks.model.items]
        assert changed[0] == (ASKED, "70", CORRECTED)

    def sign_first(self) -> None:
        """Two forms wait in the console (Ctrl+7); both are signed in one act."""
        self.sit_down("pi")
        self.press(Qt.Key.Key_7, CONTROL)
        self.sign(CONSENT, FORM)
        assert self.states & Standing.SIGNED

    def sign_again(self) -> None:
        """On the investigator's Today the void signature stands; Enter opens the console, which asks for what changed alone."""
        pi = self.sit_down("pi")
        found = self.tasks("signature")
        assert [(one.state, one.form) for one in found] == [("signature_void", FORM)]
        assert "1" in found[0].why.get(self.lang)
        for _ in range(20):
            if pi.window.today.list.current() == found[0]:
                break
            self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Return)
        assert pi.window.place == "signing"
        self.sign(FORM)
        assert self.states & Standing.SIGNED
        assert not self.states & Standing.SIGNATURE_VOID


@pytest.fixture(params=["en", "zh"])
def story(request: pytest.FixtureRequest, tmp_path: Path, qapp: QApplication) -> Iterator[Story]:
    """Everybody of the site before one window."""
    with new_site(tmp_path, qapp, study(), {}, lang=request.param, before=begin) as site:
        yield Story(site, request.param)


def _seen(console: ConsolePage, count: int) -> bool:
    """Have so many of the forms that wait stood before the signer?"""
    return sum(one.seen == CURRENT for one in console.model.items() if one.waits) >= count


def test_life_of_a_form(story: Story, tmp_path: Path) -> None:
    story.enter()
    story.verify_and_ask()
    story.answer()
    story.close()
    story.sign_first()
    story.lock()
    story.try_in_vain()
    story.unlock()
    story.correct()
    story.told_on_today()
    story.sign_again()
    assert story.ledger() == STORY
    void, valid = [one for one in read_signatures(story.work.database, SUBJECT) if one.record == FORM.form_address]
    assert (void.void_cause, void.void_address.rsplit("/", 1)[-1], valid.void_cause) == ("value", ASKED, "")
    story.open_form()
    printed = story.at.print_casebook(tmp_path / "casebook.pdf")
    tr = story.at.window.context.tr
    first = printed.index(void.digest[:16])
    said = printed[:first].rsplit(tr("pdf.signed_electronically"), 1)[-1]
    assert tr("pdf.signature_void") in said
    assert study().forms["VS"].index[ASKED].label.get(story.lang) in said, "what ended it"
    second = printed.index(valid.digest[:16])
    assert tr("pdf.signature_void") not in printed[:second].rsplit(tr("pdf.signed_electronically"), 1)[-1]
    assert verify(story.work.database, None).intact
