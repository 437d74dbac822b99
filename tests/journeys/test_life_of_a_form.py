"""The life of a form at the window, by keyboard, in both languages, told by everybody who has a hand in it.

Vital signs with an unusual value are completed, and a query opens; the monitor verifies and asks himself; both are answered beside the
item and closed; the investigator signs, the data manager locks; unlocked by two, a value is corrected, the signature is void, he signs again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import FormRecord
from crf_app.clinical.standing import Standing
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.services.console import CURRENT
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import complete_form
from crf_app.services.locks import lock_of
from crf_app.services.session import add_user, log_out, open_workspace
from crf_app.services.source_check import read_check
from crf_app.services.states import form_states
from crf_app.services.subjects import consent_key, create_subject
from crf_app.services.task import Task
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger_reading import entries_about
from crf_app.store.queries import read_queries
from crf_app.store.signatures import read_signatures
from crf_app.store.verify import verify
from crf_app.study.texts import Text
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.form.item_row import ItemRow
from tests.journeys.conftest import Site, new_site
from tests.journeys.study_nurse import ALT, Nurse
from tests.journeys.typist import CONTROL
from tests.ui.casebook.conftest import ADMIN_PASSWORD, CRC_PASSWORD, PI_PASSWORD, study

SUBJECT = "NJ01-001"
FORM = FormKey(SUBJECT, "SCR", 1, "VS", 1)
CONSENT = FormKey(SUBJECT, "SCR", 1, "ICF", 1)
CRA_PASSWORD, DM_PASSWORD = "granite ribbon copper 31", "lantern meadow silver 5 y"
PASSWORDS = {"crc": CRC_PASSWORD, "pi": PI_PASSWORD, "cra": CRA_PASSWORD, "dm": DM_PASSWORD}
ITEMS = {
    "VSDAT": "2026-01-21", "HEIGHT_VSORRES": "170", "WEIGHT_VSORRES": "70", "VSTIM": "09:10", "TEMP_VSORRES": "36.5", "SYSBP_VSORRES": "172",
    "DIABP_VSORRES": "84", "PULSE_VSORRES": "72", "RESP_VSORRES": "16", "OXYSAT_VSORRES": "98",
}  # fmt: skip
UNUSUAL, ASKED, CORRECTED = "SYSBP_VSORRES", "WEIGHT_VSORRES", "71.5"
SAID = {
    "en": {"asked": "Is the weight without shoes?", "without": "Yes, without shoes.", "lock": "visit cleaned", "unlock": "weight was misread", "misread": "misread on the scale"},
    "zh": {"asked": "体重是否为脱鞋后测量？", "without": "是，脱鞋后测量。", "lock": "访视数据已清理", "unlock": "体重读数有误", "misread": "体重秤读数有误"},
}  # fmt: skip
STORY = [
    *(("enter_items", "crc", item) for item in ITEMS), ("complete_form", "crc", "SCR/VS"), ("open_query", "cra", ASKED),
    *(("check_source", "cra", item) for item in ("VSDAT", "HEIGHT_VSORRES", "WEIGHT_VSORRES", "VSTPT", *list(ITEMS)[3:])),
    ("answer_query", "crc", ASKED), ("confirm_finding", "crc", UNUSUAL), ("close_query", "cra", ASKED), ("close_query", "cra", UNUSUAL),
    ("see_form", "pi", "SCR/ICF"), ("see_form", "pi", "SCR/VS"), ("sign", "pi", "SCR/ICF"), ("lock_record", "dm", "SCR/VS"), ("unlock_record", "dm", "SCR/VS"),
    ("enter_items", "crc", ASKED), ("see_form", "pi", "SCR/VS"), ("sign", "pi", "SCR/VS"),
]  # fmt: skip
"""What the ledger must tell of the subject, in this order: the command, who gave it, on which form or item."""


def begin(folder: Path, clock: SteppedClock) -> None:
    """The people of the site, a subject, and the consent form complete."""
    work = open_workspace(folder, "admin", ADMIN_PASSWORD, clock)
    add_user(work, "cra", Text("Demo Monitor", "演示监查员"), Role.MONITOR, CRA_PASSWORD, cost=CHEAP)
    add_user(work, "dm", Text("Demo Data Manager", "演示数据管理员"), Role.DATA_MANAGER, DM_PASSWORD, cost=CHEAP)
    log_out(work)
    work = open_workspace(folder, "crc", CRC_PASSWORD, clock)
    subject, _ = create_subject(work, "2026-01-21")
    key = consent_key(work.study, subject)
    typed = {"RFICTIM": "07:40", "ICFVER": "2.0", "ICFVDAT": "2025-07-01", "ICFBY": "SUBJECT", "ICFCOPY": "Y", "ICFINV": "演示研究者"}
    index = work.study.forms[key.form].index
    outcome = enter_items(work, [ItemEntry(key._replace(group=index[item].group, item=item), text) for item, text in typed.items()])
    assert outcome.stored, outcome
    done = complete_form(work, key.form_key)
    assert done.completed
    assert not done.queries, [one.message.en for one in done.queries]
    log_out(work)


@dataclass
class Team:
    """Who sits at the window one after the other; `at` is who does now."""

    site: Site
    lang: str
    seated: list[Nurse] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)

    @property
    def at(self) -> Nurse:
        """Who sits at the window."""
        return self.seated[-1]

    @property
    def work(self) -> Workspace:
        """The open workspace."""
        return self.at.work

    def say(self, name: str) -> str:
        """A sentence of the story in the language of the window."""
        return SAID[self.lang][name]

    def sit_down(self, login: str) -> Nurse:
        """The next person comes, five minutes later."""
        self.site.clock.advance(timedelta(minutes=5))
        self.seated.append(self.site.change_to(login, PASSWORDS[login]) if self.seated else self.site.log_in())
        self.site.hands.subject = SUBJECT
        assert self.work.user.login == login
        self.logins[self.work.user.user_id] = login
        return self.at

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key, and the window does what follows."""
        self.site.hands.press(key, modifier)
        QApplication.processEvents()

    @property
    def focus(self) -> str:
        """The name of what has the focus."""
        return self.site.hands.focus().objectName()

    def palette(self, text: str) -> None:
        """Ctrl+K, some words, Enter."""
        self.press(Qt.Key.Key_K, CONTROL)
        assert self.focus == "palette/search"
        self.site.hands.type(text)
        self.press(Qt.Key.Key_Return)

    def act(self, action: str) -> None:
        """An act without a key of its own, by its words in the palette."""
        self.palette(self.at.window.context.tr(self.at.window.context.actions.row(action).words))

    def open_form(self) -> FormRecord:
        """The subject by the palette, the form by the tree."""
        self.palette(SUBJECT)
        self.at.open(FORM.event, FORM.form)
        QApplication.processEvents()
        assert self.at.form == FORM
        return self.record

    @property
    def record(self) -> FormRecord:
        """The form as it is shown."""
        record = self.at.page.pane.model.record
        assert record is not None
        return record

    def key(self, item: str) -> ItemKey:
        """The question of that name."""
        return next(one.key for one in self.record.items() if one.item.oid == item)

    def walk_to(self, item: str) -> None:
        """Tab from field to field until the question is reached."""
        for _ in range(60):
            here = self.site.hands.here()
            if here is not None and here.item == item:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {item}; the focus is at {self.focus}")

    def buttons(self, item: str) -> list[Button]:
        """What is offered beneath a question with what is said of its value."""
        row = self.at.page.pane.view.row_of(self.key(item))
        assert isinstance(row, ItemRow)
        said = [one for one in row.messages if not one.isHidden()]
        return [button for one in said for button in one.findChildren(Button) if not button.isHidden()]

    @property
    def glyph(self) -> str:
        """The glyph of the form in the tree."""
        self.at.page.catch_up()
        model = self.at.page.tree_model
        node = model.node(model.find(FORM))
        assert node is not None
        return node.glyph

    @property
    def states(self) -> Standing:
        """How the form stands."""
        return form_states(self.work, SUBJECT)[FORM]

    def tasks(self, group: str) -> list[Task]:
        """What Today asks of the person at the window, by Ctrl+1."""
        self.press(Qt.Key.Key_1, CONTROL)
        assert self.at.window.place == "today"
        tasks = self.at.window.today.list.tasks
        rows = [tasks.row(number) for number in range(tasks.rowCount())]
        return [one for one in rows if isinstance(one, Task) and one.group == group]

    def queries(self) -> dict[str, str]:
        """The state of each query of the form by the item it stands at."""
        return {one.address.rsplit("/", 1)[-1]: one.state for one in read_queries(self.work.database, SUBJECT)}

    # The story

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
            pi.wait_for(lambda wanted=count: sum(one.seen == CURRENT for one in console.model.items() if one.waits) >= wanted)  # type: ignore[misc]
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

    # What is left of it

    def ledger(self) -> list[tuple[str, str, str]]:
        """The acts on the subject at this window: command, who, the form or the last part of its address."""
        told = entries_about(self.work.database, SUBJECT)
        mine = [one for one in told if not one.object.endswith(CONSENT.form_address) or self.logins[one.user_id] != "crc"]
        return [(one.command, self.logins[one.user_id], _place(one.object)) for one in mine if one.command != "create_subject"]


