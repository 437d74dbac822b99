"""Is a definition sound: references, cycles, types, units, code lists, grid."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Protocol

from crf_app.study.definition import CheckDef, FormDef, GroupDef, ItemDef, ItemType, Severity, StudyDef
from crf_app.study.dependencies import CLOCK, CycleError, depends_on, derived_order, timed_items
from crf_app.study.expressions.lexer import ExpressionError
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import Scope, check_expression, scope_of
from crf_app.study.landmarks import CONVENTIONS
from crf_app.study.mistakes import Mistakes
from crf_app.study.units import UnitNotConvertibleError, canonical_unit, units_of
from crf_app.study.verification import check_plan

_REMEDIES = {
    "E-SYNTAX": "Mend the expression; the language is in docs/definition-format.md.", "E-UNKNOWN-ITEM": "Correct the name of the item.",
    "E-UNKNOWN-FORM": "Correct the name, or put the form into [grid].", "E-TYPE": "Compare like with like.",
    "E-CODE": "Use a code of the item's list.", "E-FUNCTION": "Use a function of the registry or a built-in one.",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_GIVEN = {"label", "value", "unit", "lo", "hi", "form", "visit", "reason"}


class Places(Protocol):
    """Knows which file each part of a study came from."""

    def form(self, oid: str) -> str: ...

    def check(self, check: CheckDef) -> str: ...

    def of(self, name: str) -> str: ...


def check_study(study: StudyDef, places: Places, mistakes: Mistakes) -> None:
    """Note every mistake that only the whole study shows."""
    _StudyChecker(study, places, mistakes).run()


class _StudyChecker:
    def __init__(self, study: StudyDef, places: Places, mistakes: Mistakes) -> None:
        self.study = study
        self.places = places
        self.mistakes = mistakes
        self._scopes: dict[tuple[str, str], Scope] = {}
        self._sound: set[tuple[str, str, str, str]] = set()
        """Expressions that were found to be right where they stand: many rows of a form repeat each other's."""

    def run(self) -> None:
        self._study_expressions()
        for form in self.study.forms.values():
            self._form(form)
        for check in self.study.checks:
            self._check(check)
        self._landmarks()
        self._criteria()
        self._endpoints()
        self._lists()
        check_plan(self.study, self.places.of("study.toml"), self.mistakes)
        if not self.mistakes.found:
            self._cycles()
        if not self.mistakes.found:
            self._clock()

    def _expression(self, source: str, file: str, path: str, form: str = "", group: str = "", wanted: str = "any") -> None:
        known = (source, form, group, wanted)
        if not source or known in self._sound:
            return
        try:
            faults = tuple(check_expression(parse(source), self._scope(form, group), wanted))
        except ExpressionError as unreadable:
            faults = (unreadable,)
        for fault in faults:
            self._fault(fault, file, path)
        if not faults:
            self._sound.add(known)

    def _scope(self, form: str, group: str) -> Scope:
        if (form, group) not in self._scopes:
            self._scopes[form, group] = scope_of(self.study, form, group)
        return self._scopes[form, group]

    def _fault(self, fault: ExpressionError, file: str, path: str) -> None:
        place = f" (character {fault.position})" if fault.position else ""
        self.mistakes.add(file, path, fault.rule, f"{fault.message}{place}.", _REMEDIES.get(fault.rule, "Correct the expression."))

    def _study_expressions(self) -> None:
        file = self.places.of("study.toml")
        self._expression(self.study.anchor, file, "anchor", wanted="date")
        self._expression(self.study.first_treatment, file, "first_treatment", wanted="date")
        for event in self.study.events:
            file = self.places.of("schedule.toml")
            self._expression(event.show, file, f"{event.oid} > show", wanted="truth")
            self._expression(event.after, file, f"{event.oid} > after", wanted="date")
            for source in event.within:
                self._expression(source, file, f"{event.oid} > within", wanted="date")
        for place in {place.form: place for event in self.study.events for place in event.forms}.values():
            self._expression(place.on_demand, self.places.of("schedule.toml"), f"grid > {place.form} > on_demand", wanted="truth")
        known = {one.oid for one in self.study.parameters}
        for form in self.study.forms.values():
            for name, path in ((form.switch, form.oid), *((item.switch, f"{form.oid} > {item.group} > {item.oid} > switch") for item in form.items)):
                if name and name not in known:
                    self.mistakes.add(self.places.form(form.oid), path, "C01-SWITCH", f'the study has no parameter "{name}".', "Add it to study.toml or correct the name.")

    def _form(self, form: FormDef) -> None:
        file = self.places.form(form.oid)
        self._expression(form.show, file, f"{form.oid} > show", form.oid, wanted="truth")
        if form.repeat_for:
            self._repeat(form, file)
        for group in form.groups:
            path = f"{form.oid} > {group.oid}"
            self._expression(group.show, file, f"{path} > show", form.oid, wanted="truth")
            for rows in group.rows:
                self._expression(rows.when, file, f"{path} > rows_when", form.oid, wanted="truth")
            for item in group.items:
                self._item(item, group, file)

    def _repeat(self, form: FormDef, file: str) -> None:
        name, _, group = form.repeat_for.partition(".")
        target = self.study.forms.get(name)
        if target is None or not any(one.oid == group and one.repeating == "log" for one in target.groups):
            self.mistakes.add(file, f"{form.oid} > repeat_for", "C02-REPEAT", f'"{form.repeat_for}" is no log of this study.', "Name FORM.GROUP of a repeating group.")
        else:
            self._expression(form.repeat_when, file, f"{form.oid} > repeat_when", name, group, "truth")

    def _item(self, item: ItemDef, group: GroupDef, file: str) -> None:
        path = f"{item.form} > {group.oid} > {item.oid}"
        for key, source in (("show", item.show), ("required", item.required), ("locked_after", item.locked_after)):
            if source and source not in ("true", "false"):
                self._expression(source, file, f"{path} > {key}", item.form, group.oid, "truth")
        for key, source in (("derive", item.derive), ("default", item.default)):
            if source:
                self._expression(source, file, f"{path} > {key}", item.form, group.oid)
        for key, limits in (("hard", item.hard), ("soft", item.soft)):
            for end in (limits.low, limits.high) if limits is not None else ():
                self._limit(end, item, file, f"{path} > {key}", group.oid)
        if item.hard is not None and item.soft is not None:
            self._nested_limits(item, file, path)
        for unit in item.units:
            if not _is_convertible(item, unit):
                self.mistakes.add(file, f"{path} > units", "C03-UNIT", f"{item.test} cannot be converted from {unit} to {item.unit}.", "Use a unit of the conversion table.")
        for target in item.links:
            self._link_target(target, file, f"{path} > links")
        if item.pattern:
            self._pattern(item, file, path)

    def _limit(self, source: str, item: ItemDef, file: str, path: str, group: str) -> None:
        if not source:
            return
        if item.type in (ItemType.INT, ItemType.DEC):
            self._expression(source, file, path, item.form, group, "number")
        elif item.type in (ItemType.DATE, ItemType.PDATE):
            self._expression(source if not re.match(r"\d{4}-\d\d-\d\d\Z", source) else f'date("{source}")', file, path, item.form, group, "date")
        elif item.type is not ItemType.DATETIME:
            self.mistakes.add(file, path, "C04-LIMIT-OF-TEXT", f"a {item.type} has no limits.", "Remove the limits or change the type.")

    def _nested_limits(self, item: ItemDef, file: str, path: str) -> None:
        if item.hard is None or item.soft is None:
            return
        for hard, soft, sign in ((item.hard.low, item.soft.low, 1), (item.hard.high, item.soft.high, -1)):
            try:
                wrong = bool(hard and soft) and (Decimal(soft) - Decimal(hard)) * sign < 0
            except InvalidOperation:
                continue
            if wrong:
                self.mistakes.add(file, f"{path} > soft", "C05-SOFT-OUTSIDE-HARD", f"the soft limit {soft} lies outside the hard limit {hard}.", "Soft limits lie inside the hard ones.")

    def _link_target(self, target: str, file: str, path: str) -> None:
        name, _, group = target.partition(".")
        if name.endswith("*"):
            if not any(form.startswith(name[:-1]) for form in self.study.forms):
                self.mistakes.add(file, path, "C06-LINK-TARGET", f'no form matches "{target}".', "Correct the name.")
            return
        form = self.study.forms.get(name)
        if form is None or (group and not any(one.oid == group for one in form.groups)):
            self.mistakes.add(file, path, "C06-LINK-TARGET", f'"{target}" is not in this study.', "Name FORM or FORM.GROUP.")

    def _pattern(self, item: ItemDef, file: str, path: str) -> None:
        try:
            re.compile(item.pattern)
        except re.error as fault:
            self.mistakes.add(file, f"{path} > pattern", "C07-PATTERN", f"is no regular expression: {fault}.", "Mend it.")
        if re.search(r"[+*}]\)?[+*{]|\\[1-9]|\(\?", item.pattern):
            self.mistakes.add(file, f"{path} > pattern", "C08-PATTERN-TIME", "could take more than linear time.", "Write it without nested repeats, back references and look-around.")

    def _check(self, check: CheckDef) -> None:
        file, path = self.places.check(check), check.template or check.id
        name, _, group = check.for_each.partition(".")
        form = self.study.forms.get(name)
        if form is None or (group and not any(one.oid == group for one in form.groups)):
            self.mistakes.add(file, f"{path} > for_each", "C10-CHECK-PLACE", f'"{check.for_each}" is not in this study.', "Name FORM or FORM.GROUP.")
            return
        if check.at and check.at not in form.index:
            self.mistakes.add(file, f"{path} > at", "C11-CHECK-AT", f'the form {name} has no item "{check.at}".', "Name an item of the form that is checked.")
        self._expression(check.when, file, f"{path} > when", name, group, "truth")
        for key, source in check.values.items():
            self._expression(source, file, f"{path} > values > {key}", name, group)
        for lang, text in (("en", check.message.en), ("zh", check.message.zh)):
            for unknown in sorted(set(_PLACEHOLDER.findall(text)) - _GIVEN - set(check.values)):
                self.mistakes.add(file, f"{path} > message > {lang}", "C12-PLACEHOLDER", f'"{{{unknown}}}" has no value.', f"Add it to values: {{ {unknown} = '..' }}.")
        for one in check.follows:
            if not any(other.id == one for other in self.study.checks):
                self.mistakes.add(file, f"{path} > follows", "C19-FOLLOWS", f'there is no check "{one}".', "Name the STOP that stands in front.")
        for gate in check.gate:
            self._gate(gate, file, path)
        if check.severity is Severity.STOP and not check.gate:
            return  # noted on reading
        self._propose(check, file, path)

    def _gate(self, gate: str, file: str, path: str) -> None:
        name, _, code = gate.partition("=")
        form, _, oid = name.partition(".")
        item = self.study.forms[form].index.get(oid) if form in self.study.forms else None
        if item is None or (code and item.codes and item.code(code) is None):
            self.mistakes.add(file, f"{path} > gate", "C13-GATE", f'"{gate}" names no entry of this study.', "Write FORM.ITEM=CODE.")

    def _propose(self, check: CheckDef, file: str, path: str) -> None:
        if not check.propose:
            return
        target = self.study.forms.get(check.propose.get("form", ""))
        if target is None:
            self.mistakes.add(file, f"{path} > propose", "C14-PROPOSE", "names no form of this study.", 'Add form = "DV".')
            return
        for key in check.propose:
            if key != "form" and key not in target.index:
                self.mistakes.add(file, f"{path} > propose > {key}", "C14-PROPOSE", f'the form {target.oid} has no item "{key}".', "Correct the name.")

    def _landmarks(self) -> None:
        """A landmark is one item: the program would not know which of two is meant."""
        for form in self.study.forms.values():
            for item in form.items:
                for tag in item.tags & CONVENTIONS.keys():
                    if (found := self.study.landmarks[tag]) is not item:
                        path = f"{form.oid} > {item.group} > {item.oid} > tags"
                        self.mistakes.add(self.places.form(form.oid), path, "C24-LANDMARK", f'"{tag}" is carried by {found.name} already.', "Let one item have it.")

    def _criteria(self) -> None:
        file, answers = self.places.of("eligibility.toml"), self.study.eligibility_form
        asked = self.study.forms[answers].index if answers else {}
        for one in self.study.criteria:
            for key, source in (("condition", one.condition), ("unknown_if", one.unknown_if), ("applies", one.applies)):
                self._expression(source, file, f"{one.id} > {key}", answers, wanted="truth")
            for name in one.evidence:
                form, _, rest = name.partition(".")
                if form not in self.study.forms or rest.partition("@")[0] not in self.study.forms[form].index:
                    self.mistakes.add(file, f"{one.id} > evidence", "C15-EVIDENCE", f'"{name}" is not in this study.', "Name FORM.ITEM.")
            if one.klass == "SEMI" and one.oid not in asked:
                form = answers or CONVENTIONS["confirmed"][0]
                self.mistakes.add(file, f"{one.id}", "C16-ANSWER", f"the form {form} has no item {one.oid} for the investigator's answer.", f"Add it to forms/{form}.toml.")

    def _endpoints(self) -> None:
        file, known = self.places.of("endpoints.toml"), set[str]()
        for one in self.study.endpoints:
            wanted = {ItemType.INT: "number", ItemType.DEC: "number", ItemType.DATE: "date"}.get(one.type, "any")
            self._expression(one.derive, file, f"{one.oid} > derive", wanted=wanted)
            for name in re.findall(r'endpoint\("(\w+)"\)', one.derive):
                if name not in known:
                    self.mistakes.add(file, f"{one.oid} > derive", "C21-ENDPOINT-ORDER", f"reads {name}, which does not stand above it.", "Put the variable that is read above.")
            known.add(one.oid)
        for summary in self.study.summaries:
            for name in (summary.count, summary.of, summary.by):
                if name and name not in known:
                    self.mistakes.add(file, f"{summary.oid} > count", "C22-SUMMARY", f'there is no endpoint variable "{name}".', "Correct the name.")

    def _lists(self) -> None:
        for name, codelist in self.study.codelists.items():
            keys = [one.key for one in codelist.codes if one.key]
            if len(keys) != len(set(keys)):
                self.mistakes.add("library/codelists.toml", f"{name} > codes", "C17-KEY", "two codes have the same key.", "Give each its own letter.")
        for event in self.study.events:
            seen: set[str] = set()
            for place in event.forms:
                if place.form in seen:
                    self.mistakes.add(self.places.of("schedule.toml"), f"grid > {place.form}", "C18-GRID-TWICE", f"stands twice at {event.oid}.", "Name it as required or optional, not both.")
                seen.add(place.form)

    def _clock(self) -> None:
        """Day 0, what is counted from it, and which visits there are must not move by the passing of time: what is stored rests on them."""
        timed = timed_items(self.study)
        sources = [("study.toml", "anchor", self.study.anchor), ("study.toml", "first_treatment", self.study.first_treatment)]
        for event in self.study.events:
            sources += [("schedule.toml", f"{event.oid} > after", event.after), ("schedule.toml", f"{event.oid} > show", event.show)]
            sources += [("schedule.toml", f"{event.oid} > within", source) for source in event.within]
        for file, path, source in sources:
            names = {one.name for one in depends_on(source, scope_of(self.study))}
            for name in sorted(names & {CLOCK, *timed}):
                what = "the present moment" if name == CLOCK else f"{name}, which goes by the present moment"
                self.mistakes.add(self.places.of(file), path, "C23-CLOCK", f"reads {what}.", "Write a date that stays: one of an item.")

    def _cycles(self) -> None:
        try:
            derived_order(self.study)
        except CycleError as fault:
            form = fault.names[0].partition(".")[0]
            self.mistakes.add(
                self.places.form(form), fault.names[0], "C20-CYCLE", f"depends on itself: {' -> '.join(fault.names)}.",
                "Break the circle: let one of them read an entered item or an earlier visit.",
            )



def _is_convertible(item: ItemDef, unit: str) -> bool:
    """Is `unit` in the conversion table of the item's test, and the item's own unit its standard one?"""
    try:
        known = units_of(item.test)
    except UnitNotConvertibleError:
        return False
    return canonical_unit(unit) in known and canonical_unit(item.unit) == canonical_unit(known[0])
