"""A study made executable: every rule bound, with the map of what depends on what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.plan import Schedule
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.criteria import CriteriaRules, shown
from crf_app.clinical.rules.kinds import Operand, truth
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.run import NOWHERE, Place, Run
from crf_app.clinical.rules.shown import coded_item, gives_event
from crf_app.clinical.rules.translate import Code, compile_derivation, compile_source
from crf_app.study.definition import (
    CheckDef,
    EventDef,
    FixedRows,
    FormDef,
    GroupDef,
    ItemDef,
    StudyDef,
)
from crf_app.study.dependencies import (
    CLOCK,
    Read,
    depends_on,
    derivation_depends_on,
    derived_order,
    timed_items,
    visibility_depends_on,
)
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import Scope, scope_of
from crf_app.study.functions.registry import REGISTRY
from crf_app.study.functions.result import FunctionDef, Result

Derivation = Callable[[Run, Place], tuple[Operand, Result | None]]


@dataclass(frozen=True, slots=True)
class RuleReads:
    """A rule and what it reads; `form` and `group` say where it stands."""

    name: str
    form: str
    group: str
    reads: frozenset[Read]
    names: frozenset[str]
    """The names of what it reads."""
    of: CompiledStudy = field(compare=False, repr=False)
    """The version it belongs to."""


@dataclass(frozen=True, slots=True)
class CompiledLimits:
    """The four ends of an item's range checks; None where there is no limit."""

    hard_low: Code | None = None
    hard_high: Code | None = None
    soft_low: Code | None = None
    soft_high: Code | None = None


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value of a message: its code, and what turns it into words."""

    code: Code
    item: ItemDef | None
    event: bool


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A check and its executable condition and message values."""

    check: CheckDef
    when: Code
    values: Mapping[str, ShownValue]
    form: FormDef
    group: GroupDef | None


Shown = tuple[str, str]
"""OIDs of a form and of an item on it; item "" the form and its groups."""


