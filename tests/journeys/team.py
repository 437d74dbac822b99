"""Everybody who has a hand in a form, one after the other at one window: who sits down, what he presses and what he sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import FormRecord
from crf_app.clinical.standing import Standing
from crf_app.clock import SteppedClock
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import complete_form
from crf_app.services.session import add_user, log_out, open_workspace
from crf_app.services.states import form_states
from crf_app.services.subjects import consent_key, create_subject
from crf_app.services.task import Task
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger import addresses_in
from crf_app.store.ledger_reading import entries_about
from crf_app.store.queries import read_queries
from crf_app.study.texts import Text
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.form.item_row import ItemRow
from tests.journeys.conftest import Site
from tests.journeys.study_nurse import Nurse
from tests.journeys.typist import CONTROL
from tests.ui.casebook.conftest import ADMIN_PASSWORD, CRC_PASSWORD, PI_PASSWORD

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

    # What is left of it

    def ledger(self) -> list[tuple[str, str, str]]:
        """The acts on the subject at this window: command, who, the form or the last part of its address; all of them where there are several."""
        told = entries_about(self.work.database, SUBJECT)
        mine = [one for one in told if not one.object.endswith(CONSENT.form_address) or self.logins[one.user_id] != "crc"]
        places = {one.no: "; ".join(map(_place, addresses_in(one.object, SUBJECT))) for one in mine}
        return [(one.command, self.logins[one.user_id], places[one.no]) for one in mine if one.command != "create_subject"]


def _place(address: str) -> str:
    """The item where there is one, else the form."""
    return address.rsplit("/", 1)[-1] if address.count("/") > 1 else address
