"""Study treatment: injection totals, infusion totals, time out of storage, therapy unchanged: D10, D11, D25, D34."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from crf_app.study.functions.reading import Reader, code, date, integer, items, moment, number, rows
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.partial_dates import PartialDate, days_between
from crf_app.study.texts import Text

INFUSION_DAYS = 15
PLANNED_MG = 9000
PROTECTED_DAYS = 14
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Points:
    count: int | None
    volume: Decimal | None
    negative: bool = False


def session_totals(inputs: Inputs) -> Result:
    """Volume (mL), points, cells and viable cells (10⁶) of one injection session (content, D10).

    Points come as POINT_VOLUMES, or as N_POINTS of VOL_PER_POINT each. REMAINDERS left out: the study has none; a blank
    one inside is MISSING, a typed 0 is a value. Cells = PROD_CELLS × volume ÷ PROD_VOL, or CONC × volume where the
    product has a concentration; they are blank, and the volume stays, when what they need is missing.
    """
    read = Reader(inputs)
    points = _points(read)
    remainders = read.numbers("REMAINDERS") or ()
    known: dict[str, object] = {"n_points": points.count, "vol_points": points.volume}
    rest = [one for one in remainders if one is not None]
    if points.volume is None or len(rest) < len(remainders):
        return missing(**known, cells_1e6=None, viable_cells_1e6=None)
    if points.negative or any(one < 0 for one in rest):
        return error("NEGATIVE")
    product = read.number("PROD_VOL")
    if product is not None and product <= 0:
        return error("NON_POSITIVE")
    volume = points.volume + sum(rest, Decimal(0))
    cells, viability = _cells(read, volume, product), read.number("VIABILITY")
    viable = None if cells is None or viability is None else cells * viability / 100
    totals = ok(volume, **known, cells_1e6=cells, viable_cells_1e6=viable)
    return totals.flagged(*_flags(read, points, volume, product))


def _points(read: Reader) -> _Points:
    log, count, each = read.numbers("POINT_VOLUMES"), read.integer("N_POINTS"), read.number("VOL_PER_POINT")
    if log:
        known = [one for one in log if one is not None]
        complete = len(known) == len(log)
        return _Points(len(log), sum(known, Decimal(0)) if complete else None, any(one < 0 for one in known))
    if count is None or each is None:
        return _Points(count, None)
    return _Points(count, count * each, count < 0 or each < 0)


def _cells(read: Reader, volume: Decimal, product: Decimal | None) -> Decimal | None:
    in_product, concentration = read.number("PROD_CELLS"), read.number("CONC")
    if in_product is not None:
        return None if product is None else in_product * volume / product
    return None if concentration is None else concentration * volume


def _flags(read: Reader, points: _Points, volume: Decimal, product: Decimal | None) -> tuple[str, ...]:
    declared = read.integer("DECLARED_POINTS")
    flags = []
    if product is not None and volume > product:
        flags.append("VOLUME_EXCEEDS_PRODUCT")
    if declared is not None and declared != points.count:
        flags.append("POINT_COUNT_MISMATCH")
    return tuple(flags)


def infusion_totals(inputs: Inputs) -> Result:
    """Doses, total mg, compliance in % of 9000 mg and whether days were consecutive, over the infusion log (content,
    D11).

    Compliance only when all 15 days are answered, else LOG_OPEN with running totals. A given row without date or dose
    is INCOMPLETE_ROW; two given rows on one date are DUPLICATE_DATE; no rows are MISSING.
    """
    log = Reader(inputs).rows("DAYS")
    if not log:
        return missing()
    given = [(row.date("date"), row.number("dose_mg")) for row in log if row.code("given") == "Y"]
    doses = [dose for _, dose in given if dose is not None]
    days = sorted(day.earliest for day, _ in given if day is not None and day.is_full)
    if len(doses) < len(given) or len(days) < len(given):
        return missing("INCOMPLETE_ROW")
    if any(dose < 0 for dose in doses):
        return error("NEGATIVE")
    if len(set(days)) < len(days):
        return error("DUPLICATE_DATE")
    total = sum(doses, Decimal(0))
    totals: dict[str, object] = {
        "n_doses": len(doses),
        "total_mg": total,
        "consecutive": ("Y" if days_between(days[0], days[-1]) == len(days) - 1 else "N") if days else None,
        "last_date": PartialDate.of(days[-1]) if days else None,
    }
    answered = [row for row in log if row.code("given") in ("Y", "N")]
    if len(answered) < max(INFUSION_DAYS, len(log)):
        return missing("LOG_OPEN", **totals)
    return ok(total * 100 / PLANNED_MG, **totals)


def storage_time(inputs: Inputs) -> Result:
    """Minutes from removal from storage to injection start, and to its end; over_limit uses the end (content, D25).

    Exactly at the limit is allowed. A start before the removal, or an end before the start, is DATE_ORDER. Without an
    end the limit is already passed when the start lies beyond it, otherwise undetermined.
    """
    read = Reader(inputs)
    removed, start, end = read.moment("REMOVED"), read.moment("START"), read.moment("END")
    limit = read.integer("LIMIT_MIN")
    known = [one for one in (removed, start, end) if one is not None]
    if known != sorted(known):
        return error("DATE_ORDER")
    if removed is None:
        return missing(to_end=None, over_limit=None)
    to_start = None if start is None else (start - removed) // _MINUTE
    to_end = None if end is None else (end - removed) // _MINUTE
    over = _over(to_start, to_end, limit)
    if to_start is None:
        return missing(to_end=to_end, over_limit=over)
    return ok(to_start, to_end=to_end, over_limit=over)


def _over(to_start: int | None, to_end: int | None, limit: int | None) -> bool | None:
    if limit is None:
        return None
    if to_end is not None:
        return to_end > limit
    return True if to_start is not None and to_start > limit else None


def therapy_unchanged(inputs: Inputs) -> Result:
    """Was adjuvant therapy left unchanged from each injection to 14 days after it (content, D34; trial A)?

    A change violates when it falls 0 to 14 days after the latest injection on or before it; changes made for an
    adverse event are listed too, marked as such. DAYS is another length of the protected period. A change without a date is CHANGE_DATE_MISSING, with a partial one
    PARTIAL_DATE.
    """
    read = Reader(inputs)
    injections, changes, protected = read.dates("INJECTIONS"), read.rows("CHANGES"), read.integer("DAYS")
    if not injections or changes is None or None in injections:
        return missing()
    days = [one.earliest for one in injections if one is not None and one.is_full]
    dated = [(row.date("date"), row.code("for_ae")) for row in changes]
    if any(day is None for day, _ in dated):
        return missing("CHANGE_DATE_MISSING")
    full = [(day.earliest, for_ae) for day, for_ae in dated if day is not None and day.is_full]
    if len(days) < len(injections) or len(full) < len(dated):
        return missing("PARTIAL_DATE")
    violations = tuple(
        {"date": PartialDate.of(day), "day_after": after, "for_ae": for_ae}
        for day, for_ae in full
        if (after := _days_after(days, day)) is not None and after <= (PROTECTED_DAYS if protected is None else protected)
    )
    return ok("N" if violations else "Y", violations=violations)


def _days_after(injections: list[dt.date], day: dt.date) -> int | None:
    """Days from the latest injection on or before `day`; None before the first."""
    earlier = [one for one in injections if one <= day]
    return days_between(max(earlier), day) if earlier else None


FUNCTIONS = (
    FunctionDef(
        id="D10",
        version="1",
        title=Text("Injection session totals", "注射汇总"),
        inputs=(
            integer("N_POINTS"),
            number("VOL_PER_POINT"),
            items("POINT_VOLUMES", "number"),
            items("REMAINDERS", "number"),
            number("PROD_VOL"),
            number("PROD_CELLS"),
            number("CONC"),
            number("VIABILITY"),
            integer("DECLARED_POINTS"),
        ),
        outputs=(
            OutputDef("n_points", "integer"),
            OutputDef("vol_points", "number", 2),
            OutputDef("cells_1e6", "number", 1),
            OutputDef("viable_cells_1e6", "number", 1),
        ),
        source="Dose arithmetic of trials A, B and C; content, section 7 (D10)",
        formula=Text(
            "Volume = sum of points + remainders; cells = cells of the product × volume ÷ its volume, "
            "or concentration × volume; viable = cells × viability ÷ 100",
            "体积＝各点体积＋剩余量；细胞数＝制剂细胞数×体积÷制剂体积，或浓度×体积；活细胞数＝细胞数×活率÷100",
        ),
        decimals=2,
        codes=("NEGATIVE", "NON_POSITIVE"),
        flags=("POINT_COUNT_MISMATCH", "VOLUME_EXCEEDS_PRODUCT"),
        compute=session_totals,
    ),
    FunctionDef(
        id="D11",
        version="1",
        title=Text("Lipoic acid: compliance (%)", "硫辛酸用药依从性(%)"),
        inputs=(rows("DAYS", date("date"), code("given"), number("dose_mg")),),
        outputs=(
            OutputDef("n_doses", "integer"),
            OutputDef("total_mg", "number", 0),
            OutputDef("consecutive", "code"),
            OutputDef("last_date", "date"),
        ),
        source="Trial B, 600 mg on 15 days; content, section 7 (D11)",
        formula=Text("Total mg given ÷ 9000 × 100", "累计给药mg÷9000×100"),
        decimals=1,
        codes=("DUPLICATE_DATE", "INCOMPLETE_ROW", "LOG_OPEN", "NEGATIVE"),
        flags=(),
        compute=infusion_totals,
    ),
    FunctionDef(
        id="D25",
        version="1",
        title=Text("Product time out of storage (min)", "制剂出库后时间(min)"),
        inputs=(moment("REMOVED"), moment("START"), moment("END"), integer("LIMIT_MIN")),
        outputs=(OutputDef("to_end", "integer"), OutputDef("over_limit", "boolean")),
        source="Content, section 7 (D25)",
        formula=Text(
            "Minutes from removal to the start of injection; over the limit when removal to end exceeds it",
            "出库至注射开始的分钟数；出库至注射结束超过限值为超时",
        ),
        decimals=0,
        codes=("DATE_ORDER",),
        flags=(),
        compute=storage_time,
        kind="integer",
    ),
    FunctionDef(
        id="D34",
        version="1",
        title=Text("Adjuvant therapy unchanged", "合并治疗未改变"),
        inputs=(items("INJECTIONS", "date"), rows("CHANGES", date("date"), code("for_ae")), integer("DAYS")),
        outputs=(OutputDef("violations", "rows"),),
        source="Record of trial A (unchanged for two weeks after injection); content, section 7 (D34)",
        formula=Text(
            "No change of adjuvant therapy 0 to 14 days after the latest injection on or before it",
            "每次注射后0至14天内合并治疗无改变",
        ),
        decimals=None,
        codes=("CHANGE_DATE_MISSING", "PARTIAL_DATE"),
        flags=(),
        compute=therapy_unchanged,
        kind="code",
    ),
)
