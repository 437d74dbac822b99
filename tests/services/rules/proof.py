"""What each kind of finding must do in the program (content, section 1.4), seen in what is stored."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.errors import ExpectedError
from crf_app.services.criteria import read_eligibility
from crf_app.services.forms import CompletionOutcome, complete_form, confirm_finding
from crf_app.services.signing import Credentials, complete_and_sign, override_stop
from crf_app.store.findings import StoredFinding
from crf_app.store.queries import StoredQuery, read_queries
from crf_app.store.signatures import read_signatures
from tests.services.rules.cases import Case, entry_of
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench

_SIGNER = Credentials(INVESTIGATOR, PASSWORD)


def is_of(rule: str, stored: str) -> bool:
    """Is a stored rule id that rule, or one made from that template?"""
    return stored == rule or stored.partition(":")[0] == rule


def stored_of(bench: Bench, rule: str) -> tuple[StoredFinding, ...]:
    """The stored findings of a rule."""
    return tuple(one for one in bench.findings() if is_of(rule, one.rule))


def prove_case(bench: Bench, case: Case) -> None:
    """Type a case and see in the database that everything it expects is so. AssertionError "<rule> is silent" for a rule that does not fire."""
    bench.play(case)
    for address, wanted in case.wanted.get("expect", {}).items():
        assert bench.shown(bench.key(address, case.spot)) == wanted, address
    for rule in case.silent:
        assert [one.address for one in stored_of(bench, rule)] == [], rule
    for rule in case.wanted.get("expect_findings", ()):
        found = stored_of(bench, rule)
        assert found, f"{rule} is silent; stored: {sorted(one.rule for one in bench.findings())}"
        prove_finding(bench, found[0])
    if case.tries:
        stopped = prove_gate(bench, case)
        for rule in case.wanted["expect_stops"]:
            assert rule in stopped, f"{rule} is silent; stopped by {sorted(stopped)}"
        assert stopped == set(case.wanted["expect_stops"]), sorted(stopped)


def prove_verdicts(bench: Bench, case: Case) -> None:
    """Type a case and see that the machine's verdict of each criterion it names, and of no missing one, is the expected."""
    bench.play(case)
    bench.work.forget()
    found = {one.definition.id: one for one in read_eligibility(bench.work, bench.subject).criteria}
    for ident, wanted in case.criteria.items():
        assert ident in found, f"{ident} is silent; there are {sorted(found)}"
        assert found[ident].suggestion == wanted, ident
        assert found[ident].definition.klass == "SEMI" or found[ident].verdict == wanted, ident


def prove_finding(bench: Bench, finding: StoredFinding) -> None:
    """HARD: *complete* is refused. SOFT, DEV: it opens a system query; a confirmed DEV has its deviation row. INFO: neither."""
    assert finding.state == "open"
    assert all(finding.parameters.get(lang) for lang in ("en", "zh"))
    outcome = _complete(bench, finding.form)
    queries = [one for one in read_queries(bench.work.database, bench.subject) if (one.rule, one.address) == (finding.rule, finding.address)]
    if finding.severity == "HARD":
        assert not outcome.completed
        assert finding.rule in {one.rule for one in outcome.blocking}
        assert {one.severity.value for one in outcome.blocking} == {"HARD"}
        return
    if finding.severity == "INFO":
        assert queries == []
        assert {one.key.address for one in outcome.blocking} <= {finding.address}, "only the same value may refuse it"
        return
    assert outcome.completed, f"other findings refuse it: {[one.rule for one in outcome.blocking]}"
    _prove_query(bench, finding, queries)


def _complete(bench: Bench, form: FormKey) -> CompletionOutcome:
    if bench.work.study.forms[form.form].signature:
        return complete_and_sign(bench.work, form, "completion", _SIGNER)
    return complete_form(bench.work, form)


def _prove_query(bench: Bench, finding: StoredFinding, queries: list[StoredQuery]) -> None:
    assert [(one.kind, one.state) for one in queries] == [("system", "open")]
    rows = deviations(bench, finding.address)
    confirm_finding(bench.work, bench.subject, finding.rule, finding.address, "checked against the source")
    answered = next(one for one in read_queries(bench.work.database, bench.subject) if one.id == queries[0].id)
    assert (answered.state, answered.answer) == ("answered", "checked against the source")
    kept = next(one for one in stored_of(bench, finding.rule) if one.address == finding.address)
    assert (kept.state, kept.reason) == ("confirmed", "checked against the source")
    assert len(deviations(bench, finding.address)) - len(rows) == (1 if finding.severity == "DEV" else 0)


def deviations(bench: Bench, address: str) -> tuple[ItemKey, ...]:
    """The deviation rows that name a fact, as stored."""
    study = bench.work.study
    group = study.item("DV", "DVLINK").group
    form = FormKey(bench.subject, "LOG", 1, "DV", 1)
    found = []
    for row in bench.work.casebook(bench.subject).rows(form, group):
        key = item_key(form, group, row, "DVLINK")
        if address in bench.work.casebook(bench.subject).value(key).text.split(";"):
            found.append(key)
    return tuple(found)


def prove_gate(bench: Bench, case: Case) -> set[str]:
    """Try the act: it is stored, or refused whole and possible only with the investigator's signature. Returns what stopped it."""
    (text, value), *more = case.tries.items()
    assert not more, "one act a case"
    key, head = bench.key(text, case.spot), bench.work.database.head.no
    before = bench.work.casebook(bench.subject).value(key)
    outcome = bench.type({text: value}, case.spot)
    assert not outcome.problems
    if not outcome.stops:
        assert outcome.stored
        assert _read_back(bench, key) == value
        return set()
    assert not outcome.stored
    assert (bench.work.database.head.no, _read_back(bench, key)) == (head, before.text)
    if "by_signature" in bench.work.study.item(key.form, key.item).tags:
        with pytest.raises(ExpectedError, match="entry_refused"):
            override_stop(bench.work, entry_of(key, value), "no other way for this patient", _SIGNER)
        return {one.rule for one in outcome.stops}
    override_stop(bench.work, entry_of(key, value), "no other way for this patient", _SIGNER)
    assert _read_back(bench, key) == value
    signature = read_signatures(bench.work.database, bench.subject)[-1]
    signer = bench.story.actors[Role.INVESTIGATOR].user.user_id
    assert (signature.record, signature.meaning, signature.user_id) == (key.address, "stop_overridden", signer)
    assert len(deviations(bench, key.address)) == 1
    return {one.rule for one in outcome.stops}


def _read_back(bench: Bench, key: ItemKey) -> str:
    bench.work.forget()
    return bench.work.casebook(bench.subject).value(key).text
