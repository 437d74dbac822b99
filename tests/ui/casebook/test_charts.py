"""Charts in the casebook: F12 from the form at hand and back, Enter to the form of a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtWidgets import QApplication

from crf_app.ui.casebook.charts import CasebookCharts
from tests.ui.casebook.conftest import Desk
from tests.ui.seen import foreign

_Key = Qt.Key


def _measured(desk: Desk) -> CasebookCharts:
    """The charts of a subject of whom one blood count is known, opened at a result of it."""
    desk.open("SCR", "LBHEM")
    for oid, text in (("LBDAT", "2026-01-20"), ("WBC_LBORRES", "6.1"), ("HGB_LBORRES", "140")):
        desk.enter("SCR", "LBHEM", oid, text)
    desk.open("SCR", "LBHEM")
    desk.go("HGB_LBORRES")
    desk.press(_Key.Key_F12)
    return desk.page.charts


def test_f12_opens_the_chart_of_the_result_at_hand_and_escape_goes_back(desk: Desk) -> None:
    charts = _measured(desk)
    assert desk.page.stack.currentIndex() == desk.page.stack.indexOf(charts)
    assert charts.panel.oid == "LABORATORY.HGB"
    assert charts.panel.view.words().startswith("SCR, 2026-01-20 (day −1): 140 g/L")
    before = desk.page.at_work
    desk.press(_Key.Key_Escape)
    assert (before, desk.page.at_work) == (False, True)
    assert charts.panel.view.chart is None
    assert (charts.panel.reading.text(), charts.panel.notes.text(), charts.panel.list.charts.rowCount()) == ("", "", 0)


def test_enter_opens_the_form_that_the_value_stands_on(desk: Desk) -> None:
    charts = _measured(desk)
    charts.panel.show_chart("LABORATORY.WBC")
    desk.press(_Key.Key_Return)
    assert desk.page.at_work
    assert desk.page.form is not None
    assert desk.page.form.form == "LBHEM"


def test_another_subject_or_form_leaves_no_chart_behind(desk: Desk) -> None:
    _measured(desk)
    desk.open("SCR", "VS")
    assert desk.page.at_work
    assert desk.page.form is not None
    assert desk.page.form.form == "VS"


def test_closing_the_subject_takes_its_charts_off_the_screen(desk: Desk) -> None:
    charts = _measured(desk)
    desk.page.close_subject()
    assert charts.panel.view.chart is None
    assert desk.subject not in charts.title.text()


def test_every_chart_in_both_languages(desk: Desk) -> None:
    charts = _measured(desk)
    strange: dict[str, str] = {}
    rows = [charts.panel.list.charts.offer(row) for row in range(charts.panel.list.charts.rowCount())]
    offers = [one for one in rows if one is not None]
    assert [one.oid for one in offers][:3] == ["WOUND_AREA", "WOUND_RATE", "WAGNER"]
    assert "EVENTS" in [one.oid for one in offers]
    for offer in offers:
        charts.panel.list.choose(offer.oid)
        for lang in ("zh", "en"):
            desk.context.language_hub.set_language(lang)
            strange |= {f"{offer.oid} {text}": word for text, word in foreign(charts, lang, (desk.subject,)).items()}
    assert not strange, strange


def test_a_name_that_is_no_chart_leaves_the_one_in_sight(desk: Desk) -> None:
    charts = _measured(desk)
    with pytest.raises(KeyError):
        charts.panel.show_chart("NONE")
    assert charts.panel.oid == "LABORATORY.HGB"


def test_the_whole_casebook_is_drawn_with_its_charts_when_asked(desk: Desk, tmp_path: Path) -> None:
    _measured(desk)
    desk.press(_Key.Key_Escape)
    desk.page.open_print()
    paper = desk.page.print_page
    assert paper.charts.isHidden()
    paper.scope.choose(2)
    assert not paper.charts.isHidden()
    _wait(desk)
    without = paper.pages.page_count
    paper.charts.click()
    _wait(desk)
    assert paper.pages.page_count > without
    paper.path.setText(str(tmp_path / "book.pdf"))
    paper.save_file()
    assert (tmp_path / "book.pdf").stat().st_size > 10_000


def _wait(desk: Desk) -> None:
    deadline = QDeadlineTimer(20_000)
    while not desk.page.print_page.is_drawn and not deadline.hasExpired():
        QApplication.processEvents()
    assert desk.page.print_page.is_drawn
