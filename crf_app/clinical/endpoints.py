"""Endpoint variables of one subject: each with its value, how that came about, and what it was computed from (content, section 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crf_app.clinical.derived import derived_value, shown_operand
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.rules.kinds import Absent, Operand
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.study.definition import EndpointDef, ItemDef, StudyDef, SummaryDef
from crf_app.study.functions.registry import REGISTRY, call
from crf_app.study.functions.result import Result

_FUNCTION = re.compile(r"\bD\d\d[a-z]?(?=\()")
_OTHER = re.compile(r'\bendpoint\("(\w+)"\)')


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One variable of one subject. `inputs`: address and value of everything read, each once, blanks left out."""

    definition: EndpointDef
    value: Value
    inputs: tuple[tuple[str, str], ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """Derivations of the registry that the rule names, with their version."""
        return tuple(f"{one} v{REGISTRY[one].version}" for one in dict.fromkeys(_FUNCTION.findall(self.definition.derive)))


def evaluate_endpoints(run: Run) -> tuple[Endpoint, ...]:
    """Every endpoint variable of the subject, in the order of the definition."""
    found: dict[str, Endpoint] = {}
    for one in run.study.endpoints:
        found[one.oid] = _evaluate(run, one, found)
    return tuple(found.values())


def _evaluate(run: Run, definition: EndpointDef, above: Mapping[str, Endpoint]) -> Endpoint:
    run.memo.clear()  # what was read for another variable belongs into this one's trace as well
    run.trace = []
    operand, result = run.rules.endpoint(run, definition.oid)
    read, run.trace = run.trace, None
    inputs = dict(_shown(read))
    for name in _OTHER.findall(definition.derive):
        inputs.setdefault(name, above[name].value.text)
    return Endpoint(definition, _value(definition, operand, result), tuple((name, text) for name, text in inputs.items() if text))


def _value(definition: EndpointDef, operand: Operand, result: Result | None) -> Value:
    item = ItemDef(definition.oid, "", "", definition.label, definition.type, decimals=definition.decimals, unit=definition.unit)
    return derived_value(item, operand, result)


def _shown(read: Iterable[tuple[FormKey, ItemDef, int, Operand]]) -> Iterable[tuple[str, str]]:
    for form, item, row, found in read:
        if isinstance(found, Absent):
            if found.code:
                yield item_key(form, item.group, row, item.oid).address, found.code
        else:
            yield item_key(form, item.group, row, item.oid).address, shown_operand(found)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a summary: how many subjects have Y, of how many in the population, of whom so many are not known yet."""

    name: str
    yes: int
    of: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A count in each part (one part "" without `by`); `test` is D28 over those known, when there are two parts."""

    definition: SummaryDef
    parts: tuple[Part, ...]
    test: Result | None = None


def summarise(study: StudyDef, subjects: Sequence[Mapping[str, str]]) -> tuple[Summary, ...]:
    """The descriptive summaries of the site, from the variables of its subjects by OID. Not the trial's analysis (content, D28)."""
    return tuple(_summary(one, [subject for subject in subjects if not one.of or subject.get(one.of) == "Y"]) for one in study.summaries)


def _summary(definition: SummaryDef, subjects: Sequence[Mapping[str, str]]) -> Summary:
    names = sorted({one.get(definition.by, "") for one in subjects} - {""}) if definition.by else [""]
    parts = []
    for name in names:
        answers = [one.get(definition.count, "") for one in subjects if not definition.by or one.get(definition.by) == name]
        parts.append(Part(name, answers.count("Y"), len(answers), answers.count("")))
    return Summary(definition, tuple(parts), _compared(*parts) if len(parts) == 2 else None)


def _compared(first: Part, second: Part) -> Result:
    cells = {"A": first.yes, "B": first.of - first.yes - first.unknown, "C": second.yes, "D": second.of - second.yes - second.unknown}
    return call("D28", {name: Decimal(number) for name, number in cells.items()})
