"""The rules of a subject whose visits belong to several versions of the study (docs/adr/0070).

Visits keep the version they were collected under; from a chosen visit on, the next version holds. Nothing is merged: every form
is shown, judged and printed by one version, and what a rule reads on another form is read as that form's version defines it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.plan import Schedule
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.compiled import CompiledStudy, RuleReads
from crf_app.clinical.rules.kinds import Operand
from crf_app.clinical.rules.of_subject import Code, Reach, SubjectRules
from crf_app.clinical.rules.run import Place, Run
from crf_app.study.definition import CriterionDef, EventDef, EventForm
from crf_app.study.functions.result import Result


@dataclass(frozen=True, slots=True)
class Stage:
    """A version and the visit from which on a subject follows it; the first has no such visit.

    `kept`: of visits without a planned day (unscheduled, early termination) those up to this repeat were begun before and stay
    with the version before.
    """

    rules: CompiledStudy
    from_event: str = ""
    kept: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit of the subject and the stage it belongs to. `left`: forms, or "" for the whole visit, that only an earlier version has."""

    event: EventDef
    stage: int
    left: frozenset[str] = frozenset()


def _never(_run: Run, _place: Place) -> Operand:
    return False


class AmendedStudy(SubjectRules):
    """Several versions, one after the other. What only an earlier version asked stays where it holds something and is asked no more.

    The order of the stages is that in which the subject came to follow them; each begins at a visit that its version has.
    """

    amended = True

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = tuple(stages)
        self._members = tuple(one.rules for one in stages)
        visits = _visits(self.stages)
        self._visits = {one.event.oid: one for one in visits}
        self._places = {(one.event.oid, place.form) for one in visits for place in one.event.forms}
        self._found: dict[tuple[str, int, str], CompiledStudy] = {}
        newest = self._members[-1]
        events = tuple(one.event for one in visits)
        judges = [one.stage for one in visits if one.event.form("IE") is not None and not one.left and one.event.kind == "scheduled"]
        self._judge = self._members[judges[-1] if judges else -1]
        forms = {oid: form for version in self._members for oid, form in version.study.forms.items()}
        self.study = replace(newest.study, events=events, forms=forms, criteria=self._judge.study.criteria)
        self.registry = newest.registry
        self.schedule = Schedule(events)
        self.events = {one.oid: one for one in events}
        self.anchor, self.first_treatment = newest.anchor, newest.first_treatment
        owners = [(one.event.oid, self._members[one.stage], "" in one.left) for one in visits]
        self.after = {oid: rules.after[oid] for oid, rules, _ in owners if oid in rules.after}
        self.within = {oid: rules.within[oid] for oid, rules, _ in owners if oid in rules.within}
        self.applies = {oid: _never if left else rules.applies[oid] for oid, rules, left in owners if left or oid in rules.applies}
        self.repeat_when: Mapping[str, Code] = {oid: code for version in self._members for oid, code in version.repeat_when.items()}

    @property
    def members(self) -> tuple[CompiledStudy, ...]:
        """The versions, oldest first."""
        return self._members

    @property
    def judge(self) -> CompiledStudy:
        """The version of the last visit at which eligibility is judged."""
        return self._judge

    def at(self, form: FormKey) -> CompiledStudy:
        """The version a form belongs to: its visit's, or the last before that had the form."""
        key = (form.event, form.event_repeat, form.form)
        found = self._found.get(key)
        if found is None:
            last = self.stage_of(form.event, form.event_repeat)
            having = [one for one in self._members[: last + 1] if one.stands_at(form.form, form.event)]
            found = self._found[key] = having[-1] if having else self._members[last]
        return found

    def stage_of(self, event: str, repeat: int) -> int:
        """The number of the stage that a visit belongs to, from 0."""
        visit = self._visits.get(event)
        if visit is None or visit.event.kind in ("scheduled", "log"):
            return visit.stage if visit is not None else len(self.stages) - 1
        later = (number for number, one in enumerate(self.stages) if number and repeat > (one.kept or {}).get(event, 0))
        return max(later, default=0)

    def stands_at(self, form: str, event: str) -> bool:
        """Is the form scheduled at the event, or was it and may hold something?"""
        return (event, form) in self._places

    def is_asked(self, form: str, event: str) -> bool:
        """Does the visit's own version have the form?"""
        return (event, form) in self._places and not self._is_left(self._visits[event], form)

    def is_optional(self, run: Run, event: str, form: str) -> bool:
        """As the visit's version says; what only an earlier version had may stay empty."""
        visit = self._visits.get(event)
        return visit is None or self._is_left(visit, form) or self._members[visit.stage].is_optional(run, event, form)

    def form_visibility(self, run: Run, form: FormKey) -> Visibility:
        """As the form's version says; what only an earlier version had is there while it holds something."""
        visit = self._visits.get(form.event)
        if visit is not None and self._is_left(visit, form.form) and form not in run.casebook.forms:
            return Visibility.HIDDEN
        return self.at(form).form_visibility(run, form)

    @staticmethod
    def _is_left(visit: _Visit, form: str) -> bool:
        return form in visit.left or "" in visit.left

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Derived items of all versions, in the order of the newest."""
        return tuple(dict.fromkeys(name for version in reversed(self._members) for name in version.order))

    def derivers(self, name: str) -> tuple[RuleReads, ...]:
        """The rules that compute a derived item, one a version."""
        return tuple(chain.from_iterable(one.derivers(name) for one in self._members))

    def all_rules(self) -> Iterable[RuleReads]:
        """The rules of all versions; each runs where its version holds."""
        return chain.from_iterable(one.all_rules() for one in self._members)

    def reading(self, name: str) -> tuple[RuleReads, ...]:
        """The rules of all versions that read an item directly."""
        return tuple(chain.from_iterable(one.reading(name) for one in self._members))

    def standing_on(self, form: str) -> tuple[RuleReads, ...]:
        """The rules of all versions that stand on a form."""
        return tuple(chain.from_iterable(one.standing_on(form) for one in self._members))

    @cached_property
    def shown_by(self) -> Mapping[str, Reach]:
        """Items that decide whether others are asked, in any version."""
        found: dict[str, Reach] = {}
        for name, reach in chain.from_iterable(one.shown_by.items() for one in self._members):
            forms, own = found.get(name, Reach(frozenset(), frozenset()))
            found[name] = Reach(forms | reach.forms, own | reach.own)
        return found

    @property
    def judged_by(self) -> Mapping[str, bool]:
        """Items that the criteria go by."""
        return self._judge.judged_by

    def goes_by_clock(self, rule: str, key: ItemKey) -> bool:
        """As the version of the form says."""
        return self.at(key.form_key).goes_by_clock(rule, key)

    def verdict(self, run: Run, ident: str) -> str:
        """By the criteria under which the subject was enrolled."""
        return self._judge.verdict(run, ident)

    def suggestion(self, run: Run, ident: str) -> str:
        """By the criteria under which the subject was enrolled."""
        return self._judge.suggestion(run, ident)

    def answer(self, run: Run, criterion: CriterionDef) -> str:
        """The investigator's answer, "" when there is none."""
        return self._judge.answer(run, criterion)

    def eligibility(self, run: Run) -> Operand:
        """By the criteria under which the subject was enrolled."""
        return self._judge.eligibility(run)

    def failing(self, run: Run) -> str:
        """Ids of the criteria that exclude, joined by ", "."""
        return self._judge.failing(run)

    def endpoint(self, run: Run, oid: str) -> tuple[Operand, Result | None]:
        """An endpoint as the newest version computes it."""
        return self.newest.endpoint(run, oid)

    def warm(self) -> None:
        """Make everything that the versions otherwise make on first use."""
        for one in self._members:
            one.warm()


