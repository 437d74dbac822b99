"""What the stories of both randomised trials share: screening, eligibility, allocation, visits, the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import ClassVar, Generic

from crf_app.clinical.keys import FormKey
from crf_app.clinical.schedule import event_forms
from crf_app.services.demo import logs
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.figures import make_person
from crf_app.services.demo.neuropathy import pages
from crf_app.services.demo.neuropathy.plans import SCREENING_DAYS, AnyPlan
from crf_app.services.demo.pages import Subject, Values, Visit
from crf_app.services.signing import confirm_eligibility
from crf_app.services.subjects import create_subject

_WITH_A_COURSE = ("SV", "DS", "IE", "RND", "INJ", "LAINF")


class RandomisedStory(ABC, Generic[AnyPlan]):
    """One subject's way through a randomised study.

    A trial says what its investigator answers (`answers`), how old its people are (`ages`), at which visit subjects are allocated
    (`allocated_at`), on which day each later visit is planned (`planned`) and which of them is the last (`last`).
    """

    answers: ClassVar[Values]
    ages: ClassVar[tuple[int, int]]
    allocated_at: ClassVar[str]
    planned: ClassVar[Mapping[str, int]]
    last: ClassVar[str]

    def __init__(self, desk: Desk, plan: AnyPlan, now: datetime, random: Random) -> None:
        self.desk, self.plan, self.now, self.random = desk, plan, now, random
        self.day0 = now.date() - timedelta(days=plan.day0)
        self.consent = self.day0 - timedelta(days=0 if plan.until or plan.failure else SCREENING_DAYS)

    def told(self) -> Iterator[datetime]:
        """The whole story, moment by moment."""
        yield self.at(self.consent, 8, 40)
        number, _ = create_subject(self.desk.work, self.consent.isoformat())
        person = make_person(self.random, self.consent.year, young=self.plan.young, ages=self.ages)
        self.one = Subject(number, self.plan, person, self.random, self.consent, "RIGHT", "HEEL")
        yield from self._screening()
        if not self.plan.treated:
            return
        yield from self.treatment()
        for event, day in self.calendar():
            if event == self.plan.next_visit:
                return
            if event in self.plan.missed:
                yield self.at(self.day0 + timedelta(days=day + 3), 15, 0)
                self.missed(event)
                continue
            visit = Visit(event, self.day0 + timedelta(days=day), day)
            yield self.at(visit.day, 9, 0)
            yield from self.visit(visit)
            if event in (self.last, "ET"):
                self.ending(visit)

    @abstractmethod
    def page_of(self, visit: Visit, form: str) -> Values:
        """The texts of a form without a course of its own."""

    @abstractmethod
    def treatment(self) -> Iterator[datetime]:
        """From the baseline to the end of the treatment."""

    def at(self, day: date, hour: int, minute: int) -> datetime:
        """A moment at the hospital."""
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def calendar(self) -> Iterator[tuple[str, int]]:
        """Visits after the treatment and their days, up to the end of this subject's study."""
        planned = [(event, day + self.plan.late.get(event, 0)) for event, day in self.planned.items()]
        if self.plan.leaves_on is not None:
            planned = [one for one in planned if one[1] < self.plan.leaves_on] + [("ET", self.plan.leaves_on)]
        return iter(planned)

    def form(self, event: str, form: str) -> FormKey:
        """A form of this subject."""
        return FormKey(self.one.number, event, 1, form, 1)

    # --- before the treatment ------------------------------------------------------------------------------------------

    def _screening(self) -> Iterator[datetime]:
        visit = Visit("SCR", self.consent, -SCREENING_DAYS)
        self.header(visit)
        for form in ("ICF", "DM", "DMH", "DPNH", "ELH"):
            self.page(visit, form)
        pages.background(self.desk, self.one)
        for form in ("VS", "PE", "PREG", "TCSS", "DPNX", "CTC"):
            self.page(visit, form)
        yield self.at(self.consent + timedelta(days=1), 14, 0)
        results = Visit("SCR", self.consent + timedelta(days=1), -SCREENING_DAYS + 1)
        for form in ("LBHEM", "LBGLU", "LBCHEM", "LBA1C", "LBCOAG", "LBTM", "LBSER", "EG"):
            if self.plan.until == "screening" and form in ("LBTM", "LBSER"):
                continue  # these results have not come yet
            self.page(results, form)
        if self.plan.until == "screening":
            return
        yield self.at(self.consent + timedelta(days=2), 10, 0)
        later = Visit("SCR", self.consent + timedelta(days=2), -SCREENING_DAYS + 2)
        for form in ("ABI", "NCS", "US"):
            self.page(later, form)
        self.desk.complete(self.form("SCR", "SV"))
        yield self.at(self.consent + timedelta(days=3), 16, 0)
        self.eligibility("SCR")

    def eligibility(self, event: str) -> None:
        """The investigator answers what is his and confirms what follows."""
        form = self.form(event, "IE")
        self.desk.fill(form, self.answers, by=self.desk.investigator)
        confirm_eligibility(self.desk.work, form, self.desk.signer, eligible=not self.plan.failure)

    def before_treatment(self, forms: tuple[str, ...]) -> Iterator[datetime]:
        """The visit of the allocation, the day before the treatment, with these forms before it."""
        before = Visit(self.allocated_at, self.day0 - timedelta(days=1), -1)
        yield self.at(before.day, 9, 0)
        self.header(before)
        for form in forms:
            self.page(before, form)
        self.eligibility(before.event)
        self.desk.randomise(self.one.number, self.plan.arm)
        self.desk.complete(self.form(before.event, "SV"))

    # --- visits after it -----------------------------------------------------------------------------------------------

    def had_events(self, event: str) -> bool:
        """Did the subject tell of an adverse event at that visit?"""
        del event
        return False

    def header(self, visit: Visit) -> None:
        """The head of a visit that takes place."""
        told = "Y" if self.had_events(visit.event) else "N"
        values = {"SVOCCUR": "Y", "VISDAT": visit.day.isoformat(), "SVCNTMOD": "ONSITE", "AEYN": told}
        self.desk.fill(self.form(visit.event, "SV"), values)

    def missed(self, event: str, reason: str = "MISSED") -> None:
        """A visit that did not take place."""
        form = self.form(event, "SV")
        self.desk.fill(form, {"SVOCCUR": "N", "SVREASOC": reason})
        self.desk.complete(form)

    def forms_of(self, visit: Visit) -> list[str]:
        """Forms that are filled at a visit: what it needs, but for those with a course of their own."""
        run = self.desk.work.run(self.one.number)
        found = [key.form for key, optional in event_forms(run, self.desk.work.study.event(visit.event), 1) if not optional]
        return [form for form in found if form not in _WITH_A_COURSE]

    def visit(self, visit: Visit) -> Iterator[datetime]:
        """A follow-up visit, page by page."""
        desk, event = self.desk, visit.event
        self.header(visit)
        for form in self.forms_of(visit):
            self.page(visit, form)
            if form == "VS" and event == self.plan.half_filled:
                return
        self.told_at(visit)
        desk.complete(self.form(event, "SV"), confirm={"X11": "受试者出行，改期至当日"})
        if event == self.plan.corrected:
            yield self.at(visit.day + timedelta(days=2), 10, 0)
            page = self.form(event, "VS")
            read = int(desk.value(page, "SYSBP_VSORRES#1"))
            desk.fill(page, {"SYSBP_VSORRES#1": str(read + 4)}, reason="抄录错误，与原始记录核对后更正")
        if self.plan.serious and event == self.serious_after:
            yield self.now - timedelta(hours=5)
            logs.serious_event(desk, self.one, self.now.replace(second=0, microsecond=0) - timedelta(hours=5, minutes=20))

    serious_after: ClassVar[str] = ""
    """The visit after which a serious event becomes known."""

    def told_at(self, visit: Visit) -> None:
        """What the subject tells at a visit."""

    def page(self, visit: Visit, form: str) -> None:
        """Fill a page, let the investigator judge results, mark it complete; nothing for a form that the subject does not have."""
        key, doubtful = self.form(visit.event, form), form == "VS" and visit.event == self.plan.doubtful
        run = self.desk.work.run(self.one.number)
        if key not in {one for one, _ in event_forms(run, self.desk.work.study.event(visit.event), 1)}:
            return
        values = self.page_of(visit, form)
        if form == "VS" and visit.event == self.plan.half_filled:
            self.desk.fill(key, dict(list(values.items())[:6]))
            return
        if doubtful:
            values |= {"TEMP_VSORRES#1": "37.9", "RESP_VSORRES#1": ""}
        self.desk.fill(key, values)
        if form.startswith("LB"):
            self.desk.judge_results(key)
        self.desk.complete(key, queries=("SOFT", "M-REQ") if doubtful else ())

    def end_values(self) -> Values:
        """What the completion form asks of this trial alone."""
        return {}

    def ending(self, visit: Visit) -> None:
        """The end of the study on the day of a visit, by completion or because the subject leaves; every log is closed."""
        left, day = visit.event == "ET", visit.day.isoformat()
        values = {"DSCOMP": "N" if left else "Y", "DSSTDAT": day, "DSDECOD": "WITHDRAWAL BY SUBJECT" if left else "COMPLETED", "DSLSTDAT": day}
        if left:
            values |= {"DSTERM": "受试者迁居外地，不再随访", "DSFUOK": "N", "DSDATAOK": "Y"}
        self.close(visit.event, values)

    def close(self, event: str, values: Values) -> None:
        """The completion form, by the investigator, and every log."""
        form = self.form(event, "DS")
        self.desk.fill(form, values | self.end_values(), by=self.desk.investigator)
        self.desk.complete(form)
        logs.close_logs(self.desk, self.one)
