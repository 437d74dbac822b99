"""What is judged only when somebody asks: the gates before an act, and the rules that go by the present moment."""

from __future__ import annotations

from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions, Evaluator, FindingKey, new_run
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.compiled import CompiledCheck
from crf_app.clinical.rules.kinds import truth
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.values import Value
from crf_app.study.definition import Severity


def findings_by_clock(run: Run, form: FormKey) -> tuple[Finding, ...]:
    """What the rules of a form that go by the present moment say at `run.now`; such findings are not stored (docs/adr/0043)."""
    if form not in run.casebook.forms:
        return ()
    evaluator, rules = Evaluator(run.rules, run), run.rules.at(form)
    found: dict[FindingKey, Finding] = {}
    for rule in rules.standing_on(form.form):
        if rule.name not in rules.by_clock or rule.name.startswith("derive:"):
            continue
        group = rules.study.forms[form.form].group(rule.group) if rule.group else None
        for row in run.group_rows(form, group) if group is not None else (1,):
            run.steps = 0
            place = Place(form, rule.group, row)
            for key, finding in evaluator.said(rule, place):
                if finding is not None:
                    found.setdefault(key, finding)
    return tuple(found.values())


def stops(rules: SubjectRules, casebook: Casebook, key: ItemKey, value: Value, conditions: Conditions) -> tuple[Finding, ...]:
    """The STOP checks that forbid entering `value` at `key` (content, section 1.4): the act waits for an investigator's signed reason.

    The gate is judged as if the entry had been made, since its own values (dates, product) take part; what was computed (eligibility) stands as
    before the act, stored or not.
    """
    name = f"{key.form}.{key.item}"
    own = rules.at(key.form_key)
    gated = [one for one in own.checks.values() if one.check.severity is Severity.STOP and _gates(one, name, value.text)]
    if not gated:
        return ()
    after = casebook.with_changes(rules.study, [(key, value)])
    evaluator = Evaluator(rules, new_run(rules, after, conditions))
    evaluator.run.computed_by = new_run(rules, casebook.with_changes(rules.study, [(key, Value())]), conditions)
    item = own.study.item(key.form, key.item)
    found = []
    for one in gated:
        if one.form.oid == key.form:
            place = Place(key.form_key, one.group.oid if one.group is not None else "", key.row if one.group is not None and one.group.oid == key.group else 1)
            if truth(one.when(evaluator.run, place)) is True:
                found.append(evaluator.finding(one, key, item, place))
    return tuple(found)


def _gates(compiled: CompiledCheck, name: str, text: str) -> bool:
    return any(gate.partition("=")[0] == name and gate.partition("=")[2] in ("", text) for gate in compiled.check.gate)
