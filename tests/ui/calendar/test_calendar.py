"""The calendar by keys: views, moving, opening a visit, its file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, item_key
from crf_app.services.changes import Changes
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.session import add_user
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from crf_app.ui.behind import OpenSession
from crf_app.ui.calendar.page import CalendarPage
from crf_app.ui.calendar.view import CalendarView
from tests.ui.seen import painted
from tests.ui.shell_support import PASSWORDS, START, Hands

TODAY = START.date()
_Key = Qt.Key


def visit(hands: Hands, number: str, event: str, day: date) -> None:
    """Enter that a visit took place."""
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    form = FormKey(number, event, 1, "SV", 1)
    for oid, text in (("SVOCCUR", "Y"), ("VISDAT", day.isoformat())):
        key = item_key(form, session.work.study.item("SV", oid).group, 1, oid)
        assert enter_items(session.work, [ItemEntry(key, text)]).stored


def opened(hands: Hands) -> CalendarView:
    """The calendar with two subjects screened yesterday: their screening, and day 0 that has to come within four weeks."""
    hands.log_in("crc")
    for number in ("01-001", "01-002"):
        visit(hands, number, "SCR", TODAY - timedelta(days=1))
    hands.control(_Key.Key_4)
    assert hands.focus == "calendar/view"
    return hands.frame.calendar.view


def test_the_model_keeps_the_rules_of_item_models_and_reads_aloud(hands: Hands) -> None:
    view = opened(hands)
    model = hands.frame.calendar.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.move_to(TODAY + timedelta(days=31))
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert "01-001, Baseline and injection 1: Due, due, 27 days left, Window 2026-03-17 to 2026-04-13, what the visits before leave" in spoken


def test_arrows_move_by_day_and_week_pages_by_month_and_t_comes_back(hands: Hands) -> None:
    view = opened(hands)
    assert view.day == TODAY
    for key, days in ((_Key.Key_Left, -1), (_Key.Key_Up, -8), (_Key.Key_Right, -7), (_Key.Key_Down, 0)):
        hands.key(key)
        assert view.day == TODAY + timedelta(days=days)
    hands.key(_Key.Key_PageDown)
    assert view.day == date(2026, 4, 17)
    assert hands.frame.calendar.head.title.text() == "April 2026"
    hands.key(_Key.Key_PageUp)
    hands.key(_Key.Key_PageUp)
    assert view.day == date(2026, 2, 17)
    hands.type("t")
    assert view.day == TODAY


def test_enter_opens_the_visit_and_of_several_the_agenda_first(hands: Hands) -> None:
    view = opened(hands)
    hands.key(_Key.Key_Left)
    assert "2026-03-16: 2 visits. 01-001, Screening" in view.accessibleDescription()
    hands.key(_Key.Key_Return)
    assert (view.view, hands.frame.place) == ("agenda", "calendar")
    hands.key(_Key.Key_Down)
    hands.key(_Key.Key_Return)
    record = hands.frame.casebook.record
    assert record is not None
    assert (hands.frame.place, record.subject) == ("casebook", "01-002")


def test_a_single_visit_of_a_day_opens_at_once_at_that_visit(hands: Hands) -> None:
    hands.log_in("crc")
    visit(hands, "01-001", "SCR", TODAY - timedelta(days=3))
    hands.control(_Key.Key_4)
    hands.frame.calendar.view.move_to(TODAY + timedelta(days=25))
    hands.key(_Key.Key_Return)
    record = hands.frame.casebook.record
    assert record is not None
    assert (hands.frame.place, record.subject) == ("casebook", "01-001")
    form = hands.frame.casebook.form
    assert form is not None
    assert form.event == "D0"


def test_digits_change_the_view_and_a_day_without_visits_opens_nothing(hands: Hands) -> None:
    view = opened(hands)
    hands.type("2")
    assert (view.view, hands.frame.calendar.views["week"].isChecked()) == ("week", True)
    assert hands.frame.calendar.head.title.text() == "2026-03-16 to 2026-03-22"
    hands.key(_Key.Key_Left)
    hands.key(_Key.Key_Down)
    assert (view.day, view.pick) == (TODAY - timedelta(days=1), 1)
    hands.key(_Key.Key_Down)
    assert view.pick == 1
    hands.type("1")
    hands.key(_Key.Key_Right)
    assert "no visits" in view.accessibleDescription()
    hands.key(_Key.Key_Return)
    assert hands.frame.place == "calendar"


def test_the_agenda_walks_from_visit_to_visit_and_on_into_other_months(hands: Hands) -> None:
    view = opened(hands)
    hands.type("3")
    hands.key(_Key.Key_Left)
    assert (view.day, view.pick) == (date(2026, 3, 16), 0)
    hands.key(_Key.Key_Down)
    hands.key(_Key.Key_Down)
    assert view.day == date(2026, 4, 1)
    hands.key(_Key.Key_Down)
    assert (view.day, view.pick) == (date(2026, 4, 13), 0)
    hands.key(_Key.Key_Down)
    hands.key(_Key.Key_Up)
    assert (view.day, view.pick) == (date(2026, 4, 13), 0)


def test_the_mouse_chooses_and_opens(hands: Hands) -> None:
    view = opened(hands)
    place = next(one.rect for one in view._cells() if one.day == TODAY - timedelta(days=1))
    second = QPoint(place.left() + 40, place.top() + 24 + 30)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=second)
    assert (view.day, view.pick) == (TODAY - timedelta(days=1), 1)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=second)
    record = hands.frame.casebook.record
    assert record is not None
    assert (hands.frame.place, record.subject) == ("casebook", "01-002")


def test_what_is_entered_elsewhere_is_seen_on_coming_back(hands: Hands) -> None:
    view = opened(hands)
    before = len(hands.frame.calendar.model.on(TODAY))
    hands.frame.go("today")
    visit(hands, "01-001", "UNS", TODAY)
    hands.control(_Key.Key_4)
    assert len(hands.frame.calendar.model.on(TODAY)) == before
    hands.frame.context.change_hub.publish(Changes(everything=True))
    assert len(hands.frame.calendar.model.on(TODAY)) == before + 1
    assert view.day == TODAY


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_view_paints_its_visits_in_the_language_in_force(hands: Hands, view: str, lang: str) -> None:
    shown = opened(hands)
    hands.gate.look.languages.set_language(lang)
    shown.set_view(view)
    shown.move_to(TODAY - timedelta(days=1))
    name = {"en": "Screening" if view == "agenda" else "SCR", "zh": "筛选"}[lang]
    assert any(name in text for text in painted(shown))


def test_the_file_is_written_where_the_person_says(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("admin")
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    add_user(session.work, "dm", Text("Demo Data Manager", "演示数据管理员"), Role.DATA_MANAGER, PASSWORDS["crc"], cost=CHEAP)
    hands.gate.lock()
    QApplication.processEvents()
    session.unlock("dm", PASSWORDS["crc"])
    target = tmp_path / "visits.ics"
    hands.ask.answers["export_calendar"] = [(str(target),)]
    page = hands.frame.calendar
    assert isinstance(page, CalendarPage)
    assert hands.frame.context.actions.run("frame.export_calendar")
    assert isinstance(Calendar.from_ical(target.read_bytes()), Calendar)
    assert str(target) in " ".join(painted(hands.frame.strip))


def test_who_may_not_export_sees_no_button(hands: Hands) -> None:
    opened(hands)
    assert not hands.frame.calendar.export.isVisible()
    assert not hands.frame.context.actions.run("frame.export_calendar")
