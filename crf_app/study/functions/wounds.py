"""Wound area and how it changes: D05, D06, D06b, D35."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crf_app.study.decimals import PI
from crf_app.study.functions.reading import Reader, code, items, number
from crf_app.study.functions.result import FunctionDef, Inputs, Result, Status, error, missing, not_applicable, ok
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEKS_OF_PLATEAU = 4
PLATEAU_BAND_PERCENT = 5


def area(inputs: Inputs) -> Result:
    """Wound area in cm² by the method that was used, never another (content, D05).

    Healed is 0.00. PLANIMETRY takes PLAN as entered, ELLIPSE length × width × π/4, LXW length × width (which overstates
    the area by about 40 %). A length below the width is flagged.
    """
    read = Reader(inputs)
    if read.code("HEALED") == "Y":
        return ok(Decimal(0))
    method = read.code("METHOD")
    length, width, traced = read.number("L"), read.number("W"), read.number("PLAN")
    if method is None:
        return missing()
    if method not in ("PLANIMETRY", "ELLIPSE", "LXW"):
        return error("RANGE")
    needed = (traced,) if method == "PLANIMETRY" else (length, width)
    if None in needed:
        return missing()
    if any(one is not None and one < 0 for one in (length, width, traced)):
        return error("NEGATIVE")
    measured = ok(_measured(method, length, width, traced))
    inverted = length is not None and width is not None and length < width
    return measured.flagged("LENGTH_LT_WIDTH") if inverted else measured


def _measured(method: str, length: Decimal | None, width: Decimal | None, traced: Decimal | None) -> Decimal | None:
    if length is None or width is None or method == "PLANIMETRY":
        return traced
    return length * width * PI / 4 if method == "ELLIPSE" else length * width


def area_change(inputs: Inputs) -> Result:
    """(A_T − A_0) ÷ A_0 × 100, negative when the wound shrinks (content, D06; the formula of trial A's record).

    A_0 is the last area before injection 1. A baseline of zero is an error, also for 0/0. Areas of different methods
    give a value with a flag.
    """
    read = Reader(inputs)
    then, now = read.code("METHOD_0"), read.code("METHOD_T")
    differs = then is not None and now is not None and then != now
    change = _change(read.number("A_0"), read.number("A_T"))
    return change.flagged("METHOD_MISMATCH") if differs and change.status is Status.OK else change


def summed_area_change(inputs: Inputs) -> Result:
    """As D06 on the sums over several target ulcers; one ulcer not measured leaves it blank (content, D06b)."""
    read = Reader(inputs)
    base, now = read.numbers("BASE"), read.numbers("NOW")
    if base is None or now is None or len(base) != len(now):
        return missing()
    known_base, known_now = _complete(base), _complete(now)
    if known_base is None or known_now is None:
        return missing()
    if any(one < 0 for one in (*known_base, *known_now)):
        return error("NEGATIVE")
    return _change(sum(known_base, Decimal(0)), sum(known_now, Decimal(0)))


def _complete(areas: Sequence[Decimal | None]) -> tuple[Decimal, ...] | None:
    """The areas when there are some and none is missing."""
    known = tuple(one for one in areas if one is not None)
    return known if known and len(known) == len(areas) else None


def _change(baseline: Decimal | None, now: Decimal | None) -> Result:
    if baseline is None or now is None:
        return missing()
    if baseline < 0 or now < 0:
        return error("NEGATIVE")
    if baseline == 0:
        return error("ZERO_BASELINE")
    return ok((now - baseline) * 100 / baseline)


def plateau(inputs: Inputs) -> Result:
    """Has the area stopped changing: the last four weekly areas within ± 5 % of the first of them (content, D35)?

    AREAS are weekly, oldest first, a missing week as a missing element. An assumed rule; the investigator decides.
    """
    areas = Reader(inputs).numbers("AREAS")
    if areas is None:
        return missing()
    if len(areas) < WEEKS_OF_PLATEAU:
        return missing("TOO_FEW")
    last = _complete(areas[-WEEKS_OF_PLATEAU:])
    if last is None:
        return missing()
    if any(one < 0 for one in last):
        return error("NEGATIVE")
    if last[0] == 0:
        return not_applicable("HEALED")
    steady = all(abs(one - last[0]) * 100 <= last[0] * PLATEAU_BAND_PERCENT for one in last)
    return ok("Y" if steady else "N")


FUNCTIONS = (
    FunctionDef(
        id="D05",
        version="1",
        title=Text("Wound area (cm²)", "创面面积(cm²)"),
        inputs=(code("METHOD"), number("L"), number("W"), number("PLAN"), code("HEALED")),
        outputs=(),
        source="Content, section 7 (D05)",
        formula=Text(
            "Healed: 0; planimetry: as traced; ellipse: length × width × π/4; length × width",
            "愈合：0；描记法：描记面积；椭圆法：长×宽×π/4；长×宽法：长×宽",
        ),
        decimals=2,
        codes=("NEGATIVE", "RANGE"),
        flags=("LENGTH_LT_WIDTH",),
        compute=area,
    ),
    FunctionDef(
        id="D06",
        version="1",
        title=Text("Rate of wound-area change (%)", "创面面积变化率(%)"),
        inputs=(number("A_0"), number("A_T"), code("METHOD_0"), code("METHOD_T")),
        outputs=(),
        source="Record of trial A; content, section 7 (D06)",
        formula=Text("(Area now − baseline area) ÷ baseline area × 100", "（当前面积－基线面积）÷基线面积×100"),
        decimals=1,
        codes=("NEGATIVE", "ZERO_BASELINE"),
        flags=("METHOD_MISMATCH",),
        compute=area_change,
    ),
    FunctionDef(
        id="D06b",
        version="1",
        title=Text("Rate of wound-area change, sum of several target ulcers (%)", "多个靶溃疡面积之和的变化率(%)"),
        inputs=(items("BASE", "number"), items("NOW", "number")),
        outputs=(),
        source="Content, section 7 (D06b)",
        formula=Text(
            "(Sum of areas now − sum of baseline areas) ÷ sum of baseline areas × 100",
            "（当前面积之和－基线面积之和）÷基线面积之和×100",
        ),
        decimals=1,
        codes=("NEGATIVE", "ZERO_BASELINE"),
        flags=(),
        compute=summed_area_change,
    ),
    FunctionDef(
        id="D35",
        version="1",
        title=Text("Wound area no longer changing (suggestion)", "创面面积不再变化（提示）"),
        inputs=(items("AREAS", "number"),),
        outputs=(),
        source="Assumed rule; content, section 7 (D35)",
        formula=Text(
            "The last four weekly areas are each within ± 5 % of the first of the four",
            "最近连续四周的面积均在四周中首次面积的±5%以内",
        ),
        decimals=None,
        codes=("HEALED", "NEGATIVE", "TOO_FEW"),
        flags=(),
        compute=plateau,
        kind="code",
    ),
)