def _visits(stages: Sequence[Stage]) -> tuple[_Visit, ...]:
    """The visits of the subject in order, each with the stage it belongs to; their order is numbered anew."""
    found = [_Visit(event, 0) for event in stages[0].rules.study.events]
    for number, stage in enumerate(stages[1:], start=1):
        found = _taken_over(found, stage.rules.study.events, stage.from_event, number)
    return tuple(replace(one, event=replace(one.event, order=order)) for order, one in enumerate(found))


def _taken_over(before: Sequence[_Visit], events: Sequence[EventDef], from_event: str, number: int) -> list[_Visit]:
    """The visits once a further version holds from `from_event` on; those without a planned day and the log go with it."""
    names = [one.oid for one in events]
    start = names.index(from_event)
    old = {one.event.oid: one for one in before}
    fresh = [_Visit(_with_left(one, old.get(one.oid)), number, _left(one, old.get(one.oid))) for place, one in enumerate(events)
             if place >= start or one.kind != "scheduled"]  # fmt: skip
    taken = {one.event.oid for one in fresh}
    kept: list[_Visit] = []
    left: list[_Visit] = []
    reached = False
    for one in before:
        reached = reached or (one.event.oid in taken and one.event.kind == "scheduled")
        if one.event.oid in taken:
            continue
        gone = one.event.oid not in names and (reached or one.event.kind != "scheduled")
        (left if gone else kept).append(replace(one, event=replace(one.event, show="false"), left=frozenset({""})) if gone else one)
    planned = [one for one in fresh if one.event.kind == "scheduled"]
    return [*kept, *planned, *left, *(one for one in fresh if one.event.kind != "scheduled")]


def _left(event: EventDef, old: _Visit | None) -> frozenset[str]:
    return frozenset(place.form for place in old.event.forms if event.form(place.form) is None) if old is not None else frozenset()


def _with_left(event: EventDef, old: _Visit | None) -> EventDef:
    left = _left(event, old)
    return replace(event, forms=(*event.forms, *(EventForm(place.form, True) for place in old.event.forms if place.form in left))) if old and left else event
