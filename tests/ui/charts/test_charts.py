"""The page of charts and the reader of one: by keys, in words, onto paper."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from crf_app.clinical.charts.model import Chart
from crf_app.clinical.charts.subject import Offer
from crf_app.store.ledger_reading import newest_entries
from crf_app.study.texts import Text
from crf_app.ui.behind import OpenSession
from crf_app.ui.charts.chart_list import ChartModel
from crf_app.ui.charts.view import ChartView
from crf_app.ui.common.look import Look
from tests.clinical.charts.drawn import TREATED, ULCER, made
from tests.ui.seen import painted
from tests.ui.shell_support import Hands

_Key = Qt.Key


def _two_ulcers() -> Chart:
    found = {**TREATED, **ULCER, "SCR/DFH/ULC#2/ULCSITE": "toe", "SCR/DFH/ULC#2/ULCTARG": "Y"}
    for number, areas in ((1, ("8.00", "!ND", "6.00")), (2, ("3.00", "2.50", "2.00"))):
        form = "WND" if number == 1 else "WND#2"
        for event, day, area in zip(("SCR", "D0", "W1"), ("06", "12", "19"), areas, strict=True):
            found |= {f"{event}/{form}/WNDDAT": f"2026-01-{day}", f"{event}/{form}/WNDAREA": area}
    return made("AREA", found)


def _view(look: Look) -> ChartView:
    view = ChartView(look)
    view.resize(700, 400)
    view.show()
    view.activateWindow()
    view.setFocus()
    return view


def test_arrows_walk_the_values_and_each_is_said_gaps_too(look: Look) -> None:
    view = _view(look)
    view.show_chart(_two_ulcers())
    QTest.keyClick(view, _Key.Key_Home)
    assert view.words().startswith("1: heel: SCR, 2026-01-06 (day −6): 8.00 cm²")
    QTest.keyClick(view, _Key.Key_Right)
    assert view.words() == "1: heel: D0, 2026-01-12 (day 0): ND not done: test"
    assert view.accessibleDescription() == view.words()
    QTest.keyClick(view, _Key.Key_Down)
    assert view.words().startswith("2: toe: D0")
    QTest.keyClick(view, _Key.Key_Up)
    assert view.words().startswith("1: heel: D0")
    look.languages.set_language("zh")
    view.say_again()
    assert view.words() == "1：heel：访视D0，2026-01-12（第0天）：ND 未查: test"
    view.close()


def test_the_ends_hold_and_enter_names_the_form(look: Look) -> None:
    view = _view(look)
    view.show_chart(_two_ulcers())
    opened: list[object] = []
    view.opened.connect(opened.append)
    QTest.keyClick(view, _Key.Key_Home)
    for key in (_Key.Key_Left, _Key.Key_Up):
        QTest.keyClick(view, key)
        assert view.at == 0
    QTest.keyClick(view, _Key.Key_Return)
    assert [getattr(one, "event", "") for one in opened] == ["SCR"]
    stop = view.drawing.stops[2]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(stop.x) + 4, round(stop.y) + 4))
    assert view.at == 2
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(stop.x) + 4, round(stop.y) + 4))
    assert [getattr(one, "event", "") for one in opened] == ["SCR", "W1"]
    view.close()


def test_an_empty_chart_says_what_is_missing(look: Look) -> None:
    view = _view(look)
    view.show_chart(made("AREA", {}))
    assert view.stop() is None
    assert "No value yet" in view.words()
    assert any("No value yet" in one for one in painted(view))
    view.close()


def test_the_list_obeys_qt_and_heads_cannot_be_chosen(look: Look) -> None:
    model = ChartModel(look)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    group = Text("Laboratory", "实验室")
    model.show_offers([Offer("A", Text("Area", "面积")), Offer("L.HGB", Text("Hb", "血红蛋白"), group), Offer("L.ALT", Text("ALT", "ALT"), group)])
    assert [model.index(row).data() for row in range(model.rowCount())] == ["Area", "Laboratory", "Hb", "ALT"]
    assert model.flags(model.index(1)) == Qt.ItemFlag.NoItemFlags
    assert (model.find("L.ALT"), model.find("none"), model.find("")) == (3, 0, 0)
    assert model.offer(1) is None


def test_the_page_shows_the_site_by_keys_and_saves_a_chart(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    hands.log_in("crc")
    hands.control(_Key.Key_6)
    page = hands.frame.charts
    assert hands.frame.place == "charts"
    assert hands.focus == "charts/chart"
    assert page.panel.view.words() == "2026-03-17: consented, 2 in all"
    assert "2026-03" in "".join(painted(page))
    page.panel.list.setFocus()
    hands.key(_Key.Key_Down)
    assert page.panel.oid == "QUERY_AGE"
    assert page.panel.view.words() == "No query waits for anybody."
    hands.key(_Key.Key_Up)
    target = tmp_path / "enrolment.pdf"
    hands.ask.answers["save_chart"] = [str(target)]
    hands.key(_Key.Key_S)
    qtbot.waitUntil(lambda: not page.panel.message.isHidden(), timeout=10_000)
    assert target.read_bytes().startswith(b"%PDF")
    session = hands.gate.session
    assert isinstance(session, OpenSession)
    entry = newest_entries(session.work.database, 1)[0]
    assert (entry.command, entry.details["charts"], entry.details["blank"]) == ("print", ["ENROLMENT"], False)
    assert "enrolment.pdf" in "".join(painted(page.panel.message)).replace(" ", "")


def test_a_new_subject_is_on_the_chart_at_once(hands: Hands) -> None:
    hands.log_in("crc")
    hands.frame.go("charts")
    hands.frame.new_subject.begin()
    hands.type("2026-03-17")
    hands.key(_Key.Key_Return)
    hands.frame.go("charts")
    assert hands.frame.charts.panel.view.words() == "2026-03-17: consented, 3 in all"


def test_the_keys_named_below_are_those_of_what_is_in_sight(hands: Hands) -> None:
    """In the casebook the charts of a subject stand in place of its form, with keys of their own."""
    hands.log_in("crc")
    hands.frame.new_subject.begin()
    hands.type("2026-03-17")
    hands.key(_Key.Key_Return)
    casebook, status = hands.frame.casebook, hands.frame.status
    at_form = status.hints.text()
    assert at_form
    casebook.charts.open()
    assert status.hints.text() == casebook.context.tr(casebook.charts.hints)
    casebook.charts.leave()
    assert status.hints.text() == at_form


def test_who_may_not_read_has_no_charts(hands: Hands) -> None:
    hands.log_in("admin")
    assert "charts" not in hands.frame.pages
    assert "frame.charts" not in {one.id for one in hands.frame.context.actions.offered()}
