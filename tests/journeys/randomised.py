"""What a coordinator has on paper before her in the randomised trials, and what she does with it at the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from crf_app.clinical.schedule import event_forms
from crf_app.services.demo.figures import make_person
from crf_app.services.demo.pages import Subject, Values, Visit
from crf_app.services.demo.plans import Course
from tests.journeys.study_nurse import Nurse
from tests.journeys.walk import CONSENT, Walk

_OWN_COURSE = ("IE", "RND", "INJ", "LAINF", "DS")
Page = Callable[[Subject, Visit, str, str], Values]


@dataclass(frozen=True, slots=True)
class Paper:
    """A trial as its pages tell it: `page` gives the texts of a form, `answers` the investigator's on eligibility."""

    page: Page
    answers: Mapping[str, str]
    allocated_at: str
    arm: str


def sponsors_list(blocks: int, *arms: str) -> str:
    """A list of equal blocks, each with those arms in that order."""
    rows = [f"R{block * len(arms) + place + 1:03},{arm},{block + 1}" for block in range(blocks) for place, arm in enumerate(arms)]
    return "\n".join(["number,arm,block", *rows, ""])


class Trial(Walk):
    """One subject, from consent to the printed casebook."""

    def __init__(self, nurse: Nurse, paper: Paper) -> None:
        random = Random(7)  # noqa: S311  invented data
        person = make_person(random, CONSENT.year, ages=(50, 54))
        super().__init__(nurse, Subject("", Course("journey", 0), person, random, CONSENT, "RIGHT", "HEEL"), random, paper.answers)
        self.paper = paper

    def forms(self, event: str) -> list[str]:
        """The forms that the visit needs, in order, without those that have a course of their own."""
        run = self.nurse.work.run(self.nurse.hands.subject)
        found = [key.form for key, optional in event_forms(run, self.nurse.work.study.event(event), 1) if not optional]
        return [form for form in found if form not in _OWN_COURSE]

    def visit(self, visit: Visit, forms: list[str], *, adverse: str = "N") -> None:
        """Page after page, each completed by Ctrl+Enter."""
        for form in forms:
            self.nurse.open(visit.event, form)
            if form == "SV":
                self.answer({"SVOCCUR": "Y", "VISDAT": visit.day.isoformat(), "SVCNTMOD": "ONSITE", "AEYN": adverse})
            else:
                self.answer(self.paper.page(self.subject, visit, form, self.paper.arm))
            self.judge()
            self.nurse.complete()

    def screen(self) -> None:
        """Consent, screening and medication, until the investigator has confirmed that the subject is eligible."""
        first, results = Visit("SCR", CONSENT, -9), Visit("SCR", CONSENT + timedelta(days=2), -7)
        self.nurse.fill(self.paper.page(self.subject, first, "ICF", self.paper.arm))
        self.nurse.complete()
        late = [form for form in self.forms("SCR") if form.startswith("LB") or form in ("EG", "NCS", "ABI")]
        self.visit(first, [form for form in self.forms("SCR") if form not in ("ICF", *late)])
        self.nurse.at(results.day, 15)
        self.visit(results, late)
        self.medication()
        self.nurse.at(CONSENT + timedelta(days=3), 16)
        self.confirm("SCR")

    def confirm(self, event: str) -> None:
        """The investigator confirms at that visit."""
        self.nurse.open(event, "IE")
        self.confirm_eligibility()

    def allocate(self) -> None:
        """Ctrl+Enter on the form of randomisation; the investigator confirms in place, and the next code of the list is dealt."""
        self.nurse.open(self.paper.allocated_at, "RND")
        self.nurse.randomise()
        assert self.nurse.value(self.paper.allocated_at, "RND", "ARMCD") == self.paper.arm
