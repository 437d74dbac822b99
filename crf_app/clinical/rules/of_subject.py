"""What is asked of one subject: by one version of the study, or by several, one after the other (docs/adr/0070)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.plan import Schedule
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.kinds import Operand
from crf_app.study.definition import CriterionDef, EventDef, ItemDef, StudyDef
from crf_app.study.functions.result import FunctionDef, Result

if TYPE_CHECKING:
    from crf_app.clinical.rules.compiled import CompiledStudy, RuleReads
    from crf_app.clinical.rules.run import Place, Run

Code = Callable[["Run", "Place"], Operand]


class Reach(NamedTuple):
    """Forms, by their OID, that a change can reach: every instance of `forms`, of those in `own` only the one on which the change was made."""

    forms: frozenset[str]
    own: frozenset[str]


class SubjectRules(ABC):
    """The rules that a subject follows. What belongs to one form is asked of `at(form)`, the version that the form belongs to.

    `study` is the definition of the subject as a whole: its visits, its forms by their newest definition, its criteria.
    """

    study: StudyDef
    registry: Mapping[str, FunctionDef]
    schedule: Schedule
    events: Mapping[str, EventDef]
    anchor: Code
    first_treatment: Code
    after: Mapping[str, Code]
    within: Mapping[str, tuple[Code, ...]]
    applies: Mapping[str, Code]
    repeat_when: Mapping[str, Code]
    amended = False
    """Do its forms belong to several versions?"""

    @abstractmethod
    def at(self, form: FormKey) -> CompiledStudy:
        """The version that a form belongs to: under which it was, or will be, collected."""

    @property
    @abstractmethod
    def members(self) -> tuple[CompiledStudy, ...]:
        """The versions, oldest first."""

    @property
    @abstractmethod
    def judge(self) -> CompiledStudy:
        """The version whose criteria decide on eligibility."""

    @property
    def newest(self) -> CompiledStudy:
        """The version that visits to come, logs and the subject as a whole follow."""
        return self.members[-1]

    def own_item(self, form: FormKey, oid: str) -> ItemDef | None:
        """The item of that OID as the form's version defines it, None when that has none."""
        definition = self.at(form).study.forms.get(form.form)
        return definition.index.get(oid) if definition is not None else None

    @abstractmethod
    def stands_at(self, form: str, event: str) -> bool:
        """Is the form scheduled at the event?"""

    def is_asked(self, form: str, event: str) -> bool:
        """Is the form asked at the event, not merely kept there because an earlier version had it?"""
        return self.stands_at(form, event)

    @abstractmethod
    def is_optional(self, run: Run, event: str, form: str) -> bool:
        """May the form stay empty at that visit without a finding: always, or for this subject (on_demand)?"""

    @abstractmethod
    def form_visibility(self, run: Run, form: FormKey) -> Visibility:
        """Is the form asked of this subject?"""

    @property
    @abstractmethod
    def order(self) -> tuple[str, ...]:
        """Derived items that are stored, each after those it reads."""

    @abstractmethod
    def derivers(self, name: str) -> tuple[RuleReads, ...]:
        """The rules that compute a derived item, one a version."""

    @abstractmethod
    def all_rules(self) -> Iterable[RuleReads]:
        """All rules that read anything."""

    @abstractmethod
    def reading(self, name: str) -> tuple[RuleReads, ...]:
        """The rules (derived items and checks) that read an item directly."""

    @abstractmethod
    def standing_on(self, form: str) -> tuple[RuleReads, ...]:
        """The rules that stand on a form."""

    @property
    @abstractmethod
    def shown_by(self) -> Mapping[str, Reach]:
        """Items (and extents of forms) that decide whether others are asked, with the forms on which those stand."""

    @property
    @abstractmethod
    def judged_by(self) -> Mapping[str, bool]:
        """Items that the eligibility criteria go by; True: only as values before treatment."""

    @abstractmethod
    def goes_by_clock(self, rule: str, key: ItemKey) -> bool:
        """Can what `rule` says of the value at `key` change by the passing of time alone?"""

    @abstractmethod
    def verdict(self, run: Run, ident: str) -> str:
        """MET/NOT_MET/UNKNOWN or PRESENT/ABSENT/UNKNOWN of one criterion, the investigator's answer included."""

    @abstractmethod
    def suggestion(self, run: Run, ident: str) -> str:
        """What the machine says of a criterion, before the investigator's answer."""

    @abstractmethod
    def answer(self, run: Run, criterion: CriterionDef) -> str:
        """The investigator's answer to a SEMI criterion, "" when there is none."""

    @abstractmethod
    def eligibility(self, run: Run) -> Operand:
        """ELIGIBLE, INELIGIBLE or INCOMPLETE by D37."""

    @abstractmethod
    def failing(self, run: Run) -> str:
        """Ids of the criteria that exclude, joined by ", "."""

    @abstractmethod
    def endpoint(self, run: Run, oid: str) -> tuple[Operand, Result | None]:
        """One endpoint variable of the subject, with the answer of the registry when that gives it."""

    @abstractmethod
    def warm(self) -> None:
        """Make everything that is otherwise made on first use."""
