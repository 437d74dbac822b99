"""What following another version makes of a subject's casebook: worked out whole, stored nowhere.

The migration stores what is found here and nothing else, so that the report on an amendment and its outcome cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions, evaluate
from crf_app.clinical.form_state import Surroundings, evaluate_form, is_required, missing_items
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.operands import operand
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.system_rules import CHANGED, EXPECTED, changed_eligibility, expected_forms
from crf_app.services.writing import finding_address
from crf_app.store.findings import StoredFinding
from crf_app.study.definition import ItemDef

Place = tuple[str, str]
"""Rule and address of a finding."""
_REQUIRED = "M-REQ"


@dataclass(frozen=True)
class Judged:
    """A casebook under other rules. `findings`: all that are stored then; `kept` of them stand already as they are."""

    casebook: Casebook
    run: Run
    derived: tuple[tuple[ItemKey, Value], ...]
    findings: Mapping[Place, Finding]
    kept: frozenset[Place]
    told: frozenset[Place]
    """All that any rule says then, what goes by the clock included; a query about anything else has lost its cause."""
    asked: tuple[Finding, ...]
    """Required items that are missing on complete forms, and were not before: each becomes a query."""
    moved: frozenset[FormKey]
    """Filled forms that belong to another version than before."""


def judge(
    casebook: Casebook, old: SubjectRules, new: SubjectRules, conditions: Conditions, stored: Mapping[Place, StoredFinding],
    frozen: Mapping[str, str] | None = None,
) -> Judged:  # fmt: skip
    """A subject's casebook under the rules `new`. `frozen`: the verdicts at the confirmation of eligibility.

    Raises ExpectedError "amendment_unreadable" for a value that the new type of its item cannot hold.
    """
    moved = frozenset(form for form in casebook.forms if old.at(form) is not new.at(form))
    _need_readable(casebook, new, moved)
    found = evaluate(new, casebook.indexed(new.study), None, conditions)
    run, after = found.run, found.casebook
    lasting = {(rule, finding_address(key)): one for (rule, key), one in found.findings.items() if not new.goes_by_clock(rule, key)}
    timed = {(rule, finding_address(key)): one for (rule, key), one in found.findings.items() if new.goes_by_clock(rule, key)}
    for one in _of_system(run, frozen):
        lasting[one.rule, finding_address(one.key)] = one
    required = {place: one for place, one in stored.items() if place[0] == _REQUIRED and _still_missing(run, one)}
    asked = tuple(one for form in sorted(moved) for one in _newly_missing(run, form) if (one.rule, finding_address(one.key)) not in required)
    lasting.update(((one.rule, finding_address(one.key)), one) for one in asked)
    kept = {place for place, one in stored.items() if place in required or _says(one, lasting.get(place) or timed.get(place))}
    told = frozenset({*lasting, *timed, *required})
    return Judged(after, run, found.derived, lasting, frozenset(kept), told, asked, moved)


def _need_readable(casebook: Casebook, new: SubjectRules, moved: frozenset[FormKey]) -> None:
    for form in sorted(moved):
        for (_, _, oid), value in casebook.forms[form].items():
            item = new.own_item(form, oid)
            if item is not None and not _is_readable(item, value):
                raise ExpectedError("amendment_unreadable", subject=form.subject, place=f"{form.event}/{form.form}/{oid}", text=value.text, type=item.type)


def _is_readable(item: ItemDef, value: Value) -> bool:
    try:
        operand(item, value)
    except (ValueError, ArithmeticError):
        return False
    return True


def _of_system(run: Run, frozen: Mapping[str, str] | None) -> Iterator[Finding]:
    """What the built-in rules say: forms that are expected, eligibility that changed."""
    for event, repeat in sorted({(form.event, form.event_repeat) for form in run.casebook.forms}):
        if event in run.rules.events:
            yield from (finding for rule, _, finding in expected_forms(run, event, repeat) if finding is not None and rule == EXPECTED)
    if frozen:
        yield from (finding for rule, _, finding in changed_eligibility(run, dict(frozen)) if finding is not None and rule == CHANGED)


def _still_missing(run: Run, stored: StoredFinding) -> bool:
    key = parse_address(stored.subject, stored.address)
    item = run.own_item(key.form_key, key.item)
    if item is None or (key.form_key, key.group, key.row) in run.casebook.deleted or not run.casebook.value(key).is_blank:
        return False
    return is_required(run, key.form_key, item, key.row, run.visibility(key.form_key, item, key.row))


def _newly_missing(run: Run, form: FormKey) -> tuple[Finding, ...]:
    meta = run.casebook.form_meta.get(form)
    if meta is None or meta.status != "complete":
        return ()
    return missing_items(evaluate_form(run, form, Surroundings(with_previous=False, spare_rows=False)))


def _says(stored: StoredFinding, finding: Finding | None) -> bool:
    """Does the stored finding stand as it is?"""
    said = (stored.parameters.get("en"), stored.parameters.get("zh"))
    return finding is not None and said == (finding.message.en, finding.message.zh) and stored.severity == str(finding.severity)


def with_versions(judged: Judged) -> Casebook:
    """The casebook with each moved form noted under the form version that it belongs to now."""
    casebook = judged.casebook
    for form in judged.moved:
        meta = casebook.form_meta.get(form)
        if meta is not None:
            casebook = casebook.with_form(form, replace(meta, form_version=judged.run.definition(form).version))
    return casebook
