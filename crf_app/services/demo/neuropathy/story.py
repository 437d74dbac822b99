"""The story of one subject, told as a generator: it yields the moment at which it goes on, and the build sets the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from crf_app.services.demo import logs
from crf_app.services.demo.neuropathy import pages
from crf_app.services.demo.neuropathy.course import RandomisedStory
from crf_app.services.demo.neuropathy.plans import INFUSIONS, WEEKS, Plan
from crf_app.services.demo.pages import Values, Visit, vitals, vitals_after
from crf_app.services.entry import ItemEntry
from crf_app.services.signing import override_stop


class Story(RandomisedStory[Plan]):
    """One subject's way through the study."""

    answers: ClassVar[Values] = {"B_I02": "Y", "B_I03": "MET", "B_I04": "MET", "B_E00": "N", "B_E07": "N"}
    ages = (47, 54)
    allocated_at = "BL"
    planned: ClassVar[Mapping[str, int]] = {"D15": 15, **{f"W{week}": 7 * week for week in WEEKS}}
    last = "W96"
    serious_after: ClassVar[str] = "W4"

    def page_of(self, visit: Visit, form: str) -> Values:
        """The texts of a form without a course of its own."""
        return pages.page(self.one, visit, form, self.plan.arm)

    def treatment(self) -> Iterator[datetime]:
        """Baseline and allocation the day before, then the injection, or infusions day after day."""
        yield from self.before_treatment(("VS", "PE", "PREG", "TCSS"))
        visit = Visit("T0", self.day0, 0, injection=True)
        yield self.at(visit.day, 8, 50)
        self.header(visit)
        self.desk.fill(self.form("T0", "VS"), vitals(self.one, visit))
        self.page(visit, "CTC")
        yield from self._cells(visit) if self.plan.arm == "MSC" else self._infusions(visit)

    def _cells(self, visit: Visit) -> Iterator[datetime]:
        desk, form = self.desk, self.form("T0", "INJ")
        desk.fill(form, pages.product(visit, self.random) | ({"PRODVIA": "78.5"} if self.plan.weak_product else {}))
        yield self.at(visit.day, 11, 0)
        if self.plan.weak_product:  # the gate stops the injection until the investigator signs his reason; a deviation row follows
            override_stop(desk.work, ItemEntry(desk.key(form, "EXPERF"), "Y"), "活率略低于放行标准，无备用制剂，研究者权衡后决定注射", desk.signer)
        desk.fill(form, pages.injection(self.one, visit))
        yield self.at(visit.day, 12, 0)
        self._after_treatment()
        desk.complete(form, confirm={"F-INJ-VIA": "研究者已签名同意"})
        logs.explain_deviations(desk, self.one)

    def _infusions(self, visit: Visit) -> Iterator[datetime]:
        form = self.form("T0", "LAINF")
        for row in range(1, INFUSIONS + 1):
            yield self.at(visit.day + timedelta(days=row - 1), 10, 30)
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
        self.desk.fill(self.form("T0", "VS"), vitals_after(self.one, pages.AFTER))
        self.desk.complete(self.form("T0", "VS"))
        self.desk.complete(self.form("T0", "SV"))

    def had_events(self, event: str) -> bool:
        """A bruise or a reaction is told at the first visit after it."""
        return event == "D15" and (self.plan.bruise or bool(self.plan.reaction))

    def told_at(self, visit: Visit) -> None:
        """The bruise."""
        if visit.event == "D15" and self.plan.bruise:
            logs.adverse_event(self.desk, self.one, "注射部位瘀斑", self.day0 + timedelta(days=1), days=5, grade="1", related="PROBABLE")
