"""Every page, panel and dialogue in both languages: what is painted and spoken belongs to the language in force.

What stands on the pages of forms is tested with the casebook.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.queries import Priority, visit_key
from crf_app.clock import SteppedClock
from crf_app.services.charts import SITE_OFFERS
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.queries import NewQuery, close_query, open_query
from crf_app.services.session import identify
from crf_app.store.kdf import CHEAP
from crf_app.ui.administration.users import UsersSection
from crf_app.ui.calendar.days import VIEWS
from crf_app.ui.common.ask import ScriptedAsk
from crf_app.ui.common.look import Look
from crf_app.ui.login.recovery_page import RecoveryPage
from crf_app.ui.login.wizard import Wizard
from tests.ui.seen import foreign
from tests.ui.shell_fixtures import hands, workspace_master
from tests.ui.shell_support import PASSWORDS, START, Hands, make_workspace, sit_down

__all__ = ["hands", "workspace_master"]

NAMES = ("Demo Administrator", "演示管理员", "Demo Coordinator", "演示协调员", "Demo Investigator", "演示研究者", "Demo Monitor", "演示监查员")
LABORATORY = ("SITE", "Site laboratory", "本院检验科")
SUBJECT = "01-001"
VITALS = FormKey(SUBJECT, "SCR", 1, "VS", 1)
MISSPELT = "mispelt"


@dataclass
class Reader:
    """Looks at a screen in both languages, leaving the one it found, and remembers what did not belong there."""

    look: Look
    given: list[str] = field(default_factory=lambda: [*NAMES, *LABORATORY, *PASSWORDS, MISSPELT])
    strange: dict[str, str] = field(default_factory=dict)

    def read(self, place: str, widget: QWidget, *given: str) -> None:
        """Read it first in Chinese, so that what was said in English shows, then in English."""
        for lang in ("zh", "en"):
            self.look.languages.set_language(lang)
            found = foreign(widget, lang, (*self.given, *given, *(part for one in given if os.sep in one for part in Path(one).parts)))
            self.strange |= {f"{place} ({lang}): {text}": word for text, word in found.items()}

    def done(self) -> None:
        """Nothing was out of place."""
        assert not self.strange, "\n".join(f"{word} in {place}" for place, word in self.strange.items())


@pytest.fixture
def reader(look: Look) -> Iterator[Reader]:
    """Its findings are judged at the end."""
    one = Reader(look)
    yield one
    one.done()


def _folder(hands: Hands) -> str:
    return str(hands.gate.folder)


def test_log_in_lock_and_recovery(hands: Hands, reader: Reader) -> None:
    gate, folder = hands.gate, _folder(hands)
    reader.read("log-in", gate.top, folder)
    hands.key(Qt.Key.Key_Return)
    gate.page.go.click()
    reader.read("log-in, nothing typed", gate.top, folder)
    hands.type("crc")
    hands.key(Qt.Key.Key_Return)
    gate.page.go.click()
    reader.read("log-in, no password", gate.top, folder)
    hands.type("this is not the password")
    hands.key(Qt.Key.Key_Return)
    reader.read("log-in, refused", gate.top, folder)
    gate.show_recovery()
    page = gate.top.front
    assert isinstance(page, RecoveryPage)
    reader.read("recovery", page)
    page.password.edit.setText("x")
    page.go.click()
    reader.read("recovery, passwords differ", page)
    page.password.edit.setText("")
    page.go.click()
    reader.read("recovery, no code", page)


def test_a_workspace_that_cannot_be_opened(look: Look, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    person = sit_down(look, tmp_path / "gone", SteppedClock(START))
    folder = str(tmp_path / "gone")  # it may be written on several lines, broken anywhere
    reader.read("log-in without a workspace", person.gate.top, folder, "workspace.toml", *re.findall("[A-Za-z]+", folder))
    person.gate.top.close()
    person.gate.top.deleteLater()
    person.gate.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_first_run(look: Look, reader: Reader, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    wizard = Wizard(look, ScriptedAsk({"recovery_sheet": [[str(sheet)]]}), SteppedClock(START), CHEAP)
    wizard.resize(1280, 720)
    wizard.show()
    reader.read("wizard, study", wizard)
    wizard.next.click()
    wizard.next.click()
    reader.read("wizard, site left blank", wizard, wizard.site.folder.edit.text())
    for line, text in (
        (wizard.site.code, "01"), (wizard.site.name_zh, "演示医院"), (wizard.site.name_en, "Demo Hospital"), (wizard.site.folder, str(tmp_path / "w")),
    ):  # fmt: skip
        line.edit.setText(text)
    wizard.next.click()
    reader.read("wizard, administrator", wizard, str(tmp_path / "w"))
    wizard.next.click()
    reader.read("wizard, administrator left blank", wizard, str(tmp_path / "w"))
    step = wizard.administrator
    for line, text in ((step.name_zh, "演示管理员"), (step.name_en, "Demo Administrator"), (step.login, "admin"), (step.password, PASSWORDS["admin"])):
        line.edit.setText(text)
    wizard.next.click()
    reader.read("wizard, passwords differ", wizard)
    step.again.edit.setText(PASSWORDS["admin"])
    wizard.next.click()
    reader.read("wizard, language", wizard)
    wizard.next.click()
    assert wizard.number == 4
    wizard.recovery.save.click()
    reader.read("wizard, recovery code", wizard, wizard.recovery.code.text(), *wizard.recovery.code.text().split("-"), str(sheet))
    assert wizard._made is not None
    wizard._made.close()
    wizard.close()
    wizard.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_empty_pages(look: Look, reader: Reader, tmp_path: Path) -> None:
    clock = make_workspace(tmp_path / "w", subjects=0)
    person = sit_down(look, tmp_path / "w", clock)
    person.log_in("crc")
    reader.read("today, nobody", person.gate.top)
    person.frame.go("subjects")
    reader.read("subjects, nobody", person.gate.top)
    person.frame.go("calendar")
    reader.read("calendar, nobody", person.gate.top)
    person.frame.go("queries")
    reader.read("queries, none", person.gate.top)
    person.frame.queries.bar.line.setText(MISSPELT)
    person.frame.queries.read()
    reader.read("queries, none fits", person.gate.top)
    person.frame.go("charts")
    reader.read("charts, nobody", person.gate.top)
    person.gate.top.close()
    person.gate.top.deleteLater()
    person.gate.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_pages_and_panels_of_a_coordinator(hands: Hands, reader: Reader) -> None:
    hands.log_in("crc")
    top, frame = hands.gate.top, hands.frame
    reader.read("today", top)
    frame.go("subjects")
    reader.read("subjects", top)
    frame.go("calendar")
    for view in VIEWS:
        frame.calendar.view.set_view(view)
        reader.read(f"calendar, {view}", top)
    frame.go("charts")
    for offer in SITE_OFFERS:
        frame.charts.panel.list.choose(offer.oid)
        reader.read(f"charts, {offer.oid}", top)
    frame.go("subjects")
    frame.subjects.filter.setText(MISSPELT)
    reader.read("subjects, nobody fits", top)
    frame.subjects.filter.setText("")
    frame.new_subject.begin()
    reader.read("new subject", top)
    frame.new_subject.date.edit.setText("2026-99-99")
    frame.new_subject.make.click()
    reader.read("new subject, refused", top)
    frame.new_subject.close_panel()
    for text in ("", "vital", MISSPELT):
        frame.palette_panel.open_with(text)
        reader.read(f"palette {text}", top, "vital")
    frame.palette_panel.close_palette()
    frame.key_help.open_help()
    reader.read("keys", top)
    frame.key_help.close_help()
    for section in frame.administration.sections:
        frame.go("administration")
        frame.administration.show_section(section.section_name)
        reader.read(section.section_name, top)
    hands.gate.lock()
    reader.read("locked", top)


def test_administration(hands: Hands, reader: Reader) -> None:
    hands.log_in("admin")
    top, page = hands.gate.top, hands.frame.administration
    for section in page.sections:
        page.show_section(section.section_name)
        reader.read(section.section_name, top)
    page.show_section("password")
    page.password.new.edit.setText("x")
    page.password.change.click()
    reader.read("password, differs", top)
    page.password.again.edit.setText("x")
    page.password.change.click()
    reader.read("password, refused", top)
    users = page.sections[0]
    assert isinstance(users, UsersSection)
    page.show_section("users")
    users.add.click()
    reader.read("users, no name", top)
    users.login.edit.setText("crc")
    users.add.click()
    reader.read("users, refused", top)


def test_queries_asked_answered_and_closed(casebook: Hands, reader: Reader) -> None:
    """What a person typed stays as it was typed; every other word is of the language in force."""
    asked, said = "39.9?", "40.2"
    temp = item_key(VITALS, "VS", 1, "TEMP_VSORRES")
    work = casebook.frame.context.work
    monitor = identify(work, "cra", PASSWORDS["cra"])
    _, number = open_query(work, NewQuery(temp, asked, priority=Priority.HIGH), actor=monitor)
    open_query(work, NewQuery(visit_key(SUBJECT, "SCR", 1), asked), actor=monitor)
    top, page = casebook.gate.top, casebook.frame.queries
    casebook.frame.go("queries")
    page.table.choose(1)
    reader.read("queries, open", top, asked)
    page.thread_view.send()
    reader.read("queries, nothing said", top, asked)
    page.bar.line.setText("form:39")
    page.read()
    reader.read("queries, not known", top, asked, "form:39")
    page.bar.line.setText("")
    page.show_query(number)
    page.thread_view.box.setPlainText(said)
    page.thread_view.send()
    page.show_query(number)
    reader.read("queries, answered", top, asked, said)
    casebook.frame.open_query(number)
    reader.read("query beside the form", top, asked, said)
    close_query(work, number, actor=monitor)
    page.show_query(number)
    casebook.frame.go("queries")
    reader.read("queries, closed", top, asked, said)
    casebook.gate.lock()
    casebook.unlock("cra")
    casebook.frame.open_form(VITALS)
    casebook.frame.casebook.pane.view.focus_item(temp)
    casebook.frame.context.actions.run("casebook.ask")
    casebook.frame.casebook.inspector.queries.panel.send()
    reader.read("asking, nothing said", top, asked, said)


@pytest.fixture
def casebook(hands: Hands) -> Hands:
    """The vital signs of a subject, with an unusual and a missing value, completed nowhere."""
    hands.log_in("crc")
    hands.frame.open_subject(SUBJECT)
    _enter(hands, VITALS, {"VSDAT": "2026-03-16", "TEMP_VSORRES": "40.2"})
    hands.frame.open_form(VITALS)
    return hands


def _enter(hands: Hands, form: FormKey, values: dict[str, str]) -> None:
    work = hands.frame.context.work
    index = work.study.forms[form.form].index
    outcome = enter_items(work, [ItemEntry(item_key(form, index[oid].group, 1, oid), text) for oid, text in values.items()])
    assert outcome.stored, outcome


def _put(hands: Hands, item: str, text: str) -> None:
    view = hands.frame.casebook.pane.view
    key = item_key(VITALS, hands.frame.context.work.study.forms["VS"].index[item].group, 1, item)
    assert view.focus_item(key)
    hands.control(Qt.Key.Key_A)
    hands.type(text)
    hands.key(Qt.Key.Key_Return)


def test_what_is_asked_and_refused_on_a_form(casebook: Hands, reader: Reader) -> None:
    top, page = casebook.gate.top, casebook.frame.casebook
    for tab in range(4):
        page.show_inspector(tab)
        reader.read(f"inspector {tab}", top)
    _put(casebook, "WEIGHT_VSORRES", MISSPELT)
    reader.read("refused in place", top)
    casebook.key(Qt.Key.Key_F4)
    reader.read("why is there no value", top)
    casebook.key(Qt.Key.Key_Escape)
    casebook.control(Qt.Key.Key_Return)
    assert page.pane.points.isVisible()
    reader.read("open points", top)
    _put(casebook, "WEIGHT_VSORRES", "70")
    for _ in range(2):
        casebook.control(Qt.Key.Key_Return)
    assert page.pane.model.is_complete or page.form != VITALS
    casebook.frame.open_form(VITALS)
    reader.read("complete", top)
    _put(casebook, "WEIGHT_VSORRES", "71")
    reader.read("why is it changed", top)
    casebook.key(Qt.Key.Key_Escape)
    page.acts.reopen()
    reader.read("why is it reopened", top)


def test_signing_in_place(hands: Hands, reader: Reader) -> None:
    hands.log_in("crc")
    frame, top = hands.frame, hands.gate.top
    frame.open_form(FormKey(SUBJECT, "SCR", 1, "IE", 1))
    reader.read("eligibility", top)
    pane, acts = frame.casebook.pane, frame.casebook.acts
    questions: tuple[tuple[str, Callable[[], None]], ...] = (
        ("guest", acts.ask_guest), ("confirm", lambda: acts.ask_eligibility("confirm")), ("decline", lambda: acts.ask_eligibility("decline")),
    )  # fmt: skip
    for name, ask in questions:
        ask()
        reader.read(name, top)
        pane.sign.fields["login"].setText("pi")
        pane.sign.fields["password"].setText("not it")
        pane.sign.take()
        reader.read(f"{name}, refused", top)
        pane.sign.declined.emit()


def test_paper(casebook: Hands, reader: Reader, tmp_path: Path) -> None:
    page, top = casebook.frame.casebook, casebook.gate.top
    page.open_print()
    paper = page.print_page
    while not paper.is_drawn:
        QApplication.processEvents()
    reader.read("preview", top, paper.path.text())
    paper.path.setText(str(tmp_path / "none" / "x.pdf"))
    paper.save_file()
    reader.read("preview, not saved", top, paper.path.text())
    paper.path.setText(str(tmp_path / "x.pdf"))
    paper.save_file()
    reader.read("preview, saved", top, paper.path.text())
    casebook.frame.context.jobs.stop()


def test_paper_beside_one_casebook(casebook: Hands, reader: Reader, tmp_path: Path) -> None:
    """Options, the panel for signing, and the page for batches, packs, scans and checks, what they refuse included."""
    frame, top = casebook.frame, casebook.gate.top
    frame.casebook.open_print()
    page = frame.casebook.print_page
    _until(lambda: page.is_drawn)
    for number in range(4):
        page.scope.set_index(number)
        page.draw()
        _until(lambda: page.is_drawn)
        reader.read(f"print options {number}", page.options)
    page.scope.set_index(2)
    page.draw()
    _until(lambda: page.is_drawn)
    page.path.setText(str(tmp_path / "signed.pdf"))
    page.begin_signing()
    reader.read("signing", page.signing.side, "crc", "pi")
    page.signing.side.take()
    reader.read("signing, nothing typed", page.signing.side, "crc", "pi")
    page.leave()
    frame.go("paper")
    for name in ("batch", "pack", "scans", "check"):
        frame.documents.show_panel(name)
        reader.read(f"paper {name}", top, str(tmp_path), SUBJECT)
    frame.documents.pack.since.edit.setText("?")
    frame.documents.show_panel("pack")
    frame.documents.pack.go.click()
    reader.read("paper pack, no day", top, "?")
    (tmp_path / "empty.pdf").write_bytes(b"nothing")
    frame.documents.show_panel("check")
    frame.documents.check.open_file(tmp_path / "empty.pdf")
    reader.read("paper check, no file", top, str(tmp_path), "empty.pdf")


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        QTest.qWait(20)
    raise AssertionError("it did not come to that")
