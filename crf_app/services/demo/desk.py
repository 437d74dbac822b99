"""The staff at their desk: fills pages, completes and confirms them, always through the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clock import SteppedClock
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import address_of_finding, complete_form, confirm_finding
from crf_app.services.randomisation import randomise
from crf_app.services.signing import Credentials, complete_and_sign
from crf_app.services.workspace import Actor, Workspace
from crf_app.study.definition import ItemDef

_ABNORMAL = ("LOW", "HIGH", "ABNORMAL")
# One page takes a person a few minutes.
_PAGE = timedelta(minutes=3)


class DemoError(Exception):
    """A story does not fit the definition: a fault of the demonstration."""


@dataclass(slots=True)
class Desk:
    """The open workspace, its clock, and the people. `surprises` collects the queries that no story meant."""

    work: Workspace
    clock: SteppedClock
    investigator: Actor
    signer: Credentials
    surprises: list[str] = field(default_factory=list)

    def key(self, form: FormKey, name: str) -> ItemKey:
        """The address of ITEM or ITEM#row on a form."""
        oid, _, row = name.partition("#")
        return item_key(form, self._item(form, oid).group, int(row or 1), oid)

    def _item(self, form: FormKey, oid: str) -> ItemDef:
        item = self.work.study.forms[form.form].index.get(oid)
        if item is None:
            raise DemoError(f"{form.form} has no item {oid}")
        return item

    def asked(self, form: FormKey, values: Mapping[str, str]) -> dict[str, str]:
        """Those of the values whose items the form has in this trial."""
        items = self.work.study.forms[form.form].index
        return {name: text for name, text in values.items() if name.partition("#")[0] in items}

    def value(self, form: FormKey, name: str) -> str:
        """What is stored there."""
        return self.work.casebook(form.subject).value(self.key(form, name)).text

    def fill(self, form: FormKey, values: Mapping[str, str], *, reason: str = "", by: Actor | None = None) -> None:
        """Enter a page in one command; the investigator's items follow in one of his own.

        A value is a text, "text [unit]", or "!ND reason" for a missing code. Raises DemoError when the page is refused.
        """
        own: list[ItemEntry] = []
        his: list[ItemEntry] = []
        for name, text in values.items():
            item = self._item(form, name.partition("#")[0])
            (his if item.role == Role.INVESTIGATOR and by is None else own).append(_entry(self.key(form, name), text))
        for entries, actor in ((own, by), (his, self.investigator)):
            if entries:
                self._enter(entries, actor, reason)

    def _enter(self, entries: list[ItemEntry], actor: Actor | None, reason: str) -> None:
        self.clock.advance(_PAGE)
        found = enter_items(self.work, entries, reason=reason, actor=actor)
        if not found.stored:
            where = entries[0].key
            problems = {key.address: problem.code for key, problem in found.problems.items()}
            raise DemoError(f"{where.subject} {where.row_address}: {problems} {[one.rule for one in found.stops]} reason={found.reason_required}")

    def randomise(self, subject: str, arm: str) -> None:
        """The investigator randomises: the next code of the sponsor's list. Raises DemoError when that is not the arm the story tells."""
        self.clock.advance(_PAGE)
        dealt = randomise(self.work, subject, self.signer)
        if dealt.arm != arm:
            raise DemoError(f"{subject}: {dealt.number} is {dealt.arm}, the story tells of {arm}")

    def judge_results(self, form: FormKey, judgement: Mapping[str, str] | None = None) -> None:
        """The investigator judges each result outside its interval: not clinically significant unless `judgement` (by test) says otherwise."""
        answers = {}
        for item in self.work.study.forms[form.form].items:
            test = item.oid.removesuffix("_LBNRIND")
            if test != item.oid and self.value(form, item.oid) in _ABNORMAL:
                answers[f"{test}_LBCLSIG"] = (judgement or {}).get(test, "NCS")
        if answers:
            self.fill(form, answers)

    def complete(self, form: FormKey, *, queries: Iterable[str] = (), confirm: Mapping[str, str] | None = None) -> None:
        """Mark complete. `queries`: rules that are meant to stay open; `confirm`: rules confirmed with a reason.

        Raises DemoError when a HARD finding forbids it.
        """
        self.clock.advance(timedelta(minutes=1))
        signed = bool(self.work.study.forms[form.form].signature)
        outcome = complete_and_sign(self.work, form, "complete", self.signer) if signed else complete_form(self.work, form)
        if not outcome.completed:
            raise DemoError(f"{form}: {[(one.rule, one.message.en) for one in outcome.blocking]}")
        reasons = confirm or {}
        for finding in outcome.queries:
            reason = reasons.get(finding.rule)
            if reason is not None:
                confirm_finding(self.work, form.subject, finding.rule, address_of_finding(finding), reason)
            elif finding.rule not in queries:
                self.surprises.append(f"{finding.rule} {form.subject} {address_of_finding(finding)}: {finding.message.en}")


def _entry(key: ItemKey, text: str) -> ItemEntry:
    if text.startswith("!"):
        code, _, reason = text[1:].partition(" ")
        return ItemEntry(key, missing=code, missing_reason=reason)
    number, mark, unit = text.partition(" [")
    return ItemEntry(key, number, unit.rstrip("]")) if mark else ItemEntry(key, text)
