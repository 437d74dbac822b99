"""The criteria of a study made executable: verdicts, the machine's suggestion, the conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.kinds import UNKNOWN, Operand, truth
from crf_app.clinical.rules.run import NOWHERE, Place, Run
from crf_app.clinical.rules.translate import Code, compile_source
from crf_app.study.definition import CriterionDef, StudyDef
from crf_app.study.expressions.typing import scope_of
from crf_app.study.functions.registry import call
from crf_app.study.functions.result import FunctionDef


class CriteriaRules:
    """The part of a compiled study that judges eligibility (content, sections 3.2, 4)."""

    study: StudyDef
    registry: Mapping[str, FunctionDef]
    _show: dict[tuple[str, str], Code]

    def condition(self, form: str, name: str) -> Code | None:
        """A show condition: name "" for the form, "group:OID", "rows:OID:n" or an item OID."""
        return self._show.get((form, name))

    @cached_property
    def criteria(self) -> Mapping[str, tuple[CriterionDef, Code, Code, Code]]:
        """Each criterion by its id, with its condition, what makes it unknown, and whether it applies."""
        scope = scope_of(self.study, self.study.eligibility_form)
        return {
            one.id: (one, compile_source(one.condition, scope), compile_source(one.unknown_if, scope), compile_source(one.applies, scope))
            for one in self.study.criteria
        }

    def verdict(self, run: Run, ident: str) -> str:
        """MET/NOT_MET/UNKNOWN or PRESENT/ABSENT/UNKNOWN of one criterion, the investigator's answer included."""
        return str(run.remembered(f"verdict:{ident}", lambda: self._verdict(run, ident)))

    def suggestion(self, run: Run, ident: str) -> str:
        """What the machine says of a criterion, before the investigator's answer."""
        one, condition, unknown_if, applies = self.criteria[ident]
        yes, no = ("MET", "NOT_MET") if one.kind == "inclusion" else ("PRESENT", "ABSENT")
        if one.applies and truth(applies(run, NOWHERE)) is False:
            return "MET" if one.kind == "inclusion" else "ABSENT"
        sure = truth(condition(run, NOWHERE))
        if sure is not True and one.unknown_if and truth(unknown_if(run, NOWHERE)) is not False:
            return "UNKNOWN"
        return "UNKNOWN" if sure is None else yes if sure else no

    def _verdict(self, run: Run, ident: str) -> str:
        one = self.criteria[ident][0]
        if one.klass == "SEMI" and self._is_asked(run, one):
            answer = self.answer(run, one)
            return answer if answer in ("MET", "NOT_MET", "PRESENT", "ABSENT") else "UNKNOWN"
        return self.suggestion(run, ident)

    def _is_asked(self, run: Run, criterion: CriterionDef) -> bool:
        """Is the investigator asked? An answer that is certainly hidden leaves the machine's suggestion standing."""
        form = self.study.forms.get(self.study.eligibility_form)
        item = form.index.get(criterion.oid) if form is not None else None
        place = Place(None, item.group if item is not None else "", 1)
        code = self.condition(self.study.eligibility_form, criterion.oid)
        return item is not None and shown(code, run, place) is not Visibility.HIDDEN

    def answer(self, run: Run, criterion: CriterionDef) -> str:
        """The investigator's answer to a SEMI criterion, "" when there is none."""
        form = self.study.forms.get(self.study.eligibility_form)
        item = form.index.get(criterion.oid) if form is not None else None
        for key in reversed(run.casebook.instances(self.study.eligibility_form)):
            value = run.read(key, item, 1) if item is not None else UNKNOWN
            if isinstance(value, str):
                return value
        return ""

    def eligibility(self, run: Run) -> Operand:
        """ELIGIBLE, INELIGIBLE or INCOMPLETE by D37."""
        by_kind: dict[str, list[str]] = {"inclusion": [], "exclusion": []}
        for ident, (criterion, *_) in self.criteria.items():
            by_kind[criterion.kind].append(self.verdict(run, ident))
        found = call("D37", {"INCLUSION": by_kind["inclusion"], "EXCLUSION": by_kind["exclusion"]}, self.registry)
        return UNKNOWN if found.value is None else str(found.value)

    def failing(self, run: Run) -> str:
        """Ids of the criteria that exclude, joined by ", "."""
        return ", ".join(ident for ident in self.criteria if self.verdict(run, ident) in ("NOT_MET", "PRESENT"))


def shown(code: Code | None, run: Run, place: Place) -> Visibility:
    """What a show condition says at a place; no condition shows."""
    if code is None:
        return Visibility.SHOWN
    sure = truth(code(run, place))
    return Visibility.UNKNOWN if sure is None else Visibility.SHOWN if sure else Visibility.HIDDEN
