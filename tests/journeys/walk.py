"""What every journey at the window has in common: pages answered by who may, results judged, eligibility confirmed, an adverse event told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from crf_app.services.demo.pages import Subject, Values
from tests.journeys.study_nurse import Nurse

CONSENT = date(2026, 1, 21)
DAY0 = date(2026, 1, 30)
MEDICATION = {
    "CMYN": "Y", "CMTRT": "甘精胰岛素", "CMCAT": "GLUC", "CMADJ": "Y", "CMINDTYP": "STUDY", "CMINDC": "糖尿病", "CMDSTXT": "16", "CMDOSU": "IU",
    "CMDOSFRQ": "QD", "CMROUTE": "SUBCUTANEOUS", "CMSTDAT": "2022-03", "CMONGO": "Y", "CMPROHIB": "N",
}  # fmt: skip


class Walk:
    """One subject's way, told by who sits at the window. `answers`: the investigator's on eligibility."""

    def __init__(self, nurse: Nurse, subject: Subject, random: Random, answers: Mapping[str, str]) -> None:
        self.nurse, self.subject, self.random, self.answers = nurse, subject, random, answers

    def answer(self, values: Values) -> None:
        """The coordinator answers what is hers, then the investigator, at the same desk, what is his."""
        items = self.nurse.work.study.forms[self.nurse.form.form].index
        his = {name: text for name, text in values.items() if items[name.partition("#")[0]].role == "investigator"}
        self.nurse.fill({name: text for name, text in values.items() if name not in his})
        if his:
            self.nurse.investigator_answers(his)

    def judge(self) -> None:
        """Results outside their interval are judged by the investigator, at the same desk."""
        record = self.nurse.page.pane.model.record
        assert record is not None
        asked = [one for one in record.items() if one.item.role == "investigator" and one.item.oid.endswith("_LBCLSIG") and one.collected]
        if asked:
            self.nurse.investigator_answers({one.item.oid: "NCS" for one in asked})

    def confirm_eligibility(self) -> None:
        """On the form in sight the investigator answers what is his, the verdict turns green, he signs."""
        nurse, pane = self.nurse, self.nurse.page.pane
        if pane.eligibility.verdict != "ELIGIBLE":
            nurse.investigator_answers(self.answers)
        assert pane.eligibility.verdict == "ELIGIBLE", [one.definition.id for one in pane.eligibility.model.records if not one.favourable]
        assert pane.eligibility.strip.head.text() == "符合入选"
        form = nurse.form
        nurse.sign_eligibility()
        assert nurse.work.casebook(form.subject).form_meta[form].status == "complete"
        assert nurse.value(form.event, "IE", "IEINVYN") == "Y"

    def medication(self) -> None:
        """The first row of the medication log, as far as the trial asks for it."""
        self.nurse.open("LOG", "CM")
        items = self.nurse.work.study.forms["CM"].index
        self.nurse.fill({name: text for name, text in MEDICATION.items() if name in items})
        assert self.nurse.value("LOG", "CM", "CMTRT") == "甘精胰岛素"

    def adverse_event(self, term: str, start: date, end: date, judged: Mapping[str, str]) -> None:
        """A row of the log; the investigator judges it on the same page."""
        nurse = self.nurse
        nurse.open("LOG", "AE")
        nurse.fill({
            "AETERM": term, "AESTDAT": start.isoformat(), "AEONGO": "N", "AEENDAT": end.isoformat(), "AETOXGR": "1", "AESER": "N",
            "AEACN": "DOSE NOT CHANGED", "AEACNOTH": "NONE", "AEDISC": "N", "AEOUT": "RECOVERED/RESOLVED",
        })  # fmt: skip
        nurse.investigator_answers(judged)
        nurse.complete()
