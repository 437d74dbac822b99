"""The story of one subject, told as a generator: it yields the moment at which it goes on, and the build sets the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from crf_app.services.demo import logs
from crf_app.services.demo.conventional import pages
from crf_app.services.demo.conventional.plans import PLANNED, SESSIONS, Plan
from crf_app.services.demo.neuropathy.course import RandomisedStory
from crf_app.services.demo.neuropathy.pages import AFTER, product
from crf_app.services.demo.pages import Values, Visit, vitals, vitals_after
from crf_app.services.entry import ItemEntry
from crf_app.services.signing import override_stop

_ULTRASOUND = ("SCR", "W12", "W24")
_UNSCHEDULED = ("VS", "LBCHEM")


class Story(RandomisedStory[Plan]):
    """One subject's way through the study."""

    answers: ClassVar[Values] = {"C_I02": "MET", "C_I07": "Y", "C_E06": "ABSENT", "C_E07": "ABSENT", "C_E09": "N", "C_E12": "N"}
    ages = (48, 72)
    allocated_at = "RND"
    planned = PLANNED
    last = "W104"
    serious_after = "W8"

    def page_of(self, visit: Visit, form: str) -> Values:
        """The texts of a form without a course of its own."""
        if form == "NCS" and visit.event in self.plan.undone:
            return pages.not_measured(visit)
        return pages.page(self.one, visit, form, self.plan.arm)

    def page(self, visit: Visit, form: str) -> None:
        """The flow of the arteries is optional."""
        if form != "US" or self.plan.ultrasound:
            super().page(visit, form)

    def forms_of(self, visit: Visit) -> list[str]:
        """With the optional flow of the arteries; an unscheduled visit looks at what it was made for."""
        if visit.event == "UNS":
            return list(_UNSCHEDULED)
        return super().forms_of(visit) + (["US"] if visit.event in _ULTRASOUND else [])

    def calendar(self) -> Iterator[tuple[str, int]]:
        """With a visit that was not planned, up to the death of a subject that dies."""
        more = [("UNS", self.plan.unscheduled_on)] if self.plan.unscheduled_on is not None else []
        found = sorted([*super().calendar(), *more], key=lambda one: one[1])
        return (one for one in found if self.plan.dies_on is None or one[1] < self.plan.dies_on)

    def told(self) -> Iterator[datetime]:
        """The whole story; a death comes to the site's knowledge the day after."""
        yield from super().told()
        if self.plan.dies_on is not None:
            yield from self._death(self.plan.dies_on)

    def treatment(self) -> Iterator[datetime]:
        """Allocation the day before, then day 0: with cells the first session, in the control arm the visit alone."""
        yield from self.before_treatment(())
        visit = Visit("D0", self.day0, 0, injection=self._injected("D0"))
        yield self.at(visit.day, 8, 50)
        yield from self.visit(visit)

    def _injected(self, event: str) -> bool:
        return self.plan.arm == "EXP" and event in SESSIONS

    def visit(self, visit: Visit) -> Iterator[datetime]:
        """A visit with a session has its pages around the injection; an unscheduled one says why it was made."""
        if visit.event == "UNS":
            self.desk.fill(self.form("UNS", "SV"), {"SVUPDES": "LABREP"})
        if not self._injected(visit.event):
            yield from super().visit(visit)
            return
        self.header(visit)
        self.desk.fill(self.form(visit.event, "VS"), vitals(self.one, visit))
        for form in self.forms_of(visit):
            if form != "VS":
                self.page(visit, form)
        yield from self._not_given(visit) if visit.event in self.plan.not_injected else self._session(visit)
        self.desk.complete(self.form(visit.event, "VS"))
        self.told_at(visit)
        self.desk.complete(self.form(visit.event, "SV"))

    def _not_given(self, visit: Visit) -> Iterator[datetime]:
        form = self.form(visit.event, "INJ")
        yield self.at(visit.day, 10, 0)
        self.desk.fill(form, {"EXPERF": "N", "EXREASND": "受试者拒绝第3次注射"})
        self.desk.complete(form)

    def _session(self, visit: Visit) -> Iterator[datetime]:
        desk, form, weak = self.desk, self.form(visit.event, "INJ"), visit.event == self.plan.weak_session
        desk.fill(form, product(visit, self.random, pages.VOLUME) | ({"PRODVIA": "78.5"} if weak else {}))
        yield self.at(visit.day, 11, 0)
        if weak:  # the gate stops the injection until the investigator signs his reason; a deviation row follows
            override_stop(desk.work, ItemEntry(desk.key(form, "EXPERF"), "Y"), "活率略低于放行标准，无备用制剂，研究者权衡后决定注射", desk.signer)
        desk.fill(form, pages.injection(self.one, visit))
        yield self.at(visit.day, 12, 0)
        desk.fill(self.form(visit.event, "VS"), vitals_after(self.one, AFTER))
        desk.complete(form, confirm={"F-INJ-VIA": "研究者已签名同意"})
        logs.explain_deviations(desk, self.one)

    def had_events(self, event: str) -> bool:
        """A bruise is told at the first visit after it."""
        return event == "D7" and self.plan.bruise

    def told_at(self, visit: Visit) -> None:
        """The bruise."""
        if self.had_events(visit.event):
            logs.adverse_event(self.desk, self.one, "注射部位瘀斑", self.day0 + timedelta(days=1), days=4, grade="1", related="PROBABLE")

    def end_values(self) -> Values:
        """Of the control arm the program cannot tell whether the treatment was completed."""
        return {} if self.plan.arm == "EXP" else {"DSTRTYN": "Y" if self.plan.dies_on is None else "N"}

    def _death(self, day: int) -> Iterator[datetime]:
        """Told by the family: the fatal event with its report, the visit that cannot take place, the completion form."""
        died = self.day0 + timedelta(days=day)
        yield self.at(died + timedelta(days=1), 9, 0)
        logs.fatal_event(self.desk, self.one, died, self.desk.clock.now())
        self.missed("ET", "OTHER")
        yield self.at(died + timedelta(days=3), 10, 0)
        text = died.isoformat()
        self.close("ET", {"DSCOMP": "N", "DSSTDAT": text, "DSDECOD": "DEATH", "DTHDAT": text, "DSLSTDAT": text, "DSTERM": "急性心肌梗死"})
