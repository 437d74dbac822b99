"""docs/rules-and-tests.md, made anew: `python -m tests.services.rules.table`. Each rule of each trial with the cases that prove it both ways."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crf_app.clinical.messages import M_EXPECTED
from crf_app.services.system_rules import CHANGED, CHANGED_TEXT, EXPECTED
from crf_app.study.definition import CheckDef, StudyDef
from crf_app.study.texts import Text
from tests.once import study_of
from tests.services.rules.cases import TRIALS, Case, read_cases

PAGE = Path(__file__).parents[3] / "docs" / "rules-and-tests.md"
_SYSTEM_TESTS = Path(__file__).parent / "test_system_rules.py"
_HEAD = """# Rules and their tests

Made by `python -m tests.services.rules.table`; not edited by hand, and a test sees that it is fresh.

Each eligibility criterion, each check and each gate of each trial with the worked cases that prove it both ways. `checks-12` is the 12th
case of `forms/<trial>/<version>/examples/checks.toml`; `tests/services/rules/test_checks.py`, `test_criteria.py` and `test_arms.py` type
them through the services, and `test_removal.py` sees that a rule taken out fails its own cases. A check made from a template for many
items stands here once. `X06` and `X13` are built in; their tests are named as functions of `test_system_rules.py`.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the table: a rule of a trial, and the names of the cases that fire and silence it, or give each verdict."""

    id: str
    kind: str
    said: Text
    proofs: tuple[tuple[str, ...], ...]


def criteria_of(study: StudyDef, cases: Iterable[Case]) -> Iterator[Rule]:
    """The criteria with the cases for, against, and undecided."""
    known = tuple(cases)
    for one in study.criteria:
        good, bad = ("MET", "NOT_MET") if one.kind == "inclusion" else ("ABSENT", "PRESENT")
        proofs = tuple(_named(case for case in known if case.criteria.get(one.id) == wanted) for wanted in (good, bad, "UNKNOWN"))
        yield Rule(one.id, one.klass, one.text, proofs)


def checks_of(study: StudyDef, cases: Iterable[Case]) -> Iterator[Rule]:
    """The checks, each template once, with the cases in which they fire and stay silent; then those that are built in."""
    known = tuple(cases)
    for ident, one in {one.template or one.id: one for one in reversed(study.checks)}.items():
        fires = _named(case for case in known if any(_is(ident, rule) for rule in case.firing))
        silent = _named(case for case in known if any(_is(ident, rule) for rule in case.silent) or _lets_pass(one, case))
        yield Rule(ident, str(one.severity), one.message, (fires, silent))
    for ident, severity, said in ((CHANGED, "SOFT", CHANGED_TEXT), (EXPECTED, "INFO", M_EXPECTED)):
        tests = _system_tests(ident)
        yield Rule(ident, severity, said, tuple(tuple(one for one in tests if ("silent" in one) is silent) for silent in (False, True)))


def _is(ident: str, rule: str) -> bool:
    return ident in (rule, rule.partition(":")[0])


def _lets_pass(check: CheckDef, case: Case) -> bool:
    """Does the case enter the item that the check guards, stopped, if at all, by others? A case names every STOP in its way."""
    guarded = {gate.partition("=")[0] for gate in check.gate}
    return check.id not in case.firing and not guarded.isdisjoint(_item(text, case.spot.form) for text in case.tries)


def _item(text: str, form: str) -> str:
    """FORM.ITEM that an address of a case names."""
    name, dot, item = text.partition("@")[0].rpartition(".")
    return f"{name.partition('#')[0] if dot else form}.{item.partition('#')[0]}"


def _named(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(case.id.partition("/")[2].partition(":")[0] for case in cases)


def _system_tests(ident: str) -> tuple[str, ...]:
    tree = ast.parse(_SYSTEM_TESTS.read_text(encoding="utf-8"))
    return tuple(one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith(f"test_{ident.lower()}_"))


def rules_of(trial: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Criteria and checks of a trial."""
    study, cases = study_of(TRIALS[trial]), read_cases(trial)
    checks = sorted(checks_of(study, cases), key=lambda one: one.id)
    return tuple(criteria_of(study, cases)), tuple(checks)


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for trial in TRIALS:
        criteria, checks = rules_of(trial)
        parts.append(f"## {trial}\n\n### Eligibility\n\n{_lines(criteria, ('Class', 'For enrolment', 'Against', 'Unknown'))}")
        parts.append(f"### Checks and gates\n\n{_lines(checks, ('Severity', 'Fires', 'Silent'))}")
    return "\n".join(parts)


def _lines(rules: Iterable[Rule], columns: tuple[str, ...]) -> str:
    head = ("Id", columns[0], "Sentence", "中文", *columns[1:])
    lines = [head, ("---",) * len(head)]
    lines += [(one.id, one.kind, one.said.en, one.said.zh, *(", ".join(proof) for proof in one.proofs)) for one in rules]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
