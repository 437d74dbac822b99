"""evaluate: what follows from a change. Derived values, then the findings of every rule that the change can touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crf_app.clinical.casebook import Casebook
from crf_app.clinical.derived import derived_value, is_typed_over, same_value, shown_operand
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.messages import M_CALC, M_DEV, M_HARD, M_SOFT, REASONS, filled
from crf_app.clinical.record import Finding, Visibility
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.compiled import CompiledCheck, RuleReads
from crf_app.clinical.rules.kinds import Absent, Operand, less, truth
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.rules.shown import shown_text
from crf_app.clinical.rules.translate import Code
from crf_app.clinical.values import Value
from crf_app.study.definition import GroupDef, ItemDef, Severity
from crf_app.study.dependencies import ANCHOR, Read, extent
from crf_app.study.item_types import format_value
from crf_app.study.texts import Text
from crf_app.study.units import display_unit

FindingKey = tuple[str, ItemKey]
"""The rule and the value, row (item "") or form (group and item "") that carries the finding."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a verdict depends on beside the data: the moment, the study's parameters, the site's reference intervals."""

    now: datetime
    parameters: Mapping[str, str]
    references: ReferenceTable


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome. `derived` are the computed items that changed; of the rules in `checked` those in `findings` fire now."""

    casebook: Casebook
    derived: tuple[tuple[ItemKey, Value], ...]
    checked: frozenset[FindingKey]
    findings: Mapping[FindingKey, Finding]
    run: Run = field(compare=False, repr=False)
    """The state at the end, for whoever reads on from there."""


def new_run(rules: SubjectRules, casebook: Casebook, conditions: Conditions) -> Run:
    """A fresh evaluation state."""
    return Run(rules, casebook, conditions.now, conditions.parameters, conditions.references)


def evaluate(
    rules: SubjectRules, casebook: Casebook, changed: Iterable[ItemKey] | None, conditions: Conditions, before: Run | None = None
) -> Evaluation:  # fmt: skip
    """What follows from `changed` (values already in `casebook`); None evaluates everything.

    Only rules that can read a changed item are run again. `before`: an evaluation of the casebook without the change; what it knows of
    items being shown or not is taken over where the change cannot touch it, and all it knows where no value differs. Pure: nothing is stored, equal input gives equal output.
    """
    return Evaluator(rules, new_run(rules, casebook, conditions)).run_all(changed, before)


Touched = dict[str, set[ItemKey]]


def is_baseline(run: Run, key: ItemKey) -> bool:
    """Does the value at `key` count as one before the first treatment?"""
    item = run.own_item(key.form_key, key.item)
    return item is not None and run.before_treatment(key.form_key, run.definition(key.form_key).group(item.group), key.row)


class Evaluator:
    """The rules of a subject at work on one run."""

    def __init__(self, rules: SubjectRules, run: Run) -> None:
        self.rules = rules
        self.run = run
        self.before: Run | None = None

    def run_all(self, changed: Iterable[ItemKey] | None, before: Run | None) -> Evaluation:
        """What `evaluate` promises."""
        self.everything = changed is None
        keys = [key for key, _ in self.run.casebook.items()] if changed is None else list(changed)
        if self.rules.amended:
            keys = [key for key in keys if not key.item or self.rules.own_item(key.form_key, key.item) is not None]
        touched: Touched = {}
        for key in keys:
            touched.setdefault(f"{key.form}.{key.item}", set()).add(key)
        self.begun = self._begun(keys)
        self.begun_rows: dict[tuple[str, str], set[tuple[FormKey, int]]] = {}
        for form, group, row in self.begun:
            self.begun_rows.setdefault((form.form, group), set()).add((form, row))
        for form, group, row in self.begun:
            touched.setdefault(extent(form.form), set()).add(ItemKey(*form, group, row, ""))
        if before is not None and changed is not None and before.casebook.deleted == self.run.casebook.deleted and before.rules is self.rules:
            self.before = before
            if self.run.same_values(before):
                self.run.know_as(before)
            else:
                self.run.take_over(before, touched)
        derived = self._derive(touched)
        checked, findings = self._check(touched)
        return Evaluation(self.run.casebook, tuple(derived.items()), frozenset(checked), findings, self.run)

    def _begun(self, keys: list[ItemKey]) -> set[tuple[FormKey, str, int]]:
        """Rows (and, as group "" row 0, forms) that hold nothing but what changed: they may have come or gone, so their rules run
        although nothing they read has changed.
        """
        fresh: dict[FormKey, set[tuple[str, int, str]]] = {}
        for key in keys:
            fresh.setdefault(key.form_key, set()).add((key.group, key.row, key.item))
        begun: set[tuple[FormKey, str, int]] = set()
        for form, slots in fresh.items():
            stored = self.run.casebook.forms.get(form, {})
            old = {(slot[0], slot[1]) for slot, value in stored.items() if slot not in slots and not value.is_blank}
            begun.update((form, group, row) for group, row, _ in slots if (group, row) not in old)
            if not old:
                begun.add((form, "", 0))
        return begun

    def _derive(self, touched: Touched) -> dict[ItemKey, Value]:
        changes: dict[ItemKey, Value] = {}
        # versions may order their derived items differently: all are settled after as many rounds as there are versions
        for _ in self.rules.members:
            if not self._derive_once(touched, changes):
                break
        return changes

    def _derive_once(self, touched: Touched, changes: dict[ItemKey, Value]) -> bool:
        begun, any_fresh = {form.form for form, _, _ in self.begun}, False
        for name in self.rules.order:
            for rule in self.rules.derivers(name):
                if not (self.everything or rule.form in begun or not rule.names.isdisjoint(touched)):
                    continue
                reads_itself = name in rule.names
                # one that reads its own earlier visits is settled after as many rounds as there are visits
                rounds = 1 + len(self.run.casebook.instances(rule.form))
                while rounds and (fresh := self._computed(rule, name, touched)):
                    rounds, any_fresh = rounds - 1, True
                    changes.update(fresh)
                    touched.setdefault(name, set()).update(fresh)
                    self.run.changed(self.run.casebook.with_changes(self.rules.study, fresh.items()), name, fresh)
                    if not reads_itself:
                        break
        return any_fresh

    def _computed(self, rule: RuleReads, name: str, touched: Touched) -> dict[ItemKey, Value]:
        """The values of one derived item that are not what is stored."""
        item = rule.of.study.item(rule.form, name.partition(".")[2])
        fresh = {}
        for place in self._places(rule, touched):
            key = item_key(_form(place), item.group, place.row, item.oid)
            old = self.run.casebook.value(key)
            if item.computed_unless_typed and is_typed_over(old):
                continue
            shown = self.run.visibility(_form(place), item, place.row) is Visibility.SHOWN
            new = derived_value(item, *rule.of.derivations[name](self.run, place)) if shown else Value()
            if not same_value(old, new):
                fresh[key] = new
        return fresh

    def _check(self, touched: Touched) -> tuple[set[FindingKey], dict[FindingKey, Finding]]:
        checked: set[FindingKey] = set(self._gone())
        findings: dict[FindingKey, Finding] = {}
        for rule in self._affected(touched):
            if rule.name.startswith("derive:"):
                continue
            for place in self._places(rule, touched):
                for key, finding in self.said(rule, place):
                    checked.add(key)
                    if finding is not None:
                        findings.setdefault(key, finding)
        for name in dict.fromkeys(one for version in self.rules.members for one in version.derivations):
            for item in touched.get(name, ()):
                checked.add(("M-CALC", item))
                failed = self._not_computed(item)
                if failed is not None:
                    findings[("M-CALC", item)] = failed
        return checked, findings

    def said(self, rule: RuleReads, place: Place) -> Iterator[tuple[FindingKey, Finding | None]]:
        """What a check or the limits of an item say at one place."""
        kind, _, ident = rule.name.partition(":")
        return self._range(rule, ident, place) if kind == "range" else self._one_check(rule.of.checks[ident], place)

    def _affected(self, touched: Touched) -> Iterable[RuleReads]:
        if self.everything:
            return self.rules.all_rules()
        affected = {id(rule): rule for name in touched for rule in self.rules.reading(name)}
        affected.update({id(rule): rule for form in {one[0].form for one in self.begun} for rule in self.rules.standing_on(form)})
        return affected.values()

    def _places(self, rule: RuleReads, touched: Touched) -> Iterator[Place]:
        """Where a rule has to be run again: the row, the form or everywhere, as far as what it reads can reach."""
        run, oid, version = self.run, rule.group, rule.of
        for form, row in self._everywhere(rule) if self.everything else self._reached(rule, touched):
            if self.rules.at(form) is version:
                run.steps = 0
                yield Place(form, oid, row)

    def _everywhere(self, rule: RuleReads) -> Iterator[tuple[FormKey, int]]:
        for form in sorted(self.run.casebook.instances(rule.form)):
            for row in self.run.group_rows(form, rule.rows) if rule.rows is not None else (1,):
                yield form, row

    def _reached(self, rule: RuleReads, touched: Touched) -> list[tuple[FormKey, int]]:
        group = rule.rows
        rows = set(self.begun_rows.get((rule.form, rule.group), ())) if rule.group else set()
        forms = self._forms(rule, touched, rows)
        if group is not None and rows and self._shared_key(rule, group):
            # several rows share one finding: it is told by all of them together
            forms |= {form for form, _ in rows}
        for form in forms:
            for row in self.run.group_rows(form, group) if group is not None else (1,):
                rows.add((form, row))
        return sorted(one for one in rows if self._exists(one[0], group, one[1]))

    def _exists(self, form: FormKey, group: GroupDef | None, row: int) -> bool:
        return form in self.run.casebook.forms and (group is None or row in self.run.group_rows(form, group))

    def _gone(self) -> Iterator[FindingKey]:
        """What rules may have said of rows that hold nothing any more."""
        for form, oid, row in self.begun:
            rules = self.rules.at(form)
            group = rules.study.forms[form.form].group(oid) if oid else None
            if group is None or self._exists(form, group, row):
                continue
            for rule in rules.standing_on(form.form):
                kind, _, ident = rule.name.partition(":")
                if rule.group != oid or kind == "derive":
                    continue
                if self._shared_key(rule, group):
                    item = rules.checks[ident].form.index[rules.checks[ident].check.at]
                    yield ident, item_key(form, item.group, 1, item.oid)
                elif kind == "range":
                    key = item_key(form, oid, row, ident.partition(".")[2])
                    yield from (("HARD", key), ("SOFT", key))
                else:
                    yield ident, item_key(form, oid, row, rules.checks[ident].check.at)

    def _shared_key(self, rule: RuleReads, group: GroupDef) -> bool:
        """Does the rule stand on rows, its finding on an item outside them?"""
        kind, _, ident = rule.name.partition(":")
        if kind != "check" or group.repeating == "no":
            return False
        compiled = rule.of.checks[ident]
        return bool(compiled.check.at) and compiled.form.index[compiled.check.at].group != group.oid

    def _forms(self, rule: RuleReads, touched: Touched, rows: set[tuple[FormKey, int]]) -> set[FormKey]:
        """The instances on which a rule runs as a whole; single rows are added to `rows`."""
        forms = {form for form, _ in self.begun_rows.get((rule.form, ""), ())}
        for read in rule.reads:
            keys = touched.get(read.name)
            if not keys or not self._reaches(read, keys):
                continue
            if read.same_event:
                forms.update(self._at_visits(rule.form, read.name.partition(".")[0], keys))
                continue
            if not read.local:
                return set(self.run.casebook.instances(rule.form))
            if read.same_row:
                rows.update((key.form_key, key.row) for key in keys)
            else:
                forms.update(key.form_key for key in keys)
        return forms

    def _reaches(self, read: Read, keys: set[ItemKey]) -> bool:
        """Can the change of any of these values make a difference to what is read?"""
        if read.through and self.before is not None and self._same_day(self.before, read.through):
            return False
        if read.event and all(key.event != read.event for key in keys):
            return False
        if read.order_of:
            return any(self._moved(read.order_of, key) for key in keys)
        return not read.baseline or any(is_baseline(self.run, key) for key in keys)

    def _at_visits(self, form: str, read: str, keys: set[ItemKey]) -> Iterator[FormKey]:
        """Instances of `form` that read the changed items of the form `read`: at the same events, and where that form does not stand."""
        events = {key.event for key in keys}
        for one in self.run.casebook.instances(form):
            if one.event in events or not self.rules.stands_at(read, one.event):
                yield one

    def _same_day(self, before: Run, landmark: str) -> bool:
        """Is day 0, or the day of the first treatment, what it was before the change?"""
        if landmark == ANCHOR:
            return before.anchor() == self.run.anchor()
        return before.first_treatment() == self.run.first_treatment()

    def _moved(self, form: str, key: ItemKey) -> bool:
        """Has that form come to another day by the change of a date, where it held anything before? If not, no value has changed its place."""
        before = self.before
        return any(
            one.event == key.event and one.event_repeat == key.event_repeat and (one, "", 0) not in self.begun
            and (before is None or before.date_of(one) != self.run.date_of(one)) for one in self.run.casebook.instances(form)
        )  # fmt: skip

    def _range(self, rule: RuleReads, name: str, place: Place) -> Iterator[tuple[FindingKey, Finding | None]]:
        form, _, oid = name.partition(".")
        item = rule.of.study.item(form, oid)
        key = item_key(_form(place), item.group, place.row, oid)
        value = self.run.read(_form(place), item, place.row)
        limits = rule.of.limits[name]
        hard = None if isinstance(value, Absent) else self._outside(item, key, value, place, limits.hard_low, limits.hard_high, Severity.HARD)
        soft = None
        if hard is None and not isinstance(value, Absent):
            soft = self._outside(item, key, value, place, limits.soft_low, limits.soft_high, Severity.SOFT)
        yield ("HARD", key), hard
        yield ("SOFT", key), soft

    def _outside(self, item: ItemDef, key: ItemKey, value: Operand, place: Place, low: Code | None, high: Code | None, severity: Severity) -> Finding | None:
        ends = [code(self.run, place) if code is not None else None for code in (low, high)]
        below = ends[0] is not None and less(value, ends[0], or_equal=False) is True and not isinstance(ends[0], Absent)
        above = ends[1] is not None and less(ends[1], value, or_equal=False) is True and not isinstance(ends[1], Absent)
        if not (below or above):
            return None
        shown = ["" if end is None or isinstance(end, Absent) else shown_operand(end) for end in ends]
        message = item.soft_message if severity is Severity.SOFT and item.soft_message.en else M_HARD if severity is Severity.HARD else M_SOFT
        return Finding(str(severity), severity, key, self._filled(message, key, item, {"lo": Text(shown[0], shown[0]), "hi": Text(shown[1], shown[1])}))

    def _one_check(self, compiled: CompiledCheck, place: Place) -> Iterator[tuple[FindingKey, Finding | None]]:
        check, form = compiled.check, _form(place)
        if check.severity is Severity.STOP:
            return
        item = compiled.form.index[check.at] if check.at else None
        row = place.row if item is None or item.group == place.group else 1
        key = item_key(form, item.group if item is not None else place.group, row, check.at)
        fires = truth(compiled.when(self.run, place)) is True and self._may_fire(compiled, form, item, row)
        yield (check.id, key), self.finding(compiled, key, item, place) if fires else None

    def _may_fire(self, compiled: CompiledCheck, form: FormKey, item: ItemDef | None, row: int) -> bool:
        if compiled.check.even_hidden:
            return True
        if self.rules.form_visibility(self.run, form) is Visibility.HIDDEN:
            return False
        return item is None or self.run.visibility(form, item, row) is Visibility.SHOWN

    def finding(self, compiled: CompiledCheck, key: ItemKey, item: ItemDef | None, place: Place) -> Finding:
        """The finding of a check that fires, its message filled."""
        study = self.rules.at(key.form_key).study
        values = {name: shown_text(one.code(self.run, place), one.item, study, event=one.event) for name, one in compiled.values.items()}
        message = self._filled(compiled.check.message, key, item, values)
        if compiled.check.severity is Severity.DEV:
            message = filled(M_DEV, {"message": message.en}, {"message": message.zh})
        return Finding(compiled.check.id, compiled.check.severity, key, message)

    def _filled(self, text: Text, key: ItemKey, item: ItemDef | None, values: Mapping[str, Text]) -> Text:
        event, form = self.run.event(key.form_key), self.run.definition(key.form_key)
        stored = self.run.casebook.value(key)
        by_lang = []
        for lang in ("en", "zh"):
            given = {"visit": event.name.get(lang), "form": form.name.get(lang), "label": form.name.get(lang), "value": "", "unit": ""}
            if item is not None:
                given.update(label=item.label.get(lang), value=format_value(item, stored, lang), unit=display_unit(stored.unit or item.unit))
            by_lang.append({**given, **{name: value.get(lang) for name, value in values.items()}})
        return filled(text, by_lang[0], by_lang[1])

    def _not_computed(self, key: ItemKey) -> Finding | None:
        value = self.run.casebook.value(key)
        if value.status != "ERROR" or (key.form_key, key.group, key.row) in self.run.casebook.deleted:
            return None
        item = self.run.own_item(key.form_key, key.item)
        if item is None:
            return None
        reason = REASONS.get(value.code, Text(value.code, value.code))
        by_lang = [{"label": item.label.get(lang), "reason": reason.get(lang)} for lang in ("en", "zh")]
        return Finding("M-CALC", Severity.SOFT, key, filled(M_CALC, by_lang[0], by_lang[1]))


def _form(place: Place) -> FormKey:
    if place.form is None:
        raise ValueError("a rule of a form was run without a form")
    return place.form

