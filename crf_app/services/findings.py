"""Stored findings and queries as records."""

from __future__ import annotations

from crf_app.clinical.keys import FormKey, parse_address
from crf_app.clinical.record import Finding
from crf_app.services.workspace import Workspace
from crf_app.store.findings import StoredFinding
from crf_app.store.queries import read_queries
from crf_app.study.definition import Severity
from crf_app.study.texts import Text


def findings_by_form(work: Workspace, subject: str) -> dict[FormKey, tuple[Finding, ...]]:
    """All findings of a subject by the form that shows them, with the state of their query."""
    queries = {(one.rule, one.address): one.state for one in read_queries(work.database, subject)}
    found: dict[FormKey, list[Finding]] = {}
    for stored in work.stored_findings(subject).values():
        found.setdefault(stored.form, []).append(as_record(stored, queries.get((stored.rule, stored.address), "")))
    return {form: tuple(findings) for form, findings in found.items()}


def as_record(stored: StoredFinding, query: str = "") -> Finding:
    """A stored finding as screens and paper show it."""
    key = parse_address(stored.subject, stored.address)
    text = Text(str(stored.parameters.get("en", "")), str(stored.parameters.get("zh", "")))
    return Finding(stored.rule, Severity(stored.severity), key, text, stored.state == "confirmed", stored.reason, query)
