"""The eligibility criteria of a subject as they stand: verdict, suggestion, answer and the evidence beside each."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.record import TableRecord
from crf_app.clinical.rules.references import locator
from crf_app.clinical.rules.run import NOWHERE, Run
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import CriterionDef, ItemDef
from crf_app.study.expressions.nodes import Ref
from crf_app.study.expressions.typing import scope_of
from crf_app.study.item_types import format_value
from crf_app.study.texts import Text
from crf_app.study.units import display_unit

VERDICTS = {
    "MET": Text("met", "符合"),
    "NOT_MET": Text("not met", "不符合"),
    "PRESENT": Text("present", "存在"),
    "ABSENT": Text("absent", "不存在"),
    "UNKNOWN": Text("unknown", "未知"),
}
CLASSES = {"AUTO": Text("computed", "自动判定"), "SEMI": Text("investigator, with suggestion", "研究者判定（有建议）"), "MAN": Text("investigator", "研究者判定")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value a criterion rests on; `key` None when no form holds it yet."""

    item: ItemDef
    key: ItemKey | None
    value: Value


@dataclass(frozen=True, slots=True)
class CriterionRecord:
    """One criterion as it stands. `verdict` counts the investigator's answer, `suggestion` is what the machine says alone."""

    criterion: CriterionDef
    verdict: str
    suggestion: str
    answer: str
    evidence: tuple[Evidence, ...]

    @property
    def excludes(self) -> bool:
        """Does it keep the subject out?"""
        return self.verdict in ("NOT_MET", "PRESENT")

    @property
    def passes(self) -> bool:
        """Is it settled in favour of enrolment?"""
        return self.verdict in ("MET", "ABSENT")


def criteria(run: Run) -> tuple[CriterionRecord, ...]:
    """All criteria in the order of the protocol."""
    return tuple(
        CriterionRecord(one, run.rules.verdict(run, one.id), run.rules.suggestion(run, one.id), run.rules.answer(run, one) if one.klass == "SEMI" else "", _evidence(run, one))
        for one in run.rules.judge.study.criteria
    )


def overall(run: Run) -> str:
    """ELIGIBLE, INELIGIBLE or INCOMPLETE (D37)."""
    return str(run.rules.eligibility(run))


def _evidence(run: Run, criterion: CriterionDef) -> tuple[Evidence, ...]:
    found, study = [], run.rules.judge.study
    for name in criterion.evidence:
        form, _, rest = name.partition(".")
        oid, _, selector = rest.partition("@")
        item = study.item(form, oid)
        place = locator(Ref(form, oid, selector), scope_of(study, study.eligibility_form))(run, NOWHERE)
        key = item_key(FormKey(*place[0]), item.group, place[1], oid) if place is not None else None
        found.append(Evidence(item, key, run.casebook.value(key) if key is not None else BLANK))
    return tuple(found)


def evidence_text(evidence: Evidence, lang: str) -> str:
    """Label and value of one piece of evidence, as table and paper show it."""
    shown = format_value(evidence.item, evidence.value, lang) or "—"
    unit = display_unit(evidence.value.unit or evidence.item.unit)
    return f"{evidence.item.label.get(lang)}: {shown}{' ' + unit if unit and not evidence.value.is_blank else ''}"


def criteria_table(run: Run) -> TableRecord:
    """The criteria as a table for paper: id, criterion, class, evidence, verdict."""
    heads = (Text("No.", "编号"), Text("Criterion", "标准"), Text("Decided by", "判定方式"), Text("Evidence", "依据"), Text("Verdict", "判定"))
    rows = []
    for one in criteria(run):
        evidence = Text("; ".join(evidence_text(part, "en") for part in one.evidence), "；".join(evidence_text(part, "zh") for part in one.evidence))
        ident = Text(one.criterion.id, one.criterion.id)
        rows.append((ident, one.criterion.text, CLASSES[one.criterion.klass], evidence, VERDICTS[one.verdict]))
    return TableRecord(Text("Criteria at the time of printing", "打印时各项标准的判定"), heads, tuple(rows))
