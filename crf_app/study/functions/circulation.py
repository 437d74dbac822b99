"""Arteries and heart: D12, D22."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.decimals import root
from crf_app.study.functions.reading import Reader, integer, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text

ABI_EXCLUDED_BELOW = Decimal("0.9")
ABI_NOT_COMPRESSIBLE_ABOVE = Decimal("1.40")
_MS_PER_MINUTE = Decimal(60000)


def ankle_brachial_index(inputs: Inputs) -> Result:
    """Per leg the higher ankle pressure ÷ the higher brachial pressure; the value is the lower leg (content, D12 and
    5.18).

    One arm, and one artery per leg, are enough; 0 at the ankle is "no
    signal", a value. A leg without pressure leaves the value blank, but excludes already when the other leg is below
    0.9 (unrounded). Above 1.40 the artery is not compressible.
    """
    read = Reader(inputs)
    arm = _higher(read, "BRACHIAL_R", "BRACHIAL_L")
    ankles = {"right": _higher(read, "DP_R", "PT_R"), "left": _higher(read, "DP_L", "PT_L")}
    if any(one is not None and one < 0 for one in ankles.values()):
        return error("NEGATIVE")
    if arm is None:
        return missing(right=None, left=None, excluded_lt0_9=None)
    if arm <= 0:
        return error("NON_POSITIVE")
    legs = {side: None if ankle is None else Decimal(ankle) / arm for side, ankle in ankles.items()}
    known = [one for one in legs.values() if one is not None]
    if len(known) < len(legs):
        already = any(one < ABI_EXCLUDED_BELOW for one in known)
        return missing(**legs, excluded_lt0_9=True if already else None)
    index = ok(min(known), **legs, excluded_lt0_9=min(known) < ABI_EXCLUDED_BELOW)
    return index.flagged("NON_COMPRESSIBLE") if max(known) > ABI_NOT_COMPRESSIBLE_ABOVE else index


def _higher(read: Reader, *names: str) -> int | None:
    known = [one for one in (read.integer(name) for name in names) if one is not None]
    return max(known) if known else None


def corrected_qt(inputs: Inputs) -> Result:
    """QTcF (value) and QTcB in ms, from QT in ms and heart rate per minute; RR = 60 ÷ HR in seconds (content, D22)."""
    read = Reader(inputs)
    interval, rate = read.number("QT"), read.number("HR")
    if interval is None or rate is None:
        return missing()
    if interval <= 0 or rate <= 0:
        return error("NON_POSITIVE")
    # The root of HR ÷ 60 multiplies where that of RR would divide: it has an exact decimal more often.
    pulse = rate / 60
    return ok(interval * root(pulse, 3), qtcb=interval * root(pulse, 2), rr_ms=_MS_PER_MINUTE / rate)


FUNCTIONS = (
    FunctionDef(
        id="D12",
        version="1",
        title=Text("Ankle-brachial index", "踝肱指数(ABI)"),
        inputs=tuple(integer(one) for one in ("BRACHIAL_R", "BRACHIAL_L", "DP_R", "PT_R", "DP_L", "PT_L")),
        outputs=(
            OutputDef("right", "number", 2),
            OutputDef("left", "number", 2),
            OutputDef("excluded_lt0_9", "boolean"),
        ),
        source="AHA-type rule; content, sections 5.18, 7 (D12) and 11",
        formula=Text(
            "Higher ankle pressure of the leg ÷ higher brachial pressure; the lower of both legs",
            "该侧较高踝动脉压÷较高肱动脉压；取两侧较低值",
        ),
        decimals=2,
        codes=("NEGATIVE", "NON_POSITIVE"),
        flags=("NON_COMPRESSIBLE",),
        compute=ankle_brachial_index,
    ),
    FunctionDef(
        id="D22",
        version="1",
        title=Text("Corrected QT interval (ms)", "校正QT间期(ms)"),
        inputs=(number("QT"), number("HR")),
        outputs=(OutputDef("qtcb", "number", 0), OutputDef("rr_ms", "number", 0)),
        source="Fridericia; Bazett; content, sections 5.17 and 7 (D22)",
        formula=Text(
            "QT ÷ ∛RR (Fridericia), QT ÷ √RR (Bazett); RR = 60 ÷ heart rate",
            "QT÷∛RR（Fridericia），QT÷√RR（Bazett）；RR＝60÷心率",
        ),
        decimals=0,
        codes=("NON_POSITIVE",),
        flags=(),
        compute=corrected_qt,
    ),
)
