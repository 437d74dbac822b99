"""The story of one subject, told as a generator: it yields the moment at which it goes on, and the build sets the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from crf_app.clinical.keys import FormKey
from crf_app.clinical.schedule import event_forms
from crf_app.services.attachments import attach
from crf_app.services.demo import logs, pages
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.figures import Wound, make_person, wound_on
from crf_app.services.demo.pages import Visit
from crf_app.services.demo.photographs import wound_photograph
from crf_app.services.demo.plans import SCREENING_DAYS, Plan
from crf_app.services.entry import ItemEntry
from crf_app.services.signing import confirm_eligibility, override_stop
from crf_app.services.subjects import create_subject

_ANSWERS = {"A_I04": "MET", "A_E02": "ABSENT", "A_E03": "ABSENT", "A_E11": "ABSENT", "A_E16": "N"}
_LAST_RESULT = timedelta(days=3)


class Story:
    """One subject's way through the study."""

    def __init__(self, desk: Desk, plan: Plan, now: datetime, random: Random) -> None:
        self.desk, self.plan, self.now, self.random = desk, plan, now, random
        self.day0 = now.date() - timedelta(days=plan.day0)
        ahead = 0 if plan.until or plan.failure else SCREENING_DAYS
        self.consent = self.day0 - timedelta(days=ahead)
        self.last_area: dict[int, float] = {}

    def told(self) -> Iterator[datetime]:
        """The whole story, moment by moment."""
        yield self._at(self.consent, 8, 40)
        number, _ = create_subject(self.desk.work, self.consent.isoformat())
        person = make_person(self.random, self.consent.year, young=self.plan.young)
        self.one = pages.make_subject(number, self.plan, person, self.random, self.consent)
        yield from self._screening()
        if not self.plan.injected:
            return
        for event, day in self._calendar():
            if event == self.plan.next_visit:
                return
            if event in self.plan.missed:
                yield self._at(self.day0 + timedelta(days=day + 2), 15, 0)
                self._missed(event)
                continue
            visit = Visit(event, self.day0 + timedelta(days=day), day, injection=event in ("D0", "W1", "W2"))
            yield self._at(visit.day, 9, 0)
            yield from self._visit(visit)
            if event in ("W12", "W24", "ET") and self._ends_here(event):
                self._ending(visit)
                return

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def _calendar(self) -> Iterator[tuple[str, int]]:
        """Visits and their days, in order, up to the end of this subject's study."""
        last = 24 if self.plan.extension else 12
        planned = [("D0", 0), *((f"W{week}", 7 * week + self.plan.late.get(f"W{week}", 0)) for week in range(1, last + 1))]
        if self.plan.healing_day is not None:
            first_healed = next(day for _, day in planned if day >= self.plan.healing_day)
            planned.append(("HC", first_healed + 16))
        if self.plan.unscheduled_on is not None:
            planned.append(("UNS", self.plan.unscheduled_on))
        if self.plan.leaves_on is not None:
            planned = [one for one in planned if one[1] < self.plan.leaves_on] + [("ET", self.plan.leaves_on)]
        return iter(sorted(planned, key=lambda one: one[1]))

    def _ends_here(self, event: str) -> bool:
        return event != "W12" or not self.plan.extension

    # --- screening -----------------------------------------------------------------------------------------------------

    def _screening(self) -> Iterator[datetime]:
        visit = Visit("SCR", self.consent, -SCREENING_DAYS)
        desk, one = self.desk, self.one
        self._header(visit)
        for form in ("ICF", "DM", "DMH", "DFH", "ELH"):
            self._page(visit, self._form(visit, form))
        logs.background(desk, one)
        for form in ("VS", "PE", "PREG"):
            self._page(visit, self._form(visit, form))
        for number in range(1, self.plan.ulcers + 1):
            self._wound(visit, number)
        yield self._at(self.consent + timedelta(days=1), 14, 0)
        results = Visit("SCR", self.consent + timedelta(days=1), -SCREENING_DAYS + 1)
        for form in ("LBHEM", "LBGLU", "LBCHEM", "LBCOAG", "LBTM", "LBSER", "LBA1C"):
            if self.plan.until == "screening" and form in ("LBTM", "LBSER"):
                continue  # these results have not come yet
            self._page(results, self._form(visit, form))
        if self.plan.until == "screening":
            return
        yield self._at(self.consent + timedelta(days=2), 10, 0)
        self._page(Visit("SCR", self.consent + timedelta(days=2), -SCREENING_DAYS + 2), self._form(visit, "US"))
        desk.complete(self._form(visit, "SV"))
        yield self._at(self.consent + _LAST_RESULT, 16, 0)
        self._eligibility(visit)

    def _eligibility(self, visit: Visit) -> None:
        form = self._form(visit, "IE")
        self.desk.fill(form, _ANSWERS, by=self.desk.investigator)
        eligible = not self.plan.failure
        confirm_eligibility(self.desk.work, form, self.desk.signer, eligible=eligible)

    # --- visits --------------------------------------------------------------------------------------------------------

    def _form(self, visit: Visit, form: str, repeat: int = 1) -> FormKey:
        return FormKey(self.one.number, visit.event, 1, form, repeat)

    def _header(self, visit: Visit) -> None:
        events = "Y" if self._event_since(visit) else "N"
        self.desk.fill(self._form(visit, "SV"), {"SVOCCUR": "Y", "VISDAT": visit.day.isoformat(), "SVCNTMOD": "ONSITE", "AEYN": events, **({"SVUPDES": "WOUND"} if visit.event == "UNS" else {})})

    def _event_since(self, visit: Visit) -> bool:
        return ("bruise" in self.plan.events and visit.event == "W1") or ("cold" in self.plan.events and visit.event == "W9")

    def _missed(self, event: str) -> None:
        form = FormKey(self.one.number, event, 1, "SV", 1)
        self.desk.fill(form, {"SVOCCUR": "N", "SVREASOC": "MISSED"})
        self.desk.complete(form)

    def _visit(self, visit: Visit) -> Iterator[datetime]:
        desk, one = self.desk, self.one
        self._header(visit)
        desk.work.need_session()
        run = desk.work.run(one.number)
        forms = [key for key, optional in event_forms(run, desk.work.study.event(visit.event), 1) if not optional and key.form not in ("SV", "DS")]
        for form in forms:
            if form.form in ("WND", "WAG"):
                if form.form == "WND":
                    self._wound(visit, form.form_repeat)
            elif form.form == "IE":
                self._eligibility(visit)
            elif form.form == "INJ":
                self._injection(visit, form)
            elif form.form != "VS" or not visit.injection:
                self._page(visit, form)
            else:
                desk.fill(form, pages.vitals(one, visit))
            if form.form == "VS" and visit.event == self.plan.half_filled:
                break
        if visit.injection:
            yield self._at(visit.day, 11, 30)
            desk.fill(self._form(visit, "VS"), pages.vitals_after(one))
            desk.complete(self._form(visit, "VS"))
            desk.complete(self._form(visit, "INJ"), confirm={"F-INJ-VIA": "研究者已签名同意"})
            logs.explain_deviations(desk, one)
        self._happenings(visit)
        if visit.event == "W12":
            self._extension(visit)
        if visit.event != self.plan.half_filled:
            desk.complete(self._form(visit, "SV"), confirm={"X11": "受试者出行，改期至当日"})
        if visit.event == self.plan.corrected:
            yield self._at(visit.day + timedelta(days=2), 10, 0)
            self._correction(visit)
        if "serious" in self.plan.events and visit.event == "W5":
            yield self.now - timedelta(hours=5)
            logs.serious_event(desk, one, self.now.replace(second=0, microsecond=0) - timedelta(hours=5, minutes=20))

    def _page(self, visit: Visit, form: FormKey) -> None:
        """Fill a page, let the investigator judge results, mark it complete."""
        run = self.desk.work.run(self.one.number)
        if form not in {key for key, _ in event_forms(run, self.desk.work.study.event(form.event), 1)}:
            return
        values = pages.page(self.one, visit, form)
        if values is None:
            return
        if form.form == "VS" and visit.event == self.plan.half_filled:
            self.desk.fill(form, dict(list(values.items())[:6]))
            return
        if form.form == "VS" and visit.event == self.plan.doubtful:
            values["TEMP_VSORRES#1"] = "37.9"
            values["RESP_VSORRES#1"] = ""
        self.desk.fill(form, values)
        if form.form.startswith("LB"):
            self.desk.judge_results(form)
        self.desk.complete(form, queries=("SOFT", "M-REQ") if visit.event == self.plan.doubtful else ())

    def _wound(self, visit: Visit, ulcer: int) -> None:
        found = self._wound_of(visit, ulcer)
        form = self._form(visit, "WND", ulcer)
        values = pages.wound(visit, found)
        if visit.event == "HC":
            values["WNDSTOP"] = "HEALED"
        self.desk.fill(form, values)
        if self.desk.value(form, "WNDPLATS") == "Y":
            self.desk.fill(form, {"WNDPLAT": "N"})
        picture = wound_photograph(found, self.one.number, visit.event, self.random)
        attach(self.desk.work, self.desk.key(form, "WNDPHOTO"), f"{self.one.number}-{visit.event}-{ulcer}.jpg", picture, image=True)
        self.desk.complete(form)
        grade = self._form(visit, "WAG", ulcer)
        self.desk.fill(grade, pages.grade(self.one, visit, found))
        self.desk.complete(grade)

    def _wound_of(self, visit: Visit, ulcer: int) -> Wound:
        area, healing = (self.plan.area, self.plan.healing_day) if ulcer == 1 else (2.2, None)
        return wound_on(area, visit.study_day, healing_day=healing, weekly=self.plan.weekly, random=self.random)

    def _injection(self, visit: Visit, form: FormKey) -> None:
        desk, weak = self.desk, visit.event == self.plan.weak_product
        desk.fill(form, pages.product(visit, self.random) | ({"PRODVIA": "78.5"} if weak else {}))
        desk.clock.set(max(desk.clock.now(), self._at(visit.day, 10, 25)))
        if weak:  # the gate stops the injection until the investigator signs his reason; a deviation row follows
            override_stop(desk.work, ItemEntry(desk.key(form, "EXPERF"), "Y"), "活率略低于放行标准，无备用制剂，研究者权衡后决定注射", desk.signer)
        desk.fill(form, pages.injection(self.one, visit))

    def _happenings(self, visit: Visit) -> None:
        if "bruise" in self.plan.events and visit.event == "W1":
            logs.adverse_event(self.desk, self.one, "注射部位瘀斑", visit.day - timedelta(days=6), days=4, grade="1", related="PROBABLE")
        if "cold" in self.plan.events and visit.event == "W9":
            logs.adverse_event(self.desk, self.one, "上呼吸道感染", visit.day - timedelta(days=5), days=4, grade="1", related="NOT RELATED")

    def _extension(self, visit: Visit) -> None:
        form = self._form(visit, "SV")
        if self.desk.value(form, "EXTFL") == "Y":
            longer = self.plan.extension
            why = "溃疡缩小但未愈合，继续观察" if longer else "受试者返乡，不延长随访"
            self.desk.fill(form, {"EXT24": "Y" if longer else "N", "EXT24RS": why})

    def _correction(self, visit: Visit) -> None:
        form = self._form(visit, "VS")
        read = int(self.desk.value(form, "SYSBP_VSORRES#1"))
        self.desk.fill(form, {"SYSBP_VSORRES#1": str(read + 4)}, reason="抄录错误，与原始记录核对后更正")
        self.desk.fill(self._form(visit, "VAS"), {"VASMM": "47"}, reason="量表测量有误，已重新测量")

    def _ending(self, visit: Visit) -> None:
        form = self._form(visit, "DS")
        left = visit.event == "ET"
        day = visit.day.isoformat()
        values = {"DSCOMP": "N" if left else "Y", "DSSTDAT": day, "DSDECOD": "WITHDRAWAL BY SUBJECT" if left else "COMPLETED", "DSLSTDAT": day}
        if left:
            values |= {"DSTERM": "受试者不愿继续往返医院", "DSFUOK": "N", "DSDATAOK": "Y"}
        self.desk.fill(form, values, by=self.desk.investigator)
        self.desk.complete(form)
        logs.close_logs(self.desk, self.one)
