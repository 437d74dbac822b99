"""The story of one subject, told as a generator: it yields the moment at which it goes on, and the build sets the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from crf_app.clinical.keys import FormKey
from crf_app.clinical.schedule import event_forms
from crf_app.services.demo import logs
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.figures import make_person
from crf_app.services.demo.neuropathy import pages
from crf_app.services.demo.neuropathy.plans import INFUSIONS, SCREENING_DAYS, WEEKS, Plan
from crf_app.services.demo.pages import STAFF, Subject, Visit, vitals, vitals_after
from crf_app.services.entry import ItemEntry
from crf_app.services.signing import confirm_eligibility, override_stop
from crf_app.services.subjects import create_subject

_ANSWERS = {"B_I02": "Y", "B_I03": "MET", "B_I04": "MET", "B_E00": "N", "B_E07": "N"}
_AGES = (47, 54)
_WITH_A_COURSE = ("SV", "DS", "IE", "RND", "INJ", "LAINF")
_PLANNED = {"D15": 15, **{f"W{week}": 7 * week for week in WEEKS}}


class Story:
    """One subject's way through the study."""

    def __init__(self, desk: Desk, plan: Plan, now: datetime, random: Random) -> None:
        self.desk, self.plan, self.now, self.random = desk, plan, now, random
        self.day0 = now.date() - timedelta(days=plan.day0)
        self.consent = self.day0 - timedelta(days=0 if plan.until or plan.failure else SCREENING_DAYS)

    def told(self) -> Iterator[datetime]:
        """The whole story, moment by moment."""
        yield self._at(self.consent, 8, 40)
        number, _ = create_subject(self.desk.work, self.consent.isoformat())
        person = make_person(self.random, self.consent.year, young=self.plan.young, ages=_AGES)
        self.one = Subject(number, self.plan, person, self.random, self.consent, "RIGHT", "HEEL")
        yield from self._screening()
        if not self.plan.treated:
            return
        yield from self._treatment()
        for event, day in self._calendar():
            if event == self.plan.next_visit:
                return
            if event in self.plan.missed:
                yield self._at(self.day0 + timedelta(days=day + 3), 15, 0)
                self._missed(event)
                continue
            visit = Visit(event, self.day0 + timedelta(days=day), day)
            yield self._at(visit.day, 9, 0)
            yield from self._visit(visit)
            if event in ("W96", "ET"):
                self._ending(visit)

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def _calendar(self) -> Iterator[tuple[str, int]]:
        """Visits after the treatment and their days, up to the end of this subject's study."""
        planned = [(event, day + self.plan.late.get(event, 0)) for event, day in _PLANNED.items()]
        if self.plan.leaves_on is not None:
            planned = [one for one in planned if one[1] < self.plan.leaves_on] + [("ET", self.plan.leaves_on)]
        return iter(planned)

    def _form(self, event: str, form: str) -> FormKey:
        return FormKey(self.one.number, event, 1, form, 1)

    # --- before the treatment ------------------------------------------------------------------------------------------

    def _screening(self) -> Iterator[datetime]:
        visit = Visit("SCR", self.consent, -SCREENING_DAYS)
        self._header(visit)
        for form in ("ICF", "DM", "DMH", "DPNH", "ELH"):
            self._page(visit, form)
        pages.background(self.desk, self.one)
        for form in ("VS", "PE", "PREG", "TCSS", "DPNX", "CTC"):
            self._page(visit, form)
        yield self._at(self.consent + timedelta(days=1), 14, 0)
        results = Visit("SCR", self.consent + timedelta(days=1), -SCREENING_DAYS + 1)
        for form in ("LBHEM", "LBGLU", "LBCHEM", "LBA1C", "LBCOAG", "LBTM", "LBSER", "EG"):
            if self.plan.until == "screening" and form in ("LBTM", "LBSER"):
                continue  # these results have not come yet
            self._page(results, form)
        if self.plan.until == "screening":
            return
        yield self._at(self.consent + timedelta(days=2), 10, 0)
        later = Visit("SCR", self.consent + timedelta(days=2), -SCREENING_DAYS + 2)
        for form in ("ABI", "NCS"):
            self._page(later, form)
        self.desk.complete(self._form("SCR", "SV"))
        yield self._at(self.consent + timedelta(days=3), 16, 0)
        self._eligibility("SCR")

    def _eligibility(self, event: str) -> None:
        form = self._form(event, "IE")
        self.desk.fill(form, _ANSWERS, by=self.desk.investigator)
        confirm_eligibility(self.desk.work, form, self.desk.signer, eligible=not self.plan.failure)

    def _treatment(self) -> Iterator[datetime]:
        """Baseline and allocation the day before, then the injection, or infusions day after day."""
        before = Visit("BL", self.day0 - timedelta(days=1), -1)
        yield self._at(before.day, 9, 0)
        self._header(before)
        for form in ("VS", "PE", "PREG", "TCSS"):
            self._page(before, form)
        self._eligibility("BL")
        self._allocation(before)
        self.desk.complete(self._form("BL", "SV"))
        visit = Visit("T0", self.day0, 0, injection=True)
        yield self._at(visit.day, 8, 50)
        self._header(visit)
        self.desk.fill(self._form("T0", "VS"), vitals(self.one, visit))
        self._page(visit, "CTC")
        yield from self._cells(visit) if self.plan.arm == "MSC" else self._infusions(visit)

    def _allocation(self, visit: Visit) -> None:
        form, moment = self._form("BL", "RND"), self.desk.clock.now()
        self.desk.allocate(form, {
            "RANDDAT": visit.day.isoformat(), "RANDTIM": moment.strftime("%H:%M"), "RANDNO": f"R{self.one.number[-3:]}", "RANDMETH": "ENVELOPE",
            "RANDBY": STAFF, "ARMCD": self.plan.arm,
        })  # fmt: skip
        self.desk.complete(form)

    def _cells(self, visit: Visit) -> Iterator[datetime]:
        desk, form = self.desk, self._form("T0", "INJ")
        desk.fill(form, pages.product(visit, self.random) | ({"PRODVIA": "78.5"} if self.plan.weak_product else {}))
        yield self._at(visit.day, 11, 0)
        if self.plan.weak_product:  # the gate stops the injection until the investigator signs his reason; a deviation row follows
            override_stop(desk.work, ItemEntry(desk.key(form, "EXPERF"), "Y"), "活率略低于放行标准，无备用制剂，研究者权衡后决定注射", desk.signer)
        desk.fill(form, pages.injection(self.one, visit))
        yield self._at(visit.day, 12, 0)
        self._after_treatment()
        desk.complete(form, confirm={"F-INJ-VIA": "研究者已签名同意"})
        logs.explain_deviations(desk, self.one)

    def _infusions(self, visit: Visit) -> Iterator[datetime]:
        form = self._form("T0", "LAINF")
        for row in range(1, INFUSIONS + 1):
            yield self._at(visit.day + timedelta(days=row - 1), 10, 30)
            reaction = row == self.plan.reaction
            self.desk.fill(form, pages.infusion(self.one, visit, row, given=row != self.plan.skipped, reaction=reaction))
            if reaction:
                day = visit.day + timedelta(days=row - 1)
                source = self.desk.key(form, f"LARX#{row}").address
                logs.adverse_event(self.desk, self.one, "头胀", day, days=0, grade="1", related="PROBABLE", injected=False, source=source)
            if row == 1:
                self._after_treatment()
        self.desk.complete(form)

    def _after_treatment(self) -> None:
        self.desk.fill(self._form("T0", "VS"), vitals_after(self.one))
        self.desk.complete(self._form("T0", "VS"))
        self.desk.complete(self._form("T0", "SV"))

    # --- visits after it -----------------------------------------------------------------------------------------------

    def _header(self, visit: Visit) -> None:
        since = visit.event == "D15" and (self.plan.bruise or bool(self.plan.reaction))
        values = {"SVOCCUR": "Y", "VISDAT": visit.day.isoformat(), "SVCNTMOD": "ONSITE", "AEYN": "Y" if since else "N"}
        self.desk.fill(self._form(visit.event, "SV"), values)

    def _missed(self, event: str) -> None:
        form = self._form(event, "SV")
        self.desk.fill(form, {"SVOCCUR": "N", "SVREASOC": "MISSED"})
        self.desk.complete(form)

    def _visit(self, visit: Visit) -> Iterator[datetime]:
        desk, event = self.desk, visit.event
        self._header(visit)
        run = desk.work.run(self.one.number)
        for form in [key.form for key, optional in event_forms(run, desk.work.study.event(event), 1) if not optional and key.form not in _WITH_A_COURSE]:
            self._page(visit, form)
            if form == "VS" and event == self.plan.half_filled:
                return
        if event == "D15" and self.plan.bruise:
            logs.adverse_event(desk, self.one, "注射部位瘀斑", self.day0 + timedelta(days=1), days=5, grade="1", related="PROBABLE")
        desk.complete(self._form(event, "SV"), confirm={"X11": "受试者出行，改期至当日"})
        if event == self.plan.corrected:
            yield self._at(visit.day + timedelta(days=2), 10, 0)
            page = self._form(event, "VS")
            read = int(desk.value(page, "SYSBP_VSORRES#1"))
            desk.fill(page, {"SYSBP_VSORRES#1": str(read + 4)}, reason="抄录错误，与原始记录核对后更正")
        if self.plan.serious and event == "W4":
            yield self.now - timedelta(hours=5)
            logs.serious_event(desk, self.one, self.now.replace(second=0, microsecond=0) - timedelta(hours=5, minutes=20), adjuvant=False)

    def _page(self, visit: Visit, form: str) -> None:
        """Fill a page, let the investigator judge results, mark it complete."""
        key, doubtful = self._form(visit.event, form), form == "VS" and visit.event == self.plan.doubtful
        run = self.desk.work.run(self.one.number)
        if key not in {one for one, _ in event_forms(run, self.desk.work.study.event(visit.event), 1)}:
            return
        values = pages.page(self.one, visit, form, self.plan.arm)
        if form == "VS" and visit.event == self.plan.half_filled:
            self.desk.fill(key, dict(list(values.items())[:6]))
            return
        if doubtful:
            values |= {"TEMP_VSORRES#1": "37.9", "RESP_VSORRES#1": ""}
        self.desk.fill(key, values)
        if form.startswith("LB"):
            self.desk.judge_results(key)
        self.desk.complete(key, queries=("SOFT", "M-REQ") if doubtful else ())

    def _ending(self, visit: Visit) -> None:
        form, left, day = self._form(visit.event, "DS"), visit.event == "ET", visit.day.isoformat()
        values = {"DSCOMP": "N" if left else "Y", "DSSTDAT": day, "DSDECOD": "WITHDRAWAL BY SUBJECT" if left else "COMPLETED", "DSLSTDAT": day}
        if left:
            values |= {"DSTERM": "受试者迁居外地，不再随访", "DSFUOK": "N", "DSDATAOK": "Y"}
        self.desk.fill(form, values, by=self.desk.investigator)
        self.desk.complete(form)
        logs.close_logs(self.desk, self.one)
