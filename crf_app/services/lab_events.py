"""From a laboratory result to an adverse event: what the row would hold, proposed and never written by itself (content, sections 5.15 and 5.24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.laboratory_grades import proposed_grade
from crf_app.clinical.record import ProposedGrade
from crf_app.clinical.rules.run import Run
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.entry import Act, EntryOutcome, ItemEntry, enter_items
from crf_app.services.workspace import Actor, Workspace
from crf_app.study.definition import ItemDef
from crf_app.study.functions.grades import TERMS
from crf_app.study.texts import Text

_RESULT, _FLAG, _SIGNIFICANCE = "_LBORRES", "_LBNRIND", "_LBCLSIG"
_LOG, _TERM, _START, _GRADE, _SOURCE = "AE", "AETERM", "AESTDAT", "AETOXGR", "AESRC"
PROPOSED = (_TERM, _START, _GRADE)
"""The items that a person sees and may change before the row is added."""
_DIRECTIONS: Mapping[str, Text] = {"HIGH": Text("{label} increased", "{label}升高"), "LOW": Text("{label} decreased", "{label}降低")}


@dataclass(frozen=True)
class EventProposal:
    """An adverse event that a result suggests. `texts` by item; `source` the address of the result; `known` the row that names it already, 0 without one."""

    form: FormKey
    group: str
    row: int
    texts: Mapping[str, str]
    source: str
    result: ItemKey
    grade: ProposedGrade | None = None
    known: int = 0

    def key(self, oid: str) -> ItemKey:
        """The item of the row that is proposed."""
        return item_key(self.form, self.group, self.known or self.row, oid)


def result_of(work: Workspace, key: ItemKey) -> ItemKey | None:
    """The result that an item of a laboratory panel belongs to (itself, its flag, its significance); None for any other item."""
    form = work.study_at(key.form_key).forms.get(key.form)
    for part in (_RESULT, _FLAG, _SIGNIFICANCE):
        if form is not None and key.item.endswith(part):
            oid = key.item.removesuffix(part) + _RESULT
            return key._replace(item=oid) if oid in form.index and "LBNAM" in form.index else None
    return None


def propose_event(work: Workspace, key: ItemKey, lang: str = "en") -> EventProposal:
    """What the row of an adverse event would hold: term, start on the sampling day, grade, and the result as its source. Nothing is written.

    Raises ExpectedError "no_right", "not_abnormal" (neither outside its interval nor graded), "no_event_log".
    """
    work.need(Right.ENTER)
    result = result_of(work, key)
    event = next((one.oid for one in work.study_of(key.subject).events if one.kind == "log" and one.form(_LOG) is not None), "")
    if not event:
        raise ExpectedError("no_event_log")
    casebook = work.casebook(key.subject)
    run = work.run_over(casebook)
    item = work.study_at(result.form_key).item(result.form, result.item) if result is not None else None
    if result is None or item is None:
        raise ExpectedError("not_abnormal")
    grade, flag = proposed_grade(run, result.form_key, item, result.row), _flag(run, result)
    if grade is None and flag not in _DIRECTIONS:
        raise ExpectedError("not_abnormal")
    form = FormKey(key.subject, event, 1, _LOG, 1)
    group = work.study_at(form).forms[_LOG].index[_TERM].group
    day = run.date_of(result.form_key)
    texts = {_TERM: _term(item, grade, flag, lang), _START: day.isoformat() if day is not None else "", _GRADE: str(grade.grade) if grade is not None else ""}
    row = casebook.last_row(form, group) + 1
    return EventProposal(form, group, row, texts, result.address, result, grade, _known(run, form, group, result.address))


def _flag(run: Run, result: ItemKey) -> str:
    return run.casebook.value(result._replace(item=result.item.removesuffix(_RESULT) + _FLAG)).text


def _term(item: ItemDef, grade: ProposedGrade | None, flag: str, lang: str) -> str:
    """The term of CTCAE for a graded result, else the test with its direction."""
    if grade is not None and item.test in TERMS:
        return TERMS[item.test].get(lang)
    return _DIRECTIONS[flag].get(lang).format(label=item.label.get(lang))


def _known(run: Run, form: FormKey, group: str, address: str) -> int:
    """The event that has this result as its source."""
    for row in run.casebook.rows(form, group):
        if address in run.casebook.value(item_key(form, group, row, _SOURCE)).text.split(";"):
            return row
    return 0


def add_event(work: Workspace, proposal: EventProposal, texts: Mapping[str, str], *, lang: str = "en", actor: Actor | None = None) -> EntryOutcome:
    """Begin the row with what the person left of the proposal, and its source; blank texts are left out. Raises ExpectedError as `enter_items` does.

    A result that an event names already begins no second one.
    """
    if _known(work.run(proposal.form.subject), proposal.form, proposal.group, proposal.source):
        return EntryOutcome(Changes())
    given = {**texts, _SOURCE: proposal.source}
    known = work.study_at(proposal.form).forms[_LOG].index
    entries = [ItemEntry(proposal.key(oid), text) for oid, text in given.items() if text.strip() and oid in known]
    return enter_items(work, entries, lang=lang, actor=actor, act=Act("add_event_from_result", f"{proposal.form.subject}:{proposal.source}"))
