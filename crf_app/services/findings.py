"""Findings as records: the stored ones, and those that go by the clock as they are at this moment (docs/adr/0043)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crf_app.clinical.keys import FormKey, parse_address
from crf_app.clinical.on_asking import findings_by_clock
from crf_app.clinical.record import Finding
from crf_app.clinical.rules.run import Run
from crf_app.services.workspace import Workspace
from crf_app.services.writing import finding_address
from crf_app.store.findings import StoredFinding
from crf_app.store.queries import states_by_rule
from crf_app.study.definition import Severity
from crf_app.study.texts import Text


def findings_by_form(work: Workspace, run: Run, forms: Iterable[FormKey] | None = None) -> dict[FormKey, tuple[Finding, ...]]:
    """The findings of some forms (None: of all) of the subject that `run` is about, confirmations and the state of their queries included."""
    subject = run.casebook.subject
    queries = states_by_rule(work.database, subject)
    stored = work.stored_findings(subject)
    chosen = {*run.casebook.forms, *(one.form for one in stored.values())} if forms is None else forms
    found: dict[FormKey, list[Finding]] = {form: [] for form in chosen}
    for one in stored.values():
        if one.form in found and not run.rules.goes_by_clock(one.rule, parse_address(subject, one.address)):
            found[one.form].append(as_record(one, queries.get((one.rule, one.address), "")))
    for form, findings in found.items():
        for finding in findings_by_clock(run, form):
            place = (finding.rule, finding_address(finding.key))
            findings.append(_with_confirmation(finding, stored.get(place), queries.get(place, "")))
    return {form: tuple(findings) for form, findings in found.items()}


def _with_confirmation(finding: Finding, stored: StoredFinding | None, query: str) -> Finding:
    """A finding of this moment, with what somebody has said of the same sentence."""
    if stored is None or as_record(stored).message != finding.message:
        return replace(finding, query=query)
    return replace(finding, confirmed=stored.state == "confirmed", reason=stored.reason, query=query)


def as_record(stored: StoredFinding, query: str = "") -> Finding:
    """A stored finding as screens and paper show it."""
    key = parse_address(stored.subject, stored.address)
    text = Text(str(stored.parameters.get("en", "")), str(stored.parameters.get("zh", "")))
    return Finding(stored.rule, Severity(stored.severity), key, text, stored.state == "confirmed", stored.reason, query)
