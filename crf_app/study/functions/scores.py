"""Scores and their change: D07, D08, D16, D17."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, code, integer, items, number, rows
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

TSS_SYMPTOMS = 4
# What a frequency adds to the intensity: occasional, frequent, (almost) continuous.
_FREQUENCY = {1: Decimal("0.00"), 2: Decimal("0.33"), 3: Decimal("0.66")}
_INTENSITIES = range(4)


def total_symptom_score(inputs: Inputs) -> Result:
    """TSS 0 to 14.64: intensity plus what the frequency adds, over four symptoms; mean = total ÷ 4 (content, D07 and
    5.24).

    A frequency for a symptom that is absent is CONFLICT, said before
    MISSING.
    """
    symptoms = Reader(inputs).rows("ITEMS")
    if symptoms is None:
        return missing()
    pairs = [(one.integer("intensity"), one.integer("frequency")) for one in symptoms]
    if any(intensity == 0 and frequency is not None for intensity, frequency in pairs):
        return error("CONFLICT")
    if len(pairs) > TSS_SYMPTOMS or any(not _in_list(*pair) for pair in pairs):
        return error("RANGE")
    points = [_points(*pair) for pair in pairs]
    known = [one for one in points if one is not None]
    if len(known) < TSS_SYMPTOMS:
        return missing()
    total = sum(known, Decimal(0))
    return ok(total, mean=total / TSS_SYMPTOMS)


def _in_list(intensity: int | None, frequency: int | None) -> bool:
    return (intensity is None or intensity in _INTENSITIES) and (frequency is None or frequency in _FREQUENCY)


def _points(intensity: int | None, frequency: int | None) -> Decimal | None:
    if intensity == 0:
        return Decimal(0)
    return None if intensity is None or frequency is None else intensity + _FREQUENCY[frequency]


# section -> input, number of items, codes
_TCSS = {
    "symptom": ("SYMPTOMS", 6, (0, 1)),
    "reflex": ("REFLEXES", 4, (0, 1, 2)),
    "sensory": ("SENSORY", 5, (0, 1)),
}
_BANDS = ((5, "NONE"), (8, "MILD"), (11, "MODERATE"))


def toronto_score(inputs: Inputs) -> Result:
    """TCSS 0 to 19: six symptoms, four reflexes on both sides, five sensory tests; and its band (content, D08 and
    5.25).

    Bril V, Perkins BA. Diabetes Care 2002;25:2048. An incomplete section leaves the total blank; each complete section
    keeps its own score. A code outside its list is RANGE.
    """
    read = Reader(inputs)
    scores: dict[str, int | None] = {}
    for section, (name, size, codes) in _TCSS.items():
        answers = read.integers(name) or ()
        if len(answers) > size or any(one is not None and one not in codes for one in answers):
            return error("RANGE")
        scores[section] = _section(answers, size)
    known = [one for one in scores.values() if one is not None]
    if len(known) < len(_TCSS):
        return missing(**scores, band=None)
    total = sum(known)
    return ok(total, **scores, band=next((band for most, band in _BANDS if total <= most), "SEVERE"))


def _section(answers: Sequence[int | None], size: int) -> int | None:
    known = [one for one in answers if one is not None]
    return sum(known) if len(known) == size else None


def change(inputs: Inputs) -> Result:
    """NOW − BASELINE, with as many decimals as they have; no division, so a zero baseline is fine (content, D16)."""
    read = Reader(inputs)
    baseline, now = read.number("BASELINE"), read.number("NOW")
    if baseline is None or now is None:
        return missing()
    return ok(now - baseline)


def earlier_response(inputs: Inputs) -> Result:
    """How far the score fell under earlier treatment, and whether that was too little (content, D17).

    PCT30 (trial B): fall in % of PRE; MET when at most 30 after at least 6 months. PTS2 (trial C): fall in points; MET
    when below 2 after at least 3 months. Worsening is a negative fall and meets both. Decided on the unrounded fall.
    """
    read = Reader(inputs)
    before, current, months = read.number("PRE"), read.number("CUR"), read.number("MONTHS")
    rule = read.code("RULE")
    if before is None or current is None or months is None or rule is None:
        return missing(criterion="UNKNOWN")
    if rule == "PTS2":
        fall = before - current
        return ok(fall, criterion=_met(fall < 2 and months >= 3)).shown_at(0)
    if rule != "PCT30":
        return error("RANGE")
    if before == 0:
        return error("ZERO_BASELINE")
    fall = (before - current) * 100 / before
    return ok(fall, criterion=_met(fall <= 30 and months >= 6)).shown_at(1)


def _met(answer: bool) -> str:
    return "MET" if answer else "NOT_MET"


FUNCTIONS = (
    FunctionDef(
        id="D07",
        version="1",
        title=Text("Total Symptom Score", "总症状评分(TSS)"),
        inputs=(rows("ITEMS", integer("intensity"), integer("frequency")),),
        outputs=(OutputDef("mean", "number", 2),),
        source="Total Symptom Score of the ALADIN and SYDNEY studies; content, sections 5.24, 7 (D07) and 11",
        formula=Text(
            "Sum over four symptoms: intensity 1–3 plus 0.00 occasional, 0.33 frequent, 0.66 continuous; absent 0",
            "四项症状之和：强度1–3分，偶尔加0.00，经常加0.33，几乎持续加0.66；无症状0分",
        ),
        decimals=2,
        codes=("CONFLICT", "RANGE"),
        flags=(),
        compute=total_symptom_score,
    ),
    FunctionDef(
        id="D08",
        version="1",
        title=Text("Toronto Clinical Scoring System", "多伦多临床评分(TCSS)"),
        inputs=(items("SYMPTOMS", "integer"), items("REFLEXES", "integer"), items("SENSORY", "integer")),
        outputs=(
            OutputDef("symptom", "integer"),
            OutputDef("reflex", "integer"),
            OutputDef("sensory", "integer"),
            OutputDef("band", "code"),
        ),
        source="Bril and Perkins, Diabetes Care 2002;25:2048; content, sections 5.25, 7 (D08) and 11",
        formula=Text(
            "Six symptoms (0/1) + four reflexes (0/1/2) + five sensory tests (0/1); "
            "0–5 none, 6–8 mild, 9–11 moderate, 12–19 severe",
            "6项症状(0/1)＋4项反射(0/1/2)＋5项感觉(0/1)；0–5无，6–8轻度，9–11中度，12–19重度",
        ),
        decimals=0,
        codes=("RANGE",),
        flags=(),
        compute=toronto_score,
        kind="integer",
    ),
    FunctionDef(
        id="D16",
        version="1",
        title=Text("Change from baseline", "较基线变化"),
        inputs=(number("BASELINE"), number("NOW")),
        outputs=(),
        source="Content, section 7 (D16)",
        formula=Text("Value now − baseline value", "当前值－基线值"),
        decimals=None,
        codes=(),
        flags=(),
        compute=change,
    ),
    FunctionDef(
        id="D17",
        version="1",
        title=Text("Response to earlier treatment", "既往治疗反应"),
        inputs=(number("PRE"), number("CUR"), number("MONTHS"), code("RULE")),
        outputs=(OutputDef("criterion", "code"),),
        source="Trials B and C, inclusion criteria; content, section 7 (D17)",
        formula=Text(
            "PCT30: fall (%) = (before − now) ÷ before × 100, met when ≤ 30 and ≥ 6 months; "
            "PTS2: fall = before − now, met when < 2 and ≥ 3 months",
            "PCT30：下降率(%)=(治疗前－目前)÷治疗前×100，≤30且治疗≥6个月为符合；PTS2：下降分值=治疗前－目前，<2且治疗≥3个月为符合",
        ),
        decimals=None,
        codes=("RANGE", "ZERO_BASELINE"),
        flags=(),
        compute=earlier_response,
    ),
)
