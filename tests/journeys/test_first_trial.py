"""A coordinator's first trial, by keyboard, in Chinese: from consent to the printed casebook.

Create a subject, consent, screen, eligibility turns green and the investigator confirms in place, inject three times, weeks
3 to 12 with wounds and laboratory results, an adverse event, the change at week 12 and healing on screen, the casebook printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.clinical.keys import FormKey
from crf_app.services.demo import pages
from crf_app.services.demo.figures import Wound, make_person, wound_on
from crf_app.services.demo.pages import Values, Visit
from crf_app.services.demo.plans import Plan
from crf_app.ui.form.fields.shown import DerivedField
from tests.journeys.conftest import Site
from tests.journeys.study_nurse import Nurse
from tests.journeys.typist import CONTROL
from tests.journeys.walk import CONSENT, DAY0, Walk

HEALING_DAY = 82
AREA = 7.0
ANSWERS = {"A_I04": "MET", "A_E02": "ABSENT", "A_E03": "ABSENT", "A_E11": "ABSENT", "A_E16": "N"}


class Trial(Walk):
    """What the coordinator has on paper before her: invented figures for every page."""

    def __init__(self, nurse: Nurse) -> None:
        random = Random(7)  # noqa: S311  invented data
        person = make_person(random, CONSENT.year)
        super().__init__(nurse, pages.make_subject("", Plan("completer", 0, area=AREA), person, random, CONSENT), random, ANSWERS)

    def page(self, visit: Visit, form: FormKey) -> Values:
        """The figures of one page."""
        if form.form == "SV":
            return {"SVOCCUR": "Y", "VISDAT": visit.day.isoformat(), "SVCNTMOD": "ONSITE", "AEYN": "Y" if visit.event == "W4" else "N"}
        if form.form in ("WND", "WAG"):
            wound = self.wound(visit)
            return {**pages.wound(visit, wound), "WNDPHOTO": "@"} if form.form == "WND" else pages.grade(self.subject, visit, wound)
        values = pages.page(self.subject, visit, form)
        assert values is not None, form
        if form.form == "VS" and visit.injection:
            values = {**values, **pages.vitals_after(self.subject)}
        return values

    def wound(self, visit: Visit) -> Wound:
        """The ulcer on that day; it closes shortly before week 12."""
        factor = (0.5 / AREA) ** (7 / HEALING_DAY)
        return wound_on(AREA, visit.study_day, healing_day=HEALING_DAY if visit.study_day >= HEALING_DAY else None, weekly=factor, random=self.random)

    def fill_visit(self, visit: Visit, *, last: str = "") -> Iterator[FormKey]:
        """Form after form as the window opens them, each completed by Ctrl+Enter; yields the forms with a course of their own."""
        nurse = self.nurse
        for _ in range(40):
            form = nurse.form
            done = nurse.work.casebook(form.subject).form_meta.get(form)
            if form.event != visit.event or form.form == last or (done is not None and done.status == "complete"):
                return
            if form.form in ("IE", "INJ", "CTU") or (form.form == "SV" and visit.event == "W12"):
                yield form
            else:
                self.answer(self.page(visit, form))
                self.judge()
                nurse.complete()

    def screen(self) -> None:
        """Screening up to the investigator's confirmation."""
        nurse, visit = self.nurse, Visit("SCR", CONSENT, -9)
        results = Visit("SCR", CONSENT + timedelta(days=1), -8)
        nurse.fill(self.page(visit, nurse.form))
        nurse.complete()
        nurse.open("SCR", "SV")
        for _ in range(40):
            form = nurse.form
            if form.form == "LBHEM" and nurse.clock.today() == CONSENT:
                nurse.at(results.day, 14)
            if form.form == "IE":
                break
            late = form.form.startswith("LB") or form.form == "US"
            self.answer(self.page(results if late else visit, form))
            self.judge()
            nurse.complete()
        nurse.at(CONSENT + timedelta(days=3), 16)
        self.confirm_eligibility()

    def treat(self, event: str, study_day: int) -> None:
        """A visit with an injection."""
        nurse, visit = self.nurse, Visit(event, DAY0 + timedelta(days=study_day), study_day, injection=True)
        nurse.at(visit.day, 9)
        nurse.open(event, "SV")
        for form in self.fill_visit(visit):
            if form.form == "IE":
                nurse.investigator_answers(ANSWERS)
                self.confirm_eligibility()
                nurse.hands.press(Qt.Key.Key_Return, CONTROL)
            elif form.form == "CTU":
                nurse.fill(pages.unchanged_therapy(self.subject, visit))
                nurse.complete()
            else:
                nurse.fill(pages.product(visit, self.random))
                nurse.at(visit.day, 10, 25)
                nurse.fill(pages.injection(self.subject, visit))
                nurse.at(visit.day, 11, 30)
                nurse.complete()
        assert nurse.value(event, "INJ", "EXPERF") == "Y"
        assert nurse.value(event, "INJ", "INJNPT") == str(pages.POINTS)

    def follow(self, week: int) -> None:
        """A weekly visit."""
        visit = Visit(f"W{week}", DAY0 + timedelta(days=7 * week), 7 * week)
        self.nurse.at(visit.day, 9)
        self.nurse.open(visit.event, "SV")
        for form in self.fill_visit(visit):
            if form.form == "SV" and form not in self.nurse.work.casebook(form.subject).forms:
                self.nurse.fill(self.page(visit, form))  # whether to extend is known when the wounds are measured
                self.nurse.open("W12", "VS")
            elif form.form == "SV":
                self.nurse.complete()
            else:
                self.nurse.fill(pages.unchanged_therapy(self.subject, visit))
                self.nurse.complete()


def shown(nurse: Nurse, item: str) -> str:
    """What a calculated value says on screen."""
    record = nurse.page.pane.model.record
    assert record is not None
    key = next(one.key for one in record.items() if one.item.oid == item)
    row = nurse.page.pane.view.row_of(key)
    assert row is not None
    assert not row.isHidden()
    field = row.cells[0].field
    assert isinstance(field, DerivedField)
    return field.box.shown


def test_first_trial(site: Site, tmp_path: Path) -> None:
    nurse = site.log_in()
    nurse.new_subject("20260121")
    assert nurse.page.header.number.text() == "NJ01-001"
    trial = Trial(nurse)
    trial.screen()
    trial.medication()
    for number, event in enumerate(("D0", "W1", "W2")):
        trial.treat(event, 7 * number)
    for week in range(3, 5):
        trial.follow(week)
    trial.adverse_event("上呼吸道感染", date(2026, 2, 24), date(2026, 2, 27), {"AEREL": "NOT RELATED", "AERELPRO": "NOT RELATED"})
    for week in range(5, 13):
        trial.follow(week)
    nurse.open("W11", "WND")
    assert shown(nurse, "WNDRATE").startswith("−")
    nurse.open("W12", "WND")
    assert shown(nurse, "WNDRATE") == "−100.0"
    assert nurse.value("W12", "WND", "WNDHEAL") == "Y"
    nurse.open("W12", "SV")
    assert shown(nurse, "EXTFL") == "否"
    printed = nurse.print_casebook(tmp_path / "casebook.pdf")
    assert "上呼吸道感染" in printed
    assert "−100.0" in printed
    assert isinstance(QApplication.focusWidget(), QWidget)