class CompiledStudy(CriteriaRules, SubjectRules):
    """Everything a study's expressions do. Made once for a StudyDef; holds no subject's data."""

    def __init__(self, study: StudyDef, registry: Mapping[str, FunctionDef] = REGISTRY) -> None:
        self.study = study
        self.registry = registry
        self.schedule = Schedule(study.events)
        self.events: dict[str, EventDef] = {event.oid: event for event in study.events}
        self._places = {(event.oid, place.form): place for event in study.events for place in event.forms}
        nowhere = scope_of(study)
        self._on_demand: dict[str, Code] = {place.form: compile_source(place.on_demand, nowhere) for place in self._places.values() if place.on_demand}
        self.anchor: Code = compile_source(study.anchor, nowhere)
        self.first_treatment: Code = compile_source(study.first_treatment, nowhere)
        self.after: dict[str, Code] = {event.oid: compile_source(event.after, nowhere) for event in study.events if event.after}
        self.within: dict[str, tuple[Code, ...]] = {
            event.oid: tuple(compile_source(source, nowhere) for source in event.within) for event in study.events if event.within
        }
        self.applies: dict[str, Code] = {event.oid: compile_source(event.show, nowhere) for event in study.events if event.show}
        self.repeat_when: dict[str, Code] = {
            form.oid: compile_source(form.repeat_when, scope_of(study, *form.repeat_for.split("."))) for form in study.forms.values() if form.repeat_when
        }
        self._show: dict[tuple[str, str], Code] = {}
        self._compile_items()

    def at(self, form: FormKey) -> CompiledStudy:  # noqa: ARG002  asked of every kind of rules
        """Itself: all forms belong to the one version."""
        return self

    @property
    def members(self) -> tuple[CompiledStudy, ...]:
        """Itself alone."""
        return (self,)

    @property
    def judge(self) -> CompiledStudy:
        """Itself."""
        return self

    def derivers(self, name: str) -> tuple[RuleReads, ...]:
        """The rule that computes a derived item."""
        rule = self.rules_by_name.get(f"derive:{name}")
        return (rule,) if rule is not None else ()

    def all_rules(self) -> Iterable[RuleReads]:
        """All rules that read anything."""
        return self.rules_by_name.values()

    def reading(self, name: str) -> tuple[RuleReads, ...]:
        """The rules (derived items and checks) that read an item directly."""
        return self.readers.get(name, ())

    def standing_on(self, form: str) -> tuple[RuleReads, ...]:
        """The rules that stand on a form."""
        return self.rules_by_form.get(form, ())

    def _compile_items(self) -> None:
        study = self.study
        self.derivations: dict[str, Derivation] = {}
        self.required: dict[str, Code | bool] = {}
        self.limits: dict[str, CompiledLimits] = {}
        self.defaults: dict[str, Derivation] = {}
        self.locked: dict[str, Code] = {}
        for form in study.forms.values():
            self._compile_form(form)
            for item in form.items:
                scope = scope_of(study, form.oid, item.group)
                if item.derive:
                    self.derivations[item.name] = compile_derivation(item.derive, scope)
                if item.default:
                    self.defaults[item.name] = compile_derivation(item.default, scope)
                if item.locked_after:
                    self.locked[item.name] = compile_source(item.locked_after, scope)
                self.required[item.name] = {"true": True, "false": False}.get(item.required) or (
                    False if item.required == "false" else compile_source(item.required, scope)
                )
                if item.hard is not None or item.soft is not None:
                    self.limits[item.name] = self._limits(item)

    def _compile_form(self, form: FormDef) -> None:
        scope = scope_of(self.study, form.oid)
        if form.show:
            self._show[(form.oid, "")] = compile_source(form.show, scope)
        for group in form.groups:
            if group.show:
                self._show[(form.oid, f"group:{group.oid}")] = compile_source(group.show, scope)
            for item in group.items:
                if item.show:
                    self._show[(form.oid, item.oid)] = compile_source(item.show, scope_of(self.study, form.oid, group.oid))
            for number, rows in enumerate(group.rows):
                self._show[(form.oid, f"rows:{group.oid}:{number}")] = compile_source(rows.when, scope)

    def _limits(self, item: ItemDef) -> CompiledLimits:
        scope = scope_of(self.study, item.form, item.group)

        def end(source: str) -> Code | None:
            if not source:
                return None
            if len(source) == 10 and source[4] == "-" == source[7] and source[:4].isdigit():
                source = f'date("{source}")'
            return compile_source(source, scope)

        hard, soft = item.hard, item.soft
        return CompiledLimits(
            end(hard.low) if hard else None, end(hard.high) if hard else None, end(soft.low) if soft else None, end(soft.high) if soft else None
        )

    @cached_property
    def checks(self) -> Mapping[str, CompiledCheck]:
        """All checks by id, in the order of the definition."""
        made = {}
        for check in self.study.checks:
            name, _, group_oid = check.for_each.partition(".")
            form = self.study.forms[name]
            scope = scope_of(self.study, name, group_oid)
            made[check.id] = CompiledCheck(
                check, compile_source(check.when, scope), {key: _shown_value(source, scope) for key, source in check.values.items()}, form,
                form.group(group_oid) if group_oid else None,
            )
        return made

    @cached_property
    def _endpoints(self) -> Mapping[str, Derivation]:
        return {one.oid: compile_derivation(one.derive, scope_of(self.study)) for one in self.study.endpoints}

    def endpoint(self, run: Run, oid: str) -> tuple[Operand, Result | None]:
        """One endpoint variable of the subject, with the answer of the registry when that gives it."""
        return self._endpoints[oid](run, NOWHERE)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Derived items that are stored, each after those it reads."""
        return tuple(name for name in derived_order(self.study) if name not in self.timed)

    @cached_property
    def timed(self) -> Mapping[str, frozenset[Read]]:
        """Derived items that go by the present moment, with all that they go by: computed where they are read, stored nowhere (docs/adr/0043)."""
        return timed_items(self.study)

    def _through(self, reads: frozenset[Read]) -> frozenset[Read]:
        """What is read, and what stands behind items that are not stored."""
        behind = [self.timed[one.name] for one in reads if one.name in self.timed]
        return reads.union(*behind) if behind else reads

    def _rule(self, name: str, form: str, group: str, reads: frozenset[Read]) -> RuleReads:
        reads = self._through(reads)
        return RuleReads(name, form, group, reads, frozenset(one.name for one in reads), self)

    @cached_property
    def by_clock(self) -> frozenset[str]:
        """Names of the rules that read the present moment: they are evaluated on reading, their outcome is never stored (docs/adr/0043)."""
        return frozenset(rule.name for rule in self.rules_by_name.values() if any(read.name == CLOCK for read in rule.reads))

    def goes_by_clock(self, rule: str, key: ItemKey) -> bool:
        """Can what `rule` says of the value at `key` change by the passing of time alone?"""
        return f"check:{rule}" in self.by_clock or (rule in ("HARD", "SOFT") and f"range:{key.form}.{key.item}" in self.by_clock)

    @cached_property
    def readers(self) -> Mapping[str, tuple[RuleReads, ...]]:
        """For each item name, the rules (derived items and checks) that read it directly."""
        found: dict[str, list[RuleReads]] = {}
        for rule in self.rules_by_name.values():
            for name in rule.names:
                found.setdefault(name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def rules_by_name(self) -> Mapping[str, RuleReads]:
        """All rules that read anything."""
        return {rule.name: rule for rule in self._all_rules()}

    @cached_property
    def rules_by_form(self) -> Mapping[str, tuple[RuleReads, ...]]:
        """All rules that stand on each form."""
        found: dict[str, list[RuleReads]] = {}
        for rule in self.rules_by_name.values():
            found.setdefault(rule.form, []).append(rule)
        return {form: tuple(rules) for form, rules in found.items()}

    def _all_rules(self) -> Iterable[RuleReads]:
        for form in self.study.forms.values():
            for item in form.items:
                if item.derive:
                    # one that was typed over is computed again as soon as that is cleared
                    own = frozenset({Read(item.name, True, True)}) if item.computed_unless_typed else frozenset()
                    yield self._rule(f"derive:{item.name}", form.oid, item.group, derivation_depends_on(self.study, form, item) | own)
                if item.name in self.limits:
                    ends = [one for limits in (item.hard, item.soft) if limits is not None for one in (limits.low, limits.high) if one]
                    own = frozenset({Read(item.name, True, True)}) | visibility_depends_on(self.study, form, item)
                    yield self._rule(f"range:{item.name}", form.oid, item.group, own.union(*(_limit_reads(end, self.study, item) for end in ends)))
        for check in self.study.checks:
            name, _, group = check.for_each.partition(".")
            scope = scope_of(self.study, name, group)
            # a check is silent where its item is not asked, and its message shows the item's value
            sources = [check.when, *check.values.values(), check.at]
            shown = visibility_depends_on(self.study, self.study.forms[name], None)
            yield self._rule(f"check:{check.id}", name, group, shown.union(*(depends_on(source, scope) for source in sources)))

    def proposals(self, ident: str) -> Mapping[str, Code]:
        """The executable parts of what a check proposes; plain codes are left to the caller."""
        check = self.study.checks[[one.id for one in self.study.checks].index(ident)]
        name, _, group = check.for_each.partition(".")
        target = self.study.forms.get(check.propose.get("form", ""))
        scope = scope_of(self.study, name, group)
        found = {}
        for key, source in check.propose.items():
            item = target.index.get(key) if target is not None else None
            if key == "form" or item is None or source == "message" or (item.codes and item.code(source) is not None):
                continue
            found[key] = compile_source(source, scope)
        return found

    @cached_property
    def shown_by(self) -> frozenset[str]:
        """Items that decide whether others are asked."""
        return frozenset(self.decided_by)

    @cached_property
    def decided_by(self) -> Mapping[str, tuple[frozenset[Shown], frozenset[Shown]]]:
        """By name of an item or extent, the items that it decides to be asked or not: those of any form, and those of the same form only."""
        found: dict[str, tuple[set[Shown], set[Shown]]] = {}
        for form in self.study.forms.values():
            for item in form.items:
                for one in self._through(visibility_depends_on(self.study, form, item)):
                    found.setdefault(one.name, (set(), set()))[one.local].update(((form.oid, item.oid), (form.oid, "")))
        return {name: (frozenset(far), frozenset(own)) for name, (far, own) in found.items()}

    @cached_property
    def judged_by(self) -> Mapping[str, bool]:
        """Items that the eligibility criteria go by, and those that tell whether the subject was treated; True: only as values before treatment."""
        scope = scope_of(self.study, self.study.eligibility_form)
        sources = [source for one in self.study.criteria for source in (one.condition, one.unknown_if, one.applies) if source]
        sources += [self.study.first_treatment] if self.study.first_treatment else []
        found = {f"{self.study.eligibility_form}.{one.oid}": False for one in self.study.criteria}
        for one in (read for source in sources for read in self._through(depends_on(source, scope))):
            found[one.name] = one.baseline and found.get(one.name, True)
        return found

    def warm(self) -> None:
        """Make everything that is otherwise made on first use, so that the first entry of a session is as quick as the next."""
        _ = self.checks, self.order, self.readers, self.rules_by_form, self.criteria, self.shown_by, self.judged_by, self.by_clock, self.timed

    def stands_at(self, form: str, event: str) -> bool:
        """Is the form scheduled at the event?"""
        return (event, form) in self._places

    def is_optional(self, run: Run, event: str, form: str) -> bool:
        """May the form stay empty at that visit without a finding: always, or for this subject (on_demand)?"""
        place = self._places.get((event, form))
        if place is None or place.optional:
            return True
        code = self._on_demand.get(form)
        return code is not None and truth(code(run, NOWHERE)) is True

    def switched_off(self, run: Run, switch: str) -> bool:
        """Is a site switch off?"""
        return bool(switch) and run.parameters.get(switch, self.study.parameter(switch).value) == "N"

    def form_visibility(self, run: Run, form: FormKey) -> Visibility:
        """Is the form asked of this subject?"""
        definition = self.study.forms[form.form]
        if self.switched_off(run, definition.switch):
            return Visibility.HIDDEN
        return shown(self.condition(form.form, ""), run, Place(form))

    def visibility(self, run: Run, form: FormKey, item: ItemDef, row: int) -> Visibility:
        """Is the item asked in that row?"""
        definition = self.study.forms[form.form]
        if self.switched_off(run, definition.switch) or self.switched_off(run, item.switch):
            return Visibility.HIDDEN
        place = Place(form, item.group, row)
        unsure = False
        for name in ("", f"group:{item.group}", item.oid):
            seen = self._judged(run, name, place) if name != item.oid else shown(self.condition(form.form, name), run, place)
            if seen is Visibility.HIDDEN:
                return seen
            unsure = unsure or seen is Visibility.UNKNOWN
        asked = not definition.performed or item.oid == definition.performed or item.group == "CO"
        if not asked and run.read(form, definition.index[definition.performed], 1) == "N":
            return Visibility.NOT_ASKED
        return Visibility.UNKNOWN if unsure else Visibility.SHOWN

    def _judged(self, run: Run, name: str, place: Place) -> Visibility:
        """What the condition of a form or a group says: the same for all items of a row."""
        code = self.condition(place.form.form, name) if place.form is not None else None
        if code is None or place.form is None:
            return Visibility.SHOWN
        key = (place.form, place.group, place.row, name)
        found = run.conditions.get(key)
        if found is None:
            found = run.conditions[key] = shown(code, run, place)
        return found

    def group_visibility(self, run: Run, form: FormKey, group: GroupDef) -> Visibility:
        """Is the group asked?"""
        return shown(self.condition(form.form, f"group:{group.oid}"), run, Place(form, group.oid))

    def fixed_rows(self, run: Run, form: FormKey, group: GroupDef) -> tuple[tuple[str, ...], ...]:
        """The rows of a fixed group at this visit: for each the codes of its key items; row numbers count from 1."""
        for number, rows in enumerate(group.rows):
            if _holds(rows, self.condition(form.form, f"rows:{group.oid}:{number}"), run, Place(form, group.oid)):
                return rows.rows
        return ()



def _shown_value(source: str, scope: Scope) -> ShownValue:
    tree = parse(source)
    return ShownValue(compile_source(source, scope), coded_item(tree, scope), gives_event(tree))


def _holds(rows: FixedRows, code: Code | None, run: Run, place: Place) -> bool:
    return rows.when == "true" or (code is not None and truth(code(run, place)) is True)


def _limit_reads(source: str, study: StudyDef, item: ItemDef) -> frozenset[Read]:
    if len(source) == 10 and source[4:5] == "-":
        return frozenset()
    return depends_on(source, scope_of(study, item.form, item.group))