@pytest.fixture(params=["en", "zh"])
def team(request: pytest.FixtureRequest, tmp_path: Path, qapp: QApplication) -> Iterator[Team]:
    """Everybody of the site before one window."""
    with new_site(tmp_path, qapp, study(), {}, lang=request.param, before=begin) as site:
        yield Team(site, request.param)


def _place(about: str) -> str:
    """The item where there is one, else the form."""
    address = about.partition(":")[2]
    return address.rsplit("/", 1)[-1] if address.count("/") > 1 else address


def test_life_of_a_form(team: Team, tmp_path: Path) -> None:
    team.enter()
    team.verify_and_ask()
    team.answer()
    team.close()
    team.sign_first()
    team.lock()
    team.try_in_vain()
    team.unlock()
    team.correct()
    team.told_on_today()
    team.sign_again()
    assert team.ledger() == STORY
    void, valid = [one for one in read_signatures(team.work.database, SUBJECT) if one.record == FORM.form_address]
    assert (void.void_cause, void.void_address.rsplit("/", 1)[-1], valid.void_cause) == ("value", ASKED, "")
    team.open_form()
    printed = team.at.print_casebook(tmp_path / "casebook.pdf")
    tr = team.at.window.context.tr
    first = printed.index(void.digest[:16])
    said = printed[:first].rsplit(tr("pdf.signed_electronically"), 1)[-1]
    assert tr("pdf.signature_void") in said
    assert study().forms["VS"].index[ASKED].label.get(team.lang) in said, "what ended it"
    second = printed.index(valid.digest[:16])
    assert tr("pdf.signature_void") not in printed[:second].rsplit(tr("pdf.signed_electronically"), 1)[-1]
    assert verify(team.work.database, None).intact
